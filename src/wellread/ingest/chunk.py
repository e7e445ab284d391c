"""Cuts a document into passages along its structure.

    blocks -> units (a block, or part of one) -> sections (units under one heading)
           -> groups (tiny sections together) -> chunks (the cheapest cuts within a group)

A passage is what is found, shown and read at a time: about 130 words fit a small model's prompt several
times over and an encoder of 256 tokens once. Passages do not overlap: a list that goes on in the next
passage carries its lead-in, a table its header, in the heading path instead.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wellread.ingest.parse import Block
from wellread.records.knowledge import Chunk, Pages
from wellread.screen.sentences import sentences

TARGET_WORDS = 130
MAX_WORDS = 170

_NO_SPACES = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han, which are written without spaces."""

_TOKEN = re.compile(rf"[{_NO_SPACES}]|[^\s{_NO_SPACES}]+")
_CHARACTERS_PER_WORD = 16
"""A longer token (an address, a digest) counts as several words, since encoders cut it into pieces."""

_TINY = 1 / 3
"""Share of the target below which a section is joined with a neighbour."""

_LONGEST_HEADING = 40
"""Words of a heading; what is marked as one but longer is read as text."""

_LONGEST_CONTEXT = 30
"""Words of a lead-in or table header that a continuation carries in its heading path."""

