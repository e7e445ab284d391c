"""What several tests of the embedded engine start from."""

from pathlib import Path

from index_oracle import DIMENSIONS, NO_KEYS, drawn, entry

from wellread.index.embedded import EmbeddedIndex


def opened(directory: Path, *, writable: bool = True) -> EmbeddedIndex:
    return EmbeddedIndex.open(directory, DIMENSIONS, writable=writable)


def filled(directory: Path, count: int = 10) -> EmbeddedIndex:
    """Open for writing, with the keys 1 to `count` at position 1."""
    index = opened(directory)
    index.apply(1, [entry(key) for key in range(1, count + 1)], drawn(count), NO_KEYS)
    return index


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def holding(directory: Path, needle: bytes) -> list[Path]:
    """The files in which these bytes stand."""
    return [path for path in files(directory) if needle in path.read_bytes()]
