"""Sources are kept up to date for as long as it is wanted: folders when they change, others now and then."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from wellread.catalogue.schedule import Schedule
from wellread.errors import BusyError, NotFoundError, UnreachableError, UsageError
from wellread.ingest.sources.watch.watcher import changes
from wellread.records.knowledge import SourceRecord, SyncReport

_TICK = 0.2

CHECK = 5.0
"""Seconds between two looks at the schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How it is watched, and for how long."""

    stop: threading.Event = field(default_factory=threading.Event)
    """Ends it when set."""
    every: float = 300.0
    """Seconds between two looks at a source that does not tell of its changes."""
    say: Callable[[str], None] = lambda message: None
    """Gets a sentence when a source is gone or does not answer, or its changes cannot be watched for."""
    exclude: Sequence[Path] = ()
    """Wellread's own files, whose changes are nobody's."""


def watch(
    sources: Sequence[SourceRecord], sync: Callable[[str], SyncReport], how: Watching, schedule: Schedule
) -> Iterator[SyncReport]:
    """Synchronise each of `sources` once, then whenever it changed, until it is to stop; a report for each time.

    A folder changes when the system says so. A source that is gone, does not answer or cannot be asked is left alone
    for as long as the schedule says, also by the next process that watches; a folder that changes is no longer gone.
    An index that another process writes to is tried again. Raises NotFoundError when there is no source.
    """
    if not sources:
        raise NotFoundError("there is no source yet: add one with `wellread add LOCATION`")
    folders = {Path(one.location): one.name for one in sources if one.kind == "folder"}
    wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
    turns = _Turns(sources, how.every, schedule)
    pool = ThreadPoolExecutor(1, "watch")
    telling = pool.submit(_tell, folders, how, wanted)
    try:
        while not how.stop.is_set():
            if telling.done():
                telling.result()  # raises what ended it
            for name in turns.come():
                wanted.put(name)
            for name in _taken(wanted):
                try:
                    yield sync(name)
                except BusyError:
                    wanted.put(name)
                    how.stop.wait(1.0)
                except (NotFoundError, UnreachableError, UsageError) as error:
                    after = schedule.standing(name).next_attempt
                    how.say(f"{name}: {error}" + (f"; tried again after {after[:19]} UTC" if after else ""))
    finally:
        how.stop.set()
        pool.shutdown()


class _Turns:
    """Whose turn it is without having changed: those that tell of no changes, and those whose next attempt has come."""

    def __init__(self, sources: Sequence[SourceRecord], every: float, schedule: Schedule) -> None:
        self._names = {one.name for one in sources}
        self._silent = [one.name for one in sources if one.kind != "folder"]
        self._every = every
        self._schedule = schedule
        self._look = self._check = time.monotonic()

    def come(self) -> set[str]:
        """Asked often; of those that are to be left alone, none is named."""
        now, names = time.monotonic(), set[str]()
        if now >= self._check:
            self._check = now + CHECK
            names |= self._schedule.due() & self._names
        if now >= self._look:
            self._look = now + self._every
            names |= {name for name in self._silent if not self._schedule.waits(name)}
        return names


def _tell(folders: dict[Path, str], how: Watching, wanted: "queue.SimpleQueue[str]") -> None:
    if folders:
        for changed in changes(list(folders), how.stop, exclude=how.exclude, say=how.say):
            for location in changed:
                wanted.put(folders[location])


def _taken(wanted: "queue.SimpleQueue[str]") -> list[str]:
    """What is wanted now, each name once; nothing after a short while."""
    names: dict[str, None] = {}
    try:
        names[wanted.get(timeout=_TICK)] = None
        while True:
            names[wanted.get_nowait()] = None
    except queue.Empty:
        return list(names)
