"""JSON of any length, one record in memory at a time (RFC 8259)."""

import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any

MOST_OF_ONE = 64 * 1024**2
"""Characters of one record."""

_PIECE = 256 * 1024
_WHITE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


def records(
    stream: IO[bytes], envelope: str = "", about: list[dict[str, Any]] | None = None
) -> Iterator[Any]:
    """The records of a file, whichever way they are written: one after the other (NDJSON), in an array, or in the
    array `envelope` of an object, whose other members are then added to `about`.

    Raises ValueError where it is no JSON or breaks off, after the records before that.
    """
    text = _JsonText(stream)
    count, is_plain = 0, False
    try:
        if not text.peek():
            raise ValueError("it is empty")
        while start := text.peek():
            if start == "[":
                found = text.elements()
            elif start == "{" and not is_plain:
                found = text.members(envelope, [] if about is None else about)
            else:
                found = iter([text.value()])
            for record in found:
                count += 1
                is_plain = is_plain or not text.in_envelope
                yield record
    except ValueError as error:
        raise ValueError(f"after {count:,} records, {error}") from None


class _JsonText:
    """The text of a stream, of which only what is not yet read as values is in memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig")
        self._buffer = ""
        self._at = 0
        self._is_whole = False
        self.in_envelope = False

    def peek(self) -> str:
        """The next character that is not white; nothing at the end."""
        while True:
            white = _WHITE.match(self._buffer, self._at)
            assert white
            self._at = white.end()
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """The next value. Raises ValueError."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
                if end < len(self._buffer) or self._is_whole:
                    self._at = end
                    return value
            except ValueError:
                if self._is_whole:
                    raise
            if len(self._buffer) - self._at > MOST_OF_ONE:
                raise ValueError(f"a record has more than {MOST_OF_ONE:,} characters")
            self._more()

    def elements(self) -> Iterator[Any]:
        """Those of the array that comes next."""
        self._take("[")
        if self.peek() == "]":
            self._take("]")
            return
        while True:
            yield self.value()
            if self.peek() == "]":
                self._take("]")
                return
            self._take(",")

    def members(self, envelope: str, about: list[dict[str, Any]]) -> Iterator[Any]:
        """The elements of that member of the object that comes next, or else the object itself."""
        self.in_envelope = False
        rest: dict[str, Any] = {}
        self._take("{")
        while self.peek() != "}":
            name = self.value()
            self._take(":")
            if name == envelope and self.peek() == "[":
                self.in_envelope = True
                yield from self.elements()
            else:
                rest[str(name)] = self.value()
            if self.peek() != "}":
                self._take(",")
        self._take("}")
        if self.in_envelope:
            about.append(rest)
        else:
            yield rest

    def _take(self, sign: str) -> None:
        found = self.peek()
        if found != sign:
            raise ValueError(f"{sign!r} is missing before {self._buffer[self._at : self._at + 20]!r}")
        self._at += 1

    def _more(self) -> bool:
        # Twice as much each time, so that a long record is not looked at from its beginning too often.
        rest = self._buffer[self._at :]
        piece = self._text.read(max(_PIECE, len(rest)))
        self._buffer, self._at = rest + piece, 0
        self._is_whole = not piece
        return bool(piece)
