"""Whether a source says itself that it no longer holds.

Only its own words count: not its age, and not that a later one is there. "No longer" alone says nothing ("badges are no
longer needed" holds today); a page, a policy or a validity must be what has ended.
"""

import re
from collections.abc import Sequence
from datetime import date

from wellread.records.knowledge import Passage
from wellread.screen.overtaken import NARRATIVE, overtaken
from wellread.screen.sentences import sentences
from wellread.screen.values import Value, day_of, values

_TOP = 600
"""Characters of a document in which a notice is about all of it."""
_WHOLE = (
    r"page|policy|document|guide|guidance|guidelines?|version|edition|procedure|rules?|handbook|notice|form|article"
    r"|manual|process|agreement|standard|memo(?:randum)?|circular|directive|instructions?"
)
_ENDED = (
    r"superseded|replaced|withdrawn|rescinded|revoked|repealed|obsolete|out[- ]?dated|out of date|deprecated|archived"
    r"|retired|cancell?ed|discontinued|expired"
)
_NOTICE = re.compile(
    rf"\bthis\s(?:[\w-]+\s){{0,2}}?(?:{_WHOLE}|section)\s(?:"
    rf"(?:is|was|are|were|has been|have been|has|have)\s(?:now\s|since\s|already\s)?(?:{_ENDED}|no longer\s\w+)\b"
    r"|no longer (?:applies|apply|holds)\b)"
    rf"|^\W*(?:superseded|replaced|withdrawn|rescinded|revoked|repealed)\s(?:by|on|in|since)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\bthis\s(?:[\w-]+\s){0,2}?section\b", re.IGNORECASE)
_LABEL = re.compile(
    rf"^\W*(?:{_ENDED}|no longer valid)\s?(?:[:|\])–—]|-\s)"
    rf"|(?:[\[(|:–—]|\s-)\s?(?:{_ENDED}|no longer valid)(?:\s(?:by|on|in|since)\b[^)\]]*)?[\])]?\s*$",
    re.IGNORECASE,
)
"""In a title or heading: `Travel (superseded)`, `OBSOLETE: travel`. Not `Archived records`, which names a matter."""
_UNTIL = re.compile(r"^(?:until|till|through)\b", re.IGNORECASE)
_UNTIL_BEFORE = re.compile(
    r"\b(?:until|till|through)\s(?:the\s)?(?:end\sof\s|beginning\sof\s)?$", re.IGNORECASE
)
_PRESENT = re.compile(
    r"\b(?:is|are|may|must|can|will|shall|should|has|have|applies|apply|costs?|gets?)\b", re.I
)
_PAST = re.compile(
    r"\b(?:was|were|did|had|used to|until|till|when|expir\w+|valid|deadline|end(?:s|ed)?|former\w*|previous\w*|old"
    r"|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def is_outdated(
    question: str, cited: Passage, span: tuple[int, int], among: Sequence[Passage], today: date
) -> bool:
    """Whether `cited.text[slice(*span)]`, its passage, or the top of its document as far as it is `among` what was
    retrieved, says that it held until a day before `today`, or that it was superseded.

    A question about the past, or about the end itself, is answered by such a sentence, not misled.
    """
    if any(_LABEL.search(part) for part in (cited.title, *cited.heading)):
        return True
    same = [one for one in among if one.document == cited.document and one.version == cited.version]
    if any(_has_notice(one, today, whole=one.id != cited.id) for one in (cited, *same)):
        return True
    sentence = cited.text[slice(*span)]
    if _PAST.search(question):
        return False
    found = overtaken(sentence, today)
    return (found is not None and found.ended) or _held_until(sentence, today)


def _has_notice(passage: Passage, today: date, *, whole: bool) -> bool:
    """Whether a passage says it of itself; with `whole`, of its document."""
    if whole and passage.start >= _TOP:
        return False
    for start, end in sentences(passage.text):
        sentence = passage.text[start:end]
        if _NOTICE.search(sentence) and not (whole and _SECTION.search(sentence)):
            days = [day for value in values(sentence) if (day := day_of(value)) is not None]
            if not any(day > today for day in days):
                return True
    return False


def _held_until(sentence: str, today: date) -> bool:
    """`The fee is 5 euros until the end of 2023.`"""
    return (
        bool(_PRESENT.search(sentence))
        and not NARRATIVE.search(sentence)
        and any(
            _ends(sentence, value) and day < today
            for value in values(sentence)
            if (day := day_of(value)) is not None
        )
    )


def _ends(sentence: str, value: Value) -> bool:
    written = sentence[value.start : value.end]
    return bool(_UNTIL.search(written) or _UNTIL_BEFORE.search(sentence[: value.start]))
