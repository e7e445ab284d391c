"""The one place that says, in SQL, who may read a document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, exists, select

from wellread.catalogue.schema import readers
from wellread.records.people import Principal

Value = TypeVar("Value")

AT_ONCE = 1000
"""Values of one IN list; SQLite's limit is 32,766 for a statement."""


FEW = 16
"""Up to so many principals are looked up one by one among a document's readers; for more, its readers are
walked."""


def readable(document: ColumnElement[str], principals: frozenset[Principal]) -> ColumnElement[bool]:
    """That one of `principals` is among the readers of `document`. No principals read nothing."""
    return held_by(document, sorted(principals), are_many(principals))


def are_many(principals: frozenset[Principal]) -> bool:
    """Which form of `held_by` is faster for them."""
    return len(principals) > FEW


def held_by(
    document: ColumnElement[str], principals: Sequence[Principal] | BindParameter[Any], many: bool
) -> ColumnElement[bool]:
    """`readable` for principals that are given later, as an expanding parameter."""
    principal: ColumnElement[str] = readers.c.principal
    if many:
        # SQLite would seek each of 300 groups in the index for every document: 20 times slower. An
        # expression is in no index, so it walks the few readers and looks those up among the principals.
        principal = principal.concat("")
    return exists(select(readers.c.document).where(readers.c.document == document, principal.in_(principals)))


def readers_of(connection: Connection, documents: Iterable[str]) -> Mapping[str, frozenset[Principal]]:
    """The readers of each of `documents`; of a document without any, the empty set."""
    found: dict[str, set[Principal]] = {document: set() for document in documents}
    for part in portions(list(found)):
        statement = select(readers.c.document, readers.c.principal).where(readers.c.document.in_(part))
        for row in connection.execute(statement):
            found[row.document].add(row.principal)
    return {document: frozenset(held) for document, held in found.items()}


def portions(values: Sequence[Value]) -> Iterable[Sequence[Value]]:
    """`values` in pieces that fit one IN list."""
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))
