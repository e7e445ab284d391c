"""Running headers, footers and page numbers: what repeats at the edges of neighbouring pages."""

import re
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from wellread.ingest.parse.pdf.lines import Run, same_height

NEARBY = 6
"""Pages before and after one that are compared with it."""

_ROWS = 5
"""Rows looked at on each edge; the innermost only tells a header from a list that fills the page."""

_LEAST_PAGES = 3
_SAME_HEIGHT = 4.0
"""Points by which the place of a header may differ."""

_LARGER = 1.25
"""Heights of the page's usual type above which a row is a title and no running header."""

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"(?:m{0,3})(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class _Row(NamedTuple):
    text: str
    """With `#` for every number."""
    numbers: tuple[int, ...]
    height: float
    size: float
    gap: float
    """Points between it and the next row towards the middle of the page."""
    runs: tuple[int, ...]


class Edges(NamedTuple):
    """The outermost rows of a page, each list from the outside."""

    top: list[_Row]
    bottom: list[_Row]
    usual_size: float
    runs: int
    """How many the page has."""


def edges(runs: Sequence[Run]) -> Edges:
    """The first and the last rows of a page; `runs` of a row are places in `runs`."""
    order = sorted(range(len(runs)), key=lambda at: -(runs[at].top + runs[at].bottom))
    usual = statistics.median([run.size for run in runs]) if runs else 0.0
    return Edges(_rows(runs, order), _rows(runs, order[::-1]), usual, len(runs))


def repeated(pages: Sequence[Edges], at: int) -> set[int]:
    """Places of the runs of page `at` (an index of `pages`) that belong to running headers or footers.

    A row does when its neighbours have it at the same place: at least three pages, and more than half of
    those nearby, before, after, or on the same side of a double page. Numbers may differ as the pages do.
    """
    page = pages[at]
    near = [
        (number, pages[number]) for number in range(max(0, at - NEARBY), min(len(pages), at + NEARBY + 1))
    ]
    usual_size = max(page.usual_size, statistics.median(other.usual_size for _, other in near))
    found: list[_Row] = []
    for side in ("top", "bottom"):
        rows: list[_Row] = getattr(page, side)
        others = [(number - at, getattr(other, side)) for number, other in near if number != at]
        count = 0
        while count < min(len(rows), _ROWS - 1) and _recurs(rows, count, others, usual_size):
            count += 1
        while count and not _stands_apart(rows, count):
            count -= 1
        found += rows[:count]
    gone = {run for row in found for run in row.runs}
    # Pages that are all alike hold the same text rather than none.
    return gone if len(gone) < page.runs else {run for row in found if _is_bare(row) for run in row.runs}


def _rows(runs: Sequence[Run], order: Sequence[int]) -> list[_Row]:
    groups: list[list[int]] = []
    for at in order:
        if groups and same_height(runs[groups[-1][0]], runs[at]):
            groups[-1].append(at)
        elif len(groups) > _ROWS:
            break
        else:
            groups.append([at])
    made = []
    for group, inner in zip(groups, [*groups[1:], []], strict=False):
        row = sorted((runs[at] for at in group), key=lambda run: run.left)
        top, bottom = max(run.top for run in row), min(run.bottom for run in row)
        gap = float("inf")
        if inner:
            others = [runs[at] for at in inner]
            gap = max(bottom - max(o.top for o in others), min(o.bottom for o in others) - top)
        text = " ".join(run.text for run in row)
        made.append(_Row(*_parts(text), (top + bottom) / 2, row[0].size, gap, tuple(group)))
    return made[:_ROWS]


def _parts(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without its numbers, and the numbers; a row that is a roman number is one."""
    bare = text.strip("-–— .").lower()
    if bare and _ROMAN.fullmatch(bare):
        values = [_ROMAN_VALUES[letter] for letter in bare]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return "roman #", (sum(-value if value < after else value for value, after in pairs),)
    numbers = tuple(int(digits) for digits in _DIGITS.findall(text) if len(digits) < 10)
    return _DIGITS.sub("#", text), numbers


def _recurs(rows: list[_Row], place: int, others: list[tuple[int, list[_Row]]], usual_size: float) -> bool:
    row = rows[place]
    if row.size > _LARGER * usual_size:
        return False
    # In a list that fills the page, the next row is as much like it as those of other pages.
    if place + 1 < len(rows) and rows[place + 1].text == row.text:
        return False
    with_it = {distance for distance, theirs in others if _has(theirs, row, place, distance)}
    distances = [distance for distance, _ in others]
    stretches = (
        distances,
        [distance for distance in distances if distance > 0],
        [distance for distance in distances if distance < 0],
        [distance for distance in distances if distance % 2 == 0],
    )
    return any(
        len(with_it.intersection(stretch)) > max(_LEAST_PAGES - 2, len(stretch) / 2)
        for stretch in stretches
        if stretch is distances or len(stretch) > _LEAST_PAGES
    )


def _has(theirs: list[_Row], row: _Row, place: int, distance: int) -> bool:
    for there, other in enumerate(theirs):
        if other.text == row.text and (there == place or abs(other.height - row.height) <= _SAME_HEIGHT):
            pairs = list(zip(row.numbers, other.numbers, strict=False))
            counted = all(b - a in (0, distance) for a, b in pairs)
            # A row that is only a number is a page number or it is not repeated.
            if counted and len(row.numbers) == len(other.numbers):
                return not _is_bare(row) or not pairs or any(b - a == distance for a, b in pairs)
    return False


def _stands_apart(rows: list[_Row], count: int) -> bool:
    """Whether the outer `count` rows end with more than a line's distance to the text."""
    last = rows[count - 1]
    if last.gap > 0.4 * last.size:
        return True
    within = rows[count] if count < len(rows) else None
    differs = within is not None and abs(within.size - last.size) > 0.08 * last.size
    return differs or _is_bare(last)


def _is_bare(row: _Row) -> bool:
    """Whether it has no letters: it is a page number, if anything that repeats."""
    return not any(map(str.isalpha, row.text)) or row.text == "roman #"
