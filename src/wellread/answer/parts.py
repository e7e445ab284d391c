"""Questions that ask for several things, and which of them an answer leaves out.

Only what can be told with confidence: a part is what stands before a question mark of its own, or after an "and" that
is followed by a word that asks. A part is missing when the sentences cited for the answer have none of its telling
words. Nothing is said of a part that has fewer than two of its own, or that points back ("what does it mean").
"""

import re
from collections.abc import Sequence

from wellread.records.conversation import Statement
from wellread.screen.terms import terms

_ASKS = (
    r"(?:how (?:much|many|long|often|far|old|big|do|does|can|is|are)|what|who|whom|whose|when|where|which|why|is|are|do"
    r"|does|can|must|may|should|will)"
)
_JOIN = re.compile(rf"\?\s+(?=\S)|,?\sand\s(?:also\s)?(?={_ASKS}\b)|;\s(?={_ASKS}\b)", re.IGNORECASE)
_OPENS = re.compile(rf"^(?:(?:and|in|on|at|to|for|by|from|with|of|under)\s)*{_ASKS}\b", re.IGNORECASE)


_POINTS_BACK = re.compile(
    r"\b(?:its?|they|them|their|this|that|these|those|his|him|her|he|she)\b", re.IGNORECASE
)


def parts(question: str) -> list[str]:
    """The things a question asks for, in its words and order; one where it asks for one."""
    found = [part.strip(" ?.,;") for part in _JOIN.split(question)]
    asking = [part for part in found if _OPENS.match(part) and terms(part)]
    return asking if len(asking) == len(found) and len(asking) > 1 else [question.strip()]


def missing(question: str, statements: Sequence[Statement]) -> tuple[str, ...]:
    """The parts of `question` that the answer does not touch, where it touches another; else none."""
    asked = parts(question)
    if len(asked) < 2:
        return ()
    told = frozenset(
        term
        for one in statements
        for text in (one.text, *(citation.quote for citation in one.citations))
        for term in terms(text)
    )
    common = frozenset.intersection(*(frozenset(terms(part)) for part in asked))
    own = [frozenset(terms(part)) - common or common for part in asked]
    touched = [not told.isdisjoint(words) for words in own]
    if not any(touched):
        return ()
    return tuple(
        part
        for part, words, is_touched in zip(asked, own, touched, strict=True)
        if not is_touched and len(words) > 1 and not _POINTS_BACK.search(part)
    )
