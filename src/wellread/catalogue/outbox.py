"""What the index has not heard of yet: numbered changes, in the order of their commits."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select

from wellread.catalogue.database import Database
from wellread.catalogue.schema import outbox, sequences
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One committed change of knowledge. The same key may come again later; the latest state is in the
    catalogue, so upserts are looked up with `Knowledge.entries`, which leaves out what is gone by then."""

    number: int
    upserts: tuple[int, ...] = ()
    deletes: tuple[int, ...] = ()
    readers: dict[int, frozenset[Principal]] = field(default_factory=dict)
    """New readers of keys that otherwise stay as they are."""


class Outbox:
    """Read by whoever brings the index up to date; written inside the transaction of each change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, after: int, limit: int = 1000) -> list[Change]:
        """At most `limit` changes numbered above `after`, in order. Numbers may have gaps, but none is filled
        later."""
        statement = select(outbox).where(outbox.c.number > after).order_by(outbox.c.number).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [
            Change(
                number=row.number,
                upserts=tuple(row.upserts),
                deletes=tuple(row.deletes),
                readers={key: held for held, keys in _reader_sets(row.readers) for key in keys},
            )
            for row in rows
        ]

    def last(self) -> int:
        """The highest number ever given out, trimmed or not; 0 before the first. An index is current at this
        position."""
        with self._database.read() as connection:
            statement = select(sequences.c.value).where(sequences.c.name == "outbox")
            number: int = connection.execute(statement).scalar_one()
        return number

    def first(self) -> int | None:
        """The lowest number still held. An index whose position is below `first() - 1` has to be rebuilt."""
        with self._database.read() as connection:
            statement = select(outbox.c.number).order_by(outbox.c.number).limit(1)
            number: int | None = connection.execute(statement).scalar()
        return number

    def trim(self, up_to: int) -> int:
        """Forget changes up to and including `up_to`, which every index has applied; returns how many."""
        with self._database.write() as transaction:
            return transaction.connection.execute(delete(outbox).where(outbox.c.number <= up_to)).rowcount


def _reader_sets(stored: list[tuple[list[str], list[int]]]) -> list[tuple[frozenset[Principal], list[int]]]:
    return [(frozenset(held), keys) for held, keys in stored]
