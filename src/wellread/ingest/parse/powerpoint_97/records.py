"""The records of a PowerPoint 97-2003 presentation ([MS-PPT] 2.3.1, RecordHeader) and where each is stored.

current user -> latest edit (2.3.3, UserEditAtom) -> directory (2.3.4, PersistDirectoryAtom) -> document, slides
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wellread.errors import ParseError
from wellread.ingest.parse.ole.compound_file import Storage
from wellread.ingest.parse.ole.numbers import number

_PASSWORD = "a password is needed to open this presentation: store a copy without one"
_DAMAGED = "the presentation is damaged ({reason}): open and save it again in a presentation program"
_TOO_OLD = "the presentation is of PowerPoint 95 or older, the oldest that is read is PowerPoint 97: save it as .pptx"

MAX_RECORDS = 2_000_000
"""Visits of records that one presentation may take; large ones take a hundred thousand."""

_STREAM = "PowerPoint Document"
_ENCRYPTED_USER = 0xF3D1C4DF
_CONTAINER = 0xF
DOCUMENT, _ENCRYPTION = 0x03E8, 0x2F14
_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_EDIT_WITH_ENCRYPTION = 0x20


@dataclass(frozen=True, slots=True)
class Record:
    """A header's fields, and where in the stream its content begins and ends."""

    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


class Presentation:
    """The stream of a presentation and its directory.

    Raises ParseError: protected by a password, of an older version, damaged.
    """

    def __init__(self, root: Storage) -> None:
        # Files for two versions at once keep the newer one in a storage of its own.
        root = root.storage("PP97_DUALSTORAGE") or root
        if not root.has(_STREAM):
            if root.has("PP40"):
                raise ParseError(_TOO_OLD)
            raise ParseError(
                "the file holds no presentation: name it after its real kind, or save it as .pptx"
            )
        self.data = root.read(_STREAM)
        self._visited = 0
        user = _optional(root, "Current User")
        if number(user, 12) == _ENCRYPTED_USER:
            raise ParseError(_PASSWORD)
        self._places, document = self._directory(number(user, 16))
        found = self.stored(document, DOCUMENT)
        if found is None:
            # The directory is damaged: the last document in the stream is the one saved last.
            found = next((r for r in reversed(list(self.records())) if r.kind == DOCUMENT), None)
        if found is None:
            raise ParseError(_DAMAGED.format(reason="its list of slides is missing"))
        self.document = found

    def records(self, inside: Record | None = None) -> Iterator[Record]:
        """The records of the stream, or inside of one, in order; the last one may break off."""
        at, end = (inside.start, inside.end) if inside else (0, len(self.data))
        while at + 8 <= end:
            record = self._record(at)
            self._visited += 1
            if self._visited > MAX_RECORDS:
                raise ParseError(_DAMAGED.format(reason=f"it has more than {MAX_RECORDS:,} records"))
            yield Record(
                record.kind, record.instance, record.is_container, record.start, min(record.end, end)
            )
            at = record.end

    def find(self, inside: Record | None, *path: int) -> Record | None:
        """The first record of each kind of `path`, one inside of the other."""
        for kind in path:
            inside = next((record for record in self.records(inside) if record.kind == kind), None)
            if inside is None:
                return None
        return inside

    def content(self, record: Record) -> bytes:
        """Its bytes without the header."""
        return self.data[record.start : record.end]

    def value(self, record: Record, at: int, size: int = 4) -> int:
        """A number inside of it."""
        return number(self.data, record.start + at, size) if record.start + at + size <= record.end else 0

    def stored(self, reference: int, kind: int) -> Record | None:
        """The record that the directory has under `reference`, if it is of that kind."""
        place = self._places.get(reference)
        if place is None or place + 8 > len(self.data):
            return None
        record = self._record(place)
        return record if record.kind == kind else None

    def by_kind(self, kind: int) -> Iterator[Record]:
        """Records of a kind that stand in the stream itself."""
        return (record for record in self.records() if record.kind == kind)

    def _record(self, at: int) -> Record:
        head = number(self.data, at, 2)
        start = at + 8
        end = min(start + number(self.data, at + 4), len(self.data))
        return Record(number(self.data, at + 2, 2), head >> 4, head & 0xF == _CONTAINER, start, end)

    def _directory(self, edit_at: int) -> tuple[dict[int, int], int]:
        """Places by reference, the latest edit's first, and the reference of the document."""
        places: dict[int, int] = {}
        document = 0
        seen: set[int] = set()
        while edit_at not in seen:
            seen.add(edit_at)
            edit = self._record(edit_at)
            if edit.kind != _EDIT:
                break
            # A file with an encrypted edit says so there too.
            if edit.end - edit.start >= _EDIT_WITH_ENCRYPTION and self.value(edit, 28):
                raise ParseError(_PASSWORD)
            document = document or self.value(edit, 16)
            directory = self._record(self.value(edit, 12))
            for reference, place in self._entries(directory) if directory.kind == _DIRECTORY else ():
                places.setdefault(reference, place)
            edit_at = self.value(edit, 8)
        return places, document

    def _entries(self, directory: Record) -> Iterator[tuple[int, int]]:
        """Runs of places under references that count up."""
        at = 0
        while directory.start + at + 4 <= directory.end:
            head = self.value(directory, at)
            first, count = head & 0xFFFFF, head >> 20
            for step in range(count):
                yield first + step, self.value(directory, at + 4 + 4 * step)
            at += 4 + 4 * count


def _optional(root: Storage, name: str) -> bytes:
    try:
        return root.read(name) if root.has(name) else b""
    except ParseError:
        return b""
