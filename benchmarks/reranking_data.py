"""Questions to train a reranker with, none of which is judged: what is right for each, and what only looks like it.

Our own material for readers, SciFact's training claims, MedQuAD and PolicyQA. What looks right is what BM25 ranks high.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from judged import json_rows, scifact
from ranking_tried import bm25
from wellread.index.words import analyzer, encodable, terms_of

MATERIAL = Path(__file__).resolve().parents[1] / "recipes" / "reader" / "material"
WORDS = 120
"""Of a passage that is cut here."""
LOOKING_RIGHT = 20
AT_ONCE = 500
"""Questions ranked together."""


@dataclass(frozen=True)
class Asked:
    """One question with passages that answer it and some that only look like it."""

    question: str
    right: list[str]
    wrong: list[str]


@dataclass
class Pool:
    """Passages, and questions with the places of those that are right."""

    passages: list[str]
    questions: list[tuple[str, set[int]]]

    def asked(self, most: int, chance: random.Random) -> Iterator[Asked]:
        """`most` of the questions, drawn."""
        drawn = chance.sample(self.questions, min(most, len(self.questions)))
        analyse = analyzer().analyze
        texts = [analyse(encodable(text)) for text in self.passages]
        for start in range(0, len(drawn), AT_ONCE):
            part = drawn[start : start + AT_ONCE]
            scores = bm25([terms_of(question) for question, _ in part], texts)
            for (question, right), row in zip(part, scores, strict=True):
                best = np.argsort(-row, kind="stable")[: LOOKING_RIGHT + len(right)].tolist()
                wrong = [self.passages[place] for place in best if place not in right]
                yield Asked(question, [self.passages[place] for place in sorted(right)], wrong)


def training(data: Path, chance: random.Random) -> list[Asked]:
    """All of it, shuffled."""
    pools = ((material(), 4000), (claims(data), 1000), (medicine(data, chance), 2000), (policies(data), 800))
    found = [one for pool, most in pools for one in pool.asked(most, chance)]
    chance.shuffle(found)
    return found


def material() -> Pool:
    """Made-up texts about organisations that do not exist."""
    pool = Pool([], [])
    for path in sorted(MATERIAL.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            pieces = cut(row["text"].split("\n\n"))
            first = len(pool.passages)
            pool.passages += [f"{row['title']}\n{piece}" for piece in pieces]
            for one in row["questions"]:
                answer = one.get("answer")
                right = {first + at for at, piece in enumerate(pieces) if answer and answer in piece}
                if right:
                    pool.questions.append((one["question"], right))
    return pool


def cut(paragraphs: Sequence[str]) -> list[str]:
    """Neighbouring paragraphs of together not many more than WORDS."""
    pieces: list[str] = []
    for paragraph in paragraphs:
        if pieces and len(f"{pieces[-1]} {paragraph}".split()) <= WORDS:
            pieces[-1] = f"{pieces[-1]}\n\n{paragraph}"
        else:
            pieces.append(paragraph)
    return pieces


def claims(data: Path) -> Pool:
    """SciFact's training claims."""
    judged = scifact(data / "scifact", "train")
    passages = [f"{one.title}\n{one.text}" for one in judged.passages]
    return Pool(passages, [(text, set(judged.grades[name])) for name, text in judged.questions.items()])


def medicine(data: Path, chance: random.Random) -> Pool:
    """MedQuAD, of which the first words of an answer are the passage."""
    rows = [row for row in json_rows(data / "medical" / "medquad.jsonl.gz") if row.get("answer")]
    rows = chance.sample(rows, min(6000, len(rows)))
    passages = [" ".join(row["answer"].split()[: WORDS + 30]) for row in rows]
    return Pool(passages, [(row["question"], {place}) for place, row in enumerate(rows)])


def policies(data: Path, size: int = 700) -> Pool:
    """PolicyQA, in pieces of so many characters."""
    pool, first = Pool([], []), {}
    for row in json_rows(data / "reading" / "policyqa_contexts.jsonl.gz"):
        first[row["id"]] = len(pool.passages)
        text = row["text"]
        pool.passages += [f"{row['title']}\n{text[at : at + size]}" for at in range(0, len(text), size)]
    for row in json_rows(data / "reading" / "policyqa_questions.jsonl.gz"):
        pool.questions.append((row["question"], {first[row["context"]] + row["answers"][0]["start"] // size}))
    return pool
