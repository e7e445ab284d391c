"""Properties of an Outlook item (MS-OXMSG): numbers beside one another in one stream, texts in streams of their own."""

import struct
from datetime import UTC, datetime, timedelta

from wellread.errors import ParseError
from wellread.ingest.parse.charsets import codec_of_page
from wellread.ingest.parse.document import MAX_BYTES
from wellread.ingest.parse.encodings import decode_anyway
from wellread.ingest.parse.ole.compound_file import Storage

NUMBERS = "__properties_version1.0"

_ENTRY = struct.Struct("<HHI8s")
_NUMBER, _FLAG, _TIME = 0x0003, 0x000B, 0x0040
_TEXT_8_BIT, _TEXT, _BYTES, _OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_MESSAGE_PAGE, _INTERNET_PAGE = 0x3FFD, 0x3FDE
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
MOST_BYTES_OF_FIELD = 1_000_000
"""Longest text that is not a body."""


class Properties:
    """Properties of a message, a recipient or an attachment; those that are missing or damaged are empty.

    `page` is the code page of its 8-bit texts unless it says another.
    """

    def __init__(self, storage: Storage, header: int, page: int | None = None) -> None:
        self.storage = storage
        self._values = _values(storage, header)
        self.page = self.number(_MESSAGE_PAGE) or self.number(_INTERNET_PAGE) or page

    def number(self, identifier: int) -> int | None:
        """An integer property."""
        value = self._values.get((identifier, _NUMBER))
        return int.from_bytes(value[:4], "little") if value else None

    def flag(self, identifier: int) -> bool:
        """A property that is true or false; false when it is missing."""
        value = self._values.get((identifier, _FLAG), b"")
        return value[:1] not in (b"", b"\0")

    def time(self, identifier: int) -> datetime | None:
        """A point in time, in UTC."""
        value = self._values.get((identifier, _TIME))
        if not value or not any(value):
            return None
        try:
            return _EPOCH + timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None

    def text(self, identifier: int, most: int = MOST_BYTES_OF_FIELD) -> str:
        """A text property; of one in 8 bits, the code page says the charset."""
        content = self._stream(identifier, _TEXT, most)
        if content is not None:
            return content.decode("utf-16-le", "replace").rstrip("\0")
        content = self._stream(identifier, _TEXT_8_BIT, most)
        return decode_anyway(content.rstrip(b"\0"), codec_of_page(self.page)) if content else ""

    def binary(self, identifier: int) -> bytes:
        """A binary property."""
        return self._stream(identifier, _BYTES, MAX_BYTES) or b""

    def read_binary(self, identifier: int) -> bytes:
        """A binary property that is needed. Raises ParseError when it is missing, damaged or too large."""
        return self.storage.read(_name(identifier, _BYTES))

    def has_binary(self, identifier: int) -> bool:
        """Whether there is a binary property, damaged or not."""
        return self.storage.has(_name(identifier, _BYTES))

    def embedded(self, identifier: int) -> Storage | None:
        """The storage of an embedded object."""
        return self.storage.storage(_name(identifier, _OBJECT))

    def _stream(self, identifier: int, kind: int, most: int) -> bytes | None:
        try:
            return self.storage.read(_name(identifier, kind), most)
        except ParseError:
            return None


def _name(identifier: int, kind: int) -> str:
    return f"__substg1.0_{identifier:04X}{kind:04X}"


def _values(storage: Storage, header: int) -> dict[tuple[int, int], bytes]:
    try:
        content = storage.read(NUMBERS, MOST_BYTES_OF_FIELD)
    except ParseError:
        return {}
    whole = header + (len(content) - header) // _ENTRY.size * _ENTRY.size
    entries = _ENTRY.iter_unpack(content[header:whole])
    return {(identifier, kind): value for kind, identifier, _, value in entries}
