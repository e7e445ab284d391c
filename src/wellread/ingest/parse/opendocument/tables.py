"""OpenDocument tables as rows of text; cells that span rows are repeated in each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.opendocument.text import TextReader
from wellread.ingest.parse.tables import find_header
from wellread.ingest.parse.xml.elements import attribute, children, integer, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_REPEATED_ROWS = 1000
_MOST_ROWS = 100_000
"""Rows of a table beyond which none is repeated."""

_MOST_REPEATED_CELLS = 256
_MOST_REPEATED_CHARACTERS = 100_000

_Reaching = dict[int, tuple[str, int]]
"""By column, the text of a cell that reaches into rows below, and into how many."""


def _shown_rows(table: "_Element") -> "list[_Element]":
    """The shown rows of a table, in groups or not."""
    return [row for row in _rows(table) if attribute(row, "visibility") not in ("collapse", "filter")]


def framed_cells(table: "_Element") -> "list[_Element]":
    """The cells of a table of one column, which only frames what is in it; none for any other table."""
    cells = [list(row.iterchildren("{*}table-cell")) for row in _shown_rows(table)]
    single = all(len(row) == 1 and _width(row[0]) == 1 for row in cells if row)
    return [cell for row in cells for cell in row] if single else []


def read_rows(table: "_Element", reader: TextReader) -> list[tuple[list[str], bool]]:
    """The texts of each row, and whether it names the columns."""
    rows: list[tuple[list[str], bool]] = []
    above: _Reaching = {}
    for row in _shown_rows(table):
        texts, above = _read_row(row, reader, above)
        times = _times(row, "number-rows-repeated", _MOST_REPEATED_ROWS, "".join(texts))
        rows += [(texts, _is_marked(row))] * (times if len(rows) < _MOST_ROWS else 1)
    unmarked = not any(marked for _, marked in rows)
    header = find_header([texts for texts, _ in rows]) if unmarked else None
    return [(texts, marked or at == header) for at, (texts, marked) in enumerate(rows)]


def _rows(container: "_Element") -> "Iterator[_Element]":
    for child in children(container):
        if local(child) == "table-row":
            yield child
        else:
            yield from _rows(child)


def _read_row(row: "_Element", reader: TextReader, above: _Reaching) -> tuple[list[str], _Reaching]:
    texts: list[str] = []
    below: _Reaching = {}
    column = 0
    for cell in children(row):
        width = _width(cell)
        if local(cell) == "table-cell":
            text = " ".join(reader.read_all(cell))
            texts += [text] * _times(cell, "number-columns-repeated", _MOST_REPEATED_CELLS, text)
            below[column] = text, integer(attribute(cell, "number-rows-spanned"), 1) - 1
        else:
            for covered in (at for at in sorted(above) if column <= at < column + width):
                text, rows = above[covered]
                texts.append(text)
                below[covered] = text, rows - 1
        column += width
    while texts and not texts[-1]:
        texts.pop()
    return texts, {at: reaching for at, reaching in below.items() if reaching[1] > 0}


def _width(cell: "_Element") -> int:
    return max(integer(attribute(cell, "number-columns-repeated"), 1), 1)


def _times(element: "_Element", name: str, most: int, text: str) -> int:
    """How often a row or cell is repeated. Few characters can stand for many, so that has a limit."""
    times = min(integer(attribute(element, name), 1), most, _MOST_REPEATED_CHARACTERS // (len(text) + 1))
    return max(times, 1)


def _is_marked(row: "_Element") -> bool:
    return local(row.getparent()) == "table-header-rows"
