"""From a file's name and bytes to the parser of its kind."""

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

from wellread.errors import ParseError
from wellread.ingest.parse.document import MAX_BYTES, Parsed
from wellread.ingest.parse.docx import parse_docx
from wellread.ingest.parse.html import parse_html
from wellread.ingest.parse.markdown import parse_markdown
from wellread.ingest.parse.pdf import parse_pdf
from wellread.ingest.parse.text import parse_text

PARSERS: dict[str, Callable[[bytes], Parsed]] = {
    "text": parse_text,
    "markdown": parse_markdown,
    "HTML": parse_html,
    "PDF": parse_pdf,
    "Word": parse_docx,
}
SUFFIXES = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "HTML", ".htm": "HTML", ".xhtml": "HTML", ".pdf": "PDF", ".docx": "Word",
}  # fmt: skip

_SIGNATURES = (
    (b"{\\rtf", "RTF"), (b"\x89PNG", "PNG image"), (b"\xff\xd8\xff", "JPEG image"), (b"GIF8", "GIF image"),
    (b"\x1f\x8b", "gzip archive"), (b"7z\xbc\xaf\x27\x1c", "7z archive"), (b"\x7fELF", "program"),
    (b"%!PS", "PostScript"), (b"SQLite format 3\x00", "SQLite database"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


def parse(name: str, data: bytes) -> Parsed:
    """Read the document called `name`.

    What the bytes begin with outweighs the suffix (a Word document called `.doc` is read); the suffix
    tells the kinds of text apart. A document without content is accepted and has no text. The title
    falls back on the name. Raises ParseError, and nothing else, with the reason for the file's owner.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(f"the file has {len(data):,} bytes, the most is {MAX_BYTES:,}: split it")
    title = posixpath.splitext(posixpath.basename(name))[0]
    if not data.strip():
        return Parsed(title, "", ())
    kind = kind_of(name, data)
    try:
        parsed = PARSERS[kind](data)
    except (ParseError, MemoryError):
        raise
    except Exception as error:  # the boundary to parsing libraries, which may raise anything
        raise ParseError(f"the {kind} file is damaged: {type(error).__name__}: {error}") from error
    return parsed if parsed.title else replace(parsed, title=title)


def kind_of(name: str, data: bytes) -> str:
    """A key of `PARSERS`. Raises ParseError naming the kind and those that are supported."""
    suffix = posixpath.splitext(name)[1].lower()
    # PDF readers accept the signature anywhere in the first 1,024 bytes.
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data.startswith(_ZIP):
        return _zip_kind(suffix, data)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ParseError("a password is needed to open this document: store a copy without one")
        raise _unsupported(suffix, "an old Office or Outlook file")
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise _unsupported(suffix, kind)
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if suffix:
        raise _unsupported(suffix, "")
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "HTML" if start.startswith((b"<!doctype html", b"<html")) else "text"


def _zip_kind(suffix: str, data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(BytesIO(data)).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = set()
    if suffix == ".docx" or any(name.startswith("word/") for name in names):
        return "Word"
    for folder, kind in (
        ("xl/", "Excel"),
        ("ppt/", "PowerPoint"),
        ("META-INF/", "OpenDocument, EPUB or Java"),
    ):
        if any(name.startswith(folder) for name in names):
            raise _unsupported(suffix, kind)
    raise _unsupported(suffix, "zip archive")


def _unsupported(suffix: str, kind: str) -> ParseError:
    what = " ".join(part for part in (suffix, f"({kind})" if suffix and kind else kind) if part)
    return ParseError(
        f"files of the kind {what} are not supported: convert it to one of {', '.join(sorted(SUFFIXES))}"
    )
