"""One generation of the index: terms and rows that one commit joins.

    generation-000002/
      terms/          tantivy's; see terms.py
      rows-000001/    see rows.py

A change is written to the row files and made durable first. Then tantivy's commit, which replaces one
file in one step, makes the terms and the State that measures the row files count together. Killed
before that step nothing counts, after it everything does; so the two halves cannot disagree, in a
writer's eyes or in a reader's.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from wellread.index.acceptable import checked_vectors
from wellread.index.durable import sync_directory
from wellread.index.rows import Rows, RowsWriter, rows_directory
from wellread.index.state import State
from wellread.index.terms import TermsWriter
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

TERMS = "terms"
SPARE_ROWS = 4_096
"""Gone rows that are put up with before packing, beyond as many as are held."""
BLOCK = 4_096
"""Rows copied at once when packing."""


class GenerationWriter:
    """Stages changes and commits them. One per generation; after a failure it has to be opened anew."""

    def __init__(self, directory: Path, dimensions: int, *, heap: int = 0) -> None:
        """Opens the generation at its last commit, or makes an empty one where there is none."""
        self._directory = directory
        self._dimensions = dimensions
        terms = directory / TERMS
        created = not (terms / "meta.json").exists()
        terms.mkdir(parents=True, exist_ok=True)
        self._terms = TermsWriter(terms, heap=heap)
        try:
            self._state = State() if created else self._terms.snapshot().state()
            self._rows = RowsWriter(directory, dimensions, self._state)
            if created:
                self.commit(0)
            self._remove_other_epochs()
        except BaseException:
            self._terms.abandon()  # or tantivy's lock would live as long as the traceback
            raise

    @property
    def position(self) -> int:
        """The outbox number of the last commit."""
        return self._state.position

    def put(self, entries: Sequence[Entry], vectors: Vectors) -> None:
        """Stage entries with their vectors, in place of any earlier ones under the same keys.

        Raises UsageError, before anything is staged, when keys or vectors are not acceptable.
        """
        vectors = checked_vectors(entries, vectors, self._dimensions)
        last = {entry.key: place for place, entry in enumerate(entries)}
        places = list(last.values())
        for key, place in last.items():
            if key in self._rows.row_of:
                self._terms.drop(key)
            self._terms.add(entries[place])
        self._rows.append(list(last), vectors[places], [entries[place].readers for place in places])

    def drop(self, keys: Iterable[int]) -> None:
        """Stage the removal of entries; keys that are not held are passed over."""
        held = [key for key in dict.fromkeys(keys) if key in self._rows.row_of]
        for key in held:
            self._terms.drop(key)
        self._rows.withdraw(held)

    def assign(self, readers: dict[int, frozenset[Principal]]) -> None:
        """Stage new readers for committed entries; keys that are not held are passed over."""
        held = {key: readers[key] for key in readers if key in self._rows.row_of}
        committed = self._terms.snapshot()
        for key, permitted in held.items():
            entry = Entry(key=key, readers=permitted, **committed.stored(key))
            self._terms.drop(key)
            self._terms.add(entry)
        self._rows.assign(held)

    def commit(self, position: int) -> None:
        """Make everything staged durable and visible, and record `position`."""
        self._commit(self._rows, State(position=position, epoch=self._state.epoch))

    def pack(self) -> None:
        """Copy the rows that are held into new files, when most are gone. Nothing may be staged."""
        if self._rows.count - len(self._rows.row_of) <= len(self._rows.row_of) + SPARE_ROWS:
            return
        before = Rows.read(self._directory, self._dimensions, self._state)
        state = State(position=self._state.position, epoch=self._state.epoch + 1)
        packed = RowsWriter(self._directory, self._dimensions, state)
        try:
            held = before.held()
            for rows in (held[start : start + BLOCK] for start in range(0, len(held), BLOCK)):
                readers = [before.audiences[number] for number in before.audience[rows].tolist()]
                packed.append(before.keys[rows].tolist(), before.floats.take(rows), readers)
            self._commit(packed, state)
        except BaseException:
            packed.close()
            raise
        self._rows.close()
        self._rows = packed
        self._remove_other_epochs()

    def finish(self) -> None:
        """Wait for tantivy's merges and close."""
        self._rows.close()
        self._terms.finish()

    def abandon(self) -> None:
        """Close at once; what is staged is lost."""
        self._rows.close()
        self._terms.abandon()

    def _commit(self, rows: RowsWriter, state: State) -> None:
        state = rows.sync(state)
        self._terms.commit(state)
        sync_directory(self._directory / TERMS)
        self._state = state

    def _remove_other_epochs(self) -> None:
        for path in self._directory.glob("rows-*"):
            if path != rows_directory(self._directory, self._state.epoch):
                shutil.rmtree(path)
