"""Search as a person meets it: filters, phrases, copies, and what a hit's score is made of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import wellread
from wellread.errors import UsageError
from wellread.retrieve.search import DEPTH, MOST_FOR_COPIES, WEIGHED, Found, Searcher
from wellread.workspace import Workspace

FAKES = 'generator = "fake"\nembedder = "fake"\n'
LEAVE = "Whoever has worked here for a year may take parental leave of sixteen weeks, all of it paid in full."
TEXTS = {
    "handbook/leave.md": f"# Leave\n\n{LEAVE}\n",
    "handbook/travel_guide.md": "# Going places\n\nTrains are booked by the front desk.\n",
    "wiki/parents.md": f"# For parents\n\n{LEAVE}\n",
    "wiki/desk.md": "# Desks\n\nThe desk at the front is nobody's. It has no trains. A guide may be borrowed.\n",
    "closed/bonus.md": "# Bonus\n\nParental leave does not lower the bonus.\n",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """It is only asked."""
    folder = tmp_path_factory.mktemp("search")
    root = folder / "workspace"
    root.mkdir()
    (root / "wellread.toml").write_text(FAKES)
    for name, text in TEXTS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    with wellread.open(root) as opened:
        opened.add_person("ann", ["hr"])
        opened.add(folder / "handbook", readers="everyone")
        opened.add(folder / "wiki", readers="everyone")
        opened.add(folder / "closed", readers="group:hr")
        yield opened


def uris(found: Found) -> list[str]:
    return [hit.passage.uri for hit in found.hits]


def test_a_filter_leaves_only_the_source_it_names(workspace: Workspace) -> None:
    assert set(uris(workspace.search("parental leave source:wiki"))) == {"parents.md", "desk.md"}
    assert uris(workspace.search("parental leave source:nowhere")) == []


def test_a_filter_opens_nothing(workspace: Workspace) -> None:
    assert uris(workspace.search("parental leave source:closed")) == []
    assert uris(workspace.search("parental leave source:closed", person="ann")) == ["bonus.md"]


def test_dates_limit_by_the_last_change(workspace: Workspace) -> None:
    assert uris(workspace.search("leave after:2999")) == []
    assert uris(workspace.search("leave before:1999")) == []
    assert "leave.md" in uris(workspace.search("leave after:1999 before:2999"))
    with pytest.raises(UsageError, match="after:2031-13"):
        workspace.search("leave after:2031-13")


def test_a_phrase_has_to_stand_there_word_for_word(workspace: Workspace) -> None:
    assert uris(workspace.search('"desk at the front"')) == ["desk.md"]
    found = workspace.search('"front desk"')
    assert uris(found) == ["travel_guide.md"]
    assert found.notes == ()


def test_a_phrase_that_is_nowhere_is_looked_for_as_words_and_said(workspace: Workspace) -> None:
    found = workspace.search('"desk of the front"')
    assert found.hits
    assert found.notes == (
        'no passage has "desk of the front" word for word: looked for the words by themselves',
    )


def test_a_phrase_among_other_words_counts_and_shuts_nothing_out(workspace: Workspace) -> None:
    hits = workspace.search('what is at the "desk at the front" and who books trains').hits
    assert [hit.passage.uri for hit in hits if hit.signals["quoted"]] == ["desk.md"]
    assert "travel_guide.md" in [hit.passage.uri for hit in hits]


def test_a_phrase_in_a_closed_document_is_nowhere(workspace: Workspace) -> None:
    found = workspace.search('"lower the bonus"')
    assert "bonus.md" not in uris(found)
    assert found.notes
    assert uris(workspace.search('"lower the bonus"', person="ann")) == ["bonus.md"]


def test_the_same_words_elsewhere_stand_behind_the_first(workspace: Workspace) -> None:
    [first, *others] = workspace.search("How long is parental leave?").hits
    assert {first.passage.uri, *(copy.uri for copy in first.copies)} == {"leave.md", "parents.md"}
    assert not {"leave.md", "parents.md"} & {hit.passage.uri for hit in others}


@pytest.mark.parametrize("copies", [50, 500])
def test_however_many_copies_there_are_others_are_found_and_few_are_looked_at(
    copies: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "wellread.toml").write_text(FAKES)
    wiki = tmp_path / "wiki"
    wiki.mkdir()
    for number in range(copies):
        (wiki / f"{number}.md").write_text(f"# Leave\n\n{LEAVE}\n")
    (wiki / "other.md").write_text("# Parental leave\n\nHow long is it? Ask the desk for the form.\n")
    looks = counted_looks(monkeypatch)
    with wellread.open(tmp_path / "workspace") as opened:
        opened.add(wiki, readers="everyone")
        hits = opened.search("How long is parental leave?", limit=2).hits
    assert looks[-1] <= 4 * 4 * DEPTH
    assert sum(1 + len(hit.copies) for hit in hits) <= 2 * MOST_FOR_COPIES * WEIGHED
    if copies < MOST_FOR_COPIES * WEIGHED:
        assert {hit.passage.uri for hit in hits} >= {"other.md"}


def test_nothing_deeper_is_looked_at_once_there_are_as_many_as_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wellread.toml").write_text(FAKES)
    wiki = tmp_path / "wiki"
    wiki.mkdir()
    for number in range(2 * DEPTH):
        (wiki / f"{number}.md").write_text(f"# Gate {number}\n\nThe gate to the north of yard {number}.\n")
    for name in ("one", "two"):
        (wiki / f"{name}.md").write_text(f"# North gate\n\nThe north gate, {name} of them.\n")
    looks = counted_looks(monkeypatch)
    with wellread.open(tmp_path) as opened:
        opened.add(wiki, readers="everyone")
        found = opened.search('"the north gate"', limit=2)
    assert set(uris(found)) == {"one.md", "two.md"}
    assert looks == [DEPTH]


def counted_looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How deep each look into the index was, from now on."""
    looks: list[int] = []
    candidates = Searcher._candidates

    def counted(searcher: Searcher, asked: Any, depth: int) -> Any:
        looks.append(depth)
        return candidates(searcher, asked, depth)

    monkeypatch.setattr(Searcher, "_candidates", counted)
    return looks


def test_a_document_that_the_question_names_comes_first(workspace: Workspace) -> None:
    hits = workspace.search("front desk trains in the travel guide").hits
    assert hits[0].passage.uri == "travel_guide.md"
    assert hits[0].signals["named"] > max(hit.signals["named"] for hit in hits[1:])


def test_a_score_is_the_sum_of_its_signals(workspace: Workspace) -> None:
    for hit in workspace.search("parental leave", person="ann").hits:
        assert hit.score == pytest.approx(sum(hit.signals.values()))
        assert set(hit.signals) == {"words", "meaning", "named", "quoted"}


def test_only_filters_ask_nothing(workspace: Workspace) -> None:
    assert workspace.search("source:wiki").hits == ()


def test_a_slip_of_the_finger_is_put_right_and_said(workspace: Workspace) -> None:
    found = workspace.search("parntal leave")
    assert set(uris(found)[:1]) <= {"leave.md", "parents.md"}
    assert found.notes == ("no passage has 'parntal': looked for 'parental'",)


def test_a_word_of_a_closed_document_alone_puts_nothing_right(workspace: Workspace) -> None:
    assert workspace.search("bouns for whom").notes == ()
    assert workspace.search("bouns for whom", person="ann").notes == (
        "no passage has 'bouns': looked for 'bonus'",
    )
