"""Tables in XML: rows of `tr`, `row` or `strow` with cells, as HTML, CALS, TEI, DITA and spreadsheets have them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.xml.elements import children, integer, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROWS = frozenset({"tr", "row", "strow", "sthead", "property", "prophead", "chrow", "chhead"})
_CELLS = frozenset({
    "td", "th", "entry", "cell", "stentry", "entrytbl", "proptype", "propvalue", "propdesc", "proptypehd",
    "propvaluehd", "propdeschd", "choption", "chdesc", "choptionhd", "chdeschd",
})  # fmt: skip
_HEADS = frozenset({"thead", "sthead", "prophead", "chhead"})
_APART = frozenset({
    "p", "para", "simpara", "li", "listitem", "list-item", "item", "member", "br", "break", "lb", "sbr", "td", "th",
    "entry", "cell", "term", "title", "label", "fn", "footnote", "def", "row", "tr", "step", "note",
})  # fmt: skip
_MOST_SPANNED = 1000
_MOST_COLUMNS = 50

Held = dict[int, tuple[str, int]]


def is_table(element: "_Element") -> bool:
    """Whether there are rows inside."""
    return any(local(inner).lower() in _ROWS for inner in element.iter("*"))


def write_table(composer: Composer, table: "_Element") -> None:
    """Add a table: its title as a paragraph, its rows, its remarks as paragraphs.

    A cell that spans rows is repeated in each, so that a row can be read on its own.
    """
    for child in children(table):
        if local(child) in ("title", "caption"):
            composer.add("paragraph", flow(child))
    held: Held = {}
    for row in _rows(table):
        header = _is_header(row)
        cells, held = _cells(row, held, header)
        composer.add_row(cells, header=header)


def _rows(table: "_Element") -> "Iterator[_Element]":
    """Rows with cells; those of a table inside a cell are that cell's text."""
    from lxml import etree

    walk = etree.iterwalk(table, events=("start",))
    for _, element in walk:
        if local(element).lower() in _ROWS and any(_is_cell(child) for child in children(element)):
            yield element
            walk.skip_subtree()


def flow(element: "_Element", skipped: frozenset[str] = frozenset()) -> str:
    """All text inside as running text: what forms lines or paragraphs of its own is set apart by a space.

    Elements called as one of `skipped` are left out.
    """
    from lxml import etree

    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        apart = " " if local(inner).lower() in _APART else ""
        if event == "start":
            if local(inner) in skipped:
                walk.skip_subtree()
                continue
            pieces += [apart, inner.text or ""]
        elif inner is not element:
            pieces += [apart, inner.tail or ""]
    return " ".join("".join(pieces).split())


def _is_cell(element: "_Element") -> bool:
    return local(element).lower() in _CELLS


def _cells(row: "_Element", held: Held, header: bool) -> tuple[list[str], Held]:
    """A row's cells with those that reach into it from above, and what reaches into the next.

    A header's cell that spans columns names each of them.
    """
    cells: list[str] = []
    below: Held = {}
    for element in (child for child in children(row) if _is_cell(child)):
        while len(cells) in held:
            _take_held(cells, held, below)
        text = flow(element)
        spanned = integer(element.get("rowspan"), 1) - 1 or integer(element.get("morerows"))
        for _ in range(min(integer(element.get("colspan"), 1), _MOST_COLUMNS) if header else 1):
            if spanned > 0:
                below[len(cells)] = (text, min(spanned, _MOST_SPANNED))
            cells.append(text)
    while len(cells) in held:
        _take_held(cells, held, below)
    return cells, below


def _take_held(cells: list[str], held: Held, below: Held) -> None:
    text, left = held[len(cells)]
    if left > 1:
        below[len(cells)] = (text, left - 1)
    cells.append(text)


def _is_header(row: "_Element") -> bool:
    parent = row.getparent()
    if local(row).lower() in _HEADS or (parent is not None and local(parent).lower() in _HEADS):
        return True
    cells = [child for child in children(row) if _is_cell(child)]
    return row.get("role") == "label" or all(local(c) == "th" or c.get("role") == "label" for c in cells)
