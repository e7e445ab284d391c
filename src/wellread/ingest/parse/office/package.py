"""The zip container of an office document: its parts within limits, and how one part names others."""

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from wellread.errors import ParseError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_EXPANDED = 200 * 1024 * 1024
"""Bytes that one part may expand to; a compression bomb says a thousand times more."""

MAX_EXPANDED_TOTAL = 1024 * 1024 * 1024
"""Bytes that all parts read together may expand to."""

MAX_MARKS = 10_000_000
"""Tags and attributes of one part that is read as a tree: each takes about a hundred bytes of memory."""

MAX_TAGS = 20_000_000
"""Tags in all parts read together, which bounds the time; the largest workbook that is read has half as many."""

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NEEDS_PASSWORD = "a password is needed to open this {kind}: store a copy without one"
_CHUNK = 1 << 16
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """What messages call a document and the program that can mend it, and where its main part is."""

    name: str
    program: str
    main: str


WORD = Kind("Word document", "a word processor", "word/document.xml")
POWERPOINT = Kind("PowerPoint presentation", "a presentation program", "ppt/presentation.xml")
EXCEL = Kind("Excel workbook", "a spreadsheet program", "xl/workbook.xml")


@dataclass(frozen=True, slots=True)
class Relation:
    """One part's reference to another: `kind` is the last word of its type, such as `slide`."""

    id: str
    kind: str
    target: str
    """Name of the other part, from the container's root."""


class Container:
    """A zip archive of parts. Names are found whatever their case and slashes, as office programs do.

    Raises ParseError for a container or a part that cannot be read.
    """

    def __init__(self, data: bytes, kind: Kind) -> None:
        self.kind = kind
        self.is_too_large = False
        """Whether a limit was met: then what was read is not all, whichever part met it."""
        self._left = MAX_EXPANDED_TOTAL
        self._tags = MAX_TAGS
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _UNREADABLE as error:
            if data.startswith(_COMPOUND) and _ENCRYPTED in data:
                raise ParseError(_NEEDS_PASSWORD.format(kind=kind.name)) from None
            raise self.damaged(str(error)) from None
        self._members = {_folded(member.filename): member for member in self._archive.infolist()}

    def damaged(self, reason: str) -> ParseError:
        """An error to raise, with what the owner can do."""
        return ParseError(
            f"the {self.kind.name} is damaged ({reason}): open and save it again in {self.kind.program}"
        )

    def names(self) -> list[str]:
        """All parts, in lower case."""
        return list(self._members)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part piece by piece; nothing at all where there is none."""
        member = self._members.get(_folded(name))
        if member is None:
            return
        read = 0
        try:
            with self._archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    read += len(chunk)
                    self._spend(name, read, chunk)
                    yield chunk
        except _UNREADABLE as error:
            raise self.damaged(f"{name}: {error}") from None
        except RuntimeError:
            raise ParseError(_NEEDS_PASSWORD.format(kind=self.kind.name)) from None

    def read(self, name: str) -> bytes | None:
        """A part's bytes, or None where there is none."""
        return b"".join(self.chunks(name)) if _folded(name) in self._members else None

    def xml(self, name: str) -> "_Element | None":
        """A part's root element, or None where there is no such part."""
        from lxml import etree

        content = self.read(name)
        if content is None:
            return None
        if content.count(b"<") + content.count(b"=") > MAX_MARKS:
            raise self._too_large(name, f"has over {MAX_MARKS:,} XML tags and attributes")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(content, parser)
        except etree.LxmlError as error:
            raise self.damaged(f"{name}: {error}") from None

    def _spend(self, name: str, read: int, chunk: bytes) -> None:
        self._left -= len(chunk)
        self._tags -= chunk.count(b"<")
        if read > MAX_EXPANDED or self._left < 0:
            limit = MAX_EXPANDED if read > MAX_EXPANDED else MAX_EXPANDED_TOTAL
            raise self._too_large(name, f"expands to more than {limit // 1024**2} MB")
        if self._tags < 0:
            raise self._too_large(name, f"has, with the parts before it, over {MAX_TAGS:,} XML tags")

    def _too_large(self, name: str, reason: str) -> ParseError:
        self.is_too_large = True
        return ParseError(
            f"{name} inside the {self.kind.name} {reason}: "
            "it looks like a compression bomb; split the document if it is none"
        )


class Package(Container):
    """An Office Open XML document (ISO/IEC 29500-2): parts that relationships lead to."""

    def __init__(self, data: bytes, kind: Kind) -> None:
        super().__init__(data, kind)
        self._relations: dict[str, dict[str, Relation]] = {}
        self.main = next(iter(self.related("", "officeDocument")), kind.main)

    def document(self) -> "_Element":
        """The main part's root."""
        root = self.xml(self.main)
        if root is None:
            raise ParseError(f"the file is a zip archive without {self.main}: it is no {self.kind.name}")
        return root

    def beside(self, name: str) -> "_Element | None":
        """The part `name`.xml in the main part's folder, or None."""
        return self.xml(posixpath.join(posixpath.dirname(self.main), f"{name}.xml"))

    def title(self) -> str:
        """The title in the document's properties; nothing where these are missing or damaged."""
        try:
            root = self.xml(next(iter(self.related("", "core-properties")), "docProps/core.xml"))
        except ParseError:
            return ""
        return (root.findtext("{*}title") or "").strip() if root is not None else ""

    def related(self, part: str, kind: str) -> list[str]:
        """Names of the parts of one kind that `part` refers to, in stored order; `""` is the whole document."""
        return [relation.target for relation in self._of(part).values() if relation.kind == kind]

    def target(self, part: str, relation_id: str | None) -> Relation | None:
        """The reference of `part` that has this id."""
        return self._of(part).get(relation_id or "")

    def _of(self, part: str) -> dict[str, Relation]:
        if part not in self._relations:
            self._relations[part] = {relation.id: relation for relation in self._read_relations(part)}
        return self._relations[part]

    def _read_relations(self, part: str) -> Iterator[Relation]:
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in root.iterchildren("{*}Relationship") if root is not None else ():
            if relation.get("TargetMode") != "External":
                target = str(relation.get("Target", "")).replace("\\", "/").partition("#")[0]
                path = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
                kind = str(relation.get("Type", "")).rstrip("/").rpartition("/")[2]
                yield Relation(str(relation.get("Id", "")), kind, path)


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
