"""What every parser returns, and the composer that keeps text and blocks in step.

A parser calls `Composer.add` once per block in document order. The composer cleans the text, appends it
and records the span, so that no parser counts characters itself.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from wellread.errors import ParseError
from wellread.records.knowledge import Link

BlockKind = Literal["heading", "paragraph", "list_item", "table_header", "table_row", "code", "page_break"]

MAX_BYTES = 100 * 1024 * 1024
"""Largest file that is read, and largest part of one."""

MAX_CHARACTERS = 20_000_000
"""Longest stored text of one document: about ten thousand pages."""

MAX_TITLE = 300

MAX_LINKS = 10_000
"""Links, and anchors, that are kept of one document."""
MAX_TARGET = 2_000

CELL_SEPARATOR = " | "

_LIST: frozenset[BlockKind] = frozenset({"list_item"})
_TABLE: frozenset[BlockKind] = frozenset({"table_header", "table_row"})
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, lone surrogates, noncharacters and characters of no width. They are invisible, so they could
# only hide something or keep a search from matching; lone surrogates cannot be stored as UTF-8 at all.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """One structural unit: `text[start:end]`, without outer white space.

    `level` is 1 to 6 for a heading, the nesting depth from 1 for a list item and for what else stands in
    one (its further paragraphs, its code), the page number from 1 for a page break (which is empty: the
    page starts at `start`), and 0 otherwise. A list item's span begins
    with its marker, a table row's cells are joined with `CELL_SEPARATOR`.
    """

    kind: BlockKind
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a file, such as an attachment or a member of an archive: a document of its own."""

    name: str
    """Its path inside, with forward slashes; the suffix tells its kind as a file's does."""
    read: Callable[[], bytes]
    """Its bytes. Raises ParseError: damaged, encrypted, larger than `MAX_BYTES`."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as plain text with its structure. An empty document has no text and no blocks.

    An archive has no text of its own, only parts; a message has both.
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    parts: tuple[Part, ...] = ()
    links: tuple[Link, ...] = ()
    """In the order they were read; Markdown and HTML give them."""
    anchors: tuple[str, ...] = ()
    """What a link can name inside the document."""


def clean(text: str, *, keep_layout: bool = False) -> str:
    """`text` in NFC without invisible characters, and with line ends as `\\n`.

    Runs of spaces become one and empty lines go, unless `keep_layout`, which only trims line ends and
    empty lines at both ends.
    """
    visible = unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))
    if keep_layout:
        return "\n".join(line.rstrip() for line in visible.split("\n")).strip("\n")
    lines = (_SPACES.sub(" ", line).strip() for line in visible.split("\n"))
    return "\n".join(line for line in lines if line)


class Composer:
    """Collects blocks into one text: list items and table rows a line apart, the rest an empty line apart."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._page = 0
        self._awaited: list[tuple[str, str]] = []
        self._links: list[Link] = []
        self._anchors: list[str] = []

    def link(self, target: str, words: str) -> None:
        """Record a link whose `words` stand in one of the next blocks. Beyond `MAX_LINKS` they are passed over."""
        if len(self._links) + len(self._awaited) < MAX_LINKS and target.strip("# "):
            self._awaited.append((target.strip()[:MAX_TARGET], " ".join(clean(words).split())))

    def anchor(self, name: str) -> None:
        """Record what a link can name."""
        if name and len(self._anchors) < MAX_LINKS:
            self._anchors.append(name[:MAX_TARGET])

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Append one block; text that is empty after cleaning is passed over.

        Raises ParseError when the document grows past `MAX_CHARACTERS`.
        """
        cleaned = clean(text, keep_layout=kind == "code")
        if cleaned.strip():
            self._append(kind, cleaned.strip() if kind != "code" else cleaned, level)

    def add_lines(self, text: str) -> None:
        """Append a paragraph whose own line breaks and spacing are kept, as in a plain text file."""
        cleaned = clean(text, keep_layout=True).strip()
        if cleaned:
            self._append("paragraph", cleaned, 0)

    def add_row(self, cells: list[str], *, header: bool = False) -> None:
        """Append a table row; a row of empty cells is passed over."""
        flat = [" ".join(clean(cell).split()) for cell in cells]
        if any(flat):
            self._append("table_header" if header else "table_row", CELL_SEPARATOR.join(flat).strip(), 0)

    def start_page(self) -> None:
        """Record that the next block is the first of a new page."""
        self._page += 1
        at = self._length + (2 if self._pieces else 0)
        self._blocks.append(Block("page_break", self._page, at, at))

    def first_heading(self) -> str:
        """Text of the first heading, or nothing."""
        for block in self._blocks:
            if block.kind == "heading":
                return "".join(self._pieces)[block.start : block.end]
        return ""

    def finish(self, title: str, parts: Sequence[Part] = ()) -> Parsed:
        """The document; `title` is cleaned to one line of at most `MAX_TITLE` characters."""
        text = "".join(self._pieces)
        # A page break after the last text (empty last pages) points at the end instead of beyond it.
        blocks = (
            Block(b.kind, b.level, min(b.start, len(text)), min(b.end, len(text))) for b in self._blocks
        )
        return Parsed(
            " ".join(clean(title).split())[:MAX_TITLE],
            text,
            tuple(blocks),
            tuple(parts),
            tuple(self._links),
            tuple(self._anchors),
        )

    def _append(self, kind: BlockKind, text: str, level: int) -> None:
        gap = self._gap(kind, level)
        self._length += len(gap)
        self._blocks.append(Block(kind, level, self._length, self._length + len(text)))
        self._pieces += [gap, text]
        self._settle_links(text)
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise ParseError(f"the text is longer than {MAX_CHARACTERS:,} characters: split the document")

    def _settle_links(self, text: str) -> None:
        """Links whose words are in the block that begins here; one without words is of the whole block."""
        waiting, at = [], 0
        for target, words in self._awaited:
            found = text.find(words, at)
            if found < 0:
                waiting.append((target, words))
                continue
            at = found + len(words)
            start, end = (found, at) if words else (0, len(text))
            self._links.append((self._length + start, self._length + end, target))
        self._awaited = waiting

    def _gap(self, kind: BlockKind, level: int) -> str:
        if not self._pieces:
            return ""
        previous = self._blocks[-1].kind
        if kind in _LIST and previous in _LIST:
            return "\n" + "  " * min(level - 1, 8)
        if kind == "table_row" and previous in _TABLE:
            return "\n"
        return "\n\n"
