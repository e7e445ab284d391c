"""Cryptographic envelopes around messages (CMS, RFC 5652): what kind one is, and what a signed one holds."""

from typing import Literal

from wellread.errors import ParseError

EnvelopeKind = Literal["signed", "encrypted", "other"]

_OBJECT = 0x06
_OCTETS, _OCTETS_IN_PIECES = 0x04, 0x24
_SEQUENCE, _FIRST = 0x30, 0xA0
_PKCS7 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SIGNED = _PKCS7 + b"\x02"
# Enveloped, signed and enveloped, encrypted; authenticated-enveloped.
_ENCRYPTED = (
    _PKCS7 + b"\x03",
    _PKCS7 + b"\x04",
    _PKCS7 + b"\x06",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
)
_DEEPEST = 20
_DAMAGED = "the signed message is damaged: export it again, without its signature"


def envelope_kind(data: bytes) -> EnvelopeKind:
    """What an envelope is, by its object identifier."""
    try:
        identifier = _Values(data).enter(_SEQUENCE).take(_OBJECT)
    except ParseError:
        return "other"
    if identifier == _SIGNED:
        return "signed"
    return "encrypted" if identifier in _ENCRYPTED else "other"


def signed_content(data: bytes) -> bytes:
    """What was signed. Raises ParseError when it is kept elsewhere or the envelope is damaged."""
    values = _Values(data).enter(_SEQUENCE)
    values.take(_OBJECT)
    values = values.enter(_FIRST).enter(_SEQUENCE)
    values.skip()  # version
    values.skip()  # digest algorithms
    values = values.enter(_SEQUENCE)
    values.take(_OBJECT)
    return values.enter(_FIRST).octets()


class _Values:
    """Reads encoded values (X.690) one after the other; lengths may be left open."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    def enter(self, tag: int) -> "_Values":
        """A reader of what is inside the next value, which must have the tag."""
        found, start, _ = self._next()
        if found != tag:
            raise ParseError(_DAMAGED)
        return _Values(self._data, start)

    def take(self, tag: int) -> bytes:
        """The next value, which must be a plain one with the tag."""
        found, start, end = self._next()
        if found != tag or end is None or end > len(self._data):
            raise ParseError(_DAMAGED)
        self._at = end
        return self._data[start:end]

    def skip(self, depth: int = 0) -> None:
        """Pass over the next value."""
        _, start, end = self._next()
        if end is None:
            if depth >= _DEEPEST:
                raise ParseError(_DAMAGED)
            self._at = start
            while not self._ends():
                self.skip(depth + 1)
            end = self._at
        self._at = end

    def octets(self) -> bytes:
        """The next value, a string of bytes that may be in pieces."""
        tag, start, end = self._next()
        if tag == _OCTETS:
            return self.take(_OCTETS)
        if tag != _OCTETS_IN_PIECES:
            raise ParseError(_DAMAGED)
        pieces: list[bytes] = []
        self._at = start
        while self._at < end if end is not None else not self._ends():
            pieces.append(self.take(_OCTETS))
        return b"".join(pieces)

    def _ends(self) -> bool:
        """Whether the mark that ends a value of open length is next; it is passed over."""
        if self._data[self._at : self._at + 2] != b"\0\0":
            return False
        self._at += 2
        return True

    def _next(self) -> tuple[int, int, int | None]:
        """Tag, start and end of the next value's content; an open length has no end."""
        head = self._data[self._at : self._at + 2]
        if len(head) < 2:
            raise ParseError(_DAMAGED)
        tag, length = head
        start = self._at + 2
        if length == 0x80:
            return tag, start, None
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(self._data[start : start + count], "big")
            start += count
        return tag, start, start + length
