"""The small markup of the source texts: one block after another, nothing nested.

# Title            ## Heading
- item             1. item
| a | b |          the first row of a table is its header
anything else      a paragraph, which is one line
"""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["title", "heading", "paragraph", "bullets", "numbers", "table"]

_STARTS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"# "), "title"),
    (re.compile(r"## "), "heading"),
    (re.compile(r"- "), "bullets"),
    (re.compile(r"\d+\. "), "numbers"),
    (re.compile(r"\|"), "table"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block. A title, heading or paragraph is one row of one cell; a list has one cell per row."""

    kind: Kind
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The first cell, which is all there is of a title, heading or paragraph."""
        return self.rows[0][0]


def parse(source: str) -> list[Block]:
    """The blocks of a source text, in order. Its first block is the title; ValueError when it is not."""
    blocks: list[Block] = []
    for (kind, _), lines in groupby(enumerate(source.splitlines()), _group):
        if kind:
            blocks.append(Block(kind, tuple(_cells(kind, line) for _, line in lines)))
    if not blocks or blocks[0].kind != "title":
        raise ValueError(f"a source text begins with '# ' and its title, not with {source[:40]!r}")
    return blocks


def _group(numbered: tuple[int, str]) -> tuple[Kind | None, int]:
    """Neighbouring lines of one list or table belong together; every other line stands alone."""
    number, line = numbered
    if not line.strip():
        return None, 0
    kind: Kind = next((kind for start, kind in _STARTS if start.match(line)), "paragraph")
    return kind, 0 if kind in {"bullets", "numbers", "table"} else number


def _cells(kind: Kind, line: str) -> tuple[str, ...]:
    if kind == "table":
        return tuple(cell.strip() for cell in line.strip()[1:-1].split("|"))
    if kind == "paragraph":
        return (line.strip(),)
    return (line.split(" ", 1)[1].strip(),)
