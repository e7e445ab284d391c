"""The body of an answer within limits: its size counts as it comes and again when it is unpacked."""

import zlib
from collections.abc import Iterable, Iterator

from wellread.errors import ParseError

_PIECE = 1024 * 1024


class TooLargeError(ParseError):
    """More bytes than are read."""


def read_body(pieces: Iterable[bytes], encoding: str, most: int, *, cut: bool = False) -> bytes:
    """All of a body whose Content-Encoding is `encoding`.

    With `cut`, what is beyond `most` bytes is left; otherwise it is a TooLargeError. Raises ParseError: an encoding
    that was not asked for, damaged gzip.
    """
    coding = encoding.strip().lower()
    if coding in ("gzip", "x-gzip"):
        pieces = _unpacked(_limited(pieces, most))
    elif coding not in ("", "identity"):
        raise ParseError(f"it is encoded as {encoding!r}, which was not asked for")
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            if cut:
                return bytes(body[:most])
            raise _too_large(most)
    return bytes(body)


def gunzip(data: bytes, most: int) -> bytes:
    """The contents of a gzip file (RFC 1952). Raises TooLargeError, and ParseError when it is damaged."""
    return read_body([data], "gzip", most)


def _limited(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Packed bytes count too: they can unpack to nothing for ever."""
    count = 0
    for piece in pieces:
        count += len(piece)
        if count > most:
            raise _too_large(most)
        yield piece


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    begun = False
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if unpacker.eof:
                    if not rest.strip(b"\0"):
                        break  # Padding after the last member.
                    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
                begun = True
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
            while not unpacker.eof and (more := unpacker.decompress(b"", _PIECE)):
                yield more
    except zlib.error as error:
        raise ParseError(f"its gzip encoding is damaged: {error}") from None
    if begun and not unpacker.eof:
        raise ParseError("its gzip encoding breaks off")


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"it has more than {most:,} bytes, which is the most")
