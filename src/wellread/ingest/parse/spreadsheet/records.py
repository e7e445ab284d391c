"""Records and values of Excel's binary formats: what `.xls` and `.xlsb` write alike, and the texts of `.xls`."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
"""What a cell shows for an error's number."""

_CONTINUED = 0x003C


def packed_number(packed: int) -> float:
    """An RK number: 30 bits of an integer or of a float, in hundredths if the lowest bit is set."""
    if packed & 2:
        whole = packed >> 2
        value = float(whole - (1 << 30) if whole & 0x2000_0000 else whole)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFF_FFFC) << 32))[0]
    return value / 100 if packed & 1 else value


@dataclass(slots=True)
class Record:
    """One record of an `.xls`; `more` are the bodies of those that continue it."""

    kind: int
    body: bytes
    more: list[bytes] = field(default_factory=list)

    def number(self, at: int) -> int:
        """The 16-bit number at a byte of the body; 0 beyond its end."""
        return int.from_bytes(self.body[at : at + 2], "little")


def records(content: bytes, start: int = 0, end: int | None = None) -> Iterator[Record]:
    """Records from `start` up to `end`; one that breaks off is left out."""
    end = len(content) if end is None else min(end, len(content))
    held: Record | None = None
    while start + 4 <= end:
        kind, size = struct.unpack_from("<HH", content, start)
        body = content[start + 4 : start + 4 + size]
        start += 4 + size
        if len(body) < size:
            break
        if kind == _CONTINUED and held is not None:
            held.more.append(body)
            continue
        if held is not None:
            yield held
        held = Record(kind, body)
    if held is not None:
        yield held


@dataclass(slots=True)
class Strings:
    """Reads texts: since Excel 97 (`wide`) of Unicode, before in the workbook's code page."""

    wide: bool
    encoding: str = "cp1252"

    def name(self, body: bytes) -> str:
        """A text with its length in one byte."""
        if not self.wide:
            return self._narrow(body[1 : 1 + body[0]])
        return _decoded(body[2:], body[0], body[1] if len(body) > 1 else 0)

    def format_code(self, record: Record) -> str:
        """The code of a number format."""
        return self.long(record, 2) if self.wide else self.name(record.body[2:] or b"\0")

    def long(self, record: Record, at: int) -> str:
        """A text with its length in two bytes, from `at` in the body."""
        length = record.number(at)
        if not self.wide:
            return self._narrow(record.body[at + 2 : at + 2 + length])
        return _Segments([record.body[at:], *record.more]).text()

    def of_object(self, record: Record) -> str:
        """The text of a box or a comment, which stands in the continuing records."""
        length, pieces = record.number(10), [""]
        for piece in record.more:
            if length <= 0 or not piece:
                break
            pieces.append(_decoded(piece[1:], length, piece[0]))
            length -= (len(piece) - 1) // _width(piece[0])
        return "".join(pieces)

    def table(self, record: Record) -> list[str]:
        """The texts that cells share."""
        segments = _Segments([record.body[8:], *record.more])
        found: list[str] = []
        while not segments.is_over():
            found.append(segments.text())
        return found

    def _narrow(self, content: bytes) -> str:
        return content.decode(self.encoding, "replace")


def _decoded(content: bytes, length: int, flags: int) -> str:
    encoding = "utf-16-le" if _width(flags) == 2 else "latin-1"
    return content[: length * _width(flags)].decode(encoding, "replace")


def _width(flags: int) -> int:
    return 2 if flags & 1 else 1


class _Segments:
    """Reads across the bodies of a record and of those that continue it."""

    def __init__(self, segments: list[bytes]) -> None:
        self._segments = segments
        self._number = 0
        self._at = 0

    def is_over(self) -> bool:
        self._step()
        return self._number >= len(self._segments)

    def text(self) -> str:
        """A text with its length in two bytes; formatting and phonetic guides after it are passed over."""
        length = int.from_bytes(self._take(2), "little")
        flags = int.from_bytes(self._take(1), "little")
        runs = int.from_bytes(self._take(2), "little") if flags & 8 else 0
        guides = int.from_bytes(self._take(4), "little") if flags & 4 else 0
        text = self._characters(length, flags)
        self._skip(4 * runs + guides)
        return text

    def _characters(self, length: int, flags: int) -> str:
        """Where a text goes on in another record, that begins with its own flag for wide characters."""
        pieces: list[str] = []
        while length > 0:
            left = self._current()[self._at :]
            count = min(length, len(left) // _width(flags))
            pieces.append(_decoded(left, count, flags))
            self._at += count * _width(flags)
            length -= count
            if length > 0:
                self._number, self._at = self._number + 1, 1
                if self._number >= len(self._segments):
                    break
                flags = self._current()[0] if self._current() else 0
        return "".join(pieces)

    def _current(self) -> bytes:
        return self._segments[self._number] if self._number < len(self._segments) else b""

    def _step(self) -> None:
        while self._number < len(self._segments) and self._at >= len(self._segments[self._number]):
            self._at -= len(self._segments[self._number])
            self._number += 1

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count and not self.is_over():
            piece = self._current()[self._at : self._at + count - len(taken)]
            self._at += len(piece)
            taken += piece
        return taken

    def _skip(self, count: int) -> None:
        self._at += count
        self._step()
