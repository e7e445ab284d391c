"""Search over whichever index serves now, with the embedder that its vectors are of."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from wellread.catalogue.catalogue import Catalogue
from wellread.index.protocol import Index
from wellread.index.serving import Indexes, Slot
from wellread.models.protocols import Embedder
from wellread.retrieve.rerank import Rereading
from wellread.retrieve.search import Searcher


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was opened, and the bytes that say whether it is still what serves."""

    stamp: bytes | None
    slot: Slot
    index: Index
    searcher: Searcher


class Serving:
    """Opens what serves, and looks before every search whether that is still so. Safe to use from several threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        folder: Indexes,
        embedder: Callable[[str], Embedder],
        wanted: Callable[[], str],
        report: Callable[[str], None],
        *,
        rereading: Callable[[], Rereading | None] = lambda: None,
    ) -> None:
        """`wanted` tells the embedder that the settings name, `embedder` opens one by such a name; `rereading` opens
        the reranker."""
        self._catalogue = catalogue
        self._folder = folder
        self._embedder = embedder
        self._wanted = wanted
        self._report = report
        self._rereading = rereading
        self._turn = threading.Lock()
        self._seen: _Seen | None = None

    def embedder(self) -> Embedder:
        """That of the index that serves; of the settings where there is none yet.

        Raises UsageError when it has become another one under the same name.
        """
        slot = self._slot()
        return slot.checked(self._embedder(slot.setting))

    def searcher(self) -> Searcher:
        """For one search, or one task of several that are to see the same index. Raises UsageError as `embedder`."""
        stamp = self._folder.stamp()
        with self._turn:
            if self._seen is None or self._seen.stamp != stamp:
                slot = self._slot()
                # One that is in use by another thread lives on until that search has ended.
                if self._seen is not None and self._seen.slot == slot:
                    self._seen = replace(self._seen, stamp=stamp)
                else:
                    index = self._folder.opened(slot, writable=False)
                    self._seen = _Seen(stamp, slot, index, self._over(slot, index))
            return self._seen.searcher

    def index(self) -> Index:
        """What `searcher` searches."""
        self.searcher()
        assert self._seen is not None
        return self._seen.index

    def stamp(self) -> tuple[bytes | None, int]:
        """Differs whenever another index serves, or this one was changed."""
        return self._folder.stamp(), self.index().position

    def close(self) -> None:
        """Let go of the index. A search that is under way then fails; calling twice is harmless."""
        if self._seen is not None:
            self._seen.index.close()
            if self._seen.searcher.past is not None:
                self._seen.searcher.past.close()

    def _slot(self) -> Slot:
        slots = self._folder.read()
        if slots is not None:
            return slots.serving
        wanted = self._wanted()
        return Slot.of(wanted, self._embedder(wanted))

    def _over(self, slot: Slot, index: Index) -> Searcher:
        embedder = slot.checked(self._embedder(slot.setting))
        if slot.setting != self._wanted():
            self._report(
                f"the settings name the embedder {self._wanted()}, the index that answers is of {slot.setting}: "
                "run `wellread reindex`"
            )
        if index.position < self._catalogue.outbox.last():
            self._report("the index lacks the latest changes: unless a sync is running, run `wellread sync`")
        past = self._folder.opened(slot, writable=False, past=True)
        return Searcher(self._catalogue, index, embedder, past, self._rereading())
