"""A synchronisation as a job: nobody else does it meanwhile, everybody can see how far it is, and how it ended decides
when it is tried again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.jobs import Job, Tally
from wellread.errors import BusyError, ClusterError, StorageError, UnreachableError, WellreadError
from wellread.ingest.means import Monitor
from wellread.records.knowledge import SyncReport

HEARTBEAT = 20.0
"""Seconds between two signs of life, well below what a job may be silent for."""

EVERY = 2.0
"""Seconds between two notes of how far it is; each is a commit."""


class SyncJob(Monitor):
    """How far it is, told to the list of jobs; what is at the end noted in the schedule."""

    def __init__(self, catalogue: Catalogue, job: Job, clock: Callable[[], float] = time.monotonic) -> None:
        self._catalogue = catalogue
        self._job = job
        self._clock = clock
        self._told = clock()
        self._to_read = 0
        self._seen = 0
        self._tally = Tally()

    def listed(self, items: int) -> None:
        """Noted now and then."""
        self._seen = items
        self._note(0.0, f"listing, {items} items so far", Tally(seen=items))

    def reads(self, to_read: int) -> None:
        """What is not to be read is done with."""
        self._to_read = to_read
        self._tally = Tally(self._seen, self._seen - to_read)
        # What takes a moment is over before anybody could look, and a commit would only hold it up.
        self._note(0.0, "reading", self._tally, at_once=to_read > 1)

    def at(self, done: int, failed: int, uri: str) -> None:
        """Noted now and then."""
        self._tally = Tally(self._seen, self._seen - self._to_read + done, failed)
        self._note(done / max(self._to_read, 1), uri, self._tally)

    def embedded(self, done: int, total: int) -> None:
        """What follows the reading, and belongs to it."""
        self._note(done / max(total, 1), f"indexing, {done} of {total} passages", self._tally)

    def confirm(self) -> None:
        """Raises BusyError when the job is another process's by now: then nothing more is committed."""
        self._catalogue.jobs.renew(self._job)

    def ended(self, report: SyncReport) -> None:
        """It came to its end, or the place stopped answering before."""
        jobs, source = self._catalogue.jobs, self._job.subject
        with self._catalogue.knowledge.batch():  # one wait for the disk
            if report.stopped:
                jobs.fail(self._job, report.stopped)
                self._catalogue.schedule.failed(source, report.stopped, report.retry_after)
                return
            self._note(1.0, "", Tally(self._seen, self._seen, len(report.failed)), at_once=True)
            counts = f"{report.added} added, {report.changed} changed, {report.removed} removed"
            jobs.finish(self._job, f"{counts}, {len(report.failed)} failed, {len(report.held)} held back")
            self._catalogue.schedule.succeeded(source)

    def failed(self, error: BaseException) -> None:
        """It broke off. What is the place's fault, or that of how it is asked for, has it left alone for a while."""
        self._catalogue.jobs.fail(self._job, str(error) or f"interrupted ({type(error).__name__})")
        if isinstance(error, WellreadError) and not isinstance(
            error, (BusyError, ClusterError, StorageError)
        ):
            asked = error.retry_after if isinstance(error, UnreachableError) else None
            self._catalogue.schedule.failed(self._job.subject, str(error), asked)

    def _note(self, progress: float, detail: str, items: Tally, *, at_once: bool = False) -> None:
        now = self._clock()
        if at_once or now - self._told >= EVERY:
            self._catalogue.jobs.beat(self._job, progress, detail, items)
            self._told = now


@contextmanager
def sync_job(catalogue: Catalogue, source: str, *, heartbeat: float = HEARTBEAT) -> Iterator[SyncJob]:
    """The synchronisation of `source`, for this process alone; `ended` is called on what it gives.

    Raises BusyError while another process has it.
    """
    job = catalogue.jobs.claim("sync", source)
    own = SyncJob(catalogue, job)
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(catalogue, job, over, heartbeat), daemon=True)
    beating.start()
    try:
        yield own
    except BaseException as error:
        _end(beating, over)
        _say_failed(own, error)
        raise
    finally:
        _end(beating, over)


def _beat(catalogue: Catalogue, job: Job, over: threading.Event, heartbeat: float) -> None:
    """Signs of life through whatever takes long, such as one huge file; when one is late, the next makes up for it."""
    while not over.wait(heartbeat):
        try:
            catalogue.jobs.renew(job)
        except WellreadError:
            continue  # the work itself finds out, where it can say so


def _end(beating: threading.Thread, over: threading.Event) -> None:
    over.set()
    beating.join()


def _say_failed(own: SyncJob, error: BaseException) -> None:
    try:
        own.failed(error)
    except WellreadError as lost:
        # The database is gone or the job is another's: what happened first is what is to be told.
        error.add_note(f"that could not be noted: {lost}")
