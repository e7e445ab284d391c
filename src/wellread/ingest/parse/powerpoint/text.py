"""Paragraphs of presentations: their text, and whether they are items of a list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wellread.ingest.parse.office.text import text_of
from wellread.ingest.parse.roman_numerals import roman
from wellread.ingest.parse.xml.elements import attribute, children, integer, local

if TYPE_CHECKING:
    from lxml.etree import _Element

# Properties, and the second rendering of what `Choice` already holds.
_SKIPPED = frozenset({"pPr", "rPr", "endParaRPr", "Fallback", "ctrlPr", "fPr", "dPr", "sSubPr", "sSupPr"})
_MAX_LEVEL = 8


def paragraph_text(paragraph: "_Element") -> str:
    """Runs, fields, breaks and formulas as text; fields with the slide's number or the date are left out."""
    return text_of(paragraph, _replaced)


def _replaced(element: "_Element") -> str | None:
    match local(element):
        case "br":
            return "\n"
        case "tab":
            return " "
        case "fld" if (attribute(element, "type") or "").startswith(("slidenum", "datetime")):
            return ""
        case name if name in _SKIPPED:
            return ""
    return None


class Bullets:
    """Tells list items of one shape from its other paragraphs, and counts them.

    `styles` are the lists of level styles that the shape takes from, its own first.
    """

    def __init__(self, styles: "Sequence[_Element]") -> None:
        self._styles = styles
        self._counts: dict[int, tuple[str, int]] = {}

    def item(self, paragraph: "_Element") -> tuple[str, int]:
        """The marker, such as `- ` or `2. `, and the level from 1; an empty marker outside lists."""
        own = paragraph.find("{*}pPr")
        level = min(max(integer(attribute(own, "lvl")) if own is not None else 0, 0), _MAX_LEVEL)
        kind = self._kind(own, level)
        for deeper in [at for at in self._counts if at > level]:
            del self._counts[deeper]
        if kind is None or local(kind) == "buNone":
            self._counts.pop(level, None)
            return "", level + 1
        if local(kind) != "buAutoNum":
            self._counts.pop(level, None)
            return "- ", level + 1
        scheme, start = attribute(kind, "type") or "arabicPeriod", integer(attribute(kind, "startAt"), 1)
        before, number = self._counts.get(level, (scheme, start - 1))
        number = number + 1 if before == scheme else start
        self._counts[level] = (scheme, number)
        return _marker(scheme, number), level + 1

    def _kind(self, own: "_Element | None", level: int) -> "_Element | None":
        levels = (style.find(f"{{*}}lvl{level + 1}pPr") for style in self._styles)
        for properties in (own, *levels):
            for child in children(properties) if properties is not None else ():
                if local(child) in ("buNone", "buChar", "buAutoNum", "buBlip"):
                    return child
        return None


def _marker(scheme: str, number: int) -> str:
    text = str(number)
    if scheme.startswith("alpha") and 1 <= number <= 26:
        text = chr(ord("a") + number - 1)
    elif scheme.startswith("roman"):
        text = roman(number)
    return f"{text.upper() if 'Uc' in scheme else text}. "
