"""The same question with different answers.

Two claims contradict each other when what is left of their sentences is the same and exactly one value differs, or
when one denies what the other says. "The same" is strict, because a list full of false alarms is read by nobody:

1. Every term of either sentence stands in the other one, or in the title and headings above it; on one side alone it
   may also stand in the passage around the other.
2. All other values of the two sentences are equal; so is whether each is a limit from above, from below, or exact.
3. Neither states a condition that the other does not state.
4. The documents are not two of a kind, such as the data sheets of two products: their titles do not name different
   things with the same words around them.
"""

import re
from dataclasses import dataclass
from typing import Literal

from wellread.records.quality import Confidence
from wellread.screen.claims import Claim
from wellread.screen.terms import terms

_FEWEST_SHARED = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_SAME_KIND = 0.5
"""Share of the terms of two titles from which on what differs is what they are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two claims, and how sure it is that they answer one question."""

    first: Claim
    second: Claim
    sort: Literal["value", "denial"]
    confidence: Confidence


def compare(first: Claim, second: Claim, titles: tuple[str, str]) -> Contradiction | None:
    """The contradiction between two claims of documents with these titles, if there is one."""
    sort = _what_differs(first, second)
    if sort is None or first.conditional != second.conditional or first.row != second.row:
        return None
    confidence = _sameness(first, second)
    if confidence is None:
        return None
    if first.document == second.document:
        apart = first.passage != second.passage and not (first.item or second.item or first.row)
        confidence = "possible" if apart and first.terms == second.terms else None
    else:
        confidence = _for_titles(confidence, *titles)
    if confidence is None or ((sort == "denial" or first.row) and first.terms != second.terms):
        return None
    return Contradiction(first=first, second=second, sort=sort, confidence=confidence)


def _what_differs(first: Claim, second: Claim) -> Literal["value", "denial"] | None:
    mine, other = first.answer, second.answer
    if len(mine) != len(other):
        return None
    differing = [(one, two) for one, two in zip(mine, other, strict=True) if one != two]
    if not differing:
        return "denial" if first.negated != second.negated else None
    if len(differing) > 1 or first.negated != second.negated:
        return None
    [(one, two)] = differing
    return "value" if one[0] == two[0] and one[1] != two[1] and one[2] == two[2] != "about" else None


def _sameness(first: Claim, second: Claim) -> Confidence | None:
    shared = first.terms & second.terms
    only_first, only_second = first.terms - second.terms, second.terms - first.terms
    if any(has_digit(term) for term in only_first | only_second):
        return None
    specific = len(shared) >= _FEWEST_SHARED or (
        len(shared) == 2 and bool(first.scope & second.scope - shared)
    )
    if not specific or ((first.points_back or second.points_back) and not first.scope & second.scope):
        return None
    if only_first <= second.scope and only_second <= first.scope:
        return "likely"
    one_sided = (only_first <= second.scope | second.near and only_second <= first.scope) or (
        only_second <= first.scope | first.near and only_first <= second.scope
    )
    return "possible" if one_sided and len(only_first | only_second) <= len(shared) else None


def has_digit(term: str) -> bool:
    """Whether a term names something by number."""
    return any(character.isdigit() for character in term)


def _for_titles(confidence: Confidence, one: str, two: str) -> Confidence | None:
    """Less, or nothing, for documents that are two of a kind: `Release notes 4.2` and `4.3`, `Office York` and `Bath`.

    Titles that differ in a year alone are two editions of one thing, not two things.
    """
    mine, other = (list(terms(_YEAR.sub("", title))) for title in (one, two))
    if mine == other:
        return confidence
    if any(has_digit(term) for term in set(mine) ^ set(other)):
        return None
    opening = next(
        (at for at, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), min(len(mine), len(other))
    )
    left, right = mine[opening:], other[opening:]
    closing = next(
        (at for at, (a, b) in enumerate(zip(reversed(left), reversed(right), strict=False)) if a != b),
        min(len(left), len(right)),
    )
    alike = opening + closing
    if not alike or len(mine) != len(other) or alike < _SAME_KIND * len(mine):
        return confidence
    return "possible" if alike == 1 else None
