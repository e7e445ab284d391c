"""Which paragraphs of a PDF are headings, and of what level."""

import re
import statistics
from collections.abc import Sequence
from typing import Any

from wellread.ingest.parse.pdf.paragraphs import Element, Paragraph

_MOST_BOOKMARKS = 10_000
_LONGEST = 200
_LONGEST_BOLD = 150

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[^\W\d_]|([A-Z](?:\.\d{1,2}){1,4})\.?\s+[^\W\d_]")
_NAMED = re.compile(
    r"(?:(part|chapter|appendix|annex)|item|section|article|note)\s+(?:\d|[ivx]+\b|[a-z]\b)", re.I
)
_NO_HEADING_END = re.compile(r"[.,;][\"'”’)\]]*$")


class Headings:
    """Tells the level of a heading from bookmarks, numbering, size and weight, in this order."""

    def __init__(self, pages: Sequence[Sequence[Element]], bookmarks: dict[tuple[int, str], int]) -> None:
        texts = [element for page in pages for element in page if isinstance(element, Paragraph)]
        weighted = [p.size for p in texts for _ in range(len(p.text) // 20 + 1)]
        self._body_size = statistics.median(weighted) if weighted else 0.0
        # Where most is bold, being bold says nothing.
        bold = sum(len(p.text) for p in texts if p.bold)
        self._bold_tells = 3 * bold < sum(len(p.text) for p in texts)
        self._bookmarks = bookmarks

    def level(self, paragraph: Paragraph, page: int) -> int:
        """1 to 6 for a heading on the page of that index, 0 for text."""
        text = " ".join(paragraph.text.split())
        marked = self._bookmarks.get((page, simplified(text)))
        if marked:
            return marked
        if (
            text[0] in "•▪●○◦‣➢✓*–-·"
            or len(text) > _LONGEST
            or paragraph.lines > 5
            or sum(map(str.isalpha, text)) < 2
        ):
            return 0
        larger = paragraph.size / self._body_size if self._body_size > 0 else 1.0
        stands_out = (
            self._bold_tells and paragraph.bold and len(text) <= _LONGEST_BOLD and paragraph.lines <= 5
        )
        if larger > 1.15 or (stands_out and larger > 0.9 and not _NO_HEADING_END.search(text)):
            return _numbered_level(text) or _level_by_size(larger)
        return _plain_level(paragraph, text) if larger > 0.95 else 0


def bookmarks(document: Any) -> dict[tuple[int, str], int]:
    """Levels from 1 by page index and simplified title; none where the outline cannot be read."""
    import pypdfium2

    found: dict[tuple[int, str], int] = {}
    try:
        for at, mark in enumerate(document.get_toc(max_depth=6)):
            if at >= _MOST_BOOKMARKS:
                break
            target = mark.get_dest()
            page = target.get_index() if target is not None else None
            title = simplified(mark.get_title())
            if page is not None and title:
                found.setdefault((page, title), min(mark.level + 1, 6))
    except (pypdfium2.PdfiumError, ValueError, UnicodeError):
        pass
    return found


def simplified(title: str) -> str:
    """Letters alone: bookmarks leave numbers and spaces out, or have others than the page."""
    return "".join(filter(str.isalpha, title)).casefold()


def _level_by_size(larger: float) -> int:
    return 1 if larger > 1.6 else 2 if larger > 1.3 else 3 if larger > 1.15 else 4


def _numbered_level(text: str) -> int:
    """`2.1 Scope` is below `2 Rules`, an item below a part; 0 without a number."""
    if match := _NUMBERED.match(text):
        return min(2 + (match.group(1) or match.group(2)).count("."), 6)
    if match := _NAMED.match(text):
        return 2 if match.group(1) else 3
    return 0


def _plain_level(paragraph: Paragraph, text: str) -> int:
    """A line of `2.1 Scope` in the type of the text; a single number there begins a list."""
    match = _NUMBERED.match(text)
    if not match or paragraph.lines > 1 or len(text) > 80 or _NO_HEADING_END.search(text):
        return 0
    number, title = match.group(1) or match.group(2), text[match.end() - 1 :]
    return _numbered_level(text) if "." in number and title[:1].isupper() else 0
