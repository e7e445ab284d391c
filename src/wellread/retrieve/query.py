"""What somebody typed, as what to look for and where.

| typed | means |
| --- | --- |
| `"annual leave"` | these words, next to each other; nothing else, unless more is typed beside them |
| `source:handbook`, `source:"team wiki"` | only documents of this source |
| `after:2024`, `after:2024-03`, `after:2024-03-15` | only documents changed then or later |
| `before:2024-03` | only documents changed earlier than that |

All else is words. A filter has no space after its colon and a known name before it, so "Note: after: lunch" is words.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field

from wellread.errors import UsageError
from wellread.records.knowledge import Restriction

_FILTER = re.compile(r'(?<!\S)(source|after|before):(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LETTERS = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
SHORT = 5
"""Letters of the shortest word that is thought to be a slip."""
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»')


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart."""

    text: str
    """What both halves of the search are asked: all but the filters."""
    phrases: tuple[str, ...] = ()
    """What stood in quotation marks, in lower case with single spaces."""
    only_phrases: bool = False
    """Whether there is nothing beside them, so that a passage without them is not what was asked for."""
    restriction: Restriction = field(default_factory=Restriction)


def understood(typed: str) -> Query:
    """Raises UsageError for a filter on a date that is none."""
    found = {
        match[1].lower(): match[2] or match[3] or "" for match in _FILTER.finditer(typed) if _is_filter(match)
    }
    text = _FILTER.sub(lambda match: " " if _is_filter(match) else match[0], typed)
    quoted = (next(part for part in match.groups() if part) for match in _QUOTED.finditer(text))
    phrases = tuple(dict.fromkeys(folded for phrase in quoted if (folded := fold(phrase))))
    return Query(
        " ".join(text.split()),
        phrases,
        bool(phrases) and not _LETTERS.search(_QUOTED.sub(" ", text)),
        Restriction(
            source=found.get("source"),
            after=_date("after", found["after"]) if "after" in found else "",
            before=_date("before", found["before"]) if "before" in found else "",
        ),
    )


def doubtful(text: str) -> list[str]:
    """Words that may be slips of the finger: of SHORT letters or more, without figures, and no names as far as one can
    see: a capital inside a sentence begins one."""
    words = _LETTERS.findall(text)
    return list(
        dict.fromkeys(
            word
            for place, word in enumerate(words)
            if len(word) >= SHORT and (word.islower() or (place == 0 and word[1:].islower()))
        )
    )


def fold(text: str) -> str:
    """In lower case with single spaces, as phrases are compared."""
    return " ".join(text.lower().split())


def _is_filter(match: re.Match[str]) -> bool:
    return match[1].lower() == "source" or (match[2] or match[3])[:1].isdigit()


def _date(name: str, value: str) -> str:
    """The first moment of a year, month or day, as the catalogue writes times."""
    match = _DATE.fullmatch(value)
    year, month, day = (int(part or 1) for part in match.groups()) if match else (0, 0, 0)
    if not (year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise UsageError(
            f"{name}:{value} is not a date: write a year, a month or a day, "
            f"as in {name}:2024, {name}:2024-03 or {name}:2024-03-15"
        )
    return f"{year:04}-{month:02}-{day:02}"
