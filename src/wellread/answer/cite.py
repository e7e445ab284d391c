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
_CLAUSE = re.compile(r"[,;:][\"'”’)]*\s+|\s+[-–—]+\s+|[.!?…][\"'”’)]*\s+")
"""The end of a part of a sentence, white space behind it included."""


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


def excerpt_around(
    text: str, sentence: tuple[int, int], span: tuple[int, int], words: int
) -> tuple[int, int]:
    """The part of a `sentence` that one takes in at a glance: the clause of `span`, and as many neighbours, those
    before it first, as make at most `words` words; all of a shorter sentence."""
    cuts = [sentence[0], *(m.end() for m in _CLAUSE.finditer(text, *sentence)), sentence[1]]
    first = max(number for number, cut in enumerate(cuts[:-1]) if cut <= span[0])
    last = min(number for number, cut in enumerate(cuts) if cut >= span[1])

    def short(begin: int, end: int) -> bool:
        return len(text[cuts[begin] : cuts[end]].split()) <= words

    grown = True
    while grown:
        grown = False
        if first > 0 and short(first - 1, last):
            first, grown = first - 1, True
        elif last < len(cuts) - 1 and short(first, last + 1):
            last, grown = last + 1, True
    return cuts[first], cuts[first] + len(text[cuts[first] : cuts[last]].rstrip())


def in_one_stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The longest part of `text[start:end]`, without outer white space, that no border of a list item, table row or
    paragraph cuts."""
    parts = [(max(start, first), min(end, last)) for first, last in stretches(text)]
    first, last = max(parts, key=lambda part: part[1] - part[0], default=(start, end))
    words = text[first:last]
    begin = last - len(words.lstrip())
    return begin, begin + len(words.strip())
