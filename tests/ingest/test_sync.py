"""Synchronisation: what is read, what is kept, what is taken out, and what happens when something breaks."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synchronising import STAFF, counts

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError
from wellread.ingest import executor
from wellread.ingest.means import Indexer, Means
from wellread.ingest.parse.document import Block
from wellread.ingest.plan import plan
from wellread.ingest.sources import Content, FolderSource, Item
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import Chunk, DocumentState, ItemState, SyncReport


class Place:
    """A folder, the catalogue that knows it, and what was read on the way."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self.reads: list[str] = []
        self.ticks = 1_700_000_000
        catalogue.knowledge.add_source("docs", "folder", str(folder), STAFF, "ann")

    def write(self, uri: str, text: str | bytes) -> None:
        path = self.folder / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.ticks += 1
        os.utime(path, (self.ticks, self.ticks))

    def sync(self, readers: frozenset[str] = STAFF, full: bool = False) -> SyncReport:
        place = self

        class Recording(FolderSource):
            def read(self, item: Item) -> Content:
                place.reads.append(item.uri)
                return super().read(item)

        self.reads = []
        source = Recording(self.folder, readers)
        return synchronise(source, self.catalogue.knowledge, name="docs", actor="ann", full=full)

    def text(self, uri: str) -> str:
        return self.catalogue.knowledge.document(document_id("docs", uri)).text

    def states(self) -> dict[str, DocumentState]:
        known = self.catalogue.knowledge.states("docs").values()
        return {uri: document for item in known for uri, document in item.documents.items()}


@pytest.fixture
def place(tmp_path: Path, catalogue_file: Path) -> Iterator[Place]:
    with Catalogue.open(catalogue_file) as catalogue:
        folder = tmp_path / "docs"
        folder.mkdir()
        yield Place(folder, catalogue)


def test_documents_are_added_with_text_passages_and_readers(place: Place) -> None:
    place.write("a/leave.md", "# Leave\n\nYou have 30 days of leave.")
    assert counts(place.sync()) == (1, 0, 0, 0, 0)
    document = place.catalogue.knowledge.document(document_id("docs", "a/leave.md"))
    assert (document.title, document.readers) == ("Leave", STAFF)
    (passage,) = place.catalogue.knowledge.passages(document.id)
    assert (passage.text, passage.heading) == ("You have 30 days of leave.", ("Leave",))


def test_what_did_not_change_is_not_read(place: Place) -> None:
    for uri in ("a.md", "b.md"):
        place.write(uri, "text")
    place.sync()
    place.write("b.md", "other text")
    assert counts(place.sync()) == (0, 1, 0, 1, 0)
    assert place.reads == ["b.md"]
    assert place.text("b.md") == "other text"


def test_another_date_for_the_same_bytes_is_noted_without_parsing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("a.md", "text")
    place.sync()
    place.write("a.md", "text")
    monkeypatch.setattr(executor, "cut", lambda *_: pytest.fail("it was parsed"))
    assert counts(place.sync()) == (0, 0, 0, 1, 0)
    assert place.reads == ["a.md"]
    place.sync()
    assert place.reads == []


def test_other_bytes_with_the_same_text_keep_their_passages(place: Place) -> None:
    place.write("a.md", "Some *text* here.")
    place.sync()
    before = place.catalogue.knowledge.passage_keys()
    place.write("a.md", "Some **text**\nhere.")
    assert counts(place.sync()) == (0, 0, 0, 1, 0)
    assert place.catalogue.knowledge.passage_keys() == before
    place.sync()
    assert place.reads == []


def test_full_reads_what_hides_behind_an_unchanged_date(place: Place) -> None:
    place.write("a.md", "one")
    place.sync()
    times = (place.folder / "a.md").stat()
    (place.folder / "a.md").write_text("two")
    os.utime(place.folder / "a.md", ns=(times.st_mtime_ns, times.st_mtime_ns))
    assert counts(place.sync()) == (0, 0, 0, 1, 0)
    assert counts(place.sync(full=True)) == (0, 1, 0, 0, 0)
    assert place.text("a.md") == "two"


