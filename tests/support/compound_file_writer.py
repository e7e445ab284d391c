"""Writes compound files (MS-CFB): nested dictionaries are storages, bytes are streams."""

import struct
from array import array
from dataclasses import dataclass, field

Tree = dict[str, "bytes | Tree"]

_FREE, _END, _TABLE, _MORE_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_MINI_SECTOR, _MINI_CUTOFF = 64, 4096
_IN_HEADER = 109


def compound_file(tree: Tree, *, sector_size: int = 512) -> bytes:
    """A whole file; `sector_size` is 512 or 4,096 bytes."""
    return _Writer(sector_size).write(tree)


@dataclass
class _Entry:
    name: str
    kind: int
    size: int = 0
    start: int = _END
    right: int = _FREE
    child: int = _FREE


@dataclass
class _Writer:
    size: int
    body: bytearray = field(default_factory=bytearray)
    fat: "array[int]" = field(default_factory=lambda: array("I"))
    mini: bytearray = field(default_factory=bytearray)
    mini_fat: "array[int]" = field(default_factory=lambda: array("I"))
    entries: list[_Entry] = field(default_factory=list)

    def write(self, tree: Tree) -> bytes:
        root = _Entry("Root Entry", 5)
        self.entries.append(root)
        root.child = self._add_all(tree)
        root.start, root.size = self._store(bytes(self.mini)), len(self.mini)
        mini_table = self._store(self.mini_fat.tobytes(), filler=b"\xff")
        directory = self._store(b"".join(map(_packed, self.entries)))
        return self._finish(directory, mini_table)

    def _add_all(self, tree: Tree) -> int:
        """Siblings hang on one another's right, as some programs write them."""
        first, previous = _FREE, None
        for name, content in tree.items():
            entry = _Entry(name, 2 if isinstance(content, bytes) else 1)
            at = len(self.entries)
            self.entries.append(entry)
            if previous is None:
                first = at
            else:
                previous.right = at
            previous = entry
            if isinstance(content, bytes):
                entry.start, entry.size = self._add_stream(content), len(content)
            else:
                entry.child = self._add_all(content)
        return first

    def _add_stream(self, content: bytes) -> int:
        if len(content) >= _MINI_CUTOFF:
            return self._store(content)
        start = len(self.mini_fat)
        count = -(-len(content) // _MINI_SECTOR)
        self.mini_fat.extend([*range(start + 1, start + count), _END][:count])
        self.mini += content.ljust(count * _MINI_SECTOR, b"\0")
        return start if count else _END

    def _store(self, content: bytes, filler: bytes = b"\0") -> int:
        start = len(self.fat)
        count = -(-len(content) // self.size)
        self.fat.extend([*range(start + 1, start + count), _END][:count])
        self.body += content.ljust(count * self.size, filler)
        return start if count else _END

    def _finish(self, directory: int, mini_table: int) -> bytes:
        per_sector = self.size // 4
        tables = more = 0
        while len(self.fat) + tables + more > tables * per_sector:
            tables += 1
            more = max(0, -(-(tables - _IN_HEADER) // (per_sector - 1)))
        first = len(self.fat)
        self.fat.extend([_TABLE] * tables + [_MORE_TABLE] * more)
        self.fat.extend([_FREE] * (tables * per_sector - len(self.fat)))
        self.body += self.fat.tobytes()
        numbers = list(range(first, first + tables))
        for at in range(more):
            some = numbers[_IN_HEADER + at * (per_sector - 1) :][: per_sector - 1]
            some += [_FREE] * (per_sector - 1 - len(some))
            self.body += array("I", [*some, first + tables + at + 1 if at + 1 < more else _END]).tobytes()
        in_header = [*numbers[:_IN_HEADER], *[_FREE] * (_IN_HEADER - tables)]
        version, shift = (3, 9) if self.size == 512 else (4, 12)
        header = struct.pack(
            "<8s16x5H6x9I",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, version, 0xFFFE, shift, 6,
            0, tables, directory, 0, _MINI_CUTOFF, mini_table, -(-len(self.mini_fat) // per_sector),
            first + tables if more else _END, more,
        )  # fmt: skip
        return (header + array("I", in_header).tobytes()).ljust(self.size, b"\0") + bytes(self.body)


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII36xIQ",
        name, len(name), entry.kind, 1, _FREE, entry.right, entry.child, entry.start, entry.size,
    )  # fmt: skip
