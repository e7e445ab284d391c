"""A verdict is told from what the asker may read: closed documents make no difference to it."""

from pathlib import Path

import pytest

import wellread
from wellread.records.conversation import Answer
from wellread.workspace import Workspace

OPEN = {
    "leave.md": "# Leave\n\nEvery keeper has 25 days of annual leave.\n",
    "fees.md": "# Fees\n\nThe mooring fee for a boat is 5 euros.\n",
    "boats.md": "# Boats\n\nEvery boat carries two lamps.\n",
}
CLOSED = {
    "welcome.md": "# Welcome\n\nEvery keeper has 28 days of annual leave.\n",
    "notice.md": "# Fees (superseded)\n\nThis policy on the mooring fee for a boat has been superseded.\n",
    "lamps.md": "# Lamps\n\nAnna Weir repairs the lamps of every boat.\n",
}
LEAVE = "How many days of annual leave does every keeper have?"
QUESTIONS = (LEAVE, "What is the mooring fee for a boat?", "How many lamps has a boat and who repairs them?")


def told(answer: Answer) -> tuple[object, ...]:
    return (
        answer.verdict,
        answer.missing,
        answer.text,
        [(one.uri, one.start, one.end, one.quote) for one in answer.citations],
    )


def filled(root: Path, closed: dict[str, str]) -> Workspace:
    root.mkdir()
    (root / "wellread.toml").write_text('generator = "fake"\nembedder = "fake"\n')
    (root / "docs" / "hr").mkdir(parents=True)
    for name, text in OPEN.items():
        (root / "docs" / name).write_text(text)
    for name, text in closed.items():
        (root / "docs" / "hr" / name).write_text(text)
    (root / "docs" / "hr" / ".readers").write_text("group:hr\n")
    workspace = wellread.open(root)
    workspace.add_person("ann", ["hr"])
    workspace.add_person("bob")
    workspace.add(root / "docs", readers="everyone")
    return workspace


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_hidden_document_changes_no_verdict(question: str, tmp_path: Path) -> None:
    with filled(tmp_path / "with", CLOSED) as one, filled(tmp_path / "without", {}) as other:
        assert told(one.ask(question, "bob")) == told(other.ask(question, "bob"))


def test_who_may_read_both_sides_is_shown_both(tmp_path: Path) -> None:
    with filled(tmp_path / "with", CLOSED) as workspace:
        assert workspace.ask(LEAVE, "bob").verdict == "answered"
        answer = workspace.ask(LEAVE, "ann")
    assert answer.verdict == "sources disagree"
    assert {one.uri for one in answer.citations} == {"leave.md", "hr/welcome.md"}
