"""The exact things a sentence states, in a form in which two of them can be compared.

    "within five working days"  ->  kind "working days", amount 5, bound "most"
    "1,200 euros"               ->  kind "EUR", amount 1200, bound "exact"

Two values that are written differently and say the same have the same kind and amount; kinds are never converted into
one another, so that 28 days and one month are neither equal nor different.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from wellread.screen.quantities import EMAIL, MONTHS, PHONE, URL

Bound = Literal["exact", "most", "least", "about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One exact thing: `text[start:end]`, its qualifier included."""

    kind: str
    """Currency code, `percent`, `minutes`, `days`, `working days`, `months`, `date`, `month`, `year`, `time`, `email`,
    `url`, `phone`, `count`, or a unit of measure."""
    amount: str
    """In one form for equal values: a number without its thousands marks, an ISO date, an address in small letters."""
    bound: Bound
    start: int
    end: int


_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
}
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORDS = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMBER = rf"(?:{_DIGITS}|(?:{_TENS})[\s-](?:one|two|three|four|five|six|seven|eight|nine)\b|(?:{_WORDS})\b)"
_CURRENCIES = {
    "$": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD", "€": "EUR", "eur": "EUR", "euros": "EUR",
    "euro": "EUR",    "£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF",
}  # fmt: skip
_SCALES = {
    "hundred": 100, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}  # fmt: skip
SCALE = "hundred|thousand|million|billion|trillion"
_TIMES = {
    "second": ("minutes", 1 / 60), "minute": ("minutes", 1), "hour": ("minutes", 60),
    "day": ("days", 1), "week": ("days", 7), "month": ("months", 1), "quarter": ("months", 3), "year": ("months", 12),
}  # fmt: skip
_MEASURES = (
    "kB|MB|GB|TB|kg|mg|µg|μg|g|km|cm|mm|nm|kW|kWh|Hz|kHz|MHz|GHz|dB|°C|°F|ml|miles?|kilomet(?:re|er)s?|met(?:re|er)s?|feet|ft"
    "|inch(?:es)?|acres?|hectares?|lit(?:re|er)s?|kilograms?|grams?|tonnes?|tons?|bar|bits?|bytes?|pixels?"
)
_SPELT_OUT = {
    "kilometre": "km", "kilometer": "km", "meter": "metre", "liter": "litre", "kilogram": "kg", "gram": "g",
    "feet": "ft", "inche": "inch", "μg": "µg",
}  # fmt: skip
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS.split("|"), start=1)}
_MONTH = rf"(?:{MONTHS}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"

