"""Tables of AsciiDoc as rows of text; cells that span rows are repeated in each."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

_CELL = re.compile(
    r"(?:(?:^|(?<=\s))(?:(\d{1,2})\*|(\d{1,3})?(?:\.(\d{1,3}))?\+)?(?:\.?[<^>]){0,2}[adehlmsv]?)?(?<!\\)\|",
    re.MULTILINE,
)
_COLUMNS = re.compile(r"(\d{1,3})\*")
_MOST_COLUMNS = 1000
_BETWEEN = {"csv": ",", "tsv": "\t", "dsv": ":"}


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    line: int
    width: int
    height: int


def read_table(
    lines: Sequence[str], options: Mapping[str, str], separator: str
) -> tuple[list[list[str]], bool]:
    """Rows of raw text, and whether the first is said to name the columns.

    `options` are the table's attributes, `separator` is the character its delimiter begins with.
    """
    kind = {",": "csv", ":": "dsv"}.get(separator, options.get("format", "psv"))
    if kind in _BETWEEN:
        rows = list(_separated(lines, options.get("separator", "")[:1] or _BETWEEN[kind]))
    else:
        cells = list(_cells("\n".join(lines)))
        rows = list(_filled(cells, _columns(options.get("cols", "")) or _first_line(cells)))
    said = options.get("options", "") + options.get("opts", "")
    parted = len(lines) > 2 and bool(lines[0].strip()) and not lines[1].strip()
    return rows, "noheader" not in said and ("header" in said or (parted and len(rows) > 1))


def _cells(text: str) -> Iterator[_Cell]:
    found = list(_CELL.finditer(text))
    ends = [*(cell.start() for cell in found), len(text)][1:]
    line = 0
    at = 0
    for cell, end in zip(found, ends, strict=True):
        line += text.count("\n", at, cell.end())
        at = cell.end()
        times, width, height = (min(int(number or 1), 99) for number in cell.groups())
        inside = text[cell.end() : end].replace("\\|", "|").strip()
        for _ in range(times):
            yield _Cell(inside, line, max(width, 1), max(height, 1))


def _columns(wanted: str) -> int:
    """How many columns an attribute such as `1,2a`, `3*` or `2*,1` means; 0 if it says nothing."""
    parts = [part for part in re.split(r"[,;]", wanted.strip()) if part.strip()] or [""] * (
        wanted.count(",") + 1
    )
    counts = (int(many[1]) if (many := _COLUMNS.match(part.strip())) else 1 for part in parts)
    return min(sum(counts), _MOST_COLUMNS) if wanted.strip() else 0


def _first_line(cells: Sequence[_Cell]) -> int:
    """Columns of a table that does not say: those of its first line; 0 where each line is a row of its own."""
    widths = [sum(cell.width for cell in line) for _, line in groupby(cells, key=lambda cell: cell.line)]
    return 0 if all(width > 1 for width in widths) else widths[0]


def _filled(cells: Sequence[_Cell], columns: int) -> Iterator[list[str]]:
    """Rows of so many columns, or of a line each for 0."""
    above: dict[int, tuple[str, int]] = {}
    row: list[str] = []
    below: dict[int, tuple[str, int]] = {}
    at = 0
    for number, cell in enumerate(cells):
        at = _take(above, below, row, at)
        row.append(cell.text)
        if cell.height > 1:
            below[at] = cell.text, cell.height - 1
        at = _take(above, below, row, at + cell.width)
        is_last = number + 1 == len(cells)
        if is_last or (at >= columns if columns else cells[number + 1].line > cell.line):
            yield row
            above, below, row, at = below, {}, [], 0


def _take(
    above: dict[int, tuple[str, int]], below: dict[int, tuple[str, int]], row: list[str], at: int
) -> int:
    """Repeat cells of the row above that reach into this one, from column `at`; the next free column."""
    while at in above:
        text, rows = above.pop(at)
        row.append(text)
        if rows > 1:
            below[at] = text, rows - 1
        at += 1
    return at


def _separated(lines: Sequence[str], between: str) -> Iterator[list[str]]:
    try:
        yield from (row for row in csv.reader([f"{line}\n" for line in lines], delimiter=between) if row)
    except (csv.Error, TypeError):
        yield from (line.split(between) for line in lines if line.strip())
