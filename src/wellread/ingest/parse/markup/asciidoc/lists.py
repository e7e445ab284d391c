"""The lists of AsciiDoc that are open where the text is being read."""

import re
from dataclasses import dataclass

ITEM = re.compile(
    r"(\s*)(?:(\*{1,6}|-|\.{1,6}|•)|(\d{1,9}[.)]|[A-Za-z][.)]|[ivxIVX]{1,8}\))|<(\d{1,3}|\.)>)\s+(?=\S)(.*)"
)
TERM = re.compile(r"(\s*)(\S.*?)(:{2,4}|;;)(?:\s+(.*)|$)")


@dataclass(slots=True)
class _Open:
    marker: str
    indent: int
    count: int


class OpenLists:
    """Depth and numbers of items. A list is told from the one around it by its marker, or by its indent."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    @property
    def depth(self) -> int:
        """How many lists are open."""
        return len(self._open)

    def has(self, marker: str) -> bool:
        """Whether a list of this kind is open."""
        return any(each.marker == marker for each in self._open)

    def close(self) -> None:
        """What comes next is in no list."""
        self._open.clear()

    def enter(self, marker: str, indent: int, start: int) -> int:
        """An item that begins with `marker`; its number in a list that counts by itself, from `start`."""
        alike = (at for at, each in enumerate(self._open) if each.marker == marker and each.indent >= indent)
        at = next(alike, None)
        if at is None:
            self._open.append(_Open(marker, indent, start - 1))
        else:
            del self._open[at + 1 :]
        self._open[-1].count += 1
        return self._open[-1].count


def kind_of(marker: str) -> str:
    """What the markers of one list have in common."""
    if marker[:1].isdigit():
        return "1" + marker[-1]
    return "a" + marker[-1] if marker[:1].isalpha() else marker
