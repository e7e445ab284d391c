"""A real PostgreSQL server on loopback, for the tests that need one: started once, thrown away at the end.

The fixture is `postgres`; `tests/conftest.py` makes it known to every test.
"""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from server_program import comes_up, folder_for, free_port, given_to, or_skipped
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

USER = "postgres"


class PostgresServer:
    """One cluster below `folder`, which lets in everybody on this machine and loses everything with its folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._identity = given_to(USER, folder)
        self.port = free_port()

    def url(self, database: str = "postgres", user: str = USER) -> URL:
        """Where a database is, for SQLAlchemy."""
        return URL.create("postgresql+psycopg", user, host="127.0.0.1", port=self.port, database=database)

    def create_database(self, name: str) -> URL:
        """A new empty database; where it is. It costs about 8 MB of disk: `empty_database` does for most tests."""
        self._administer("postgres", f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)

    def empty_database(self, name: str) -> URL:
        """A database without tables, made if it is not there; where it is."""
        if not self._administer("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return self.create_database(name)
        self._administer(name, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Take a database away from whoever uses it."""
        self._administer("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def start(self) -> None:
        """Make the cluster if there is none, and run it. Raises RuntimeError with what it says if it does not."""
        data = self._folder / "data"
        if not data.exists():
            self._run(
                "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
            )
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self._folder,
            "fsync": "off", "max_connections": 50,
        }  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, *(f"--{name}={is_}" for name, is_ in settings.items())],
                cwd=self._folder, stdout=log, stderr=log, **self._identity,
            )  # fmt: skip
        probe = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        if comes_up(self._process, lambda: subprocess.run(probe, check=False).returncode == 0):
            return
        self.stop()
        raise RuntimeError(f"PostgreSQL does not start: {(self._folder / 'log').read_text()}")

    def stop(self) -> None:
        """End it, whoever is connected. It can be started again."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
        self._process = None

    def _administer(self, database: str, *statements: str) -> list[Any]:
        """The rows of the last statement."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        rows: list[Any] = []
        with engine.connect() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                rows = list(result) if result.returns_rows else []
        return rows

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder, capture_output=True, text=True, check=False, **self._identity,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A server for as long as the block lasts. Raises LookupError with what to install where something is absent."""
    if find_spec("psycopg") is None:
        raise LookupError("the driver is not here: pip install 'psycopg[binary]'")
    programs = _programs()
    if programs is None:
        raise LookupError("PostgreSQL is not here: apt-get install postgresql")
    with folder_for("postgres") as folder:
        server = PostgresServer(programs, folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that runs for as long as the tests do; skips where its programs or driver are absent."""
    with or_skipped(running()) as server:
        yield server


def _programs() -> Path | None:
    """The folder of the newest server's programs."""
    on_path = shutil.which("initdb")
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: float(path.parts[-3]), default=None)
    return Path(on_path).resolve().parent if on_path else newest.parent if newest else None