def test_what_is_gone_is_removed(place: Place) -> None:
    place.write("a.md", "one")
    place.write("b.md", "two")
    place.sync()
    (place.folder / "a.md").unlink()
    assert counts(place.sync()) == (0, 0, 1, 1, 0)
    assert set(place.states()) == {"b.md"}


def test_a_missing_place_removes_nothing(place: Place) -> None:
    place.write("a.md", "one")
    place.sync()
    place.folder.rename(place.folder.with_name("elsewhere"))
    with pytest.raises(NotFoundError):
        place.sync()
    assert set(place.states()) == {"a.md"}


def test_an_unknown_source_is_refused(place: Place) -> None:
    with pytest.raises(NotFoundError):
        synchronise(FolderSource(place.folder, STAFF), place.catalogue.knowledge, name="other", actor="ann")


def test_new_readers_hold_without_reading_the_document(place: Place) -> None:
    place.write("a.md", "one")
    place.sync()
    (place.folder / ".readers").write_text("user:ann")
    assert counts(place.sync()) == (0, 0, 0, 1, 0)
    assert place.reads == []
    assert place.states()["a.md"].readers == {"user:ann"}


def test_a_broken_readers_file_takes_its_folder_back_and_removes_nothing(place: Place) -> None:
    for uri in ("a.md", "hr/b.md", "hr/gone.md"):
        place.write(uri, "text")
    place.sync()
    (place.folder / "hr" / "gone.md").unlink()
    (place.folder / "hr" / ".readers").write_text("groups:hr")
    report = place.sync()
    assert counts(report) == (0, 0, 0, 2, 1)
    assert "line 1" in report.failed[0].error
    readers = {uri: state.readers for uri, state in place.states().items()}
    assert readers["a.md"] == STAFF
    assert readers["hr/b.md"] == frozenset()
    (place.folder / "hr" / ".readers").write_text("group:hr")
    assert counts(place.sync()) == (0, 0, 1, 2, 0)
    assert place.states()["hr/b.md"].readers == {"group:hr"}


def test_one_bad_document_does_not_stop_the_rest(place: Place) -> None:
    place.write("a.pdf", b"%PDF-1.7 broken")
    place.write("b.md", "fine")
    place.write("c.exe", b"MZ")
    report = place.sync()
    assert counts(report) == (1, 0, 0, 0, 2)
    assert [failure.uri for failure in report.failed] == ["a.pdf", "c.exe"]
    assert "broken" in report.failed[0].error


