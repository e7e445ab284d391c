"""Sources are kept up to date for as long as it is wanted: folders when they change, others now and then."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from wellread.errors import BusyError, NotFoundError, UnreachableError
from wellread.ingest.sources.watch.watcher import changes
from wellread.records.knowledge import SourceRecord, SyncReport

_TICK = 0.2


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
    sources: Sequence[SourceRecord], sync: Callable[[str], SyncReport], how: Watching
) -> Iterator[SyncReport]:
    """Synchronise each of `sources` once, then whenever it changed, until it is to stop; a report for each time.

    A folder changes when the system says so. A source that is gone or does not answer, and an index that another
    process writes to, are tried again. Raises NotFoundError when there is no source.
    """
    if not sources:
        raise NotFoundError("there is no source yet: add one with `wellread add LOCATION`")
    folders = {Path(one.location): one.name for one in sources if one.kind == "folder"}
    others = [one.name for one in sources if one.kind != "folder"]
    wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
    for name in others:
        wanted.put(name)
    pool = ThreadPoolExecutor(1, "watch")
    telling = pool.submit(_tell, folders, how, wanted)
    due = time.monotonic() + how.every
    try:
        while not how.stop.is_set():
            if telling.done():
                telling.result()  # raises what ended it
            for name in _taken(wanted):
                try:
                    yield sync(name)
                except BusyError:
                    wanted.put(name)
                    how.stop.wait(1.0)
                except (NotFoundError, UnreachableError) as error:
                    how.say(f"{name}: {error}")
            if time.monotonic() >= due:
                for name in others:
                    wanted.put(name)
                due = time.monotonic() + how.every
    finally:
        how.stop.set()
        pool.shutdown()


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
