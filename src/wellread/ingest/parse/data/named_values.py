"""Named values, as data files hold them, in readable form: tables, lists, headings and `name: value` lines.

records alike              a table, its header the names in order of first appearance
records of many kinds      a section each
a record                   its short values as lines, then what is long or nested under headings
values without names       a list; numbers on one line
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from wellread.ingest.parse.document import CELL_SEPARATOR, Composer, Parsed
from wellread.ingest.parse.text import stretches

Value: TypeAlias = "str | Record | list[Value]"
"""A scalar as it is written, the empty string for one that is absent; a record; values without names."""


@dataclass(frozen=True, slots=True)
class Record:
    """Named values in their order. A name may come more than once."""

    fields: tuple[tuple[str, Value], ...]


MOST_COLUMNS = 12
LONGEST_CELL = 160
"""Characters of a value that still reads well in a table."""
LONGEST_LINE = 300
"""Characters of a value that still reads well behind its name."""
LONGEST_NAME = 120

_DEEPEST_HEADING = 6
_LINES_TOGETHER = 10
_LEAST_FILLED = 0.5
"""Share of a table's cells that hold something; records that have less in common are sections."""

_NUMBER = re.compile(r"[-+]?\d[\d_,.]*(?:[eE][-+]?\d+)?")
_LEAST_ENCODED = 400
_ENCODED_LINE = re.compile(r"(?:data:[\w/+.;=-]+,)?[A-Za-z0-9+/=_%\\-]{40,}")
_NAMING = ("title", "name", "label", "heading", "headline", "subject", "id", "key")

Row = list[tuple[str, str]]


def compose_values(composer: Composer, value: Value, level: int = 1) -> None:
    """Add `value` to `composer`; its outermost headings have `level`, those below deeper ones up to 6.

    Values nested any deeper become lines with dotted names, so that the work does not recurse with them.
    """
    _Writer(composer).write(value, level, "")


def compose_parsed(composer: Composer, inner: Parsed, below: int = 0) -> None:
    """Add the blocks of a document inside this one; its headings go under those of level `below`."""
    for block in inner.blocks:
        text = inner.text[block.start : block.end]
        level = min(block.level + below, _DEEPEST_HEADING) if block.kind == "heading" else block.level
        composer.add(block.kind, text, level)


class _Writer:
    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._lines: list[str] = []

    def write(self, value: Value, level: int, name: str) -> None:
        """Add a value whose own name is already said."""
        match value:
            case str():
                self._write_text(value)
            case Record():
                self._write_record(value, level)
            case _:
                self._write_list(value, level, name)

    def _write_record(self, record: Record, level: int) -> None:
        sections: list[tuple[str, Value]] = []
        for name, value in record.fields:
            if isinstance(value, str) and (len(value) <= LONGEST_LINE or is_encoded(value)):
                self._line(name, value)
            elif isinstance(value, list) and _are_scalars(value):
                self._write_scalars(name, [item for item in value if isinstance(item, str)])
            elif _is_empty(value):
                continue
            elif level > _DEEPEST_HEADING:
                for path, text in flattened(value, name):
                    self._line(path, text)
            else:
                # Under headings, which what follows would fall under too: lines come first.
                sections.append((name, value))
        self._flush()
        for name, value in sections:
            self._composer.add("heading", name, level)
            self.write(value, level + 1, name)

    def _write_list(self, values: "list[Value]", level: int, name: str) -> None:
        records = [value for value in values if isinstance(value, Record)]
        if _are_scalars(values):
            self._write_scalars("", [value for value in values if isinstance(value, str)])
            self._flush()
        elif len(records) == len(values):
            self._write_records(records, level, name)
        elif grid := _grid(values):
            for at, cells in enumerate(grid):
                self._composer.add_row(cells, header=at == 0 and _is_header(grid))
        else:
            for value in values:
                self._write_member(value, level, name)

    def _write_member(self, value: Value, level: int, name: str) -> None:
        if level > _DEEPEST_HEADING:
            for path, text in flattened(value, name or "-"):
                self._line(path, text)
            self._flush()
        else:
            self.write(value, level + isinstance(value, list), name)

    def _write_records(self, records: list[Record], level: int, name: str) -> None:
        if len(records) > 1 and (rows := table_rows(records)):
            for at, cells in enumerate(rows):
                self._composer.add_row(cells, header=at == 0)
            return
        for at, record in enumerate(records, 1):
            if level > _DEEPEST_HEADING:
                self._write_member(record, level, name)
                continue
            if len(records) > 1:
                self._composer.add("heading", _name_of(record) or f"{name or 'record'} {at}", level)
            self._write_record(record, level + (len(records) > 1))

    def _write_scalars(self, name: str, values: list[str]) -> None:
        values = [value for value in values if value.strip() and not is_encoded(value)]
        if all(_NUMBER.fullmatch(value) for value in values):
            self._line(name, ", ".join(values))
            return
        self._flush()
        # A paragraph of its own that ends in a colon leads into what follows.
        self._composer.add("paragraph", f"{name}:" if name else "")
        for value in values:
            if len(value) > LONGEST_LINE:
                self._write_text(value)
            else:
                self._composer.add("list_item", f"- {' '.join(value.split())}", 1)

    def _write_text(self, text: str) -> None:
        if not is_encoded(text):
            for stretch in stretches(text):
                self._composer.add("paragraph", stretch)

    def _line(self, name: str, value: str) -> None:
        text = " ".join(value.split())
        if text and not is_encoded(text):
            self._lines.append(f"{name}: {text}" if name else text)
        if len(self._lines) >= _LINES_TOGETHER:
            self._flush()

    def _flush(self) -> None:
        self._composer.add("paragraph", "\n".join(self._lines))
        self._lines.clear()


