"""A database as it is read: one statement, which can change nothing, its rows as they come.

sqlite:///path/to/file.db
postgresql://user@host[:port]/database       wants the extra `wellread[postgres]`
mysql://user@host[:port]/database            wants the extra `wellread[mysql]`
"""

import os
import re
import socket
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wellread.errors import NotFoundError, UsageError
from wellread.ingest.sources.sql.errors import translated

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60
"""What the server may take for the query, and then for each further batch of rows."""
SILENT_SECONDS = 70.0
"""After this long without an answer the connection is broken off, whatever the server was told."""
TOGETHER = 100
"""Rows in memory at a time."""

_DRIVERS = {
    "sqlite": ("sqlite+pysqlite", ""),
    "postgresql": ("postgresql+psycopg", "postgres"),
    "mysql": ("mysql+pymysql", "mysql"),
    "mariadb": ("mariadb+pymysql", "mysql"),
}
"""By the name of a database: its driver for SQLAlchemy, and the extra it is in."""

_FORM = re.compile(rf"(?:{'|'.join(_DRIVERS)})(?:\+\w+)?://", re.IGNORECASE)
_SQLITE = re.compile(r"sqlite(?:\+pysqlite)?:///?", re.IGNORECASE)
_SECRET_NAME = re.compile("pass|pwd|secret|token", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_READING = frozenset({"select", "with", "values", "table"})

Row = Sequence[Any]


def is_database(location: str) -> bool:
    """Whether a location has the form of a database's."""
    return bool(_FORM.match(location))


class Database:
    """Nothing is reached before `rows`."""

    def __init__(self, location: str, secret: str | None) -> None:
        """Raises UsageError: no such kind of database, a password in the location, a driver that is missing."""
        url = _url(location.strip())
        self.location = f"sqlite:///{url.database}" if url.drivername == "sqlite" else url.render_as_string()
        self._engine = _engine(url.set(password=secret) if secret and url.drivername != "sqlite" else url)

    def rows(self, query: str) -> Generator[Row, None, None]:
        """The names of the columns, then every row of `query`.

        Raises NotFoundError (no such database), UnreachableError (no answer, no permission), UsageError (the query
        cannot be carried out, or is no query).
        """
        statement = _one_reading(query)
        options = {"stream_results": True, "yield_per": TOGETHER, "no_parameters": True}
        with translated(self.location), self._engine.connect() as connection:
            watch = _watch(connection.connection.driver_connection)
            with watch():
                result = connection.execution_options(**options).exec_driver_sql(statement)
            with closing(result):
                yield tuple(result.keys())
                partitions = result.partitions(TOGETHER)
                while True:
                    with watch():
                        some = next(partitions, ())
                    if not some:
                        return
                    yield from some

    def close(self) -> None:
        """Let go of the connection. Calling twice is harmless."""
        self._engine.dispose()


def _url(location: str) -> "URL":
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    sqlite = _SQLITE.match(location)
    if sqlite:
        # A path as it stands, whatever signs are in it.
        if location[sqlite.end() :] in ("", ":memory:"):
            raise UsageError(f"{location} names no database: write sqlite:///FILE")
        return URL.create("sqlite", database=str(Path(location[sqlite.end() :]).expanduser().absolute()))
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        raise UsageError(
            "the location is no database: write sqlite:///FILE, or postgresql://USER@HOST/DATABASE"
        ) from None
    name = url.get_backend_name()
    if url.password is not None or any(_SECRET_NAME.search(key) for key in url.query):
        raise UsageError(
            f"{name}://{url.host or ''}/{url.database}: a password does not belong into a location: "
            "set WELLREAD_SECRET_<NAME of the source> instead"
        )
    if name not in _DRIVERS or url.drivername not in (name, _DRIVERS[name][0]):
        raise UsageError(f"{url.drivername} is not a kind of database: it is one of {', '.join(_DRIVERS)}")
    if not url.database:
        raise UsageError(f"{url.render_as_string()} names no database: add /DATABASE")
    return url.set(drivername=name)


def _engine(url: "URL") -> "Engine":
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    name = url.drivername
    driver, extra = _DRIVERS[name]
    connect: Mapping[str, Any] = _CONNECT.get(name, {})
    creator = {"creator": lambda: _open_sqlite(str(url.database))} if name == "sqlite" else {}
    try:
        engine = create_engine(
            url.set(drivername=driver), poolclass=NullPool, connect_args=dict(connect), **creator
        )
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the driver for {name} is not installed ({error.name}): pip install 'wellread[{extra}]'"
        ) from None
    if name != "sqlite":
        event.listen(engine, "connect", lambda connection, _: _SETTLE[name](connection))
    return engine


_MYSQL = {"connect_timeout": CONNECT_SECONDS, "read_timeout": SILENT_SECONDS, "write_timeout": 30}
_CONNECT: Mapping[str, Mapping[str, Any]] = {
    "postgresql": {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
    },
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
}


def _settle_postgresql(connection: Any) -> None:
    connection.read_only = True
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        cursor.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000}")
    connection.commit()


def _settle_mysql(connection: Any) -> None:
    limits = (
        f"SET SESSION max_execution_time = {STATEMENT_SECONDS * 1000}",
        f"SET SESSION max_statement_time = {STATEMENT_SECONDS}",
    )
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        is_mariadb = "mariadb" in str(connection.get_server_info()).lower()
        cursor.execute(limits[is_mariadb])


_SETTLE: Mapping[str, Callable[[Any], None]] = {
    "postgresql": _settle_postgresql, "mysql": _settle_mysql, "mariadb": _settle_mysql,
}  # fmt: skip


def _open_sqlite(path: str) -> sqlite3.Connection:
    if not os.path.exists(path):  # noqa: PTH110  # pathlib's raises for a folder that may not be entered
        raise NotFoundError(f"{path} does not exist: check the name, and that it is mounted")
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=CONNECT_SECONDS)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA query_only = ON").close()
    return connection


def _one_reading(query: str) -> str:
    """`query` without what follows its end. Raises UsageError when it is no reading one."""
    statement = query.strip().rstrip("; \n\t")
    found = _COMMENTS.match(statement)
    word = re.match(r"\w*", statement[found.end() if found else 0 :])
    if not word or word[0].lower() not in _READING:
        raise UsageError(f"the query begins with {word[0] if word else ''!r}: it must be one SELECT")
    return statement


def _watch(connection: "DBAPIConnection | None") -> Callable[[], AbstractContextManager[None]]:
    """What breaks a connection off that is silent for too long while it is waited for."""

    @contextmanager
    def watch() -> Iterator[None]:
        timer = threading.Timer(SILENT_SECONDS, _break_off, [connection])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    return watch


def _break_off(connection: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.interrupt()
    elif hasattr(connection, "fileno"):
        with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)
