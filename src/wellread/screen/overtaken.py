"""Sentences that time has overtaken: validity that has ended, deadlines and plans that are past."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from wellread.records.quality import Confidence
from wellread.screen.values import Value, day_of, values

_LONGEST = 600
"""Characters."""
_GRACE = timedelta(days=30)
"""So long after its day a plan may still stand there."""
_REVIEWED = timedelta(days=2 * 365)
_AS_OF = timedelta(days=3 * 365)
_HINT = re.compile(
    r"\b(?:valid|expir|until|through|deadline|due|by|before|effective|review|as of|updated|current|will|plan|schedul"
    r"|expected|upcoming|next)", re.IGNORECASE
)  # fmt: skip
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NARRATIVE = re.compile(r"\b(?:was|were|had|did|been|could|would|went|came)\b", re.IGNORECASE)
"""Signs that a sentence tells what was, and states nothing that could be over."""

_HELD, _ENDED = "What it says was to hold until then", "It names its own end, and that is past"

# What stands right before the date, what it means when the date is past, how long after, and how sure that is.
_WORDS: tuple[tuple[str, str, timedelta, Confidence], ...] = (
(r"\b(?:valid|effective|in force|in effect|applicable|available|open)\s(?:only\s)?"
     r"(?:until|till|through|to|up to)",
     _HELD, timedelta(0), "certain"),
    (r"\bvalid\s(?:from\s.{4,20}\s)(?:until|till|through|to)",
     _HELD, timedelta(0), "certain"),
    (r"\b(?:expir(?:es?|ing|y date|ation date|y)|valid thru|best before)\s?(?:on|at|:|is)?",
     _ENDED, timedelta(0), "certain"),
    (r"\b(?:deadline|due date|closing date|due)(?:\s\w+){0,4}?\s?(?:is|:|by|on)",
     "The deadline is past", timedelta(0), "likely"),
    (r"\b(?:next review|review (?:date|due|by)|to be reviewed|review again)(?:\s(?:is|on|by|in|before|due))?\s?:?",
     "It was to be reviewed by then", timedelta(0), "certain"),
    (r"\b(?:last (?:updated|reviewed|changed|modified|checked|revised)|updated|reviewed)(?:\s(?:on|in|at))?\s?:?",
     "It was last looked at then, by its own words", _REVIEWED, "likely"),
    (r"\b(?:as of|as at|status|stand)\s?:?", "It tells the state of that day", _AS_OF, "possible"),
)  # fmt: skip
_SIGNS: tuple[tuple[re.Pattern[str], str, timedelta, Confidence], ...] = tuple(
    (
        re.compile(words + r"(?:\s(?:the end of|the|on|of|end of))?\W{0,3}$", re.IGNORECASE),
        meaning,
        grace,
        confidence,
    )
    for words, meaning, grace, confidence in _WORDS
)
_PLAN = re.compile(
    r"\b(?:will(?! not)|(?:is|are) (?:scheduled|planned|expected|due|going) to|we plan to|upcoming)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The date of a sentence that is past, what that means, and how sure it is."""

    value: Value
    meaning: str
    confidence: Confidence

    @property
    def ended(self) -> bool:
        """Whether the sentence says itself that it holds no longer than that."""
        return self.meaning in (_HELD, _ENDED)


def overtaken(sentence: str, today: date, *, dated: bool = False) -> Overtaken | None:
    """What is past in `sentence` on the day `today`; None where nothing is. Plans of a `dated` document, such as
    minutes, are not judged."""
    if len(sentence) > _LONGEST or not _HINT.search(sentence) or not _YEAR.search(sentence):
        return None
    for value in values(sentence):
        day = day_of(value)
        if day is None or day >= today or day.year < 1990:
            continue
        # A qualifier such as "until" belongs to the value; the signs look at it too.
        begins = value.end - len(_bare(sentence, value))
        before = sentence[:begins]
        for sign, meaning, grace, confidence in _SIGNS:
            if sign.search(before) and today - day > grace and not NARRATIVE.search(before):
                return Overtaken(value, meaning, confidence)
        planned = _PLAN.search(sentence) and not NARRATIVE.search(sentence) and today - day > _GRACE
        if planned and not dated and value.kind != "year":
            return Overtaken(value, "It speaks of that time as still to come", "possible")
    return None


def _bare(sentence: str, value: Value) -> str:
    written = sentence[value.start : value.end]
    qualifier = re.match(r"[a-z ]+\s(?=\d|[A-Z])", written)
    return written[qualifier.end() :] if qualifier else written
