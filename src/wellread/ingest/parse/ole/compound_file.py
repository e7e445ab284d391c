"""Compound files (MS-CFB, also called OLE): the file system inside old Office and Outlook files.

Read here rather than with a library: whatever its links say, the work stays in proportion to the file's
size. Tables and directories that lead in circles, into nowhere or very deep cost neither time nor memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_BYTES
from wellread.ingest.parse.ole.sectors import DAMAGED, NOTHING, ROOT, STORAGE, STREAM, Entry, Sectors

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(slots=True)
class Storage:
    """A folder of a compound file. Names are found whatever their case."""

    _sectors: Sectors
    _streams: dict[str, Entry] = field(default_factory=dict)
    _storages: dict[str, "Storage"] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)

    @property
    def streams(self) -> list[str]:
        """Names of the streams directly inside, shorter ones first, then by alphabet."""
        return [name for name in self._names if name.lower() in self._streams]

    @property
    def storages(self) -> list[str]:
        """Names of the storages directly inside, in the same order."""
        return [name for name in self._names if name.lower() in self._storages]

    def storage(self, name: str) -> "Storage | None":
        """The storage of that name directly inside, if there is one."""
        return self._storages.get(name.lower())

    def has(self, name: str) -> bool:
        """Whether a stream of that name is directly inside."""
        return name.lower() in self._streams

    def read(self, name: str, most: int = MAX_BYTES) -> bytes:
        """A stream's bytes. Raises ParseError: it is missing, damaged or has more than `most` bytes."""
        entry = self._streams.get(name.lower())
        if entry is None:
            raise ParseError(DAMAGED.format(reason=f"the stream {name!r} is missing"))
        if entry.size > most:
            raise ParseError(
                f"{name!r} inside the file has {entry.size:,} bytes, the most is {most:,}: store it on its own"
            )
        content = self._sectors.stream(entry)
        if len(content) < entry.size:
            raise ParseError(DAMAGED.format(reason=f"the stream {name!r} breaks off"))
        return content


class CompoundFile:
    """Opens a compound file; `root` is its outermost storage.

    Of a truncated or otherwise damaged one, the streams that are whole can be read.
    Raises ParseError when it is no compound file, or its directory cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        if not data.startswith(SIGNATURE):
            raise ParseError("the file does not begin as an Office or Outlook file of the old kind does")
        sectors = Sectors(data)
        self._entries = sectors.entries()
        if not self._entries or self._entries[0].kind != ROOT:
            raise ParseError(DAMAGED.format(reason="its directory is missing"))
        sectors.mini_stream = self._entries[0]
        self.root = Storage(sectors)
        self._fill(sectors)

    def _fill(self, sectors: Sectors) -> None:
        """Build the tree of storages. An entry is reached once, so that links in a circle end."""
        reached = {0}
        waiting = [(self.root, self._entries[0].child)]
        while waiting:
            storage, child = waiting.pop()
            inside = sorted(self._siblings(child, reached), key=lambda e: (len(e.name), e.name.upper()))
            for entry in inside:
                key = entry.name.lower()
                if key in storage._streams or key in storage._storages:
                    continue
                storage._names.append(entry.name)
                if entry.kind == STREAM:
                    # So that all streams together are no longer than the file.
                    is_own = sectors.claim(entry)
                    storage._streams[key] = entry if is_own else replace(entry, start=NOTHING)
                else:
                    storage._storages[key] = Storage(sectors)
                    waiting.append((storage._storages[key], entry.child))

    def _siblings(self, first: int, reached: set[int]) -> Iterator[Entry]:
        waiting = [first]
        while waiting:
            at = waiting.pop()
            if at in reached or at >= len(self._entries):
                continue
            reached.add(at)
            entry = self._entries[at]
            waiting += [entry.left, entry.right]
            if entry.kind in (STORAGE, STREAM):
                yield entry
