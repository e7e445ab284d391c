"""One change of the catalogue: everything in it holds after the commit, or nothing does.

What a change tells the index (the outbox) and the audit log is collected while it goes on and written just
before the commit, so a batch of a thousand documents takes its numbers once. Numbers come in commit order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError

from wellread.catalogue import schema
from wellread.catalogue.chain import GENESIS, Deed, canonical, seal
from wellread.errors import StorageError
from wellread.records.people import Principal

Clock = Callable[[], datetime]
"""Says what time it is, with a zone."""


def utc() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 UTC with microseconds, 32 characters; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def now() -> str:
    """This moment as `iso` writes it."""
    return iso(utc())


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """An outbox row that has no number yet."""

    upserts: Sequence[int] = ()
    deletes: Sequence[int] = ()
    moved: Sequence[int] = ()
    """Keys that stay but whose readers are now `readers`."""
    readers: frozenset[Principal] = frozenset()


@dataclass(slots=True)
class Transaction:
    """The open transaction of one thread."""

    connection: Connection
    changes: list[PendingChange] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    failed: bool = False

    def tell_index(self, change: PendingChange) -> None:
        """Put `change` into the outbox when this commits; an empty one is dropped."""
        if change.upserts or change.deletes or change.moved:
            self.changes.append(change)

    def record(self, actor: str, action: str, subject: str, detail: Mapping[str, object]) -> None:
        """Put a row into the audit log when this commits."""
        self.deeds.append(Deed(now(), actor, action, subject, canonical(detail)))

    def allocate(self, name: str, count: int) -> range:
        """The next `count` numbers of a sequence. Given out once; a rollback takes them back."""
        table = schema.sequences
        statement = (
            update(table)
            .where(table.c.name == name)
            .values(value=table.c.value + count)
            .returning(table.c.value)
        )
        last: int = self.connection.execute(statement).scalar_one()
        return range(last - count + 1, last + 1)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A step of this transaction that is undone alone when it raises.

        After an error of the database itself the whole transaction is lost, because SQLite ends it on a full
        disk.
        """
        if self.failed:
            raise StorageError(
                "this batch already failed and nothing of it will be kept: "
                "let the first error end it, then run it again"
            )
        marks = len(self.changes), len(self.deeds)
        try:
            savepoint = self.connection.begin_nested()
            try:
                yield
            except DBAPIError:
                raise
            except BaseException:
                if not self.failed:
                    savepoint.rollback()
                    del self.changes[marks[0] :], self.deeds[marks[1] :]
                raise
            savepoint.commit()
        except DBAPIError:
            self.failed = True
            raise

    def finish(self) -> None:
        """Write the collected rows; the last thing before the commit."""
        if self.failed:
            raise StorageError("a step of this batch failed, so nothing of it was kept: run the batch again")
        self._write_changes()
        self._write_deeds()

    def _write_changes(self) -> None:
        if not self.changes:
            return
        numbers = self.allocate("outbox", len(self.changes))
        rows = [
            {
                "number": number,
                "upserts": list(change.upserts),
                "deletes": list(change.deletes),
                "readers": [[sorted(change.readers), list(change.moved)]] if change.moved else [],
            }
            for number, change in zip(numbers, self.changes, strict=True)
        ]
        self.connection.execute(insert(schema.outbox), rows)

    def _write_deeds(self) -> None:
        if not self.deeds:
            return
        numbers = self.allocate("audit", len(self.deeds))
        table = schema.audit
        latest = select(table.c.hash).order_by(table.c.number.desc()).limit(1)
        previous: str = self.connection.execute(latest).scalar() or GENESIS
        rows = []
        for number, deed in zip(numbers, self.deeds, strict=True):
            sealed = seal(number, deed, previous)
            rows.append({"number": number, **asdict(deed), "previous": previous, "hash": sealed})
            previous = sealed
        self.connection.execute(insert(table), rows)
