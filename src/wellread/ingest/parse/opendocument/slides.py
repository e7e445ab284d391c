"""A page of an OpenDocument presentation: its shapes as a person reads them, its notes and its comments."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.reading_order import Box, in_reading_order
from wellread.ingest.parse.xml.elements import attribute, children, local

if TYPE_CHECKING:
    from lxml.etree import _Element

# What the master page repeats on every slide.
_REPEATED = frozenset({"date-time", "footer", "header", "page-number"})
_GROUPS = frozenset({"g", "a"})
_MAX_GROUPS = 10
"""Groups inside each other that are put in reading order; what is deeper is read as it is stored."""

_LENGTH = r"([-+]?\d{0,6}\.?\d{1,6})(cm|mm|in|pt|pc|px)"
_MOVED = re.compile(rf"translate\s*\(\s*{_LENGTH}[\s,]+{_LENGTH}\s*\)")
# In hundredths of a millimetre.
_UNITS = {"cm": 1000.0, "mm": 100.0, "in": 2540.0, "pt": 35.28, "pc": 423.3, "px": 26.46}


def titles(slide: "_Element") -> "list[_Element]":
    """The shapes that hold the slide's title, wherever they stand."""
    return [shape for shape in children(slide) if attribute(shape, "class") == "title"]


def shapes_in_order(slide: "_Element") -> "Iterator[_Element]":
    """The other shapes, those in groups included, without what every slide has."""
    return _ordered(slide, 0)


def notes(slide: "_Element") -> "Iterator[_Element]":
    """The boxes of the notes page that hold notes, and not its picture, number or date."""
    for page in slide.iterchildren("{*}notes"):
        yield from (box for box in children(page) if attribute(box, "class") == "notes")


def _ordered(container: "_Element", depth: int) -> "Iterator[_Element]":
    shapes = [s for s in children(container) if attribute(s, "class") not in (*_REPEATED, "title")]
    if depth > _MAX_GROUPS:
        yield from shapes
        return
    for shape in in_reading_order([(_box(shape), shape) for shape in shapes]):
        if local(shape) in _GROUPS:
            yield from _ordered(shape, depth + 1)
        else:
            yield shape


def _box(shape: "_Element") -> Box | None:
    """Where it stands; a group is where its shapes are."""
    if local(shape) in _GROUPS:
        boxes = [box for inner in shape.iterdescendants() if (box := _own_box(inner)) is not None]
        if not boxes:
            return None
        left, top = min(box.left for box in boxes), min(box.top for box in boxes)
        right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
        return Box(left, top, right - left, bottom - top)
    return _own_box(shape)


def _own_box(shape: "_Element") -> Box | None:
    left, top = _length(attribute(shape, "x")), _length(attribute(shape, "y"))
    if moved := _MOVED.search(attribute(shape, "transform") or ""):
        left, top = _length(moved[1] + moved[2]), _length(moved[3] + moved[4])
    width, height = _length(attribute(shape, "width")), _length(attribute(shape, "height"))
    if left is None or top is None:
        return None
    return Box(left, top, max(width or 0, 0), max(height or 0, 0))


def _length(text: str | None) -> int | None:
    found = re.fullmatch(_LENGTH, (text or "").strip())
    return round(float(found[1]) * _UNITS[found[2]]) if found else None
