"""A real MariaDB server on loopback, for the tests that need one: started once, thrown away at the end.

A test module says `pytest_plugins = ("mariadb_server",)` and takes the fixture `mariadb`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_program import comes_up, folder_for, free_port, given_to, listens
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

USER = "root"


class MariaDbServer:
    """One server below `folder`, whose user has no password."""

    def __init__(self, programs: tuple[str, str], folder: Path) -> None:
        self._install, self._serve = programs
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._identity = given_to("nobody", folder)
        self.port = free_port()

    def url(self, database: str = "mysql") -> URL:
        """Where a database is, for SQLAlchemy."""
        return URL.create("mysql+pymysql", USER, host="127.0.0.1", port=self.port, database=database)

    def empty_database(self, name: str) -> URL:
        """A database without tables; where it is."""
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS `{name}`"))
            connection.execute(text(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4"))
        return self.url(name)

    def start(self) -> None:
        """Raises RuntimeError with what it says when it does not come up."""
        data = f"--datadir={self._folder / 'data'}"
        done = subprocess.run(
            [self._install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"],
            cwd=self._folder, capture_output=True, text=True, check=False, **self._identity,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{self._install}: {done.stdout}{done.stderr}")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._serve, "--no-defaults", data, "--bind-address=127.0.0.1", f"--port={self.port}",
                 f"--socket={self._folder / 'socket'}", f"--pid-file={self._folder / 'pid'}", "--skip-name-resolve",
                 "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M"],
                cwd=self._folder, stdout=log, stderr=log, **self._identity,
            )  # fmt: skip
        if comes_up(self._process, lambda: listens(self.port)):
            return
        self.stop()
        raise RuntimeError(f"MariaDB does not start: {(self._folder / 'log').read_text()}")

    def stop(self) -> None:
        """End it at once: nothing in it is worth keeping."""
        if self._process:
            self._process.kill()
            self._process.wait(30)
        self._process = None


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDbServer]:
    """A server that runs for as long as the tests do; skips where its programs or driver are absent."""
    pytest.importorskip("pymysql", reason="the driver is not here: pip install pymysql")
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    install, serve = shutil.which("mariadb-install-db", path=path), shutil.which("mariadbd", path=path)
    if not install or not serve:
        pytest.skip("MariaDB is not here: apt-get install mariadb-server-core")
    with folder_for("mariadb") as folder:
        server = MariaDbServer((install, serve), folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
