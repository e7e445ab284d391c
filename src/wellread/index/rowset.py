"""The rows of one moment, whichever engine holds them: vectors, and who may read each.

A row is held under a key and has an audience; audience 0 is that of a row which is gone. The codes are in memory or
mapped into it, the vectors themselves are read where a search needs them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import simsimd

from wellread.models.protocols import Vectors
from wellread.records.people import Principal

Codes = npt.NDArray[np.int8]

GONE = 0
SELECTIONS = 8
"""Sets of principals whose rows a view remembers."""


class Floats(Protocol):
    """Where the float32 vectors are."""

    def take(self, rows: npt.NDArray[np.integer]) -> Vectors:
        """The vectors of these rows, shape (len(rows), dimensions)."""


def quantize(vectors: Vectors) -> tuple[Codes, npt.NDArray[np.float32]]:
    """Codes, shape (n, dimensions), and scales, shape (n,), so that codes * scales[:, None] ~ vectors."""
    scales = np.abs(vectors).max(axis=1, initial=0.0) / np.float32(127.0)
    scales[scales < np.finfo(np.float32).tiny] = 0  # below that float32 has too few digits left for 127 steps
    codes = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    return codes, scales.astype(np.float32)


class Audiences:
    """The distinct sets of readers by number. Only ever grows, so views of different age may share one."""

    def __init__(self) -> None:
        self._held: list[frozenset[Principal]] = [frozenset()]
        self._numbers: dict[frozenset[Principal], int] = {}
        self._by_principal: dict[Principal, list[int]] = {}

    def __getitem__(self, number: int) -> frozenset[Principal]:
        return self._held[number]

    def number(self, readers: frozenset[Principal]) -> int | None:
        """Its number, None when it has none yet."""
        return self._numbers.get(readers)

    def add(self, readers: frozenset[Principal]) -> int:
        """Number a set of readers."""
        number = len(self._held)
        self._held.append(readers)
        self._numbers[readers] = number
        for principal in readers:
            self._by_principal.setdefault(principal, []).append(number)
        return number

    def permitting(self, principals: Iterable[Principal]) -> npt.NDArray[np.bool_]:
        """For every number whether one of `principals` is among its readers. GONE never is."""
        numbers = [number for principal in principals for number in self._by_principal.get(principal, ())]
        permitted = np.zeros(len(self._held), dtype=np.bool_)
        permitted[numbers] = True
        return permitted


@dataclass(frozen=True)
class Selection:
    """The rows that somebody may read."""

    readable: npt.NDArray[np.bool_]
    """For every row."""
    count: int
    """How many are."""

    @cached_property
    def numbers(self) -> npt.NDArray[np.intp]:
        """Theirs, ascending."""
        return np.flatnonzero(self.readable)


@dataclass(frozen=True, kw_only=True)
class RowSet:
    """The rows of one moment; stays as it is while the index moves on."""

    codes: Codes
    floats: Floats
    keys: npt.NDArray[np.int64]
    scales: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.float32]
    """Euclidean length of each row of `codes`."""
    audience: npt.NDArray[np.uint32]
    """The audience of each row; GONE where it is not held."""
    audiences: Audiences
    live: int
    """Rows held."""
    _selections: dict[frozenset[Principal], Selection] = field(default_factory=dict)

    def readable(self, principals: Iterable[Principal]) -> npt.NDArray[np.bool_]:
        """For every row whether it is held and shares a reader with `principals`."""
        readable: npt.NDArray[np.bool_] = self.audiences.permitting(principals)[self.audience]
        return readable

    def rows_of(self, keys: Iterable[int]) -> npt.NDArray[np.intp]:
        """The rows of those of `keys` that are held, ascending by key."""
        wanted = np.unique(np.fromiter(keys, dtype=np.int64))
        if not len(self.keys):
            return np.empty(0, dtype=np.intp)
        ordered = self.keys if self._by_key is None else self.keys[self._by_key]
        # A key that was put again has several rows, and the last of them counts.
        places = np.searchsorted(ordered, wanted, side="right") - 1
        places = places[(places >= 0) & (ordered[places] == wanted)]
        chosen = places if self._by_key is None else self._by_key[places]
        held: npt.NDArray[np.intp] = chosen[self.audience[chosen] != GONE]
        return held

    @cached_property
    def _by_key(self) -> npt.NDArray[np.intp] | None:
        """The rows in the order of their keys; None where they are in it already, as they nearly always are."""
        if (self.keys[1:] >= self.keys[:-1]).all():
            return None
        return np.argsort(self.keys, kind="stable")

    def selection(self, principals: frozenset[Principal]) -> Selection:
        """As `readable`, worked out once for those who ask again."""
        known = self._selections.get(principals)
        if known is not None:
            return known
        readable = self.readable(principals)
        selection = Selection(readable, int(np.count_nonzero(readable)))
        while len(self._selections) >= SELECTIONS:
            self._selections.pop(next(iter(self._selections), principals), None)
        self._selections[principals] = selection
        return selection

    def held(self) -> npt.NDArray[np.int64]:
        """Numbers of the rows that are not gone, ascending."""
        return np.flatnonzero(self.audience)

    def keys_held(self) -> dict[int, int]:
        """The row of every key held."""
        held = self.held()
        return dict(zip(self.keys[held].tolist(), held.tolist(), strict=True))


def lengths_of(codes: Codes) -> npt.NDArray[np.float32]:
    """Euclidean length of each."""
    if not len(codes):
        return np.empty(0, dtype=np.float32)
    squares = np.asarray(simsimd.dot(codes, codes), dtype=np.float32).reshape(-1)
    lengths: npt.NDArray[np.float32] = np.sqrt(squares)
    return lengths
