"""Takes what a watch tells, in a thread, so that a test can act and see what is told."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from wellread.ingest.sources.watch.watcher import changes

SOON = 30.0
"""Seconds within which a change must be told on a busy machine; it is usually a fifth of one."""


class Watched:
    """What is told, taken by a thread as it comes."""

    def __init__(self, *locations: Path, **options: object) -> None:
        self.stop = threading.Event()
        self.sets: list[tuple[float, frozenset[Path]]] = []
        self.sentences: list[str] = []
        self.error: Exception | None = None
        self._changes = changes(locations, self.stop, say=self.sentences.append, **options)
        self._thread = threading.Thread(target=self._take)

    def _take(self) -> None:
        try:
            for one in self._changes:
                self.sets.append((time.monotonic(), one))
        except Exception as error:  # noqa: BLE001  it is raised where it is waited for
            self.error = error

    def __enter__(self) -> "Watched":
        self._thread.start()
        self.next(0)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(SOON)
        assert not self._thread.is_alive()

    @property
    def count(self) -> int:
        return len(self.sets)

    def next(self, after: int) -> frozenset[Path]:
        """All that is told after so many sets, once there is something."""
        wait_until(lambda: self.count > after or self.error is not None)
        if self.error:
            raise self.error
        return frozenset().union(*(one for _, one in self.sets[after:]))

    def tells(self, act: Callable[[], object]) -> frozenset[Path]:
        self.settle()
        before = self.count
        act()
        return self.next(before)

    def keeps_silent(self, act: Callable[[], object], seconds: float = 0.4) -> bool:
        self.settle()
        before = self.count
        act()
        time.sleep(seconds)
        return self.count == before

    def settle(self) -> None:
        """Wait until what happened before is told."""
        seen = -1
        while seen != self.count:
            seen = self.count
            time.sleep(0.15)


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < until, "nothing was told"
        time.sleep(0.01)
