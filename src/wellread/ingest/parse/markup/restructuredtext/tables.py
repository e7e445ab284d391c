"""Tables that are drawn with characters in reStructuredText, as rows of text; spanning cells are repeated."""

import csv
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, product

from wellread.ingest.parse.markup.restructuredtext.lines import items

GRID = re.compile(r"\+-[-+]*\+$")
SIMPLE = re.compile(r"=+(?: +=+)+$")

_MOST_COLUMNS = 300
_GRID_BORDER = re.compile(r"[+|].*\+[-=]+\+|\+[-=]+\+")
_SPANS = re.compile(r"-+(?: +-+)*$")

Row = tuple[list[list[str]], bool]
"""The lines of each cell, and whether they name the columns."""


def read_grid(lines: Sequence[str]) -> list[Row]:
    """A table with all its lines drawn; nothing where they do not fit together."""
    lines = [_padded(line) for line in lines]
    borders = [at for at, line in enumerate(lines) if _GRID_BORDER.match(line)]
    edges = sorted({at for border in borders for at, sign in enumerate(lines[border]) if sign == "+"})
    if len(borders) < 2 or not 2 <= len(edges) <= _MOST_COLUMNS:
        return []
    header = next((number for number, at in enumerate(borders) if "+=" in lines[at]), 0)
    cells = _joined(lines, borders, edges)
    texts = {cell: _inside(lines, borders, edges, places) for cell, places in _by_cell(cells).items()}
    rows: list[Row] = []
    for band in range(len(borders) - 1):
        # A cell across columns is said once, one across rows in each.
        found = dict.fromkeys(cells[band, column] for column in range(len(edges) - 1))
        rows.append(([texts[cell] for cell in found], band < header))
    return rows


_Place = tuple[int, int]
"""Between which two borders and which two edges; cells are known by their first place."""


def _joined(lines: Sequence[str], borders: list[int], edges: list[int]) -> dict[_Place, _Place]:
    """For each place the cell it belongs to: places between which no line is drawn are of one."""
    cells: dict[_Place, _Place] = {}
    for band, column in product(range(len(borders) - 1), range(len(edges) - 1)):
        cell = (band, column)
        if band and not _is_drawn(lines[borders[band]][edges[column] + 1 : edges[column + 1]]):
            cell = cells[band - 1, column]
        elif column and _is_open(lines[borders[band] + 1 : borders[band + 1]], edges[column]):
            cell = cells[band, column - 1]
        cells[band, column] = cell
    return cells


def _is_drawn(border: str) -> bool:
    return bool(border) and not border.strip("-=")


def _is_open(lines: Sequence[str], edge: int) -> bool:
    return any(line[edge : edge + 1] not in ("|", "+") for line in lines)


def _by_cell(cells: dict[_Place, _Place]) -> dict[_Place, list[_Place]]:
    found: dict[_Place, list[_Place]] = {}
    for place, cell in cells.items():
        found.setdefault(cell, []).append(place)
    return found


def _inside(lines: Sequence[str], borders: list[int], edges: list[int], places: list[_Place]) -> list[str]:
    top, bottom = borders[places[0][0]], borders[places[-1][0] + 1]
    left, right = edges[min(column for _, column in places)], edges[max(column for _, column in places) + 1]
    return _body(line[left + 1 : right] for line in lines[top + 1 : bottom])


def read_simple(lines: Sequence[str]) -> list[Row]:
    """A table whose columns are drawn above and below it only."""
    lines = [_padded(line) for line in lines]
    columns = _columns(lines[0])
    borders = [at for at, line in enumerate(lines) if at and SIMPLE.match(line)]
    rows: list[tuple[list[str], list[slice], bool]] = []
    goes_on = False
    for at, line in enumerate(lines[1:], start=1):
        if at in borders or not line:
            goes_on = False
        elif rows and goes_on and _SPANS.match(line):
            rows[-1] = rows[-1][0], _columns(line), rows[-1][2]
        elif goes_on and not line[columns[0]].strip():
            rows[-1][0].append(line)
        else:
            rows.append(([line], columns, len(borders) > 1 and at < borders[0]))
            goes_on = True
    return [(_sliced(row, spans), header) for row, spans, header in rows]


def _read_csv(lines: Sequence[str], between: str) -> list[list[list[str]]]:
    """Rows of values that a character stands between, a comma unless it is given."""
    try:
        rows = list(csv.reader([f"{line}\n" for line in lines], delimiter=between or ","))
    except (csv.Error, TypeError):
        rows = [[line] for line in lines]
    return [[cell.split("\n") for cell in row] for row in rows if any(row)]


def _columns(border: str) -> list[slice]:
    """Each column with the gap before the next; the last goes to the end of the line."""
    starts = [found.start() for found in re.finditer(r"\S+", border)]
    return [slice(start, end) for start, end in pairwise([*starts, None])]


def _sliced(lines: Sequence[str], columns: list[slice]) -> list[list[str]]:
    if any(
        line[column.start - 1] != " " for line in lines for column in columns[1:] if len(line) >= column.start
    ):
        # Text runs from one column into the next.
        return [_body(lines)]
    return [_body(line[column] for line in lines) for column in columns]


def _padded(line: str) -> str:
    """The line with a filler after each character that takes two columns."""
    if line.isascii():
        return line
    return "".join(c + "\0" if unicodedata.east_asian_width(c) in "WF" else c for c in line)


def _body(lines: Iterable[str]) -> list[str]:
    text = "\n".join(line.replace("\0", "").rstrip() for line in lines)
    return textwrap.dedent(text).strip("\n").split("\n")


def end_of_simple(lines: list[str], at: int) -> int:
    """The index of the line after a table's last border, or 0 if it is not drawn to the end."""
    borders = 0
    for number in range(at + 1, len(lines)):
        if SIMPLE.match(lines[number]):
            borders += 1
            if borders == 2 or not "".join(lines[number + 1 : number + 2]):
                return number + 1
    return 0


def read_listed(name: str, options: Mapping[str, str], content: list[str]) -> list[Row]:
    """The rows of a table that a directive gives as values or as a list of lists."""
    if name == "csv-table":
        between = {"tab": "\t", "space": " "}.get(options.get("delim", ","), options.get("delim", ","))
        above = _read_csv([options["header"]], between) if "header" in options else []
        rows = above + _read_csv(content, between)
    else:
        above = []
        rows = [items(row) for row in items(content)]
    number = options.get("header-rows", "0")
    headers = len(above) + (int(number) if re.fullmatch("[0-9]{1,4}", number) else 0)
    return [(row, at < headers) for at, row in enumerate(rows)]
