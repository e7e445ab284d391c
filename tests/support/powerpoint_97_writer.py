"""Writes PowerPoint 97-2003 presentations ([MS-PPT]) with what a test asks for."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compound_file_writer import Tree, compound_file

TITLE, BODY, NOTES, OTHER, CENTRED_BODY, CENTRED_TITLE = 0, 1, 2, 4, 5, 6
DOCUMENT, SLIDE, MASTER, NOTES_PAGE = 0x03E8, 0x03EE, 0x03F8, 0x03F0


def atom(kind: int, content: bytes = b"", instance: int = 0) -> bytes:
    """A record of data."""
    return struct.pack("<HHI", instance << 4, kind, len(content)) + content


def container(kind: int, *records: bytes, instance: int = 0) -> bytes:
    """A record of records."""
    content = b"".join(records)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(content)) + content


def text(kind: int, characters: str, *, styles: bytes = b"", more: bytes = b"") -> bytes:
    """A header and characters, in one byte each where that is enough."""
    try:
        stored = atom(0x0FA8, characters.encode("latin-1"))
    except UnicodeEncodeError:
        stored = atom(0x0FA0, characters.encode("utf-16-le"))
    return atom(0x0F9F, struct.pack("<I", kind)) + stored + (atom(0x0FA1, styles) if styles else b"") + more


def style(length: int, level: int, mask: int = 0, values: bytes = b"") -> bytes:
    """Properties of a stretch of paragraphs."""
    return struct.pack("<IHI", length, level, mask) + values


def shape(
    *box: bytes, at: tuple[int, int, int, int] = (0, 0, 10, 10), placeholder: int = 0, deleted: bool = False,
    form: int = 1, properties: bytes = b"", child: bool = False,
) -> bytes:  # fmt: skip
    """A shape with a box of text at left, top, width and height."""
    left, top, width, height = at
    if child:
        anchor = atom(0xF00F, struct.pack("<4i", left, top, left + width, top + height))
    else:
        anchor = atom(0xF010, struct.pack("<4h", top, left, left + width, top + height))
    return container(
        0xF004,
        atom(0xF00A, struct.pack("<II", 1, 8 if deleted else 0), instance=form),
        properties,
        anchor,
        container(0xF011, atom(0x0BC3, struct.pack("<IBBH", 0, placeholder, 0, 0))) if placeholder else b"",
        container(0xF00D, *box) if box else b"",
    )


def group(*shapes: bytes, at: tuple[int, int, int, int] = (0, 0, 10, 10), is_table: bool = False) -> bytes:
    """Shapes that belong together; cells of a table are such."""
    marked = atom(0xF122, struct.pack("<HI", 0x039F, 1), instance=1) if is_table else b""
    return container(0xF003, shape(at=at, properties=marked), *shapes)


def complex_property(name: int, content: bytes) -> bytes:
    """Properties of a shape, one of which has data; a number comes before it."""
    return atom(0xF00B, struct.pack("<HIHI", 0x0104, 7, name | 0x8000, len(content)) + content, instance=2)


@dataclass
class Page:
    """A slide, master or page of notes; `texts` are kept in the document's list."""

    shapes: Sequence[bytes] = ()
    texts: bytes = b""
    more: bytes = b""
    master: int = 0
    about: int = 0
    """For notes, the slide's identifier, which counts from 256."""


@dataclass
class Presentation:
    """What a test asks for; slides have the references 10 and up, masters 30, notes 50."""

    slides: Sequence[Page] = ()
    masters: Sequence[Page] = ()
    notes: Sequence[Page] = ()
    order: Sequence[int] = ()
    more: bytes = b""
    stored: Mapping[int, bytes] = field(default_factory=dict)
    edit: bytes = b""
    token: int = 0xE391C05F
    streams: Tree = field(default_factory=dict)


def powerpoint(presentation: Presentation) -> bytes:
    """The whole file."""
    return compound_file(streams(presentation))


def streams(presentation: Presentation) -> Tree:
    """The streams of the file by name."""
    stored = {
        1: container(
            DOCUMENT,
            _list(1, 30, presentation.masters, range(len(presentation.masters))),
            _list(0, 10, presentation.slides, presentation.order or range(len(presentation.slides))),
            _list(2, 50, presentation.notes, range(len(presentation.notes))),
            presentation.more,
        ),
        **{10 + at: _page(SLIDE, page, 0x03EF, page.master) for at, page in enumerate(presentation.slides)},
        **{30 + at: container(MASTER, page.more) for at, page in enumerate(presentation.masters)},
        **{
            50 + at: _page(NOTES_PAGE, page, 0x03F1, page.about) for at, page in enumerate(presentation.notes)
        },
        **presentation.stored,
    }
    data, places = bytearray(b"\0" * 8), dict[int, int]()
    # An older edit, whose directory has the document in a place that no longer holds.
    old_directory = len(data)
    data += atom(0x1772, struct.pack("<II", 1 | 1 << 20, 0))
    old_edit = len(data)
    data += atom(0x0FF5, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, old_edit, old_directory, 1, 0, 0, 0))
    for reference, record in stored.items():
        places[reference] = len(data)
        data += record
    directory = b"".join(
        struct.pack("<II", reference | 1 << 20, place) for reference, place in places.items()
    )
    at = len(data)
    data += atom(0x1772, directory)
    edit = len(data)
    data += atom(0x0FF5, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, old_edit, at, 1, 0, 0, 0) + presentation.edit)
    user = struct.pack("<HHIIII", 0, 0x0FF6, 20, 20, presentation.token, edit)
    return {"PowerPoint Document": bytes(data), "Current User": user, **presentation.streams}


def _list(instance: int, first: int, pages: Sequence[Page], order: Sequence[int]) -> bytes:
    entries = [
        atom(0x03F3, struct.pack("<5I", first + at, 0, 0, 256 + at, 0)) + pages[at].texts for at in order
    ]
    return container(0x0FF0, *entries, instance=instance)


def _page(kind: int, page: Page, head: int, refers: int) -> bytes:
    place = 12 if kind == SLIDE else 0
    drawing = container(0x040C, container(0xF002, container(0xF003, shape(), *page.shapes)))
    return container(
        kind, atom(head, bytes(place) + struct.pack("<I", refers) + bytes(8)), drawing, page.more
    )
