"""The installed program, run as a user runs it: in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wellread

PROGRAM = [sys.executable, "-m", "wellread"]


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
        """`before` is shell that runs first, in the same process."""
        program = [*PROGRAM, *map(str, arguments)]
        if before:
            program = ["bash", "-c", f'{before}; exec "$@"', "bash", *program]
        ended = subprocess.run(
            program, cwd=self.root, env=environment(more), capture_output=True, timeout=120, check=False
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
