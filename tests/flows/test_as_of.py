"""What documents said on a day, for those who may read them now, and nothing else; compared with a naive model."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from git_repositories import FIRST, GitRepository, needs_git
from handbook import FAKES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wellread
from wellread.errors import UsageError
from wellread.flows.reindex import ReindexRequest
from wellread.workspace import Workspace

DAY = 86_400


@pytest.fixture
def workspace(each_engine: str, workspace: Workspace) -> Workspace:
    """Of either engine."""
    return workspace


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "docs")


def day(number: int) -> datetime:
    """Half a day after the commit of that number, where each comes a day after the one before."""
    return datetime.fromtimestamp(FIRST + number * DAY + DAY // 2, UTC)


def commit(repository: GitRepository, **files: str | None) -> None:
    """One commit, a day after the last; None takes a file away."""
    for name, text in files.items():
        if text is None:
            (repository.folder / name).unlink()
        else:
            repository.write(name, text)
    repository.commit()
    repository.moment += DAY - 60


def said(workspace: Workspace, when: datetime | str, person: str | None = None) -> dict[str, str]:
    """The words that each document's passages had, as a search for the word in all of them finds them."""
    found: dict[str, list[str]] = {}
    for hit in workspace.search("rule", 500, person, as_of=when).hits:
        for passage in (hit.passage, *hit.copies):
            assert passage.held is not None
            found.setdefault(passage.uri, []).append(passage.text)
    return {uri: " ".join(sorted(" ".join(texts).split())) for uri, texts in found.items()}


@needs_git
def test_each_day_is_answered_with_what_held_then(workspace: Workspace, repository: GitRepository) -> None:
    commit(repository, **{"leave.md": "The rule is four weeks.\n"})
    commit(repository, **{"leave.md": "The rule is five weeks.\n", "pay.md": "The pay rule is new.\n"})
    commit(repository, **{"leave.md": "The rule is four weeks.\n"})
    workspace.add(repository.address, name="docs", options={"history": "full"})
    assert not said(workspace, day(-1))
    assert said(workspace, day(0)) == {"leave.md": "The four is rule weeks."}
    assert set(said(workspace, day(1))) == {"leave.md", "pay.md"}
    assert "five" in said(workspace, day(1))["leave.md"]
    assert "four" in said(workspace, day(2))["leave.md"]
    assert len(workspace.search("rule", 100).hits) == 2, "without a day only what holds now"
    hit = next(one for one in workspace.search("five weeks", as_of=day(1)).hits if "five" in one.passage.text)
    held = hit.passage.held
    assert held is not None
    assert (held.since[:10], held.until and held.until[:10]) == ("2023-11-15", "2023-11-16")
    assert not held.is_current
    assert workspace.catalogue.knowledge.version_text(hit.passage.version) == "The rule is five weeks."
    [now] = [one for one in workspace.search("weeks", as_of="2100-01-01").hits if "weeks" in one.passage.text]
    assert now.passage.held is not None and now.passage.held.is_current
    assert now.passage.version == workspace.search("weeks").hits[0].passage.version


@needs_git
def test_a_filter_speaks_of_the_source_and_of_the_last_change_before_that_day(
    workspace: Workspace, repository: GitRepository, tmp_path: Path
) -> None:
    commit(repository, **{"leave.md": "The rule is four weeks.\n"})
    commit(repository, **{"pay.md": "The pay rule is new.\n"})
    commit(repository, **{"leave.md": "The rule is five weeks.\n"})
    workspace.add(repository.address, name="docs", options={"history": "full"})
    other = GitRepository(tmp_path / "other")
    commit(other, **{"travel.md": "The rule is to take the train.\n"})
    workspace.add(other.address, name="other", options={"history": "full"})
    changed = [datetime.fromtimestamp(FIRST + number * DAY, UTC).date() for number in range(3)]

    def uris(limits: str, number: int) -> set[str]:
        return {hit.passage.uri for hit in workspace.search(f"rule {limits}", as_of=day(number)).hits}

    assert uris("source:docs", 1) == {"leave.md", "pay.md"}
    assert uris("source:other", 1) == {"travel.md"}
    assert uris(f"after:{changed[1]}", 1) == {"pay.md"}
    assert uris(f"before:{changed[1]}", 1) == {"leave.md", "travel.md"}
    assert uris(f"after:{changed[1]}", 2) == {"leave.md", "pay.md"}
    assert uris(f"source:docs before:{changed[2]}", 2) == {"pay.md"}


