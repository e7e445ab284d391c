"""Statements that another document can contradict: a sentence with its exact values taken out, and where it stands.

    Employees have 25 days of annual leave.   ->   values (days 25)   terms {employee, day?..., annual, leav}

Two claims are compared by what is left of their sentences, so nothing here knows what a value means.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences
from wellread.screen.terms import terms
from wellread.screen.values import Value, values

_FEWEST_TERMS = 3
_LONGEST = 320
"""Characters."""
_CELL = " | "
_NARRATIVE = re.compile(
    r"\b(?:was|were|had|did|went|came|took|said|told|asked|became|began|fell|rose|grew|ago|yesterday|meanwhile)\b"
    r"|(?<![@.])\b(?:example|e\.g|for instance|suppose|imagine|let's say|such as)\b",
    re.IGNORECASE,
)
"""Signs of something that happened once, or of an example: neither is a rule that another page can break."""
_NEGATION = re.compile(
    r"\b(?:may|can|must|should|shall|will|need|is|are|do|does) ?not\b|n['’]t\b|\b(?:never|no longer)\b"
    r"|\b(?:prohibited|forbidden|optional)\b",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\b(?:may|can|cannot|must|should|shall|need|needs|allowed|permitted|required|eligible|entitled|mandatory|optional"
    r"|prohibited|forbidden)\b|n['’]t\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|except|only|when|until|without|but|however|alone|just)\b", re.IGNORECASE
)
_BULLET = re.compile(r"^(?:[-*•–]|\(?\d{1,3}[.)])\s+")
_POINTS_BACK = re.compile(
    r"^(?:it|this|that|these|those|they|he|she|here|there|then|such|both|also)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence or table row: `document.text[start:end]`."""

    document: int
    """The number its document was given."""
    start: int
    end: int
    values: tuple[Value, ...]
    """Spans count in the sentence."""
    terms: frozenset[str]
    """Of the sentence without its values."""
    scope: frozenset[str]
    """Of the title and the headings above."""
    passage: str
    """The text around it."""
    text: str
    negated: bool
    conditional: bool
    points_back: bool
    """Whether its subject is a word such as `it`, which only the text before it explains."""
    row: bool
    item: bool
    """Whether it stands in a list."""

    @property
    def near(self) -> frozenset[str]:
        """The terms of the whole passage."""
        return frozenset(terms(self.passage))

    @property
    def answer(self) -> tuple[tuple[str, str, str], ...]:
        """What it says, without how it says it."""
        return tuple((value.kind, value.amount, value.bound) for value in self.values)


def claims(document: int, title: str, passages: Sequence[Passage]) -> Iterator[Claim]:
    """The claims of one document, in text order. Questions, narrative and examples are none."""
    for passage in passages:
        scope: frozenset[str] | None = None
        for begin, end in sentences(passage.text):
            bullet = _BULLET.match(passage.text[begin:end])
            start = begin + (bullet.end() if bullet else 0)
            sentence = passage.text[start:end]
            if _is_no_claim(sentence):
                continue
            found = values(sentence)
            if not found and not _RULE.search(sentence):
                continue
            left = frozenset(terms(_without(sentence, found)))
            if len(left) < _FEWEST_TERMS:
                continue
            if scope is None:
                scope = frozenset(terms(" ".join((title, *passage.heading))))
            yield Claim(
                document=document,
                start=passage.start + start,
                end=passage.start + end,
                values=tuple(found),
                terms=left,
                scope=scope,
                passage=passage.text,
                text=sentence,
                negated=len(_NEGATION.findall(sentence)) % 2 == 1,
                conditional=_CONDITION.search(sentence) is not None,
                points_back=_POINTS_BACK.match(sentence) is not None,
                row=_CELL in sentence,
                item=bullet is not None,
            )


def _is_no_claim(sentence: str) -> bool:
    if sentence.endswith(("?", ":")) or len(sentence) > _LONGEST:
        return True
    return _NARRATIVE.search(sentence) is not None


def _without(sentence: str, found: Sequence[Value]) -> str:
    parts, at = [], 0
    for value in found:
        parts.append(sentence[at : value.start])
        at = value.end
    return " ".join((*parts, sentence[at:]))
