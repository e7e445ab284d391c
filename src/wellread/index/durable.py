"""Writing so that a killed process or a power cut leaves the old bytes or the new ones, never a mixture."""

import os
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """Make the names in `directory` durable: creations, renames and removals."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` under the name `path` at one moment: written beside, synced, renamed."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_directory(path.parent)


class Tail:
    """A file that grows at its end. What lies beyond `length` is of no commit and is cut off on opening."""

    def __init__(self, path: Path, length: int) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        os.ftruncate(self._descriptor, length)
        self.length = length
        self._synced = length

    def append(self, content: bytes | memoryview) -> None:
        """Add `content`. Raises OSError when the disk is full; the file then has a tail of no commit."""
        rest = memoryview(content).cast("B")
        while rest:
            written = os.pwrite(self._descriptor, rest, self.length)
            self.length += written
            rest = rest[written:]

    def sync(self) -> None:
        """Make everything appended durable."""
        if self.length != self._synced:
            os.fdatasync(self._descriptor)
            self._synced = self.length

    def close(self) -> None:
        """Let go of the file. Calling twice is harmless."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
