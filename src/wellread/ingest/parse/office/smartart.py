"""SmartArt: the texts of a diagram's points, as the tree in which they stand."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import attribute, integer

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_LEVEL = 9


def read_smartart(root: "_Element") -> Iterator[tuple[int, "_Element"]]:
    """Level from 1 and text body of each point in a part of the kind `diagramData` (ISO/IEC 29500-1, part 21.4)."""
    points = {attribute(p, "modelId") or "": p for p in root.iterfind("{*}ptLst/{*}pt")}
    below: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for link in root.iterfind("{*}cxnLst/{*}cxn"):
        if attribute(link, "type") in (None, "parOf"):
            order = integer(attribute(link, "srcOrd"))
            below[attribute(link, "srcId") or ""].append((order, attribute(link, "destId") or ""))
    whole = [name for name, point in points.items() if attribute(point, "type") == "doc"]
    seen: set[str] = set()
    waiting = [(name, 0) for name in reversed(whole)]
    while waiting:
        name, level = waiting.pop()
        if name in seen or name not in points:
            continue
        seen.add(name)
        body = points[name].find("{*}t")
        if level and body is not None:
            yield min(level, _MAX_LEVEL), body
        waiting += [(child, level + 1) for _, child in sorted(below[name], reverse=True)]
    for name, point in points.items():
        body = point.find("{*}t")
        if name not in seen and body is not None and attribute(point, "type") in (None, "node", "asst"):
            yield 1, body
