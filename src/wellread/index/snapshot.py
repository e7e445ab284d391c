"""What a search sees: the terms and the rows of one commit, found anew whenever the index has moved on."""

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from wellread.errors import StorageError
from wellread.index import manifest
from wellread.index.asking import Asking, Told
from wellread.index.generation import TERMS
from wellread.index.protocol import Proposal, Weights
from wellread.index.rows import Rows
from wellread.index.state import State
from wellread.index.terms import TermsReader, TermsSnapshot
from wellread.index.vectors import Scanner
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

ATTEMPTS = 20
"""Swaps and packings that may overtake one search before it gives up."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Terms and rows of one commit of one generation."""

    terms: TermsSnapshot
    rows: Rows

    @property
    def state(self) -> State:
        """The commit."""
        return self.rows.state

    def search_terms(
        self, query: str, principals: frozenset[Principal], limit: int, among: Collection[int] | None
    ) -> list[Proposal]:
        """As `index.protocol` has it."""
        # Asking nothing of entries that may all be read lets tantivy pass over those that cannot be among the best.
        return self.terms.search(query, principals, limit, among, all_readable=self._reads_all(principals))

    def weights(self, query: str, principals: frozenset[Principal]) -> Weights:
        """As `index.protocol` has it."""
        return self.terms.weights(query, None if self._reads_all(principals) else principals)

    def respelled(self, words: Iterable[str], principals: frozenset[Principal]) -> dict[str, str]:
        """As `index.protocol` has it; see `TermsSnapshot.respelled`."""
        return self.terms.respelled(words, principals)

    def held(self, keys: Iterable[int]) -> tuple[list[Entry], Vectors]:
        """As `index.protocol` has it."""
        rows = self.rows.rows_of(keys)
        found = zip(self.rows.keys[rows].tolist(), self.rows.audience[rows].tolist(), strict=True)
        entries = [
            Entry(key=key, readers=self.rows.audiences[audience], **self.terms.stored(key))
            for key, audience in found
        ]
        return entries, self.rows.floats.take(rows)

    def _reads_all(self, principals: frozenset[Principal]) -> bool:
        return self.rows.live > 0 and self.rows.selection(principals).count == self.rows.live


class Pinned(Asking[Snapshot]):
    """An index as it was at one moment. What was found there stays there, also when it is rebuilt meanwhile."""

    def __init__(self, dimensions: int, scanner: Scanner, snapshot: Snapshot | None) -> None:
        super().__init__(dimensions, scanner)
        self._pinned = snapshot

    def _asking(self, ask: Callable[[Snapshot], Told], nothing: Told) -> Told:
        return nothing if self._pinned is None else ask(self._pinned)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A snapshot, and the bytes of the two files that say whether it is still the latest."""

    current: bytes
    meta: bytes
    generation: Path
    reader: TermsReader
    snapshot: Snapshot


class Follower:
    """Gives the latest snapshot, whichever process committed it. Safe to call from several threads."""

    def __init__(self, directory: Path, dimensions: int) -> None:
        self._directory = directory
        self._dimensions = dimensions
        self._refreshing = threading.Lock()
        self._seen: _Seen | None = None

    def latest(self) -> Snapshot | None:
        """The last commit, None while there is no index.

        Two files of some kilobytes are read each time: a change that has returned has replaced one of them.
        Raises StorageError when the files are damaged and UsageError when they are of other dimensions.
        """
        with self._refreshing:
            for _ in range(ATTEMPTS):
                try:
                    return self._refreshed()
                except FileNotFoundError as error:
                    # The generation or epoch was superseded between two looks at the disk.
                    gone = error
        raise StorageError(
            f"the index in {self._directory} lacks {gone.filename}: rebuild the index"
        ) from gone

    def forget(self) -> None:
        """Let go of the snapshot and its files."""
        self._seen = None

    def _refreshed(self) -> Snapshot | None:
        try:
            current = (self._directory / manifest.NAME).read_bytes()
        except FileNotFoundError:
            self._seen = None
            return None
        seen = self._seen
        if seen is None or seen.current != current:
            parsed = manifest.Manifest.parse(current, self._directory, self._dimensions)
            generation = manifest.generation_directory(self._directory, parsed.generation)
            seen = None
        else:
            generation = seen.generation
        # Read before the commit itself is: should it be overtaken in between, the next search looks again.
        meta = (generation / TERMS / "meta.json").read_bytes()
        if seen is not None and seen.meta == meta:
            return seen.snapshot
        self._seen = self._read(current, meta, generation, seen)
        return self._seen.snapshot

    def _read(self, current: bytes, meta: bytes, generation: Path, seen: _Seen | None) -> _Seen:
        try:
            reader = seen.reader if seen is not None else TermsReader(generation / TERMS)
            terms = reader.snapshot()
            state = terms.state()
        except ValueError as error:
            if not (generation / TERMS / "meta.json").exists():
                raise FileNotFoundError(2, "superseded", str(generation)) from error
            raise StorageError(
                f"the terms in {generation} are damaged ({error}): rebuild the index"
            ) from error
        rows = Rows.read(
            generation, self._dimensions, state, seen.snapshot.rows if seen is not None else None
        )
        if rows.live != terms.entries:
            raise StorageError(
                f"the index in {self._directory} has {terms.entries} entries by its terms and {rows.live} "
                "by its rows, and the two must agree: rebuild the index"
            )
        return _Seen(current, meta, generation, reader, Snapshot(terms, rows))
