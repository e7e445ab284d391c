"""PDF: the text layer, page by page, in the order the file draws it (nearly always the reading order)."""

import re
import statistics
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed

MAX_PAGES = 20_000

_WRONG_PASSWORD = 4
"""FPDF_ERR_PASSWORD of PDFium's fpdfview.h."""

_ONE_AT_A_TIME = threading.Lock()
"""PDFium is not safe to call from two threads, not even for two documents."""

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_BREAK_HYPHEN = re.compile("([^\\W\\d_]+)(?:[\u00ad\x02\ufffe]\n?|[-\u2010]\n)(?=(\\w+))")
_COMPOUND = re.compile(r"[^\W_]+-[^\W_]+")
_BULLET = re.compile(r"(?:[-*•–·▪●○◦‣]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_FIGURES = re.compile(
    r"(?:^|\s)(?:[$€£(]?\s?-?\d[\d,.]*[)%]?|[—–-])\s+[$€£(]*\s?-?(?:\d[\d,.]*|[—–-])\s?[)%]*$"
)
_SENTENCE_END = re.compile(r"[.!?:;,][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    """Height in points of its first character's box: proportional to the type size."""


def parse_pdf(data: bytes) -> Parsed:
    """A PDF's text layer.

    Words split at a line end are joined; paragraphs, headings (larger type) and bullets are told apart by
    position and size; every page begins with a page break block. A file that only restricts copying opens.
    Raises ParseError: a password is needed, the file is broken, or no page has text.
    """
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _WRONG_PASSWORD:
                raise ParseError("a password is needed to open this PDF: store a copy without one") from None
            raise ParseError(f"the PDF is broken and cannot be opened: {error}") from None
        try:
            return _read(document)
        except pypdfium2.PdfiumError as error:
            raise ParseError(f"the PDF is broken: {error}") from None
        finally:
            document.close()


def _read(document: Any) -> Parsed:
    if len(document) > MAX_PAGES:
        raise ParseError(f"the PDF has {len(document):,} pages, the most is {MAX_PAGES:,}: split it")
    pages = [_lines(document, number) for number in range(len(document))]
    if not any(pages):
        raise ParseError(
            "no page has a text layer (a scan?) and text recognition (OCR) is not included: "
            "store a recognised copy"
        )
    sizes = [line.size for page in pages for line in page for _ in range(len(line.text) // 20 + 1)]
    words = _Joiner(line.text for page in pages for line in page)
    composer = Composer()
    for page in pages:
        composer.start_page()
        for lines in _paragraphs(page):
            _add(composer, lines, words, statistics.median(sizes))
    title = document.get_metadata_dict(skip_empty=True).get("Title", "")
    # Word processors write their own or the file's name there, which says less than the first heading.
    usable = title and not re.search(r"\.\w{2,4}$|^Microsoft|^untitled", title, re.IGNORECASE)
    return composer.finish(title if usable else composer.first_heading())


def _lines(document: Any, number: int) -> list[_Line]:
    """The lines of one page. A page that cannot be loaded has none: the others are still of use."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        textpage = page.get_textpage()
        try:
            return _measured(textpage, textpage.get_text_range())
        finally:
            textpage.close()
    finally:
        page.close()


def _measured(textpage: Any, text: str) -> list[_Line]:
    import pypdfium2.raw as pdfium

    lines: list[_Line] = []
    at = 0
    for raw in text.split("\r\n"):
        first, last = at + len(raw) - len(raw.lstrip()), at + len(raw.rstrip()) - 1
        at += len(raw) + 2
        if last < first:
            continue
        ends = (pdfium.FPDFText_GetCharIndexFromTextIndex(textpage, index) for index in (first, last))
        start, end = (_box(pdfium, textpage, index) for index in ends)
        line = _Line(
            text=raw.strip().translate(_LIGATURES),
            left=start.left,
            right=end.right,
            top=start.top,
            bottom=end.bottom if end.top <= start.top else start.bottom,
            size=abs(start.top - start.bottom),
        )
        if lines and _same_line(lines[-1], line):
            line = _continued(lines.pop(), line)
        lines.append(line)
    return lines


def _box(pdfium: Any, textpage: Any, index: int) -> Any:
    """The character's box by its font's ascent and descent, in points; zeros for one that is not drawn.

    The reported font size will not do: it leaves out the scaling of the page's matrix.
    """
    box = pdfium.FS_RECTF()
    if index >= 0:
        pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
    return box


def _same_line(before: _Line, line: _Line) -> bool:
    """PDFium breaks lines at superscripts and wide gaps; what stands right of the text goes on with it."""
    overlap = min(before.top, line.top) - max(before.bottom, line.bottom)
    height = min(before.top - before.bottom, line.top - line.bottom)
    return height > 0 and overlap > 0.4 * height and -1 <= line.left - before.right < 2 * max(before.size, 1)


def _continued(before: _Line, line: _Line) -> _Line:
    gap = " " if line.left - before.right > 0.15 * before.size else ""
    return _Line(
        text=before.text + gap + line.text,
        left=before.left,
        right=line.right,
        top=max(before.top, line.top),
        bottom=min(before.bottom, line.bottom),
        size=before.size,
    )


def _paragraphs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines grouped where the distance, the type size, a bullet or another column breaks the flow."""
    gaps = [a.bottom - b.top for a, b in pairwise(lines) if 0 < a.top - b.top < 4 * a.size]
    usual = statistics.median(gaps) if gaps else 0.0
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and not _breaks(groups[-1][-1], line, usual):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _breaks(before: _Line, line: _Line, usual: float) -> bool:
    if _BULLET.match(line.text) or abs(line.size - before.size) > 0.12 * max(line.size, before.size):
        return True
    if line.top > before.top or line.left > before.right:
        # The next column: its first line goes on with a sentence that has not ended.
        return bool(_SENTENCE_END.search(before.text)) or not line.text[:1].islower()
    return before.bottom - line.top > usual + 0.45 * max(line.size, 1)


def _add(composer: Composer, lines: list[_Line], words: "_Joiner", body_size: float) -> None:
    text = words.join("\n".join(line.text for line in lines))
    if _is_tabular(lines):
        for line in lines:
            composer.add("table_row", line.text)
        return
    larger = lines[0].size / body_size if body_size > 0 else 1.0
    if larger > 1.15 and len(lines) <= 4 and len(text) <= 200 and any(ch.isalpha() for ch in text):
        composer.add("heading", text, 1 if larger > 1.6 else 2 if larger > 1.3 else 3)
    elif _BULLET.match(text):
        composer.add("list_item", text, level=1)
    else:
        composer.add("paragraph", text)


def _is_tabular(lines: list[_Line]) -> bool:
    """At least half the lines end in two figures: a table, whose lines must not run together."""
    return len(lines) > 1 and 2 * sum(bool(_FIGURES.search(line.text)) for line in lines) >= len(lines)


class _Joiner:
    """Joins lines, and words split at line ends: `exam-/ine` without its hyphen, `well-/known` with it.

    A hyphen stays when the same compound stands unbroken elsewhere in the document, or when what follows
    is a capital or a digit.
    """

    def __init__(self, lines: Any) -> None:
        self._compounds = {found.lower() for line in lines for found in _COMPOUND.findall(line)}

    def join(self, text: str) -> str:
        return " ".join(_BREAK_HYPHEN.sub(self._joined, text).split())

    def _joined(self, match: "re.Match[str]") -> str:
        left, right = match.group(1), match.group(2)
        keep = not right[0].islower() or f"{left}-{right}".lower() in self._compounds
        return f"{left}-" if keep else left
