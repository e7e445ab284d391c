"""Bytes that were fetched while listing, kept for the reading that follows."""

import tempfile
from pathlib import Path
from typing import IO

MOST_BYTES = 1024**3
"""Kept at most; what comes after that is fetched again."""


class KeptBytes:
    """Values by name in one temporary file that has no name itself; gone when it is cleared.

    It is in `folder`, which is made when it is needed, or where temporary files usually are.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def put(self, name: str, data: bytes) -> None:
        """Keep `data`, unless there is no room for it; what was kept by that name is gone."""
        self._places.pop(name, None)
        if self._end + len(data) > MOST_BYTES:
            return
        try:
            if self._file is None:
                if self._folder is not None:
                    self._folder.mkdir(parents=True, exist_ok=True)
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (closed by `clear`)
            self._file.seek(self._end)
            self._file.write(data)
        except OSError:
            return  # A full disk costs a second fetch, no more.
        self._places[name] = (self._end, len(data))
        self._end += len(data)

    def take(self, name: str) -> bytes | None:
        """What was kept by that name."""
        if self._file is None or name not in self._places:
            return None
        start, length = self._places[name]
        self._file.seek(start)
        data = self._file.read(length)
        return data if len(data) == length else None

    def clear(self) -> None:
        """Forget everything."""
        if self._file is not None:
            self._file.close()
        self._file, self._places, self._end = None, {}, 0
