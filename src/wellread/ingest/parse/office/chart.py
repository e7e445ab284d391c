"""Charts of office documents as small tables: categories down, series across, from the values they cache."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from wellread.ingest.parse.office.number_format import formatter
from wellread.ingest.parse.xml.elements import attribute, integer

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_POINTS = 20_000
"""Points of one series that are read."""

_VALUES = ("val", "yVal", "bubbleSize")

_Points = dict[int, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: its title, titles of axes of values, and tables whose first row names the series."""

    title: str = ""
    axes: tuple[str, ...] = ()
    tables: list[list[list[str]]] = field(default_factory=list)


def read_chart(root: "_Element") -> Chart:
    """The chart in a part of the kind `chart` (ISO/IEC 29500-1, part 21.2) or `chartEx`.

    Series that share their categories stand side by side in one table.
    """
    chart = next(root.iter("{*}chart"), None)
    if chart is None:
        return Chart()
    title = _text(chart.find("{*}title"))
    series = list(chart.iter("{*}ser"))
    if not series:
        return Chart(title, (), _extended_tables(root))
    down = " ".join(_axes(chart, "catAx", "dateAx"))
    return Chart(title, tuple(_axes(chart, "valAx", "serAx")), _tables(series, down))


def _axes(chart: "_Element", *kinds: str) -> Iterator[str]:
    for kind in kinds:
        for axis in chart.iterfind(f"{{*}}plotArea/{{*}}{kind}"):
            if text := _text(axis.find("{*}title")):
                yield text


def _text(title: "_Element | None") -> str:
    """Rich text, or the cell's text that is cached in its place."""
    if title is None:
        return ""
    return " ".join("".join(t.text or "" for t in title.iter("{*}t", "{*}v")).split())


def _tables(series: list["_Element"], down: str) -> list[list[list[str]]]:
    tables: list[tuple[_Points, list[tuple[str, _Points]]]] = []
    for number, one in enumerate(series, start=1):
        categories = _points(one, "cat") or _points(one, "xVal")
        name = " ".join(_points(one, "tx").values()) or _text(one.find("{*}tx")) or f"{number}"
        columns = [(name, points) for kind in _VALUES if (points := _points(one, kind))]
        if tables and categories in ({}, tables[-1][0]):
            tables[-1][1].extend(columns)
        elif columns:
            tables.append((categories, columns))
    return [_table(down, categories, columns) for categories, columns in tables]


def _table(down: str, categories: _Points, columns: list[tuple[str, _Points]]) -> list[list[str]]:
    header = [down, *(name for name, _ in columns)]
    places = sorted(set(categories).union(*(points for _, points in columns)))
    return [header, *([categories.get(at, ""), *(p.get(at, "") for _, p in columns)] for at in places)]


def _points(series: "_Element", kind: str) -> _Points:
    """Cached values by position; those of several levels of categories are joined, outermost first."""
    source = series.find(f"{{*}}{kind}")
    if source is None:
        return {}
    levels = list(source.iter("{*}lvl"))
    if levels:
        return _joined([_cached(level) for level in reversed(levels)])
    cache = next(source.iter("{*}strCache", "{*}numCache", "{*}strLit", "{*}numLit"), None)
    return _cached(cache) if cache is not None else {}


def _cached(cache: "_Element") -> _Points:
    code = cache.findtext("{*}formatCode") or ""
    points: _Points = {}
    for point in cache.iterfind("{*}pt"):
        if len(points) == MAX_POINTS:
            break
        text = point.findtext("{*}v") or ""
        points[integer(attribute(point, "idx"))] = _shown(text, attribute(point, "formatCode") or code)
    return points


def _shown(text: str, code: str) -> str:
    if not code:
        return text
    try:
        return formatter(code)(float(text))
    except ValueError:
        return text


def _joined(levels: list[_Points]) -> _Points:
    """An outer level's point holds for those that follow it, until its next."""
    *outer, inner = levels
    starts = [sorted(level) for level in outer]
    joined: _Points = {}
    for at in sorted(inner):
        held = [(level, bisect_right(start, at)) for level, start in zip(outer, starts, strict=True)]
        names = [level[start[n - 1]] for (level, n), start in zip(held, starts, strict=True) if n]
        joined[at] = " ".join([*names, inner[at]])
    return joined


def _extended_tables(root: "_Element") -> list[list[list[str]]]:
    """Charts of newer kinds, such as waterfalls: their data are dimensions of texts and of numbers."""
    names = [_text(one.find("{*}tx")) for one in root.iter("{*}series")]
    tables: list[list[list[str]]] = []
    for number, data in enumerate(root.iterfind("{*}chartData/{*}data")):
        texts = [_listed(level) for level in data.iterfind("{*}strDim/{*}lvl")]
        values = [_listed(level) for level in data.iterfind("{*}numDim/{*}lvl")]
        columns = [*reversed(texts), *values]
        header = [*("" for _ in texts), *(names[number : number + 1] or [""])]
        places = sorted(set().union(*columns)) if values else []
        tables.append([header, *([points.get(at, "") for points in columns] for at in places)])
    return tables


def _listed(level: "_Element") -> _Points:
    code = attribute(level, "formatCode") or ""
    points = islice(level.iterfind("{*}pt"), MAX_POINTS)
    return {integer(attribute(point, "idx")): _shown(point.text or "", code) for point in points}