_ADDRESSES = rf"(?P<email>(?<![\w.+-]){EMAIL})|(?P<url>{URL})|"
_REST = (
    rf"(?P<iso>(?<![\w.-])(?P<iy>\d{{4}})-(?P<im>\d\d)-(?P<id>\d\d)(?![\w-]))"
    rf"|(?P<dmy>(?<![\w.-])(?P<dd>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<dm>{_MONTH})(?:,?\s(?P<dy>\d{{4}})\b)?)"
    rf"|(?P<mdy>\b(?P<mm>{_MONTH})\s(?P<md>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<my>\d{{4}})\b)?)"
    rf"|(?P<monthyear>\b(?P<ym>{_MONTH})\s(?:of\s)?(?P<yy>\d{{4}})\b)"
    rf"|(?P<time>(?<![\w.:])(?:(?P<h>\d{{1,2}})[:.](?P<mi>\d\d)\s?(?P<ap>[AaPp]\.?[Mm]\b\.?)?|(?P<h2>\d{{1,2}})\s?(?P<ap2>[AaPp]\.?[Mm]\b\.?)))"
    rf"|(?P<phone>(?<![\w.])(?:{PHONE}|\+\d[\d\s()/-]{{6,18}}\d)(?![\w-]))"
    rf"|(?P<money>(?:[$€£]|\b(?:USD|EUR|GBP|CHF)\s?)\s?(?P<sum>{_DIGITS})(?:\s?(?P<scale>k|{SCALE}|m)\b)?"
    rf"|(?<![\w.-])(?P<sum2>{_NUMBER})(?:\s(?P<scale2>{SCALE}))?\s?(?P<unit>€|(?:euros?|dollars?|pounds|francs|USD|EUR|GBP|CHF)\b))"
    rf"|(?P<percent>(?<![\w.-])(?P<share>{_NUMBER})\s?(?:%|percent\b|per cent\b))"
    rf"|(?P<duration>(?<![\w.-])(?P<long>{_NUMBER})(?:\s\(\d+\))?[\s-](?P<working>(?:business|working|work|federal)\s)?(?:(?:calendar|consecutive|full|whole|more)\s)?"
    rf"(?P<period>second|minute|hour|day|week|month|quarter|year)s?\b)"
    rf"|(?P<measure>(?<![\w.-])(?P<size>{_DIGITS})\s?(?P<of>(?:{_MEASURES})(?!\w)))"
    rf"|(?P<count>(?<![\w.,/#-])(?P<number>{_NUMBER})(?:\s(?P<scale3>{SCALE})s?\b)?(?![\w-]|[.,:/]\d))"
)  # fmt: skip
_PATTERN = re.compile(_REST, re.IGNORECASE)
_PATTERN_WITH_ADDRESSES = re.compile(_ADDRESSES + _REST, re.IGNORECASE)
_HINT = re.compile(rf"[\d@]|://|\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
"""What every value has one of: most sentences have none, and the long pattern is slow."""
_PLACE = re.compile(
    r"(?:section|chapter|page|step|figure|fig|table|form|version|release|article|rule|level|grade|band|tier|class|type|no|"
    r"number|room|building|floor|phase|part|appendix|annex|paragraph|line|item|option|stage|day|week|year|windows|python|"
    r"circular|ticket|issue|case|question|port|scale|category|group|zone|schedule|act|title|code|model|series)\.?\s$",
    re.IGNORECASE,
)
"""What makes the number after it a name instead of an amount."""
_CAPITAL = re.compile(r"\w.*\W[A-Z]\w*\s$", re.DOTALL)
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("most", r"at most|up to|(?:no|not|never) (?:more|later|longer|older|greater|higher) than|maximum of|"
             r"(?:less|fewer|earlier|lower|smaller|shorter|younger) than|under|below|"
             r"within|until|before|prior to|by|(?:not|never|cannot|n['’]t) exceed(?:ing)?"),
    ("least", r"at least|(?:no|not|never) (?:fewer|less|earlier|lower) than|minimum of|"
              r"(?:more|greater|higher|larger|longer|older|later) than|over|above|from|after|since"
              r"|exceed(?:s|ing|ed)?"),
    ("about", r"about|around|approximately|roughly|nearly|almost|some|typically"),
)  # fmt: skip
_BOUND = re.compile(
    r"\b(?:"
    + "|".join(rf"(?P<{name}>{words})" for name, words in _BOUNDS)
    + r")\s(?:the\s|an?\s|total\sof\s)*$",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    r"\s(?:or|and)\s(?:(?P<least>more|above|over|older|later|longer|greater|higher|larger)"
    r"|(?P<most>less|fewer|below|under|younger|earlier|shorter|lower|smaller))\b",
    re.IGNORECASE,
)
_BEFORE = 24
"""Characters before a value that are looked at for its qualifier."""


def values(text: str) -> list[Value]:
    """The exact things of `text` in their order, without overlap. Numbers that are names (`section 4`) are none."""
    return list(_values(text)) if _HINT.search(text) else []


def _values(text: str) -> Iterator[Value]:
    pattern = _PATTERN_WITH_ADDRESSES if "@" in text or "://" in text else _PATTERN
    for match in pattern.finditer(text):
        kind = next(name for name in _READERS if match.groupdict().get(name))
        read = _READERS[kind](match)
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if read is None or (kind in ("count", "time") and _is_a_name(before)):
            continue
        qualifier = _BOUND.search(before)
        said = qualifier or _BOUND_AFTER.match(text, match.end())
        bound: Bound = next((name for name, _ in _BOUNDS if said and said.groupdict().get(name)), "exact")
        start = match.start() - (len(qualifier[0]) if qualifier else 0)
        yield Value(kind=read[0], amount=read[1], bound=bound, start=start, end=match.end())


