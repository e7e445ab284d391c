"""Changes to one index: both datasets first, then the state that names their versions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lance import LanceOperation

from wellread.errors import BusyError
from wellread.index.acceptable import checked_vectors
from wellread.index.lance import merge, schema
from wellread.index.lance.build import Built, audience_of, build
from wellread.index.lance.cell import Cell
from wellread.index.lance.follower import Follower, Snapshot
from wellread.index.lance.fragments import merged_postings, replaced, without
from wellread.index.lance.state import ENTRIES, POSTINGS, State, directory
from wellread.index.lance.storage import Disk, Storage, taken
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

KEPT = timedelta(minutes=2)
"""How long a former version stays, for searches that are under way."""
CLEANED_EVERY = 32
"""Versions between two removals of former ones."""
SPARE_STALE = 4_096
"""Entries that are gone and whose postings are put up with, beyond as many as are held."""


class Writer:
    """Stages and publishes. One per index; after a failure it has to be made anew, which mends what is half done."""

    def __init__(self, storage: Storage, dimensions: int, follower: Follower) -> None:
        """Makes the index where there is none. Raises OSError and ValueError as Lance does."""
        self._storage = storage
        self._dimensions = dimensions
        self._follower = follower
        self._cell = Cell(storage.below("state"))
        self._disk = Disk(storage.folder, others=("past",))
        seen = follower.latest()
        self._number = 0 if seen is None else seen.state.writer + 1
        if seen is None:
            self._make_first()
        else:
            self._mend(seen.state, seen.version)

    @property
    def state(self) -> State:
        """The last commit."""
        return self._seen().state

    def apply(
        self, position: int, upserts: Sequence[Entry], vectors: Vectors, deletes: Iterable[int]
    ) -> None:
        """As the protocol has it. Raises UsageError, before anything is written, when keys or vectors do not fit."""
        vectors = checked_vectors(upserts, vectors, self._dimensions)
        deleted = set(deletes)
        last = {entry.key: place for place, entry in enumerate(upserts)}
        places = [place for key, place in last.items() if key not in deleted]
        seen = self._seen()
        gone = seen.rows.rows_of(deleted | last.keys())
        state = seen.state
        built = build(self._here(state), [upserts[place] for place in places], vectors[places], state.serials)
        state = replace(state, serials=state.serials + len(places), stale=state.stale + len(gone))
        self._publish(seen, replace(state, position=max(position, state.position)), built, gone)

    def assign(self, position: int, readers: dict[int, frozenset[Principal]]) -> None:
        """New readers: the rows are written again under their serial numbers, so the postings stay."""
        seen = self._seen()
        entries = seen.rows
        rows = entries.rows_of(readers)
        built = Built()
        if len(rows):
            columns = schema.entries(self._dimensions).names
            table = taken(entries.dataset, entries.addresses[rows], columns)
            held = pa.array([audience_of(readers[key]) for key in table["key"].to_pylist()], pa.string())
            table = table.set_column(columns.index("audience"), "audience", held)
            table = table.cast(schema.entries(self._dimensions))
            built = Built(entries=self._here(seen.state).below(ENTRIES).write(table))
        state = replace(seen.state, position=max(position, seen.state.position))
        self._publish(seen, state, built, rows)

    def pack(self) -> None:
        """An economy: merge what has become many fragments, or whose entries are mostly gone."""
        seen = self._seen()
        dataset = seen.rows.dataset
        sizes = {each.fragment_id: each.metadata.num_rows for each in dataset.get_fragments()}
        if numbers := merge.due(sizes, merge.MOST_ENTRIES):
            self._replace_entries(seen, numbers)
        for fragment in dataset.get_fragments():
            live = fragment.metadata.num_rows
            if fragment.fragment_id not in numbers and fragment.metadata.num_deletions > live + SPARE_STALE:
                self._replace_entries(self._seen(), [fragment.fragment_id])
        seen = self._seen()
        segments = seen.terms.postings.segments
        if seen.state.stale > seen.rows.live + SPARE_STALE:
            self._replace_postings(seen, sorted(segments), stale=0)
        elif numbers := merge.due({number: len(terms) for number, terms in segments.items()}):
            self._replace_postings(seen, numbers, stale=seen.state.stale)
        self._clean()

    def _make_first(self) -> None:
        self.make_generation(1)
        self.publish_state(State(dimensions=self._dimensions), 0)

    def make_generation(self, number: int) -> Storage:
        """Two empty datasets, in version 1, in place of whatever a killed rebuild left there."""
        generation = self._storage.below(directory(number))
        for name, columns in ((ENTRIES, schema.entries(self._dimensions)), (POSTINGS, schema.POSTINGS)):
            generation.below(name).drop()
            generation.below(name).create(columns)
        return generation

    def remove_others(self, number: int) -> None:
        """Remove the generations before and after the one that counts, which is `number`."""
        others = [directory(other) for other in (number - 1, number + 1)]
        self._storage.drop_all_but(directory(number), others, [ENTRIES, POSTINGS])

    def publish_state(self, state: State, seen: int) -> None:
        """From here on `state` counts for every search. Everything that it names is durable before."""
        self._disk.sync()
        self._cell.replace(state.to_value(), seen)
        self._disk.sync()

    def _mend(self, state: State, version: int) -> None:
        """Let the datasets be what the state says, whatever a killed writer has added; be the one who writes."""
        self.remove_others(state.generation)
        here = self._here(state)
        versions = {}
        for name, counted in ((ENTRIES, state.entries), (POSTINGS, state.postings)):
            dataset = here.below(name).open()
            if dataset.version != counted:
                stray, dataset = dataset.version, here.below(name).open(counted)
                dataset.restore()  # type: ignore[no-untyped-call]  # Lance tells no types for it
                assert dataset.version > stray
            versions[name] = dataset.version
        self.publish_state(replace(state, writer=self._number, **versions), version)

    def _publish(self, seen: Snapshot, state: State, built: Built, gone: npt.NDArray[np.integer]) -> None:
        entries = seen.rows
        removed, updated = without(entries, gone)
        here = self._here(state)
        if removed or updated or built.entries:
            operation = LanceOperation.Update(
                removed_fragment_ids=removed, updated_fragments=updated, new_fragments=built.entries
            )
            made = here.below(ENTRIES).commit(operation, seen.state.entries)
            state = replace(state, entries=made.version)
        if built.postings:
            made = here.below(POSTINGS).commit(LanceOperation.Append(built.postings), seen.state.postings)
            state = replace(state, postings=made.version)
        if state != seen.state:
            self.publish_state(state, seen.version)

    def _replace_entries(self, seen: Snapshot, numbers: Sequence[int]) -> None:
        dataset, here = seen.rows.dataset, self._here(seen.state)
        written = here.below(ENTRIES).write(merge.entries_of(dataset, numbers))
        made = replaced(here.below(ENTRIES), seen.state.entries, numbers, written)
        self.publish_state(replace(seen.state, entries=made.version), seen.version)

    def _replace_postings(self, seen: Snapshot, numbers: Sequence[int], stale: int) -> None:
        here = self._here(seen.state).below(POSTINGS)
        written = merged_postings(seen.terms, numbers, here)
        made = replaced(here, seen.state.postings, numbers, written)
        self.publish_state(replace(seen.state, postings=made.version, stale=stale), seen.version)

    def _clean(self) -> None:
        state = self.state
        for name, version in ((ENTRIES, state.entries), (POSTINGS, state.postings)):
            if version % CLEANED_EVERY == 0:
                dataset = self._here(state).below(name).open(version)
                dataset.cleanup_old_versions(older_than=KEPT)

    def _here(self, state: State) -> Storage:
        return self._storage.below(state.directory)

    def _seen(self) -> Snapshot:
        seen = self._follower.latest()
        if seen is None:
            raise FileNotFoundError(2, "the index was removed", self._storage.root)
        if seen.state.writer != self._number:
            raise BusyError(f"{self._storage.root} is being written by another process, which took over")
        return seen
