"""What mbox files and Maildir folders have in common: messages as bytes of plain files."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from wellread.errors import ParseError
from wellread.ingest.parse import MAX_BYTES

HEAD_BYTES = 64 * 1024
"""Where the fields of a message are looked for."""

_BLOCK = 1024**2

Where = TypeVar("Where")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Where]):
    """One message of a mailbox; `where` finds it again."""

    where: Where
    head: bytes
    """The fields above its text, as far as they are within HEAD_BYTES."""
    digest: str
    """SHA-256 of its bytes as they are stored."""
    size: int
    """Of what `read` gives."""
    arrived: float
    """Seconds since 1970."""


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of the plain file at `path`. Raises OSError and, for anything else than a plain file, ParseError."""
    # Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ParseError(f"{path} is not a plain file")
        yield descriptor
    finally:
        os.close(descriptor)


def head_of(file: int, start: int, end: int) -> bytes:
    """The fields above the text of the message at `[start, end)`, each with its line end."""
    first = os.pread(file, min(HEAD_BYTES, end - start), start)
    if first.startswith((b"\n", b"\r\n")):
        return b""
    ends = [at for at in (first.find(b"\n\n"), first.find(b"\n\r\n")) if at >= 0]
    return first[: min(ends) + 1] if ends else first


def digest_of(file: int, start: int, end: int) -> str:
    """SHA-256 of the bytes `[start, end)`, read in blocks."""
    summary = hashlib.sha256()
    while start < end and (block := os.pread(file, min(_BLOCK, end - start), start)):
        summary.update(block)
        start += len(block)
    return summary.hexdigest()


def whole(file: int, start: int, end: int, digest: str) -> bytes:
    """The bytes `[start, end)`. Raises ParseError: too many, or no longer those with `digest`."""
    if end - start > MAX_BYTES:
        raise ParseError(f"it has {end - start:,} bytes, the most is {MAX_BYTES:,}")
    data = os.pread(file, end - start, start)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ParseError("it is no longer where it was listed: synchronise again")
    return data
