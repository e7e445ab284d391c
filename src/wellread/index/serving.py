"""Which index serves, which is kept beside it, and which is being built: one small file, replaced in one step.

INDEX/
  SERVING                  {"format": 1, "serving": {...}, "former": {...}, "coming": null}
  lock                     of whoever changes what serves or this file; `coming` is built under its own lock alone
  all-minilm-l6-v2@8199be/ an index, see manifest.py
    past/                  a second index inside, of what held before
  fake-64/                 another one, of another embedder

Vectors of different embedders cannot be compared, so each has an index of its own, and a question is embedded by the
embedder of the index that it is asked of. From the replacement of SERVING on, every search of every process goes to
another index.
"""

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from wellread.errors import BusyError, StorageError, UsageError
from wellread.index.durable import replace_file, sync_directory
from wellread.index.embedded import EmbeddedIndex
from wellread.index.lock import WriterLock
from wellread.index.protocol import Index
from wellread.models.protocols import Embedder

NAME = "SERVING"
FORMAT = 1
PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One index and the embedder that its vectors are of."""

    directory: str
    """Its name inside INDEX."""
    setting: str
    """The embedder as the settings name it, to open it by."""
    embedder: str
    """Embedder.name; changes when vectors of before and after cannot be compared."""
    dimensions: int

    @staticmethod
    def of(setting: str, embedder: Embedder) -> "Slot":
        """Where the first index of that embedder lies."""
        return Slot(
            directory=embedder.name, setting=setting, embedder=embedder.name, dimensions=embedder.dimensions
        )

    def checked(self, embedder: Embedder) -> Embedder:
        """`embedder`, which the setting gives now. Raises UsageError when it has become another one."""
        if embedder.name != self.embedder:
            raise UsageError(
                f"the index is of the embedder {self.embedder}, and {self.setting} is {embedder.name} by now, whose "
                "vectors cannot be compared with it: run `wellread reindex`"
            )
        return embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """The content of SERVING."""

    serving: Slot
    former: Slot | None = None
    """What served before, kept without what has changed since, for going back."""
    coming: Slot | None = None
    """What is being built; of no account for searches until it serves."""

    @property
    def beside(self) -> tuple[Slot, ...]:
        """Those that do not serve."""
        return tuple(slot for slot in (self.former, self.coming) if slot is not None)

    def begun(self, setting: str, embedder: Embedder) -> "Slots":
        """With an index of that embedder to come: the one that was begun before, if it is of the same."""
        coming = self.coming
        if coming is not None and (coming.setting, coming.embedder) == (setting, embedder.name):
            return self
        made = Slot.of(setting, embedder)
        taken = {slot.directory for slot in (self.serving, *self.beside)}
        names = (made.directory, *(f"{made.directory}-{number}" for number in range(2, len(taken) + 2)))
        return replace(
            self, coming=replace(made, directory=next(name for name in names if name not in taken))
        )

    def swapped(self) -> "Slots":
        """With what was to come serving. What served is kept if it is of another embedder, else of no use."""
        assert self.coming is not None
        same = self.coming.embedder == self.serving.embedder
        return Slots(serving=self.coming, former=self.former if same else self.serving)

    def returned(self) -> "Slots":
        """With the former one serving again, and what served in its place."""
        assert self.former is not None
        return Slots(serving=self.former, former=self.serving)


class Indexes(ABC):
    """The place of all indexes of a workspace, whichever engine they are of."""

    def __init__(self, place: str) -> None:
        """`place` is what messages call it."""
        self.place = place

    @abstractmethod
    def stamp(self) -> bytes | None:
        """The content of SERVING, which differs whenever another index serves; None before the first writer."""

    @abstractmethod
    def write(self, slots: Slots) -> None:
        """Make `slots` what is there, and remove every index that is none of them: nobody keeps those up to date, and
        what is deleted must not live on in them. For whoever holds `writer`."""

    @abstractmethod
    def tidy(self, slots: Slots) -> None:
        """Remove every index that is none of `slots`."""

    @abstractmethod
    def writer(self) -> AbstractContextManager[None]:
        """Be the one who changes what serves. Raises BusyError, naming the process that does."""

    @abstractmethod
    def opened(self, slot: Slot, *, writable: bool, past: bool = False) -> Index:
        """As the engine's `open`; of the passages that are, or of those of the past."""

    @abstractmethod
    def has_past(self, slot: Slot) -> bool:
        """Whether there is an index of the past."""

    def read(self) -> Slots | None:
        """What is there; None before the first writer. Raises StorageError for a content that is not ours."""
        content = self.stamp()
        if content is None:
            return None
        try:
            fields = json.loads(content)
            if (written := fields.pop("format")) != FORMAT:
                raise StorageError(
                    f"{self.place}/{NAME} has format {written}, this version writes {FORMAT}: "
                    f"remove {self.place} and run `wellread sync`"
                )
            return Slots(**{name: slot and Slot(**slot) for name, slot in fields.items()})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StorageError(
                f"{self.place}/{NAME} is damaged ({error}): remove {self.place} and run `wellread sync`"
            ) from error


