"""The numbers of OpenDocument list items and headings (ODF 1.3 part 3, 5.3 and 16.30)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wellread.ingest.parse.opendocument.styles import MAX_LEVEL, Level, Styles
from wellread.ingest.parse.roman_numerals import roman
from wellread.ingest.parse.xml.elements import attribute, integer, local

if TYPE_CHECKING:
    from lxml.etree import _Element


class Counter:
    """Numbers of one list, or of the headings: the last one of every level."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def restart(self, level: int) -> None:
        """Begin this level and the deeper ones again."""
        self._counts = {number: count for number, count in self._counts.items() if number < level}

    def next(self, level: int, numbering: Callable[[int], Level], start: str | None = None) -> str:
        """The label of the next item, such as `2.`, `(c)` or `1.2`; nothing where the level shows none."""
        how = numbering(level)
        following = self._counts[level] + 1 if level in self._counts else how.start
        # Levels that were passed over count as if they had an item.
        self._counts = {each: numbering(each).start for each in range(1, level)} | self._counts
        self._counts[level] = integer(start, following)
        self.restart(level + 1)
        if not how.format:
            return ""
        shown = range(max(level - how.shown + 1, 1), level + 1)
        numbers = [(self._counts[each], numbering(each).format) for each in shown]
        return how.prefix + ".".join(_formatted(*number) for number in numbers if number[1]) + how.suffix


@dataclass(slots=True)
class _Open:
    style: str
    counter: Counter
    lists_in_item: int = 0


class OpenLists:
    """The lists that are open where the document is being read, outermost first."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._open: list[_Open] = []
        self._waiting: _Element | None = None
        self._by_id: dict[str, Counter] = {}
        self._last_of: dict[str, Counter] = {}

    @property
    def depth(self) -> int:
        """How many lists are open."""
        return len(self._open)

    def open(self, element: "_Element") -> None:
        """Enter a list: a deeper level of the one around it, one that goes on, or a new one."""
        style = attribute(element, "style-name") or (self._open[-1].style if self._open else "")
        goes_on = attribute(element, "continue-numbering") == "true"
        if self._open:
            counter = self._open[-1].counter
            # A first list in an item may go on from the item before, where that one has no text of its own.
            if self._open[-1].lists_in_item and not goes_on:
                counter.restart(self.depth + 1)
            self._open[-1].lists_in_item += 1
        else:
            earlier = self._by_id.get(attribute(element, "continue-list") or "")
            counter = earlier or (self._last_of.get(style) if goes_on else None) or Counter()
            self._last_of[style] = counter
            if name := attribute(element, "id"):
                self._by_id[name] = counter
        self._open.append(_Open(style, counter))

    def close(self) -> None:
        """Leave the innermost list."""
        self._open.pop()
        self._waiting = None

    def start_item(self, item: "_Element") -> None:
        """Enter an item; the first paragraph in it takes its marker, a list's header has none."""
        self._waiting = item if local(item) == "list-item" else None
        self._open[-1].lists_in_item = 0

    def take_label(self) -> str:
        """The label of the item whose first paragraph this is, such as `2.`; nothing for another paragraph."""
        item, self._waiting = self._waiting, None
        if item is None:
            return ""
        innermost = self._open[-1]
        levels = partial(self._styles.list_level, innermost.style)
        label = innermost.counter.next(min(self.depth, MAX_LEVEL), levels, attribute(item, "start-value"))
        # Some writers store the label as text.
        return (item.findtext("{*}number") or label).strip()

    def take_marker(self) -> str:
        """As `take_label`, with what parts it from the text; a dash where the item shows a bullet."""
        if self._waiting is None:
            return ""
        label = self.take_label()
        if not label:
            return "- "
        return f"{label}. " if re.search(r"\w$", label) else f"{label} "


def _formatted(number: int, form: str) -> str:
    if form in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord(form) + letter) + letters
        return letters
    if form in ("i", "I"):
        return roman(number) if form == "i" else roman(number).upper()
    return str(number)
