"""Drawings for one row of a table, as inline SVG without a script.

All places are in percent of the width and all heights in pixels, so a drawing follows its column from a phone
to paper while dots stay round and text keeps its size. Each has its figures in words (`aria-label`); colours
are classes, so that a style sheet can turn them dark.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from wellread.pages.markup import Markup, join, tag

HEIGHT = 38
"""Pixels; that of a row, so that the lines of the scale run through from row to row."""
_AXIS_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places: `low` is at the left edge, `high` at the right."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> str:
        """The place of `value`, as SVG writes it; values outside stay at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"

    def width(self, value: float) -> str:
        """The width of a length, as SVG writes it."""
        return f"{value / (self.high - self.low) * 100:.2f}%"


SHARES = Scale(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0))


def scale_with_zero(values: Sequence[float]) -> Scale:
    """A scale that holds zero and all values, in at most six round steps."""
    low, high = min(0.0, *values), max(0.0, *values)
    step = next(step for step in (0.05, 0.1, 0.2, 0.5) if _steps(low, high, step) <= 6 or step == 0.5)
    first, last = math.floor(low / step), math.ceil(high / step)
    if first == last:
        last += 1
    ticks = tuple(number * step for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def scale_from_zero(highest: float) -> Scale:
    """A scale from 0 to a round number that is not below `highest`."""
    magnitude = 10.0 ** math.floor(math.log10(max(highest, 0.001)))
    tops = [step * magnitude for step in (1, 1.6, 2, 2.4, 3, 4, 6, 8, 10)]
    top = next((top for top in tops if highest <= top), tops[-1])
    return Scale(0.0, top, (0.0, top / 2, top))


def _steps(low: float, high: float, step: float) -> int:
    return math.ceil(high / step) - math.floor(low / step)


def whisker(scale: Scale, low: float, value: float, high: float, *, sure: bool, words: str) -> Markup:
    """A dot on its interval; filled when `sure`."""
    middle = HEIGHT // 2
    ends = {"y1": middle, "y2": middle}
    drawn = tag(
        "g",
        tag("line", x1=scale.place(low), x2=scale.place(high), class_="whisker", **ends),
        tag("circle", cx=scale.place(value), cy=middle, r=5, class_="mark"),
        class_="sure" if sure else None,
    )
    return _drawing(words, _grid(scale), drawn)


def stack(parts: Sequence[tuple[str, int]], words: str) -> Markup:
    """One bar of parts (class, count), over the whole width."""
    total, start, drawn = sum(count for _, count in parts), 0, []
    for kind, count in parts:
        if count:
            place, width = f"{start / total * 100:.2f}%", f"{count / total * 100:.2f}%"
            drawn.append(
                tag("rect", x=place, y=HEIGHT // 2 - 8, width=width, height=16, class_=f"part {kind}")
            )
        start += count
    return _drawing(words, *drawn)


def latency(scale: Scale, p50: float, p95: float, words: str) -> Markup:
    """A bar to the median and a line on to the 95th percentile."""
    middle = HEIGHT // 2
    end = {"x1": scale.place(p95), "x2": scale.place(p95)}
    return _drawing(
        words,
        _grid(scale),
        tag("rect", x=0, y=middle - 5, width=scale.width(p50), height=10, class_="p50"),
        tag("line", x1=scale.place(p50), x2=scale.place(p95), y1=middle, y2=middle, class_="whisker"),
        tag("line", y1=middle - 4, y2=middle + 4, class_="whisker", **end),
    )


def course(shares: Sequence[float | None], words: str) -> Markup:
    """Shares one after another, from left to right, without those there are none of. 0 is at the lower edge, 1 at the
    upper."""
    last = max(len(shares) - 1, 1)
    dots = [
        (f"{at / last * 96 + 2:.2f}%", _down(share)) for at, share in enumerate(shares) if share is not None
    ]
    lines = [
        tag("line", x1=one[0], y1=one[1], x2=other[0], y2=other[1], class_="whisker")
        for one, other in pairwise(dots)
    ]
    marks = [tag("circle", cx=across, cy=down, r=3.5, class_="mark") for across, down in dots]
    edges = [tag("line", x1=0, x2="100%", y1=down, y2=down, class_="grid") for down in (_down(0), _down(1))]
    return _drawing(words, *edges, tag("g", *lines, *marks, class_="sure"))


def _down(share: float) -> str:
    """Pixels from the top, between margins that leave room for a dot."""
    return f"{HEIGHT - 5 - min(max(share, 0.0), 1.0) * (HEIGHT - 10):.1f}"


def axis(scale: Scale, labels: Sequence[str]) -> Markup:
    """The tick labels of a scale; screen readers are spared them, since the table has the figures."""
    texts = [
        tag("text", label, x=scale.place(tick), y=14, text_anchor="middle", class_="tick")
        for tick, label in zip(scale.ticks, labels, strict=True)
    ]
    return tag("svg", *texts, width="100%", height=_AXIS_HEIGHT, aria_hidden="true")


def swatch(kind: str) -> Markup:
    """A small square in the colour and hatching of a kind of answer."""
    square = tag("rect", width=14, height=14, rx=2, class_=f"part {kind}")
    return tag("svg", square, width=14, height=14, aria_hidden="true")


def hatchings() -> Markup:
    """The patterns `rightly` and `wrongly`, to stand once on a page: refusals are hatched in their colour."""
    patterns = [
        tag(
            "pattern",
            tag("rect", width=6, height=6, class_=f"tint-{colour}"),
            tag("rect", width=2.5, height=6, class_=colour),
            id=name,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        )
        for name, colour in (("rightly", "right"), ("wrongly", "wrong"))
    ]
    return tag("svg", tag("defs", *patterns), class_="defs", width=0, height=0, aria_hidden="true")


def _grid(scale: Scale) -> Markup:
    return join(
        *(
            tag(
                "line",
                x1=scale.place(tick),
                x2=scale.place(tick),
                y1=0,
                y2=HEIGHT,
                class_="zero" if tick == 0 and scale.low < 0 else "grid",
            )
            for tick in scale.ticks
        )
    )


def _drawing(words: str, *drawn: Markup) -> Markup:
    return tag("svg", *drawn, width="100%", height=HEIGHT, role="img", aria_label=words)
