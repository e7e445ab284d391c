"""Reading entries back as they were put."""

from collections.abc import Iterable

import numpy as np

from wellread.index.lance.rows import Entries
from wellread.index.lance.schema import TEXTS
from wellread.index.lance.storage import taken
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry


def entries_of(held: Entries, keys: Iterable[int]) -> tuple[list[Entry], Vectors]:
    """The entries of `keys` and their vectors, shape (entries, dimensions); keys that are not held are left out."""
    rows = held.rows_of(keys)
    if not len(rows):
        return [], np.empty((0, held.codes.shape[1]), dtype=np.float32)
    table = taken(held.dataset, held.addresses[rows], TEXTS)
    audiences = [held.audiences[number] for number in held.audience[rows].tolist()]
    found = [
        Entry(key=key, readers=readers, **texts)
        for key, readers, texts in zip(held.keys[rows].tolist(), audiences, table.to_pylist(), strict=True)
    ]
    return found, held.floats.take(rows)