class IndexFolder(Indexes):
    """A folder with indexes of the embedded engine."""

    def __init__(self, root: Path, superseded: Path | None = None) -> None:
        """`superseded` is where another engine kept its indexes before: removed by the next writer, since nobody keeps
        them up to date."""
        super().__init__(str(root))
        self.root = root
        self._superseded = superseded

    def stamp(self) -> bytes | None:
        """The bytes of SERVING."""
        try:
            return (self.root / NAME).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, slots: Slots) -> None:
        """As `Indexes.write`."""
        replace_file(self.root / NAME, json.dumps(as_value(slots)).encode())
        self.tidy(slots)

    def tidy(self, slots: Slots) -> None:
        """As `Indexes.tidy`."""
        live = {slot.directory for slot in (slots.serving, *slots.beside)}
        gone = [path for path in self.root.iterdir() if path.is_dir() and path.name not in live]
        for path in gone:
            shutil.rmtree(path)
        if gone:
            sync_directory(self.root)
        remove_superseded(self._superseded)

    @contextmanager
    def writer(self) -> Iterator[None]:
        """As `Indexes.writer`."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(self.root / "lock")
        try:
            yield
        finally:
            lock.close()

    def opened(self, slot: Slot, *, writable: bool, past: bool = False) -> EmbeddedIndex:
        """As `EmbeddedIndex.open`."""
        directory = self.root / slot.directory
        return EmbeddedIndex.open(directory / PAST if past else directory, slot.dimensions, writable=writable)

    def has_past(self, slot: Slot) -> bool:
        """Whether there is an index of the past."""
        return (self.root / slot.directory / PAST).is_dir()


def as_value(slots: Slots) -> Mapping[str, Any]:
    """What SERVING holds, for JSON."""
    return {"format": FORMAT, **asdict(slots)}


def remove_superseded(folder: Path | None) -> None:
    """Remove what another engine of this workspace kept, if it kept anything."""
    if folder is not None and folder.is_dir():
        shutil.rmtree(folder)
        sync_directory(folder.parent)


class Beside:
    """The indexes beside the one that serves, for whoever holds `Indexes.writer`."""

    def __init__(self, folder: Indexes) -> None:
        self._folder = folder

    def free(self) -> Iterator[Index]:
        """Those of the slots that do not serve, for writing, each closed after its turn; but not one that another
        process is building."""
        slots = self._folder.read()
        for slot in slots.beside if slots is not None else ():
            yield from self._opened(slot, past=False)

    def past(self, *, wanted: bool) -> Iterator[Index]:
        """The past beside the one that serves, if there is one or it is wanted."""
        slots = self._folder.read()
        if slots is not None and (wanted or self._folder.has_past(slots.serving)):
            yield from self._opened(slots.serving, past=True)

    def other_pasts(self) -> Iterator[Index]:
        """The pasts of the slots that do not serve, as `free`."""
        slots = self._folder.read()
        for slot in slots.beside if slots is not None else ():
            if self._folder.has_past(slot):
                yield from self._opened(slot, past=True)

    def position(self) -> int | None:
        """The lowest outbox number that one of all these has applied; None where there are none."""
        slots = self._folder.read()
        if slots is None:
            return None
        wanted = [(slot, False) for slot in slots.beside]
        wanted += [(slot, True) for slot in (slots.serving, *slots.beside) if self._folder.has_past(slot)]
        positions = []
        for slot, past in wanted:
            with self._folder.opened(slot, writable=False, past=past) as index:
                positions.append(index.position)
        return min(positions, default=None)

    def _opened(self, slot: Slot, *, past: bool) -> Iterator[Index]:
        try:
            index = self._folder.opened(slot, writable=True, past=past)
        except BusyError:
            return  # whoever builds it sees the changes himself
        with index:
            yield index
