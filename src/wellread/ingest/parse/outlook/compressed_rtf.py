"""Compressed RTF as Outlook stores message texts (MS-OXRTFCP, known as LZFu)."""

import struct

from wellread.errors import ParseError

MAX_BYTES = 20 * 1024 * 1024
"""Longest RTF that is unpacked; a text of five hundred pages with its markup has a tenth."""

_HEADER = struct.Struct("<3I4x")
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_DICTIONARY = 4096
# What the dictionary holds at first, by the standard.
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompress_rtf(data: bytes) -> bytes:
    """The RTF; of data that break off, what comes before. Raises ParseError when they are something else."""
    if len(data) < _HEADER.size:
        raise ParseError("the text of the message is damaged (RTF that ends within its header)")
    _, size, kind = _HEADER.unpack_from(data)
    if kind == _PLAIN:
        return data[_HEADER.size :][: min(size, MAX_BYTES)]
    if kind != _COMPRESSED:
        raise ParseError(f"the text of the message is damaged (RTF of the unknown kind {kind:#x})")
    if size > MAX_BYTES:
        raise ParseError(
            f"the text of the message has {size:,} bytes as RTF, the most is {MAX_BYTES:,}: save it as HTML"
        )
    return _expand(data, size)


def _expand(data: bytes, size: int) -> bytes:
    """Literal bytes and references to what was written before, eight after each byte that tells them apart."""
    out = bytearray(_KNOWN)
    end = len(_KNOWN) + size
    at = _HEADER.size
    while len(out) < end and at < len(data):
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(out[len(_KNOWN) : end])
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            # The dictionary is a ring; a reference to where the next byte goes ends the text.
            back = (len(out) - (reference >> 4)) % _DICTIONARY
            if back == 0 or back > len(out):
                return bytes(out[len(_KNOWN) : end])
            _copy(out, back, (reference & 0xF) + 2)
    return bytes(out[len(_KNOWN) : end])


def _copy(out: bytearray, back: int, count: int) -> None:
    """Repeat what lies `back` bytes before the end; it may run into itself."""
    source = out[-back:][:count]
    out += (source * (count // len(source) + 1))[:count]
