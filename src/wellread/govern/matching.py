"""Which of many things have hashes in common: an inverted index by sorting, in time near to linear.

Hashes that more than `most` owners have tell nothing (a footer, a template) and are passed over, which also bounds the
pairs that one hash can make.
"""

import hashlib
from array import array
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Owners = npt.NDArray[np.int64]

_AT_ONCE = 2_000_000
"""Pairs counted together: 16 MB."""


@lru_cache(maxsize=200_000)
def word_hash(word: str) -> int:
    """64 bits, the same in every process."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


class Shelf:
    """Hashes with their owners, numbered from 0, as they are added."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._owners = array("I")

    def add(self, owner: int, hashes: Hashes | list[int]) -> None:
        """Each hash once for one owner."""
        values = np.unique(np.asarray(hashes, dtype=np.uint64))
        self._hashes.frombytes(values.tobytes())
        self._owners.frombytes(np.full(len(values), owner, dtype=np.uint32).tobytes())

    def pairs(self, most: int) -> tuple[Owners, Owners, Owners, Owners]:
        """`first < second`, how many hashes the two share, and by owner how many it has, over hashes that between 2 and
        `most` owners have, except the last, which counts those that one owner has alone too."""
        hashes = np.frombuffer(self._hashes, dtype=np.uint64) if self._hashes else np.empty(0, np.uint64)
        owners = np.frombuffer(self._owners, dtype=np.uint32) if self._owners else np.empty(0, np.uint32)
        order = np.argsort(hashes, kind="stable")
        hashes, owners = hashes[order], owners[order]
        del order
        begins = (
            np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.empty(0, np.intp)
        )
        sizes = np.diff(np.r_[begins, len(hashes)])
        told = np.repeat(sizes <= most, sizes)
        count = int(owners.max()) + 1 if len(owners) else 0
        own: Owners = np.bincount(owners[told], minlength=count).astype(np.int64)
        codes, counts = _counted(owners.astype(np.int64), begins, sizes, most, count)
        return codes // max(count, 1), codes % max(count, 1), counts, own


def _counted(
    owners: Owners, begins: npt.NDArray[np.intp], sizes: npt.NDArray[np.intp], most: int, count: int
) -> tuple[Owners, Owners]:
    """Codes `first * count + second` of all pairs, and how often each came."""
    codes, counts = np.empty(0, np.int64), np.empty(0, np.int64)
    waiting: list[Owners] = []
    for size in range(2, most + 1):
        starts = begins[sizes == size]
        left, right = np.triu_indices(size, 1)
        for at in range(0, len(starts), max(1, _AT_ONCE // len(left))):
            some = owners[starts[at : at + max(1, _AT_ONCE // len(left)), None] + np.arange(size)]
            some.sort(axis=1)
            waiting.append((some[:, left] * count + some[:, right]).ravel())
            if sum(map(len, waiting)) > _AT_ONCE:
                codes, counts = _merged(codes, counts, waiting)
                waiting = []
    return _merged(codes, counts, waiting)


def _merged(codes: Owners, counts: Owners, more: list[Owners]) -> tuple[Owners, Owners]:
    if not more:
        return codes, counts
    fresh, times = np.unique(np.concatenate(more), return_counts=True)
    every, places = np.unique(np.concatenate([codes, fresh]), return_inverse=True)
    total = np.bincount(places, weights=np.concatenate([counts, times])).astype(np.int64)
    return every, total
