"""The program, run as a user runs it: in a process of its own."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import wellread

PROGRAM = [sys.executable, "-m", "wellread"]
MOST_SECONDS = 120


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's own without anything that a developer may have set for Wellread."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WELLREAD_")}
    return {**kept, "NO_COLOR": "1", **(more or {})}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self, code: int, *named: str) -> None:
        """It ended with `code` and a message that names all these; no data, no traceback."""
        assert "Traceback" not in self.err
        assert (self.code, self.out) == (code, ""), self.err
        for name in named:
            assert name in self.err


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a workspace, in which the program is run."""

    root: Path

    def run(self, *arguments: str | Path, more: Mapping[str, str] | None = None, before: str = "") -> Ended:
        """`before` is shell that runs first, in the same process; without it modules are loaded already."""
        if not before:
            return _loaded().run(self.root, [*map(str, arguments)], environment(more))
        program = ["bash", "-c", f'{before}; exec "$@"', "bash", *PROGRAM, *map(str, arguments)]
        ended = subprocess.run(
            program,
            cwd=self.root,
            env=environment(more),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            cwd=self.root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that runs the tests in the background has them ignore Ctrl-C, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (no threads here)
        )

    def still_answers(self) -> None:
        """What was there before the wrong use is still found and still closed."""
        with wellread.open(self.root) as workspace:
            assert workspace.ask("What is the notice period?").text == "The notice period is four weeks."
            uris = {hit.passage.uri for hit in workspace.search("salary of band C").hits}
            assert "hr/pay.md" not in uris
            assert workspace.catalogue.audit.verify() is None


class Loaded:
    """`loaded_program.py` at work: the same program without the second that loading its modules takes."""

    def __init__(self) -> None:
        self._asked, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asked.settimeout(MOST_SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, Path(__file__).with_name("loaded_program.py"), str(theirs.fileno())],
                env=environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def run(self, folder: Path, arguments: list[str], environment: dict[str, str]) -> Ended:
        asked = {"folder": str(folder), "arguments": arguments, "environment": environment}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            socket.send_fds(self._asked, [json.dumps(asked).encode()], [out.fileno(), err.fileno()])
            status = int(self._asked.recv(100))
            texts = [file.seek(0) or file.read().decode() for file in (out, err)]
        return Ended(os.waitstatus_to_exitcode(status), *texts)

    def close(self) -> None:
        """End it, and a command that still runs."""
        self._asked.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@cache
def _loaded() -> Loaded:
    """One for all tests of a process."""
    made = Loaded()
    atexit.register(made.close)
    return made
