"""A passage as a miner reads it: its statements, tables and labelled lines, each with exact spans."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wellread.curate.clause import Clause, parse
from wellread.curate.plain import Plain, plain
from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences

_LINE = re.compile(r"[^\n]*(?:\n|$)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+|\s{0,3}\*\*(?=[^*]+\?\*\*\s*$)")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s+|\s*<li>\s*")
_SEPARATOR = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_NAMES_A_COLUMN = re.compile(r"[^\W\d][^\d:.@$%]{1,30}")
"""What a first row must look like in every cell to be a header where no line sets it off."""
_UNMARKED_HEADING = re.compile(r"[^\n:|]{3,90}[^\n.:;,!|]\s*")
_FRONT_MATTER = re.compile(r"---\s*\n.*?\n---\s*(?:\n|$)", re.DOTALL)
_LABEL = re.compile(r"^(?P<label>[A-Z][^:.?!]{2,60}?)(?P<colon>\s*:|\s+[-–—])\s+(?P<value>\S.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence. `plain.text` is what a person reads; `plain.origins` point into the passage's text."""

    plain: Plain
    heading: str
    """The nearest heading above it; empty for none."""
    first: bool
    """Whether it is the first sentence below that heading."""
    item: bool
    """Whether it stands in a list."""
    clause: Clause | None
    """Its parts, where it parses."""

    @property
    def text(self) -> str:
        return self.plain.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Header texts, and rows of cells. Every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A line `label: value`."""

    label: str
    value: Plain
    line: Plain
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a passage says, part by part."""

    passage: Passage
    statements: tuple[Statement, ...]
    tables: tuple[Table, ...]
    labelled: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    """heading, paragraph, item or table."""
    start: int
    end: int


def outline(passage: Passage) -> Outline:
    """Read `passage`. Front matter and code blocks are passed over."""
    heading = plain(passage.heading[-1]).text if passage.heading else ""
    statements: list[Statement] = []
    tables: list[Table] = []
    labelled: list[Labelled] = []
    first = True
    for block in _with_unmarked_headings(passage.text, list(_blocks(passage.text))):
        raw = passage.text[block.start : block.end]
        if block.kind == "heading":
            heading, first = plain(raw).text.strip("# "), True
        elif block.kind == "table":
            tables.extend(_table(passage.text, block, heading))
        else:
            view = plain(raw, block.start)
            label = _labelled(view, heading)
            if label is not None:
                labelled.append(label)
            for start, end in sentences(view.text):
                part = Plain(view.text[start:end], view.origins[start:end])
                item, clause = block.kind == "item", parse(part.text)
                statements.append(
                    Statement(plain=part, heading=heading, first=first, item=item, clause=clause)
                )
                first = False
    return Outline(
        passage=passage, statements=tuple(statements), tables=tuple(tables), labelled=tuple(labelled)
    )


def _with_unmarked_headings(text: str, blocks: list[_Block]) -> Iterator[_Block]:
    """A short line of its own before other text is a heading, as parsed documents carry them."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        line = text[block.start : block.end]
        alone = block.kind == "paragraph" and following is not None and following.kind != "heading"
        is_heading = alone and len(line.split()) <= 14 and _UNMARKED_HEADING.fullmatch(line) is not None
        yield _Block("heading", block.start, block.end) if is_heading else block


def _blocks(text: str) -> Iterator[_Block]:
    front = _FRONT_MATTER.match(text)
    open_block: _Block | None = None
    fenced = False
    for match in _LINE.finditer(text, front.end() if front else 0):
        line, start, end = match.group(), match.start(), match.end()
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        kind = "blank" if fenced or line.lstrip().startswith(("```", "~~~")) else _kind(line)
        item = _ITEM.match(line)
        continues = open_block is not None and (
            (kind == "paragraph" and open_block.kind in ("paragraph", "item"))
            or (kind == open_block.kind == "table")
        )
        if continues and open_block is not None:
            open_block = _Block(open_block.kind, open_block.start, end)
            continue
        if open_block is not None:
            yield open_block
        open_block = None
        if kind != "blank":
            open_block = _Block(kind, item.end() + start if item and kind == "item" else start, end)
        if open_block is not None and kind == "heading":
            yield open_block
            open_block = None
    if open_block is not None:
        yield open_block


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _HEADING.match(line):
        return "heading"
    if (
        line.lstrip().startswith("|")
        or (" | " in line and not _ITEM.match(line))
        or _SEPARATOR.fullmatch(line.rstrip("\n"))
    ):
        return "table"
    return "item" if _ITEM.match(line) and _ITEM.sub("", line, count=1).strip() else "paragraph"


def _table(text: str, block: _Block, heading: str) -> Iterator[Table]:
    lines = [(m.start(), m.group().rstrip("\n")) for m in _LINE.finditer(text, block.start, block.end)]
    lines = [(start, line) for start, line in lines if line.strip()]
    body = [(start, line) for start, line in lines[1:] if not _SEPARATOR.fullmatch(line)]
    header = tuple(cell.text for cell in _cells(*lines[0]))
    if not body or (
        len(body) == len(lines) - 1 and not all(_NAMES_A_COLUMN.fullmatch(cell) for cell in header)
    ):
        return
    rows = (tuple(_cells(start, line)) for start, line in body)
    yield Table(header=header, rows=tuple(row for row in rows if len(row) == len(header)), heading=heading)


def _cells(start: int, line: str) -> list[Plain]:
    bare = line.rstrip().removesuffix("|")
    position = len(line) - len(line.lstrip()) + (1 if line.lstrip().startswith("|") else 0)
    cells = []
    for cell in re.split(r"(?<!\\)\|", bare[position:]):
        cells.append(plain(cell, start + position))
        position += len(cell) + 1
    return cells


def _labelled(view: Plain, heading: str) -> Labelled | None:
    match = _LABEL.match(view.text)
    if match is None:
        return None
    start, end = match.span("value")
    value = Plain(view.text[start:end], view.origins[start:end])
    return Labelled(label=match["label"].strip(), value=value, line=view, heading=heading)
