"""From one file to the documents in it: the file itself, what is attached to it, what it packs."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from wellread.errors import ParseError
from wellread.ingest.parse.document import Parsed, Part
from wellread.ingest.parse.registry import parse

INSIDE = "!/"
"""Between a file's name and that of a part of it, as in `minutes.zip!/2026/may.txt`."""

MAX_DEPTH = 5
MAX_PARTS = 10_000
MAX_BYTES_INSIDE = 1024**3
"""Bytes of all parts of one file together."""


@dataclass(frozen=True, slots=True)
class Found:
    """One document, or why there is none. `name` is the file's own, followed for a part by INSIDE and its path."""

    name: str
    parsed: Parsed | None
    error: str = ""


def expand(name: str, data: bytes) -> list[Found]:
    """The document that `data` is, and those it holds, each found once.

    A file of which nothing but its parts is of use (an archive) is no document itself. A part that can not be read is
    there with its reason. Raises ParseError when the file itself can not be read.
    """
    return list(_Expansion().of(name, data))


@dataclass(slots=True)
class _Expansion:
    """What has been read so far, and under which names."""

    parts: int = 0
    size: int = 0
    names: set[str] = field(default_factory=set)

    def of(self, name: str, data: bytes, depth: int = 0) -> Iterator[Found]:
        parsed = parse(name.rpartition(INSIDE)[2] or name, data)
        if parsed.text or not parsed.parts:
            yield Found(name, replace(parsed, parts=()))
        for part in parsed.parts:
            yield from self._inside(name, part, depth + 1)

    def _inside(self, outer: str, part: Part, depth: int) -> Iterator[Found]:
        name = self._free(f"{outer}{INSIDE}{part.name or _without_suffix(outer)}")
        try:
            self._check(depth)
            data = part.read()
            self.size += len(data)
            yield from self.of(name, data, depth)
        except ParseError as error:
            yield Found(name, None, str(error))

    def _check(self, depth: int) -> None:
        self.parts += 1
        if depth > MAX_DEPTH:
            raise ParseError(f"it is packed {depth} files deep, the most is {MAX_DEPTH}: unpack it once")
        if self.parts > MAX_PARTS:
            raise ParseError(f"the file holds more than {MAX_PARTS:,} others: split it")
        if self.size > MAX_BYTES_INSIDE:
            raise ParseError(f"the file expands to more than {MAX_BYTES_INSIDE // 1024**2} MB: split it")

    def _free(self, name: str) -> str:
        """An archive may hold two members of one name; the second is told apart by a number."""
        chosen, number = name, 1
        while chosen in self.names:
            number += 1
            chosen = f"{name} ({number})"
        self.names.add(chosen)
        return chosen


def _without_suffix(name: str) -> str:
    """What a compressed file's content is called."""
    inner = name.rpartition("/")[2]
    return inner.rpartition(".")[0] or inner
