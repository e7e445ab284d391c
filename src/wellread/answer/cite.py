"""Citations: exact spans of passages that were retrieved for this reader.

A citation is only ever made from a Passage and offsets into it, and its quote is cut from the passage's text. So it
cannot name a document that was not retrieved, nor words that do not stand there.
"""

from wellread.records.conversation import Citation
from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences


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
    """The span of the sentence, list item or table row that holds `text[start:end]`; several when it crosses them."""
    holding = [span for span in sentences(text) if span[0] < end and start < span[1]]
    if not holding:
        return start, end
    return min(holding[0][0], start), max(holding[-1][1], end)
