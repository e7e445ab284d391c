"""A catalogue is copied from one database into another, row by row, and the copy is compared before it counts."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from wellread.catalogue import schema
from wellread.catalogue.database import Database
from wellread.errors import StorageError, UsageError

_TOGETHER = 500
"""Rows held in memory at once."""


def copy(source: Database, target: Database) -> dict[str, int]:
    """Make `target`, which must be empty, equal to `source`; returns the rows of each table.

    Nobody writes to either meanwhile. All rows are there when it returns, or none: what the target then holds is read
    back and compared. Raises UsageError (the target is not empty) and StorageError (it does not give back what was put
    there).
    """
    with source.write() as origin, target.write() as copied:
        _check_empty(copied.connection)
        copied.connection.execute(delete(schema.sequences))
        counts = {}
        for table in schema.metadata.sorted_tables:
            counts[table.name] = _copy_table(origin.connection, copied.connection, table)
        for table in schema.metadata.sorted_tables:
            if _digest(origin.connection, table) != _digest(copied.connection, table):
                raise StorageError(
                    f"the new database gives back other rows of {table.name} than were put there"
                )
    return counts


def _check_empty(connection: Connection) -> None:
    for table in schema.metadata.sorted_tables:
        if table is schema.sequences:
            continue
        if found := connection.execute(select(func.count()).select_from(table)).scalar():
            raise UsageError(
                f"the database already holds {found} rows of {table.name}: name an empty one, nothing was changed"
            )


def _copy_table(origin: Connection, copied: Connection, table: Table) -> int:
    count = 0
    for rows in _portions(origin, table):
        copied.execute(insert(table), rows)
        count += len(rows)
    return count


def _portions(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(stream_results=True).execute(ordered)
    for rows in result.mappings().partitions(_TOGETHER):
        yield [dict(row) for row in rows]


def _digest(connection: Connection, table: Table) -> str:
    """Of all rows, in an order that does not depend on how a database sorts text."""
    rows = sorted(
        hashlib.sha256(json.dumps(row, sort_keys=True).encode()).digest()
        for portion in _portions(connection, table)
        for row in portion
    )
    return hashlib.sha256(b"".join(rows)).hexdigest()
