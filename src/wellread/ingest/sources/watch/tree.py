"""What of a location is worth watching, and whether its file system tells of changes at all."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from wellread.ingest.sources.readers_file import READERS_FILE

MOUNTS = Path("/proc/self/mountinfo")

_REMOTE = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs 9p virtiofs vboxsf vmhgfs prl_fs drvfs afs coda ceph glusterfs lustre beegfs gpfs "
    "gfs2 ocfs2 orangefs davfs autofs fuse".split()
)
"""File systems where what another machine changes is not told here."""

Identity = tuple[Path, int, int]

Change = tuple[int, str]
"""What happened, as the library counts it, and to which path."""


class Tree:
    """A location, without what no source lists: hidden files and folders, links, and `exclude`."""

    def __init__(self, location: Path, exclude: Iterable[Path] = ()) -> None:
        self._location = location
        self._exclude = frozenset(str(path.resolve()) for path in exclude)

    def identity(self) -> Identity | None:
        """Where the location leads, and what is another when that was replaced; None when it is gone.

        A single file is watched through its folder, so that one which replaces it is the same.
        """
        try:
            root = self._location.expanduser().resolve()
            details = root.stat() if stat.S_ISDIR(root.stat().st_mode) else root.parent.stat()
        except (OSError, RuntimeError):
            return None
        return root, details.st_dev, details.st_ino

    def folders(self, root: Path) -> set[str]:
        """Every folder to watch: those that can be listed."""
        if not root.is_dir():
            return {str(root.parent)}
        return {path for path, entries in self._walk(root) if entries is not None}

    def digest(self, root: Path) -> bytes:
        """Changes whenever a file or folder is added, removed, renamed or changed, its permissions included."""
        found = hashlib.blake2b()
        for path in (root,) if root.is_dir() else _pair(root):
            found.update(_details(path))
        for folder, entries in self._walk(root) if root.is_dir() else ():
            found.update(os.fsencode(folder) + (b"\0cannot be listed\0" if entries is None else b"\0"))
            for entry in entries or ():
                found.update(os.fsencode(entry.name) + b"\0" + _details(entry.path))
        return found.digest()

    def touched(self, root: Path, changes: Iterable[Change]) -> list[Change]:
        """Those that can change what a source lists, or for whom."""
        if not root.is_dir():
            pair = {str(path) for path in _pair(root)}
            return [change for change in changes if change[1] in pair]
        return [change for change in changes if self._is_below(str(root), change[1])]

    def _is_below(self, root: str, path: str) -> bool:
        if path == root:
            return True
        *folders, name = Path(path).relative_to(root).parts if path.startswith(root) else ("..",)
        return (
            not any(part.startswith(".") for part in folders)
            and (name == READERS_FILE or not name.startswith("."))
            and not any(path == one or path.startswith(f"{one}/") for one in self._exclude)
        )

    def _walk(self, root: Path) -> Iterator[tuple[str, list[os.DirEntry[str]] | None]]:
        """Folders with what is wanted in them, in a stable order; None for one that cannot be listed."""
        folders = [str(root)]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(filter(self._is_listed, listing), key=lambda entry: entry.name)
            except OSError:
                yield folder, None
                continue
            yield folder, entries
            folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]

    def _is_listed(self, entry: os.DirEntry[str]) -> bool:
        return entry.name == READERS_FILE or (
            not entry.name.startswith(".") and entry.path not in self._exclude and not entry.is_symlink()
        )


def remote_file_system(root: Path, mounts: str) -> str | None:
    """The kind of file system that `root` is on, or that is mounted below it, if changes are not told there.

    `mounts` is the text of /proc/self/mountinfo (proc(5)).
    """
    on, kind = Path("/"), None
    for line in mounts.splitlines():
        fields, _, described = line.partition(" - ")
        if len(fields.split()) < 5 or not described.strip():
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields.split()[4]))
        name = described.split()[0]
        remote = name if name in _REMOTE or name.startswith("fuse.") else None
        if root.is_relative_to(point) and point.is_relative_to(on):
            on, kind = point, remote
        elif remote and point.is_relative_to(root):
            return remote
    return kind


def _pair(file: Path) -> tuple[Path, Path]:
    """A single file, and what says who may read it."""
    return file, file.parent / READERS_FILE


def _details(path: str | Path) -> bytes:
    try:
        one = os.lstat(path)
    except OSError as error:
        return b"%d\0" % (error.errno or 0)
    # A folder's size and times follow from what is in it, hidden files included.
    changing = () if stat.S_ISDIR(one.st_mode) else (one.st_size, one.st_mtime_ns, one.st_ctime_ns)
    return repr((one.st_mode, one.st_uid, one.st_gid, one.st_ino, *changing)).encode() + b"\0"
