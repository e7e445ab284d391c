"""What is known of entries that a feed has no longer: their state and, if there is a cache, their pages."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from wellread.records.identity import digest

_FORM = 1


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry as it was when it was last seen."""

    uri: str
    stamp: str
    modified: str
    size: int
    link: str


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What the feed was the last time."""

    entries: tuple[KnownEntry, ...] = ()
    etag: str = ""
    since: str = ""
    """Last-Modified."""

    def packed(self) -> dict[str, Any]:
        """As JSON values."""
        rows = [list(astuple(entry)) for entry in self.entries]
        return {"form": _FORM, "etag": self.etag, "since": self.since, "entries": rows}

    @staticmethod
    def unpacked(memory: Mapping[str, Any]) -> "FeedMemory":
        """The inverse; nothing where the memory is empty or of another form."""
        if memory.get("form") != _FORM:
            return FeedMemory()
        try:
            entries = tuple(KnownEntry(*row) for row in memory["entries"])
            return FeedMemory(entries, str(memory["etag"]), str(memory["since"]))
        except (LookupError, TypeError):
            return FeedMemory()


class PageShelf:
    """Pages of entries, by uri and stamp: in files of `folder`, if there is one, and as long as it is open."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._pages: dict[str, bytes] = {}

    def put(self, uri: str, stamp: str, page: bytes) -> None:
        """Keep a page; a disk that refuses costs no more than what falls out of the feed before it is read."""
        name = _name(uri, stamp)
        self._pages[name] = page
        if self._folder is None or (self._folder / name).exists():
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            partial = self._folder / f"{name}.partial"
            partial.write_bytes(page)
            partial.replace(self._folder / name)

    def get(self, uri: str, stamp: str) -> bytes | None:
        """The page that was kept, if it is there."""
        name = _name(uri, stamp)
        if name not in self._pages and self._folder is not None:
            with suppress(OSError):
                return (self._folder / name).read_bytes()
        return self._pages.get(name)

    def keep_only(self, entries: Iterable[KnownEntry]) -> None:
        """Remove the files of all others."""
        kept = {_name(entry.uri, entry.stamp) for entry in entries}
        with suppress(OSError):
            for path in self._folder.iterdir() if self._folder is not None else ():
                if path.suffix in (".html", ".partial") and path.name not in kept:
                    path.unlink()


def _name(uri: str, stamp: str) -> str:
    return f"{digest(f'{uri} {stamp}')[:32]}.html"
