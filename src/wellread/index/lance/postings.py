"""Which entries have a term. A process that searches holds the terms of every segment, and reads the postings it needs.

A segment is a fragment: its rows are in the order of terms and none is ever deleted.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lance import LanceDataset

from wellread.index.lance.storage import taken

MOST_REMEMBERED = 4_000_000
"""Postings that are kept in memory for who asks for the same terms again: 32 MB."""

Posted = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]
"""Serial numbers of entries and how often each has the term. A serial number comes once."""


class Postings:
    """The postings of one version."""

    def __init__(self, dataset: LanceDataset, before: "Postings | None" = None) -> None:
        """Terms of segments that `before`, of an earlier version, knows are not read again."""
        known = before.segments if before is not None else {}
        self.dataset = dataset
        self.segments: dict[int, pa.StringArray] = {
            fragment.fragment_id: known[fragment.fragment_id]
            if fragment.fragment_id in known
            else fragment.scanner(columns=["term"]).to_table()["term"].combine_chunks()
            for fragment in dataset.get_fragments()
        }
        self._remembered: dict[str, Posted] = {}
        self._size = 0

    def of(self, terms: Sequence[str]) -> list[Posted]:
        """For each term, whoever may read the entries; also of entries that are gone."""
        known = {term: self._remembered[term] for term in terms if term in self._remembered}
        known |= self._read([term for term in terms if term not in known])
        return [known[term] for term in terms]

    def beginning(self, beginning: str, wanted: Callable[[str], bool]) -> list[str]:
        """The terms with that beginning that are wanted."""
        found = set[str]()
        for terms in self.segments.values():
            for place in range(_place(terms, beginning), len(terms)):
                term = terms[place].as_py()
                if not term.startswith(beginning):
                    break
                if wanted(term):
                    found.add(term)
        return sorted(found)

    def _read(self, terms: Sequence[str]) -> dict[str, Posted]:
        wanted = list(self._places(terms))
        parts: dict[str, list[Posted]] = {term: [] for term in terms}
        if wanted:
            addresses = np.array([address for _, address in wanted], dtype=np.uint64)
            table = taken(self.dataset, addresses, ["serials", "counts"])
            for (term, _), serials, counts in zip(wanted, table["serials"], table["counts"], strict=True):
                parts[term].append((serials.values.to_numpy(), counts.values.to_numpy()))
        found = {term: _joined(each) for term, each in parts.items()}
        self._remember(found)
        return found

    def _places(self, terms: Sequence[str]) -> Iterator[tuple[str, int]]:
        for number, held in self.segments.items():
            for term in terms:
                place = _place(held, term)
                if place < len(held) and held[place].as_py() == term:
                    yield term, (number << 32) + place

    def _remember(self, found: dict[str, Posted]) -> None:
        self._size += sum(len(serials) for serials, _ in found.values())
        if self._size > MOST_REMEMBERED:
            self._remembered, self._size = {}, 0
            return
        self._remembered |= found


def _joined(parts: Sequence[Posted]) -> Posted:
    if len(parts) == 1:
        return parts[0]
    none = np.empty(0, dtype=np.uint32)
    return (
        np.concatenate([none, *(serials for serials, _ in parts)]),
        np.concatenate([none, *(counts for _, counts in parts)]),
    )


def _place(terms: pa.StringArray, term: str) -> int:
    return bisect_left(range(len(terms)), term, key=lambda place: terms[place].as_py())
