"""The container of an OpenDocument file (ODF 1.3 part 2, ISO/IEC 26300): a zip archive or one flat XML file."""

import re
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.office.package import Container, Kind
from wellread.ingest.parse.property_title import usable_title
from wellread.ingest.parse.xml.elements import attribute, children, local
from wellread.ingest.parse.xml.tree import parse_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

OPENDOCUMENT = Kind("OpenDocument file", "an office program", "content.xml")

_ZIP = b"PK"
# Pictures of a flat file, which have no text but may be longer than the XML parser takes.
_BINARY = re.compile(rb"<((?:[\w.-]+:)?binary-data)\b[^<>]*>[^<]*</\1\s*>")


class OpenDocument:
    """The roots of content, styles and properties; for a flat file all three are the same.

    Raises ParseError when it is encrypted, damaged, beyond the limits or no OpenDocument file.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = Container(data, OPENDOCUMENT) if data.startswith(_ZIP) else None
        if self._archive is not None:
            _refuse_encrypted(self._archive)
            content = self._archive.xml(OPENDOCUMENT.main)
            self._styles = self._optional("styles.xml")
            self._meta = self._optional("meta.xml")
        else:
            content = self._styles = self._meta = _flat(data)
        if content is None:
            raise ParseError(
                f"the file is a zip archive without {OPENDOCUMENT.main}: it is no OpenDocument file"
            )
        self._content = content

    def body(self) -> "_Element":
        """What stands in the body: an element called `text`, `presentation`, `spreadsheet` or `drawing`."""
        for child in self._content.iterfind("{*}body/*"):
            if local(child) in ("text", "presentation", "spreadsheet", "drawing"):
                return child
        raise ParseError(
            "the OpenDocument file has no text, presentation, drawing or spreadsheet inside: it is damaged "
            "or of another kind; save it again in an office program"
        )

    def style_lists(self) -> "list[_Element]":
        """Elements whose children are styles; the content's own, automatic ones come last."""
        roots = [self._styles, self._content]
        names = ("{*}styles", "{*}automatic-styles")
        return [found for root in roots if root is not None for name in names for found in root.findall(name)]

    def title(self) -> str:
        """The title among the document's properties, if it says something."""
        return usable_title(self._meta.findtext("{*}meta/{*}title")) if self._meta is not None else ""

    def embedded(self, element: "_Element") -> "_Element | None":
        """Root of the document or formula that a `draw:object` shows; None where it is missing or damaged."""
        inside = next(iter(children(element)), None)
        name = (attribute(element, "href") or "").removeprefix("./").rstrip("/")
        return inside if inside is not None else self._optional(f"{name}/content.xml")

    def _optional(self, name: str) -> "_Element | None":
        """A part the document can be read without; one that is damaged counts as missing."""
        try:
            return self._archive.xml(name) if self._archive is not None else None
        except ParseError:
            return None


def _refuse_encrypted(archive: Container) -> None:
    manifest = archive.read("META-INF/manifest.xml") or b""
    # LibreOffice 24.8 and later put the whole document into one encrypted member.
    if b"encryption-data" in manifest or "encrypted-package" in archive.names():
        raise ParseError("a password is needed to open this OpenDocument file: store a copy without one")


def _flat(data: bytes) -> "_Element":
    root = parse_tree(_BINARY.sub(b"", data))
    if root is None or local(root) != "document":
        raise ParseError(
            "the file is neither a zip archive nor flat XML of a document: it is no OpenDocument file"
        )
    return root
