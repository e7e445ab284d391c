"""Word documents (.docx, transitional and strict): headings, paragraphs, lists, tables, boxes, footnotes.

Read straight from the XML by local names: that covers both namespaces, content controls and text boxes in
document order, which the usual library leaves out.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.office.package import WORD, Package
from wellread.ingest.parse.office.text import text_of
from wellread.ingest.parse.word.styles import Numbering, Styles
from wellread.ingest.parse.xml.elements import attribute, children, local

if TYPE_CHECKING:
    from lxml.etree import _Element

# Deleted and moved-away text, field codes, and the second rendering of what `Choice` already holds.
_SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "tblPr", "sectPr"})
_GROUPING = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"}
)


def parse_docx(data: bytes) -> Parsed:
    """A Word document in reading order; tracked deletions are left out, footnotes follow at the end.

    Raises ParseError when it is broken, expands beyond the limit, or is no Word document.
    """
    package = Package(data, WORD)
    body = next(package.document().iter("{*}body"), None)
    if body is None:
        raise ParseError("the Word document has no body: it is damaged; save it again in a word processor")
    writer = _Writer(package)
    writer.write(body)
    writer.write_notes(package)
    title = writer.title or package.title() or writer.composer.first_heading()
    return writer.composer.finish(title)


class _Writer:
    def __init__(self, package: Package) -> None:
        self.composer = Composer()
        self.title = ""
        self._styles = Styles(package.beside("styles"))
        self._numbering = Numbering(package.beside("numbering"))

    def write(self, container: "_Element") -> None:
        """Add every block below `container` in document order."""
        for child in children(container):
            match local(child):
                case "p":
                    self._write_paragraph(child)
                case "tbl":
                    self._write_table(child)
                case name if name in _GROUPING:
                    self.write(child)

    def write_notes(self, package: Package) -> None:
        """Footnotes and endnotes as paragraphs that begin with the number their reference shows."""
        for name in ("footnotes", "endnotes"):
            root = package.beside(name)
            for note in children(root) if root is not None else ():
                number = attribute(note, "id")
                if attribute(note, "type") is None and number is not None:
                    text = " ".join(_text(p) for p in note.iter("{*}p"))
                    if text.strip():
                        self.composer.add("paragraph", f"[{number}] {text}")

    def _write_paragraph(self, paragraph: "_Element") -> None:
        text = _text(paragraph)
        style = self._styles.of(paragraph)
        if style.is_title and not self.title:
            self.title = text
        if not text.strip():
            pass
        elif style.heading:
            self.composer.add("heading", text.replace("\n", " "), style.heading)
        elif style.list_id:
            self.composer.add("list_item", self._numbering.marker(style) + text, style.list_level + 1)
        else:
            self.composer.add("paragraph", text)
        for box in _text_boxes(paragraph):
            self.write(box)

    def _write_table(self, table: "_Element") -> None:
        rows = list(_grouped(table, "tr"))
        cells_of = [list(_grouped(row, "tc")) for row in rows]
        if all(len(cells) <= 1 for cells in cells_of):
            # A table of one column only frames what is in it.
            for cells in cells_of:
                for cell in cells:
                    self.write(cell)
            return
        above: list[str] = []
        for at, (row, cells) in enumerate(zip(rows, cells_of, strict=True)):
            texts = [_cell(cell) for cell in cells]
            for column, cell in enumerate(cells):
                # A cell merged with the one above repeats it, so that a row can be read on its own.
                if _continues_above(cell) and column < len(above):
                    texts[column] = above[column]
            above = texts
            self.composer.add_row(texts, header=_is_header(table, row, at, texts, len(rows)))


def _text(paragraph: "_Element") -> str:
    return text_of(paragraph, _replaced)


def _replaced(element: "_Element") -> str | None:
    match local(element):
        case "tab" | "ptab":
            return " "
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case "footnoteReference" | "endnoteReference":
            return f"[{attribute(element, 'id')}]"
        case name if name in _SKIPPED or name == "txbxContent":
            return ""
    return None


def _text_boxes(element: "_Element") -> Iterator["_Element"]:
    """Text boxes anchored in a paragraph, outermost only."""
    for child in children(element):
        if local(child) == "txbxContent":
            yield child
        elif local(child) not in _SKIPPED:
            yield from _text_boxes(child)


def _grouped(element: "_Element", name: str) -> Iterator["_Element"]:
    """Children called `name`, seen through content controls and tracked insertions."""
    for child in children(element):
        if local(child) == name:
            yield child
        elif local(child) in _GROUPING:
            yield from _grouped(child, name)


def _cell(cell: "_Element") -> str:
    """A cell's paragraphs as one line, those of tables inside it included."""
    return " ".join(text for p in cell.iter("{*}p") if (text := _text(p).strip()))


def _continues_above(cell: "_Element") -> bool:
    merged = cell.find("{*}tcPr/{*}vMerge")
    return merged is not None and attribute(merged, "val") != "restart"


def _is_header(table: "_Element", row: "_Element", at: int, texts: list[str], rows: int) -> bool:
    if row.find("{*}trPr/{*}tblHeader") is not None:
        return True
    look = table.find("{*}tblPr/{*}tblLook")
    marked = look is not None and (
        attribute(look, "firstRow") in ("1", "true") or int(attribute(look, "val") or "0", 16) & 0x20
    )
    # Word marks the first row of every new table; a row of short labels without numbers is believed.
    labels = all(t.strip() and len(t) <= 60 and not any(ch.isdigit() for ch in t) for t in texts)
    return bool(marked) and at == 0 and rows > 1 and labels
