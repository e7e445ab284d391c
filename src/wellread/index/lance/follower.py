"""What a search sees: both datasets at the versions that the state names, found anew whenever it names others."""

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wellread.errors import StorageError
from wellread.index.lance.cell import Cell, Value
from wellread.index.lance.held import entries_of
from wellread.index.lance.postings import Postings
from wellread.index.lance.rows import Entries, EntriesInMemory
from wellread.index.lance.state import ENTRIES, POSTINGS, State
from wellread.index.lance.storage import Storage
from wellread.index.lance.terms import Terms
from wellread.index.protocol import Proposal, Weights
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

ATTEMPTS = 20
"""Changes that may overtake one search before it gives up."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One commit. Stays as it is while the index moves on; what it reads from storage may then be gone."""

    state: State
    version: int
    """Of the state's cell."""
    terms: Terms

    @property
    def rows(self) -> Entries:
        """The entries but for their terms."""
        return self.terms.entries

    def search_terms(
        self, query: str, principals: frozenset[Principal], limit: int, among: Collection[int] | None
    ) -> list[Proposal]:
        """As `index.protocol` has it."""
        return self.terms.search(query, principals, limit, among)

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """As `index.protocol` has it."""
        return self.terms.weights(query, principals)

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """As `index.protocol` has it."""
        return self.terms.respelled(words, principals)

    def held(self, keys: Iterable[int]) -> tuple[list[Entry], Vectors]:
        """As `index.protocol` has it."""
        return entries_of(self.rows, keys)


class Follower:
    """Gives the latest snapshot, whichever process committed it. Safe to call from several threads."""

    def __init__(self, storage: Storage, dimensions: int) -> None:
        self._storage = storage
        self._dimensions = dimensions
        self._cell = Cell(storage.below("state"))
        self._refreshing = threading.Lock()
        self._memory = EntriesInMemory(dimensions)
        self._seen: Snapshot | None = None

    def latest(self) -> Snapshot | None:
        """The last commit, None while there is no index.

        Raises StorageError when datasets are damaged or gone and UsageError when they are of other dimensions.
        """
        version, _ = self._state()
        seen = self._seen
        if seen is not None and seen.version == version:
            return (
                seen  # without a turn: storage may be far away, and searches are not to wait for each other
            )
        with self._refreshing:
            tried = 0
            for _ in range(ATTEMPTS):
                version, value = self._state()
                if not version:
                    self._seen = None
                    return None
                if self._seen is not None and self._seen.version == version:
                    return self._seen
                state = State.from_value(value, self._storage.root, self._dimensions)
                try:
                    self._seen = self._read(state, version)
                    return self._seen
                except (OSError, ValueError) as error:
                    gone, again = error, tried == version
                    self._forget()
                    if again:
                        break
                    tried = version  # superseded between two looks, unless it fails once more
        raise StorageError(
            f"the index at {self._storage.root} cannot be read ({gone}): rebuild it with `wellread reindex --anew`"
        ) from gone

    def forget(self) -> None:
        """Let go of what is in memory."""
        with self._refreshing:
            self._forget()

    def _state(self) -> tuple[int, Value]:
        try:
            return self._cell.read()
        except (OSError, ValueError) as error:
            raise StorageError(f"the index at {self._storage.root} cannot be reached: {error}") from error

    def _forget(self) -> None:
        self._memory = EntriesInMemory(self._dimensions)
        self._seen = None

    def _read(self, state: State, version: int) -> Snapshot:
        before = self._seen
        if before is not None and before.state.generation != state.generation:
            self._forget()
            before = None
        generation = self._storage.below(state.directory)
        if before is not None and before.state.entries == state.entries:
            entries = before.terms.entries
        else:
            dataset = generation.below(ENTRIES).open(state.entries)
            entries = self._memory.follow(dataset, state.serials)
        if before is not None and before.state.postings == state.postings:
            postings = before.terms.postings
        else:
            dataset = generation.below(POSTINGS).open(state.postings)
            postings = Postings(dataset, None if before is None else before.terms.postings)
        return Snapshot(state, version, Terms(entries, postings))
