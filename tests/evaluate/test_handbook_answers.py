"""The definition of a correct answer against questions that people wrote about a real handbook."""

import json
import os
from pathlib import Path

import pytest

from wellread.evaluate.citations import overlaps
from wellread.evaluate.metrics import contains, exact_match, is_correct

ROOT = Path(__file__).parents[2]
FILE = (
    Path(os.environ.get("WELLREAD_SHARED_DATA", ROOT.parent / "shared" / "data"))
    / "handbook"
    / "questions.jsonl"
)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    if not FILE.is_file():
        pytest.skip(f"{FILE} is absent: set WELLREAD_SHARED_DATA to the folder of the shared data")
    found = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    answerable = [row for row in found if row["answer"]]
    assert len(answerable) == 60
    return answerable


def test_every_gold_is_found_in_its_evidence(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert contains(row["evidence"], row["answer"]), row["id"]
        assert is_correct(f"It is {row['answer']}.", row["answer"]), row["id"]
        assert overlaps(row["evidence"], f"Before. {row['evidence']} And after."), row["id"]


def test_the_answer_to_another_question_is_not_correct(rows: list[dict[str, str]]) -> None:
    golds = [row["answer"] for row in rows]
    taken = [(a, b) for a in golds for b in golds if not exact_match(a, b) and is_correct(a, b)]
    assert sorted(taken) == [
        ("2 weeks", "at least two weeks"),
        ("at least 24 hours", "24"),  # the question asks for hours
        ("at least two weeks", "2 weeks"),
    ]
