"""The other end of `killed_writer`: gives it orders and kills the writer in the step that was chosen."""

import json
import mmap
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from killed_writer import NAMES

SOON = 120.0
"""Seconds within which a writer says something, on the busiest machine."""


class Writer:
    """Runs orders in processes of their own, one after the other, each killed when it is told to be."""

    def __init__(self, root: Path) -> None:
        self._place = root.parent / "step"
        self._place.write_bytes(b"\0")
        with self._place.open("r+b") as file:
            self._step = mmap.mmap(file.fileno(), 1)
        program = [
            sys.executable, str(Path(__file__).with_name("killed_writer.py")), str(root), str(self._place)
        ]  # fmt: skip
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout
        self._rest = b""

    def run(self, operation: str, *arguments: str) -> dict[str, tuple[int, float]]:
        """Let one work to its end: the steps it went through, how often and how many seconds."""
        self._order(operation, arguments)
        steps = json.loads(self._line().removeprefix("steps "))
        assert self._line() == "done"
        return {name: (entered, seconds) for name, (entered, seconds) in steps.items()}

    def kill(self, target: "Target") -> str | None:
        """The step in which it was killed; None when it ended before."""
        pid = self._order(target.operation, target.arguments, step=target.step, time=target.time)
        while (line := self._line()) != "done":
            if line == "there":
                time.sleep(target.delay)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                while (line := self._line()) not in ("killed", "done"):
                    pass
                return NAMES[self._step[0]] if line == "killed" else None
            assert line.startswith("steps"), f"{target}: {line}"
        return None

    def close(self) -> None:
        """No more orders."""
        self._orders.close()
        assert self._process.wait(10) == 0
        self._answers.close()
        self._step.close()

    def _order(self, operation: str, arguments: Iterable[str], **more: object) -> int:
        order = {"operation": operation, "arguments": list(arguments), **more}
        self._orders.write(json.dumps(order).encode() + b"\n")
        return int(self._line().split()[1])

    def _line(self) -> str:
        while b"\n" not in self._rest:
            assert select.select([self._answers], [], [], SOON)[0], "the writer does not answer"
            piece = self._answers.read(4096)
            assert piece, "the writer is gone"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()


@dataclass(frozen=True, slots=True)
class Target:
    """An operation and where in it the writer is to be killed: in a step, the how-manieth, so much later."""

    operation: str
    arguments: tuple[str, ...]
    step: str
    time: int
    delay: float
