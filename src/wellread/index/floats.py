"""The float32 vectors of a generation, read row by row.

A search needs some hundred of them. Mapped into memory, each would bring its neighbours along, and in time all of them
would count as this process's memory: four times what the codes take.
"""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wellread.errors import StorageError
from wellread.models.protocols import Vectors


class FloatsFile:
    """Stays readable when the file's name is removed. Safe to call from several threads."""

    def __init__(self, path: Path | None, dimensions: int) -> None:
        """None stands for no rows. Raises FileNotFoundError."""
        self._path = path
        self._dimensions = dimensions
        self._file = (
            None if path is None else path.open("rb", buffering=0)
        )  # closes with the last view that uses it
        if self._file is not None:
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)

    def take(self, rows: npt.NDArray[np.integer]) -> Vectors:
        """The vectors of these rows, shape (len(rows), dimensions)."""
        if self._file is None or not len(rows):
            return np.empty((0, self._dimensions), dtype=np.float32)
        size, descriptor = 4 * self._dimensions, self._file.fileno()
        content = b"".join([os.pread(descriptor, size, row * size) for row in rows.tolist()])
        if len(content) != size * len(rows):
            raise StorageError(f"{self._path} is shorter than its index says: rebuild the index")
        return np.frombuffer(content, dtype=np.float32).reshape(-1, self._dimensions)
