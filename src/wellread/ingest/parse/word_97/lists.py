"""Numbers and bullets of lists in a Word 97-2003 document ([MS-DOC] 2.4.6.3, determining formatting of lists)."""

from collections import defaultdict
from dataclasses import dataclass

from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.roman_numerals import roman
from wellread.ingest.parse.word_97.text import TABLES_AT, WordFile

_LISTS, _USES = 73, 74
_LIST_SIZE, _USE_SIZE, _LEVEL_SIZE = 28, 16, 28
_NEW_START, _NEW_FORMAT = 0x10, 0x20
_SIMPLE = 0x01
_LEVELS = 9
_BULLET, _NONE = 23, 255
_LONGEST_MARKER = 30


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: int
    text: str
    """As shown; characters 0 to 8 stand for the number of that level."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A list as paragraphs refer to it, with the levels that begin anew there and at which number."""

    identifier: int
    restarts: tuple[tuple[int, int], ...] = ()


class Lists:
    """Counts list items as Word does: a shallower item starts the deeper ones again."""

    def __init__(self, file: WordFile) -> None:
        # Levels follow right behind the table of lists, which does not count them in its size.
        place = number(file.main, TABLES_AT + 8 * _LISTS)
        self._levels = _levels(file.table, place) if file.structure(_LISTS) else {}
        self._uses = _uses(file.structure(_USES))
        self._counts: dict[int, dict[int, int]] = defaultdict(dict)
        self._begun: set[int] = set()

    def marker(self, index: int, level: int) -> str:
        """`- ` for a bullet; for a counted item, which counts one up, what is shown: `3. `, `(b) `, `2.1 `."""
        use = self._uses[index - 1] if 0 < index <= len(self._uses) else _Use(0)
        levels = self._levels.get(use.identifier, ())
        if level >= len(levels):
            return "- "
        counts = self._counts[use.identifier]
        if index not in self._begun:
            self._begun.add(index)
            counts.update((restarted, start - 1) for restarted, start in use.restarts)
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if levels[level].kind in (_BULLET, _NONE):
            return "- "
        shown = "".join(
            _written(counts.get(ord(mark), levels[ord(mark)].start), levels[ord(mark)].kind)
            if ord(mark) < len(levels)
            else mark
            for mark in levels[level].text[:_LONGEST_MARKER]
        )
        return f"{shown.strip()} " if any(mark.isalnum() for mark in shown) else "- "


def _levels(table: bytes, start: int) -> dict[int, tuple[_Level, ...]]:
    """By the identifier of the list (2.9.147, LSTF), its one level or nine."""
    count = number(table, start, 2)
    at = start + 2 + count * _LIST_SIZE
    found: dict[int, tuple[_Level, ...]] = {}
    for place in range(start + 2, min(at, len(table)), _LIST_SIZE):
        levels: list[_Level] = []
        for _ in range(1 if number(table, place + 26, 1) & _SIMPLE else _LEVELS):
            level, at = _level(table, at)
            levels.append(level)
        found[number(table, place)] = tuple(levels)
    return found


def _level(stored: bytes, at: int) -> tuple[_Level, int]:
    """One level (2.9.150, LVL) and where what follows it begins."""
    text_at = at + _LEVEL_SIZE + number(stored, at + 24, 1) + number(stored, at + 25, 1)
    end = text_at + 2 + 2 * number(stored, text_at, 2)
    text = stored[text_at + 2 : end].decode("utf-16-le", "replace")
    return _Level(number(stored, at), number(stored, at + 4, 1), text), end


def _uses(stored: bytes) -> list[_Use]:
    """The lists that paragraphs refer to by their number (2.9.209, PlfLfo)."""
    count = max(0, min(number(stored, 0), (len(stored) - 4) // _USE_SIZE))
    at = 4 + _USE_SIZE * count
    uses: list[_Use] = []
    for place in range(4, at, _USE_SIZE):
        at += 4
        restarts: list[tuple[int, int]] = []
        for _ in range(min(number(stored, place + 12, 1), _LEVELS)):
            start, settings = number(stored, at), number(stored, at + 4)
            at += 8
            if settings & _NEW_FORMAT:
                level, at = _level(stored, at)
                start = level.start
            if settings & (_NEW_START | _NEW_FORMAT):
                restarts.append((settings & 0xF, start))
        uses.append(_Use(number(stored, place), tuple(restarts)))
    return uses


def _written(count: int, kind: int) -> str:
    """A number in the way of its level (MS-OSHARED 2.2.1.3, MSONFC)."""
    if kind in (1, 2):
        return roman(count).upper() if kind == 1 else roman(count)
    if kind in (3, 4) and 0 < count <= 26 * 26:
        letter = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if kind == 3 else letter
    return "" if kind in (_BULLET, _NONE) else str(count)
