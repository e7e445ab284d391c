"""The index is built anew, for the same or another embedder, while the one there is goes on answering.

    begin -> embed, portion by portion -> embed what came in meanwhile -> serve; keep the former, to go back to

Killed at any point, the same call goes on with what was embedded. One small file says what serves (`index.serving`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from wellread.catalogue.catalogue import Catalogue
from wellread.errors import BusyError, NotFoundError, UsageError
from wellread.flows.indexing import Progress, build, catch_up_past, complete, copy, misses_changes
from wellread.index.protocol import Index
from wellread.index.serving import Indexes, Slot, Slots
from wellread.ingest.executor import Builder
from wellread.models.protocols import Embedder

PATIENCE = 600.0
"""Seconds that a finished index waits for another process to end its synchronisation, so that it may serve."""
_TRY_AGAIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReindexRequest:
    """What is asked for; by default an index of the embedder that the settings name, if another one serves.

    Conflicts are refused on construction.
    """

    embedder: str | None = None
    """The embedder as the settings name it, which they then do."""
    anew: bool = False
    """Also when that one serves already: everything is embedded again."""
    back: bool = False
    """Let the former index serve again; give up one that is being built."""
    drop_former: bool = False
    """Remove the former index, or one that is being built."""

    def __post_init__(self) -> None:
        if self.back + self.drop_former + bool(self.embedder or self.anew) > 1:
            raise UsageError("build another index, go back or drop the former one: ask for one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindex:
    """What the journey needs."""

    catalogue: Catalogue
    folder: Indexes
    embedder: Callable[[str], Embedder]
    """Opens the embedder of this name."""
    builder: Callable[[str, Index], Builder | None]
    """Who builds an index for that embedder at once, if anybody does."""
    wanted: str
    """The embedder that the settings name."""
    want: Callable[[str], None]
    """Makes the settings name another one."""
    report: Callable[[str], None] = lambda line: None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What serves now, and how many passages were embedded for it."""

    serving: str
    """The embedder as the settings name it."""
    former: str | None
    """That of the index one can go back to."""
    embedded: int
    seconds: float


def reindex(work: Reindex, request: ReindexRequest) -> Reindexed:
    """Do what is asked for.

    Raises UsageError (no such embedder), NotFoundError (nothing to go back to, or to drop), BusyError (another process
    builds an index, or does not stop writing) and StorageError (disk full: what was embedded is kept).
    """
    began = time.monotonic()
    embedded = 0
    if request.back:
        embedded = _back(work)
    elif request.drop_former:
        _drop(work)
    else:
        if request.embedder and request.embedder != work.wanted:
            work.embedder(request.embedder)  # refused before anything is written
            work.want(request.embedder)
        embedded = _build(work, request.embedder or work.wanted, anew=request.anew)
    slots = work.folder.read()
    assert slots is not None
    former = slots.former.setting if slots.former else None
    return Reindexed(
        serving=slots.serving.setting, former=former, embedded=embedded, seconds=time.monotonic() - began
    )


@contextmanager
def writing(work: Reindex) -> Iterator[tuple[Index, Embedder]]:
    """The index that serves, for writing, and its embedder. It is built anew first where it misses changes that nobody
    can tell it any more, as when its files were removed.

    Raises BusyError (another process writes) and UsageError (the embedder has become another one).
    """
    with work.folder.writer():
        slots = _slots(work)
        with work.folder.opened(slots.serving, writable=False) as index:
            misses = misses_changes(work.catalogue, index)
        if misses and work.catalogue.knowledge.passage_keys():
            work.report("the index misses changes, or its files were removed: it is built anew")
            slots = _mended(work, slots)
        work.folder.tidy(slots)
        with work.folder.opened(slots.serving, writable=True) as index:
            yield index, slots.serving.checked(work.embedder(slots.serving.setting))


def _mended(work: Reindex, slots: Slots) -> Slots:
    slots = _begin(work, slots, slots.serving.setting)
    assert slots.coming is not None
    with work.folder.opened(slots.coming, writable=True) as coming:
        _start(work, coming)
        _complete(work, slots.coming, coming)
    work.folder.write(slots.swapped())
    return slots.swapped()


