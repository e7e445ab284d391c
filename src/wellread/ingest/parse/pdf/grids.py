"""Tables whose cells are drawn with lines: each word belongs to the box that it stands in."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wellread.ingest.parse.pdf.lines import Run, rows, runs
from wellread.ingest.parse.pdf.rules import Rules
from wellread.ingest.parse.pdf.table import Table
from wellread.ingest.parse.pdf.table_header import looks_like_header
from wellread.ingest.parse.pdf.words import Box, Word

_NEAR = 3.0
"""Points between lines that are meant as one, or as touching."""

_MOST_LINES = 400
"""Lines in one direction, joined, above which it is a drawing."""

_MOST_COLUMNS, _MOST_ROWS = 60, 300
_MOST_WORDS = 80
"""Words of a cell above which the lines frame text instead of making a table."""

_Place = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """A table in its place on the page."""

    left: float
    bottom: float
    right: float
    top: float
    at: int
    table: Table

    @property
    def size(self) -> float:
        """Points; without meaning for a table."""
        return 10.0

    @property
    def text(self) -> str:
        """All its cells."""
        return " ".join(cell for row in self.table.rows for cell in row)


def take_grids(found: Sequence[Run], rules: Rules) -> tuple[list[Grid], list[Run]]:
    """The tables drawn with lines in both directions, and the runs of the words outside them."""
    if not rules.vertical or len(rules.horizontal) < 2:
        return [], list(found)
    across = _merged(rules.horizontal, upright=False)
    down = _merged(rules.vertical, upright=True)
    if max(len(across), len(down)) > _MOST_LINES:
        return [], list(found)
    words = [word for run in found for word in run.words]
    made: list[tuple[_Frame, int, Table]] = []
    taken: set[int] = set()
    for part_across, part_down in _connected(across, down):
        frame = _Frame.of(part_across, part_down)
        inside = (
            [at for at, word in enumerate(words) if frame.holds(word) and at not in taken] if frame else []
        )
        table = frame.table([words[at] for at in inside]) if frame else None
        if frame is not None and table is not None:
            made.append((frame, inside[0], table))
            taken.update(inside)
    if not made:
        return [], list(found)
    grids = [
        Grid(
            frame.xs[0], frame.ys[0], frame.xs[-1], frame.ys[-1], at - sum(gone < at for gone in taken), table
        )
        for frame, at, table in made
    ]
    return grids, runs([word for at, word in enumerate(words) if at not in taken])


class _Frame:
    """Boxes between the lines of one table: `xs` from the left and `ys` from the bottom, in points."""

    def __init__(self, xs: list[float], ys: list[float], across: list[Box], down: list[Box]) -> None:
        self.xs, self.ys = xs, ys
        self._across = [[line for line in across if abs(line[1] - y) <= 2 * _NEAR] for y in ys]
        self._down = [[line for line in down if abs(line[0] - x) <= 2 * _NEAR] for x in xs]

    @staticmethod
    def of(across: list[Box], down: list[Box]) -> "_Frame | None":
        # The outermost lines may be missing; then the others reach as far as the table does.
        heights = [min(line[1] for line in down), max(line[3] for line in down)]
        ends = [min(line[0] for line in across), max(line[2] for line in across)]
        ys = _positions([*(line[1] for line in across), *heights])
        xs = _positions([*(line[0] for line in down), *ends])
        if not (3 <= len(xs) <= _MOST_COLUMNS + 1 and 3 <= len(ys) <= _MOST_ROWS + 1):
            return None
        return _Frame(xs, ys, across, down)

    def holds(self, word: Word) -> bool:
        x, y = (word.left + word.right) / 2, (word.bottom + word.top) / 2
        return self.xs[0] < x < self.xs[-1] and self.ys[0] < y < self.ys[-1]

    def table(self, words: list[Word]) -> Table | None:
        """The words by cell, or None where the lines are those of a form, a frame or a drawing."""
        origins = self._origins()
        cells: dict[_Place, list[Word]] = {}
        for word in words:
            cells.setdefault(origins[self._place(word)], []).append(word)
        if len(cells) < 4 or any(len(inside) > _MOST_WORDS for inside in cells.values()):
            return None
        if any(map(_is_tabular, cells.values())):
            # Only some of the columns have lines between them.
            return None
        texts = {place: _text(inside) for place, inside in cells.items()}
        lines = [
            [origins[row, column] for column in range(len(self.xs) - 1)] for row in range(len(self.ys) - 1)
        ]
        # A line below which nothing begins only underlines something.
        lines = [line for row, line in enumerate(lines) if any(place[0] == row for place in line)]
        used = [
            c for c in range(len(self.xs) - 1) if any(line[c][1] == c and line[c] in texts for line in lines)
        ]
        lines = [[line[c] for c in used] for line in lines if any(place in texts for place in line)]
        full = sum(len({place for place in line if place in texts}) > 1 for line in lines)
        if len(used) < 2 or len(lines) < 2 or 2 * full < len(lines):
            return None
        depth = _header_depth(lines)
        bold = [all(word.bold for place in line for word in cells.get(place, ())) for line in lines]
        header = _header(lines[:depth], texts)
        body = [
            [texts.get(p, "") if c == 0 or p != line[c - 1] else "" for c, p in enumerate(line)]
            for line in lines
        ]
        if depth > 1 or looks_like_header(body[0], body[1:], bold=bold[0] and not all(bold)):
            return Table(header, body[depth:])
        return Table([], body)

    def _place(self, word: Word) -> _Place:
        """Row from the top and column of a word."""
        x, y = (word.left + word.right) / 2, (word.bottom + word.top) / 2
        return len(self.ys) - 1 - bisect_right(self.ys, y), bisect_right(self.xs, x) - 1

    def _origins(self) -> dict[_Place, _Place]:
        """For every box the first of those that it makes one cell with, for want of a line between."""
        origins: dict[_Place, _Place] = {}
        for row in range(len(self.ys) - 1):
            top, bottom = self.ys[-1 - row], self.ys[-2 - row]
            for column in range(len(self.xs) - 1):
                x, y = (self.xs[column] + self.xs[column + 1]) / 2, (bottom + top) / 2
                if column and not any(line[1] <= y <= line[3] for line in self._down[column]):
                    origins[row, column] = origins[row, column - 1]
                elif row and not any(line[0] <= x <= line[2] for line in self._across[-1 - row]):
                    origins[row, column] = origins[row - 1, column]
                else:
                    origins[row, column] = row, column
        return origins


def _header_depth(lines: list[list[_Place]]) -> int:
    """Rows of the header: cells of the first row that reach down, or across others, need more than one."""
    first = lines[0]
    down = max(sum(line[c] == place for line in lines) for c, place in enumerate(first))
    across = len(set(first)) < len(first) and len(set(first)) > 1
    depth = max(down, 2 if across else 1)
    return depth if depth < len(lines) and depth <= 3 else 1


def _header(lines: list[list[_Place]], texts: dict[_Place, str]) -> list[str]:
    """One row of several: for each column what stands above one another, without repetition."""
    columns = [dict.fromkeys(line[c] for line in lines) for c in range(len(lines[0]))]
    return [" ".join(texts[place] for place in column if place in texts) for column in columns]


def _is_tabular(words: list[Word]) -> bool:
    """Whether figures in a cell stand apart from one another, in several rows."""
    return sum(sum(run.is_number for run in row) > 2 for row in rows(runs(words))) > 1


def _text(words: list[Word]) -> str:
    return "\n".join(" ".join(run.text for run in row) for row in rows(runs(words)))


def _merged(lines: Iterable[Box], *, upright: bool) -> list[Box]:
    """Lines of one direction with those joined that continue or repeat one another."""
    fixed, start, end = (0, 1, 3) if upright else (1, 0, 2)
    made: list[Box] = []
    open_lines: dict[int, Box] = {}
    for line in sorted(lines, key=lambda line: (line[start], line[fixed])):
        key = round(line[fixed] / _NEAR)
        near = next(
            (k for k in (key, key - 1, key + 1) if _continues(open_lines.get(k), line, upright)), None
        )
        if near is None:
            if key in open_lines:
                made.append(open_lines[key])
            open_lines[key] = line
        else:
            before = open_lines[near]
            longest = max(before[end], line[end])
            open_lines[near] = (*before[:3], longest) if upright else (*before[:2], longest, before[3])
    return [*made, *open_lines.values()]


def _continues(before: Box | None, line: Box, upright: bool) -> bool:
    fixed, start, end = (0, 1, 3) if upright else (1, 0, 2)
    return (
        before is not None and abs(before[fixed] - line[fixed]) < _NEAR and line[start] - before[end] < _NEAR
    )


def _connected(across: list[Box], down: list[Box]) -> Iterator[tuple[list[Box], list[Box]]]:
    """Groups of lines that touch one another, directly or through others."""
    left_across, left_down = list(across), list(down)
    while left_down:
        group_across: list[Box] = []
        group_down = [left_down.pop()]
        new = group_down[:]
        while new:
            touched = [line for line in left_across if any(_touch(line, other) for other in new)]
            left_across = [line for line in left_across if line not in touched]
            group_across += touched
            new = [line for line in left_down if any(_touch(other, line) for other in touched)]
            left_down = [line for line in left_down if line not in new]
            group_down += new
        if len(group_across) > 1 and group_down:
            yield group_across, group_down


def _touch(across: Box, down: Box) -> bool:
    return (
        across[0] - _NEAR <= down[2]
        and down[0] <= across[2] + _NEAR
        and down[1] - _NEAR <= across[3]
        and across[1] <= down[3] + _NEAR
    )


def _positions(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found
