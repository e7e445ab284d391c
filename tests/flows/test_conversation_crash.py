"""Killed in the middle of a streamed answer or of writing it down, a conversation is whole and goes on."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from handbook import FAKES
from killed_asker import SENTENCES

import wellread
from wellread.records.turns import Turn

PIECES = SENTENCES
ROWS = 5
"""Statements that write one turn of a new conversation: itself, the turn, what was said, what is cited, when."""
QUESTION = "Which rules of the canteen are kept?"


@dataclass
class Asker:
    """The other end of `killed_asker`, and what it has acknowledged."""

    root: Path
    conversation: str = "new"
    acknowledged: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        program = [sys.executable, str(Path(__file__).with_name("killed_asker.py")), str(self.root)]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._reports = self._process.stdin, self._process.stdout

    def ask(self, question: str, **where: Any) -> None:
        """To its end."""
        self._order(question, where)
        done, conversation, statements, pieces = self._line().split()
        assert (done, int(statements), int(pieces)) == ("done", SENTENCES, PIECES)
        self._acknowledge(question, conversation)

    def kill(self, question: str, **where: int) -> None:
        """Exactly behind that piece or row."""
        pid = self._order(question, where)
        [(kind, number)] = where.items()
        assert self._line() == f"there {kind} {number}"
        os.kill(pid, signal.SIGKILL)
        assert self._line() == "killed"

    def kill_somewhere(self, question: str, piece: int, seconds: float) -> bool:
        """So long after a piece; whether it was killed before it told that it was done."""
        pid = self._order(question, {"free": True})
        while (line := self._line()) != f"piece {piece}":
            assert line.startswith("piece")
        timer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
        timer.start()
        done = False
        while (line := self._line()).startswith("piece"):
            pass
        if line.startswith("done"):
            done = True
            self._acknowledge(question, line.split()[1])
        timer.join()
        return not done

    def close(self) -> None:
        self._orders.close()
        assert self._process.wait(10) == 0
        self._reports.close()

    def _acknowledge(self, question: str, conversation: str) -> None:
        self.conversation = conversation
        self.acknowledged.append(question)

    def _order(self, question: str, where: dict[str, Any]) -> int:
        order = {"question": question, "conversation": self.conversation, **where}
        print(json.dumps(order), file=self._orders, flush=True)
        while not (line := self._line()).startswith("pid"):
            assert line == "killed"  # of the order before, that had told that it was done
        return int(line.split()[1])

    def _line(self) -> str:
        return self._reports.readline().strip()


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    root, folder = tmp_path / "workspace", tmp_path / "pages"
    root.mkdir()
    folder.mkdir()
    (root / "wellread.toml").write_text(FAKES)
    rules = " ".join(f"Rule {number} of the canteen is kept by everybody." for number in range(SENTENCES))
    (folder / "canteen.md").write_text(f"# Canteen\n\n{rules}\n")
    with wellread.open(root) as workspace:
        workspace.add(folder)
        workspace.add_person("ann")
    made = Asker(root)
    yield made
    made.close()


def assert_whole(asker: Asker, maybe: str = "") -> None:
    """Every acknowledged turn is there and whole, and no other, but for one that was killed as it was committed."""
    with wellread.open(asker.root) as workspace:
        kept = workspace.conversations("ann")
        if not asker.acknowledged and not maybe:
            assert kept == []
            return
        turns = [turn for one in kept for turn in workspace.conversation(one.id, "ann")[1]]
        asked = [turn.question for turn in turns]
        assert asked in ([*asker.acknowledged], [*asker.acknowledged, maybe])
        asker.acknowledged = asked
        for turn in turns:
            assert_turn_is_whole(workspace.catalogue.knowledge.version_text, turn)
        assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
        assert sum(one.length for one in kept) == len(turns)
        assert workspace.catalogue.audit.verify() is None
        noted = [row for row in workspace.catalogue.audit.rows() if row.action == "conversation.turn"]
        assert len(noted) == len(turns)


def assert_turn_is_whole(text_of: Any, turn: Turn) -> None:
    assert len(turn.answer.statements) == SENTENCES
    assert turn.withheld == ()
    for statement in turn.answer.statements:
        [citation] = statement.citations
        assert text_of(citation.version)[citation.start : citation.end] == citation.quote == statement.text


def test_killed_behind_a_piece_or_any_row_of_the_first_answer_nothing_is_kept(asker: Asker) -> None:
    for piece in (1, PIECES):
        asker.kill(QUESTION, piece=piece)
        assert_whole(asker)
    for row in range(1, ROWS + 1):
        asker.kill(QUESTION, row=row)
        assert_whole(asker)
    asker.ask(QUESTION)
    assert_whole(asker)


def test_killed_behind_a_piece_or_any_row_of_a_later_answer_the_turns_before_are_whole_and_it_goes_on(
    asker: Asker,
) -> None:
    asker.ask(QUESTION)
    for piece in (1, PIECES // 2, PIECES):
        asker.kill("And who keeps them?", piece=piece)
        assert_whole(asker)
    for row in range(1, ROWS):
        asker.kill("And who keeps them?", row=row)
        assert_whole(asker)
    asker.ask("And who keeps them?")
    assert_whole(asker)
    assert len(asker.acknowledged) == 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_kills_at_any_moment_leave_every_acknowledged_turn_whole(asker: Asker) -> None:
    chance, kills = random.Random(8), 0
    asker.ask(QUESTION)
    for attempt in range(200):
        question = f"Which rule {attempt} of the canteen is kept?"
        kills += asker.kill_somewhere(question, chance.randint(1, PIECES), chance.uniform(0.0, 0.02))
        assert_whole(asker, maybe=question)
    asker.ask(QUESTION)
    assert_whole(asker)
    assert kills >= 100, "too few were killed under way to mean anything"
