"""PDF: text, tables and headings from the text layer of each page, or by recognition where there is none.

page -> words -> runs -> running headers out -> columns -> tables and lines -> paragraphs -> blocks
"""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_CHARACTERS, Composer, Parsed
from wellread.ingest.parse.pdf import ocr
from wellread.ingest.parse.pdf.blocks import compose
from wellread.ingest.parse.pdf.headings import Headings, bookmarks
from wellread.ingest.parse.pdf.lines import Run, runs
from wellread.ingest.parse.pdf.margins import NEARBY, Edges, edges, repeated
from wellread.ingest.parse.pdf.page import elements
from wellread.ingest.parse.pdf.paragraphs import Element, Paragraph
from wellread.ingest.parse.pdf.rules import Rules, drawn
from wellread.ingest.parse.pdf.scans import MOST_PAGES, recognised
from wellread.ingest.parse.pdf.words import has_unknown_text, sheets

MAX_PAGES = 20_000

_WRONG_PASSWORD = 4
"""FPDF_ERR_PASSWORD of PDFium's fpdfview.h."""

_ONE_AT_A_TIME = threading.Lock()
"""PDFium is not safe to call from two threads, not even for two documents."""

_PATHS_OF_LETTERS = 100
"""Paths on a page without text from which they may be letters turned into outlines."""
_MOST_ANNOTATIONS = 2_000

_MEANINGLESS_TITLE = re.compile(r"\.\w{2,4}$|^Microsoft|^untitled|^[\d\W]+$", re.IGNORECASE)


def parse_pdf(data: bytes) -> Parsed:
    """A PDF's text in reading order, every page of which begins with a page break block.

    Words split at a line end are joined; paragraphs, headings, lists and tables are told apart by position
    and type; running headers, footers and page numbers are left out. Pages that are scans are read where
    the extra `wellread[ocr]` is installed, up to 200 of them. A file that only restricts copying opens.

    Raises ParseError: a password is needed, the file is broken, or all its pages are scans that cannot be
    read, or not all of them.
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


@dataclass
class _Page:
    """What one page holds: its runs by quarter turns, the most written direction first."""

    sheets: list[tuple[int, list[Run]]] = field(default_factory=list)
    rules: Rules = field(default_factory=lambda: Rules([], []))
    is_scan: bool = False
    is_broken: bool = False


def _read(document: Any) -> Parsed:
    if len(document) > MAX_PAGES:
        raise ParseError(f"the PDF has {len(document):,} pages, the most is {MAX_PAGES:,}: split it")
    scans: list[int] = []
    broken: list[int] = []
    pages: list[list[Element]] = []
    length = 0
    for page in _laid_out(_loaded(document, scans, broken)):
        pages.append(page)
        length += sum(len(element.text) for element in page if isinstance(element, Paragraph))
        if length > MAX_CHARACTERS:
            raise ParseError(f"the text is longer than {MAX_CHARACTERS:,} characters: split the document")
    if pages and len(broken) == len(pages):
        raise ParseError("the PDF is broken: none of its pages can be read")
    if scans:
        _fill_in(document, pages, scans)
    composer = Composer()
    compose(composer, pages, Headings(pages, bookmarks(document)))
    return composer.finish(_title(document) or composer.first_heading())


def _title(document: Any) -> str:
    """The title in the document's properties, where it says something."""
    try:
        title = str(document.get_metadata_value("Title"))
    except UnicodeError:
        return ""
    # Word processors write their own or the file's name there, which says less than the first heading.
    return "" if _MEANINGLESS_TITLE.search(title) else title


def _fill_in(document: Any, pages: list[list[Element]], scans: list[int]) -> None:
    """Read the pages of these indexes. Where other pages have text, what cannot be read stays empty."""
    recogniser = ocr.installed()
    only_scans = not any(pages)
    if recogniser is None:
        if only_scans:
            raise ParseError(
                "no page has a text layer (a scan?) and text recognition (OCR) is not installed: "
                "install wellread[ocr], or store a recognised copy"
            )
        return
    if only_scans and len(scans) > MOST_PAGES:
        raise ParseError(
            f"the PDF has {len(scans):,} scanned pages, the most that text recognition (OCR) reads is "
            f"{MOST_PAGES}: split it, or store a recognised copy"
        )
    found = (_Page([(0, lines)]) for lines in recognised(document, scans, recogniser))
    read = list(_laid_out(found))
    if only_scans and len(read) < len(scans):
        raise ParseError(
            f"text recognition (OCR) read only {len(read)} of {len(scans)} scanned pages in the time that it "
            "has: split the PDF, or store a recognised copy"
        )
    for number, page in zip(scans, read, strict=False):
        pages[number] = page


def _loaded(document: Any, scans: list[int], broken: list[int]) -> Iterator[_Page]:
    for number in range(len(document)):
        page = _page(document, number)
        if page.is_scan:
            scans.append(number)
        if page.is_broken:
            broken.append(number)
        yield page


def _laid_out(pages: Iterable[_Page]) -> Iterator[list[Element]]:
    """The elements of each page. The words of only a few pages are held at a time."""
    waiting: list[_Page] = []
    seen: list[Edges] = []
    for page in pages:
        waiting.append(page)
        seen.append(edges(page.sheets[0][1] if page.sheets else []))
        if len(waiting) > NEARBY:
            yield _elements(waiting.pop(0), seen, len(seen) - 1 - NEARBY)
    for at, page in enumerate(waiting):
        yield _elements(page, seen, len(seen) - len(waiting) + at)


def _elements(page: _Page, seen: list[Edges], number: int) -> list[Element]:
    if not page.sheets:
        return []
    gone = repeated(seen, number)
    (quarters, found), *others = page.sheets
    kept = [run for at, run in enumerate(found) if at not in gone]
    return elements([(quarters, kept), *others], page.rules)


def _page(document: Any, number: int) -> _Page:
    """The runs and rules of one page. One that cannot be loaded has none: the others are still of use."""
    import pypdfium2

    try:
        page = _with_filled_fields(document, number)
    except pypdfium2.PdfiumError:
        return _Page(is_broken=True)
    try:
        textpage = page.get_textpage()
        try:
            found = [(turn, runs(words)) for turn, words in sheets(textpage, page.get_bbox())]
            is_unreadable = not found and has_unknown_text(textpage)
        finally:
            textpage.close()
        shown = drawn(page)
        pictured = shown.images > 0 or shown.paths > _PATHS_OF_LETTERS or is_unreadable
        return _Page(found, shown.rules, is_scan=not found and pictured)
    except pypdfium2.PdfiumError:
        return _Page(is_broken=True)
    finally:
        page.close()


def _with_filled_fields(document: Any, number: int) -> Any:
    """A page on which the values of form fields and notes written onto it are part of its text."""
    import pypdfium2.raw as pdfium

    page = document[number]
    count = min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)
    if not any(_is_written(page.raw, index) for index in range(count)):
        return page
    done = pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    if done != pdfium.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[number]


def _is_written(page: Any, index: int) -> bool:
    import pypdfium2.raw as pdfium

    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    pdfium.FPDFPage_CloseAnnot(annotation)
    return kind in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
