"""What somebody may not see changes nothing of what they are shown: a workspace with it beside its twin without it."""

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from handbook import FAKES

import wellread
from wellread.retrieve.search import Found
from wellread.workspace import Workspace

WORDS = "leave parent travel receipt desk train budget notice salary office guide form week month paid rule".split()
QUESTIONS = [
    "parental leave", "travel receipts", '"paid leave"', '"notice salary week"', "budgat for trains",
    "secretword", "secrtword", "guide to the office", "salary source:open", "week month source:closed",
]  # fmt: skip


@pytest.fixture(scope="module")
def twins(
    each_engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Workspace]]:
    """The second also holds four times as many documents, for somebody else. They are only asked."""
    folder = tmp_path_factory.mktemp("twins")
    draw = random.Random(7)
    for place, count in (("open", 40), ("closed", 160)):
        (folder / place).mkdir()
        for number in range(count):
            words = draw.choices(WORDS, k=24)
            hidden = " secretword" if place == "closed" else " pencil"
            (folder / place / f"{number}.md").write_text(f"# Page {number}\n\n{' '.join(words)}{hidden}.\n")
    opened = []
    for name, places in (("without", ["open"]), ("with", ["open", "closed"])):
        root = folder / name
        root.mkdir()
        (root / "wellread.toml").write_text(FAKES)
        workspace = wellread.open(root)
        workspace.add_person("ann", ["hr"])
        workspace.add_person("bob")
        for place in places:
            workspace.add(folder / place, readers="everyone" if place == "open" else "group:hr")
        opened.append(workspace)
    yield opened[0], opened[1]
    for workspace in opened:
        workspace.close()


TIE = 0.02
"""By how much of 1 the average length of all passages, the one thing counted over all, may move a score."""


def texts(found: Found) -> dict[str, str]:
    return {hit.passage.uri: hit.passage.text for hit in found.hits}


@pytest.mark.parametrize("question", QUESTIONS)
def test_passages_their_order_and_the_notes_are_the_same(
    twins: tuple[Workspace, Workspace], question: str
) -> None:
    without, with_more = (one.search(question, 40, person="bob") for one in twins)
    assert with_more.notes == without.notes
    assert texts(with_more) == texts(without)
    assert sum(len(hit.copies) for hit in with_more.hits) == sum(len(hit.copies) for hit in without.hits)
    score = {hit.passage.uri: hit.score for hit in without.hits}
    assert {hit.passage.uri: hit.score for hit in with_more.hits} == pytest.approx(score, abs=TIE)
    in_order = [score[hit.passage.uri] for hit in with_more.hits]
    assert all(before >= behind - TIE for before, behind in pairwise(in_order))


def test_somebody_who_may_see_it_does(twins: tuple[Workspace, Workspace]) -> None:
    _, with_more = twins
    found = with_more.search("secrtword", person="ann")
    assert found.notes == ("no passage has 'secrtword': looked for 'secretword'",)
    assert "secretword" in found.hits[0].passage.text


@pytest.mark.parametrize("expected", ["Page 150", "150.md"])
def test_an_explanation_tells_no_more(twins: tuple[Workspace, Workspace], expected: str) -> None:
    without, with_more = (one.explain("parental leave", 5, "bob", expected) for one in twins)
    assert without.expected == with_more.expected
