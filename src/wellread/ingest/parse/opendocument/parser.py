"""OpenDocument text documents and presentations (.odt, .odp, their templates and flat XML forms).

Read straight from the XML by local names, as Word documents are.
"""

from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.opendocument.lists import Counter, OpenLists
from wellread.ingest.parse.opendocument.package import OpenDocument
from wellread.ingest.parse.opendocument.slides import notes, shapes_in_order, titles
from wellread.ingest.parse.opendocument.styles import Styles
from wellread.ingest.parse.opendocument.tables import framed_cells, read_rows
from wellread.ingest.parse.opendocument.text import TextReader, description, is_left_out, shapes
from wellread.ingest.parse.xml.elements import attribute, children, integer, local

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_opendocument(data: bytes) -> Parsed:
    """A text document, presentation or drawing in reading order; a slide is a page, its notes follow it.

    Tracked deletions, headers, footers and a text's comments are left out; footnotes, then endnotes, stand
    at the end. Raises ParseError when the file needs a password, is damaged, or is of another kind.
    """
    document = OpenDocument(data)
    body = document.body()
    if local(body) == "spreadsheet":
        raise ParseError("the OpenDocument file is a spreadsheet: name it .ods")
    writer = _Writer(document)
    if local(body) == "text":
        writer.write(body)
    else:
        for number, slide in enumerate(body.iterchildren("{*}page")):
            writer.write_slide(slide, is_first=number == 0)
    writer.write_notes()
    return writer.composer.finish(writer.title or document.title() or writer.composer.first_heading())


class _Writer:
    def __init__(self, document: OpenDocument) -> None:
        self.composer = Composer()
        self.title = ""
        self._document = document
        self._is_embedded = False
        self._styles = Styles(document.style_lists())
        self._text = TextReader(self._styles, document.embedded)
        self._headings = Counter()
        self._lists = OpenLists(self._styles)
        self._code: list[str] = []

    def write(self, container: "_Element") -> None:
        """Add every block below `container` in document order."""
        for child in children(container):
            self._write_block(child)
        self._flush_code()

    def write_slide(self, slide: "_Element", *, is_first: bool) -> None:
        """One slide or drawing page: its title first, wherever it stands, then the rest, notes and comments."""
        self.composer.start_page()
        for title in titles(slide):
            self.composer.add("heading", " ".join(self._text.read_all(title)), 1 if is_first else 2)
        for shape in shapes_in_order(slide):
            self._write_block(shape)
            self._flush_code()
        spoken = [box for box in notes(slide) if any(self._text.read_all(box))]
        if spoken:
            self.composer.add("heading", "Notes", 3)
        for box in spoken:
            self.write(box)
        self._write_comments(slide)

    def write_notes(self) -> None:
        """Footnotes and endnotes as paragraphs that begin with the mark their reference shows."""
        for mark, text in (*self._text.footnotes, *self._text.endnotes):
            if text.strip():
                self.composer.add("paragraph", f"[{mark}] {text}")

    def _write_comments(self, slide: "_Element") -> None:
        said: list[str] = []
        for comment in slide.iterchildren("{*}annotation"):
            author = (comment.findtext("{*}creator") or "").strip()
            text = "\n".join(self._text.read_all(comment))
            said += [f"{author}: {text}" if author else text] if text else []
        if said:
            self.composer.add("heading", "Comments", 3)
        for text in said:
            self.composer.add("paragraph", text)

    def _write_block(self, element: "_Element") -> None:
        if is_left_out(element) or self._styles.is_hidden(element):
            return
        name = local(element)
        if name == "p" and self._styles.is_code(element) and not self._lists.depth:
            self._code.append(self._text.read(element))
            return
        self._flush_code()
        match name:
            case "h" | "p":
                self._write_paragraph(element, is_heading=name == "h")
            case "list":
                self._write_list(element)
            case "table":
                self._write_table(element)
            case "object":
                self._write_embedded(element)
            case _:
                self.write(element)
                self.composer.add("paragraph", description(element))
                self.composer.add("paragraph", self._text.formula(element))

    def _flush_code(self) -> None:
        self.composer.add("code", "\n".join(self._code))
        self._code.clear()

    def _write_paragraph(self, paragraph: "_Element", *, is_heading: bool) -> None:
        text = self._text.read(paragraph)
        if self._styles.is_title(paragraph):
            self.title = self.title or text
            self.composer.add("heading", text.replace("\n", " "), 1)
        elif is_heading:
            level = min(max(integer(attribute(paragraph, "outline-level"), 1), 1), 10)
            label = self._heading_label(paragraph, level) if text.strip() else ""
            self.composer.add("heading", f"{label} {text}".replace("\n", " "), min(level, 6))
        else:
            marker = self._lists.take_marker()
            if marker and text.strip():
                self.composer.add("list_item", marker + text, self._lists.depth)
            else:
                self.composer.add("paragraph", text, self._lists.depth)
        self._write_shapes(paragraph)

    def _heading_label(self, heading: "_Element", level: int) -> str:
        if self._lists.depth:
            return self._lists.take_label()
        if self._styles.is_unnumbered(heading):
            return ""
        start = attribute(heading, "start-value")
        return self._headings.next(level, self._styles.heading_level, start)

    def _write_shapes(self, paragraph: "_Element") -> None:
        """Text boxes and pictures anchored in a paragraph follow it; their lists are their own."""
        outside, self._lists = self._lists, OpenLists(self._styles)
        for shape in shapes(paragraph):
            if not self._text.formula(shape):
                self._write_block(shape)
        self._lists = outside

    def _write_list(self, element: "_Element") -> None:
        self._lists.open(element)
        for item in children(element):
            self._lists.start_item(item)
            self.write(item)
        self._lists.close()

    def _write_table(self, table: "_Element") -> None:
        framed = framed_cells(table)
        for cell in framed:
            self.write(cell)
        if framed:
            return
        for texts, header in read_rows(table, self._text):
            self.composer.add_row(texts, header=header)

    def _write_embedded(self, element: "_Element") -> None:
        """What a chart says, a sheet or a text inside the document; none further inside of those."""
        if self._is_embedded:
            return
        root = self._document.embedded(element)
        self._is_embedded = True
        for body in root.iterfind("{*}body/*") if root is not None else ():
            self.write(body)
        self._is_embedded = False
