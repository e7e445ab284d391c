"""The indexes of a workspace as Lance datasets: what `index.serving` has in a folder, on a folder or object storage.

ROOT/
  serving/                 a cell (cell.py): SERVING, and the directories that are to be removed
  lock/, or lock           of whoever changes what serves
  all-minilm-l6-v2@8199be/ an index, see state.py
    past/                  a second index inside, of what held before
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wellread.errors import StorageError
from wellread.index.lance.cell import Cell, Value
from wellread.index.lance.engine import LanceIndex, locked
from wellread.index.lance.state import ENTRIES, POSTINGS, directory
from wellread.index.lance.storage import Storage
from wellread.index.lance.trouble import refused
from wellread.index.serving import PAST, Indexes, Slot, Slots, as_value, remove_superseded

_LEAVING = "leaving"


class LanceIndexes(Indexes):
    """A place with indexes of the Lance engine."""

    def __init__(self, storage: Storage, superseded: tuple[Path, ...] = ()) -> None:
        """`superseded` is where other engines kept indexes of this workspace: removed by the next writer, since nobody
        keeps them up to date."""
        super().__init__(storage.root)
        self._storage = storage
        self._superseded = superseded
        self._cell = Cell(storage.below("serving"))

    def stamp(self) -> bytes | None:
        """The value of SERVING, as JSON."""
        version, value = self._read()
        value.pop(_LEAVING, None)
        return json.dumps(value).encode() if version else None

    def write(self, slots: Slots) -> None:
        """As `Indexes.write`."""
        version, before = self._read()
        live = _directories(slots)
        known = {slot["directory"] for slot in before.values() if isinstance(slot, dict)}
        leaving = sorted((known | set(before.get(_LEAVING, ()))) - live)
        with self._reporting():
            self._cell.replace({**as_value(slots), _LEAVING: leaving}, version)
        self.tidy(slots)

    def tidy(self, slots: Slots) -> None:
        """As `Indexes.tidy`."""
        version, value = self._read()
        leaving = [name for name in value.get(_LEAVING, ()) if name not in _directories(slots)]
        with self._reporting():
            for name in leaving:
                _remove(self._storage.below(name))
            if leaving:
                self._cell.replace({**value, _LEAVING: []}, version)
        for folder in self._superseded:
            remove_superseded(folder)

    @contextmanager
    def writer(self) -> Iterator[None]:
        """As `Indexes.writer`."""
        with self._reporting():
            lock = locked(self._storage)
        try:
            yield
        finally:
            lock.close()

    def opened(self, slot: Slot, *, writable: bool, past: bool = False) -> LanceIndex:
        """As `LanceIndex.open`."""
        place = self._storage.below(slot.directory)
        return LanceIndex.open(place.below(PAST) if past else place, slot.dimensions, writable=writable)

    def has_past(self, slot: Slot) -> bool:
        """Whether there is an index of the past."""
        with self._reporting():
            version, _ = Cell(self._storage.below(slot.directory).below(PAST).below("state")).read()
        return version > 0

    def _read(self) -> tuple[int, Value]:
        with self._reporting():
            return self._cell.read()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if refused(error):
                raise StorageError(f"the indexes at {self.place} cannot be reached: {error}") from error
            raise


def _directories(slots: Slots) -> set[str]:
    return {slot.directory for slot in (slots.serving, *slots.beside)}


def _remove(index: Storage) -> None:
    """All of an index, and of the one of the past inside. The state goes last: without it nobody knows what to drop."""
    if index.folder is not None:
        if index.folder.exists():
            shutil.rmtree(index.folder)
        return
    for place in (index.below(PAST), index):
        version, value = Cell(place.below("state")).read()
        if version:
            for generation in range(value["generation"] - 1, value["generation"] + 2):
                for name in (ENTRIES, POSTINGS):
                    place.below(directory(generation)).below(name).drop()
        place.below("lock").drop()
        place.below("state").drop()
