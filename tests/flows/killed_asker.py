"""Asks in a conversation, each time in a process of its own that can be killed at the moment that was ordered.

An order is a line of JSON on stdin: the conversation, the question, and where to stop and wait for the kill: behind
the how-manieth piece of the answer, or behind the how-manieth row that is written. Without either it ends by itself.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

import wellread
from wellread.models.fakes import FakeGenerator
from wellread.models.protocols import Request

SENTENCES = 6


def everything(request: Request) -> str:
    """All sentences of the only document."""
    return " ".join(f"Rule {number} of the canteen is kept by everybody." for number in range(SENTENCES))


def told(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # one write: half a line would be read as a whole one


def stop(where: str) -> None:
    told(f"there {where}")
    while True:
        signal.pause()


def stop_behind_row(number: int) -> None:
    written = 0

    @event.listens_for(Engine, "after_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal written
        if statement.startswith(("INSERT INTO turn", "UPDATE conversations", "INSERT INTO conversations")):
            written += 1
            if written == number:
                stop(f"row {number}")


def ask(root: Path, order: dict[str, Any]) -> None:
    pieces = 0

    def emit(_: str) -> None:
        nonlocal pieces
        pieces += 1
        if order.get("free"):
            told(f"piece {pieces}")
        if pieces == order.get("piece"):
            stop(f"piece {pieces}")

    if order.get("row"):
        stop_behind_row(order["row"])
    with wellread.open(root) as workspace:
        workspace.__dict__["generator"] = FakeGenerator(everything)
        answer = workspace.ask(order["question"], "ann", emit=emit, conversation=order["conversation"])
    told(f"done {answer.conversation} {len(answer.statements)} {pieces}")


def main(root: Path) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            ask(root, json.loads(line))
            os._exit(0)
        told(f"pid {child}")
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            told("killed")
        elif status:
            told("failed")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