# What a cut before a unit costs, where 1 is what an empty passage or one of twice the target costs.
_CUT_IN_BLOCK = 0.3
_CUT_IN_LIST = 0.15
_CUT_IN_ITEM = 0.3
_CUT_AFTER_LEAD_IN = 2.0
_PASSAGE = 0.05
"""What every passage costs by itself, so that two halves of the target do not beat one whole."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """The least that is kept whole. `cut` is what it costs to begin a passage here."""

    start: int
    end: int
    words: int
    cut: float
    context: str
    """The lead-in or table header that it continues, or nothing."""


@dataclass(frozen=True, slots=True)
class _Section:
    """The units under one heading. `opening` is where that heading begins, or the first unit."""

    path: tuple[str, ...]
    opening: int
    heading_words: int
    units: tuple[_Unit, ...]

    @property
    def words(self) -> int:
        return sum(unit.words for unit in self.units)


def count_words(text: str) -> int:
    """Words as passages are measured: white-space tokens, one for every 16 characters begun of a long
    token, and one for each Chinese or Japanese character."""
    return sum(-(-len(token) // _CHARACTERS_PER_WORD) for token in _TOKEN.findall(text))


def chunk(
    text: str, blocks: Sequence[Block], *, target_words: int = TARGET_WORDS, max_words: int = MAX_WORDS
) -> list[Chunk]:
    """Passages of `text`, in order, each an exact span without outer white space.

    - Every character of every block that is not a heading and not white space is in exactly one chunk. A
      heading is in the path of what stands under it, or in a chunk where nothing does.
    - A chunk has at most `max_words` words (`count_words`), except where one unbroken token has more.
    - Paragraphs, list items and rows stay whole unless one alone exceeds the maximum; then they are cut
      between sentences, and a sentence between words.
    - Sections stay apart, except that those below a third of the target join neighbours under the same
      parent up to the target; their headings are then inside the span.

    Raises ValueError unless 1 <= target_words <= max_words.
    """
    if not 1 <= target_words <= max_words:
        raise ValueError(f"target_words {target_words} must be between 1 and max_words {max_words}")
    sections = list(_sections(text, blocks, max_words))
    breaks = [(block.start, block.level) for block in blocks if block.kind == "page_break"]
    return [
        replace(made, pages=_pages(breaks, made.start, made.end))
        for group in _groups(text, sections, target_words)
        for made in _cut(text, group, target_words, max_words)
    ]


def _pages(breaks: Sequence[tuple[int, int]], start: int, end: int) -> Pages:
    """The pages of a span: the one its start stands on, and those that begin inside it."""
    first = bisect_right(breaks, (start, sys.maxsize)) - 1
    touched = breaks[max(first, 0) : bisect_left(breaks, (end, 0))]
    return tuple((max(begins, start), number) for begins, number in touched)


def _sections(text: str, blocks: Sequence[Block], max_words: int) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    opening, heading_words, body = 0, 0, list[Block]()
    pending: Block | None = None

    def finished() -> Iterator[_Section]:
        names = tuple(name for _, name in path)
        if body:
            yield _Section(names, opening, heading_words, tuple(_units(text, body, max_words)))

    def childless(heading: Block) -> _Section:
        names = tuple(name for _, name in path[:-1])
        return _Section(names, heading.start, 0, tuple(_units(text, [heading], max_words)))

    for block in blocks:
        if block.kind == "page_break":
            continue
        if block.kind != "heading" or count_words(text[block.start : block.end]) > _LONGEST_HEADING:
            if not body and pending is None:
                opening = block.start
            body.append(block)
            pending = None
            continue
        yield from finished()
        body = []
        if pending is not None and block.level <= pending.level:
            yield childless(pending)
        while path and path[-1][0] >= block.level:
            path.pop()
        name = " ".join(text[block.start : block.end].split())
        path.append((block.level, name))
        opening, heading_words, pending = block.start, count_words(name), block
    yield from finished()
    if pending is not None:
        yield childless(pending)


def _units(text: str, body: Sequence[Block], max_words: int) -> Iterator[_Unit]:
    """Blocks as units, with what a cut before each costs; blocks above the maximum in parts."""
    before: Block | None = None
    context = ""
    for block in body:
        cut, context = _joint(text, before, block, context)
        for at, (start, end, words) in enumerate(_parts(text, block, max_words)):
            yield _Unit(start, end, words, cut if at == 0 else _CUT_IN_BLOCK, context)
        before = block


def _joint(text: str, before: Block | None, block: Block, context: str) -> tuple[float, str]:
    """The cost of a cut between two blocks, and the context of the second; `context` is that of the first."""
    if before is None or block.kind == "heading" or (block.kind == "paragraph" and block.level == 0):
        return 0.0, ""
    if before.kind == "paragraph" and text[before.start : before.end].endswith(":"):
        return _CUT_AFTER_LEAD_IN, _label(_last_sentence(text[before.start : before.end]))
    if before.kind == "table_header":
        header = _label(text[before.start : before.end])
        return _CUT_AFTER_LEAD_IN, f"{context} {header}".strip()
    if block.kind == "table_row" and before.kind == "table_row":
        return _CUT_IN_LIST, context
    if block.level > 0 and before.level > 0:
        is_next = block.kind == "list_item" and block.level <= before.level
        return (_CUT_IN_LIST if is_next else _CUT_IN_ITEM), context
    return 0.0, ""


def _label(text: str) -> str:
    """A lead-in or header as one line of a heading path, or nothing if it is too long for one."""
    return " ".join(text.split()) if count_words(text) <= _LONGEST_CONTEXT else ""


def _last_sentence(text: str) -> str:
    start, end = sentences(text)[-1]
    return text[start:end]


def _parts(text: str, block: Block, max_words: int) -> Iterator[tuple[int, int, int]]:
    """The block as (start, end, words), cut between lines (code), sentences or words where it is too long."""
    words = count_words(text[block.start : block.end])
    if words <= max_words:
        yield block.start, block.end, words
        return
    inside = text[block.start : block.end]
    lines = [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", inside)]
    for start, end in lines if block.kind == "code" else sentences(inside):
        yield from _words(text, block.start + start, block.start + end, max_words)


def _words(text: str, start: int, end: int, max_words: int) -> Iterator[tuple[int, int, int]]:
    """A stretch in parts of at most `max_words` words, cut only between tokens."""
    first, last, words = start, start, 0
    for match in _TOKEN.finditer(text, start, end):
        size = -(-len(match.group()) // _CHARACTERS_PER_WORD)
        if words and words + size > max_words:
            yield first, last, words
            first, words = match.start(), 0
        last, words = match.end(), words + size
    yield first, last, words


def _groups(text: str, sections: Sequence[_Section], target: int) -> Iterator[list[_Section]]:
    """Neighbours that share a passage because one of them is tiny, each list in document order."""
    group: list[_Section] = []
    size = 0
    for section in sections:
        whole = section.words + section.heading_words
        if group and min(size, whole) < target * _TINY and _siblings(group[0], section):
            # Counted over the span: between two sections a heading may stand that belongs to neither.
            together = count_words(text[group[0].opening : section.units[-1].end])
            if together <= target:
                group.append(section)
                size = together
                continue
        if group:
            yield group
        group, size = [section], whole
    if group:
        yield group


def _siblings(first: _Section, section: _Section) -> bool:
    """Whether `section` is below the same parent as the first of a group, or below that first one itself."""
    parent = first.path[:-1]
    return section.path[: len(parent)] == parent


def _cut(text: str, group: list[_Section], target: int, max_words: int) -> Iterator[Chunk]:
    if len(group) > 1:
        yield _joined(text, group)
        return
    section = group[0]
    for units in _cheapest(section.units, target, max_words):
        first = units[0]
        path = (*section.path, first.context) if first.context else section.path
        yield _stripped(text, first.start, units[-1].end, path)


def _joined(text: str, group: list[_Section]) -> Chunk:
    """Several small sections as one chunk under what their paths share."""
    shared = group[0].path
    for section in group[1:]:
        length = next(
            (i for i, (a, b) in enumerate(zip(shared, section.path, strict=False)) if a != b),
            min(len(shared), len(section.path)),
        )
        shared = shared[:length]
    start = group[0].units[0].start if group[0].path == shared else group[0].opening
    return _stripped(text, start, group[-1].units[-1].end, shared)


def _stripped(text: str, start: int, end: int, path: tuple[str, ...]) -> Chunk:
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return Chunk(start=start, end=start + len(inside.strip()), heading=path)


def _cheapest(units: tuple[_Unit, ...], target: int, max_words: int) -> list[tuple[_Unit, ...]]:
    """The cuts of least cost by dynamic programming over the units.

    A passage of w words costs ((w - target) / target)^2 beside the cost of the cut it begins with.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(units) + 1):
        options: list[tuple[float, int]] = []
        words = 0
        for start in range(end - 1, -1, -1):
            words += units[start].words
            if words > max_words and start < end - 1:
                break
            cut = units[start].cut if start else 0.0
            options.append((best[start][0] + cut + _PASSAGE + ((words - target) / target) ** 2, start))
        best.append(min(options))
    cuts: list[tuple[_Unit, ...]] = []
    end = len(units)
    while end:
        start = best[end][1]
        cuts.append(units[start:end])
        end = start
    return cuts[::-1]
