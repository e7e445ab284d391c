"""What a search is limited to, as a condition of a statement."""

from typing import Any

from sqlalchemy import ColumnElement, Select

from wellread.records.knowledge import Restriction

ANYWHERE = Restriction()


def limited(
    statement: Select[Any],
    within: Restriction,
    source: ColumnElement[str],
    changed: ColumnElement[str],
    document: ColumnElement[str],
) -> Select[Any]:
    """Only rows of the source, the document and the days that `within` names; `changed` is a day or moment in ISO
    8601."""
    if within.source is not None:
        statement = statement.where(source == within.source)
    if within.document is not None:
        statement = statement.where(document == within.document)
    if within.after:
        statement = statement.where(changed >= within.after)
    if within.before:
        statement = statement.where(changed < within.before)
    return statement
