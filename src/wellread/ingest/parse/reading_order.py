"""The order in which a person reads boxes on a page: from the top down, side by side from the left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

_OVERLAP = 0.2
"""Share of the smaller of two boxes by which they may overlap where one is read before the other."""

_JOINED = 0.1
"""Height between bands, as a share of the width between columns, below which columns are read one by one."""

_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in any unit; `top` grows downwards."""

    left: int
    top: int
    width: int
    height: int


Item = TypeVar("Item")
_Placed = list[tuple[Box, Item]]
_Measure = Callable[[Box], int]


def in_reading_order(items: Sequence[tuple[Box | None, Item]]) -> list[Item]:
    """Items by their boxes; those without one come first, in the order given.

    A page is cut where nothing lies across: first into bands from the top, each band into columns from
    the left, these into bands again. What cannot be cut goes by top edge, then left edge.
    """
    placed = [(box, item) for box, item in items if box is not None]
    return [item for box, item in items if box is None] + [item for _, item in _cut(placed, 0)]


def _cut(items: _Placed[Item], depth: int) -> _Placed[Item]:
    if len(items) < 2:
        return items
    if depth < _MAX_DEPTH:
        for pieces in (_bands(items), _pieces(items, *_ACROSS)):
            if len(pieces) > 1:
                return [found for piece in pieces for found in _cut(piece, depth + 1)]
    return sorted(items, key=lambda placed: (placed[0].top, placed[0].left))


_DOWN: tuple[_Measure, _Measure] = (lambda box: box.top, lambda box: box.height)
_ACROSS: tuple[_Measure, _Measure] = (lambda box: box.left, lambda box: box.width)


def _bands(items: _Placed[Item]) -> list[_Placed[Item]]:
    """Bands from the top; headings right above columns are of one band with them, to be read down."""
    bands: list[_Placed[Item]] = []
    for piece in _pieces(items, *_DOWN):
        if bands and _are_columns(bands[-1], piece):
            bands[-1] += piece
        else:
            bands.append(piece)
    return bands


def _are_columns(upper: _Placed[Item], lower: _Placed[Item]) -> bool:
    """Whether columns go through both, and the bands are as good as joined beside the gaps of the columns."""
    columns = _pieces([*upper, *lower], *_ACROSS)
    if len(columns) < 2 or not len(columns) == len(_pieces(upper, *_ACROSS)) == len(_pieces(lower, *_ACROSS)):
        return False
    gap = min(_gap(left, right, *_ACROSS) for left, right in pairwise(columns))
    return _gap(upper, lower, *_DOWN) < _JOINED * gap


def _gap(first: _Placed[Item], second: _Placed[Item], start: _Measure, size: _Measure) -> int:
    return min(start(box) for box, _ in second) - max(start(box) + size(box) for box, _ in first)


def _pieces(items: _Placed[Item], start: _Measure, size: _Measure) -> list[_Placed[Item]]:
    """Groups between which a straight line can be drawn."""
    pieces: list[_Placed[Item]] = []
    end, last = 0, 0
    for box, item in sorted(items, key=lambda placed: start(placed[0])):
        if not pieces or end - start(box) <= _OVERLAP * min(size(box), last):
            pieces.append([])
            end = start(box)
        pieces[-1].append((box, item))
        if start(box) + size(box) >= end:
            end, last = start(box) + size(box), size(box)
    return pieces
