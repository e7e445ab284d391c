"""The vectors on disk, and who may read each: append-only files that a State measures.

    generation-000002/rows-000001/
      codes       int8    (rows, dimensions)   vector / scale, rounded
      floats      float32 (rows, dimensions)   the vector itself
      rows        (key int64, scale float32)   one per row
      grants      (row uint32, audience uint32) row r may be read by audience a; the last word counts
      audiences   one JSON list of principals a line; the first line is number 1

Audience 0 is the row that is gone. So inserting, deleting and changing readers are all appends, a change
counts from the moment a State that covers it is committed, and nothing that counts is ever overwritten.
Codes are mapped into memory; floats are read where a search needs them: see floats.py.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.errors import StorageError
from wellread.index.durable import Tail, sync_directory
from wellread.index.floats import FloatsFile
from wellread.index.rowset import GONE, Audiences, RowSet, lengths_of, quantize
from wellread.index.state import State
from wellread.models.protocols import Vectors
from wellread.records.people import Principal

ROW = np.dtype([("key", "<i8"), ("scale", "<f4")])
GRANT = np.dtype([("row", "<u4"), ("audience", "<u4")])


def rows_directory(generation: Path, epoch: int) -> Path:
    """Where the row files of `epoch` lie."""
    return generation / f"rows-{epoch:06d}"


@dataclass(frozen=True, kw_only=True)
class Rows(RowSet):
    """The rows of one State; stays as it is while the files grow."""

    state: State

    @staticmethod
    def none(dimensions: int, epoch: int) -> "Rows":
        """The view of files with nothing in them."""
        return Rows(
            state=State(epoch=epoch),
            codes=np.empty((0, dimensions), dtype=np.int8),
            floats=FloatsFile(None, dimensions),
            keys=np.empty(0, dtype=np.int64),
            scales=np.empty(0, dtype=np.float32),
            lengths=np.empty(0, dtype=np.float32),
            audience=np.empty(0, dtype=np.uint32),
            audiences=Audiences(),
            live=0,
        )

    @staticmethod
    def read(generation: Path, dimensions: int, state: State, before: "Rows | None" = None) -> "Rows":
        """The view at `state`, reading only what `before`, an earlier view, does not know yet.

        Raises FileNotFoundError when the epoch was packed away, StorageError when a file is too short.
        """
        if before is None or before.state.epoch != state.epoch:
            before = Rows.none(dimensions, state.epoch)
        known = before.state
        directory = rows_directory(generation, state.epoch)
        fresh = _read(directory / "rows", ROW, known.rows, state.rows)
        grants = _read(directory / "grants", GRANT, known.grants, state.grants)
        lines = _read_bytes(directory / "audiences", known.audiences, state.audiences).splitlines()
        # One list for all is parsed several times faster, and the same principal is in many of them.
        readers = [frozenset(map(intern, each)) for each in json.loads(b"[" + b",".join(lines) + b"]")]
        audience = np.concatenate([before.audience, np.full(len(fresh), GONE, dtype=np.uint32)])
        audience[grants["row"]] = grants["audience"]  # the last of several for a row is what stays
        codes = _mapped(directory / "codes", np.int8, state.rows, dimensions)
        _check_size(directory / "floats", state.rows * dimensions * 4)
        for each in readers:  # changes what `before` shares, hence only now that nothing can fail any more
            before.audiences.add(each)
        return Rows(
            state=state,
            codes=codes,
            floats=FloatsFile(directory / "floats", dimensions),
            keys=np.concatenate([before.keys, fresh["key"]]),
            scales=np.concatenate([before.scales, fresh["scale"]]),
            lengths=np.concatenate([before.lengths, lengths_of(codes[known.rows :])]),
            audience=audience,
            audiences=before.audiences,
            live=int(np.count_nonzero(audience)),
        )


class RowsWriter:
    """Appends to the files of one epoch; `sync` tells the extent that a State may then name."""

    def __init__(self, generation: Path, dimensions: int, state: State) -> None:
        """Opens the files at `state`, whose tails of no commit are cut off; creates them for a new epoch."""
        directory = rows_directory(generation, state.epoch)
        if not state.rows and not state.grants:
            directory.mkdir(exist_ok=True)
        before = (
            Rows.read(generation, dimensions, state) if state.grants else Rows.none(dimensions, state.epoch)
        )
        self._codes = Tail(directory / "codes", state.rows * dimensions)
        self._floats = Tail(directory / "floats", state.rows * dimensions * 4)
        self._rows = Tail(directory / "rows", state.rows * ROW.itemsize)
        self._grants = Tail(directory / "grants", state.grants * GRANT.itemsize)
        self._audiences = Tail(directory / "audiences", state.audiences)
        sync_directory(directory)
        sync_directory(generation)
        self._numbers = before.audiences
        self.row_of: dict[int, int] = before.keys_held()
        """The row of every key held."""
        self.count = state.rows
        """Rows in the files, the gone ones included."""

    def append(self, keys: Sequence[int], vectors: Vectors, readers: Sequence[frozenset[Principal]]) -> None:
        """Add rows for `keys`, withdrawing any that they had. `vectors` has shape (len(keys), dimensions)."""
        self.withdraw(keys)
        codes, scales = quantize(vectors)
        rows = np.empty(len(keys), dtype=ROW)
        rows["key"], rows["scale"] = keys, scales
        self._codes.append(codes.tobytes())
        self._floats.append(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        self._rows.append(rows.tobytes())
        self.row_of.update(zip(keys, range(self.count, self.count + len(keys)), strict=True))
        self.count += len(keys)
        self.assign(dict(zip(keys, readers, strict=True)))

    def assign(self, readers: dict[int, frozenset[Principal]]) -> None:
        """Say anew who may read the rows of these keys, all of them held."""
        self._grant([(self.row_of[key], self._number(held)) for key, held in readers.items()])

    def withdraw(self, keys: Iterable[int]) -> None:
        """Give up the rows of those of `keys` that have one."""
        self._grant([(self.row_of.pop(key), GONE) for key in keys if key in self.row_of])

    def sync(self, state: State) -> State:
        """`state` with the extent of the files, which is durable from now on."""
        files = (self._codes, self._floats, self._rows, self._grants, self._audiences)
        for file in files:
            file.sync()
        return State(
            position=state.position,
            epoch=state.epoch,
            rows=self.count,
            grants=self._grants.length // GRANT.itemsize,
            audiences=self._audiences.length,
        )

    def close(self) -> None:
        """Let go of the files. Calling twice is harmless."""
        for file in (self._codes, self._floats, self._rows, self._grants, self._audiences):
            file.close()

    def _grant(self, grants: list[tuple[int, int]]) -> None:
        self._grants.append(np.array(grants, dtype=GRANT).tobytes())

    def _number(self, readers: frozenset[Principal]) -> int:
        number = self._numbers.number(readers)
        if number is None:
            self._audiences.append(json.dumps(sorted(readers)).encode() + b"\n")
            number = self._numbers.add(readers)
        return number


def _read(path: Path, dtype: np.dtype[Any], start: int, end: int) -> npt.NDArray[Any]:
    return np.frombuffer(_read_bytes(path, start * dtype.itemsize, end * dtype.itemsize), dtype=dtype)


def _read_bytes(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        content = file.read(end - start)
    if len(content) != end - start:
        raise _too_short(path, start + len(content), end)
    return content


def _mapped(path: Path, dtype: Any, rows: int, dimensions: int) -> npt.NDArray[Any]:
    if not rows:
        return np.empty((0, dimensions), dtype=dtype)
    _check_size(path, rows * dimensions * np.dtype(dtype).itemsize)
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=(rows, dimensions)))


def _check_size(path: Path, needed: int) -> None:
    size = path.stat().st_size
    if size < needed:
        raise _too_short(path, size, needed)


def _too_short(path: Path, size: int, needed: int) -> StorageError:
    return StorageError(f"{path} ends after {size} of {needed} bytes: rebuild the index")