@needs_git
def test_an_answer_cites_the_version_and_when_it_held(
    workspace: Workspace, repository: GitRepository
) -> None:
    commit(repository, **{"leave.md": "The notice period is four weeks.\n"})
    commit(repository, **{"leave.md": "The notice period is nine weeks.\n"})
    workspace.add(repository.address, name="docs", options={"history": "full"})
    answer = workspace.ask("How long is the notice period?", adapter="none", as_of=day(0))
    assert "four weeks" in answer.text
    [citation] = answer.citations
    assert citation.held is not None and not citation.held.is_current
    text = workspace.catalogue.knowledge.version_text(citation.version)
    assert text[citation.start : citation.end] == citation.quote
    assert "nine weeks" in workspace.ask("How long is the notice period?", adapter="none").text


@needs_git
def test_who_may_read_it_now_may_read_its_past_and_nobody_else(
    workspace: Workspace, repository: GitRepository
) -> None:
    commit(repository, **{"leave.md": "The rule is four weeks.\n"})
    commit(repository, **{"leave.md": "The rule is five weeks.\n"})
    workspace.add(repository.address, name="docs", options={"history": "full"})
    assert said(workspace, day(0), "bob")
    commit(repository, **{".readers": "group:hr\n"})
    workspace.sync()
    assert said(workspace, day(0), "ann") == {"leave.md": "The four is rule weeks."}
    assert not said(workspace, day(0), "bob")
    document = workspace.catalogue.knowledge.find("leave.md")[0].id
    workspace.catalogue.knowledge.set_readers(document, ["user:bob"], "t")
    assert not said(workspace, day(0), "ann"), "before the index has heard of it"
    workspace.catalogue.people.leave("ann", "hr")
    workspace.catalogue.knowledge.set_readers(document, ["group:hr"], "t")
    assert not said(workspace, day(0), "ann")


@needs_git
@pytest.mark.parametrize("option", ["full", "full,gone"])
def test_the_past_of_what_is_gone_stays_only_where_the_option_says_so(
    workspace: Workspace, repository: GitRepository, option: str
) -> None:
    commit(
        repository,
        **{"a.md": "The rule of zanzibarite.\n", "never.md": "No rule.\n", ".readers": "group:hr\n"},
    )
    commit(repository, **{"never.md": None})
    workspace.add(repository.address, name="docs", options={"history": option})
    assert set(said(workspace, day(0), "ann")) == {"a.md"}, "of what was never there nobody knows the readers"
    commit(repository, **{"a.md": None, "b.md": "Another rule.\n"})
    workspace.sync()
    kept = {"a.md"} if option == "full,gone" else set()
    assert set(said(workspace, day(1), "ann")) == kept
    assert not said(workspace, day(1), "bob")
    assert set(said(workspace, day(2), "ann")) == {"b.md"}
    commit(repository, **{"a.md": "The rule is back.\n", ".readers": "user:bob\n"})
    workspace.sync()
    assert set(said(workspace, day(1), "bob")) == kept
    assert not said(workspace, day(1), "ann"), "its readers are those of now"
    workspace.catalogue.knowledge.remove(workspace.catalogue.knowledge.find("a.md")[0].id, "t")
    assert "a.md" not in said(workspace, day(1), "bob"), "erasing a document erases its past"
    workspace.sync("docs")
    assert "a.md" not in said(workspace, day(1), "bob"), "the source brings it back, but not its past"
    assert "a.md" in said(workspace, "2100-01-01", "bob")
    place = Path(workspace.indexes.place)
    # What is gone from the other half Lance keeps in files until that is built anew.
    stored = place.glob("**/past/**/*") if workspace.settings.index else place.rglob("*")
    assert b"zanzibarite" not in b"".join(path.read_bytes() for path in stored if path.is_file())


