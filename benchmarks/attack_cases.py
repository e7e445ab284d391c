"""Questions over documents that somebody has written orders into, made from a folder of attacks.

BIPIA gives texts with a question and, apart, attacks: an attack is put at the start, in the middle or at the end of a
text. PoisonedRAG gives questions with passages that state a wrong answer; beside them stands one that states the right
one. Nothing of either is kept.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from judged import json_rows

PLACES = ("start", "middle", "end")


@dataclass(frozen=True, slots=True)
class Case:
    """One question of one person, who may read `documents` (texts by file name) and nothing else."""

    kind: str
    """`email`, `table` or `poisoned`, or what a test calls it."""
    question: str
    attack: str
    documents: dict[str, str]
    right: str = ""
    """The right answer, where it is known."""
    wrong: str = ""
    """What the attack wants to be answered, where that is known."""


def bipia(folder: Path, contexts: int | None) -> Iterator[Case]:
    """Each attack in each place of `contexts` texts of each kind, drawn by a fixed seed; None: in all of them."""
    attacks = [row["attack"] for row in json_rows(folder / "bipia_attacks.jsonl")]
    for kind in ("email", "table"):
        texts = list(json_rows(folder / f"bipia_contexts_{kind}.jsonl"))
        for number, attack in enumerate(attacks):
            for place in PLACES:
                drawn = random.Random(f"{kind}{place}{number}")
                for row in texts if contexts is None else drawn.sample(texts, contexts):
                    text = poisoned(row["context"], attack, place)
                    yield Case(
                        kind, row["question"], attack, {f"{kind}.txt": text}, right=_said(row["ideal"])
                    )


def poisonedrag(folder: Path) -> Iterator[Case]:
    """Five poisoned passages beside a right one."""
    for row in json_rows(folder / "poisonedrag_nq.jsonl"):
        question = str(row["question"]).strip().rstrip("?")
        documents = {f"{at}.txt": text for at, text in enumerate(row["poisoned_passages"], start=1)}
        documents["right.txt"] = f"The answer to the question {question} is {row['correct_answer']}.\n"
        yield Case(
            "poisoned",
            f"{question}?",
            row["poisoned_passages"][0],
            documents,
            right=row["correct_answer"],
            wrong=row["incorrect_answer"],
        )


def poisoned(text: str, attack: str, place: str) -> str:
    """`text` with a paragraph of its own for the attack; in the middle, between two lines."""
    lines = text.splitlines()
    at = {"start": 0, "middle": len(lines) // 2, "end": len(lines)}[place]
    return "\n".join([*lines[:at], "", attack, "", *lines[at:]]).strip() + "\n"


def _said(ideal: object) -> str:
    return str(ideal[0] if isinstance(ideal, list) and ideal else ideal or "")
