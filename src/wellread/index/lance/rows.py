"""What a process that searches holds in memory of the entries: 40 bytes each, and the codes of its vector.

It follows the versions of the dataset: fragments never change, but for the rows deleted from them, so a new version
costs the reading of what is new, and of the addresses of what is left where something was deleted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lance import LanceDataset, LanceFragment

from wellread.index.lance.schema import IN_MEMORY
from wellread.index.lance.storage import taken
from wellread.index.rowset import GONE, Audiences, RowSet, lengths_of
from wellread.models.protocols import Vectors

SPARE_ROWS = 4_096
"""Gone rows that are put up with in memory, beyond as many as are held."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Entries(RowSet):
    """The entries of one version."""

    dataset: LanceDataset
    words: npt.NDArray[np.uint32]
    """How many terms each has."""
    serials: npt.NDArray[np.uint32]
    addresses: npt.NDArray[np.uint64]
    row_of: npt.NDArray[np.int64]
    """By serial number; -1 where it is not held."""


class LanceFloats:
    """The float32 vectors, read from the dataset."""

    def __init__(self, dataset: LanceDataset, addresses: npt.NDArray[np.uint64], dimensions: int) -> None:
        self._dataset = dataset
        self._addresses = addresses
        self._dimensions = dimensions

    def take(self, rows: npt.NDArray[np.integer]) -> Vectors:
        """The vectors of these rows, shape (len(rows), dimensions)."""
        if not len(rows):
            return np.empty((0, self._dimensions), dtype=np.float32)
        table = taken(self._dataset, self._addresses[rows], ["vector"])
        vectors: Vectors = _flat(table, "vector").reshape(-1, self._dimensions)
        return vectors


class Growing:
    """An array that grows at its end, under views of before that stay as they are."""

    def __init__(self, dtype: Any, *shape: int) -> None:
        self._held = np.empty((0, *shape), dtype=dtype)
        self._count = 0

    def extend(self, values: Array) -> None:
        """Add rows."""
        count = self._count + len(values)
        if count > len(self._held):
            larger = np.empty((max(count, 2 * len(self._held)), *self._held.shape[1:]), self._held.dtype)
            larger[: self._count] = self._held[: self._count]
            self._held = larger
        self._held[self._count : count] = values
        self._count = count

    @property
    def view(self) -> Array:
        """All there is now."""
        return self._held[: self._count]


@dataclass(frozen=True, slots=True)
class _Span:
    """Where the rows of a fragment are in memory."""

    start: int
    end: int
    deleted: int
    """Rows that the fragment had lost when it was last looked at."""


class EntriesInMemory:
    """Follows one dataset. Of one thread at a time; what it gives stays as it is."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._audience: npt.NDArray[np.uint32]
        self._clear()

    def follow(self, dataset: LanceDataset, serials: int) -> Entries:
        """The entries of `dataset`; `serials` have been given out."""
        fragments = {fragment.fragment_id: fragment for fragment in dataset.get_fragments()}
        self._audience = self._audience.copy()  # the only one that is written over
        for number in self._spans.keys() - fragments.keys():
            span = self._spans.pop(number)
            self._audience[span.start : span.end] = GONE
        for number, span in list(self._spans.items()):
            if _deleted(fragments[number]) != span.deleted:
                self._withdraw(fragments[number], span)
        live = int(np.count_nonzero(self._audience))
        if len(self._audience) - live > live + SPARE_ROWS:
            self._clear()
        for number in sorted(fragments.keys() - self._spans.keys()):
            self._read(fragments[number])
        return self._view(dataset, serials)

    def _clear(self) -> None:
        self._columns = {
            "key": Growing(np.int64),
            "serial": Growing(np.uint32),
            "words": Growing(np.uint32),
            "scale": Growing(np.float32),
            "length": Growing(np.float32),
            "address": Growing(np.uint64),
            "codes": Growing(np.int8, self._dimensions),
        }
        self._audience = np.empty(0, dtype=np.uint32)
        self._audiences = Audiences()
        self._spans: dict[int, _Span] = {}

    def _withdraw(self, fragment: LanceFragment, span: _Span) -> None:
        left = fragment.scanner(columns=[], with_row_address=True).to_table()["_rowaddr"].to_numpy()
        held = np.isin(self._columns["address"].view[span.start : span.end], left)
        self._audience[span.start : span.end][~held] = GONE
        self._spans[fragment.fragment_id] = _Span(span.start, span.end, _deleted(fragment))

    def _read(self, fragment: LanceFragment) -> None:
        table = fragment.scanner(columns=IN_MEMORY, with_row_address=True).to_table()
        start = len(self._audience)
        codes = _flat(table, "codes").reshape(-1, self._dimensions)
        found: Mapping[str, Array] = {
            **{name: table[name].to_numpy() for name in ("key", "serial", "words", "scale")},
            "address": table["_rowaddr"].to_numpy(),
            "codes": codes,
            "length": lengths_of(codes),
        }
        for name, values in found.items():
            self._columns[name].extend(values)
        self._audience = np.concatenate([self._audience, self._numbers(table["audience"])])
        self._spans[fragment.fragment_id] = _Span(start, len(self._audience), _deleted(fragment))

    def _numbers(self, audiences: pa.ChunkedArray) -> npt.NDArray[np.uint32]:
        encoded = audiences.combine_chunks().dictionary_encode()
        known = []
        for text in encoded.dictionary.to_pylist():
            readers = frozenset(map(intern, json.loads(text)))
            number = self._audiences.number(readers)
            known.append(self._audiences.add(readers) if number is None else number)
        numbers: npt.NDArray[np.uint32] = np.array(known, dtype=np.uint32)[encoded.indices.to_numpy()]
        return numbers

    def _view(self, dataset: LanceDataset, serials: int) -> Entries:
        columns = {name: column.view for name, column in self._columns.items()}
        held = np.flatnonzero(self._audience)
        row_of = np.full(serials, -1, dtype=np.int64)
        row_of[columns["serial"][held]] = held
        return Entries(
            dataset=dataset,
            codes=columns["codes"],
            floats=LanceFloats(dataset, columns["address"], self._dimensions),
            keys=columns["key"],
            scales=columns["scale"],
            lengths=columns["length"],
            audience=self._audience,
            audiences=self._audiences,
            live=len(held),
            words=columns["words"],
            serials=columns["serial"],
            addresses=columns["address"],
            row_of=row_of,
        )


def _flat(table: pa.Table, column: str) -> Array:
    values: Array = table[column].combine_chunks().flatten().to_numpy()
    return values


def _deleted(fragment: LanceFragment) -> int:
    return int(fragment.metadata.num_deletions)
