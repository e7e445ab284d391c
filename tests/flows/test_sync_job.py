"""A synchronisation is a job: seen by everybody, done by one process at a time, resumed after a kill, left alone for a
while after failures."""

import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from handbook import FAKES, found

import wellread
from wellread.catalogue.jobs import Tally
from wellread.errors import BusyError, UnreachableError
from wellread.flows.standing import SourceStanding, standing_of_sources
from wellread.flows.sync_job import SyncJob, sync_job
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item
from wellread.workspace import Workspace


class Notes:
    """Five notes; what befalls whoever lists or reads them is up to the test."""

    memory: ClassVar[dict[str, Any]] = {}

    def __init__(self, place: Place) -> None:
        self.location = place.location

    def items(self) -> Iterator[Item]:
        self.before_listing()
        for number in range(5):
            uri = f"{number}.md"
            yield Item(uri=uri, modified="2026", size=1, readers=frozenset({"everyone"}), stamp="1")

    def read(self, item: Item) -> Content:
        self.before_reading(item.uri)
        return Content(f"The gate {item.uri} closes at ten.".encode(), item.uri)

    def close(self) -> None:
        pass

    @staticmethod
    def before_listing() -> None:
        pass

    @staticmethod
    def before_reading(uri: str) -> None:
        pass


@pytest.fixture
def notes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> type[Notes]:
    """The kind `five_notes:Made`, of which `notes` is a source that holds all five."""
    module = types.ModuleType("five_notes")
    made = type("Made", (Notes,), {})
    module.__dict__["Made"] = made
    monkeypatch.setitem(sys.modules, "five_notes", module)
    workspace.add("notes:all", readers="everyone", name="notes", kind="five_notes:Made")
    return made


def standing(workspace: Workspace, name: str = "notes") -> SourceStanding:
    return standing_of_sources(workspace.catalogue)[name]


def test_a_job_tells_how_many_items_it_saw_did_and_failed(workspace: Workspace, notes: type[Notes]) -> None:
    before = standing(workspace)
    assert (before.state, before.reason, before.failures) == ("up to date", "", 0)
    assert before.job is not None
    assert before.job.items == Tally(5, 5, 0)
    assert before.last_success is not None
    assert before.last_success >= before.job.started
    seen: list[Tally] = []

    def look(uri: str) -> None:
        [running] = workspace.catalogue.jobs.running()
        seen.append(running.items)
        assert standing(workspace).state == "running"

    notes.before_reading = staticmethod(look)
    workspace.sync("notes", full=True)
    assert seen[0] == Tally(5, 0, 0)


def test_notes_of_progress_are_not_commits_for_every_item(workspace: Workspace, notes: type[Notes]) -> None:
    now = [0.0]
    catalogue = workspace.catalogue
    job = catalogue.jobs.claim("sync", "notes")
    told = SyncJob(catalogue, job, lambda: now[0])
    told.listed(1)
    assert catalogue.jobs.job(job.id).items == Tally(0, 0, 0)
    now[0] += 2.5
    told.listed(2)
    told.listed(8)
    assert catalogue.jobs.job(job.id).items == Tally(2, 0, 0)
    told.reads(4)
    assert catalogue.jobs.job(job.id).items == Tally(8, 4, 0)
    told.at(1, 1, "a.md")
    assert catalogue.jobs.job(job.id).items == Tally(8, 4, 0)
    now[0] += 2.5
    told.at(2, 1, "b.md")
    noted = catalogue.jobs.job(job.id)
    assert (noted.items, noted.detail, noted.progress) == (Tally(8, 6, 1), "b.md", 0.5)


def test_nobody_synchronises_what_another_is_at(
    workspace: Workspace, notes: type[Notes], documents: Path
) -> None:
    workspace.add(documents, readers="everyone")
    (documents / "leave.md").unlink()
    with sync_job(workspace.catalogue, "notes") as job:
        with pytest.raises(BusyError, match=r"notes is being worked on.*by process"):
            workspace.sync("notes")
        reports = {report.source: report for report in workspace.sync()}
        assert "being worked on" in reports["notes"].failed[0].error
        assert reports["handbook"].removed == 1
        job.confirm()
    assert standing(workspace).failures == 0, "that it was busy is no fault of the source's"


def test_signs_of_life_come_through_what_takes_long(workspace: Workspace, notes: type[Notes]) -> None:
    with sync_job(workspace.catalogue, "notes", heartbeat=0.05):
        first = workspace.catalogue.jobs.running()[0]
        ends = time.monotonic() + 20
        while (now := workspace.catalogue.jobs.running()[0]).heartbeat == first.heartbeat:
            assert time.monotonic() < ends
            time.sleep(0.02)
        assert now.moved == first.moved, "that it lives does not say that it gets on"