@needs_git
def test_only_what_held_since_a_day_is_kept_and_another_option_is_heeded(
    workspace: Workspace, repository: GitRepository
) -> None:
    for number in range(4):
        commit(repository, **{"a.md": f"Rule {number} holds.\n"})
    workspace.add(repository.address, name="docs", options={"history": day(1).date().isoformat()})
    assert not said(workspace, day(0))
    assert "1" in said(workspace, day(1).replace(hour=0))["a.md"], "it held when that day began"
    assert "2" in said(workspace, day(2))["a.md"]
    workspace.add(repository.address, name="docs", options={"history": "full"})
    assert "0" in said(workspace, day(0))["a.md"]
    workspace.add(repository.address, name="docs", options={"history": "off"})
    assert workspace.catalogue.past.is_empty()
    with pytest.raises(UsageError, match="history=full"):
        said(workspace, day(0))
    assert workspace.search("rule").hits


@needs_git
def test_a_history_that_was_rewritten_is_taken_anew(workspace: Workspace, repository: GitRepository) -> None:
    commit(repository, **{"a.md": "The rule of zanzibarite.\n"})
    commit(repository, **{"a.md": "Another rule.\n"})
    workspace.add(repository.address, name="docs", options={"history": "full"})
    repository.forget_history()
    workspace.sync()
    assert not said(workspace, day(0))
    assert "Another" in said(workspace, day(9))["a.md"]


def test_a_folder_s_versions_count_from_the_synchronisation_that_met_them(
    workspace: Workspace, documents: Path
) -> None:
    workspace.add(documents, readers="everyone", options={"history": "full"})
    first = datetime.now(UTC)
    (documents / "leave.md").write_text("The notice period is nine weeks.\n")
    workspace.sync()
    second = datetime.now(UTC)
    (documents / "leave.md").unlink()
    workspace.sync()

    def found(when: datetime) -> list[str]:
        hits = workspace.search("notice period", as_of=when).hits
        return [hit.passage.text for hit in hits if hit.passage.uri == "leave.md"]

    assert found(first) == found(second) == [], "it is gone, and the option does not keep what is gone"
    workspace.add(documents, options={"history": "full,gone"})
    (documents / "leave.md").write_text("The notice period is four weeks.\n")
    workspace.sync()
    third = datetime.now(UTC)
    (documents / "leave.md").write_text("The notice period is nine weeks.\n")
    workspace.sync()
    fourth = datetime.now(UTC)
    (documents / "leave.md").unlink()
    workspace.sync()
    assert ["four" in text for text in found(third)] == [True]
    assert ["nine" in text for text in found(fourth)] == [True]
    assert found(datetime.now(UTC)) == []


@needs_git
def test_another_embedder_takes_the_past_along(workspace: Workspace, repository: GitRepository) -> None:
    commit(repository, **{"leave.md": "The rule is four weeks.\n"})
    commit(repository, **{"leave.md": "The rule is five weeks.\n"})
    workspace.add(repository.address, name="docs", options={"history": "full,gone"})
    workspace.reindex(ReindexRequest(embedder="fake:32"))
    assert "four" in said(workspace, day(0))["leave.md"]
    commit(repository, **{"leave.md": "The zanzibarite rule.\n", "b.md": "Rule b.\n"})
    workspace.sync()
    assert set(said(workspace, day(2))) == {"leave.md", "b.md"}
    workspace.catalogue.knowledge.remove(workspace.catalogue.knowledge.find("leave.md")[0].id, "t")
    commit(repository, **{"leave.md": None})
    workspace.sync()
    slots = workspace.indexes.read()
    assert slots is not None and slots.former is not None
    former = Path(workspace.indexes.place) / slots.former.directory
    assert (former / "past").is_dir()
    assert b"four weeks" not in b"".join(path.read_bytes() for path in former.rglob("*") if path.is_file())
    workspace.reindex(ReindexRequest(back=True))
    assert set(said(workspace, day(2))) == {"b.md"}


