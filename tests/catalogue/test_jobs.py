"""Jobs say how far they are, how they ended, and that they were cut off when they could not say so."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from wellread.catalogue import Catalogue, schema
from wellread.catalogue.jobs import LEASE, Jobs, Tally
from wellread.catalogue.processes import Process, _start
from wellread.errors import BusyError, NotFoundError

STARTER = """
import sys, time
from wellread.catalogue import Catalogue
catalogue = Catalogue.open(sys.argv[1])
print(catalogue.jobs.start("sync", "docs").id, flush=True)
time.sleep(600)
"""


def test_a_job_runs_and_finishes(catalogue: Catalogue) -> None:
    job = catalogue.jobs.start("tune", "set_1")
    assert (job.state, job.progress, job.ended) == ("running", 0.0, None)
    assert catalogue.jobs.running() == [job]
    catalogue.jobs.beat(job, 0.25, "step 10 of 40")
    beaten = catalogue.jobs.job(job.id)
    assert (beaten.progress, beaten.detail) == (0.25, "step 10 of 40")
    assert beaten.heartbeat > job.heartbeat
    catalogue.jobs.finish(job, "done")
    finished = catalogue.jobs.job(job.id)
    assert (finished.state, finished.progress, finished.detail) == ("finished", 1.0, "done")
    assert finished.ended is not None
    assert catalogue.jobs.running() == []


def test_a_failed_job_keeps_its_error_and_how_far_it_came(catalogue: Catalogue) -> None:
    job = catalogue.jobs.start("sync", "docs")
    catalogue.jobs.beat(job, 7)
    catalogue.jobs.fail(job, ValueError("row 3 is empty"))
    failed = catalogue.jobs.job(job.id)
    assert (failed.state, failed.error, failed.progress) == ("failed", "row 3 is empty", 1.0)


def test_jobs_are_listed_latest_first(catalogue: Catalogue) -> None:
    ids = [catalogue.jobs.start("sync", str(number)).id for number in range(4)]
    assert [job.id for job in catalogue.jobs.recent(3)] == ids[:0:-1]
    with pytest.raises(NotFoundError, match="99"):
        catalogue.jobs.job(99)


def test_a_job_whose_process_was_killed_is_interrupted(file: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", STARTER, str(file)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    number = int(process.stdout.readline())
    with Catalogue.open(file) as catalogue:
        assert [job.id for job in catalogue.jobs.running()] == [number]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert catalogue.jobs.running() == []
        assert [job.state for job in catalogue.jobs.recent()] == ["interrupted"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only /proc tells when a process began")
def test_another_process_with_the_same_number_is_not_taken_for_the_old_one(catalogue: Catalogue) -> None:
    job = catalogue.jobs.start("sync", "docs")
    assert job.process == Process.current()
    _change(catalogue, process_start="another boot:1")
    assert catalogue.jobs.job(job.id).state == "interrupted"


def test_a_job_of_another_host_is_judged_by_its_heartbeat(catalogue: Catalogue) -> None:
    job = catalogue.jobs.start("sync", "docs")
    _change(catalogue, host="elsewhere", process=2**22 + 1)
    assert catalogue.jobs.job(job.id).state == "running"
    _change(catalogue, heartbeat="2020-01-01T00:00:00.000000+00:00")
    assert catalogue.jobs.job(job.id).state == "interrupted"


def test_a_dead_job_is_taken_over_and_says_what_became_of_it(catalogue: Catalogue) -> None:
    dead = catalogue.jobs.claim("sync", "docs")
    catalogue.jobs.beat(dead, 0.5, "b.md", Tally(seen=10, done=5, failed=1))
    _change(catalogue, process_start="another boot:1")
    assert "ended without a word" in catalogue.jobs.job(dead.id).trouble
    new = catalogue.jobs.claim("sync", "docs")
    old = catalogue.jobs.job(dead.id)
    assert (old.state, old.ended is not None, old.items) == ("interrupted", True, Tally(10, 5, 1))
    assert "at b.md" in old.trouble
    assert catalogue.jobs.latest("sync") == {"docs": catalogue.jobs.job(new.id)}


def test_only_the_latest_claims_of_a_subject_are_remembered(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wellread.catalogue.jobs.KEPT", 3)
    other = catalogue.jobs.start("tune", "docs")
    for _ in range(6):
        last = catalogue.jobs.claim("sync", "docs")
        catalogue.jobs.finish(last)
    assert [job.id for job in catalogue.jobs.recent()] == [last.id, last.id - 1, last.id - 2, other.id]


def test_a_claim_of_another_host_expires_without_heartbeats(file: Path) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with Catalogue.open(file) as catalogue:
        jobs = Jobs(catalogue._database, lambda: now)
        job = jobs.claim("sync", "docs")
        _change(catalogue, host="elsewhere")
        for _ in range(5):
            now += LEASE
            with pytest.raises(BusyError, match=r"process \d+ on elsewhere.*wait for it"):
                jobs.claim("sync", "docs")
            jobs.renew(job)
        now += LEASE + timedelta(seconds=1)
        jobs.claim("sync", "docs")
        for attempt in (jobs.renew, jobs.finish):
            with pytest.raises(BusyError, match="taken over"):
                attempt(job)
        assert jobs.job(job.id).state == "interrupted"


def test_a_job_that_lives_and_does_not_get_on_is_stuck(file: Path) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with Catalogue.open(file) as catalogue:
        jobs = Jobs(catalogue._database, lambda: now)
        job = jobs.claim("sync", "docs")
        jobs.beat(job, 0.1, "huge.pdf")
        for _ in range(12):
            now += timedelta(minutes=1)
            jobs.renew(job)
        stuck = jobs.job(job.id)
        assert stuck.state == "running"
        assert stuck.trouble == "it is stuck: for 12 minutes it has not got on at huge.pdf"
        jobs.beat(job, 0.2, "next.pdf")
        assert jobs.job(job.id).trouble == ""


def test_a_process_that_ended_and_that_nobody_asked_about_is_not_alive() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    process = Process(Process.current().host, ended.pid, _start(ended.pid))
    assert ended.stdout is not None
    ended.stdout.read()
    for _ in range(200):
        if Path(f"/proc/{ended.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.02)
    assert not process.is_alive()
    ended.wait()
    ended.stdout.close()


def _change(catalogue: Catalogue, **values: object) -> None:
    with catalogue.jobs._database.write() as transaction:
        transaction.connection.execute(update(schema.jobs).values(**values))
