"""From entries to fragments of both datasets: a function of its batch alone, so that any number of processes may build
some and one of them commits all.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lance import FragmentMetadata

from wellread.errors import StorageError
from wellread.index.lance import schema
from wellread.index.lance.state import ENTRIES, POSTINGS
from wellread.index.lance.storage import Storage
from wellread.index.rowset import quantize
from wellread.index.words import analyzer, texts_of
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True)
class Built:
    """Fragments that are written and not committed yet."""

    entries: list[FragmentMetadata] = field(default_factory=list)
    postings: list[FragmentMetadata] = field(default_factory=list)


def build(generation: Storage, entries: Sequence[Entry], vectors: Vectors, serial: int) -> Built:
    """Write a fragment of each dataset for `entries` with their `vectors`, shape (len(entries), dimensions), whose
    serial numbers are those from `serial` on. Both datasets have to exist; keys may not come twice.

    Raises OSError and ValueError as Lance does, StorageError when there are no more numbers.
    """
    if not entries:
        return Built()
    if serial + len(entries) > schema.MOST_SERIALS:
        raise StorageError("the index has given out all its serial numbers: run `wellread reindex --anew`")
    texts = [texts_of(entry) for entry in entries]
    terms = [analyzer().analyze("\n".join(each)) for each in texts]  # no term goes over the end of a line
    serials = np.arange(serial, serial + len(entries), dtype=np.uint32)
    codes, scales = quantize(vectors)
    dimensions = vectors.shape[1]
    columns = [
        pa.array([entry.key for entry in entries], pa.int64()),
        pa.array(serials),
        pa.array([audience_of(entry.readers) for entry in entries], pa.string()),
        pa.array([len(each) for each in terms], pa.uint32()),
        *(pa.array(column, pa.string()) for column in zip(*texts, strict=True)),
        pa.array(scales),
        pa.FixedSizeListArray.from_arrays(pa.array(codes.reshape(-1)), dimensions),
        pa.FixedSizeListArray.from_arrays(
            pa.array(np.ascontiguousarray(vectors, np.float32).reshape(-1)), dimensions
        ),
    ]
    table = pa.Table.from_arrays(columns, schema=schema.entries(dimensions))
    inverted = _inverted(serials, terms)
    return Built(
        generation.below(ENTRIES).write(table),
        generation.below(POSTINGS).write(inverted) if inverted.num_rows else [],
    )


def audience_of(readers: Iterable[Principal]) -> str:
    """A set of readers as it is stored; the inverse is `json.loads`."""
    return json.dumps(sorted(readers))


def grouped(
    terms: Sequence[str],
    places: npt.NDArray[np.intp],
    serials: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
) -> pa.Table:
    """Postings as rows; the i-th is of `terms[places[i]]`. Terms that have none are left out."""
    rank = np.empty(len(terms), dtype=np.intp)
    order = sorted(range(len(terms)), key=terms.__getitem__)
    rank[order] = np.arange(len(terms))
    ranks = rank[places]
    by_term = np.lexsort((serials, ranks))
    lengths = np.bincount(ranks, minlength=len(terms))
    present = np.flatnonzero(lengths)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths[present])]).astype(np.int32))
    return pa.Table.from_arrays(
        [
            pa.array([terms[order[place]] for place in present.tolist()], pa.string()),
            pa.ListArray.from_arrays(offsets, pa.array(serials[by_term])),
            pa.ListArray.from_arrays(offsets, pa.array(counts[by_term])),
        ],
        schema=schema.POSTINGS,
    )


def _inverted(serials: npt.NDArray[np.uint32], terms: Sequence[Sequence[str]]) -> pa.Table:
    """`terms` of each entry, as often as it has them."""
    encoded = pa.array(list(chain.from_iterable(terms)), pa.string()).dictionary_encode()
    distinct = max(len(encoded.dictionary), 1)
    owners = np.repeat(np.arange(len(terms), dtype=np.int64), [len(each) for each in terms])
    pairs, counts = np.unique(owners * distinct + encoded.indices.to_numpy(), return_counts=True)
    return grouped(
        encoded.dictionary.to_pylist(), pairs % distinct, serials[pairs // distinct], counts.astype(np.uint32)
    )
