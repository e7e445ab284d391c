"""When the disk or the database says no: an error with the fix, and the state before it still answers."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from catalogue_samples import document, put, words
from sqlalchemy import event

from wellread.catalogue import Catalogue
from wellread.errors import BusyError, StorageError, UsageError
from wellread.records.knowledge import Chunk


def limit_pages(catalogue: Catalogue, pages: int) -> None:
    """From now on the file may hold so many pages: what a full disk looks like to SQLite."""
    engine = catalogue.knowledge._database._engine
    engine.dispose()
    event.listen(
        engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}")
    )


def pages_of(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        count: int = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    return count


def test_a_full_disk_is_named_and_what_was_there_still_answers(catalogue: Catalogue, file: Path) -> None:
    before = put(catalogue, "small.md")
    limit_pages(catalogue, pages_of(file) + 20)
    large = document("large.md", "word " * 50_000)
    with pytest.raises(StorageError, match=r"disk is full.*nothing was changed. Free some disk space"):
        catalogue.knowledge.put(large, words(large.text[:100]), "t")
    assert catalogue.knowledge.document(before.id) == before
    assert catalogue.knowledge.find("large.md") == []
    put(catalogue, "another.md")
    assert catalogue.audit.verify() is None


def test_a_batch_that_swallows_a_full_disk_still_fails_as_a_whole(catalogue: Catalogue, file: Path) -> None:
    put(catalogue, "small.md")
    limit_pages(catalogue, pages_of(file) + 20)
    large = document("large.md", "word " * 50_000)
    with pytest.raises(StorageError, match="nothing of it was kept"), catalogue.knowledge.batch():
        put(catalogue, "first.md")
        with pytest.raises(StorageError):
            catalogue.knowledge.put(large, [], "t")
        with pytest.raises(StorageError, match="already failed"):
            put(catalogue, "last.md")
    assert [one.uri for one in catalogue.knowledge.visible_documents(None)] == ["small.md"]


LIMITED = """
import resource, sys
from pathlib import Path
from catalogue_samples import document, put
from wellread.catalogue import Catalogue
from wellread.errors import StorageError

file = Path(sys.argv[1])
with Catalogue.open(file) as catalogue:
    before = put(catalogue, "small.md")
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
    try:
        catalogue.knowledge.put(document("large.md", "word " * 500_000), [], "t")
    except StorageError as error:
        print(error)
    assert catalogue.knowledge.document(before.id) == before
    put(catalogue, "another.md")
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]\n"
    return subprocess.run(
        [sys.executable, "-c", path + script, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_file_size_limit_refuses_the_change_and_nothing_else(file: Path) -> None:
    done = run(LIMITED, str(file))
    assert done.returncode == 0, done.stderr
    assert "nothing was changed" in done.stdout
    assert "free some space" in done.stdout.lower()
    with Catalogue.open(file) as catalogue:
        found = catalogue.knowledge.visible_documents(None)
        assert {one.uri for one in found} == {"small.md", "another.md"}


def test_a_catalogue_that_may_only_be_read_answers_and_refuses_changes(file: Path) -> None:
    with Catalogue.open(file) as catalogue:
        stored = put(catalogue, "a.md")
    with Catalogue.open(f"sqlite:///file:{file}?mode=ro&uri=true") as catalogue:
        assert catalogue.knowledge.document(stored.id) == stored
        with pytest.raises(StorageError, match=r"readonly.*writable"):
            catalogue.knowledge.remove(stored.id, "t")
        assert catalogue.knowledge.document(stored.id) == stored


def test_another_writer_makes_a_change_wait_and_then_busy(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Catalogue.open(file, patience=0.2) as catalogue:
        began = time.monotonic()
        with pytest.raises(BusyError, match=r"0\.2 s.*try again"):
            put(catalogue, "a.md")
        assert time.monotonic() - began >= 0.2
        other.execute("COMMIT")
        put(catalogue, "a.md")
    other.close()


def test_another_thread_makes_a_change_wait_and_then_busy(file: Path) -> None:
    with Catalogue.open(file, patience=0.2) as catalogue:
        inside, refused = threading.Event(), threading.Event()

        def hold() -> None:
            with catalogue.knowledge.batch():
                inside.set()
                refused.wait(30)

        holder = threading.Thread(target=hold)
        holder.start()
        inside.wait(30)
        with pytest.raises(BusyError):
            put(catalogue, "a.md")
        refused.set()
        holder.join()
        put(catalogue, "a.md")


def test_a_reader_is_never_kept_waiting_by_a_writer(file: Path) -> None:
    with Catalogue.open(file, patience=30) as catalogue:
        stored = put(catalogue, "a.md")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert catalogue.knowledge.document(stored.id) == stored
        assert time.monotonic() - began < 15
        other.close()


@pytest.mark.parametrize(
    ("contents", "message"),
    [(b"This is a letter, not a database. " * 50, "not a catalogue"), (None, "folder exists")],
)
def test_a_place_that_is_no_catalogue_is_refused(
    tmp_path: Path, contents: bytes | None, message: str
) -> None:
    path = tmp_path / "letter.txt" if contents else tmp_path / "no" / "such" / "folder.db"
    if contents:
        path.write_bytes(contents)
    with pytest.raises(StorageError, match=message):
        Catalogue.open(path)
    assert not contents or path.read_bytes() == contents


@pytest.mark.parametrize(
    "target", ["", ":memory:", "sqlite://", "sqlite:///:memory:", "nosuch://host/db", "://"]
)
def test_a_target_that_is_no_place_is_wrong_use(target: str) -> None:
    with pytest.raises(UsageError):
        Catalogue.open(target)


@pytest.mark.parametrize(
    ("changes", "chunks", "message"),
    [
        ({"id": "doc_1"}, [], "document_id"),
        ({"version": "ver_1"}, [], "version_id"),
        ({"readers": frozenset({"hr"})}, [], "group:NAME"),
        ({"title": "a\0b"}, [], "NUL"),
        ({"title": "a\udc80"}, [], "not text at character 1"),
        ({}, [(3, 3)], "empty or outside"),
        ({}, [(-1, 3)], "empty or outside"),
        ({}, [(0, 17)], "empty or outside"),
        ({}, [(0, 5), (0, 5)], "twice"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_before_anything_is_written(
    catalogue: Catalogue, changes: dict[str, object], chunks: list[tuple[int, int]], message: str
) -> None:
    put(catalogue, "a.md")
    before = catalogue.outbox.last(), catalogue.audit.head()
    wrong = document("b.md", **changes)
    with pytest.raises(UsageError, match=message):
        catalogue.knowledge.put(wrong, [Chunk(start=start, end=end) for start, end in chunks], "t")
    assert (catalogue.outbox.last(), catalogue.audit.head()) == before


def test_a_closed_catalogue_says_so(file: Path) -> None:
    catalogue = Catalogue.open(file)
    catalogue.close()
    catalogue.close()
    with pytest.raises(UsageError, match="closed"):
        catalogue.knowledge.sources()


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "a b?c#d%20é&=" / "my catalogue?.db"
    path.parent.mkdir()
    with Catalogue.open(path) as catalogue:
        put(catalogue, "a.md")
    assert path.stat().st_size > 0


def test_commits_wait_for_the_disk_and_references_hold(catalogue: Catalogue) -> None:
    with catalogue.knowledge._database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30_000,
    }
