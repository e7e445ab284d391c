"""A new generation beside the one that counts: fragments by batches, one commit of each dataset, one state at the end.

`Rebuilding.add` builds here; several processes can do the same with `build.build`, each over serial numbers of its own,
and hand what they built to `Rebuilding.take`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
from lance import LanceOperation

from wellread.index.acceptable import checked_vectors
from wellread.index.lance.build import Built, build
from wellread.index.lance.follower import Snapshot
from wellread.index.lance.fragments import merged_postings, replaced, without
from wellread.index.lance.postings import Postings
from wellread.index.lance.rows import EntriesInMemory
from wellread.index.lance.state import ENTRIES, POSTINGS, State, directory
from wellread.index.lance.storage import Storage
from wellread.index.lance.terms import Terms
from wellread.index.lance.writer import Writer
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry

Part = tuple[Built, int]
"""What was built of a part of the entries, and how many serial numbers that took."""

AT_ONCE = 16_384
"""Entries of one fragment: 60 MB of them in memory at 384 dimensions."""


@dataclass(slots=True)
class Rebuilding:
    """What is built of a generation so far; nothing of it counts before `finish`."""

    generation: Storage
    dimensions: int
    serials: int = 0
    built: Built = field(default_factory=Built)
    _entries: list[Entry] = field(default_factory=list)
    _vectors: list[Vectors] = field(default_factory=list)

    def add(self, entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take a batch; it is written together with others. Raises UsageError when keys or vectors do not fit."""
        self._vectors.append(checked_vectors(entries, vectors, self.dimensions))
        self._entries += entries
        if len(self._entries) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        if self._entries:
            last = {entry.key: place for place, entry in enumerate(self._entries)}
            entries = [self._entries[place] for place in last.values()]
            vectors = np.concatenate(self._vectors)[list(last.values())]
            self.take(build(self.generation, entries, vectors, self.serials), len(entries))
        self._entries, self._vectors = [], []

    def take(self, built: Built, serials: int) -> None:
        """Fragments that were built with the serial numbers from `serials` of before on."""
        self.built.entries.extend(built.entries)
        self.built.postings.extend(built.postings)
        self.serials += serials

    def finish(self, state: State) -> State:
        """Commit both datasets; `state` with what they are."""
        self.flush()
        here = {ENTRIES: self.generation.below(ENTRIES), POSTINGS: self.generation.below(POSTINGS)}
        versions = {ENTRIES: 1, POSTINGS: 1}
        for name, fragments in ((ENTRIES, self.built.entries), (POSTINGS, self.built.postings)):
            if fragments:
                versions[name] = here[name].commit(LanceOperation.Append(fragments), 1).version
        state = replace(state, serials=self.serials, stale=0, **versions)
        memory = EntriesInMemory(self.dimensions)
        entries = memory.follow(here[ENTRIES].open(state.entries), state.serials)
        # A key that came again in a later batch counts as it came last.
        kept = np.zeros(len(entries.keys), dtype=np.bool_)
        kept[entries.rows_of(entries.keys.tolist())] = True
        if not kept.all():
            removed, updated = without(entries, np.flatnonzero(~kept))
            operation = LanceOperation.Update(removed_fragment_ids=removed, updated_fragments=updated)
            state = replace(state, entries=here[ENTRIES].commit(operation, state.entries).version)
            entries = memory.follow(here[ENTRIES].open(state.entries), state.serials)
        postings = Postings(here[POSTINGS].open(state.postings))
        if len(postings.segments) > 1:  # each is one more place for a search to look into
            numbers = sorted(postings.segments)
            written = merged_postings(Terms(entries, postings), numbers, here[POSTINGS])
            state = replace(
                state, postings=replaced(here[POSTINGS], state.postings, numbers, written).version
            )
        return state


def rebuild(
    writer: Writer,
    seen: Snapshot,
    position: int,
    batches: Iterable[tuple[Sequence[Entry], Vectors]],
    on_progress: Callable[[int], None] | None,
) -> None:
    """Build the generation after the one that was `seen`, and let it count."""
    rebuilding = _begun(writer, seen)
    taken = 0
    for entries, vectors in batches:
        rebuilding.add(entries, vectors)
        taken += len(entries)
        if on_progress is not None:
            on_progress(taken)
    _publish(writer, seen, position, rebuilding)


def rebuild_elsewhere(
    writer: Writer, seen: Snapshot, position: int, build: Callable[[Storage], Iterable[Part]]
) -> None:
    """The same, of fragments that other processes write to the place that `build` is told."""
    rebuilding = _begun(writer, seen)
    for built, serials in build(rebuilding.generation):
        rebuilding.take(built, serials)
    _publish(writer, seen, position, rebuilding, tidy=True)


def _begun(writer: Writer, seen: Snapshot) -> Rebuilding:
    return Rebuilding(writer.make_generation(seen.state.generation + 1), seen.state.dimensions)


def _publish(
    writer: Writer, seen: Snapshot, position: int, rebuilding: Rebuilding, *, tidy: bool = False
) -> None:
    number = seen.state.generation + 1
    state = rebuilding.finish(replace(seen.state, generation=number, position=position))
    if tidy:
        # A process that died after writing has left fragments that are nobody's, with texts that may be erased one day.
        for name in (ENTRIES, POSTINGS):
            dataset = rebuilding.generation.below(name).open()
            dataset.cleanup_old_versions(older_than=timedelta(0), delete_unverified=True)
    writer.publish_state(state, seen.version)
    assert state.directory == directory(number)
