"""Long work that is under way or was: what it is, how far it is, how it ended."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from wellread.catalogue.database import Database
from wellread.catalogue.processes import Process
from wellread.catalogue.schema import jobs
from wellread.catalogue.transaction import now
from wellread.errors import NotFoundError

JobState = Literal["running", "finished", "failed", "interrupted"]

SILENCE = timedelta(minutes=10)
"""After so long without a heartbeat a job of another host is taken for interrupted; on this host its process
is asked."""


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
    ended: str | None
    process: Process


class Jobs:
    """The list of work. A job whose process is gone is `interrupted`, also when it could not say so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, kind: str, subject: str) -> Job:
        """A running job of this process."""
        process, at = Process.current(), now()
        with self._database.write() as transaction:
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
                "host": process.host,
                "process": process.number,
                "process_start": process.start,
            }
            transaction.connection.execute(insert(jobs), row)
            return self.job(number)

    def beat(self, job: Job, progress: float, detail: str = "") -> None:
        """Say that it goes on, and how far it is (0 to 1)."""
        self._change(job, progress=min(max(progress, 0.0), 1.0), detail=detail, heartbeat=now())

    def finish(self, job: Job, detail: str = "") -> None:
        """It did what it was to do."""
        at = now()
        self._change(job, state="finished", progress=1.0, detail=detail, heartbeat=at, ended=at)

    def fail(self, job: Job, error: BaseException | str) -> None:
        """It could not; `error` is for the person who started it."""
        at = now()
        self._change(job, state="failed", error=str(error), heartbeat=at, ended=at)

    def job(self, number: int) -> Job:
        """Raises NotFoundError."""
        with self._database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == number)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no job {number}: see those there are with `wellread doctor`")
        return _job(row)

    def running(self) -> list[Job]:
        """Jobs that are really under way, oldest first."""
        statement = select(jobs).where(jobs.c.state == "running").order_by(jobs.c.id)
        with self._database.read() as connection:
            found = [_job(row) for row in connection.execute(statement)]
        return [job for job in found if job.state == "running"]

    def recent(self, limit: int = 20) -> list[Job]:
        """Jobs in every state, the latest first."""
        statement = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(statement)]

    def _change(self, job: Job, **values: object) -> None:
        with self._database.write() as transaction:
            _update(transaction.connection, job.id, values)


def _update(connection: Connection, number: int, values: dict[str, object]) -> None:
    if not connection.execute(update(jobs).where(jobs.c.id == number).values(values)).rowcount:
        raise NotFoundError(f"there is no job {number}")


def _job(row: Row[Any]) -> Job:
    process = Process(row.host, row.process, row.process_start)
    return Job(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        state=_state(row, process),
        progress=row.progress,
        detail=row.detail,
        error=row.error,
        started=row.started,
        heartbeat=row.heartbeat,
        ended=row.ended,
        process=process,
    )


def _state(row: Row[Any], process: Process) -> JobState:
    stored: JobState = row.state
    if stored != "running":
        return stored
    if process.is_here():
        return "running" if process.is_alive() else "interrupted"
    silent = datetime.now(UTC) - datetime.fromisoformat(row.heartbeat)
    return "interrupted" if silent > SILENCE else "running"
