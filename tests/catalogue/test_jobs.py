"""Jobs say how far they are, how they ended, and that they were cut off when they could not say so."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from wellread.catalogue import Catalogue
from wellread.catalogue.processes import Process
from wellread.catalogue.schema import jobs
from wellread.errors import NotFoundError

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


def _change(catalogue: Catalogue, **values: object) -> None:
    with catalogue.jobs._database.write() as transaction:
        transaction.connection.execute(update(jobs).values(**values))
