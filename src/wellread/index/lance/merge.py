"""Many small fragments become one, so that a search has few to look into.

Fragments are of classes by size, each class EIGHT times the one below; as soon as EIGHT of one class are there, they
are written as one. So each row is written again once for each class that it passes: rarely more than five times.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lance import LanceDataset

from wellread.index.lance import schema
from wellread.index.lance.build import grouped
from wellread.index.lance.postings import Postings
from wellread.index.lance.storage import taken

EIGHT = 8
MOST_ENTRIES = 4_096
"""Fragments of more entries than that are left as they are: the read of eight is to fit in memory."""
TERMS_AT_ONCE = 1_024
"""Terms whose postings are held in memory together."""


def due(sizes: Mapping[int, int], most: float = math.inf) -> list[int]:
    """Numbers of fragments to be made one, the smallest class first; `sizes` are rows by number. Empty for none."""
    classes: defaultdict[int, list[int]] = defaultdict(list)
    for number, size in sizes.items():
        if size <= most:
            classes[int(math.log(max(size, 1), EIGHT))].append(number)
    return next((sorted(each) for _, each in sorted(classes.items()) if len(each) >= EIGHT), [])


def entries_of(dataset: LanceDataset, numbers: Sequence[int]) -> pa.Table:
    """The rows of some fragments, in the order of their serial numbers, so that those of one batch stay together."""
    wanted = [fragment for fragment in dataset.get_fragments() if fragment.fragment_id in numbers]
    return dataset.scanner(fragments=wanted).to_table().sort_by("serial")


def postings_of(
    postings: Postings, numbers: Sequence[int], row_of: npt.NDArray[np.int64]
) -> pa.RecordBatchReader:
    """The postings of some segments as those of one, without entries that are gone; `row_of` is below zero for these.

    A part of the alphabet at a time.
    """
    return pa.RecordBatchReader.from_batches(schema.POSTINGS, _merged(postings, numbers, row_of))


def _merged(
    postings: Postings, numbers: Sequence[int], row_of: npt.NDArray[np.int64]
) -> Iterator[pa.RecordBatch]:
    segments = {number: postings.segments[number] for number in numbers}
    starts = dict.fromkeys(segments, 0)
    for bound in _bounds(list(segments.values())):
        addresses: list[npt.NDArray[np.uint64]] = []
        for number, terms in segments.items():
            end = len(terms) if bound is None else _place(terms, bound)
            addresses.append((number << 32) + np.arange(starts[number], end, dtype=np.uint64))
            starts[number] = end
        table = taken(postings.dataset, np.concatenate(addresses), schema.POSTINGS.names)
        yield from _one(table, row_of).to_batches()


def _bounds(segments: Sequence[pa.StringArray]) -> list[str | None]:
    """Terms before which one part ends and the next begins; None for the end."""
    if not segments:
        return []
    largest = max(segments, key=len)
    places = range(TERMS_AT_ONCE, len(largest), TERMS_AT_ONCE)
    return [*(largest[place].as_py() for place in places), None]


def _one(table: pa.Table, row_of: npt.NDArray[np.int64]) -> pa.Table:
    terms = table["term"].combine_chunks().dictionary_encode()
    serials = table["serials"].combine_chunks()
    places = np.repeat(terms.indices.to_numpy(), serials.value_lengths().to_numpy())
    numbers = serials.flatten().to_numpy()
    counts = table["counts"].combine_chunks().flatten().to_numpy()
    held = row_of[numbers] >= 0
    return grouped(terms.dictionary.to_pylist(), places[held], numbers[held], counts[held])


def _place(terms: pa.StringArray, term: str) -> int:
    return bisect_left(range(len(terms)), term, key=lambda place: terms[place].as_py())
