"""RTF documents: what a word processor shows of them, in order."""

import re
from collections import Counter
from collections.abc import Iterator

from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.property_title import usable_title
from wellread.ingest.parse.rtf.document import Document
from wellread.ingest.parse.rtf.flow import Edge, Paragraph, Row, Table, one_line, paragraphs
from wellread.ingest.parse.rtf.reader import Reader
from wellread.ingest.parse.tables import find_header

_BODY_TEXT = 9
"""The outline level that means "not in the outline"."""

_BULLET = re.compile(r"[\W_]*|[^\W\d_]")
"""A label that counts nothing; a letter alone is a sign of a symbol font."""

_DEEPEST = 9


def parse_rtf(data: bytes) -> Parsed:
    """The text, with notes at the end; deleted and hidden text, headers, footers and comments are left out.

    Headings are what the outline level or the style says; in a file without any, short paragraphs in larger
    type. Raises ParseError when the file is no RTF or nests too deeply.
    """
    return _Writer(Reader(data).read()).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        self._composer = Composer()
        self._document = document
        self._title = ""
        self._indents: list[int] = []
        every = [each for each in paragraphs(document.blocks) if each.text.strip()]
        is_marked = any(self._marked_heading(each) for each in every)
        self._body_size = 0 if is_marked else _usual_size(every)

    def write(self) -> Parsed:
        for block in self._document.blocks:
            if isinstance(block, Table):
                self._write_table(block)
            else:
                self._write_paragraph(block)
        for number, note in enumerate(self._document.notes, start=1):
            if note:
                self._composer.add("paragraph", f"[{number}] {note}")
        title = self._title or usable_title(self._document.title) or self._composer.first_heading()
        return self._composer.finish(title)

    def _write_paragraph(self, paragraph: Paragraph, *, in_frame: bool = False) -> None:
        text = paragraph.text
        if not text.strip():
            return
        number = "" if _BULLET.fullmatch(paragraph.label) else paragraph.label
        heading = self._marked_heading(paragraph)
        if not heading and not paragraph.label and not in_frame:
            heading = self._larger_heading(paragraph)
        if paragraph.label and not heading:
            marker = re.sub(r"(\w)$", r"\1.", number) or "-"
            self._composer.add("list_item", f"{marker} {text}", self._level(paragraph))
            return
        self._indents.clear()
        if heading:
            self._composer.add("heading", f"{number} {text}".replace("\n", " "), heading)
        else:
            self._composer.add("paragraph", text)
        if not self._title and self._is_title(paragraph):
            self._title = text

    def _level(self, item: Paragraph) -> int:
        """Depth in the list from 1: as the file says, or by what is indented further than the items before."""
        properties = item.properties
        if properties.list_id:
            return min(max(properties.list_level + 1, 1), _DEEPEST)
        while self._indents and properties.left_indent < self._indents[-1]:
            self._indents.pop()
        if self._indents[-1:] != [properties.left_indent]:
            self._indents.append(properties.left_indent)
        return min(len(self._indents), _DEEPEST)

    def _write_table(self, table: Table) -> None:
        if all(len(row.cells) == 1 for row in table.rows):
            # A table of one column only frames what is in it.
            for paragraph in paragraphs([table]):
                self._write_paragraph(paragraph, in_frame=True)
            return
        rows = list(_texts(table))
        marked = [row.is_header for row in table.rows]
        header = find_header(rows) if not any(marked) else None
        for at, texts in enumerate(rows):
            self._composer.add_row(texts, header=marked[at] or at == header)

    def _is_title(self, paragraph: Paragraph) -> bool:
        return [style.name for style in self._document.styles_of(paragraph)][:1] == ["title"]

    def _marked_heading(self, paragraph: Paragraph) -> int:
        """Level of a heading by its style's name or the outline level, or 0."""
        styles = self._document.styles_of(paragraph)
        if self._is_title(paragraph):
            return 1
        for style in styles:
            if numbered := re.fullmatch(r"heading ([1-9])", style.name):
                return min(int(numbered[1]), 6)
        outlines = [paragraph.properties.outline, *(style.outline for style in styles)]
        outline = next((level for level in outlines if level >= 0), _BODY_TEXT)
        return 0 if outline >= _BODY_TEXT else min(outline + 1, 6)

    def _larger_heading(self, paragraph: Paragraph) -> int:
        """Level of a heading by its type size, where no heading is marked, or 0."""
        text = paragraph.text.strip()
        larger = paragraph.size / self._body_size if self._body_size else 0
        if larger <= 1.15 or len(text) > 200 or not any(ch.isalpha() for ch in text):
            return 0
        return 1 if larger > 1.6 else 2 if larger > 1.3 else 3


def _usual_size(every: list[Paragraph]) -> int:
    """The type size that half the text at least does not go beyond."""
    characters: Counter[int] = Counter()
    for paragraph in every:
        characters[paragraph.size] += len(paragraph.text)
    half = characters.total() / 2
    for size in sorted(characters):
        half -= characters[size]
        if half <= 0:
            return size
    return 0


def _texts(table: Table) -> Iterator[list[str]]:
    """The texts of each row; a cell merged with the one above repeats it, so that a row can be read alone."""
    above: dict[int, str] = {}
    for row in table.rows:
        here = list(_cells(row, above))
        texts = [text for _, text in here]
        while texts and not texts[-1]:
            texts.pop()
        yield texts
        above = dict(here)


def _cells(row: Row, above: dict[int, str]) -> Iterator[tuple[int, str]]:
    for number, cell in enumerate(row.cells):
        edge = row.edges[number] if number < len(row.edges) else Edge(-1 - number)
        text = one_line(cell)
        if edge.from_above:
            text = text or above.get(edge.at, "")
        if text or not edge.from_left:
            yield edge.at, text