def flattened(value: Value, name: str) -> Row:
    """Every scalar below with its path of names, joined by dots; members of lists share the list's."""
    found: Row = []
    waiting: list[tuple[str, Value]] = [(name, value)]
    while waiting:
        path, inner = waiting.pop()
        match inner:
            case str():
                found.append((path, inner))
            case Record():
                waiting += [(f"{path}.{key}"[-LONGEST_NAME:], below) for key, below in reversed(inner.fields)]
            case _:
                waiting += [(path, below) for below in reversed(inner)]
    return found


def table_rows(records: list[Record]) -> list[list[str]]:
    """A header and the records' cells, or nothing if they do not read well as one table."""
    rows: list[dict[str, str]] = []
    columns: dict[str, None] = {}
    for record in records:
        cells = _cells(record)
        if cells is None:
            return []
        columns |= dict.fromkeys(cells)
        rows.append(cells)
        if len(columns) > MOST_COLUMNS:
            return []
    filled = sum(1 for row in rows for cell in row.values() if cell)
    if not filled or filled < _LEAST_FILLED * len(rows) * len(columns):
        return []
    return [list(columns), *([row.get(column, "") for column in columns] for row in rows)]


def _cells(record: Record) -> dict[str, str] | None:
    """A record as cells by column, its nested records' names dotted; None if some do not fit a table."""
    cells: dict[str, str] = {}
    waiting = list(reversed(record.fields))
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, list) and _are_scalars(value):
            value = ", ".join(item for item in value if isinstance(item, str) and item)
        if isinstance(value, list) or name in cells or len(cells) > MOST_COLUMNS or len(name) > LONGEST_NAME:
            return None
        if isinstance(value, Record):
            waiting += [(f"{name}.{key}", below) for key, below in reversed(value.fields)]
        elif len(value) > LONGEST_CELL or CELL_SEPARATOR in value:
            return None
        else:
            cells[name] = value
    return cells


def _grid(values: "list[Value]") -> list[list[str]]:
    """Lists of as many scalars each, or nothing."""
    rows = [[cell for cell in row if isinstance(cell, str)] for row in values if isinstance(row, list)]
    widths = {len(row) for row in rows}
    whole = len(rows) == len(values) and all(
        isinstance(row, list) and len(row) == len(cells) for row, cells in zip(values, rows, strict=True)
    )
    if not whole or len(widths) != 1 or not 2 <= next(iter(widths)) <= MOST_COLUMNS:
        return []
    return rows if all(len(cell) <= LONGEST_CELL for row in rows for cell in row) else []


def _is_header(grid: list[list[str]]) -> bool:
    """Labels without numbers above a row that has some."""
    numbers = [any(_NUMBER.fullmatch(cell) for cell in row) for row in grid[:2]]
    return len(grid) > 1 and not numbers[0] and all(grid[0]) and numbers[1]


def _are_scalars(values: "list[Value]") -> bool:
    return all(isinstance(value, str) for value in values)


def _is_empty(value: Value) -> bool:
    return not any(text.strip() for _, text in flattened(value, ""))


def is_encoded(text: str) -> bool:
    """Whether it is what programs write for programs: pictures, keys and other bytes as text."""
    if len(text) < _LEAST_ENCODED or text.isdigit():
        return False
    *lines, last = text.split() or [""]
    return all(_ENCODED_LINE.fullmatch(line) for line in lines or [last])


def _name_of(record: Record) -> str:
    """What the record calls itself, for its heading."""
    by_name = {name.lower(): value for name, value in reversed(record.fields)}
    for name in _NAMING:
        value = by_name.get(name)
        if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_NAME:
            return value
    return ""
