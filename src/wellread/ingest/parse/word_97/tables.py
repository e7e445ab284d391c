"""Tables of Word 97-2003 documents ([MS-DOC] 2.4.3): paragraphs gather to cells, cells to rows, rows to a table."""

from dataclasses import dataclass, field

from wellread.ingest.parse.document import BlockKind, Composer
from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.tables import find_header
from wellread.ingest.parse.word_97.properties import ROW_CELLS, ROW_IS_HEADER, ParagraphProperties

_CELL_SIZE = 20
_MERGED, _VERTICAL = 0x20, 0x60


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph as it would stand outside of a table."""

    kind: BlockKind
    level: int
    text: str


@dataclass(slots=True)
class _Row:
    cells: list[list[Item]]
    properties: ParagraphProperties

    def texts(self) -> list[str]:
        return [" ".join(item.text for item in cell) for cell in self.cells]

    def continues_above(self, column: int) -> bool:
        """Whether the cell is merged with the one above (2.9.326, TC80 in the row's TDefTable)."""
        stored = (self.properties.changes or {}).get(ROW_CELLS, b"")
        first = 1 + 2 * (number(stored, 0, 1) + 1)
        return number(stored, first + _CELL_SIZE * column, 2) & _VERTICAL == _MERGED


@dataclass(slots=True)
class Table:
    """Collects one table; `write` adds it and makes room for the next."""

    _rows: list[_Row] = field(default_factory=list)
    _cells: list[list[Item]] = field(default_factory=list)
    _items: list[Item] = field(default_factory=list)

    def add(self, item: Item | None, *, ends_cell: bool) -> None:
        """A paragraph, None for one without text, in the cell that is being filled."""
        if item is not None:
            self._items.append(item)
        if ends_cell:
            self._cells.append(self._items)
            self._items = []

    def end_row(self, properties: ParagraphProperties) -> None:
        """The mark of the row's end, which has the row's properties."""
        if self._items:
            self.add(None, ends_cell=True)
        self._rows.append(_Row(self._cells, properties))
        self._cells = []

    def write(self, composer: Composer) -> None:
        """Add the table, also one that breaks off; one of a single column only frames what is in it."""
        if self._items or self._cells:
            self.end_row(ParagraphProperties())
        rows, self._rows = self._rows, []
        if all(len(row.cells) < 2 for row in rows):
            for item in (item for row in rows for cell in row.cells for item in cell):
                composer.add(item.kind, item.text, item.level)
            return
        texts: list[list[str]] = []
        for row in rows:
            cells = row.texts()
            for column, cell in enumerate(cells):
                # A cell merged with the one above repeats it, so that a row can be read on its own.
                if texts and not cell and column < len(texts[-1]) and row.continues_above(column):
                    cells[column] = texts[-1][column]
            texts.append(cells)
        marked = [bool(row.properties.value(ROW_IS_HEADER)) for row in rows]
        guessed = None if any(marked) else find_header(texts[:60])
        for at, cells in enumerate(texts):
            composer.add_row(cells, header=marked[at] or (at == 0 and guessed == 0))
