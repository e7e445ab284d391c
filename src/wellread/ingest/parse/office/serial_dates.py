"""Days and times as spreadsheets store them: numbers of days, of which the fraction is the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_LAST_DAY = 2_958_465  # 9999-12-31


@dataclass(frozen=True, slots=True)
class Clock:
    """Which parts of a moment are shown; `elapsed` is the unit that counts on: h, m or s."""

    year: bool
    month: bool
    day: bool
    time: bool
    elapsed: str


def show_moment(value: float, clock: Clock, *, date_1904: bool = False) -> str:
    """The day and time so many days after the workbook's first, in ISO 8601; nothing if there is no such day.

    Midnight is left out beside a date: programs write days without a time as moments.
    """
    seconds = round(value * 86_400)
    if clock.elapsed:
        return _elapsed(seconds, clock.elapsed)
    days = value + (1462 if date_1904 else 0)
    if not (0 if clock.time else 1) <= days <= _LAST_DAY:
        return ""
    # Excel counts a 29 February 1900 that never was.
    moment = datetime(1899, 12, 31 if days < 60 else 30) + timedelta(seconds=round(days * 86_400))
    time = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    if clock.time and (not (clock.year or clock.month or clock.day) or value < 1):
        return time
    year = f"{moment.year:04}"
    if clock.year and not clock.month and not clock.day and not clock.time:
        return year
    date = f"{year}-{moment:%m}" if not clock.day and not clock.time else f"{year}-{moment:%m-%d}"
    return f"{date} {time}" if clock.time and time != "00:00" else date


def _elapsed(seconds: int, unit: str) -> str:
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if unit == "s":
        return f"{sign}{seconds}"
    if unit == "m":
        return f"{sign}{seconds // 60}:{seconds % 60:02}"
    rest = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}{rest}"
