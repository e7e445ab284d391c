"""Moments, and periods as terms that an index can look up.

A period of days is cut into blocks whose lengths are powers of two and which begin at a multiple of their length, at
most two of each length. A day lies in one block of each length. So whether a day is in a period is whether one of its
17 blocks is among the period's, of which there are as few: a search for terms, as permission is. A term of a past index
is a reader and a block, `group:hr@5.619`: that reader, on any of the 2**5 days from day 619 * 2**5 on.

Days are of UTC, counted from 1970; earlier ones count as its first, later ones than 2149 as its last.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from wellread.errors import UsageError

LEVELS = 16
LAST = (1 << LEVELS) - 1
_FIRST = date(1970, 1, 1).toordinal()

Period = tuple[str, str | None]
"""From a moment until before another one; None is from then on."""


def moment(value: str | date) -> str:
    """ISO 8601 UTC with microseconds, as the catalogue has it. A day alone is its last moment: what held when it ended.

    Raises UsageError for what is neither a day nor a moment.
    """
    if isinstance(value, str):
        try:
            is_day = len(value.strip()) <= len("2024-03-15")
            value = date.fromisoformat(value.strip()) if is_day else datetime.fromisoformat(value.strip())
        except ValueError:
            raise UsageError(
                f"{value!r} is no day or moment: write 2024-03-15, or 2024-03-15T12:00+01:00"
            ) from None
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.max, UTC)
    zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="microseconds")


def readers_within(readers: Iterable[str], periods: Iterable[Period]) -> frozenset[str]:
    """The terms of what `readers` may read and what held in `periods`; of a day in part, the whole."""
    blocks = {block for since, until in periods for block in _blocks(_day(since), _last(until))}
    return frozenset(f"{reader}@{block}" for reader in readers for block in blocks)


def readers_at(readers: Iterable[str], at: str) -> frozenset[str]:
    """The terms one of which is to be found: what one of `readers` may read and what held on that day."""
    day = _day(at)
    return frozenset(f"{reader}@{level}.{day >> level}" for reader in readers for level in range(LEVELS + 1))


def _day(at: str) -> int:
    days = date.fromisoformat(at[:10]).toordinal() - _FIRST
    return min(max(days, 0), LAST)


def _last(until: str | None) -> int:
    return LAST if until is None else _day(until)


def _blocks(first: int, last: int) -> Iterable[str]:
    """The largest blocks that together are the days from `first` to `last`, both included."""
    at = first
    while at <= last:
        level = (at & -at).bit_length() - 1 if at else LEVELS
        while at + (1 << level) - 1 > last:
            level -= 1
        yield f"{level}.{at >> level}"
        at += 1 << level
