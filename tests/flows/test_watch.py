"""While a workspace watches, search soon sees what the folders hold."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from handbook import found

import wellread
from wellread.catalogue.schedule import Schedule
from wellread.errors import NotFoundError, UnreachableError
from wellread.flows import watch as watch_flow
from wellread.flows.watch import Watching, watch
from wellread.records.knowledge import SyncReport
from wellread.workspace import Workspace

SOON = 20.0


@pytest.fixture
def watched(filled: Workspace) -> Iterator[Workspace]:
    """A second opening of the workspace, while the first watches its folder in a thread."""
    stop = threading.Event()
    ready = threading.Event()

    def run() -> None:
        for _ in filled.watch(watching=Watching(stop=stop)):
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(SOON)
    with wellread.open(filled.root) as reader:
        yield reader
    stop.set()
    thread.join(SOON)
    assert not thread.is_alive()


def until(reader: Workspace, question: str, wanted: set[str], person: str | None = None) -> None:
    """Waits for search to find exactly these documents."""
    ends = time.monotonic() + SOON
    while set(found(reader, question, person)) != wanted:
        assert time.monotonic() < ends, set(found(reader, question, person))
        time.sleep(0.02)


def test_new_changed_and_removed_files_are_seen(watched: Workspace, documents: Path) -> None:
    (documents / "new.md").write_text("The notice period of interns is one week.")
    until(watched, "notice period", {"leave.md", "travel.md", "new.md"})
    (documents / "leave.md").unlink()
    (documents / "new.md").rename(documents / "interns.md")
    until(watched, "notice period", {"travel.md", "interns.md"})


def test_a_permission_that_is_taken_back_is_seen(watched: Workspace, documents: Path) -> None:
    until(watched, "notice period", {"leave.md", "travel.md", "hr/pay.md"}, "ann")
    (documents / ".readers").write_text("user:bob")
    until(watched, "notice period", {"hr/pay.md"}, "ann")


def test_a_workspace_without_sources_has_nothing_to_watch(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no source yet"):
        next(workspace.watch())


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_source_that_fails_is_left_alone_until_its_next_attempt(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_flow, "CHECK", 0.01)
    clock = Clock()
    schedule = Schedule(workspace.catalogue._database, clock, lambda: 1.0)
    source = workspace.catalogue.knowledge.add_source("site", "web", "https://x.example/", ["everyone"], "t")
    stop, tried, said = threading.Event(), list[datetime](), list[str]()

    def sync(name: str) -> SyncReport:
        tried.append(clock.now)
        if len(tried) == 3:
            stop.set()
            return SyncReport(source=name, added=0, changed=0, removed=0, unchanged=0, failed=(), seconds=0)
        schedule.failed(name, "no answer")
        raise UnreachableError("no answer")

    def run() -> None:
        list(watch([source], sync, Watching(stop=stop, every=0.02, say=said.append), schedule))

    begun = clock.now
    for number, (quiet, due) in enumerate([(0, 0), (59, 60), (179, 180)], start=1):
        # A new process each time: how long to wait is in the catalogue.
        thread = threading.Thread(target=run)
        clock.now = begun + timedelta(seconds=quiet)
        thread.start()
        if quiet < due:
            time.sleep(0.3)
            assert len(tried) == number - 1
        clock.now = begun + timedelta(seconds=due)
        ends = time.monotonic() + SOON
        while len(tried) < number:
            assert time.monotonic() < ends
            time.sleep(0.01)
        stop.set()
        thread.join(SOON)
        stop.clear()
    assert [(at - begun).total_seconds() for at in tried] == [0, 60, 180]
    assert "tried again after 2026-03-01T00:01:00" in said[0]


def test_what_a_person_released_is_taken_in_without_waiting_for_a_change(
    watched: Workspace,
) -> None:
    [pay] = watched.catalogue.knowledge.find("hr/pay.md", None)
    watched.catalogue.knowledge.remove(pay.id, "t")
    until(watched, "notice period", {"leave.md", "travel.md"}, "ann")
    watched.catalogue.schedule.ask("handbook")
    until(watched, "notice period", {"leave.md", "travel.md", "hr/pay.md"}, "ann")
