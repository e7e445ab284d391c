"""What may be asked: the user's questions without those that would not measure anything.

A question whose document was trained on measures memory of that document; it would flatter the tuned arms and
nothing else, so it is left out, counted and reported.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from wellread.errors import RefusedError, UsageError
from wellread.evaluate.citations import document_path, same_document
from wellread.evaluate.normalise import words
from wellread.records.comparison import LeftOut, Question

Row = TypeVar("Row")

FEW = 20
"""Questions below which only differences of a quarter and more can be told from chance."""

EMPTY = "the question is empty"
NO_WORDS = "its answer has no word that could be looked for"
TWICE = "the same question stands in the file twice"
TRAINED = "its document was trained on"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSet:
    """Questions to ask, those left out by reason, and what to know before trusting the result."""

    __test__ = False  # pytest would take the class for tests

    questions: tuple[Question, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]


def prepare(questions: Sequence[Question], trained_on: Collection[str] = ()) -> TestSet:
    """The questions that may be asked. `trained_on` are ids or uris of documents that an adapter has read.

    Raises UsageError when two questions share an id, RefusedError when none is left.
    """
    _refuse_shared_ids(questions)
    trained = _by_last_part(trained_on)
    kept: list[Question] = []
    counts: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    for question in questions:
        asked = words(question.question)
        reason = _reason_against(question, asked, seen, trained)
        if reason:
            counts[reason] = counts.get(reason, 0) + 1
        else:
            kept.append(question)
            seen.add(asked)
    left_out = tuple(LeftOut(reason=reason, count=count) for reason, count in counts.items())
    if not kept:
        raise RefusedError(_nothing_left(len(questions), left_out))
    return TestSet(questions=tuple(kept), left_out=left_out, warnings=warnings(kept))


def warnings(questions: Sequence[Question]) -> tuple[str, ...]:
    """What a reader of the result must know about the questions."""
    found = []
    if len(questions) < FEW:
        found.append(
            f"Only {len(questions)} held-out question{'s' if len(questions) > 1 else ''}: with fewer than "
            f"{FEW}, only very large differences can be told from chance."
        )
    if all(question.answer is None for question in questions):
        found.append("No question has an answer: this measures refusing only.")
    elif all(question.answer is not None for question in questions):
        found.append(
            "Every question has an answer in the documents: "
            "this does not measure whether an arm refuses when it should."
        )
    return tuple(found)


def _reason_against(
    question: Question, asked: tuple[str, ...], seen: set[tuple[str, ...]], trained: dict[str, list[str]]
) -> str | None:
    if not asked:
        return EMPTY
    if question.answer is not None and not words(question.answer):
        return NO_WORDS
    if question.document is not None and _is_trained(question.document, trained):
        return TRAINED
    return TWICE if asked in seen else None


def _refuse_shared_ids(questions: Sequence[Question]) -> None:
    ids: set[str] = set()
    for question in questions:
        if question.id in ids:
            raise UsageError(
                f"two questions have the id {question.id!r}: give each its own, or leave ids out of the file"
            )
        ids.add(question.id)


def _by_last_part(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(document_path(name).rpartition("/")[2], []).append(name)
    return found


def _is_trained(document: str, trained: dict[str, list[str]]) -> bool:
    same_end = trained.get(document_path(document).rpartition("/")[2], ())
    return any(same_document(document, name) for name in same_end)


def _nothing_left(given: int, left_out: Sequence[LeftOut]) -> str:
    if not given:
        return "no questions were given: a comparison needs some; write a few dozen that people really ask"
    reasons = "; ".join(f"{left.count}: {left.reason}" for left in left_out)
    return (
        f"none of {given} questions can be asked ({reasons}): a comparison needs questions about documents "
        "that the adapter was not trained on; add some, or compare without the tuned arms"
    )


def evenly(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    """All of `rows`, or `most` at equal distances, so that every part and kind of a file is drawn from."""
    count = min(most, len(rows))
    return tuple(rows[index * len(rows) // count] for index in range(count))
