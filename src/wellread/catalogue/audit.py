"""Who did what, in an append-only log that shows when it has been tampered with."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from wellread.catalogue.chain import GENESIS, Deed, seal
from wellread.catalogue.database import Database
from wellread.catalogue.schema import audit, sequences


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One thing that was done. `subject` is an id or name, never a document's text."""

    number: int
    at: str
    """ISO 8601 UTC."""
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the log is not what was written."""

    number: int
    """The row that is wrong or missing."""
    reason: str


class Audit:
    """Append, read, verify. There is no way to change a row, and none of the house's code deletes one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self, actor: str, action: str, subject: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """Add a row; inside a batch, with the batch. `detail` must be plain JSON values (TypeError,
        ValueError)."""
        with self._database.write() as transaction:
            transaction.record(actor, action, subject, detail or {})

    def rows(self, after: int = 0, limit: int | None = None) -> list[AuditRow]:
        """Rows numbered above `after`, in order."""
        statement = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(limit)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(statement)]

    def head(self) -> tuple[int, str]:
        """Number and hash of the last row, to be noted somewhere the database's owner cannot write."""
        statement = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return (row[0], row[1]) if row else (0, GENESIS)

    def last_change(self) -> int:
        """Number of the last row that is not of somebody's conversations; 0 before the first. Whatever changes what
        people may read, or who answers, writes a row."""
        own = audit.c.action.startswith("conversation.", autoescape=True)
        statement = select(audit.c.number).where(~own).order_by(audit.c.number.desc()).limit(1)
        with self._database.read() as connection:
            return connection.execute(statement).scalar() or 0

    def verify(self, head: tuple[int, str] | None = None) -> Broken | None:
        """The first row that was edited, removed or moved; None when the log is whole.

        Cutting off the end leaves a chain that is right in itself. It is noticed here only because a
        count of rows is kept beside the log; somebody who can write to the database can set that back
        too, or compute a whole new chain. Against that helps a `head()` noted elsewhere earlier and given
        here: it must still be in the chain with the same hash.
        """
        with self._database.read() as connection:
            counted: int = connection.execute(
                select(sequences.c.value).where(sequences.c.name == "audit")
            ).scalar_one()
            return _first_broken(_stream(connection), counted, head or (0, GENESIS))


def _first_broken(rows: Iterator[Row[Any]], counted: int, head: tuple[int, str]) -> Broken | None:
    previous, expected = GENESIS, 1
    for row in rows:
        if row.number != expected:
            return Broken(expected, f"row {expected} is missing: row {row.number} comes in its place")
        if row.previous != previous:
            return Broken(row.number, f"row {row.number} does not follow the row before it")
        deed = Deed(row.at, row.actor, row.action, row.subject, row.detail)
        if row.hash != seal(row.number, deed, previous):
            return Broken(row.number, f"row {row.number} is not what was written: its hash differs")
        if row.number == head[0] and row.hash != head[1]:
            return Broken(row.number, f"row {row.number} differs from the hash that was noted for it")
        previous, expected = row.hash, expected + 1
    needed = max(counted, head[0])
    if expected <= needed:
        return Broken(expected, f"rows {expected} to {needed} are missing from the end")
    return None


def _stream(connection: Connection) -> Iterator[Row[Any]]:
    statement = select(audit).order_by(audit.c.number).execution_options(yield_per=1000)
    yield from connection.execute(statement)


def _row(row: Row[Any]) -> AuditRow:
    return AuditRow(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=json.loads(row.detail),
        previous=row.previous,
        hash=row.hash,
    )
