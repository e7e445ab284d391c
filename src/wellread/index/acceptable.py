"""What every engine takes: keys, vectors and questions that fit."""

from collections.abc import Sequence

import numpy as np

from wellread.errors import UsageError
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry


def checked_vectors(entries: Sequence[Entry], vectors: Vectors, dimensions: int) -> Vectors:
    """`vectors` as float32 of shape (len(entries), dimensions). Raises UsageError, naming what does not fit."""
    for entry in entries:
        _check_key(entry.key)
    vectors = np.asarray(vectors, dtype=np.float32)
    if not entries and not vectors.size:
        return np.empty((0, dimensions), dtype=np.float32)
    if vectors.shape != (len(entries), dimensions):
        raise UsageError(
            f"vectors of shape {vectors.shape} do not fit: {len(entries)} entries in an index of "
            f"{dimensions} dimensions take ({len(entries)}, {dimensions})"
        )
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        key = entries[int(np.argmin(finite))].key
        raise UsageError(f"the vector of passage {key} is not finite: look at what the embedder was given")
    return vectors


def checked_question(vector: Vectors, dimensions: int) -> Vectors:
    """`vector` as float32. Raises UsageError when it is of another shape than (dimensions,) or not finite."""
    vector = np.asarray(vector, dtype=np.float32)
    if vector.shape != (dimensions,) or not np.isfinite(vector).all():
        raise UsageError(
            f"a vector of shape {vector.shape} cannot be searched for: the index takes ({dimensions},), finite"
        )
    return vector


def _check_key(key: int) -> None:
    """0 is the State's, tantivy's integers are signed."""
    if not 0 < key < 2**63:
        raise UsageError(f"{key} is not a passage key: keys are from 1 to 2**63 - 1")
