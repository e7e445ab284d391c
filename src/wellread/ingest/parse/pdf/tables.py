"""Tables without lines between their cells: columns are told from what stands under one another.

    rows of runs -> stretches of rows with several cells -> columns (gaps that go through all of them)
                 -> a table, if its columns are aligned -> header and rows

Two kinds pass: figures with labels (financial statements, results), and short texts aligned in several
rows. What is doubtful stays text.
"""

import re
import statistics
from collections.abc import Sequence

from wellread.ingest.parse.pdf.lines import Row, Run
from wellread.ingest.parse.pdf.table import Columns, PlacedTable, Table, find_columns, is_amount, is_far
from wellread.ingest.parse.pdf.table_cells import MOST_WORDS, cells
from wellread.ingest.parse.pdf.table_header import (
    first_of_body,
    first_of_header,
    header_cells,
    looks_like_header,
)
from wellread.ingest.parse.pdf.table_rows import LINE, body_rows
from wellread.ingest.parse.pdf.words import Box

_MOST_BARE_ROWS = 4
"""Rows with one cell in a row: section labels, and labels of several lines."""

_LEAST_ROWS = 2
_LEAST_OF_SINGLE = 3
"""Figures of a single row that make a table with the header above them."""

_WIDEST_GAP = 2.2
"""Heights of a line between two rows of one table."""

_MOST_TRIES = 10
"""Rows with which a table may begin in a stretch of rows, beside the first."""

_MOST_CUTS = 20
"""Other tables and lines of text in a stretch of rows that are cut off."""

_NUMBERED = re.compile(r"\(\d{1,3}\)")


def tables(of: Sequence[Row], rules: Sequence[Box]) -> list[PlacedTable]:
    """Tables among the rows of one region, from the top. `rules` are the horizontal lines of the page."""
    rows = [cells(row) for row in of]
    found: list[PlacedTable] = []
    start = tries = 0
    while start < len(rows):
        end = _end_of_stretch(rows, start)
        made = _table(rows, start, end, found[-1].end if found else 0, rules) if end - start > 1 else None
        if made is not None:
            found.append(made)
            start, tries = made.end, 0
        elif end - start > 1 and tries < _MOST_TRIES:
            start, tries = start + 1, tries + 1
        else:
            start, tries = max(end, start + 1), 0
    return found


def _end_of_stretch(rows: Sequence[Row], start: int) -> int:
    """The row after the last of those that could be one table with that at `start`, which has several cells."""
    if len(rows[start]) < 2:
        return start
    last = start
    for at in range(start + 1, len(rows)):
        above, row = rows[at - 1], rows[at]
        gap = min(run.bottom for run in above) - max(run.top for run in row)
        if gap > _WIDEST_GAP * max(run.size for run in row):
            break
        if len(row) > 1:
            last = at
        elif at - last > _MOST_BARE_ROWS or _is_sentence(row[0]):
            break
    return last + 1


def _is_sentence(run: Run) -> bool:
    words = len(run.words)
    return words > MOST_WORDS or (words > 6 and run.text.endswith((".", ";")))


def _table(rows: Sequence[Row], start: int, end: int, floor: int, rules: Sequence[Box]) -> PlacedTable | None:
    """The table that begins in a stretch of rows, if there is one; its header may begin above, from `floor`."""
    for _ in range(_MOST_CUTS):
        several = [row for row in rows[start:end] if len(row) > 1]
        figures = [row for row in several if any(is_amount(run) for run in row[1:])]
        single = len(figures) == 1 and sum(map(is_amount, figures[0])) >= _LEAST_OF_SINGLE
        if (len(figures) < _LEAST_ROWS and not single) or 5 * len(figures) < 2 * len(several) - 2:
            return _table_of_texts(rows, start, end, rules)
        columns = find_columns(figures, least_gap=0.3)
        if columns is None:
            return None
        first = next(at for at in range(start, end) if any(is_amount(run) for run in rows[at][1:]))
        cut = next((at for at in range(first + 1, end) if _ends_table(rows, at, end, columns)), end)
        if cut == end:
            break
        end = _without_labels(rows, cut)
    else:
        return None
    end = _end_of_figures(rows, end, columns)
    if not single and not _is_table_of_figures(figures, columns):
        return _table_of_texts(rows, start, end, rules)
    body = first_of_body(rows, first, columns)
    top = first_of_header(rows, floor, body, columns)
    header = header_cells(rows[top:body], columns, rules)
    if single and not all(header[column] for column in columns.figures):
        return None
    return PlacedTable(top, end, Table(header, body_rows(rows[body:end], columns, rules)))


