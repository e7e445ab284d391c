"""Word documents saved as one XML file: packages written out flat (from 2007 on), and WordprocessingML of 2003."""

import base64
import binascii
import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.word.parser import parse_docx
from wellread.ingest.parse.xml.elements import attribute, children, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_NAME = 1000
_MAIN = "word/document.xml"


def is_word(root: "_Element") -> bool:
    """Whether the file is a Word document of either kind."""
    if local(root) == "package":
        return any(attribute(part, "name") == f"/{_MAIN}" for part in children(root))
    return local(root) == "wordDocument" and next(root.iter("{*}body"), None) is not None


def parse_word(root: "_Element") -> Parsed:
    """The document as its parts say it, read as the package that it stands for. Raises ParseError."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        parts = _parts(root) if local(root) == "package" else _parts_2003(root)
        for name, content in dict(parts).items():
            if 0 < len(name) <= _LONGEST_NAME:
                archive.writestr(name, content)
    return parse_docx(package.getvalue())


def _parts(package: "_Element") -> Iterator[tuple[str, bytes]]:
    for part in children(package):
        name = (attribute(part, "name") or "").lstrip("/")
        for stored in children(part):
            if local(stored) == "xmlData" and len(stored):
                yield name, _markup(stored[0])
            elif local(stored) == "binaryData":
                try:
                    yield name, base64.b64decode(stored.text or "")
                except (binascii.Error, ValueError):
                    continue


def _parts_2003(document: "_Element") -> Iterator[tuple[str, bytes]]:
    """The body without the sections that Word puts around its paragraphs as hints, and the styles."""
    for hint in list(document.iter("{*}sect", "{*}sub-section")):
        parent = hint.getparent()
        if parent is not None:
            at = parent.index(hint)
            parent[at : at + 1] = list(hint)
    styles = document.find("{*}styles")
    if styles is not None:
        yield "word/styles.xml", _markup(styles)
    yield _MAIN, _markup(document)


def _markup(element: "_Element") -> bytes:
    from lxml import etree

    return bytes(etree.tostring(element, with_tail=False))
