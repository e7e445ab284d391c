"""The title among the properties of a compound file ([MS-OLEPS] 2.21, property set stream)."""

from wellread.errors import ParseError
from wellread.ingest.parse.charsets import codec_of_page
from wellread.ingest.parse.ole.compound_file import Storage
from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.property_title import usable_title

_STREAM = "\x05SummaryInformation"
_MOST = 16 * 1024 * 1024
"""Bytes of the stream; pictures of the first page may make it large."""
_MOST_PROPERTIES = 1000
_LONGEST = 2000
_CODE_PAGE, _TITLE = 1, 2
_NARROW, _WIDE = 0x1E, 0x1F
_UTF_16 = 1200


def summary_title(root: Storage) -> str:
    """The title, or nothing where it is missing, damaged or says nothing."""
    try:
        stream = root.read(_STREAM, most=_MOST) if root.has(_STREAM) else b""
    except ParseError:
        return ""
    start = number(stream, 44)
    places = {
        number(stream, start + 8 + 8 * at): start + number(stream, start + 12 + 8 * at)
        for at in range(min(number(stream, start + 4), _MOST_PROPERTIES))
    }
    code_page = number(stream, places[_CODE_PAGE] + 4, 2) if _CODE_PAGE in places else 1252
    return usable_title(_text(stream, places[_TITLE], code_page)) if _TITLE in places else ""


def _text(stream: bytes, at: int, code_page: int) -> str:
    kind, length = number(stream, at), min(number(stream, at + 4), _LONGEST)
    if kind not in (_NARROW, _WIDE):
        return ""
    if kind == _WIDE or code_page == _UTF_16:
        size = 2 * length if kind == _WIDE else length
        return stream[at + 8 : at + 8 + size].decode("utf-16-le", "replace").split("\0")[0]
    return (
        stream[at + 8 : at + 8 + length]
        .split(b"\0")[0]
        .decode(codec_of_page(code_page) or "cp1252", "replace")
    )
