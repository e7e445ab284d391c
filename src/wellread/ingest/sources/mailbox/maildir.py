"""Messages in a Maildir folder: one file each in `cur` or `new`, whose name says after a colon how it is marked."""

import os
from collections.abc import Iterator
from pathlib import Path

from wellread.errors import ParseError
from wellread.ingest.sources.mailbox.message_file import Entry, digest_of, head_of, opened, whole

_MOST_TRIES = 5
# A message moves from `new` to `cur`, never back: in this order none is passed over on its way.
_FOLDERS = ("new", "cur")


class Maildir:
    """The messages below `path`, called by the part of their file's name that stays when they are marked."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self, problems: list[str]) -> Iterator[Entry[str]]:
        """Every message that is not marked as trashed, in the order of names."""
        files, is_sure = self._files()
        if not is_sure:
            problems.append(f"{self._path} changes faster than it can be listed: synchronise again")
        for name, path in sorted(files.items()):
            try:
                entry = self._entry(name, path)
            except (OSError, ParseError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                problems.append(f"{path} cannot be read: {reason}")
                continue
            if entry:
                yield entry

    def read(self, where: str, digest: str) -> bytes:
        """A message. Raises ParseError: it is gone, or has other bytes."""
        path = self._files()[0].get(where)
        if path is None:
            raise ParseError("it is gone")
        with opened(path) as file:
            return whole(file, 0, os.fstat(file).st_size, digest)

    def _entry(self, name: str, path: Path) -> Entry[str] | None:
        """None for a message that is gone by now, or trashed."""
        for _ in range(_MOST_TRIES):
            if _is_trashed(path.name):
                return None
            try:
                with opened(path) as file:
                    details = os.fstat(file)
                    return Entry(
                        where=name,
                        head=head_of(file, 0, details.st_size),
                        digest=digest_of(file, 0, details.st_size),
                        size=details.st_size,
                        arrived=details.st_mtime,
                    )
            except FileNotFoundError:
                now = self._files()[0].get(name)  # It may only have been marked.
                if now is None:
                    return None
                path = now
        raise ParseError("it is renamed all the time")

    def _files(self) -> tuple[dict[str, Path], bool]:
        """Every message's file, and whether none can have been passed over because it was just being renamed."""
        found: dict[str, Path] = {}
        for _ in range(_MOST_TRIES):
            before = self._stamp()
            found = {}
            for folder in _FOLDERS:
                for entry in os.scandir(self._path / folder):
                    if not entry.name.startswith("."):
                        found[entry.name.partition(":")[0]] = Path(entry.path)
            if self._stamp() == before:
                return found, True
        return found, False

    def _stamp(self) -> list[int]:
        return [(self._path / folder).stat().st_mtime_ns for folder in _FOLDERS]


def _is_trashed(name: str) -> bool:
    return "T" in name.partition(":2,")[2].partition(",")[0]
