"""What databases say when they refuse, in Wellread's errors."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wellread.errors import NotFoundError, UnreachableError, UsageError, WellreadError

# Classes of SQLSTATE (ISO/IEC 9075-2; PostgreSQL's appendix A), and codes that are exceptions in theirs.
_UNREACHABLE_STATES = ("08", "28", "40", "53", "55", "57", "58", "XX", "42501")
_GONE_STATES = ("3D000",)
_USAGE_STATES = ("0A", "20", "21", "22", "25", "26", "2F", "34", "38", "39", "3F", "42", "44")

_MYSQL_GONE = frozenset({1049})
_MYSQL_USAGE = frozenset({1052, 1054, 1055, 1064, 1111, 1140, 1146, 1222, 1241, 1247, 1305, 1582, 1630, 1792})
"""Errors that the query itself has: a name that is not known, or not of one thing; its form; a change."""

_SQLITE_USAGE = (
    "SQLITE_ERROR",
    "SQLITE_AUTH",
    "SQLITE_READONLY",
    "SQLITE_NOTADB",
    "SQLITE_MISUSE",
    "SQLITE_RANGE",
)
_NO_DATABASE = re.compile(r'database "[^"]*" does not exist')


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Raises NotFoundError, UnreachableError or UsageError for what SQLAlchemy and drivers raise."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except DBAPIError as error:
        raise _refusal(location, error.orig, isinstance(error, _usage_errors())) from None
    except (SQLAlchemyError, sqlite3.Warning, sqlite3.Error) as error:
        raise UsageError(f"the query for {location} cannot be carried out: {error}") from None
    except OSError as error:
        raise UnreachableError(f"{location} does not answer: {error}") from None


def _usage_errors() -> tuple[type[Exception], ...]:
    from sqlalchemy.exc import DataError, NotSupportedError, ProgrammingError

    return DataError, NotSupportedError, ProgrammingError


def _refusal(location: str, error: Any, is_of_query: bool) -> WellreadError:
    """`is_of_query` is what the driver takes it for, where the database gives no code of its own."""
    said = " ".join(str(error.args[-1] if _mysql_code(error) else error).split())
    kind = _kind(error, said)
    if kind is None:
        kind = UsageError if is_of_query else UnreachableError
    if kind is NotFoundError:
        return NotFoundError(f"{location} is not there: {said}")
    if kind is UsageError:
        return UsageError(f"the query for {location} cannot be carried out: {said}")
    return UnreachableError(f"{location} does not answer, or refuses: {said}")


def _kind(error: Any, said: str) -> type[WellreadError] | None:
    code = _mysql_code(error)
    if code:
        return (
            NotFoundError if code in _MYSQL_GONE else UsageError if code in _MYSQL_USAGE else UnreachableError
        )
    name = getattr(error, "sqlite_errorname", None) or ""
    if name:
        return UsageError if name.startswith(_SQLITE_USAGE) else UnreachableError
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith(_GONE_STATES) or (not state and _NO_DATABASE.search(said)):
        return NotFoundError
    if state.startswith(_UNREACHABLE_STATES):
        return UnreachableError
    return UsageError if state.startswith(_USAGE_STATES) else None


def _mysql_code(error: Any) -> int:
    arguments: tuple[Any, ...] = getattr(error, "args", ())
    return arguments[0] if len(arguments) > 1 and isinstance(arguments[0], int) else 0
