"""Amounts and dates: each must stand in a source, with its unit, and bounded from the same side."""

import re
from collections.abc import Iterator, Sequence

from wellread.answer.verify.reading import Reading, Sort, Unsupported, stems_of
from wellread.screen.quantities import MONTHS
from wellread.screen.terms import stem
from wellread.screen.values import SCALE, Value, values

_OF_TIME = frozenset({"date", "month", "year", "time"})
_OPPOSITE = {"most": "least", "least": "most"}
_SIGN = re.compile(r"[$€£%]")
_LETTERS = re.compile(r"[^\W\d_]+")


def wrong_amounts(
    said: Reading, sources: Sequence[Reading], context: Sequence[Reading]
) -> Iterator[Unsupported]:
    """Amounts and dates of `said` that no source states, and those that the sources bound from the other side."""
    for value in said.values:
        sort: Sort = "date" if value.kind in _OF_TIME else "number"
        written = said.text[value.start : value.end]
        same = [other for source in sources for other in source.values if _same(value, other, context)]
        if same:
            opposite = _OPPOSITE.get(value.bound)
            if opposite and all(other.bound == opposite for other in same):
                yield Unsupported("comparison", written)
        elif not _otherwise(value, said, sources, context):
            yield Unsupported(sort, written)


def _same(value: Value, other: Value, context: Sequence[Reading]) -> bool:
    """Whether `other` states `value`, or a moment within it. A year may stand in the heading."""
    if value.kind == other.kind and value.amount == other.amount:
        return True
    if value.kind in ("year", "month") and other.kind in ("month", "date"):
        return other.amount.startswith(f"{value.amount}-")
    if value.kind == "date" and other.kind == "date":
        if value.amount.startswith("--"):
            return other.amount.endswith(value.amount[1:])
        years = {one.amount for reading in context for one in reading.values if one.kind == "year"}
        return (
            other.amount.startswith("--")
            and value.amount.endswith(other.amount[1:])
            and (value.amount[:4] in years)
        )
    return False


def _otherwise(value: Value, said: Reading, sources: Sequence[Reading], context: Sequence[Reading]) -> bool:
    """Whether a source has it in a way that is read as something else: `3-5 weeks`, or a column headed `days`. A
    heading tells units and times; a number in it, such as a file's, counts nothing."""
    telling = (*sources, *context) if value.kind in _OF_TIME else sources
    bare = _bare(said.text[value.start : value.end])
    written = re.compile(rf"(?<![\d.,]){re.escape(bare)}(?![\w%])", re.IGNORECASE)
    if any(written.search(" ".join(one.text.split())) for one in telling):
        return True
    number, known = _number(bare), stems_of((*sources, *context))
    if value.kind in ("count", "year"):
        following = next((word for word in said.words if word.start >= value.end), None)
        if following and following.tells and following.stem not in known:
            return False
        return any(number == _number(_written(one, other)) for one in telling for other in one.values)
    units = {stem(unit.lower()) for unit in _LETTERS.findall(bare)}
    signs = {sign for one in (*sources, *context) for sign in _SIGN.findall(one.text)} & set(
        _SIGN.findall(bare)
    )
    counted = (other for one in telling for other in one.values if other.kind in ("count", "year"))
    return bool(signs or units & known) and any(number == other.amount for other in counted)


def _number(written: str) -> str | None:
    """The bare number of an amount, without its unit."""
    digits = re.search(rf"\d[\d,]*(?:\.\d+)?(?:\s(?:{SCALE})\b)?", written, re.IGNORECASE)
    found = values(digits[0] if digits else written)
    return found[0].amount if found else None


def _written(reading: Reading, value: Value) -> str:
    return reading.text[value.start : value.end]


def _bare(written: str) -> str:
    """Without its qualifier."""
    begins = re.search(rf"[\d$€£]|\b(?:{MONTHS})\b", written)
    return " ".join((written[begins.start() :] if begins else written).split())
