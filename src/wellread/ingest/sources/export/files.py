"""The files of an export: a single one, packed or not, a folder, or a zip."""

import gzip
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from wellread.errors import NotFoundError, ParseError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"


class ExportFiles:
    """Opens files by their names, with forward slashes. Links, hidden files and what is no file are passed over."""

    def __init__(self, root: Path) -> None:
        """Raises NotFoundError: there is nothing at `root`; ParseError: it is damaged, as a zip is without its end."""
        if not root.exists():
            raise NotFoundError(f"{root} does not exist: check the name, and that it is mounted")
        self.root = root
        self._before = self._state()
        self._zip = self._opened_zip()
        self.names = sorted(self._listed())

    def open(self, name: str) -> IO[bytes]:
        """Its bytes from the beginning, unpacked. Raises OSError and what `damage` knows."""
        if self._zip:
            return self._zip.open(name)
        file = _plain(self.root / name if self.root.is_dir() else self.root)
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        if not is_packed:
            return file
        packed = gzip.GzipFile(fileobj=file)
        packed.myfileobj = file  # type: ignore[assignment]  # Closed with it; any file will do.
        return packed  # type: ignore[return-value]  # it reads alike

    @property
    def has_changed(self) -> bool:
        """Whether something was written since it was opened."""
        return self._state() != self._before

    def close(self) -> None:
        """Let go of the zip."""
        if self._zip:
            self._zip.close()

    def _opened_zip(self) -> zipfile.ZipFile | None:
        if self.root.is_dir():
            return None
        with damage(str(self.root)):
            with _plain(self.root) as file:
                is_zip = file.read(4) in _ZIP
            return zipfile.ZipFile(self.root) if is_zip else None

    def _listed(self) -> Iterator[str]:
        if self._zip:
            for member in self._zip.infolist():
                if not member.is_dir() and _is_wanted(member.filename):
                    yield member.filename
        elif self.root.is_dir():
            yield from (name for name, _ in self._found())
        else:
            yield self.root.name

    def _state(self) -> list[tuple[str, int, int]]:
        if self.root.is_dir():
            return sorted((name, one.st_mtime_ns, one.st_size) for name, one in self._found())
        details = self.root.stat()
        return [("", details.st_mtime_ns, details.st_size)]

    def _found(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder, _, names in os.walk(self.root, onerror=_raise):
            for name in names:
                path = Path(folder, name)
                within = path.relative_to(self.root).as_posix()
                details = path.lstat()
                if stat.S_ISREG(details.st_mode) and _is_wanted(within):
                    yield within, details


@contextmanager
def damage(name: str) -> Iterator[None]:
    """Whatever shows that a file is damaged or cannot be had becomes a ParseError that names it."""
    try:
        yield
    except ParseError:
        raise
    except RecursionError:
        raise ParseError(f"{name} is damaged: its values lie too deep in one another") from None
    except OSError as error:
        raise ParseError(f"{name} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise ParseError(f"{name} is damaged, or not written to its end: {error}") from None


def _plain(path: Path) -> IO[bytes]:
    # Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise ParseError(f"{path} is no plain file")
    return file


def _is_wanted(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" not in parts and not any(part.startswith(".") for part in parts)


def _raise(error: OSError) -> None:
    raise ParseError(f"{error.filename} cannot be read: {error.strerror}")
