"""The paragraphs and tables of an RTF text, collected as its control words end them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from wellread.ingest.parse.rtf.characters import joined

_LABEL_IN_TEXT = re.compile(r"\s*([^\w\s]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)])\t\s*(?=\S)")

ROW_WORDS = frozenset("trowd trhdr clvmrg clmrg cellx".split())
"""Control words that say how a row is made."""

_MOST_COLUMNS = 1000


@dataclass(frozen=True, slots=True)
class Properties:
    """What applies to a paragraph; outline level 9 is text, -1 leaves it to the style."""

    outline: int = -1
    style: int = 0
    in_table: bool = False
    list_id: int = 0
    list_level: int = 0
    first_indent: int = 0
    left_indent: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`label` is what stands before a list item: a number or a bullet; nothing outside lists."""

    text: str
    properties: Properties
    label: str = ""
    size: int = 0
    """Smallest type size in half points."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Right end of a cell and whether the cell goes on from the one above or to the left."""

    at: int
    from_above: bool = False
    from_left: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells, each with its paragraphs, and where they end as far as that is said."""

    cells: tuple[tuple[Paragraph, ...], ...]
    edges: tuple[Edge, ...]
    is_header: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that follow each other."""

    rows: tuple[Row, ...]


@dataclass(slots=True)
class Flow:
    """One text: the document's, a note's or a text box's."""

    mark: int = 0
    """Number of a note, 0 for another text."""
    blocks: list[Paragraph | Table] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    is_header: bool = False
    _edge: Edge = Edge(0)
    _inline: list[str] = field(default_factory=list)
    _size: int = 0
    _boxes: list[Paragraph | Table] = field(default_factory=list)
    _cell: list[Paragraph] = field(default_factory=list)
    _row: list[tuple[Paragraph, ...]] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)

    def add(self, text: str, size: int = 0) -> None:
        """Text of the paragraph that is being read, in a type size."""
        self._inline.append(text)
        if size and not text.isspace():
            self._size = min(self._size or size, size)

    def start_label(self) -> None:
        """A label comes, which may turn out to be empty: then the paragraph is in a list but has none."""
        self.label.append("")

    def add_box(self, blocks: list[Paragraph | Table]) -> None:
        """What a text box holds follows the paragraph it is anchored in."""
        self._boxes += blocks

    def end_paragraph(self, properties: Properties) -> None:
        """Close the paragraph, in a table's cell or outside."""
        text, label = joined(self._inline), joined(self.label).strip()
        if not label and ("".join(self.label).strip() or (properties.list_id and not self.label)):
            # A sign of a symbol font, or a writer that leaves labels to the reader.
            label = "-"
        if not label and properties.first_indent < 0 and (match := _LABEL_IN_TEXT.match(text)):
            label, text = match[1], text[match.end() :]
        blocks = [Paragraph(text, properties, label, self._size), *self._boxes]
        self._inline, self.label, self._boxes, self._size = [], [], [], 0
        if properties.in_table:
            self._cell += paragraphs(blocks)
        else:
            self._end_table()
            self.blocks += blocks

    def define_row(self, word: str, number: int) -> None:
        """Follow one of `ROW_WORDS`."""
        match word:
            case "trowd":
                self.edges, self.is_header, self._edge = [], False, Edge(0)
            case "trhdr":
                self.is_header = True
            case "clvmrg":
                self._edge = replace(self._edge, from_above=True)
            case "clmrg":
                self._edge = replace(self._edge, from_left=True)
            case "cellx" if len(self.edges) < _MOST_COLUMNS:
                self.edges.append(replace(self._edge, at=number))
                self._edge = Edge(0)

    def end_cell(self, properties: Properties) -> None:
        """Close a cell of the row that is being read."""
        self.end_paragraph(replace(properties, in_table=True))
        self._row.append(tuple(self._cell))
        self._cell = []

    def end_row(self, properties: Properties) -> None:
        """Close the row; where its cells end may have been said before or after them."""
        if "".join(self._inline).strip():
            self.end_cell(properties)
        if self._row:
            self._rows.append(Row(tuple(self._row), tuple(self.edges), self.is_header))
        self._row = []

    def finish(self, properties: Properties) -> list[Paragraph | Table]:
        """Everything, whether or not what was last had an end."""
        if self._inline or self._boxes:
            self.end_paragraph(properties)
        self._end_table()
        return self.blocks

    def _end_table(self) -> None:
        if self._row:
            self._rows.append(Row(tuple(self._row), tuple(self.edges), self.is_header))
        if self._rows:
            self.blocks.append(Table(tuple(self._rows)))
        # Paragraphs that say they are in a table but never end a cell are in none.
        self.blocks += self._cell
        self._rows, self._row, self._cell = [], [], []


def paragraphs(blocks: Iterable[Paragraph | Table]) -> list[Paragraph]:
    """The paragraphs, those in tables included."""
    found: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block)
        else:
            found += (paragraph for row in block.rows for cell in row.cells for paragraph in cell)
    return found


def one_line(blocks: Iterable[Paragraph | Table]) -> str:
    """All text, without labels."""
    return " ".join(text for each in paragraphs(blocks) if (text := " ".join(each.text.split())))
