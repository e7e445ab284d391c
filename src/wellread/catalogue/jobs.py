"""Long work that is under way or was: what it is, how far it is, how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, delete, func, insert, select, update

from wellread.catalogue.database import Database
from wellread.catalogue.processes import Process
from wellread.catalogue.schema import jobs
from wellread.catalogue.transaction import Clock, Transaction, iso, utc
from wellread.errors import BusyError, NotFoundError

JobState = Literal["running", "finished", "failed", "interrupted"]

SILENCE = timedelta(minutes=10)
"""After so long without a heartbeat a job of another host is taken for interrupted; on this host its process
is asked."""

LEASE = timedelta(minutes=2)
"""The same for a job that nobody else may do meanwhile: whoever claimed it gives a heartbeat far more often."""

KEPT = 100
"""Jobs of one kind and subject that are remembered, where the work is claimed again and again."""

STUCK = timedelta(minutes=10)
"""A job that lives and has not moved for so long is said to be stuck."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Items of a job: those it has seen, and of these those that are done with, well or not, and that failed."""

    seen: int = 0
    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work. `progress` goes from 0 to 1; times are ISO 8601 UTC."""

    id: int
    kind: str
    subject: str
    state: JobState
    progress: float
    detail: str
    error: str
    started: str
    heartbeat: str
    moved: str
    """When it last got on, which a heartbeat alone does not say."""
    ended: str | None
    items: Tally
    process: Process
    trouble: str
    """In plain words, why it does not get on or did not get to its end; nothing when all is well."""


class Jobs:
    """The list of work. A job whose process is gone is `interrupted`, also when it could not say so."""

    def __init__(self, database: Database, clock: Clock = utc) -> None:
        self._database = database
        self._clock = clock

    def start(self, kind: str, subject: str) -> Job:
        """A running job of this process."""
        with self._database.write() as transaction:
            return self._started(transaction, kind, subject)

    def claim(self, kind: str, subject: str) -> Job:
        """A running job of this process that nobody else does meanwhile: of two who claim it at once, one gets it.

        One whose process is gone, or has not been heard of for `LEASE`, is marked as interrupted and holds up nobody.
        Raises BusyError, which names who has it.
        """
        of_it = (jobs.c.kind == kind) & (jobs.c.subject == subject) & (jobs.c.state == "running")
        with self._database.write() as transaction:
            for row in transaction.connection.execute(select(jobs).where(of_it)).all():
                other = self._job(row, LEASE)
                if other.state == "running":
                    raise BusyError(
                        f"{subject} is being worked on ({kind}, job {other.id}) by process {other.process.number} on "
                        f"{other.process.host}, which was last heard of at {other.heartbeat[:19]}: wait for it to end"
                    )
                ended = {"state": "interrupted", "ended": iso(self._clock()), "error": other.trouble}
                transaction.connection.execute(update(jobs).where(jobs.c.id == other.id).values(ended))
            _forget_old(transaction, kind, subject)
            return self._started(transaction, kind, subject)

    def beat(self, job: Job, progress: float, detail: str = "", items: Tally | None = None) -> None:
        """Say that it gets on, how far it is (0 to 1), and what it is at. Raises BusyError as `renew` does."""
        at = iso(self._clock())
        values: dict[str, object] = {"progress": min(max(progress, 0.0), 1.0), "detail": detail}
        if items is not None:
            values |= {"seen": items.seen, "done": items.done, "failed": items.failed}
        self._change(job, heartbeat=at, moved=at, **values)

    def renew(self, job: Job) -> None:
        """Say that its process lives. Inside a batch, what the batch changes is undone if the job is no longer its.

        Raises BusyError when another process has taken it over.
        """
        self._change(job, heartbeat=iso(self._clock()))

    def finish(self, job: Job, detail: str = "") -> None:
        """It did what it was to do."""
        at = iso(self._clock())
        self._change(job, state="finished", progress=1.0, detail=detail, heartbeat=at, moved=at, ended=at)

    def fail(self, job: Job, error: BaseException | str) -> None:
        """It could not; `error` is for the person who started it."""
        at = iso(self._clock())
        self._change(job, state="failed", error=str(error), heartbeat=at, ended=at)

    def job(self, number: int) -> Job:
        """Raises NotFoundError."""
        with self._database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == number)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no job {number}: see those there are with `wellread jobs`")
        return self._job(row)

    def running(self) -> list[Job]:
        """Jobs that are really under way, oldest first."""
        statement = select(jobs).where(jobs.c.state == "running").order_by(jobs.c.id)
        with self._database.read() as connection:
            found = [self._job(row) for row in connection.execute(statement)]
        return [job for job in found if job.state == "running"]

    def recent(self, limit: int = 20) -> list[Job]:
        """Jobs in every state, the latest first."""
        statement = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [self._job(row) for row in connection.execute(statement)]

    def latest(self, kind: str) -> dict[str, Job]:
        """Of each subject the last job of this kind."""
        last = select(func.max(jobs.c.id)).where(jobs.c.kind == kind).group_by(jobs.c.subject)
        with self._database.read() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.id.in_(last))).all()
        return {row.subject: self._job(row) for row in rows}

    def _started(self, transaction: Transaction, kind: str, subject: str) -> Job:
        process, at = Process.current(), iso(self._clock())
        number = transaction.allocate("job", 1)[0]
        row = {
            "id": number,
            "kind": kind,
            "subject": subject,
            "state": "running",
            "progress": 0.0,
            "detail": "",
            "error": "",
            "started": at,
            "heartbeat": at,
            "moved": at,
            "host": process.host,
            "process": process.number,
            "process_start": process.start,
        }
        transaction.connection.execute(insert(jobs), row)
        return self.job(number)

    def _change(self, job: Job, **values: object) -> None:
        mine = (jobs.c.id == job.id) & (jobs.c.state == "running")
        with self._database.write() as transaction:
            if transaction.connection.execute(update(jobs).where(mine).values(values)).rowcount:
                return
            self.job(job.id)
            raise BusyError(
                f"job {job.id} ({job.kind} of {job.subject}) was given up for dead and taken over: what was committed "
                "before stays, and the other process goes on from there"
            )

    def _job(self, row: Row[Any], silence: timedelta | None = None) -> Job:
        process = Process(row.host, row.process, row.process_start)
        quiet = silence or (LEASE if row.kind == "sync" else SILENCE)
        now = self._clock()
        state = _state(row, process, now - quiet)
        return Job(
            id=row.id,
            kind=row.kind,
            subject=row.subject,
            state=state,
            progress=row.progress,
            detail=row.detail,
            error=row.error,
            started=row.started,
            heartbeat=row.heartbeat,
            moved=row.moved or row.heartbeat,
            ended=row.ended,
            items=Tally(row.seen, row.done, row.failed),
            process=process,
            trouble=_trouble(row, state, now),
        )


def _forget_old(transaction: Transaction, kind: str, subject: str) -> None:
    of_it = (jobs.c.kind == kind) & (jobs.c.subject == subject)
    newest_first = select(jobs.c.id).where(of_it).order_by(jobs.c.id.desc())
    oldest_kept: int | None = transaction.connection.execute(newest_first.offset(KEPT - 1).limit(1)).scalar()
    if oldest_kept is not None:
        transaction.connection.execute(delete(jobs).where(of_it, jobs.c.id <= oldest_kept))


def _state(row: Row[Any], process: Process, silent_since: datetime) -> JobState:
    stored: JobState = row.state
    if stored != "running":
        return stored
    if process.is_here():
        return "running" if process.is_alive() else "interrupted"
    return "interrupted" if datetime.fromisoformat(row.heartbeat) < silent_since else "running"


def _trouble(row: Row[Any], state: JobState, now: datetime) -> str:
    if state == "failed" or row.error:
        return str(row.error)
    at = f" at {row.detail}" if row.detail else ""
    if state == "interrupted":
        return (
            f"process {row.process} on {row.host} ended without a word after {row.heartbeat[:19]}{at}; what it "
            "committed stays, and the next attempt goes on from there"
        )
    still = now - datetime.fromisoformat(row.moved or row.heartbeat)
    if state == "running" and still > STUCK:
        return f"it is stuck: for {int(still.total_seconds() // 60)} minutes it has not got on{at}"
    return ""
