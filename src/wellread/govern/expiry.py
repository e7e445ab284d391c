"""Words that time has overtaken: validity that has ended, deadlines and plans that are past, and old editions."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from wellread.govern.shelf import Kept, concerned, quote
from wellread.records.knowledge import Document
from wellread.records.quality import Finding
from wellread.screen.overtaken import overtaken
from wellread.screen.sentences import sentences
from wellread.screen.values import day_of, values

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def expired(document: Document, today: date) -> Iterator[Finding]:
    """Sentences of one document whose dates are past on the day `today`; at most one finding for a sentence.

    Documents that are dated themselves (minutes, releases, incidents) record a day; their plans are not judged.
    """
    dated = _is_a_record(document)
    text = document.text
    for start, end in sentences(text):
        sentence = text[start:end]
        found = overtaken(sentence, today, dated=dated)
        if found is not None:
            yield Finding(
                kind="expired",
                confidence=found.confidence,
                documents=(concerned(document),),
                quotes=(quote(document.id, text, start, end),),
                because=f"{found.meaning}: {sentence[found.value.start : found.value.end]}.",
                advice="Bring the sentence up to date, or take it out; where it is history, say so in its words.",
                figures={"date": str(day_of(found.value))},
            )


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
