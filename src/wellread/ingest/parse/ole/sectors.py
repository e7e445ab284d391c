"""The sectors of a compound file (MS-CFB), and the tables that chain them to streams."""

import struct
from array import array
from dataclasses import dataclass
from functools import cached_property

from wellread.errors import ParseError

DAMAGED = "the file is damaged ({reason}): open it in the program that made it and save it again"
NOTHING = 0xFFFFFFFF
"""A free sector, or no entry. The marks for ends of chains are as much greater than any sector's number."""
STORAGE, STREAM, ROOT = 1, 2, 5

_HEADER = struct.Struct("<30xH16xI8xI4xI4x109I")
_ENTRY = struct.Struct("<64sHBx3I36xIQ")
_MINI_SECTOR = 64
_MINI_CUTOFF = 4096
"""Shorter streams are kept in the mini stream."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the directory: a stream or a storage, by its number beside (left, right) and above others."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Sectors:
    """Raises ParseError when the header is no compound file's. Streams whose chains break off are shorter."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER.size:
            raise ParseError(DAMAGED.format(reason="it ends within its header"))
        shift, self._directory, self._mini_table, more_tables, *tables = _HEADER.unpack_from(data)
        if shift not in (9, 12):
            raise ParseError(
                DAMAGED.format(reason=f"its sectors have 2^{shift} bytes instead of 2^9 or 2^12")
            )
        self._data = memoryview(data)
        self._wide = shift == 12
        self._size = 1 << shift
        self._count = -(-len(data) // self._size) - 1
        self._fat = self._read_fat(tables, more_tables)
        self._claimed = {_MINI_SECTOR: set[int](), self._size: set[int]()}
        self.mini_stream: Entry | None = None

    def entries(self) -> list[Entry]:
        """The directory; unused entries keep their place."""
        content = self._content(self._directory)
        return [self._entry(content, at) for at in range(0, len(content) - _ENTRY.size + 1, _ENTRY.size)]

    def claim(self, entry: Entry) -> bool:
        """Give an entry its sectors; false when another one has some of them."""
        table, size = self._table_of(entry)
        claimed = self._claimed[size]
        number = entry.start
        for _ in range(-(-entry.size // size)):
            if number >= len(table):
                break
            if number in claimed:
                return False
            claimed.add(number)
            number = table[number]
        return True

    def stream(self, entry: Entry) -> bytes:
        """As many of the entry's bytes as its chain leads to."""
        table, size = self._table_of(entry)
        numbers = _chain(table, entry.start, -(-entry.size // size))
        if size == _MINI_SECTOR:
            content = memoryview(self._mini[0])
            pieces = [content[number * size : (number + 1) * size] for number in numbers]
        else:
            pieces = [self._sector(number) for number in numbers]
        return b"".join(pieces)[: entry.size]

    def _entry(self, content: bytes, at: int) -> Entry:
        raw, length, kind, left, right, child, start, size = _ENTRY.unpack_from(content, at)
        name = raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace").split("\0")[0]
        # Files with small sectors may hold anything in the upper half of the size.
        return Entry(name, kind, left, right, child, start, size if self._wide else size & 0xFFFFFFFF)

    def _read_fat(self, tables: list[int], more_tables: int) -> "array[int]":
        """The table of which sector follows which; what of it is missing says that sectors are free."""
        per_sector = self._size // 4
        # The list ends with what the sectors of the file need, whatever is linked to what.
        while more_tables < self._count and len(tables) * per_sector <= self._count:
            more = _numbers(self._sector(more_tables))
            tables += more[: per_sector - 1]
            more_tables = more[-1] if len(more) == per_sector else NOTHING
        fat = array("I")
        for number in tables:
            part = _numbers(self._sector(number)) if number < self._count else array("I")
            fat += part + array("I", [NOTHING]) * (per_sector - len(part))
        return fat

    def _sector(self, number: int) -> memoryview:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _table_of(self, entry: Entry) -> tuple["array[int]", int]:
        """What chains an entry's sectors, and their size."""
        return (self._mini[1], _MINI_SECTOR) if entry.size < _MINI_CUTOFF else (self._fat, self._size)

    def _content(self, start: int, size: int | None = None) -> bytes:
        """What a chain of sectors holds, up to its end or a size."""
        most = self._count if size is None else -(-size // self._size)
        return b"".join(self._sector(number) for number in _chain(self._fat, start, most))[:size]

    @cached_property
    def _mini(self) -> tuple[bytes, "array[int]"]:
        """The mini stream and the table that chains it."""
        root = self.mini_stream
        content = self._content(root.start, root.size) if root else b""
        return content, _numbers(memoryview(self._content(self._mini_table)))


def _chain(table: "array[int]", start: int, most: int) -> list[int]:
    """Up to `most` sectors from `start` on, as far as the table leads without a circle."""
    chain: list[int] = []
    passed = set[int]()
    number = start
    while len(chain) < most and number < len(table) and number not in passed:
        passed.add(number)
        chain.append(number)
        number = table[number]
    return chain


def _numbers(content: memoryview) -> "array[int]":
    whole = len(content) // 4
    return array("I", struct.unpack(f"<{whole}I", content[: whole * 4]))
