"""Texts that were told while listing, kept for the reading that follows, so that all are of one moment."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wellread.errors import ParseError, StorageError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.protocol import Content
from wellread.ingest.sources.record import Record


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a text lies in the temporary file."""

    name: str
    start: int
    size: int


class KeptTexts:
    """Texts by uri, in a file without a name in `folder`; it is gone when it is cleared, or its process ends."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._texts: IO[bytes] | None = None
        self._kept: dict[str, _Kept] = {}

    def __contains__(self, uri: str) -> bool:
        return uri in self._kept

    def put(self, record: Record) -> None:
        """Keep a text; one that was kept under its uri is forgotten. Raises StorageError."""
        size = len(record.data)
        try:
            self._texts = self._texts or self._temporary()
            start = self._texts.tell()
            if size <= MAX_BYTES:
                self._texts.write(record.data)
        except OSError as error:
            raise StorageError(f"the rows cannot be kept meanwhile: {error.strerror}") from error
        self._kept[record.uri] = _Kept(record.name, start, size)

    def read(self, uri: str) -> Content | None:
        """What was kept; None for nothing. Nothing can be put after this. Raises ParseError when it is too large."""
        kept = self._kept.get(uri)
        if kept is None or self._texts is None:
            return None
        if kept.size > MAX_BYTES:
            raise ParseError(f"{uri} has {kept.size:,} bytes, the most is {MAX_BYTES:,}")
        self._texts.seek(kept.start)
        return Content(self._texts.read(kept.size), kept.name)

    def clear(self) -> None:
        """Forget everything. Calling twice is harmless."""
        self._kept = {}
        if self._texts:
            with suppress(OSError):
                self._texts.close()
        self._texts = None

    def _temporary(self) -> IO[bytes]:
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self._folder)
