"""The rows of a table: cells of several lines are joined."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from wellread.ingest.parse.pdf.lines import BULLET, Row, Run
from wellread.ingest.parse.pdf.table import Columns, is_amount
from wellread.ingest.parse.pdf.words import Box

LINE = 1.25
"""Heights of the type from one line of a cell to the next, at most."""


def body_rows(rows: Sequence[Row], columns: Columns, rules: Sequence[Box]) -> list[list[str]]:
    """The rows below the header, those of several lines joined."""
    lines = [_line(row, columns) for row in rows]
    if columns.labelled and any(is_amount(run) for row in rows for run in row[1:]):
        return [line.texts() for line in _labels_joined(lines)]
    return [line.texts() for line in _cells_joined(lines, rules)]


@dataclass
class _Line:
    """One row of the page, or several that are one row of the table."""

    cells: list[list[Run]]
    middle: float
    runs: list[Run] = field(default_factory=list)

    @property
    def has_label(self) -> bool:
        return bool(self.cells[0])

    @property
    def has_figures(self) -> bool:
        return any(self.cells[1:])

    @property
    def label(self) -> str:
        return " ".join(run.text for run in self.cells[0])

    @property
    def size(self) -> float:
        return max(run.size for run in self.runs)

    def texts(self) -> list[str]:
        made = ["\n".join(run.text for run in cell) for cell in self.cells]
        return made if self.has_figures else made[:1]

    def take(self, below: "_Line") -> None:
        for mine, other in zip(self.cells, below.cells, strict=True):
            mine.extend(other)
        self.runs += below.runs
        self.middle = below.middle


def _line(row: Row, columns: Columns) -> _Line:
    cells: list[list[Run]] = [[] for _ in columns.spans]
    for run in row:
        cells[columns.of(run)].append(run)
    return _Line(cells, statistics.mean((run.top + run.bottom) / 2 for run in row), list(row))


def _labels_joined(lines: list[_Line]) -> list[_Line]:
    """Labels of several lines, whose figures stand beside the first, the last or the middle of them."""
    steps = [
        (above.middle - line.middle) / line.size
        for above, line in pairwise(lines)
        if line.has_label and above.has_label and line.has_figures and above.has_figures
    ]
    usual = statistics.median(steps) if steps else 1.0
    made: list[_Line] = []
    for line in lines:
        above = made[-1] if made else None
        if above is not None and _continues_label(above, line, usual):
            above.take(line)
        else:
            made.append(line)
    return made


def _continues_label(above: _Line, line: _Line, usual: float) -> bool:
    step = (above.middle - line.middle) / line.size
    if above.has_figures and line.has_figures:
        return False
    if not line.has_label:
        return step < 0.9
    if not above.has_label:
        return step < 0.9 and not line.has_figures
    if step > LINE or above.label.endswith(":") or BULLET.match(line.label):
        return False
    starts = line.label[:1]
    return (
        starts.islower()
        or above.label.endswith(("-", ",", "–"))
        or (usual > 1.15 * step and (line.has_figures or above.has_figures))
    )


def _cells_joined(lines: list[_Line], rules: Sequence[Box]) -> list[_Line]:
    """Rows of short texts: told apart by rules, or by more distance than the lines of one cell have."""
    steps = [(above.middle - line.middle) / line.size for above, line in pairwise(lines)]
    ruled = [_is_ruled(above, line, rules) for above, line in pairwise(lines)]
    by_rule = sum(ruled) >= 2 and 2 * (sum(ruled) + 1) >= len(lines)
    tight = min(steps, default=1.0) * 1.15 if max(steps, default=1.0) > 1.3 * min(steps, default=1.0) else 0.0
    made = lines[:1]
    for line, step, rule in zip(lines[1:], steps, ruled, strict=True):
        same = not rule if by_rule else step < LINE and (not line.has_label or step <= tight)
        if same:
            made[-1].take(line)
        else:
            made.append(line)
    return made


def _is_ruled(above: _Line, line: _Line, rules: Sequence[Box]) -> bool:
    left = min(run.left for run in above.runs + line.runs)
    right = max(run.right for run in above.runs + line.runs)
    return any(
        line.middle < rule[1] < above.middle
        and min(rule[2], right) - max(rule[0], left) > 0.7 * (right - left)
        for rule in rules
    )
