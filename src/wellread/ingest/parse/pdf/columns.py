"""Reading order: the columns of a page are read one after the other, whatever order the file draws."""

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence

from wellread.ingest.parse.pdf.grids import Grid
from wellread.ingest.parse.pdf.lines import Run
from wellread.ingest.parse.pdf.words import Box

Item = Run | Grid

_MOST_ITEMS = 2_000
"""Runs of one page above which columns are not looked for: it is a drawing."""

_MOST_EDGES = 30
_MOST_TRIES = 5
_DEEPEST = 8
_LEAST_LINES = 3
_FAR = 3
"""Heights of a line."""

_FEW = 4


def regions(items: Sequence[Item], rules: Sequence[Box]) -> list[list[Item]]:
    """Stretches of a page in reading order, each without columns of text beside each other inside.

    `rules` are the page's horizontal lines: what one joins is not torn apart. Columns are told from tables
    by their words, and by the order of the file: it draws a column at a time, a table row by row.
    """
    if len(items) > _MOST_ITEMS:
        return [list(items)]
    return list(_split(sorted(items, key=lambda item: -item.top), rules, _DEEPEST))


def _split(items: list[Item], rules: Sequence[Box], depth: int) -> Iterator[list[Item]]:
    if depth == 0 or len(items) < 2 * _LEAST_LINES or not _has_neighbours(items):
        yield items
        return
    for edge, first, last in _bands(items, rules):
        band = items[first:last]
        left = [item for item in band if item.left < edge - 1]
        right = [item for item in band if item.left >= edge - 1]
        if _are_columns(left, right):
            for part in (items[:first], left, right, items[last:]):
                if part:
                    yield from _split(part, rules, depth - 1)
            return
    yield items


def _has_neighbours(items: list[Item]) -> bool:
    """Whether anything stands beside something else."""
    return any(
        item.top > (above.top + above.bottom) / 2 and (item.left > above.right or item.right < above.left)
        for step in (1, 2)
        for above, item in zip(items, items[step:], strict=False)
    )


def _bands(items: list[Item], rules: Sequence[Box]) -> list[tuple[float, int, int]]:
    """Left edges of possible columns, each with the stretch of `items` nothing of which crosses it."""
    lefts: dict[int, list[float]] = defaultdict(list)
    for item in items:
        lefts[round(item.left / 2)].append(item.left)
    places = [(item.left, item.right, item.top, item.bottom, min(item.size, 12)) for item in items]
    found = []
    for edges in sorted(lefts.values(), key=len, reverse=True)[:_MOST_EDGES]:
        edge = min(edges)
        beside = sum(right < edge for _, right, *_ in places)
        if beside >= _LEAST_LINES:
            score, first, last = _longest_stretch(places, rules, edge)
            if score >= _LEAST_LINES:
                found.append((score, edge, first, last))
    # Of equal stretches the leftmost gutter comes first: the rest is split again.
    found.sort(key=lambda band: (-band[0], band[1]))
    return [(edge, first, last) for _, edge, first, last in found[:_MOST_TRIES]]


def _longest_stretch(
    places: list[tuple[float, float, float, float, float]], rules: Sequence[Box], edge: float
) -> tuple[int, int, int]:
    """The most items that stand on the lesser side, and the stretch where they do.

    `places` are left, right, top and bottom of the items and the size of their type.
    """
    barriers = sorted(rule[1] for rule in rules if rule[0] < edge - 20 and rule[2] > edge + 20)
    best = (0, 0, 0)
    first = beside = beyond = 0
    low = places[0][3]
    for index, (left, right, top, bottom, size) in enumerate(places):
        # A few lines far from the rest are a header or a footer.
        ends = low - top > _FAR * size and min(index, len(places) - index) <= _FEW
        low = min(low, bottom)
        while barriers and barriers[-1] > top - 1:
            barriers.pop()
            ends = True
        crosses = left < edge - 1 and right > edge - 0.4 * size
        if ends or crosses:
            best = max(best, (min(beside, beyond), first, index))
            first, beside, beyond = index + crosses, 0, 0
        if crosses:
            continue
        if left < edge - 1:
            beside += 1
        else:
            beyond += 1
    return max(best, (min(beside, beyond), first, len(places)))


def _are_columns(left: list[Item], right: list[Item]) -> bool:
    sides = (left, right)
    lines = [_lines(side) for side in sides]
    if min(lines) < _LEAST_LINES or any(2 * sum(map(_is_text, side)) < len(side) for side in sides):
        return False
    (left_low, left_high), (right_low, right_high) = map(_reach, sides)
    beside = min(left_high, right_high) - max(left_low, right_low)
    if beside < 0.5 * min(left_high - left_low, right_high - right_low):
        return False
    on_left = set(map(id, left))
    order = [id(item) in on_left for item in sorted([*left, *right], key=lambda item: item.at)]
    changes = sum(a != b for a, b in itertools.pairwise(order))
    # 0 for columns drawn one after the other, 1 for lines drawn across.
    mixed = (changes - 1) / (2 * min(lines) - 2)
    return mixed <= 0.2 or (mixed > 0.7 and min(lines) >= 8 and all(_is_prose(side) for side in sides))


def _lines(side: list[Item]) -> int:
    """How many heights there are."""
    count, bottom = 0, float("inf")
    for item in side:
        if (item.top + item.bottom) / 2 < bottom:
            count, bottom = count + 1, item.bottom
    return count


def _reach(side: list[Item]) -> tuple[float, float]:
    return min(item.bottom for item in side), max(item.top for item in side)


def _is_text(item: Item) -> bool:
    return sum(map(str.isalpha, item.text)) > 1


def _is_prose(side: list[Item]) -> bool:
    """Lines of several words that mostly fill the width."""
    width = max(item.right for item in side) - min(item.left for item in side)
    words = statistics.mean(len(item.text.split()) for item in side)
    return words >= 5 and statistics.median(item.right - item.left for item in side) >= 0.7 * width