def _is_a_name(before: str) -> bool:
    """`section 4`, and `Topic 1.1`: a number right after a word with a capital inside a sentence belongs to it."""
    return _PLACE.search(before) is not None or _CAPITAL.search(before) is not None


def day_of(value: Value) -> date | None:
    """The last day that a `date`, `month` or `year` names; None for other values and for dates without a year."""
    if value.kind == "year":
        return date(int(value.amount), 12, 31)
    if value.kind == "month":
        year, month = map(int, value.amount.split("-"))
        return date(year + month // 12, month % 12 + 1, 1).fromordinal(
            date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        )
    if value.kind == "date" and not value.amount.startswith("--"):
        return date.fromisoformat(value.amount)
    return None


def _amount(text: str, factor: float = 1) -> str:
    words = [_NUMBER_WORDS.get(word) for word in re.split(r"[\s-]", text.lower())]
    number = sum(word or 0 for word in words) if None not in words else float(text.replace(",", ""))
    return f"{number * factor:.10g}"


def _money(match: re.Match[str]) -> tuple[str, str] | None:
    written = match["sum"] or match["sum2"]
    scale = _SCALES.get((match["scale"] or match["scale2"] or "").lower(), 1)
    unit = (match["unit"] or match[0].split(written)[0]).strip().lower()
    return _CURRENCIES[unit], _amount(written, scale)


def _unit(written: str) -> str:
    unit = written.lower().removesuffix("s")
    return _SPELT_OUT.get(unit, unit)


def _duration(match: re.Match[str]) -> tuple[str, str] | None:
    kind, factor = _TIMES[match["period"].lower()]
    if match["working"] and match["period"].lower() == "day":
        kind = "working days"
    return kind, _amount(match["long"], factor)


def _day(year: str | None, month: str, day: str) -> tuple[str, str] | None:
    number = _MONTH_NUMBERS.get(month[:3].lower()) or int(month)
    try:
        named = date(int(year or 2000), number, int(day))
    except ValueError:
        return None
    return "date", named.isoformat() if year else f"--{named:%m-%d}"


def _clock(match: re.Match[str]) -> tuple[str, str] | None:
    hour, half = int(match["h"] or match["h2"]), (match["ap"] or match["ap2"] or "").lower().replace(".", "")
    minute = int(match["mi"] or 0)
    if hour > 24 or minute > 59 or (not half and match[0][len(match["h"] or "")] == "."):
        return None
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    return "time", f"{hour:02}:{minute:02}"


def _count(match: re.Match[str]) -> tuple[str, str] | None:
    written = match["number"]
    if written.lower() in ("one", "zero") and not match["scale3"]:
        return None  # more often a pronoun than an amount
    if match["scale3"]:
        return "count", _amount(written, _SCALES[match["scale3"].lower()])
    if re.fullmatch(r"(?:19|20)\d\d", written):
        return "year", written
    return "count", _amount(written)


_READERS = {
    "email": lambda match: ("email", match[0].lower()),
    "url": lambda match: (
        "url",
        match[0].rstrip("/").removeprefix("http://").removeprefix("https://").lower(),
    ),
    "iso": lambda match: _day(match["iy"], match["im"], match["id"]),
    "dmy": lambda match: _day(match["dy"], match["dm"], match["dd"]),
    "mdy": lambda match: _day(match["my"], match["mm"], match["md"]),
    "monthyear": lambda match: ("month", f"{match['yy']}-{_MONTH_NUMBERS[match['ym'][:3].lower()]:02}"),
    "time": _clock,
    "phone": lambda match: ("phone", re.sub(r"\D", "", match["phone"])),
    "money": _money,
    "percent": lambda match: ("percent", _amount(match["share"])),
    "duration": _duration,
    "measure": lambda match: (_unit(match["of"]), _amount(match["size"])),
    "count": _count,
}
