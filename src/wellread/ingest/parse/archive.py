"""Archives: zip, tar, and what gzip, bzip2 and xz compress. Their members are documents of their own."""

import bz2
import gzip
import io
import lzma
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_BYTES, Parsed, Part

MAX_MEMBERS = 10_000
MAX_EXPANDED = 256 * 1024**2
"""Bytes that a compressed archive may expand to; a compression bomb says a thousand times more."""

_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
    OSError, EOFError, ValueError, NotImplementedError,
)  # fmt: skip
_BOMB = f"it expands to more than {MAX_EXPANDED // 1024**2} MB and looks like a compression bomb: store its files apart"

_Expander = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
_COMPRESSIONS: tuple[tuple[bytes, Callable[[io.BytesIO], _Expander]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_LEFT_OUT = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What operating systems add, which is nobody's document."""


def parse_zip(data: bytes) -> Parsed:
    """A zip archive: no text, and a part for each file. Raises ParseError: damaged, or too many members."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [member for member in archive.infolist() if not member.is_dir()]
    except _DAMAGE as error:
        raise _damaged(error) from None
    return _parsed((member.filename, _zip_reader(archive, member)) for member in members)


def parse_tar(data: bytes) -> Parsed:
    """A tar archive, plain or compressed. Links and devices are passed over. Raises as `parse_zip` does."""
    try:
        archive = tarfile.open(fileobj=_expanded(data), mode="r:")  # noqa: SIM115 - its members are read later
        members = []
        for member in archive:
            if member.isfile():
                members.append(member)
            _check_count(len(members))
    except _DAMAGE as error:
        raise _damaged(error) from None
    return _parsed((member.name, _tar_reader(archive, member)) for member in members)


def parse_compressed(data: bytes) -> Parsed:
    """One compressed file, or a compressed tar archive. Raises as `parse_zip` does."""
    try:
        expanded = _expanded(data)
        if is_tar(expanded.read(1024)):
            return parse_tar(data)
    except _DAMAGE as error:
        raise _damaged(error) from None
    expanded.seek(0)
    return Parsed("", "", (), (Part("", lambda: _capped(expanded, "the compressed file")),))


def is_tar(start: bytes) -> bool:
    """Whether a file that begins so is a tar archive, by the magic of POSIX's ustar."""
    return start[257:262] == b"ustar"


def is_compressed(start: bytes) -> bool:
    """Whether a file that begins so was compressed by gzip, bzip2 or xz."""
    return any(start.startswith(magic) for magic, _ in _COMPRESSIONS)


def _parsed(members: Iterator[tuple[str, Callable[[], bytes]]]) -> Parsed:
    parts = []
    for name, read in members:
        inside = posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
        if inside and not inside.startswith(_LEFT_OUT[0]) and posixpath.basename(inside) not in _LEFT_OUT:
            parts.append(Part(inside, read))
        _check_count(len(parts))
    return Parsed("", "", (), tuple(parts))


def _check_count(members: int) -> None:
    if members > MAX_MEMBERS:
        raise ParseError(
            f"the archive has more than {MAX_MEMBERS:,} members: split it, or store its files apart"
        )


def _zip_reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        if member.flag_bits & 1:
            raise ParseError("a password is needed to open this member: store the archive without one")
        try:
            with archive.open(member) as file:
                return _capped(file, member.filename)
        except (*_DAMAGE, RuntimeError) as error:
            raise _damaged(error) from None

    return read


def _tar_reader(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            file = archive.extractfile(member)
            return _capped(file, member.name) if file is not None else b""
        except _DAMAGE as error:
            raise _damaged(error) from None

    return read


def _expanded(data: bytes) -> io.BytesIO:
    """`data` without its outer compression."""
    for magic, opened in _COMPRESSIONS:
        if data.startswith(magic):
            with opened(io.BytesIO(data)) as file:
                content = file.read(MAX_EXPANDED + 1)
            if len(content) > MAX_EXPANDED:
                raise ParseError(_BOMB)
            return io.BytesIO(content)
    return io.BytesIO(data)


def _capped(file: IO[bytes], name: str) -> bytes:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ParseError(f"{name} has more than {MAX_BYTES:,} bytes, the most that is read: split it")
    return content


def _damaged(error: BaseException) -> ParseError:
    return ParseError(f"the archive is damaged ({error}): make it again")
