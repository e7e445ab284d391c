"""Asks the latest commit each time, or one and the same for the steps of one search."""

from abc import abstractmethod
from collections.abc import Callable

from wellread.errors import StorageError
from wellread.index.asking import Asking, Told
from wellread.index.lance.follower import ATTEMPTS, Snapshot
from wellread.index.vectors import Scanner


class AskingAnew(Asking[Snapshot]):
    """Asks the latest commit where the files of the one it asked were rebuilt away meanwhile."""

    def __init__(self, place: str, dimensions: int, scanner: Scanner) -> None:
        super().__init__(dimensions, scanner)
        self._place = place

    @abstractmethod
    def _snapshot(self) -> Snapshot | None:
        """The latest; None while there is no index."""

    def _first(self) -> Snapshot | None:
        """What is asked first."""
        return self._snapshot()

    def _asking(self, ask: Callable[[Snapshot], Told], nothing: Told) -> Told:
        failed: Exception | None = None
        snapshot = self._first()
        for _ in range(ATTEMPTS):
            if snapshot is None:
                return nothing
            try:
                return ask(snapshot)
            except (OSError, ValueError) as error:
                failed = error
                before, snapshot = snapshot, self._snapshot()
                if snapshot is before:
                    break
        raise StorageError(
            f"the index at {self._place} cannot be read ({failed}): rebuild it with `wellread reindex --anew`"
        ) from failed


class Pinned(AskingAnew):
    """An index as it was at one moment, for as long as its files are there."""

    def __init__(self, index: AskingAnew, snapshot: Snapshot | None) -> None:
        super().__init__(index._place, index._dimensions, index._scanner)
        self._index = index
        self._pinned = snapshot

    def _snapshot(self) -> Snapshot | None:
        return self._index._snapshot()

    def _first(self) -> Snapshot | None:
        return self._pinned
