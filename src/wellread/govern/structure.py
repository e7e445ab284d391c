"""Documents that nobody can find their way in, or that hold nothing."""

import re
from collections.abc import Iterator, Sequence

from wellread.govern.shelf import concerned, quote
from wellread.records.knowledge import Document, Passage
from wellread.records.quality import Finding

LONG = 2_000
"""Words from which on a document needs headings."""
_FEWEST_ROWS = 4
_FIGURE = re.compile(r"(?!(?:19|20)\d\d$)[-+(]?[$€£]?\s?\d[\d.,\s]*[%€)]?")
"""A cell of figures alone; a year may name a column."""


def structure(document: Document, passages: Sequence[Passage], words: int) -> Iterator[Finding]:
    """What is wrong with the form of one document."""
    if not document.text.strip():
        yield Finding(
            kind="empty",
            confidence="certain",
            documents=(concerned(document),),
            because=f"No text could be read from its {document.size:,} bytes: it is never found.",
            advice="If it is a scan, recognise its text (the extra `ocr`); if it is empty, let it go.",
            figures={"bytes": document.size},
        )
    elif words >= LONG and not any(passage.heading for passage in passages):
        yield Finding(
            kind="unstructured",
            confidence="certain",
            documents=(concerned(document),),
            because=f"It has {words:,} words and no heading: what is found in it says not where it stands.",
            advice="Give it headings in the format's own styles, or divide it.",
            figures={"words": words},
        )
    yield from _tables(document)


def _tables(document: Document) -> Iterator[Finding]:
    """A run of rows whose first holds figures where names of columns should be."""
    for start, rows in _runs(document.text):
        cells = [cell.strip() for cell in rows[0].split(" | ")]
        figures = [cell for cell in cells if _FIGURE.fullmatch(cell)]
        if len(rows) < _FEWEST_ROWS or len(cells) < 2 or len(figures) < len(cells) / 2:
            continue
        yield Finding(
            kind="unstructured",
            confidence="possible",
            documents=(concerned(document),),
            quotes=(quote(document.id, document.text, start, start + len(rows[0])),),
            because=f"A table of {len(rows)} rows begins with figures instead of the names of its columns.",
            advice="Give the table a header row: without it a figure that is found does not say what it counts.",
            figures={"rows": len(rows)},
        )
        return  # one for a document: the others are most likely of the same making


def _runs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where tables begin, with their rows. What stands right above one belongs to it."""
    if " | " not in text:
        return
    at, begin, rows, above = 0, 0, list[str](), ""
    for line in text.split("\n"):
        if " | " in line:
            if not rows:
                begin = at
            rows.append(line)
        elif rows:
            if not above.strip():
                yield begin, rows
            rows, above = [], line
        else:
            above = line
        at += len(line) + 1
    if rows and not above.strip():
        yield begin, rows
