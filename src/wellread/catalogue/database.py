"""The connection to the database: how it is opened, how changes are grouped, and how its refusals are
worded."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from wellread.catalogue.migrations.runner import migrate, needs_migration
from wellread.catalogue.transaction import Transaction
from wellread.errors import BusyError, StorageError, UsageError, WellreadError

_MODE = "wellread_mode"
"""How a connection begins its transactions: `read` (if not set), `write` or `none`."""


class Database:
    """Reads see one state each; writes come one after another, across threads and processes."""

    def __init__(self, target: str | Path, patience: float) -> None:
        """`target` is a file or a database URL; `patience` the seconds to wait for another writer.

        Raises UsageError (the URL cannot be used), StorageError, BusyError.
        """
        url = _url(target)
        self._place = url.render_as_string(hide_password=True)
        self._patience = patience
        self._engine = _engine(url, patience)
        self._writer = threading.Lock()
        self._local = threading.local()
        self._closed = False
        try:
            self._migrate()
        except WellreadError:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of every connection. Calling twice is harmless."""
        self._closed = True
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent state; inside a transaction of this thread, that transaction's own."""
        transaction = self._current()
        if transaction is not None:
            yield transaction.connection
            return
        with self._translated(), self._connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction, committed and on disk when the block ends; inside another, a step of that one.

        Raises BusyError when another writer does not finish within the patience, StorageError when the
        disk or the database refuses; the state before it then still holds.
        """
        outer = self._current()
        if outer is not None:
            with self._translated(), outer.nested():
                yield outer
            return
        if not self._writer.acquire(timeout=self._patience):
            raise self._busy()
        try:
            with (
                self._translated(),
                self._connect() as connection,
                connection.execution_options(**{_MODE: "write"}).begin(),
            ):
                transaction = Transaction(connection)
                self._local.transaction = transaction
                yield transaction
                transaction.finish()
        finally:
            self._local.transaction = None
            self._writer.release()

    def vacuum(self) -> None:
        """Rewrite the file without what was deleted, and empty the log beside it: nothing erased is left on
        disk."""
        with self._translated(), self._connect() as connection:
            if self._engine.dialect.name != "sqlite":
                options = {_MODE: "none", "isolation_level": "AUTOCOMMIT"}
                connection.execution_options(**options).exec_driver_sql("VACUUM")
                return
            connection.execution_options(**{_MODE: "none"}).exec_driver_sql("VACUUM")
            # The checkpoint does not raise; its first column says whether a reader kept it from finishing.
            if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise self._busy()

    def _connect(self) -> Connection:
        if self._closed:
            raise UsageError(f"the catalogue {self._place} was closed: open it again before using it")
        return self._engine.connect()

    def _current(self) -> Transaction | None:
        return getattr(self._local, "transaction", None)

    def _migrate(self) -> None:
        with self.read() as connection:
            needed = needs_migration(connection)
        if needed:
            # Asked again under the writer's lock: another process may have migrated in between.
            with self.write() as transaction:
                if needs_migration(transaction.connection):
                    migrate(transaction.connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise self._busy() from error
        except DBAPIError as error:
            raise self._refusal(error) from error

    def _busy(self) -> BusyError:
        return BusyError(
            f"the catalogue {self._place} is being written by another process or thread and was not free "
            f"within {self._patience:g} s: wait for that sync or tuning run to end, then try again"
        )

    def _refusal(self, error: DBAPIError) -> WellreadError:
        name: str = getattr(error.orig, "sqlite_errorname", "")
        state: str = getattr(error.orig, "sqlstate", None) or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or state == _LOCK_NOT_AVAILABLE:
            return self._busy()
        fix = next((fix for prefix, fix in _FIXES.items() if name.startswith(prefix)), _FIX)
        return StorageError(f"the catalogue {self._place} refused: {error.orig}; nothing was changed. {fix}")


_FIXES = {
    "SQLITE_FULL": "Free some disk space, then try again.",
    "SQLITE_IOERR": "The disk is full, over a quota or failing: free some space or check it, then try again.",
    "SQLITE_READONLY": "Make the file and its folder writable for this user.",
    "SQLITE_CANTOPEN": "Check that the folder exists and that this user may write to it.",
    "SQLITE_CORRUPT": "The file is damaged: restore a backup, or add the sources again in a new workspace.",
    "SQLITE_NOTADB": "The file is not a catalogue: name another one, or move it away.",
    "SQLITE_CONSTRAINT": "A rule of the schema was broken, which is a defect of Wellread: please report it.",
}
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code
_FIX = "Check that the database runs and accepts this user, then try again."


def without_password(url: str) -> str:
    """`url` as it may be written down."""
    return _url(url).set(password=None).render_as_string()


def _url(target: str | Path) -> URL:
    text = str(target)
    if "://" not in text:
        if text in {"", ":memory:"}:
            raise UsageError(f"{text!r} is not a place for a catalogue: name a file or a database URL")
        return URL.create("sqlite", database=str(Path(text).absolute()))
    try:
        url = make_url(text)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            f"{text!r} is not a database URL: write a file name or dialect://host/database"
        ) from error
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise UsageError(f"{text!r} would be lost on closing: name a file")
    return url


def _engine(url: URL, patience: float) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, connect_args={"timeout": patience}, pool_timeout=patience)
            _begin_on_sqlite(engine)
        else:
            engine = create_engine(url, pool_pre_ping=True, pool_timeout=patience)
            _begin_on_postgresql(engine, patience)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the driver for {url.drivername} is not installed ({error}): pip install 'wellread[postgres]'"
        ) from error
    return engine


def _begin_on_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: it would do so only before the first change.
        connection.isolation_level = None
        for pragma in (
            "foreign_keys = ON",
            "synchronous = FULL",  # with WAL, the default of some builds loses the last commits on power loss
            "secure_delete = ON",  # deleted text is overwritten, not only forgotten
            "cache_size = -16000",  # 16 MB
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: one that reads first and writes later could not be resumed.
        mode = connection.get_execution_options().get(_MODE, "read")
        if mode != "none":
            connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "write" else "BEGIN")


def _begin_on_postgresql(engine: Engine, patience: float) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # What SQLite does by itself: one writer at a time, and readers that see one state throughout.
        mode = connection.get_execution_options().get(_MODE, "read")
        if mode == "write":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
        elif mode == "read":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


_WRITER_LOCK = 0x77656C6C72656164
"""`wellread` in ASCII: an arbitrary number that no other program is likely to lock."""
