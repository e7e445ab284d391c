"""What was learnt: datasets, adapters and the comparisons that say whether they are worth it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select

from wellread.catalogue.adapters import Adapters
from wellread.catalogue.datasets import Datasets
from wellread.catalogue.schema import comparisons
from wellread.catalogue.transaction import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The stored result of an evaluation. `payload` is as its writer gave it."""

    number: int
    kind: str
    saved: str
    """ISO 8601 UTC."""
    payload: Any


class Learning(Datasets, Adapters):
    """`catalogue.learning`: both registries, because lineage runs through them, and stored comparisons."""

    def save_comparison(self, kind: str, payload: Any) -> int:
        """Keep a result (plain JSON values); returns its number."""
        with self._database.write() as transaction:
            number = transaction.allocate("comparison", 1)[0]
            row = {"number": number, "kind": kind, "saved": now(), "payload": payload}
            transaction.connection.execute(insert(comparisons), row)
            return number

    def latest_comparison(self, kind: str | None = None) -> Comparison | None:
        """The last one saved, of `kind` if given."""
        statement = select(comparisons).order_by(comparisons.c.number.desc()).limit(1)
        if kind is not None:
            statement = statement.where(comparisons.c.kind == kind)
        with self._database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _comparison(row)

    def comparisons(self, kind: str) -> list[Comparison]:
        """All of `kind`, the oldest first."""
        statement = select(comparisons).where(comparisons.c.kind == kind).order_by(comparisons.c.number)
        with self._database.read() as connection:
            return [_comparison(row) for row in connection.execute(statement)]


def _comparison(row: Row[Any]) -> Comparison:
    return Comparison(number=row.number, kind=row.kind, saved=row.saved, payload=row.payload)
