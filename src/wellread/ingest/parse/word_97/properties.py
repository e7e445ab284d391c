"""Properties of characters and paragraphs in a Word 97-2003 document ([MS-DOC] 2.4.6, applying properties).

table of pages (PlcBtePapx 2.8.6, PlcBteChpx 2.8.5) -> pages of 512 bytes (PapxFkp 2.9.175, ChpxFkp 2.9.33)
-> lists of changes to the style (2.2.5.2, Prl)
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.word_97.text import Spans, WordFile

_CHARACTER_PAGES, _PARAGRAPH_PAGES = 12, 13
_PAGE = 512
_PARAGRAPH_ENTRY = 13
_PAGE_NUMBER = 0x3F_FFFF

# 2.6, single property modifiers.
DELETED, HIDDEN, SYMBOL = 0x0800, 0x083C, 0x6A09
OUTLINE_LEVEL, LIST, LIST_LEVEL = 0x2640, 0x460B, 0x260A
IN_TABLE, ROW_END, ROW_IS_HEADER, ROW_CELLS = 0x2416, 0x2417, 0x3404, 0xD608
_HUGE = frozenset({0x6645, 0x6646})
_TABS = 0xC615

_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of an operand by the upper three bits of its modifier; 0 where the first byte says it."""

_SET = (b"\x01", b"\x81")
"""Set, or the opposite of what the style says, which hides no text."""

Changes = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class ParagraphProperties:
    """The index of the paragraph's style, and what it changes of it, by modifier."""

    style: int = 0
    changes: Changes | None = None

    def value(self, modifier: int) -> int | None:
        """The operand as a number, or None if it is not changed."""
        operand = self.changes.get(modifier) if self.changes else None
        return number(operand, 0, len(operand)) if operand is not None else None


def changes_of(modifiers: bytes) -> Changes:
    """Operands by modifier; of one that comes twice, the last."""
    return dict(_changes(modifiers))


def _changes(modifiers: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 < len(modifiers):
        code = number(modifiers, at, 2)
        at += 2
        size = _SIZES[code >> 13]
        if code == ROW_CELLS:
            size, at = max(number(modifiers, at, 2) - 1, 0), at + 2
        elif code == _TABS and modifiers[at] == 255:
            return  # Its length would have to be added up; nothing that is needed follows it.
        elif not size:
            size, at = modifiers[at], at + 1
        yield code, modifiers[at : at + size]
        at += size


class Paragraphs:
    """Properties of paragraphs by the byte where their last character is stored."""

    def __init__(self, file: WordFile) -> None:
        self._data = file.data
        found: list[tuple[int, int, bytes]] = []
        for page in _pages(file, _PARAGRAPH_PAGES):
            count = page[_PAGE - 1]
            for at in range(count):
                entry = 4 * (count + 1) + _PARAGRAPH_ENTRY * at
                start, end = number(page, 4 * at), number(page, 4 * at + 4)
                if entry < _PAGE and start < end:
                    found.append((start, end, _paragraph_entry(page, page[entry])))
        found.sort(key=lambda run: run[0])
        self._runs = found
        self._known: dict[bytes, ParagraphProperties] = {}

    def at(self, place: int) -> ParagraphProperties:
        """The properties of the paragraph that ends with the character stored at `place`."""
        at = bisect_right(self._runs, place, key=lambda run: run[0]) - 1
        if at < 0 or place >= self._runs[at][1]:
            return ParagraphProperties()
        stored = self._runs[at][2]
        if stored not in self._known:
            changes = changes_of(stored[2:])
            for modifier in _HUGE & changes.keys():
                # What is too long for a page is kept in a stream of its own (2.9.209, PrcData).
                place = number(changes[modifier], 0)
                changes |= changes_of(self._data[place + 2 : place + 2 + number(self._data, place, 2)])
            self._known[stored] = ParagraphProperties(number(stored, 0, 2), changes)
        return self._known[stored]


def altered_runs(file: WordFile) -> Spans:
    """Where text is stored that reads otherwise: the number of a symbol in its font, or 0 for what is not shown.

    Not shown are tracked deletions and hidden text.
    """
    found: Spans = []
    known: dict[bytes, int | None] = {}
    for start, end, modifiers in sorted(_character_entries(file)):
        if modifiers not in known:
            known[modifiers] = _shown_as(changes_of(modifiers))
        shown = known[modifiers]
        # Runs of damaged files may overlap: each byte counts once.
        first = max(start, found[-1][1] if found else 0)
        if shown is not None and first < end:
            found.append((first, end, shown))
    return found


def _shown_as(changes: Changes) -> int | None:
    if any(changes.get(modifier, b"")[:1] in _SET for modifier in (DELETED, HIDDEN)):
        return 0
    return number(changes[SYMBOL], 2, 2) if SYMBOL in changes else None


def _character_entries(file: WordFile) -> Iterator[tuple[int, int, bytes]]:
    for page in _pages(file, _CHARACTER_PAGES):
        count = page[_PAGE - 1]
        for at in range(count):
            entry = 4 * (count + 1) + at
            start, end = number(page, 4 * at), number(page, 4 * at + 4)
            if entry < _PAGE and start < end and page[entry]:
                offset = 2 * page[entry]
                yield start, end, page[offset + 1 : offset + 1 + page[offset]]


def _paragraph_entry(page: bytes, half: int) -> bytes:
    """Style and changes as stored (2.9.174, PapxInFkp): the length is in words, in one of two forms."""
    if not half:
        return b""
    at = 2 * half
    if page[at]:
        return page[at + 1 : at + 2 * page[at]]
    return page[at + 2 : at + 2 + 2 * page[at + 1]] if at + 1 < _PAGE else b""


def _pages(file: WordFile, index: int) -> Iterator[bytes]:
    """Each page that the table names, once."""
    table = file.structure(index)
    count = max(0, (len(table) - 4) // 8)
    numbers = (number(table, 4 * (count + 1) + 4 * at) & _PAGE_NUMBER for at in range(count))
    for page_number in dict.fromkeys(numbers):
        page = file.main[page_number * _PAGE : (page_number + 1) * _PAGE]
        if len(page) == _PAGE:
            yield page
