"""The container of an electronic book (EPUB 3.3, OPF 2.0.1): pages, their order, and the table of contents."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from wellread.errors import ParseError
from wellread.ingest.parse.office.package import Container, Kind
from wellread.ingest.parse.property_title import usable_title
from wellread.ingest.parse.xml.elements import attribute
from wellread.ingest.parse.xml.tree import parse_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

EPUB = Kind("e-book", "the program that made it", "content.opf")

_PAGES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml"})
_NCX = "application/x-dtbncx+xml"
# These make an embedded font useless elsewhere and leave the text alone.
_FONTS_ONLY = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """An entry of the table of contents; `depth` is 1 for a chapter."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class _Item:
    path: str
    media_type: str
    properties: tuple[str, ...]


class Book:
    """What the package document says. Paths are from the container's root, in lower case.

    Raises ParseError when the container or that document cannot be read, or pages are encrypted.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = Container(data, EPUB)
        self._main = self._main_part()
        try:
            root = parse_tree(self._archive.read(self._main) or b"")
        except ParseError as error:
            raise self._archive.damaged(f"{self._main}: {error}") from None
        if root is None:
            raise ParseError(f"the file is a zip archive without {self._main}: it is no e-book")
        self._root = root
        self._items = {
            attribute(item, "id") or "": self._item(item) for item in root.iterfind("{*}manifest/{*}item")
        }
        self._refuse_protected()

    @property
    def is_too_large(self) -> bool:
        """Whether a limit was met: then what was read is not all."""
        return self._archive.is_too_large

    def title(self) -> str:
        """The first title in the metadata, if it says something."""
        titles = (" ".join(title.itertext()) for title in self._root.iterfind("{*}metadata//{*}title"))
        return next((usable for title in titles if (usable := usable_title(title))), "")

    def pages(self) -> list[str]:
        """Paths of the pages in reading order, each once, without the table of contents."""
        spine = list(self._root.iterfind("{*}spine/{*}itemref"))
        spine.sort(key=lambda reference: reference.get("linear") == "no")
        named = [self._items.get(reference.get("idref", "")) for reference in spine]
        items = [item for item in named if item is not None] or list(self._items.values())
        return list(dict.fromkeys(item.path for item in items if _is_page(item)))

    def read(self, path: str) -> bytes:
        """A page. Raises ParseError when it is missing or damaged."""
        data = self._archive.read(path)
        if data is None:
            raise self._archive.damaged(f"{path} is missing")
        return data

    def labels(self) -> dict[str, dict[str, Label]]:
        """By page, and by the name of a place in it or nothing for its top, how the contents call it."""
        found: dict[str, dict[str, Label]] = {}
        for table, target, label in self._entries():
            page, _, place = target.partition("#")
            if page and usable_title(label.text):
                found.setdefault(_joined(table, page), {}).setdefault(unquote(place), label)
        return found

    def _entries(self) -> Iterator[tuple[str, str, Label]]:
        for item in self._items.values():
            if "nav" in item.properties or item.media_type == _NCX:
                root = self._optional(item.path)
                for target, label in _table(root) if root is not None else ():
                    yield item.path, target, label

    def _optional(self, path: str) -> "_Element | None":
        """The root of a file that the book can be read without; one that is damaged counts as missing."""
        try:
            return parse_tree(self._archive.read(path) or b"")
        except ParseError:
            return None

    def _main_part(self) -> str:
        root = self._optional("META-INF/container.xml")
        for file in root.iter("{*}rootfile") if root is not None else ():
            if attribute(file, "full-path"):
                return unquote(attribute(file, "full-path") or "")
        return next((name for name in self._archive.names() if name.endswith(".opf")), EPUB.main)

    def _item(self, item: "_Element") -> _Item:
        path = _joined(self._main, item.get("href", ""))
        return _Item(path, item.get("media-type", ""), tuple(item.get("properties", "").split()))

    def _refuse_protected(self) -> None:
        root = self._optional("META-INF/encryption.xml")
        pages = set(self.pages())
        for entry in root.iter("{*}EncryptedData") if root is not None else ():
            method = next((e.get("Algorithm", "") for e in entry.iterchildren("{*}EncryptionMethod")), "")
            paths = {_joined("", reference.get("URI", "")) for reference in entry.iter("{*}CipherReference")}
            if method not in _FONTS_ONLY and paths & pages:
                raise ParseError(
                    "the e-book's pages are encrypted (copy protection, DRM): store a copy without protection"
                )


def _is_page(item: _Item) -> bool:
    return item.media_type in _PAGES and "nav" not in item.properties


def _joined(base: str, reference: str) -> str:
    """The path that a reference inside the file `base` means."""
    path = unquote(reference.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path)).lstrip("/").lower()


def _table(root: "_Element") -> Iterator[tuple[str, Label]]:
    """Target and label of each entry, of an EPUB 3 navigation page or an EPUB 2 NCX file."""
    for point in root.iter("{*}navPoint"):
        depth = sum(1 for _ in point.iterancestors("{*}navPoint")) + 1
        for content in point.iterchildren("{*}content"):
            yield content.get("src", ""), Label(depth, _line(point.find("{*}navLabel")))
    tables = [nav for nav in root.iter("{*}nav") if "toc" in (attribute(nav, "type") or "toc").split()]
    for link in tables[0].iter("{*}a") if tables else ():
        depth = sum(1 for _ in link.iterancestors("{*}ol"))
        yield link.get("href", ""), Label(max(depth, 1), _line(link))


def _line(element: "_Element | None") -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
