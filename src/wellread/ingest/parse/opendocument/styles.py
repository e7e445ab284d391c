"""What OpenDocument styles say of a paragraph, and how they number lists and headings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import attribute, children, integer, local

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_LEVEL = 10
"""List levels of the standard; what is nested deeper counts as this one."""

_LONGEST_CHAIN = 20
"""Styles based on one another."""

_FAMILIES = {"p": "paragraph", "h": "paragraph", "span": "text"}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list or of the headings is numbered; `format` is empty for no number."""

    format: str
    start: int = 1
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    """How many levels the number shows: 2 for `1.2`."""


_NO_NUMBER = Level("")


@dataclass(frozen=True, slots=True)
class _Style:
    names: tuple[str, ...]
    """It and those it is based on, such as `P3`, `Heading_20_1`, `Heading`."""
    is_hidden: bool
    list_name: str
    """The list that paragraphs of the style belong to; empty for none, not even the headings' numbering."""


class Styles:
    """Paragraph, text and list styles; of two with one name the last counts."""

    def __init__(self, lists: "Iterable[_Element]") -> None:
        self._styles: dict[tuple[str, str], _Element] = {}
        self._known: dict[tuple[str, str], _Style] = {}
        self._levels: dict[tuple[str, int], Level] = {}
        self._outline: dict[int, Level] = {}
        for style in (child for styles in lists for child in children(styles)):
            name = attribute(style, "name") or ""
            match local(style):
                case "style":
                    self._styles[attribute(style, "family") or "", name] = style
                case "list-style":
                    self._levels |= {(name, number): level for number, level in _levels(style)}
                case "outline-style":
                    self._outline |= dict(_levels(style))

    def is_title(self, paragraph: "_Element") -> bool:
        """Whether the paragraph's style, or the one its own formatting is based on, is the title's."""
        names = self._of(paragraph).names
        return "Title" in names[:2] and names[0] != "Subtitle"

    def is_code(self, paragraph: "_Element") -> bool:
        """Whether the paragraph's white space counts."""
        return "Preformatted_20_Text" in self._of(paragraph).names

    def is_hidden(self, element: "_Element") -> bool:
        """Whether the element or its style says that it is not shown."""
        if _says_hidden(element) or self._of(element).is_hidden:
            return True
        return any(_says_hidden(mark) for mark in element.iterchildren("{*}hidden-paragraph"))

    def is_unnumbered(self, heading: "_Element") -> bool:
        """Whether a heading stays out of the numbering: by itself, or by a style that names no list."""
        return attribute(heading, "is-list-header") == "true" or not self._of(heading).list_name

    def list_level(self, list_style: str, number: int) -> Level:
        """How a list numbers one of its levels, from 1."""
        return self._levels.get((list_style, number), _NO_NUMBER)

    def heading_level(self, number: int) -> Level:
        """How headings of a level are numbered, from 1."""
        return self._outline.get(number, _NO_NUMBER)

    def _of(self, element: "_Element") -> _Style:
        key = (_FAMILIES.get(local(element), ""), attribute(element, "style-name") or "")
        if key not in self._known:
            self._known[key] = self._resolved(*key)
        return self._known[key]

    def _resolved(self, family: str, name: str) -> _Style:
        names = [name]
        chain: list[_Element] = []
        while (family, names[-1]) in self._styles and len(names) < _LONGEST_CHAIN:
            chain.append(self._styles[family, names[-1]])
            names.append(attribute(chain[-1], "parent-style-name") or "")
        properties = (style.find("{*}text-properties") for style in chain)
        shown = (attribute(each, "display") for each in properties if each is not None)
        lists = (attribute(style, "list-style-name") for style in chain)
        return _Style(
            names=tuple(names),
            is_hidden=next((value for value in shown if value), "") == "none",
            list_name=next((name for name in lists if name is not None), "Outline"),
        )


def _says_hidden(element: "_Element") -> bool:
    for key, value in element.attrib.items():
        name = str(key).rpartition("}")[2]
        if (name == "display" and value == "none") or (name == "is-hidden" and value == "true"):
            return True
    return False


def _levels(style: "_Element") -> Iterator[tuple[int, Level]]:
    for level in children(style):
        # Bullets have no format.
        how = Level(
            format=attribute(level, "num-format") or "",
            start=integer(attribute(level, "start-value"), 1),
            prefix=attribute(level, "num-prefix") or "",
            suffix=attribute(level, "num-suffix") or "",
            shown=max(integer(attribute(level, "display-levels"), 1), 1),
        )
        yield integer(attribute(level, "level")), how
