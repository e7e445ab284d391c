"""A folder of files, or a single file; readers from the command line, `.readers` files and the file system."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.folder.unix_permissions import Accounts, Gate, gate_of, readers_behind
from wellread.ingest.sources.kind import POLICY, Kind, Place, check_policy
from wellread.ingest.sources.protocol import Content, Item, Source
from wellread.ingest.sources.readers_file import NOBODY, READERS_FILE, plain_bytes, told_readers
from wellread.ingest.sources.signed import SignedSource
from wellread.ingest.sources.signers import Signers
from wellread.records.people import Principal

_SUGGESTION = "name readers when adding the source, or write a .readers file"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What holds for the files of a folder, unless its own `.readers` file or they themselves say otherwise."""

    folder: Path
    told: frozenset[Principal] | None = None
    """By the nearest `.readers` file; None where there is none."""
    gates: tuple[Gate, ...] = ()
    """Of the folders on the way, where the file system is asked."""


class FolderSource:
    """Lists and reads the files below `location`.

    Readers of a file are those of the nearest `.readers` file upward, up to `location`; where there is
    none, `readers`. So a folder's own rule holds against what was said for the whole tree.

    With `by_mode`, a file that no `.readers` file speaks for is for `readers` only if the file system lets
    everybody read it, else for those whom it lets (`unix_permissions`). What lies above `location` is not looked
    at: whoever names it vouches for the way there.

    Symbolic links below `location` are passed over: what one points to inside the tree is listed at its
    own place, under the readers of that place, and what is outside was not asked for. Hidden files and
    folders (a leading dot) and those in `exclude` (the workspace's own) are passed over too.

    Where `location` is a single file, those of its name with a suffix of `beside` are listed with it.
    """

    def __init__(
        self,
        location: str | Path,
        readers: frozenset[Principal] = NOBODY,
        *,
        exclude: Iterable[Path] = (),
        by_mode: bool = False,
        beside: tuple[str, ...] = (),
    ) -> None:
        self._root = Path(location).expanduser().resolve()
        self._readers = readers
        self._exclude = frozenset(path.resolve() for path in exclude)
        self._by_mode = by_mode
        self._beside = beside
        self._accounts = Accounts()

    @staticmethod
    def from_place(place: Place) -> Source:
        """The source that was asked for. Raises UsageError for a value that an option may not have."""
        permissions = place.options.get("permissions", "off")
        if permissions not in ("mode", "off"):
            raise UsageError(f"permissions is {permissions!r}: it is mode or off")
        check_policy(place.options)
        signers = Signers(place.options["signers"]) if "signers" in place.options else None
        source = FolderSource(
            place.location,
            place.readers,
            exclude=place.exclude,
            by_mode=permissions == "mode",
            beside=signers.suffixes if signers else (),
        )
        if signers is None:
            return source
        if signers.allowed and Path(source.location) in signers.allowed.parents:
            raise UsageError(
                f"{signers.allowed} lies in {source.location}, so whoever can write there could allow themselves: keep "
                "it elsewhere"
            )
        return SignedSource(source, signers)

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
        self._accounts = Accounts()
        if self._root.is_file():
            standing = self._told(_Standing(self._root.parent), problems)
            names = (self._root.name, *(self._root.name + suffix for suffix in self._beside))
            for path in map(self._root.with_name, names):
                if path == self._root or path.is_file():
                    details = path.stat()
                    yield self._item(path, details, self._readers_of(path, details, standing, problems))
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
        standings = [_Standing(self._root)]
        while standings:
            standing = standings.pop()
            try:
                entries = sorted(os.scandir(standing.folder), key=lambda entry: entry.name)
                standing = self._told(standing, problems)
            except OSError as error:
                problems.append(f"{standing.folder} cannot be listed: {error.strerror}")
                continue
            for entry in reversed(entries):
                if self._is_wanted(entry) and entry.is_dir(follow_symlinks=False):
                    standings.append(replace(standing, folder=Path(entry.path)))
            for entry in entries:
                if self._is_wanted(entry) and entry.is_file(follow_symlinks=False):
                    path = Path(entry.path)
                    try:
                        details = entry.stat(follow_symlinks=False)
                        readers = self._readers_of(path, details, standing, problems)
                    except FileNotFoundError:
                        continue  # It vanished after the folder was read.
                    except OSError as error:
                        problems.append(f"{path} cannot be looked at: {error.strerror}")
                        continue
                    yield self._item(path, details, readers)

    def _is_wanted(self, entry: os.DirEntry[str]) -> bool:
        return not entry.name.startswith(".") and Path(entry.path) not in self._exclude

    def _told(self, standing: _Standing, problems: list[str]) -> _Standing:
        """What holds in the folder itself: its `.readers` file, else its own gate after those on the way to it.

        Raises OSError when the folder is gone.
        """
        rule = standing.folder / READERS_FILE
        if os.path.lexists(rule):
            return replace(standing, told=told_readers(str(rule), lambda: plain_bytes(rule), problems))
        if not self._by_mode or standing.told is not None or not standing.folder.is_relative_to(self._root):
            return standing
        try:
            gate = gate_of(standing.folder, standing.folder.lstat())
        except ParseError as error:
            problems.append(str(error))
            return replace(standing, told=NOBODY)
        return replace(standing, gates=(*standing.gates, gate))

    def _readers_of(
        self, path: Path, details: os.stat_result, standing: _Standing, problems: list[str]
    ) -> frozenset[Principal]:
        """Raises OSError when the file is gone."""
        readers = self._readers if standing.told is None else standing.told
        if self._by_mode and standing.told is None:
            try:
                gates = (*standing.gates, gate_of(path, details))
                readers = readers_behind(gates, self._readers, self._accounts)
            except ParseError as error:
                problems.append(str(error))
                return NOBODY
            if not all(gate.everybody for gate in gates):
                return readers
        if not readers and not problems:
            problems.append(f"nobody may read {path}: {_SUGGESTION}")
        return readers

    def _item(self, path: Path, details: os.stat_result, readers: frozenset[Principal]) -> Item:
        uri = path.relative_to(self._root).as_posix() if self._root in path.parents else path.name
        return Item(
            uri=printable(uri), modified=iso_time(details.st_mtime_ns), size=details.st_size, readers=readers
        )

    def _path(self, item: Item) -> Path:
        if not self._root.is_dir() and item.uri in {
            self._root.name + suffix for suffix in ("", *self._beside)
        }:
            return self._root.with_name(item.uri)
        path = self._root / item.uri
        if ".." in path.parts or not path.is_relative_to(self._root):
            raise ParseError(f"{item.uri} is outside {self._root}")
        return path


def printable(uri: str) -> str:
    """A name that is not UTF-8 cannot be stored: the file is listed under an escaped one and not read."""
    return uri.encode("utf-8", "backslashreplace").decode("utf-8")


def iso_time(nanoseconds: int) -> str:
    """A moment since 1970 as ISO 8601 UTC; one that no calendar has is 1970 itself."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
    except (OverflowError, ValueError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="microseconds")


KIND = Kind(
    FolderSource.from_place,
    options={
        "permissions": "mode: a file that not everybody on this machine may read is for the users and groups who "
        "may, by their names here; off, as it is if nothing is said: only .readers files and the source's readers "
        "count",
        "signers": "an allowed-signers file for ssh signatures, or OpenPGP fingerprints with commas between: a file is "
        "held back unless one of them signed it, as in policy.pdf.sig",
        **POLICY,
    },
)
