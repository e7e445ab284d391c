"""The rules every row of a dataset keeps; a row that breaks one is refused by name, and the rest goes on."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wellread.curate.facts import locate, occurrences, spaced
from wellread.curate.rules import content_words
from wellread.records.learning import Example, RefusedRow, Split

LONGEST_QUESTION = 80
LONGEST_ANSWER = 120
"""Words, for rows of every origin; miners keep far below."""

NEAR_DUPLICATE = 0.9
LEAK = 0.8
"""Jaccard similarity of two questions' words from which on they are the same question asked twice."""

Row = tuple[int, Example]
"""The number a row is reported under, and the row."""


@dataclass(frozen=True, slots=True)
class Vetted:
    """Rows in the order given, and what was refused, in the order of the numbers."""

    kept: tuple[Row, ...]
    refused: tuple[RefusedRow, ...]


def vet(rows: Iterable[Row]) -> Vetted:
    """Hold every row to the rules for one row, then all together to those between rows."""
    kept: list[Row] = []
    refused: list[RefusedRow] = []
    for number, example in rows:
        rule = broken_rule_of_row(example)
        if rule is None:
            kept.append((number, example))
        else:
            refused.append(RefusedRow(row=number, rule=rule))
    for between in (_contradictions, _duplicates):
        broken = between(kept)
        refused += [RefusedRow(row=number, rule=broken[number]) for number, _ in kept if number in broken]
        kept = [row for row in kept if row[0] not in broken]
    return Vetted(tuple(kept), tuple(sorted(refused, key=lambda one: one.row)))


def broken_rule_of_row(example: Example) -> str | None:
    """The first rule this row breaks on its own."""
    question, answer = example.question, example.answer
    texts = [context.text for context in example.contexts]
    rules = {
        "question is empty": not question.strip(),
        f"question is longer than {LONGEST_QUESTION} words": len(question.split()) > LONGEST_QUESTION,
        "no passage is shown": not any(text.strip() for text in texts),
        "answer is empty": answer is not None and not answer.strip(),
        f"answer is longer than {LONGEST_ANSWER} words": len((answer or "").split()) > LONGEST_ANSWER,
        "question contains the answer": occurrences(answer or "", question) > 0,
    }
    broken = next((rule for rule, breaks in rules.items() if breaks), None)
    if broken is not None:
        return broken
    if answer is None:
        return (
            "a gold passage or a quote is named for no answer"
            if example.gold is not None or example.quote
            else None
        )
    return _unsupported(example, answer, texts)


def _unsupported(example: Example, answer: str, texts: Sequence[str]) -> str | None:
    if example.gold is None or not 0 <= example.gold < len(texts):
        return "no passage is named as the one with the answer"
    if locate(answer, texts[example.gold]) is None:
        return "answer is not in its passage"
    if example.quote is not None:
        if locate(example.quote, texts[example.gold]) is None:
            return "quote is not in its passage"
        if locate(answer, example.quote) is None:
            return "answer is not in its quote"
    return None


def _contradictions(rows: Sequence[Row]) -> dict[int, str]:
    """Rows with the same question over the same passages and different answers: none of them can be
    trusted."""
    asked: dict[tuple[str, frozenset[str]], list[Row]] = defaultdict(list)
    for row in rows:
        asked[_normal(row[1].question), frozenset(c.text for c in row[1].contexts)].append(row)
    broken: dict[int, str] = {}
    for same in asked.values():
        if len({_normal(example.answer or "") for _, example in same}) > 1:
            for number, _ in same:
                other = next(n for n, _ in same if n != number)
                broken[number] = f"contradicts row {other}: the same question and passages, another answer"
    return broken


def _duplicates(rows: Sequence[Row]) -> dict[int, str]:
    """Rows that an earlier row makes superfluous: the same answer to the same or almost the same question."""
    broken: dict[int, str] = {}
    by_answer: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        example = row[1]
        gold = example.contexts[example.gold].text if example.gold is not None else ""
        by_answer[_normal(example.answer or ""), gold].append(row)
    for same in by_answer.values():
        words = [_words(example.question) for _, example in same]
        for later, earlier in _pairs(words, NEAR_DUPLICATE):
            number, first = same[later][0], same[earlier][0]
            if number not in broken and first not in broken:
                exact = _normal(same[later][1].question) == _normal(same[earlier][1].question)
                broken[number] = f"{'duplicate' if exact else 'near-duplicate'} of row {first}"
    return broken


def leaks(rows: Sequence[tuple[int, Example, Split]]) -> dict[int, str]:
    """Training rows (by number) whose question is that of a held-out row, with the rule.

    The training row goes, so that the held-out rows stay as they are from one dataset version to the next.
    """
    words = [_asked_for(example.question) for _, example, _ in rows]
    broken: dict[int, str] = {}
    for one, other in _pairs(words, LEAK):
        for training, held_out in ((one, other), (other, one)):
            if rows[training][2] == "train" and rows[held_out][2] != "train":
                broken[rows[training][0]] = (
                    f"leak: asks what {rows[held_out][2]} row {rows[held_out][0]} asks"
                )
    return broken


def _pairs(sets: Sequence[frozenset[str]], least: float) -> Iterator[tuple[int, int]]:
    """Positions `(later, earlier)` of sets whose Jaccard similarity is at least `least`.

    Two such sets share one of their rarest words (prefix filtering, Chaudhuri et al., 2006), so only those
    that do are compared.
    """
    frequency = Counter(word for words in sets for word in words)
    index: dict[str, list[int]] = defaultdict(list)
    for later, words in enumerate(sets):
        ordered = sorted(words, key=lambda word: (frequency[word], word))
        prefix = ordered[: len(ordered) - _ceiling(least * len(ordered)) + 1]
        for earlier in sorted({at for word in prefix for at in index[word]}):
            if len(words & sets[earlier]) >= least * len(words | sets[earlier]):
                yield later, earlier
        for word in prefix:
            index[word].append(later)


def _ceiling(value: float) -> int:
    return -int(-value // 1)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _asked_for(question: str) -> frozenset[str]:
    """What a question is about, without how it is put; the whole question where that leaves too little."""
    content = frozenset(content_words(question))
    return content if len(content) >= 3 else _words(question)


def _normal(text: str) -> str:
    return spaced(text).casefold().rstrip("?.! ")