def test_whoever_was_given_up_for_dead_commits_nothing_more(workspace: Workspace, notes: type[Notes]) -> None:
    def taken_over(uri: str) -> None:
        if uri == "3.md":
            [job] = workspace.catalogue.jobs.running()
            workspace.catalogue.jobs.fail(job, "given up for dead")

    for document in workspace.catalogue.knowledge.visible_documents(None):
        workspace.catalogue.knowledge.remove(document.id, "t")
    notes.before_reading = staticmethod(taken_over)
    with pytest.raises(BusyError, match="taken over"):
        workspace.sync("notes")
    assert workspace.catalogue.knowledge.visible_documents(None) == []
    notes.before_reading = staticmethod(lambda uri: None)
    assert workspace.sync("notes")[0].added == 5


def test_a_server_is_left_alone_as_long_as_it_asks_but_not_by_who_asks_for_it(
    workspace: Workspace, notes: type[Notes]
) -> None:
    def refuse() -> None:
        raise UnreachableError("it is busy", retry_after=7200.0)

    notes.before_listing = staticmethod(refuse)
    for failures in (1, 2):
        with pytest.raises(UnreachableError):
            workspace.sync("notes")
        known = standing(workspace)
        assert (known.state, known.reason, known.failures) == ("failing", "it is busy", failures)
        assert known.next_attempt is not None
        wait = datetime.fromisoformat(known.next_attempt) - datetime.now(UTC)
        assert 7100 < wait.total_seconds() <= 7200
    notes.before_listing = staticmethod(lambda: None)
    workspace.sync("notes")
    known = standing(workspace)
    assert (known.state, known.reason, known.next_attempt) == ("up to date", "", None)


def test_a_place_that_stops_answering_is_tried_later_and_what_was_read_stays(
    workspace: Workspace, notes: type[Notes]
) -> None:
    def fade(uri: str) -> None:
        if uri > "1.md":
            raise UnreachableError("no answer", retry_after=600.0)

    for document in workspace.catalogue.knowledge.visible_documents(None):
        workspace.catalogue.knowledge.remove(document.id, "t")
    notes.before_reading = staticmethod(fade)
    [report] = workspace.sync("notes")
    assert (report.added, report.retry_after) == (2, 600.0)
    known = standing(workspace)
    assert (known.state, known.failures) == ("failing", 1)
    assert "it stopped answering; 0 more were not read" in known.reason
    assert workspace.catalogue.schedule.waits("notes")


def test_what_a_person_breaks_off_is_no_failure_of_the_source(
    workspace: Workspace, notes: type[Notes]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    notes.before_listing = staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        workspace.sync("notes")
    known = standing(workspace)
    assert (known.state, known.failures, known.next_attempt) == ("interrupted", 0, None)
    assert "interrupted" in known.reason


PATIENCE = 20.0
"""Seconds for what takes a moment."""

KILLED = """
import sys, time
import wellread
from wellread.flows import ahead
from wellread.ingest import executor, sync
from wellread.ingest.chunk import chunk
ahead.FOUND_AT_ONCE = 1
seen = []
def slowly(*given):
    seen.append(given)
    if len(seen) == 3:
        print("now", flush=True)
        time.sleep(600)
    return chunk(*given)
executor.chunk = slowly
with wellread.open(sys.argv[1]) as workspace:
    workspace.sync("docs")
"""


def test_a_killed_synchronisation_is_known_for_it_and_the_next_goes_on(tmp_path: Path) -> None:
    root, folder = tmp_path / "workspace", tmp_path / "docs"
    for path in (root, folder):
        path.mkdir()
    (root / "wellread.toml").write_text(FAKES)
    (folder / "0.md").write_text("The gate 0.md closes at ten.")
    with wellread.open(root) as workspace:
        workspace.add(folder, readers="everyone")
        for number in range(1, 6):
            (folder / f"{number}.md").write_text(f"The gate {number}.md closes at ten.")
        with subprocess.Popen([sys.executable, "-c", KILLED, str(root)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"now\n"  # the third is being read
            # The two before it are committed meanwhile.
            until = time.monotonic() + PATIENCE
            while len(workspace.catalogue.knowledge.states("docs")) < 3 and time.monotonic() < until:
                time.sleep(0.02)
            running = standing(workspace, "docs")
            assert (running.state, running.job and running.job.items.seen) == ("running", 6)
            process.send_signal(signal.SIGKILL)
        left = standing(workspace, "docs")
        assert left.state == "interrupted"
        assert "what it committed stays" in left.reason
        [report] = workspace.sync("docs")
        assert (report.added, report.unchanged) == (3, 3)
        assert standing(workspace, "docs").state == "up to date"
        states = [job.state for job in workspace.catalogue.jobs.recent()]
        assert states == ["finished", "interrupted", "finished"]
        assert set(found(workspace, "gate")) == {f"{number}.md" for number in range(6)}
