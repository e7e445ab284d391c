"""Watches folders and single files: says that something changed, and in which location.

    one thread a location: inotify, or looking again and again -> coalesced -> sets of locations

What changed is for the source to find out, which lists everything anyway: so nothing depends on every single event
arriving. Only watching hidden files (but `.readers`), links and `exclude` is left out, as sources leave them out.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wellread.ingest.sources.watch import tree
from wellread.ingest.sources.watch.tree import Change, Identity, Tree, remote_file_system

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

QUIET_SECONDS = 0.05
"""A burst of changes is over when there were none for so long."""

BURST_SECONDS = 0.5
"""After so long it is told even if it goes on."""

POLL_SECONDS = 5.0
"""Between two looks at a location whose file system does not tell; more for one that takes long to look at."""

_TICK_SECONDS = 0.5
"""How often it is asked whether a location is still the same."""

_FIRST_SECONDS = 2.0
"""How long the first set waits for locations that are slow to answer."""

_MANY = 4000
"""So many changes at once, and the kernel may have dropped others."""

_MOST_OPENINGS = 5
"""While a watch is set up new folders may appear, and without end."""

_SHARE = 10
"""Looking takes at most one part in so many of the time."""


def changes(
    locations: Iterable[Path],
    stop: threading.Event,
    *,
    exclude: Iterable[Path] = (),
    say: Callable[[str], None] = lambda message: None,
    poll_seconds: float = POLL_SECONDS,
) -> Iterator[frozenset[Path]]:
    """The locations in which something changed, as they were given, each time that something did; until `stop` is set.

    The first set comes as soon as they are watched and names all of them, so that who synchronises at every set misses
    nothing that happened before. A location that vanishes, comes back or is replaced has changed. What happens while a
    set is worked on is told together afterwards. `exclude` must name what working on a set writes below a location.

    `say` is called, from another thread, with a sentence for people about each location that has to be looked at every
    `poll_seconds` because the system does not tell of changes there.
    """
    told = _Told(stop)
    watchers = [
        _Watcher(location, Tree(location, exclude), told, say, poll_seconds)
        for location in dict.fromkeys(locations)
    ]
    threads = [threading.Thread(target=watcher.run, daemon=True) for watcher in watchers]
    try:
        for thread in threads:
            thread.start()
        told.wait_for(len(threads), _FIRST_SECONDS)
        while (changed := told.next()) is not None:
            yield changed
    finally:
        told.ended.set()
        until = time.monotonic() + 1
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(until - time.monotonic(), 0))


@dataclass(slots=True)
class _Told:
    """What watchers told and nobody has taken yet."""

    stop: threading.Event
    ended: threading.Event = field(default_factory=threading.Event)
    _locations: set[Path] = field(default_factory=set)
    _failure: BaseException | None = None
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def is_set(self) -> bool:
        """Whether to stop, as watchfiles asks an event."""
        return self.stop.is_set() or self.ended.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, and no longer than to the stop."""
        until = time.monotonic() + seconds
        while not self.is_set() and (left := until - time.monotonic()) > 0:
            self.ended.wait(min(left, 0.1))

    def add(self, location: Path) -> None:
        with self._changed:
            self._locations.add(location)
            self._changed.notify()

    def fail(self, failure: BaseException) -> None:
        with self._changed:
            self._failure = failure
            self._changed.notify()

    def wait_for(self, count: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        with self._changed:
            while len(self._locations) < count and not self._failure and not self.is_set():
                if (left := until - time.monotonic()) <= 0:
                    return
                self._changed.wait(min(left, 0.1))

    def next(self) -> frozenset[Path] | None:
        """What was told since the last time, when there is something; None to stop. Raises what a watcher raised."""
        with self._changed:
            while not self.is_set():
                if self._failure:
                    raise self._failure
                if self._locations:
                    taken = frozenset(self._locations)
                    self._locations.clear()
                    return taken
                self._changed.wait(0.1)
        return None


@dataclass(slots=True)
class _Watcher:
    """Watches one location."""

    location: Path
    tree: Tree
    told: _Told
    say: Callable[[str], None]
    poll_seconds: float
    _said: set[str] = field(default_factory=set)

    def run(self) -> None:
        try:
            while not self.told.is_set():
                identity = self.tree.identity()
                if identity is None:
                    self._await_return()
                elif reason := self._why_not_told(identity[0]):
                    self._look(identity, reason)
                else:
                    self._listen(identity)
        except Exception as failure:  # noqa: BLE001  it is raised where the changes are taken
            self.told.fail(failure)

    def _await_return(self) -> None:
        self.told.add(self.location)
        while not self.told.is_set() and self.tree.identity() is None:
            self.told.pause(_TICK_SECONDS)

    def _why_not_told(self, root: Path) -> str:
        try:
            kind = remote_file_system(root, tree.MOUNTS.read_text("utf-8", "surrogateescape"))
        except OSError:
            return ""
        return f"it is on a file system of the kind {kind}" if kind else ""

    def _look(self, identity: Identity, reason: str) -> None:
        """Compare what is there with what was, until the location is another."""
        if reason not in self._said:
            self._said.add(reason)
            self.say(
                f"{self.location} is looked at every {self.poll_seconds:g} s, as changes in it are not told: {reason}"
            )
        before = b""
        while not self.told.is_set() and self.tree.identity() == identity:
            began = time.monotonic()
            now = self.tree.digest(identity[0])
            if now != before:
                self.told.add(self.location)
            before = now
            self.told.pause(max(self.poll_seconds, _SHARE * (time.monotonic() - began)))

    def _listen(self, identity: Identity) -> None:
        """Have the kernel tell, until the location is another or there are new folders in it."""
        try:
            watch, folders = self._opened(identity[0])
        except (FileNotFoundError, PermissionError):
            self.told.pause(_TICK_SECONDS)  # Something vanished in between: look anew.
            return
        except (OSError, RuntimeError, ValueError) as error:
            self._look(
                identity,
                f"{error}; more may be allowed by fs.inotify.max_user_watches and max_user_instances",
            )
            return
        self.told.add(self.location)
        try:
            while not self.told.is_set():
                found = _burst(watch, self.told)
                if found is None or len(found) >= _MANY or self.tree.identity() != identity:
                    return
                touched = self.tree.touched(identity[0], found)
                if any(_is_folder(one, folders) for one in touched):
                    return
                if touched:
                    self.told.add(self.location)
        finally:
            watch.close()

    def _opened(self, root: Path) -> tuple["RustNotify", set[str]]:
        """A watch on every folder there is. Raises what the system says against it."""
        from watchfiles._rust_notify import RustNotify

        now = self.tree.folders(root)
        for tries in range(_MOST_OPENINGS):
            folders = now
            # One by one: left to itself, the library would follow links to wherever they lead.
            watch = RustNotify(sorted(folders), False, False, 0, False, False)
            now = self.tree.folders(root)
            if now <= folders or tries == _MOST_OPENINGS - 1:
                break
            watch.close()
        return watch, folders


_MODIFIED = 2


def _burst(watch: "RustNotify", told: _Told) -> set[Change] | None:
    """The changes of one burst, none if nothing happened for a while; None when the watch can tell no more."""
    try:
        found = watch.watch(50, 50, int(_TICK_SECONDS * 1000), told)
        if isinstance(found, str):
            return set()
        until = time.monotonic() + BURST_SECONDS
        while time.monotonic() < until:
            more = watch.watch(50, 25, int(QUIET_SECONDS * 1000), told)
            if isinstance(more, str):
                break
            found |= more
    except RuntimeError:
        return None  # A name that is no UTF-8, or the kernel gave up.
    return found


def _is_folder(change: Change, folders: set[str]) -> bool:
    """Whether a folder came or went, or may have."""
    kind, path = change
    return kind != _MODIFIED and (path in folders or (Path(path).is_dir() and not Path(path).is_symlink()))
