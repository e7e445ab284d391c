"""A naive index to compare engines with, and the entries and vectors that tests give to both."""

from collections.abc import Iterable, Sequence

import numpy as np

from wellread.index.protocol import Index, Proposal
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

DIMENSIONS = 16
EVERYONE = frozenset({"everyone"})
NO_KEYS: tuple[int, ...] = ()


def entry(
    key: int,
    text: str = "dogs",
    readers: Iterable[Principal] = EVERYONE,
    *,
    title: str = "",
    heading: str = "",
) -> Entry:
    """An entry of which a test says only what matters to it."""
    return Entry(key=key, title=title, heading=heading, text=text, readers=frozenset(readers))


def drawn(count: int, seed: int = 0) -> Vectors:
    """Unit vectors, shape (count, DIMENSIONS), always the same for one seed."""
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSIONS), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def keys_of(proposals: Sequence[Proposal]) -> list[int]:
    return [proposal.key for proposal in proposals]


class Oracle:
    """The same promises, kept naively: a dictionary that is looked through."""

    def __init__(self) -> None:
        self.position = 0
        self.entries: dict[int, tuple[Entry, Vectors]] = {}

    def apply(
        self, position: int, upserts: Sequence[Entry], vectors: Vectors, deletes: Iterable[int]
    ) -> None:
        self.entries |= {each.key: (each, vector) for each, vector in zip(upserts, vectors, strict=True)}
        for key in deletes:
            self.entries.pop(key, None)
        self.position = max(self.position, position)

    def set_readers(self, position: int, readers: dict[int, frozenset[Principal]]) -> None:
        for key, permitted in readers.items():
            if key in self.entries:
                old, vector = self.entries[key]
                self.entries[key] = (entry(key, old.text, permitted), vector)
        self.position = max(self.position, position)

    def readable(self, principals: frozenset[Principal]) -> set[int]:
        return {key for key, (each, _) in self.entries.items() if each.readers & principals}

    def nearest(self, vector: Vectors, principals: frozenset[Principal], limit: int) -> list[int]:
        readable = self.readable(principals)
        return sorted(readable, key=lambda key: (-float(self.entries[key][1] @ vector), key))[:limit]


def assert_same(index: Index, oracle: Oracle, principals: Iterable[frozenset[Principal]]) -> None:
    """`index` holds what `oracle` holds, in both halves. Every entry's text has to have the word "dogs"."""
    held = oracle.entries.keys()
    assert index.position == oracle.position
    assert index.keys() == held
    assert index.count() == len(held)
    question = drawn(1, seed=99)[0]
    for each in principals:
        readable = oracle.readable(each)
        assert set(keys_of(index.search_terms("dog", each, 1000))) == readable
        assert keys_of(index.search_vectors(question, each, 1000)) == oracle.nearest(question, each, 1000)
        # Asking for exactly as many as may be seen has to give them all: nothing is filtered after ranking.
        assert len(index.search_terms("dog", each, len(readable))) == len(readable)
        assert set(keys_of(index.search_vectors(question, each, len(readable)))) == readable


PRINCIPALS = ["everyone", "group:hr", "group:it", "user:ann", "user:bob"]
