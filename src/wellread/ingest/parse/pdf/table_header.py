"""The header of a table: rows above the figures, of which each cell stands over its columns."""

from collections.abc import Sequence

from wellread.ingest.parse.pdf.lines import Row, Run
from wellread.ingest.parse.pdf.table import Columns, is_far
from wellread.ingest.parse.pdf.words import Box

_MOST_ROWS = 6
_MOST_WORDS = 12
"""Words of one cell."""


def first_of_body(rows: Sequence[Row], amounts: int, columns: Columns) -> int:
    """The row where the body begins: that with the first amounts, or the section labels right above it."""
    first = amounts
    while first and len(rows[first - 1]) == 1 and columns.labelled and _is_label(rows[first - 1][0], columns):
        first -= 1
    heads = first and not is_far(rows, first - 1) and _heads(rows[first - 1], columns)
    # Without a header above them, labels may be a title or text as well.
    return first if heads else amounts


def first_of_header(rows: Sequence[Row], floor: int, body: int, columns: Columns) -> int:
    """The first row of the header that ends before the row `body`; `body` where there is none."""
    first = body
    while first > max(floor, body - _MOST_ROWS) and not is_far(rows, first - 1):
        if not _heads(rows[first - 1], columns):
            break
        first -= 1
    return first


def header_cells(rows: Sequence[Row], columns: Columns, rules: Sequence[Box]) -> list[str]:
    """The header as one row: what spans several columns is repeated over each."""
    cells: list[list[str]] = [[] for _ in columns.spans]
    headed = {column for row in rows for run in row for column in columns.under(run)}
    for row in rows:
        for run, over in _placed(row, columns, headed, rules):
            # A remark on all columns, such as "(in millions)", is said once.
            for column in [0] if len(row) == 1 and run.text.startswith("(") else over:
                cells[column].append(run.text)
    return ["\n".join(cell) for cell in cells]


def looks_like_header(first: list[str], body: list[list[str]], *, bold: bool) -> bool:
    """Whether a first row names the columns: it is set in bold, or it has words above figures."""
    filled = [cell for cell in first if cell]
    if not body or len(filled) < 2 or len(filled) < len(first) - 1:
        return False
    if bold:
        return True
    words = all(len(cell) <= 60 and not any(map(str.isdigit, cell)) for cell in filled)
    below = [row[1:] for row in body]
    return words and 2 * sum(any(map(str.isdigit, cell)) for row in below for cell in row) > sum(
        map(len, below)
    )


def _is_label(run: Run, columns: Columns) -> bool:
    return columns.of(run) == 0 and run.left < columns.spans[0][1]


def _heads(row: Row, columns: Columns) -> bool:
    """Whether a row without amounts can be of the header: its cells are over columns, and it is no title."""
    left, right = columns.spans[0][0], columns.spans[-1][1]
    figures = columns.spans[columns.figures[0]][0]
    for run in row:
        outside = run.right > right + 6 * run.size or run.left < left - 6 * run.size or run.left > right
        across = run.left < left + 0.4 * (figures - left) and run.right > figures + run.size
        if outside or len(run.words) > _MOST_WORDS or (columns.labelled and across):
            return False
    if len(row) > 1:
        return True
    run = row[0]
    middle = (run.left + run.right) / 2
    if run.text.startswith("("):
        return True
    title = abs(middle - (left + right) / 2) < 3 if columns.labelled else run.left < left + run.size
    return not title and middle >= figures


def _placed(
    row: Row, columns: Columns, headed: set[int], rules: Sequence[Box]
) -> list[tuple[Run, list[int]]]:
    """The runs of a header row with the columns that each stands over."""
    blocks = _blocks(row, columns)
    if blocks:
        return blocks
    under = [columns.under(run) for run in row]
    placed = []
    for at, run in enumerate(row):
        taken = {column for other, theirs in enumerate(under) if other != at for column in theirs}
        free = set(columns.figures) - taken
        below = [rule for rule in rules if -0.3 * run.size <= run.bottom - rule[3] <= 0.8 * run.size]
        ruled = {c for c in free if any(_overlap_of(rule, columns.spans[c]) > 0 for rule in below)}
        placed.append((run, _spanned(run, under[at], ruled | free - headed, columns)))
    return placed


def _spanned(run: Run, over: list[int], free: set[int], columns: Columns) -> list[int]:
    """`over` with the columns on both sides that a header cell stands in the middle of.

    `free` are those on which the line under it goes on, or which have no other header.
    """
    first, last = best_first, best_last = over[0], over[-1]
    while True:
        # Grow towards the side on which more of the cell is left over.
        left, right = columns.spans[first][0], columns.spans[last][1]
        middle = (run.left + run.right) / 2
        if abs((left + right) / 2 - middle) < 0.1 * (right - left):
            best_first, best_last = first, last
            step = (first - 1, last + 1)
        else:
            step = (first - 1, last) if (left + right) / 2 > middle else (first, last + 1)
        if not {step[0], step[1]} - {first, last} <= free:
            return list(range(best_first, best_last + 1))
        first, last = step


def _blocks(row: Row, columns: Columns) -> list[tuple[Run, list[int]]]:
    """Where the cells of a header row share out the columns evenly: two over four, each over two of them."""
    above = [run for run in row if not (columns.labelled and columns.of(run) == 0)]
    count = len(columns.figures)
    if not above or count % len(above):
        return []
    # A single cell is over all columns only where it stands exactly in their middle.
    near = 0.5 if len(above) > 1 else 0.1
    each = count // len(above)
    placed = [(run, [0]) for run in row if run not in above]
    for at, run in enumerate(above):
        block = list(columns.figures)[at * each : (at + 1) * each]
        left, right = columns.spans[block[0]][0], columns.spans[block[-1]][1]
        if abs((run.left + run.right) - (left + right)) > near * max(right - left, run.right - run.left):
            return []
        placed.append((run, block))
    return placed


def _overlap_of(rule: Box, span: tuple[float, float]) -> float:
    return min(rule[2], span[1]) - max(rule[0], span[0])
