"""The zip container of a Word document: its parts as XML, within limits."""

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING

from wellread.errors import ParseError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_EXPANDED = 200 * 1024 * 1024
"""Bytes that one part may expand to; a compression bomb says a thousand times more."""

_DAMAGED = "the Word document is damaged ({reason}): open and save it again in a word processor"


class Package:
    """Reads parts by their role. Raises ParseError for a container or a part that cannot be read."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ParseError(_DAMAGED.format(reason=error)) from None
        self._main = self._main_part()

    def document(self) -> "_Element":
        """The main part."""
        root = self._xml(self._main)
        if root is None:
            raise ParseError(f"the file is a zip archive without {self._main}: it is no Word document")
        return root

    def part(self, name: str) -> "_Element | None":
        """`styles`, `numbering`, `footnotes` or `endnotes`, which stand beside the main part, or None."""
        return self._xml(posixpath.join(posixpath.dirname(self._main), f"{name}.xml"))

    def title(self) -> str:
        """The title in the document's properties."""
        root = self._xml("docProps/core.xml")
        return (root.findtext("{*}title") or "").strip() if root is not None else ""

    def _main_part(self) -> str:
        relations = self._xml("_rels/.rels")
        for relation in relations if relations is not None else ():
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return str(relation.get("Target", "")).lstrip("/")
        return "word/document.xml"

    def _xml(self, name: str) -> "_Element | None":
        from lxml import etree

        try:
            with self._archive.open(name) as member:
                content = member.read(MAX_EXPANDED + 1)
        except KeyError:
            return None
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
            raise ParseError(_DAMAGED.format(reason=error)) from None
        except RuntimeError:
            raise ParseError("a password is needed to open this document: store a copy without one") from None
        if len(content) > MAX_EXPANDED:
            raise ParseError(
                f"{name} inside the document expands to more than "
                f"{MAX_EXPANDED // 1024**2} MB: it looks like a compression bomb"
            )
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(content, parser)
        except etree.LxmlError as error:
            raise ParseError(_DAMAGED.format(reason=f"{name}: {error}")) from None
