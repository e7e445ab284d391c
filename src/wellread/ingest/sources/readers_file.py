"""`.readers` files: who may read what lies beside such a file and below it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from wellread.errors import ParseError, UsageError
from wellread.records.people import Principal, principals

READERS_FILE = ".readers"

NOBODY: frozenset[Principal] = frozenset()

_MAX_BYTES = 1_000_000


def parse_readers(text: str, name: str) -> frozenset[Principal]:
    """The readers a `.readers` file lists: comma-separated on any number of lines, `#` begins a comment.

    Raises ParseError naming `name` and the line; a file that names nobody is broken too, since it could
    be half-written.
    """
    found: set[Principal] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        listed = line.split("#", 1)[0].strip()
        if listed:
            try:
                found |= principals(listed)
            except UsageError as error:
                raise ParseError(
                    f"{name}, line {number}: {error}; until it is mended, nobody may read its folder"
                ) from None
    if not found:
        raise ParseError(f"{name}, line 1: it names no readers; until it does, nobody may read its folder")
    return frozenset(found)


def told_readers(name: str, read: Callable[[], bytes], problems: list[str]) -> frozenset[Principal]:
    """What the `.readers` file called `name` says; nobody, with the reason added to `problems`, if it is broken.

    `read` gives its bytes, or raises OSError.
    """
    try:
        return parse_readers(read().decode("utf-8"), name)
    except ParseError as error:
        problems.append(str(error))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name} cannot be read: {error}; until it can, nobody may read its folder")
    return NOBODY


def plain_bytes(path: Path) -> bytes:
    """The bytes of a plain file, through links. Raises OSError, and never waits for who might write into a pipe."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb", closefd=True) as file:
        details = os.fstat(descriptor)
        if not stat.S_ISREG(details.st_mode):
            raise OSError("it is no plain file")
        if details.st_size > _MAX_BYTES:
            raise OSError(f"it has {details.st_size:,} bytes, the most is {_MAX_BYTES:,}")
        return file.read()