def test_a_document_that_the_catalogue_refuses_does_not_stop_the_rest(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(text: str, blocks: Sequence[Block]) -> list[Chunk]:
        return [Chunk(start=0, end=len(text) + (text == "the second"))]

    monkeypatch.setattr(executor, "chunk", cut)
    for uri, text in {"a.md": "the first", "b.md": "the second", "c.md": "the third"}.items():
        place.write(uri, text)
    report = place.sync()
    assert counts(report) == (2, 0, 0, 0, 1)
    assert [failure.uri for failure in report.failed] == ["b.md"]
    assert set(place.states()) == {"a.md", "c.md"}
    place.write("b.md", "the fourth")
    assert counts(place.sync()) == (1, 0, 0, 2, 0)


def test_a_known_document_that_breaks_keeps_its_version_and_is_reported_until_mended(place: Place) -> None:
    place.write("a.md", "the first version")
    place.sync()
    place.write("a.md", b"\x00\x01\x02")
    for _ in range(2):
        assert counts(place.sync()) == (0, 0, 0, 0, 1)
        assert place.text("a.md") == "the first version"
    place.write("a.md", "the second version")
    assert counts(place.sync()) == (0, 1, 0, 0, 0)
    assert place.text("a.md") == "the second version"


def test_a_broken_document_still_gets_its_new_readers(place: Place) -> None:
    place.write("a.md", "one")
    place.sync()
    place.write("a.md", b"\x00\x01\x02")
    place.sync(readers=frozenset({"user:ann"}))
    assert place.states()["a.md"].readers == {"user:ann"}


def test_a_document_that_vanishes_between_listing_and_reading_is_only_a_failure(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("a.md", "one")
    place.write("b.md", "two")
    monkeypatch.setattr(
        FolderSource, "read", lambda self, item: (_ for _ in ()).throw(ParseError(f"{item.uri} vanished"))
    )
    assert counts(place.sync()) == (0, 0, 0, 0, 2)


def test_an_empty_document_is_known_and_has_no_passages(place: Place) -> None:
    place.write("a.md", "")
    assert counts(place.sync()) == (1, 0, 0, 0, 0)
    assert place.catalogue.knowledge.passage_keys() == frozenset()
    place.sync()
    assert place.reads == []


def test_progress_counts_up_to_the_end(place: Place) -> None:
    for uri in ("a.md", "b.md"):
        place.write(uri, "text")
    seen: list[tuple[int, int, str]] = []
    source = FolderSource(place.folder, STAFF)
    synchronise(
        source,
        place.catalogue.knowledge,
        name="docs",
        actor="ann",
        means=Means(on_progress=lambda *step: seen.append(step)),
    )
    assert seen == [(0, 2, "a.md"), (1, 2, "b.md"), (2, 2, "")]


def test_an_interruption_keeps_what_was_committed_and_the_next_call_finishes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Indexer, "at_once", 4)  # two items with a passage each
    for number in range(7):
        place.write(f"{number}.md", f"text {number}")

    def interrupt(done: int, total: int, uri: str) -> None:
        if done == 5:
            raise KeyboardInterrupt

    source = FolderSource(place.folder, STAFF)
    with pytest.raises(KeyboardInterrupt):
        synchronise(
            source, place.catalogue.knowledge, name="docs", actor="ann", means=Means(on_progress=interrupt)
        )
    assert set(place.states()) == {"0.md", "1.md", "2.md", "3.md"}
    assert counts(place.sync()) == (3, 0, 0, 4, 0)
    assert place.reads == ["4.md", "5.md", "6.md"]


KILLED = """
import sys
from wellread.catalogue import Catalogue
from wellread.ingest import executor, means, sync
from wellread.ingest.plan import plan
from wellread.ingest.sources import FolderSource
means.Indexer.at_once = 6
def step(done, total, uri):
    if done == 10:
        print("now", flush=True)
        sys.stdin.read()
with Catalogue.open(sys.argv[1]) as catalogue:
    source = FolderSource(sys.argv[2], frozenset({"group:staff"}))
    sync.synchronise(source, catalogue.knowledge, name="docs", actor="ann", means=means.Means(on_progress=step))
"""


def test_a_killed_synchronisation_loses_nothing(place: Place, tmp_path: Path) -> None:
    for number in range(20):
        place.write(f"{number:02}.md", f"text {number}")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "catalogue.db"), str(place.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        process.send_signal(signal.SIGKILL)
    assert len(place.states()) == 9
    assert counts(place.sync()) == (11, 0, 0, 9, 0)
    assert {uri: place.text(uri) for uri in place.states()} == {f"{n:02}.md": f"text {n}" for n in range(20)}


readers = st.frozensets(st.sampled_from(["everyone", "group:a", "user:b"]), max_size=2)
items = st.builds(
    Item, uri=st.sampled_from("abcd"), modified=st.sampled_from("12"), size=st.integers(0, 1), readers=readers
)
known = st.dictionaries(
    st.sampled_from("abcde"),
    st.builds(
        lambda stamp, failed, held: ItemState(
            uri="", stamp=stamp, failed_stamp=failed, error="broken" if failed else "",
            documents={"x": DocumentState(id="i", version="v", readers=held)},
        ),
        st.sampled_from(["0 1", "1 2", ""]), st.sampled_from(["0 1", "1 2", ""]), readers,
    ),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(items, max_size=6), known, st.booleans(), st.booleans())
def test_a_plan_accounts_for_every_item_once(
    listed: list[Item], states: dict[str, ItemState], complete: bool, full: bool
) -> None:
    made = plan(listed, states, complete=complete, full=full)
    uris = {item.uri for item in listed}
    assert len(made.to_read) + len(made.known_bad) + len(made.known_held) + made.unchanged == len(uris)
    assert set(made.to_remove) == (set(states) - uris if complete else set())
    assert set(made.new_readers) <= uris & set(states)
    if full:
        assert made.unchanged == len(made.known_bad) == 0
    for uri in uris & set(states):
        allowed = made.new_readers.get(uri, states[uri].documents["x"].readers)
        assert all(allowed <= item.readers for item in listed if item.uri == uri)
