"""The nearest rows to a vector among those a person may read: exact, in two passes.

1. Inner products of the int8 codes with the int8 question, over readable rows only.
2. Inner products in float32 of the best few, which settle the order.

Permission is settled before the first pass ranks anything, so somebody who may read exactly k rows gets k.
Every row is compared, hence nothing to train and no recall to tune; the memory's bandwidth is the limit.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import simsimd

from wellread.index.protocol import Proposal
from wellread.index.rows import Codes, Rows, quantize
from wellread.models.protocols import Vectors
from wellread.records.people import Principal

RESCORED = 60
"""Rows that are scored again in float32, at least; twice the limit when that is more."""
DENSE = 0.3
"""From this share of readable rows on, scanning all is faster than gathering those few."""
BLOCK = 16_384
"""Rows gathered at once: 6 MB of codes at 384 dimensions."""


def nearest(rows: Rows, vector: Vectors, principals: frozenset[Principal], limit: int) -> list[Proposal]:
    """The `limit` readable rows with the highest inner product, best first, equal ones by key.

    `vector` has shape (dimensions,) and is finite.
    """
    readable = rows.readable(principals)
    count = int(np.count_nonzero(readable))
    if limit < 1 or not count:
        return []
    candidates = _best(rows, vector, readable, count, max(RESCORED, 2 * limit))
    return _ranked(rows, vector, candidates, limit)


def nearest_among(
    rows: Rows, vector: Vectors, principals: frozenset[Principal], limit: int, keys: Collection[int]
) -> list[Proposal]:
    """As `nearest`, but only over the rows of `keys`."""
    chosen = rows.rows_of(keys)
    permitted = rows.audiences.permitting(principals)[rows.audience[chosen]]
    return _ranked(rows, vector, chosen[permitted], max(limit, 0))


def _ranked(rows: Rows, vector: Vectors, chosen: npt.NDArray[np.intp], limit: int) -> list[Proposal]:
    scores = rows.floats[chosen] @ vector
    keys = rows.keys[chosen]
    order = np.lexsort((keys, -scores))[:limit]
    return [Proposal(int(keys[place]), float(scores[place])) for place in order]


def _best(
    rows: Rows, vector: Vectors, readable: npt.NDArray[np.bool_], count: int, wanted: int
) -> npt.NDArray[np.intp]:
    if count <= wanted:
        return np.flatnonzero(readable)
    [question], _ = quantize(vector[None])
    if count >= DENSE * len(readable):
        scores = _products(question, rows.codes) * rows.scales
        scores[~readable] = -np.inf
        return _highest(scores, wanted)
    chosen = np.flatnonzero(readable)
    scores = np.concatenate(
        [
            _products(question, rows.codes.take(chosen[start : start + BLOCK], axis=0))
            for start in range(0, count, BLOCK)
        ]
    )
    return chosen[_highest(scores * rows.scales[chosen], wanted)]


def _products(question: Codes, codes: Codes) -> npt.NDArray[np.float32]:
    products: npt.NDArray[np.float32] = np.asarray(
        simsimd.cdist(question[None], codes, "dot", out_dtype="float32")
    )
    return products.reshape(-1)


def _highest(scores: npt.NDArray[np.float32], wanted: int) -> npt.NDArray[np.intp]:
    return np.argpartition(scores, len(scores) - wanted)[-wanted:]
