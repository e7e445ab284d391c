"""What tests need to run another program's server: an account, a folder, a port, and to know when it is up."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

_Server = TypeVar("_Server")


@contextmanager
def folder_for(name: str) -> Iterator[Path]:
    """A folder until the block ends: short, for a socket's name, and not below pytest's, which others may not enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def given_to(account: str, folder: Path) -> dict[str, Any]:
    """Arguments of Popen for a server that refuses to be root's: run as `account`, which gets the folder."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(account)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """One on loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether a server does, on loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def comes_up(process: "subprocess.Popen[bytes]", answers: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait until it answers; False when it ended, or did not within so many seconds."""
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        if answers():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def or_skipped(running: AbstractContextManager[_Server]) -> Iterator[_Server]:
    """The server that runs; skips with what is to be installed where that raises LookupError."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running)
        except LookupError as absent:
            pytest.skip(str(absent))
        yield server
