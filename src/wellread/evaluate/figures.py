"""Figures as people read them, the same in the terminal, on the page and in sentences."""

import math

from wellread.records.comparison import Interval

LABELS = {"base": "base model", "rag": "RAG", "tuned": "tuned", "tuned+rag": "tuned + RAG"}
"""What arms are called in front of people."""


def label(arm: str) -> str:
    """`RAG` for `rag`; an arm we do not know keeps its name."""
    return LABELS.get(arm, arm)


def in_sentence(arm: str) -> str:
    """An arm as the subject of a sentence: `the base model`."""
    return {"base": "the base model", "tuned": "the tuned model"}.get(arm, label(arm))


def percent(share: float) -> str:
    """0.784 as `78%`."""
    return f"{share * 100:.0f}%"


def percents(interval: Interval) -> str:
    """`67–88%`."""
    return f"{interval.low * 100:.0f}–{interval.high * 100:.0f}%"


def points(difference: float) -> str:
    """A difference of shares in percentage points, signed with a true minus: `+12`, `−3`, `0`."""
    rounded = round(difference * 100)
    return "0" if rounded == 0 else f"{rounded:+d}".replace("-", "−")


def points_between(interval: Interval) -> str:
    """`−5 to +11`."""
    return f"{points(interval.low)} to {points(interval.high)}"


def duration(milliseconds: float) -> str:
    """`0.4 ms`, `640 ms`, `1.2 s`, `75 s`: two figures that matter."""
    if milliseconds < 9.95:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def per_thousand(cost: float | None) -> str:
    """Money for a thousand of what costs `cost` each: `0.42`, `13`, `0.0031`; a dash where there is none."""
    if cost is None:
        return "–"
    thousand = cost * 1000
    if thousand == 0:
        return "0"
    decimals = max(0, 1 - math.floor(math.log10(thousand)))
    return f"{thousand:,.{decimals}f}"


def p_value(p: float) -> str:
    """`p = 0.03`; below a thousandth `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.01 else f"p = {p:.2f}"
