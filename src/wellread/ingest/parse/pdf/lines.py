"""Words to runs, runs to lines: what stands together on one height of the page."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import sub

from wellread.ingest.parse.pdf.words import Word

NUMBER = re.compile(
    r"[^\w\s]{0,3}(?:US|CA|AU)?[$€£¥₹]?\s?[-–−+]?[$€£¥₹]?\s?\(?\d[\d,.’']*\s?[)%‰†‡*x]{0,3}"
    r"(?:\s(?:years?|months?|weeks?|days?|hours?|million|billion|thousand|bps|pts?|pp|USD|EUR|GBP|[kM]?g|[kcm]?m|[GMT]B))?"
    r"|[—–\-−]+\s?%?|n/?[am]",
    re.IGNORECASE,
)
"""A figure as tables print them: `$ (1,234)`, `12.5%`, `—`, `N/A`."""

BULLET = re.compile(r"(?:[-*•–·▪●○◦‣➢✓]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S")

WIDE = 0.85
_WIDE_AT_NUMBER = 0.5
_SPACE = 0.4
"""Gaps between words, in heights of their font, above which two cells of a table may begin."""


class Run:
    """Words that follow one another on one height without a wide gap: a line, or a cell of a table.

    It is not changed once made.
    """

    __slots__ = ("_text", "at", "bottom", "left", "right", "size", "top", "words")

    def __init__(self, words: tuple[Word, ...], at: int) -> None:
        self.words = words
        self.at = at
        """Place of its first word in the order of the file."""
        _, lefts, bottoms, rights, tops, *_ = zip(*words, strict=True)
        self.left: float = min(lefts)
        self.bottom: float = min(bottoms)
        self.right: float = max(rights)
        self.top: float = max(tops)
        heights = sorted(map(sub, tops, bottoms))
        self.size: float = heights[(len(heights) - 1) // 2]
        """Height of its font in points: that of the word in the middle by height."""
        self._text = ""

    @property
    def text(self) -> str:
        """Its words, with a space where one is meant."""
        if not self._text:
            self._text = _text(self.words)
        return self._text

    @property
    def is_number(self) -> bool:
        """Whether it is one figure as tables print them."""
        return NUMBER.fullmatch(self.text) is not None

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(word.bold for word in self.words)

    @property
    def fixed(self) -> bool:
        """Whether all of it is in a typewriter font."""
        return all(word.fixed for word in self.words)


Row = list[Run]
"""Runs of one height from left to right."""


def joined(runs: Iterable[Run]) -> Run:
    """One run of several, in their order."""
    several = list(runs)
    return Run(tuple(word for run in several for word in run.words), several[0].at)


def runs(words: Sequence[Word]) -> list[Run]:
    """The words of one direction as runs, in the order of the file."""
    made: list[Run] = []
    first = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or not _goes_on(words[at - 1], words[at]):
            made.append(Run(tuple(words[first:at]), first))
            first = at
    return made if words else []


def rows(of: Iterable[Run]) -> list[Row]:
    """Runs by height from the top of the page; superscripts are with what they stand at."""
    found: list[Row] = []
    for run in sorted(of, key=lambda run: -(run.top + run.bottom)):
        if found and same_height(max(found[-1], key=lambda other: other.size), run):
            found[-1].append(run)
        else:
            found.append([run])
    return [sorted(row, key=lambda run: run.left) for row in found]


def _text(words: tuple[Word, ...]) -> str:
    if not any(word.glued for word in words[1:]):
        return " ".join([word.text for word in words])
    pieces = [words[0].text]
    for before, word in pairwise(words):
        touching = word.glued and word.left - before.right <= 0.15 * (before.top - before.bottom)
        pieces.append(word.text if touching else f" {word.text}")
    return "".join(pieces)


def _goes_on(before: Word, word: Word) -> bool:
    gap = word.left - before.right
    size = before.top - before.bottom
    if 0 <= gap < _SPACE * size and before.bottom == word.bottom and not word.glued:
        return True
    height = word.top - word.bottom
    overlap = min(before.top, word.top) - max(before.bottom, word.bottom)
    if overlap <= 0.4 * min(size, height):
        return False
    size = max(size, height)
    if gap > _WIDE_AT_NUMBER * size and (_is_figure(before.text) or _is_figure(word.text)):
        return False
    return -0.6 * size <= gap < WIDE * size


def _is_figure(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None or text in "$€£¥₹()%"


def same_height(run: Run, other: Run) -> bool:
    """Whether two runs are of one row."""
    overlap = min(run.top, other.top) - max(run.bottom, other.bottom)
    return overlap > 0.5 * min(run.top - run.bottom, other.top - other.bottom)
