"""A folder of files, or a single file, with readers from the command line and from `.readers` files."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.protocol import Content, Item
from wellread.records.people import Principal, principals

READERS_FILE = ".readers"

_NOBODY: frozenset[Principal] = frozenset()
_SUGGESTION = "name readers when adding the source, or write a .readers file"


class FolderSource:
    """Lists and reads the files below `location`.

    Readers of a file are those of the nearest `.readers` file upward, up to `location`; where there is
    none, `readers`. So a folder's own rule holds against what was said for the whole tree.

    Symbolic links below `location` are passed over: what one points to inside the tree is listed at its
    own place, under the readers of that place, and what is outside was not asked for. Hidden files and
    folders (a leading dot) and those in `exclude` (the workspace's own) are passed over too.
    """

    def __init__(
        self, location: str | Path, readers: frozenset[Principal] = _NOBODY, *, exclude: Iterable[Path] = ()
    ) -> None:
        self._root = Path(location).expanduser().resolve()
        self._readers = readers
        self._exclude = frozenset(path.resolve() for path in exclude)

    @property
    def location(self) -> str:
        """The absolute path, links resolved."""
        return str(self._root)

    def items(self) -> Iterator[Item]:
        """Every file, folder by folder in the order of names.

        Where the listing meets a broken `.readers` file or a folder it may not open, it goes on: files
        without valid readers are listed as readable by nobody, those it cannot see are left out, and
        after the last item it raises ParseError with every such place and reason. Raises NotFoundError
        when the location is gone.
        """
        if not self._root.exists():
            raise NotFoundError(f"{self._root} does not exist: check the name, and that it is mounted")
        problems: list[str] = []
        if self._root.is_file():
            readers = self._readers_of(self._root.parent, self._readers, problems)
            yield self._item(self._root, self._root.stat(), self._checked(readers, self._root, problems))
        else:
            yield from self._walk(problems)
        if problems:
            raise ParseError("\n".join(problems))

    @property
    def memory(self) -> Mapping[str, Any]:
        """Nothing: a folder tells everything each time."""
        return {}

    def close(self) -> None:
        """Nothing is kept open."""

    def read(self, item: Item) -> Content:
        """The file's bytes. Raises ParseError: gone, not permitted, too large, or no plain file."""
        path = self._path(item)
        try:
            if path.parent.resolve(strict=True) != path.parent:
                raise ParseError(f"{item.uri} is now reached through a symbolic link: store the file itself")
            # Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                now = os.fstat(descriptor)
                if not stat.S_ISREG(now.st_mode):
                    raise ParseError(f"{item.uri} is no longer a plain file")
                if now.st_size > MAX_BYTES:
                    raise ParseError(
                        f"{item.uri} has {now.st_size:,} bytes, the most is {MAX_BYTES:,}: split it"
                    )
                return Content(file.read(), item.uri)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ParseError(f"{item.uri} cannot be read: {reason}") from None

    def _walk(self, problems: list[str]) -> Iterator[Item]:
        folders: list[tuple[Path, frozenset[Principal]]] = [(self._root, self._readers)]
        while folders:
            folder, inherited = folders.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                problems.append(f"{folder} cannot be listed: {error.strerror}")
                continue
            readers = self._readers_of(folder, inherited, problems)
            for entry in reversed(entries):
                if self._is_wanted(entry) and entry.is_dir(follow_symlinks=False):
                    folders.append((Path(entry.path), readers))
            for entry in entries:
                if self._is_wanted(entry) and entry.is_file(follow_symlinks=False):
                    try:
                        details = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue  # It vanished after the folder was read.
                    yield self._item(
                        Path(entry.path), details, self._checked(readers, Path(entry.path), problems)
                    )

    def _is_wanted(self, entry: os.DirEntry[str]) -> bool:
        return not entry.name.startswith(".") and Path(entry.path) not in self._exclude

    def _checked(
        self, readers: frozenset[Principal], path: Path, problems: list[str]
    ) -> frozenset[Principal]:
        if not readers and not problems:
            problems.append(f"nobody may read {path}: {_SUGGESTION}")
        return readers

    def _readers_of(
        self, folder: Path, inherited: frozenset[Principal], problems: list[str]
    ) -> frozenset[Principal]:
        """What the folder's `.readers` file says, or `inherited`; nobody if the file is broken."""
        path = folder / READERS_FILE
        try:
            if not os.path.lexists(path):
                return inherited
            return parse_readers(path.read_text("utf-8"), str(path))
        except ParseError as error:
            problems.append(str(error))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path} cannot be read: {error}; until it can, nobody may read its folder")
        return _NOBODY

    def _item(self, path: Path, details: os.stat_result, readers: frozenset[Principal]) -> Item:
        uri = path.name if path == self._root else path.relative_to(self._root).as_posix()
        return Item(
            uri=_printable(uri), modified=_iso(details.st_mtime_ns), size=details.st_size, readers=readers
        )

    def _path(self, item: Item) -> Path:
        if self._root.name == item.uri and not self._root.is_dir():
            return self._root
        path = self._root / item.uri
        if ".." in path.parts or not path.is_relative_to(self._root):
            raise ParseError(f"{item.uri} is outside {self._root}")
        return path


def parse_readers(text: str, name: str) -> frozenset[Principal]:
    """The readers a `.readers` file lists: comma-separated on any number of lines, `#` begins a comment.

    Raises ParseError naming `name` and the line; a file that names nobody is broken too, since it could
    be half-written.
    """
    found: set[Principal] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        listed = line.split("#", 1)[0].strip()
        if listed:
            try:
                found |= principals(listed)
            except UsageError as error:
                raise ParseError(
                    f"{name}, line {number}: {error}; until it is mended, nobody may read its folder"
                ) from None
    if not found:
        raise ParseError(f"{name}, line 1: it names no readers; until it does, nobody may read its folder")
    return frozenset(found)


def _printable(uri: str) -> str:
    """A name that is not UTF-8 cannot be stored: the file is listed under an escaped one and not read."""
    return uri.encode("utf-8", "backslashreplace").decode("utf-8")


def _iso(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
    except (OverflowError, ValueError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="microseconds")