@needs_git
def test_a_kill_while_history_comes_in_loses_nothing(
    workspace: Workspace, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wellread.catalogue.past import Past
    from wellread.ingest import history

    for number in range(6):
        commit(repository, **{"a.md": f"Rule {number} holds.\n"})
    monkeypatch.setattr(history, "VERSIONS_TOGETHER", 1)
    put, calls = Past.put, list[int]()

    def failing(past: Past, *arguments: object) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        put(past, *arguments)  # type: ignore[arg-type]  # passed through

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Past, "put", failing)
        workspace.add(repository.address, name="docs", options={"history": "full"})
    assert not workspace.catalogue.past.is_empty()
    workspace.sync()
    assert [said(workspace, day(number))["a.md"] for number in range(6)] == [
        f"{number} Rule holds." for number in range(6)
    ]


# A model: every day's tree, and who may read now.

NAMES = ("a.md", "b.md", "c.md")
TEXTS = tuple(
    " ".join(f"The rule{'' if n % 2 else ' of ' + w} is {w}{n}." for w in ("oak", "elm")) for n in range(4)
)
CHANGES = st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(TEXTS), min_size=0, max_size=3)
READERS = st.sampled_from(["everyone", "group:hr", "user:bob", None])
Step = tuple[dict[str, str | None], str | None, bool]
"""What a commit writes, who may read from then on if that changes, and whether it is followed by a synchronisation."""
STEPS = st.lists(st.tuples(CHANGES, READERS, st.booleans()), min_size=4, max_size=20)


def check_any_history(tmp_path: Path, steps: list[Step], gone: bool) -> None:
    """Play it, synchronising after some of its commits, and ask of every day."""
    place = tmp_path / "example"
    shutil.rmtree(place, ignore_errors=True)
    with _opened(place) as workspace:
        repository = GitRepository(place / "docs")
        trees: list[dict[str, str]] = []
        tree: dict[str, str] = {}
        seen: dict[str, int] = {}
        """By name, the first commit of which its past is known."""
        readers: dict[str, str] = {}
        rule = "everyone"
        commit(repository, **{"start.txt": "Rule start."})
        trees.append({})
        following = 0
        """The commit after the last synchronisation."""
        for changes, told, synced in [*steps, ({}, None, True)]:
            files = {name: text for name, text in changes.items() if text is not None or name in tree}
            rule = told or rule
            commit(repository, **files, **({".readers": rule + "\n"} if told else {}))
            for name, text in files.items():
                if text is None:
                    del tree[name]
                else:
                    tree[name] = text
            trees.append(dict(tree))
            if not synced:
                continue
            if following:
                workspace.sync()
            else:
                option = "full,gone" if gone else "full"
                workspace.add(repository.address, name="docs", options={"history": option})
            for name in NAMES:
                if name in tree:
                    readers[name] = rule
                    seen.setdefault(name, following)
                elif not gone:
                    seen.pop(name, None)
            following = len(trees)
        for number, expected in enumerate(trees):
            for person, held in (("ann", {"everyone", "group:hr"}), ("bob", {"everyone", "user:bob"})):
                found = said(workspace, day(number), person)
                found.pop("start.txt", None)
                wanted = {
                    name: " ".join(sorted(text.split()))
                    for name, text in expected.items()
                    if name in seen and number >= seen[name] and readers[name] in held
                }
                assert found == wanted, (number, person)


def any_history(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    health = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

    def made(test: Callable[..., None]) -> Callable[..., None]:
        chosen = settings(max_examples=examples, deadline=None, suppress_health_check=health)
        return chosen(given(steps=STEPS, gone=st.booleans())(test))

    return made


@needs_git
@any_history(3)
def test_every_day_of_any_history_is_answered_as_a_naive_model_does(
    tmp_path: Path, steps: list[Step], gone: bool
) -> None:
    check_any_history(tmp_path, steps, gone)


@needs_git
@pytest.mark.slow
@any_history(60)
def test_every_day_of_many_histories(tmp_path: Path, steps: list[Step], gone: bool) -> None:
    check_any_history(tmp_path, steps, gone)


def _opened(place: Path) -> Workspace:
    place.mkdir()
    (place / "wellread.toml").write_text(FAKES)
    workspace = wellread.open(place)
    workspace.add_person("ann", ["hr"])
    workspace.add_person("bob")
    return workspace
