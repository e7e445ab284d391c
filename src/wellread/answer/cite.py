"""Citations: exact spans of passages that were retrieved for this reader.

A citation is only ever made from a Passage and offsets into it, and its quote is cut from the passage's text. So it
cannot name a document that was not retrieved, nor words that do not stand there.
"""

import re

from wellread.records.conversation import Citation
from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences, stretches

_MARKER = re.compile(r"(?:[-*•▪●○◦‣·–+]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[A-Z]\))[ \t]+(?=\S)")
"""What stands before a list item."""


def cite(passage: Passage, start: int, end: int) -> Citation:
    """The citation of `passage.text[start:end]`. Raises ValueError for offsets outside the passage."""
    if not 0 <= start < end <= len(passage.text):
        raise ValueError(f"span {start}-{end} lies outside a passage of {len(passage.text)} characters")
    return Citation(
        document=passage.document,
        uri=passage.uri,
        passage=passage.id,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        page=passage.page(passage.start + start),
        trust=passage.trust,
        version=passage.version,
        changed=passage.changed,
        held=passage.held,
    )


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence, list item (its marker left out) or table row that holds `text[start:end]`; several when
    it crosses them."""
    holding = [span for span in sentences(text) if span[0] < end and start < span[1]]
    if not holding:
        return start, end
    first, last = min(holding[0][0], start), max(holding[-1][1], end)
    marker = _MARKER.match(text, first, last)
    return (marker.end() if marker and marker.end() <= start else first), last


def in_one_stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The longest part of `text[start:end]`, without outer white space, that no border of a list item, table row or
    paragraph cuts."""
    parts = [(max(start, first), min(end, last)) for first, last in stretches(text)]
    first, last = max(parts, key=lambda part: part[1] - part[0], default=(start, end))
    words = text[first:last]
    return first + len(words) - len(words.lstrip()), last - len(words) + len(words.rstrip())