def _build(work: Reindex, setting: str, *, anew: bool) -> int:
    embedder = work.embedder(setting)
    # 1. Begin, or go on with what was begun. From here on the outbox keeps what the new index has not seen.
    with _writer(work):
        slots = _slots(work)
        mine = slots.coming is not None and slots.coming.embedder == embedder.name
        if slots.serving.embedder == embedder.name and not mine and not anew:
            if slots.coming is not None:
                _give_up(work, slots.coming)
                work.folder.write(replace(slots, coming=None))
            return 0
        slots = _begin(work, slots, setting)
        assert slots.coming is not None
        coming = work.folder.opened(slots.coming, writable=True)
        _start(work, coming)
    with coming:
        # 2. Embed, while others synchronise and search.
        embedded = _complete(work, slots.coming, coming)
        with _writer(work, meanwhile=lambda: complete(work.catalogue, coming, embedder)):
            # 3. What came in while this one waited for its turn. Now nobody else writes.
            embedded += _complete(work, slots.coming, coming)
            # 4. Serve.
            coming.close()
            _swap(work, slots.swapped())
    return embedded


def _back(work: Reindex) -> int:
    with _writer(work):
        slots = _slots(work)
        if slots.coming is not None:
            _give_up(work, slots.coming)
            work.folder.write(replace(slots, coming=None))
            work.want(slots.serving.setting)
            return 0
        if slots.former is None:
            raise NotFoundError("there is no former index to go back to: `wellread reindex --embedder NAME`")
        with work.folder.opened(slots.former, writable=True) as former:
            embedded = _complete(work, slots.former, former)
        _swap(work, slots.returned())
        work.want(slots.former.setting)
    return embedded


def _drop(work: Reindex) -> None:
    with _writer(work):
        slots = _slots(work)
        if not slots.beside:
            raise NotFoundError("there is no former index to drop, and none that is being built")
        for slot in slots.beside:
            _give_up(work, slot)
        work.folder.write(Slots(serving=slots.serving))


def _swap(work: Reindex, slots: Slots) -> None:
    """Before it is kept aside, what serves is written anew without what was deleted from it: nothing that is added
    later would overwrite that."""
    before = _slots(work).serving
    if slots.former == before:
        with work.folder.opened(before, writable=True) as serving:
            copy(work.catalogue, serving, serving.position)
    work.folder.write(slots)


def _begin(work: Reindex, slots: Slots, setting: str) -> Slots:
    begun = slots.begun(setting, work.embedder(setting))
    if slots.coming is not None and begun != slots:
        _give_up(work, slots.coming)
    work.folder.write(begun)
    return begun


def _give_up(work: Reindex, slot: Slot) -> None:
    """Raises BusyError when another process is at it, so that nothing is taken from under its hands."""
    work.folder.opened(slot, writable=True).close()


def _complete(work: Reindex, slot: Slot, index: Index) -> int:
    embedder = work.embedder(slot.setting)
    builder = work.builder(slot.setting, index)
    embedded = build(work.catalogue, index, builder, work.progress) if builder and not index.count() else 0
    embedded += complete(work.catalogue, index, embedder, work.progress)
    if work.folder.has_past(slot) or not work.catalogue.past.is_empty():
        with work.folder.opened(slot, writable=True, past=True) as past:
            embedded += catch_up_past(work.catalogue, past, embedder)
    return embedded


def _start(work: Reindex, coming: Index) -> None:
    """A new index holds nothing, and so needs no change of before."""
    if not coming.count():
        none = np.empty((0, coming.dimensions), np.float32)
        coming.apply(work.catalogue.outbox.last(), [], none, ())


def _slots(work: Reindex) -> Slots:
    slots = work.folder.read()
    if slots is None:
        slots = Slots(serving=Slot.of(work.wanted, work.embedder(work.wanted)))
        work.folder.write(slots)
    return slots


@contextmanager
def _writer(work: Reindex, meanwhile: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Be the one who changes what serves, after whoever synchronises has ended. Raises BusyError after PATIENCE."""
    ends = time.monotonic() + PATIENCE
    with ExitStack() as held:
        for attempt in count():
            try:
                held.enter_context(work.folder.writer())
                break
            except BusyError as busy:
                if time.monotonic() > ends:
                    raise
                if attempt == 0:
                    work.report(f"waiting: {busy}")
                meanwhile()
                time.sleep(_TRY_AGAIN)
        yield
