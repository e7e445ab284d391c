"""Bytes to text: byte order marks, declared encodings, UTF-8, and cp1252 as the last resort."""

import codecs
import re

from wellread.errors import ParseError
from wellread.ingest.parse.charsets import USUAL, codec_of

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# All but tab, line ends, form feed and escape (terminal colours), and what replaced undecodable bytes.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_MOST_CONTROLS = 0.05
"""Share of control characters above which a file is not text; real files have stray form feeds and bells."""

_LEAST_RIGHT = 4
"""Letters beyond ASCII that must be right for each byte that is broken, for a declared charset to be believed."""


def decode(data: bytes, declared: str | None = None) -> str:
    """`data` as text.

    A byte order mark decides; then `declared` (what the document says of itself), then UTF-8, then
    cp1252, whose five unassigned bytes become replacement characters. Raises ParseError for bytes that
    are no text: they break their own mark's encoding, hold NUL, or are more than 5% control characters.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _checked(data.decode(encoding))
            except UnicodeDecodeError as error:
                raise ParseError(
                    f"the file begins as {encoding} but byte {error.start} is not: {error.reason}"
                ) from None
    for candidate in (_codec(declared), _unmarked_utf16(data), "utf-8"):
        if candidate:
            try:
                return _checked(data.decode(candidate))
            except (UnicodeError, LookupError):
                continue
    return _checked(data.decode("cp1252", errors="replace"))


def decode_charset(data: bytes, charset: str | None) -> str:
    """`data` in `charset`, of which a few bytes may be broken; else what `decode` makes of it.

    Raises ParseError for bytes that are no text.
    """
    name = _codec(charset)
    if name in USUAL:
        name = None
    if name:
        text = data.decode(name, "replace")
        broken = text.count("\ufffd")
        right = len(text) - len(text.encode("ascii", "ignore")) - broken
        if 0 < broken * _LEAST_RIGHT <= right:
            return text
    return decode(data, name)


def decode_anyway(data: bytes, charset: str | None) -> str:
    """The same for short texts such as header fields, where something is better than nothing."""
    try:
        return decode_charset(data, charset)
    except ParseError:
        return data.decode("cp1252", "replace")


def _codec(declared: str | None) -> str | None:
    """The declared encoding. UTF-16 and -32 without a mark are misdeclared; browsers read ASCII as cp1252 too."""
    name = codec_of(declared)
    if name is None or name.startswith(("utf-16", "utf-32")):
        return None
    return "cp1252" if name in USUAL else name


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 of mostly Latin text shows as a NUL in every other byte."""
    sample = data[:2000]
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _checked(text: str) -> str:
    if "\x00" in text or len(_CONTROL.findall(text)) > _MOST_CONTROLS * len(text):
        raise ParseError(
            "this is not text (NUL or control characters): name the file after its real kind, or leave it out"
        )
    return text
