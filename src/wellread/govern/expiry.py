"""Words that time has overtaken: validity that has ended, deadlines and plans that are past, and old editions."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from wellread.govern.shelf import Kept, concerned, quote
from wellread.records.knowledge import Document
from wellread.records.quality import Confidence, Finding
from wellread.screen.sentences import sentences
from wellread.screen.values import Value, day_of, values

_GRACE = timedelta(days=30)
"""So long after its day a plan may still stand there."""
_REVIEWED = timedelta(days=2 * 365)
_AS_OF = timedelta(days=3 * 365)
_HINT = re.compile(
    r"\b(?:valid|expir|until|through|deadline|due|by|before|effective|review|as of|updated|current|will|plan|schedul"
    r"|expected|upcoming|next)", re.IGNORECASE
)  # fmt: skip
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NARRATIVE = re.compile(r"\b(?:was|were|had|did|been|could|would|went|came)\b", re.IGNORECASE)

# What stands right before the date, what it means when the date is past, how long after, and how sure that is.
_WORDS: tuple[tuple[str, str, timedelta, Confidence], ...] = (
(r"\b(?:valid|effective|in force|in effect|applicable|available|open)\s(?:only\s)?"
     r"(?:until|till|through|to|up to)",
     "What it says was to hold until then", timedelta(0), "certain"),
    (r"\bvalid\s(?:from\s.{4,20}\s)(?:until|till|through|to)",
     "What it says was to hold until then", timedelta(0), "certain"),
    (r"\b(?:expir(?:es?|ing|y date|ation date|y)|valid thru|best before)\s?(?:on|at|:|is)?",
     "It names its own end, and that is past", timedelta(0), "certain"),
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


def expired(document: Document, today: date) -> Iterator[Finding]:
    """Sentences of one document whose dates are past on the day `today`; at most one finding for a sentence.

    Documents that are dated themselves (minutes, releases, incidents) record a day; their plans are not judged.
    """
    dated = _is_a_record(document)
    text = document.text
    for start, end in sentences(text):
        sentence = text[start:end]
        if len(sentence) > 600 or not _HINT.search(sentence) or not _YEAR.search(sentence):
            continue
        found = _overtaken(sentence, today, dated=dated)
        if found is not None:
            value, meaning, confidence = found
            yield Finding(
                kind="expired",
                confidence=confidence,
                documents=(concerned(document),),
                quotes=(quote(document.id, text, start, end),),
                because=f"{meaning}: {sentence[value.start : value.end]}.",
                advice="Bring the sentence up to date, or take it out; where it is history, say so in its words.",
                figures={"date": str(day_of(value))},
            )


def _overtaken(sentence: str, today: date, *, dated: bool) -> tuple[Value, str, Confidence] | None:
    for value in values(sentence):
        day = day_of(value)
        if day is None or day >= today or day.year < 1990:
            continue
        # A qualifier such as "until" belongs to the value; the signs look at it too.
        begins = value.end - len(_bare(sentence, value))
        before = sentence[:begins]
        for sign, meaning, grace, confidence in _SIGNS:
            if sign.search(before) and today - day > grace and not _NARRATIVE.search(before):
                return value, meaning, confidence
        planned = _PLAN.search(sentence) and not _NARRATIVE.search(sentence) and today - day > _GRACE
        if planned and not dated and value.kind != "year":
            return value, "It speaks of that time as still to come", "possible"
    return None


def _bare(sentence: str, value: Value) -> str:
    written = sentence[value.start : value.end]
    qualifier = re.match(r"[a-z ]+\s(?=\d|[A-Z])", written)
    return written[qualifier.end() :] if qualifier else written


def _is_a_record(document: Document) -> bool:
    """Whether the title or the name says that it is of one day or one time."""
    named = f"{document.title} {document.uri.rsplit('/', 1)[-1]}"
    return _YEAR.search(named) is not None or any(day_of(value) for value in values(document.title))


def editions(documents: Sequence[Kept], today: date) -> Iterator[Finding]:
    """Documents whose title names a year when the same title with a later year is there too."""
    by_name: dict[tuple[str, str], list[tuple[int, Kept]]] = {}
    for one in documents:
        title = one.concerned.title
        years = [int(year) for year in _YEAR.findall(title)]
        if len(years) == 1 and years[0] <= today.year:
            name = " ".join(_YEAR.sub(" ", title).lower().split())
            by_name.setdefault((one.concerned.source, name), []).append((years[0], one))
    for (_, name), found in sorted(by_name.items()):
        newest, latest = max(found, key=lambda pair: (pair[0], pair[1].concerned.uri))
        older = [one for year, one in found if year < newest]
        if not older or not name or len(found) > 12:
            continue
        yield Finding(
            kind="stale",
            confidence="possible",
            documents=(*(one.concerned for one in older), latest.concerned),
            because=f"The title names an earlier year than “{latest.concerned.title}”, which is there too.",
            advice="If the later edition replaces it, say so at its top or let it go.",
            figures={"newest_year": newest},
        )
