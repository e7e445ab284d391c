"""What a Word paragraph is: a heading, a list item or plain, from its properties and its styles."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import attribute, integer

if TYPE_CHECKING:
    from lxml.etree import _Element

_BODY_TEXT = 9
"""The outline level that means "not in the outline"."""


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """`heading` is 1 to 6 or 0; `list_id` names a numbering, empty outside lists; `list_level` from 0."""

    heading: int = 0
    is_title: bool = False
    list_id: str = ""
    list_level: int = 0


def _value(properties: "_Element | None", path: str) -> str | None:
    found = properties.find(path) if properties is not None else None
    return attribute(found, "val") if found is not None else None


class Styles:
    """The paragraph styles of `styles.xml`."""

    def __init__(self, root: "_Element | None") -> None:
        self._by_id: dict[str, _Element] = {}
        for style in root.iterchildren("{*}style") if root is not None else ():
            self._by_id.setdefault(attribute(style, "styleId") or "", style)

    def of(self, paragraph: "_Element") -> ParagraphStyle:
        """The paragraph's own properties first, then its style, then the styles that one is based on."""
        own = paragraph.find("{*}pPr")
        chain = list(self._chain(_value(own, "{*}pStyle")))
        properties = [p for p in (own, *(style.find("{*}pPr") for style in chain)) if p is not None]
        names = [(_value(style, "{*}name") or "").lower() for style in chain]
        list_id = next((v for p in properties if (v := _value(p, "{*}numPr/{*}numId"))), "")
        level = next((v for p in properties if (v := _value(p, "{*}numPr/{*}ilvl"))), "0")
        return ParagraphStyle(
            heading=_heading(names, properties),
            is_title=names[:1] == ["title"],
            list_id="" if list_id == "0" else list_id,
            list_level=min(integer(level), 8),
        )

    def _chain(self, style_id: str | None) -> Iterator["_Element"]:
        seen: set[str] = set()
        while style_id and style_id not in seen and style_id in self._by_id:
            seen.add(style_id)
            yield self._by_id[style_id]
            style_id = _value(self._by_id[style_id], "{*}basedOn")


def _heading(names: list[str], properties: list["_Element"]) -> int:
    if names[:1] == ["title"]:
        return 1
    for name in names:
        if numbered := re.fullmatch(r"heading (\d)", name):
            return min(max(int(numbered.group(1)), 1), 6)
    outline = next((v for p in properties if (v := _value(p, "{*}outlineLvl"))), None)
    level = integer(outline, _BODY_TEXT)
    return 0 if level >= _BODY_TEXT else min(level + 1, 6)


class Numbering:
    """Counts list items as Word does: a shallower item starts the deeper ones again."""

    def __init__(self, root: "_Element | None") -> None:
        self._formats: dict[tuple[str, int], tuple[str, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is None:
            return
        abstract = {attribute(a, "abstractNumId"): a for a in root.iterchildren("{*}abstractNum")}
        for num in root.iterchildren("{*}num"):
            levels = abstract.get(_value(num, "{*}abstractNumId"))
            for level in levels.iterchildren("{*}lvl") if levels is not None else ():
                key = (attribute(num, "numId") or "", integer(attribute(level, "ilvl")))
                start = integer(_value(level, "{*}start"), 1)
                self._formats[key] = (_value(level, "{*}numFmt") or "bullet", start)

    def marker(self, style: ParagraphStyle) -> str:
        """`- ` for a bullet, `3. ` or `c. ` for a counted item, which counts one up."""
        kind, start = self._formats.get((style.list_id, style.list_level), ("bullet", 1))
        if kind in ("bullet", "none"):
            return "- "
        counts = self._counts[style.list_id]
        number = counts.get(style.list_level, start - 1) + 1
        for deeper in [level for level in counts if level > style.list_level]:
            del counts[deeper]
        counts[style.list_level] = number
        if kind in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
            letter = "abcdefghijklmnopqrstuvwxyz"[number - 1]
            return f"{letter if kind == 'lowerLetter' else letter.upper()}. "
        return f"{number}. "