def _table_of_texts(rows: Sequence[Row], start: int, end: int, rules: Sequence[Box]) -> PlacedTable | None:
    far = (at + 1 for at in range(start, end - 1) if is_far(rows, at))
    end = next(far, end)
    stretch = rows[start:end]
    several = [row for row in stretch if len(row) > 1]
    columns = find_columns(several, least_gap=0.7)
    if columns is None or not _are_aligned_texts(several, stretch, columns):
        return None
    end = _with_last_lines(rows, end, columns)
    stretch = rows[start:end]
    bold = 0
    while bold < len(stretch) and all(run.bold for run in stretch[bold]):
        bold += 1
    if 0 < bold <= 3 and not any(all(run.bold for run in row) for row in stretch[bold:]):
        header, body = header_cells(stretch[:bold], columns, rules), body_rows(stretch[bold:], columns, rules)
        return PlacedTable(start, end, Table(header, body)) if len(body) >= _LEAST_ROWS else None
    body = body_rows(stretch, columns, rules)
    if len(body) < _LEAST_ROWS:
        return None
    if looks_like_header(body[0], body[1:], bold=False):
        return PlacedTable(start, end, Table(body[0], body[1:]))
    return PlacedTable(start, end, Table([], body))


def _end_of_figures(rows: Sequence[Row], end: int, columns: Columns) -> int:
    """The row after the last with amounts, and after the further lines of its label."""
    while not any(is_amount(run) for run in rows[end - 1][1:]):
        end -= 1
    while end < len(rows) and len(rows[end]) == 1:
        run = rows[end][0]
        step = (max(above.top for above in rows[end - 1]) - run.top) / run.size
        if columns.of(run) or step > LINE or not run.text[:1].islower() or _is_sentence(run):
            break
        end += 1
    return end


def _with_last_lines(rows: Sequence[Row], end: int, columns: Columns) -> int:
    """`end` with the further lines of the last row's cells, which stand close and within their columns."""
    while end < len(rows) and len(rows[end]) == 1:
        run = rows[end][0]
        step = (max(above.top for above in rows[end - 1]) - run.top) / run.size
        column = columns.of(run)
        left, right = columns.spans[column]
        if column == 0 or step > LINE or run.left < left - 2 or run.right > right + run.size:
            break
        end += 1
    return end


def _ends_table(rows: Sequence[Row], at: int, end: int, columns: Columns) -> bool:
    """Whether the row below amounts is text across the columns, or the header of another table."""
    row = rows[at]
    if len(row) == 1:
        reached = [span for span in columns.spans if row[0].left < span[1] - 3 and row[0].right > span[0] + 3]
        labels = columns.labelled and row[0].left < columns.spans[0][0] + 4 * row[0].size
        return len(reached) > 1 and (len(row[0].words) >= 8 or not labels)
    heads = all(not run.is_number or not is_amount(run) for run in row) and not any(
        columns.labelled and columns.of(run) == 0 for run in row
    )
    return heads and any(is_amount(run) for later in rows[at + 1 : end] for run in later[1:])


def _without_labels(rows: Sequence[Row], end: int) -> int:
    """`end` without the rows of one cell before it: the title of the next table."""
    while len(rows[end - 1]) == 1:
        end -= 1
    return end


def _is_table_of_figures(figures: Sequence[Row], columns: Columns) -> bool:
    found: dict[int, list[Run]] = {}
    for row in figures:
        for run in row:
            if run.is_number:
                found.setdefault(columns.of(run), []).append(run)
    found = {column: runs for column, runs in found.items() if column in columns.figures}
    if not any(map(str.isdigit, "".join(run.text for column in found.values() for run in column))):
        return False
    count = sum(map(len, found.values()))
    if count < 4 and not (count == 3 and len(figures) == 3):
        return False
    if len(found) == 1 and (len(figures) < 3 or _counts_up(next(iter(found.values())))):
        return False
    return 3 * sum(_is_aligned(column, 1.2) for column in found.values()) >= 2 * len(found)


def _are_aligned_texts(several: Sequence[Row], stretch: Sequence[Row], columns: Columns) -> bool:
    count = len(columns.spans)
    if len(several) < (3 if count > 2 else 4) or 3 * len(several) < 2 * len(stretch):
        return False
    found: dict[int, list[Run]] = {}
    for row in several:
        if len({columns.of(run) for run in row}) < len(row):
            return False
        for run in row:
            found.setdefault(columns.of(run), []).append(run)
    words = [len(run.words) for row in several for run in row]
    full = sum(map(len, found.values())) >= 0.7 * count * len(several)
    return full and statistics.mean(words) <= 6 and all(_is_aligned(column, 0.6) for column in found.values())


def _is_aligned(column: Sequence[Run], tolerance: float) -> bool:
    """Most of a column's cells agree in their right edge, left edge or middle, within heights of a line."""
    if len(column) == 1:
        return True
    near = tolerance * statistics.median(run.size for run in column)
    edges = (
        [run.right for run in column],
        [run.left for run in column],
        [(run.left + run.right) / 2 for run in column],
    )
    return any(
        sum(abs(edge - statistics.median(kind)) <= near for edge in kind) >= 0.65 * len(kind)
        for kind in edges
    )


def _counts_up(column: Sequence[Run]) -> bool:
    """(1), (2), (3): the numbers of equations or remarks."""
    return all(_NUMBERED.fullmatch(run.text) for run in column)
