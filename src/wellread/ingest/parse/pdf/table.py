"""What a table is, and its columns: what stands under one another, with gaps between."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wellread.ingest.parse.pdf.lines import Row, Run

_MOST_COLUMNS = 40


@dataclass(frozen=True)
class Table:
    """Cells by row; `header` is empty where there is none. A section label is a row of one cell."""

    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Columns:
    """Extents from left to right in points. The first is the labels' where `labelled`."""

    spans: list[tuple[float, float]]
    labelled: bool

    def of(self, run: Run) -> int:
        """The column that most of the run is in, or the nearest."""
        return max(range(len(self.spans)), key=lambda column: _overlap(run, self.spans[column]))

    def under(self, run: Run) -> list[int]:
        """The columns that a cell of the header stands over."""
        width = run.right - run.left
        over = [
            column
            for column, span in enumerate(self.spans)
            if _overlap(run, span) >= 0.25 * min(width, span[1] - span[0])
        ]
        return over or [self.of(run)]

    @property
    def figures(self) -> range:
        """The columns without that of the labels."""
        return range(1 if self.labelled else 0, len(self.spans))


class PlacedTable(NamedTuple):
    """A table with the index of its first row on the page and that of the row after its last."""

    first: int
    end: int
    table: Table


def is_amount(run: Run) -> bool:
    """A figure other than a year, which heads a column as often as it fills one."""
    text = run.text
    return run.is_number and not (len(text) == 4 and text.isdigit() and text[:2] in ("19", "20"))


def is_far(rows: Sequence[Row], at: int) -> bool:
    """Whether more than a line's height is between a row and the next, or two below several cells."""
    bottom, top = min(run.bottom for run in rows[at]), max(run.top for run in rows[at + 1])
    return bottom - top > (1.1 if len(rows[at]) == 1 else 1.9) * max(run.size for run in rows[at])


def find_columns(rows: Sequence[Row], *, least_gap: float) -> Columns | None:
    """Stretches of the width that cells cover, between gaps that go through all rows, or all but a few.

    `least_gap` is in heights of the type. None where there are not at least two columns.
    """
    if not rows:
        return None
    least_gap *= statistics.median(run.size for row in rows for run in row)
    spans = _covered([_extent(run) for row in rows for run in row], len(rows) // 12, least_gap)
    if not 2 <= len(spans) <= _MOST_COLUMNS:
        return None
    columns = Columns(spans, labelled=True)
    cells: list[list[Run]] = [[] for _ in spans]
    for row in rows:
        for run in row:
            cells[columns.of(run)].append(run)
    # Signs count again where nothing stands in their way: headers are centred over them too.
    for at in range(1, len(spans)):
        left = min((run.left for run in cells[at]), default=spans[at][0])
        spans[at] = max(spans[at - 1][1] + 1, min(left, spans[at][0])), spans[at][1]
    return Columns(spans, labelled=2 * sum(map(is_amount, cells[0])) <= len(cells[0]))


def _covered(extents: Sequence[tuple[float, float]], few: int, least_gap: float) -> list[tuple[float, float]]:
    """Where more than `few` extents are, with stretches joined that are nearer than `least_gap`."""
    ends = sorted([(left, 1) for left, _ in extents] + [(right, -1) for _, right in extents])
    spans: list[tuple[float, float]] = []
    depth, begun = 0, 0.0
    for position, change in ends:
        before, depth = depth, depth + change
        if before <= few < depth:
            begun = position
        elif depth <= few < before:
            if spans and begun - spans[-1][1] < least_gap:
                spans[-1] = (spans[-1][0], position)
            else:
                spans.append((begun, position))
    return spans


def _extent(run: Run) -> tuple[float, float]:
    """Where the cell is; its currency sign apart, which may stand far to the left, under long labels."""
    if run.is_number and len(run.words) > 1:
        return next(
            (word.left for word in run.words if any(map(str.isdigit, word.text))), run.left
        ), run.right
    return run.left, run.right


def _overlap(run: Run, span: tuple[float, float]) -> float:
    """Points that both cover; negative for the distance between them."""
    return min(run.right, span[1]) - max(run.left, span[0])
