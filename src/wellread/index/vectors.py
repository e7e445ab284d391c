"""The nearest rows to a vector among those a person may read: exact, in three passes.

1. Inner products of the int8 codes with the int8 question, over readable rows only.
2. Inner products in float32 of the best few: the last that is wanted of them is a score that a row has to reach.
3. Inner products in float32 of every other row that could reach it, for all that its codes are inexact.

Permission is settled before the first pass ranks anything, so somebody who may read exactly k rows gets k.
Every row is compared, hence nothing to train and no recall to tune; the memory's bandwidth is the limit.

How far codes are off. With x a row, q the question, x', q' what their codes stand for and s the row's scale,

    |x.q - x'.q'|  <=  |(x - x').q| + |x'.(q - q')|  <=  s / 2 * sum |q|  +  s * length of the code * |q - q'|

since a code is off by half a step at most, and by Cauchy and Schwarz.
"""

import os
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import simsimd

from wellread.index.protocol import Proposal
from wellread.index.rowset import Codes, RowSet, Selection, quantize
from wellread.models.protocols import Vectors
from wellread.records.people import Principal

RESCORED = 60
"""Rows that are scored again in float32, at least; twice the limit when that is more."""
DENSE = 0.3
"""From this share of readable rows on, scanning all is faster than gathering those few."""
BLOCK = 16_384
"""Rows scanned at once: 6 MB of codes at 384 dimensions."""
GROUP = 64
"""Scores of which first only the highest is looked at."""
MOST_THREADS = 4
"""More of them wait for the memory."""

Scores = npt.NDArray[np.float32]


class Scanner:
    """Scans with a few threads, made when first needed. Safe to call from several threads."""

    def __init__(self) -> None:
        self._threads = min(MOST_THREADS, len(os.sched_getaffinity(0)))
        self._pool = ThreadPoolExecutor(self._threads, "scan")

    def run(self, scan: Callable[[int, int], None], count: int) -> None:
        """Call `scan` with the bounds of every block of `count` rows."""
        blocks = [(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
        if len(blocks) < 2 or self._threads == 1:
            for start, end in blocks:
                scan(start, end)
            return
        share = iter(blocks)  # next() on it is one step, so no two threads get the same block

        def work() -> None:
            for start, end in share:
                scan(start, end)

        for done in [self._pool.submit(work) for _ in range(self._threads)]:
            done.result()

    def close(self) -> None:
        """Let go of the threads. Calling twice is harmless."""
        self._pool.shutdown()


def nearest(
    rows: RowSet, vector: Vectors, principals: frozenset[Principal], limit: int, scanner: Scanner
) -> list[Proposal]:
    """The `limit` readable rows with the highest inner product, best first, equal ones by key.

    `vector` has shape (dimensions,) and is finite.
    """
    selection = rows.selection(principals)
    if limit < 1 or not selection.count:
        return []
    chosen, scores = _candidates(rows, vector, selection, limit, scanner)
    return _ranked(rows, chosen, scores, limit)


def nearest_among(
    rows: RowSet, vector: Vectors, principals: frozenset[Principal], limit: int, keys: Collection[int]
) -> list[Proposal]:
    """As `nearest`, but only over the rows of `keys`."""
    chosen = rows.rows_of(keys)
    chosen = chosen[rows.selection(principals).readable[chosen]]
    return _ranked(rows, chosen, rows.floats.take(chosen) @ vector, max(limit, 0))


def _ranked(rows: RowSet, chosen: npt.NDArray[np.intp], scores: Scores, limit: int) -> list[Proposal]:
    keys = rows.keys[chosen]
    order = np.lexsort((keys, -scores))[:limit]
    return [Proposal(int(keys[place]), float(scores[place])) for place in order]


def _candidates(
    rows: RowSet, vector: Vectors, selection: Selection, limit: int, scanner: Scanner
) -> tuple[npt.NDArray[np.intp], Scores]:
    """Readable rows, with their scores, among which the best `limit` are."""
    wanted = max(RESCORED, 2 * limit)
    [question], [step] = quantize(vector[None])
    if not step:
        return selection.numbers, np.zeros(selection.count, dtype=np.float32)
    if selection.count <= wanted:
        return selection.numbers, rows.floats.take(selection.numbers) @ vector

    # 1. All of them, by their codes.
    dense = selection.count >= DENSE * len(selection.readable)
    scan = _scan_all if dense else _scan_chosen
    by_codes = scan(rows, question, selection, scanner)
    by_codes *= step

    # 2. The best of these, exactly.
    best = _highest(by_codes, wanted)
    chosen = best if dense else selection.numbers[best]
    scores = rows.floats.take(chosen) @ vector
    needed = np.partition(scores, -limit)[-limit]

    # 3. The others that may be as good.
    by_codes[best] = -np.inf
    steps, rest = np.abs(vector).sum() / 2, np.linalg.norm(vector - question * step)
    least = needed - _rounding(needed)
    may_be = np.flatnonzero(by_codes >= least - rows.scales.max() * (steps + rows.lengths.max() * rest))
    others = may_be if dense else selection.numbers[may_be]
    off = rows.scales[others] * (steps + rows.lengths[others] * rest)
    others = others[by_codes[may_be] + off >= least]
    return np.concatenate([chosen, others]), np.concatenate([scores, rows.floats.take(others) @ vector])


def _rounding(score: np.float32) -> float:
    """What sums in float32 are off, and then some."""
    return 1e-5 * (abs(float(score)) + 1e-3)


def _scan_all(rows: RowSet, question: Codes, selection: Selection, scanner: Scanner) -> Scores:
    """For every row its score but for the question's scale; -inf where it may not be read."""
    scores = np.empty(len(selection.readable), dtype=np.float32)
    complete = selection.count == len(scores)

    def scan(start: int, end: int) -> None:
        part = scores[start:end]
        np.multiply(_products(question, rows.codes[start:end]), rows.scales[start:end], out=part)
        if not complete:
            part[~selection.readable[start:end]] = -np.inf

    scanner.run(scan, len(scores))
    return scores


def _scan_chosen(rows: RowSet, question: Codes, selection: Selection, scanner: Scanner) -> Scores:
    """For every readable row its score but for the question's scale."""
    numbers = selection.numbers
    scores = np.empty(len(numbers), dtype=np.float32)

    def scan(start: int, end: int) -> None:
        part = numbers[start:end]
        np.multiply(
            _products(question, rows.codes.take(part, axis=0)), rows.scales[part], out=scores[start:end]
        )

    scanner.run(scan, len(numbers))
    return scores


def _products(question: Codes, codes: Codes) -> Scores:
    products: Scores = np.asarray(simsimd.cdist(question[None], codes, "dot", out_dtype="float32"))
    return products.reshape(-1)


def _highest(scores: Scores, wanted: int) -> npt.NDArray[np.intp]:
    """Where the `wanted` highest are. So many maxima of groups reach a score, so at least as many scores do, and hardly
    more: few are left to be put in order."""
    groups = len(scores) // GROUP
    if groups > wanted:
        maxima = scores[: groups * GROUP].reshape(GROUP, groups).max(axis=0)
        reached = np.flatnonzero(scores >= np.partition(maxima, -wanted)[-wanted])
    else:
        reached = np.arange(len(scores))
    return reached[np.argpartition(scores[reached], -wanted)[-wanted:]]
