"""The text of a Word 97-2003 document ([MS-DOC]): from its file information block to its characters.

    FIB (2.5.1) -> piece table (2.8.35 PlcPcd, in the Clx of 2.9.38) -> characters by position

A position counts characters from the start of the main text; the texts of footnotes, endnotes and boxes
follow it in one row (2.4.1, retrieving text).
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_CHARACTERS
from wellread.ingest.parse.ole.compound_file import Storage
from wellread.ingest.parse.ole.numbers import number

_PASSWORD = "a password is needed to open this document: store a copy without one"
_DAMAGED = "the Word document is damaged ({reason}): open and save it again in a word processor"

_MAGIC = 0xA5EC
_WORD_97 = 0xC0
_OLD_VERSIONS = {0xA5DB: "Word 2", 0xA5DC: "Word 6 or 95", 0xA697: "Word 6 or 95", 0xA698: "Word 6 or 95"}
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_COUNTS_AT = 0x4C
TABLES_AT = 0x9A
"""Where the FIB keeps its pairs of place and size (2.5.5, FibRgFcLcb)."""
_CLX = 33
_SETTINGS, _PIECES = 1, 2
_COMPRESSED, _PLACE = 0x4000_0000, 0x3FFF_FFFF

Span = tuple[int, int, int]
"""From, up to, and what is said of it."""
Spans = list[Span]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters from `start` to `end` (positions), stored from the byte `place` of the main stream on."""

    start: int
    end: int
    place: int
    width: int


@dataclass(frozen=True, slots=True)
class Ranges:
    """Positions at which each text begins, and the last one ends."""

    footnotes: int
    headers: int
    comments: int
    endnotes: int
    boxes: int
    header_boxes: int


class WordFile:
    """The streams of a document and its characters, a UTF-16 unit each, so that positions fit.

    Raises ParseError: protected by a password, of an older version, damaged, longer than is stored.
    """

    def __init__(self, root: Storage) -> None:
        self.main = root.read("WordDocument")
        self._root = root
        _refuse_old(self.main)
        flags = number(self.main, 0x0A, 2)
        if flags & _ENCRYPTED:
            raise ParseError(_PASSWORD)
        self.table = root.read("1Table" if flags & _TABLE_1 else "0Table")
        self.data = self._optional("Data")
        self.ranges, total = _ranges(self.main)
        self._pieces = self._piece_table(total)
        self.units = self._characters()

    def structure(self, index: int) -> bytes:
        """The structure of the table stream that a pair of the FIB places (2.5.6, FibRgFcLcb97), or nothing."""
        at = TABLES_AT + 8 * index
        place, size = number(self.main, at), number(self.main, at + 4)
        return self.table[place : place + size]

    def place_of(self, position: int) -> int:
        """The byte of the main stream where a character is stored, or -1."""
        at = bisect_right(self._pieces, position, key=lambda piece: piece.start) - 1
        if at < 0 or position >= self._pieces[at].end:
            return -1
        piece = self._pieces[at]
        return piece.place + (position - piece.start) * piece.width

    def positions_of(self, spans: Spans) -> Iterator[Span]:
        """Spans of stored bytes, in order and apart from each other, as spans of positions."""
        ends = [end for _, end, _ in spans]
        for piece in self._pieces:
            last = piece.place + (piece.end - piece.start) * piece.width
            for at in range(bisect_right(ends, piece.place), len(spans)):
                start, end, value = spans[at]
                if start >= last:
                    break
                first = piece.start + max(start - piece.place, 0) // piece.width
                yield first, piece.start - (piece.place - min(end, last)) // piece.width, value

    def _optional(self, name: str) -> bytes:
        try:
            return self._root.read(name) if self._root.has(name) else b""
        except ParseError:
            return b""

    def _piece_table(self, total: int) -> list[_Piece]:
        table = _pieces_of(self.structure(_CLX))
        count = max(0, (len(table) - 4) // 12)
        pieces: list[_Piece] = []
        for at in range(count):
            start, end = number(table, 4 * at), number(table, 4 * at + 4)
            where = number(table, 4 * (count + 1) + 8 * at + 2)
            compressed = bool(where & _COMPRESSED)
            place = (where & _PLACE) // 2 if compressed else where
            width = 1 if compressed else 2
            end = min(end, total + 1, start + max(0, len(self.main) - place) // width)
            if start < end and (not pieces or pieces[-1].end <= start):
                pieces.append(_Piece(start, end, place, width))
        if total and not pieces:
            raise ParseError(_DAMAGED.format(reason="the table of its text is missing"))
        return pieces

    def _characters(self) -> "array[int]":
        units = array("H", bytes(2 * (self._pieces[-1].end if self._pieces else 0)))
        for piece in self._pieces:
            stored = self.main[piece.place : piece.place + (piece.end - piece.start) * piece.width]
            if piece.width == 1:
                stored = stored.decode("cp1252", "replace").encode("utf-16-le")
            units[piece.start : piece.end] = array("H", stored)
        return units


def _refuse_old(main: bytes) -> None:
    magic, version = number(main, 0, 2), number(main, 2, 2)
    old = _OLD_VERSIONS.get(magic) or ("Word 6 or 95" if magic == _MAGIC and version < _WORD_97 else "")
    if old:
        raise ParseError(
            f"the document is of {old} (file version {version}), the oldest that is read is Word 97: save it as .docx"
        )
    if magic != _MAGIC:
        raise ParseError(_DAMAGED.format(reason="its first bytes are not those of a Word document"))


def _ranges(main: bytes) -> tuple[Ranges, int]:
    """From the counts in FibRgLw97 (2.5.4): main text, footnotes, headers, macros, comments, endnotes, boxes."""
    counts = [number(main, _COUNTS_AT + 4 * at) for at in range(8)]
    if sum(counts) > MAX_CHARACTERS:
        raise ParseError(f"the text is longer than {MAX_CHARACTERS:,} characters: split the document")
    starts = [sum(counts[: at + 1]) for at in range(8)]
    footnotes, headers, _, comments, endnotes, boxes, header_boxes, total = starts
    return Ranges(footnotes, headers, comments, endnotes, boxes, header_boxes), total


def _pieces_of(clx: bytes) -> bytes:
    """The piece table behind the settings it may begin with (2.9.38, Clx)."""
    at = 0
    while at < len(clx) and clx[at] == _SETTINGS:
        at += 3 + number(clx, at + 1, 2)
    if at >= len(clx) or clx[at] != _PIECES:
        return b""
    return clx[at + 5 : at + 5 + number(clx, at + 1)]
