"""Rows of cells as a person lays them out: titles above, a header, the data, remarks below."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from wellread.ingest.parse.document import Composer

LOOK_AHEAD = 60
"""Rows from which the shape of a table is judged."""

LAST_HEADER = 10
"""Rows above a header, such as titles and the date of a report, that are looked over for it."""

_MAX_LABEL = 300
_MAX_PLAIN_LABEL = 80
"""Characters of a column's label where only its place says that it is one, not the kinds of cells below."""

_COVER = 0.6
"""Share of a table's columns that its header fills at least; what fills less is above the table."""

_MOSTLY = 0.6
"""Share of a column's cells that are values where words above them are its label for certain."""

_REMARK_WORDS = 4
_PROSE = 60
_FEW_LINES = 3

_VALUE = re.compile(
    r"[-+−(]?\s*[$€£¥]?\s*[-+]?\d[\d.,'’\s]*(?:e[-+]?\d+)?\s*(?:[^\W\d_]{1,3}|[%‰$€£¥°])?\)?"
    r"|\d{4}-\d\d?-\d\d?.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]m)?"
    r"|true|false|#(?:n/a|ref!|value!|name\?|div/0!|num!|null!|spill!|calc!|#+)|[-–—.]|n/?a",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(?:19|20|21)\d\d(?:-\d\d){0,2}(?: 00:00)?")


def is_value(cell: str) -> bool:
    """A number, a date, a time, true or false, an error: what stands below a label and seldom is one."""
    return len(cell) <= 40 and _VALUE.fullmatch(cell) is not None


def is_label(cell: str) -> bool:
    """Words, or a year or a month: what can name a column."""
    return not is_value(cell) or _PERIOD.fullmatch(cell) is not None


def write_block(composer: Composer, rows: Iterable[Sequence[str]], header: int | None = None) -> bool:
    """Add rows that belong together; True if one was taken for their header.

    Rows may be of different lengths, and are read one by one beyond the first sixty. `header` is the
    index of the row that is known to be it.
    """
    rest = iter(rows)
    head = [_trimmed(row) for row in islice(rest, LOOK_AHEAD)]
    if header is None or header >= len(head):
        header = find_header(head)
    if header is None and all(_filled(row) <= 1 for row in head):
        _write_lines(composer, head, rest)
        return False
    titles = _titles(head, header)
    for row in head[:titles]:
        composer.add("paragraph", _only(row))
    for at, row in enumerate(head[titles:], start=titles):
        if at == header:
            composer.add_row(row, header=True)
            break
        composer.add_row(row)
    below = head[header + 1 :] if header is not None else []
    _write_rows(composer, chain(below, (_trimmed(row) for row in rest)))
    return header is not None


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the row whose cells name the columns of those below it, or None."""
    for at, row in enumerate(rows[:LAST_HEADER]):
        below = [other for other in rows[at + 1 :] if _filled(other)]
        if _filled(row) > 1 and below:
            widths = sorted(map(_filled, below))
            if _filled(row) < _COVER * widths[len(widths) // 2]:
                continue
            if not _is_header(row, below):
                return None
            # A row that groups the columns may stand above the one that names them.
            only_groups = _filled(below[0]) > _filled(row) and _names_values(below[0], below[1:])
            return at + 1 if only_groups else at
    return None


def _is_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    if max(map(len, row)) > _MAX_LABEL or max(map(_filled, below)) < 2:
        return False
    columns = _columns(row, below)
    if row[0] and all(is_value(cell) for cell, _ in columns):
        # Numbers above nothing but words are the columns' numbers.
        return all(column and not any(map(is_value, column)) for _, column in columns)
    if any(is_value(cell) and not _is_period_label(cell, column) for cell, column in columns):
        return False
    if _names_values(row, below):
        return True
    # Words above words and a number here and there: a form of names and what was filled in.
    form = len(columns) == 2 and any(any(map(is_value, column)) for _, column in columns)
    return not form and _is_plain_header([cell for cell, _ in columns], below)


def _names_values(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Labels only, and values below at least one that is of words."""
    columns = _columns(row, below)
    words = [column for cell, column in columns if not is_value(cell) and column]
    return all(is_label(cell) for cell, _ in columns) and any(
        sum(map(is_value, column)) >= _MOSTLY * len(column) for column in words
    )


def _columns(row: Sequence[str], below: Sequence[Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Each filled cell of a row with the filled cells below it."""
    return [
        (cell, [other[at] for other in below if at < len(other) and other[at]])
        for at, cell in enumerate(row)
        if cell
    ]


def _is_plain_header(labels: list[str], below: Sequence[Sequence[str]]) -> bool:
    """Words above words: a header if it looks like one, short and each label once."""
    if len({label.casefold() for label in labels}) < len(labels):
        return False
    if any(len(label) > _MAX_PLAIN_LABEL or label.endswith((":", ".", "!")) for label in labels):
        return False
    return len(labels) > 2 or len(below) > 1


def _is_period_label(cell: str, column: list[str]) -> bool:
    """A year or month above figures, rather than above more of its kind."""
    if not _PERIOD.fullmatch(cell) or not column or not is_value(column[0]):
        return False
    return not all(_PERIOD.fullmatch(other) for other in column)


def _titles(head: Sequence[Sequence[str]], header: int | None) -> int:
    """How many rows at the top are of one cell only."""
    end = header if header is not None else len(head)
    return next((at for at, row in enumerate(head[:end]) if _filled(row) != 1), end)


def _write_rows(composer: Composer, rows: Iterable[Sequence[str]]) -> None:
    """Table rows; what stands alone in its row after all of them, and is a sentence, is a remark."""
    alone: list[Sequence[str]] = []
    for row in rows:
        if _filled(row) == 1 and (alone or len(_only(row).split()) >= _REMARK_WORDS):
            alone.append(row)
            continue
        for held in (*alone, row):
            composer.add_row(list(held))
        alone.clear()
    for held in alone:
        composer.add("paragraph", _only(held))


def _write_lines(composer: Composer, head: list[list[str]], rest: Iterator[Sequence[str]]) -> None:
    """One column: sentences as paragraphs, short entries as rows of a list."""
    prose = len(head) <= _FEW_LINES or any(len(_only(row)) > _PROSE for row in head)
    for row in chain(head, (_trimmed(row) for row in rest)):
        if prose and _filled(row) == 1:
            composer.add("paragraph", _only(row))
        else:
            composer.add_row(row)


def _trimmed(row: Sequence[str]) -> list[str]:
    """Without white space around cells, and without the empty cells at the end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _only(row: Sequence[str]) -> str:
    return next((cell for cell in row if cell), "")
