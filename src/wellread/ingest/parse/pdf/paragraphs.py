"""Lines in reading order to paragraphs, list items, code and tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from wellread.ingest.parse.pdf.lines import BULLET, Run
from wellread.ingest.parse.pdf.table import Table

_SENTENCE_END = re.compile(r"[.!?:;,][\"'”’)\]]*$")
_FULL_STOP = re.compile(r"[.!?:][\"'”’)\]]*$|[^\W\d_][.!?][\"'”’)\]]*\d{1,3}$")
"""The end of a sentence, also with the number of a footnote; no decimal point."""


_FIGURES = re.compile(
    r"(?:^|\s)(?:[$€£(]*\s?-?\d(?:[\d,.]*\d)?[)%]*|[—–-])\s+[$€£(]*\s?-?(?:\d(?:[\d,.]*\d)?|[—–-])\s?[)%]*$"
)
"""Two figures at the end of a line."""

_FEW = 8


@dataclass(frozen=True, slots=True)
class Code:
    """Lines in a typewriter font, with their indentation."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together. Words split at a line end are still split."""

    text: str
    """Lines are separated by line breaks."""
    lines: int
    size: float
    """Points from the descent to the ascent of its font."""
    bold: bool
    left: float
    """Points; where its first line begins."""


Element = Paragraph | Table | Code


def paragraphs(lines: Sequence[Run | Table | Code]) -> list[Element]:
    """Lines of one page grouped where distance, type, indentation, a bullet or another column breaks the flow."""
    only = [line for line in lines if isinstance(line, Run)]
    gaps = sorted(a.bottom - b.top for a, b in pairwise(only) if 0 < a.top - b.top < 4 * a.size)
    # Below the median, since in a page of headings and short paragraphs most gaps are wide.
    usual = gaps[len(gaps) * 3 // 10] if gaps else 0.0
    if len(gaps) < _FEW:
        # Too few to tell the distance of lines from that of paragraphs.
        usual = min([usual, *(0.25 * line.size for line in only)])
    made: list[Element] = []
    group: list[Run] = []
    for line in lines:
        if group and not (isinstance(line, Run) and not _breaks(group, line, usual)):
            made.append(_element(group))
            group = []
        if isinstance(line, Run):
            group.append(line)
        else:
            made.append(line)
    return [*made, _element(group)] if group else made


def _element(lines: list[Run]) -> Element:
    # Lines of figures must not run together, even where no gaps show the columns.
    if len(lines) > 2 and 3 * sum(bool(_FIGURES.search(line.text)) for line in lines) >= 2 * len(lines):
        return Table([], [[line.text] for line in lines])
    return Paragraph(
        text="\n".join(line.text for line in lines),
        lines=len(lines),
        size=lines[0].size,
        bold=all(line.bold for line in lines),
        left=lines[0].left,
    )


def _breaks(group: list[Run], line: Run, usual: float) -> bool:
    before = group[-1]
    if BULLET.match(line.text) or abs(line.size - before.size) > 0.12 * max(line.size, before.size):
        return True
    if before.bold and not line.words[0].bold:
        return True
    if line.bold and not before.words[-1].bold and not line.text[:1].islower():
        return True
    if line.top > before.top or line.left > before.right:
        # The next column: its first line goes on with a sentence that has not ended.
        return bool(_SENTENCE_END.search(before.text)) or not line.text[:1].islower()
    return before.bottom - line.top > usual + 0.4 * max(line.size, 1) or _begins_anew(group, line)


def _begins_anew(group: list[Run], line: Run) -> bool:
    """Whether an indentation, or the short end of the line before, shows a new paragraph."""
    left, right = min(run.left for run in group), max(run.right for run in group)
    size = line.size
    if BULLET.match(group[0].text):
        at_margin = line.left < group[0].left + 0.5 * size
        if at_margin and line.text[:1].isupper() and _had_room(group[-1], line):
            return True
        hanging = len(group) > 1 and group[1].left > group[0].left + 0.5 * size
        return line.left < group[0].left - 0.5 * size or (hanging and line.left < group[1].left - 0.5 * size)
    if not _FULL_STOP.search(group[-1].text):
        return False
    indented = (
        len(group) > 1 and group[-1].left < left + 0.3 * size and 0.6 * size < line.left - left < 5 * size
    )
    short = len(group) > 1 and group[-1].right < right - 0.25 * (right - left)
    return indented or (short and line.text[:1].isupper())


def _had_room(before: Run, line: Run) -> bool:
    """Whether the first word of a line would have fitted on the line before: the break is wanted."""
    first = line.words[0]
    return before.right + (first.right - first.left) + line.size < line.right
