"""A model behind an OpenAI-compatible server, a process of its own, answers in both modes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import wellread
from wellread.records.conversation import Answer, Step
from wellread.workspace import Workspace

HOST = Path(__file__).parents[1] / "support" / "chat_host.py"
QUESTION = "Who leads the group that looks after the ledger?"
TEXTS = {
    "ledger.md": "# Ledger\n\nThe ledger is looked after by the Harbour Group.\n",
    "harbour_group.md": "# Harbour Group\n\nIts lead is Mara Venn.\n",
}


@contextmanager
def served(way: str, folder: Path) -> Iterator[Workspace]:
    """A workspace whose generator is a server that calls `tools`, or knows `json` alone."""
    (folder / "docs").mkdir()
    for name, text in TEXTS.items():
        (folder / "docs" / name).write_text(text)
    with subprocess.Popen(
        [sys.executable, str(HOST), way], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        settings = f'generator = "openai:m@{address}"\nembedder = "fake"\n'
        (folder / "wellread.toml").write_text(settings)
        with wellread.open(folder) as opened:
            opened.add(folder / "docs")
            yield opened
        process.stdin.close()


def asked(workspace: Workspace, mode: str) -> tuple[Answer, list[str], list[Step]]:
    pieces: list[str] = []
    told: list[Step] = []
    agentic = mode == "agentic"
    answer = workspace.ask(
        QUESTION, emit=pieces.append, mode="agentic" if agentic else "traditional", tell=told.append
    )
    return answer, pieces, told


def test_the_traditional_mode_streams_a_checked_answer(tmp_path: Path) -> None:
    with served("tools", tmp_path) as workspace:
        answer, pieces, _ = asked(workspace, "traditional")
    assert answer.text == "".join(pieces) == "Its lead is Mara Venn."
    assert [one.uri for one in answer.citations] == ["harbour_group.md"]


@pytest.mark.parametrize("way", ["tools", "json"])
def test_the_agentic_mode_works_by_tool_calls_and_by_json_where_there_are_none(
    way: str, tmp_path: Path
) -> None:
    with served(way, tmp_path) as workspace:
        answer, pieces, told = asked(workspace, "agentic")
    assert answer.text == "".join(pieces) == "Its lead is Mara Venn."
    assert [one.uri for one in answer.citations] == ["harbour_group.md"]
    assert [step.name for step in told] == ["search", "check"]
    assert answer.model.startswith("openai:m@http://127.0.0.1:")
