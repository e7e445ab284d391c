"""Bytes to text: byte order marks, declared encodings, UTF-8, and cp1252 as the last resort."""

import codecs
import re

from wellread.errors import ParseError

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

_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""What Python calls encodings too; decoding some of them takes time that grows with the square of the length."""


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
    for candidate in (_known(declared), _unmarked_utf16(data), "utf-8"):
        if candidate:
            try:
                return _checked(data.decode(candidate))
            except (UnicodeError, LookupError):
                continue
    return _checked(data.decode("cp1252", errors="replace"))


def _known(declared: str | None) -> str | None:
    """The declared encoding, if it is a text encoding. UTF-16 and -32 without a mark are misdeclared."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
        "".encode(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    if name.replace("-", "_") in _NO_CHARSETS:
        return None
    # Browsers read what calls itself ISO 8859-1 as cp1252: its curly quotes are control codes otherwise.
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return None if name.startswith(("utf-16", "utf-32")) else name


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
