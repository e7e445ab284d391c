"""Styles of a Word 97-2003 document ([MS-DOC] 2.9.271, STSH): which are headings, titles and lists."""

from collections.abc import Iterator
from dataclasses import dataclass

from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.word_97.properties import (
    LIST,
    LIST_LEVEL,
    OUTLINE_LEVEL,
    Changes,
    ParagraphProperties,
    changes_of,
)
from wellread.ingest.parse.word_97.text import WordFile

_STYLES = 1
_BODY_TEXT = 9
"""The outline level that means "not in the outline"."""
_PARAGRAPH_STYLE = 1
_NO_BASE = 0xFFF
_TITLE = 62
"""The built-in style of that number (2.9.260, sti); 1 to 9 are the headings."""
_LAST_LIST = 0x7FE


@dataclass(frozen=True, slots=True)
class _Style:
    built_in: int
    base: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class ParagraphKind:
    """`heading` is 1 to 6 or 0; `list_index` counts from 1, 0 outside lists; `list_level` from 0."""

    heading: int = 0
    is_title: bool = False
    list_index: int = 0
    list_level: int = 0


class Styles:
    """The paragraph styles of a document; one that is damaged counts as plain."""

    def __init__(self, file: WordFile) -> None:
        self._styles = list(_read(file.structure(_STYLES)))
        self._known: dict[int, ParagraphKind] = {}

    def kind_of(self, paragraph: ParagraphProperties) -> ParagraphKind:
        """The paragraph's own properties first, then its style, then the styles that one is based on."""
        style = self._known.get(paragraph.style)
        if style is None:
            style = self._known[paragraph.style] = self._kind(paragraph.style)
        outline = paragraph.value(OUTLINE_LEVEL)
        index, level = paragraph.value(LIST), paragraph.value(LIST_LEVEL)
        list_index = style.list_index if index is None else index
        return ParagraphKind(
            style.heading if outline is None else _heading(outline),
            style.is_title,
            list_index if list_index <= _LAST_LIST else 0,
            min(style.list_level if level is None else level, 8),
        )

    def _kind(self, index: int) -> ParagraphKind:
        chain = list(self._chain(index))
        if not chain:
            return ParagraphKind()
        named = next((min(style.built_in, 6) for style in chain if 1 <= style.built_in <= 9), 0)
        is_title = chain[0].built_in == _TITLE
        outline = _first(chain, OUTLINE_LEVEL, _BODY_TEXT)
        return ParagraphKind(
            1 if is_title else named or _heading(outline),
            is_title,
            _first(chain, LIST, 0),
            _first(chain, LIST_LEVEL, 0),
        )

    def _chain(self, index: int) -> Iterator[_Style]:
        seen: set[int] = set()
        while index not in seen and index < len(self._styles):
            seen.add(index)
            yield self._styles[index]
            index = self._styles[index].base


def _heading(outline: int) -> int:
    return 0 if outline >= _BODY_TEXT else min(outline + 1, 6)


def _first(chain: list[_Style], modifier: int, default: int) -> int:
    """What the first style that says something says."""
    found = (style.changes[modifier] for style in chain if modifier in style.changes)
    operand = next(found, None)
    return number(operand, 0, len(operand)) if operand is not None else default


def _read(sheet: bytes) -> Iterator[_Style]:
    head = number(sheet, 0, 2)
    count, fixed = number(sheet, 2, 2), number(sheet, 4, 2)
    at = 2 + head
    for _ in range(count):
        size = number(sheet, at, 2)
        yield _style(sheet[at + 2 : at + 2 + size], fixed)
        at += 2 + size + size % 2


def _style(stored: bytes, fixed: int) -> _Style:
    """One style (2.9.260, STD): fixed part, name, and for each kind of properties its changes."""
    built_in, base = number(stored, 0, 2) & 0xFFF, number(stored, 2, 2)
    if base & 0xF != _PARAGRAPH_STYLE:
        return _Style(0, _NO_BASE, {})
    changes_at = fixed + 2 + 2 * number(stored, fixed, 2) + 2
    size = number(stored, changes_at, 2)
    return _Style(built_in, base >> 4, changes_of(stored[changes_at + 4 : changes_at + 2 + size]))
