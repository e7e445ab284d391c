"""Files that were put into documents of old Office programs as objects ([MS-OLEDS])."""

import posixpath
import zipfile
from io import BytesIO

from wellread.ingest.parse.document import MAX_BYTES
from wellread.ingest.parse.ole.compound_file import Storage
from wellread.ingest.parse.ole.numbers import number

_NATIVE, _PACKAGE = "\x01Ole10Native", "Package"
_DOCUMENTS = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls", "PowerPoint Document": ".ppt"}
_FOLDERS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_LONGEST_NAME = 255


def embedded_file(storage: Storage, whole: bytes, name: str) -> tuple[str, bytes] | None:
    """The file inside of an object's storage with its name, or None if it is only a picture or a link.

    `whole` is the object as a compound file of its own, empty where it is not; `name` is used where the
    object has none. Raises ParseError.
    """
    if storage.has(_NATIVE):
        return _native(storage.read(_NATIVE, most=MAX_BYTES), name)
    if storage.has(_PACKAGE):
        content = storage.read(_PACKAGE, most=MAX_BYTES)
        return f"{name}{_suffix(content)}", content
    for stream, suffix in _DOCUMENTS.items():
        if whole and storage.has(stream):
            return f"{name}{suffix}", whole
    return None


def _native(stored: bytes, name: str) -> tuple[str, bytes] | None:
    """A file that was put in as it is: size, label, path, path of a temporary copy, bytes (2.3.6).

    Newer programs add the temporary path and the label once more, in Unicode.
    """
    label, at = _string(stored, 6)
    _, at = _string(stored, at)
    at += 4
    at += 4 + number(stored, at)
    size = number(stored, at)
    content = stored[at + 4 : at + 4 + size]
    if not content or len(content) < size:
        return None
    at += 4 + size
    at += 4 + 2 * number(stored, at)
    wide = stored[at + 4 : at + 4 + 2 * min(number(stored, at), _LONGEST_NAME)].decode("utf-16-le", "replace")
    return posixpath.basename((wide.strip("\0") or label).replace("\\", "/")) or name, content


def _string(stored: bytes, at: int) -> tuple[str, int]:
    end = stored.find(b"\0", at, at + _LONGEST_NAME + 1)
    return (stored[at:end].decode("cp1252", "replace"), end + 1) if end >= 0 else ("", len(stored))


def _suffix(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    return next(
        (suffix for folder, suffix in _FOLDERS.items() for name in names if name.startswith(folder)), ".zip"
    )
