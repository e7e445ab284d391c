"""Writes Word 97-2003 documents ([MS-DOC]) with what a test asks for; Word itself would miss fonts and sections."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from compound_file_writer import Tree, compound_file

TEXT_AT = 1024
_PAGE = 512
_PARAGRAPHS_ON_A_PAGE = 5


@dataclass
class Run:
    """Text with character properties. Wide ones are stored in two bytes a character, in a piece of their own."""

    text: str
    properties: bytes = b""
    wide: bool = False


@dataclass
class Paragraph:
    """Runs and the mark that ends them."""

    runs: list[Run]
    style: int = 0
    properties: bytes = b""
    mark: str = "\r"


@dataclass
class Style:
    """A paragraph style: its built-in number (4,094 for one's own), the one it is based on, its changes."""

    built_in: int
    base: int = 0xFFF
    properties: bytes = b""
    kind: int = 1


@dataclass
class Document:
    """The parts of a document; `counts` are those of the main text, footnotes, headers and so on."""

    paragraphs: list[Paragraph]
    counts: Sequence[int] = ()
    styles: list[Style] = field(default_factory=list)
    structures: dict[int, bytes] = field(default_factory=dict)
    levels: bytes = b""
    """What follows the table of lists."""
    flags: int = 0x1200
    version: int = 0xC1
    magic: int = 0xA5EC
    streams: Tree = field(default_factory=dict)


def plain(
    text: str, style: int = 0, properties: bytes = b"", mark: str = "\r", *, wide: bool = False
) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph([Run(text, wide=wide)], style, properties, mark)


def change(modifier: int, value: int) -> bytes:
    """A single property modifier with a number as operand."""
    size = (1, 1, 2, 4, 2, 2, 0, 3)[modifier >> 13]
    return struct.pack("<H", modifier) + value.to_bytes(size, "little")


def places(positions: Sequence[int], data: Sequence[bytes]) -> bytes:
    """A table of positions and what is at them."""
    return struct.pack(f"<{len(positions)}I", *positions) + b"".join(data)


def word_document(document: Document) -> bytes:
    """The whole file."""
    return compound_file(streams(document))


def streams(document: Document) -> Tree:
    """The streams of the file by name."""
    text, pieces, paragraphs, characters = _stored(document.paragraphs)
    main = bytearray(TEXT_AT) + text
    structures = {1: _style_sheet(document.styles), 33: _pieces(pieces), **document.structures}
    structures[13] = _pages(main, [_paragraph_page(paragraphs[at : at + _PARAGRAPHS_ON_A_PAGE])
                                   for at in range(0, len(paragraphs), _PARAGRAPHS_ON_A_PAGE)])  # fmt: skip
    structures[12] = _pages(main, [_character_page(characters)] if characters else [])
    table = bytearray(64)
    struct.pack_into("<HH", main, 0, document.magic, document.version)
    struct.pack_into("<H", main, 0x0A, document.flags)
    total = sum(end - start for start, end, _, _ in pieces)
    for at, count in enumerate(document.counts or [total]):
        struct.pack_into("<I", main, 0x4C + 4 * at, count)
    for index, stored in sorted(structures.items()):
        struct.pack_into("<II", main, 0x9A + 8 * index, len(table), len(stored))
        table += stored + (document.levels if index == 73 else b"")
    name = "1Table" if document.flags & 0x200 else "0Table"
    return {"WordDocument": bytes(main), name: bytes(table), **document.streams}


Piece = tuple[int, int, int, bool]
Stretch = tuple[int, int, bytes]


def _stored(paragraphs: list[Paragraph]) -> tuple[bytes, list[Piece], list[Stretch], list[Stretch]]:
    """Text; pieces by position; paragraphs and runs by where they are stored."""
    text, pieces = bytearray(), list[Piece]()
    of_paragraphs, of_runs = list[Stretch](), list[Stretch]()
    position = 0
    for paragraph in paragraphs:
        began = TEXT_AT + len(text)
        runs = [Run(run.text, run.properties, run.wide) for run in paragraph.runs]
        runs[-1].text += paragraph.mark
        for run in runs:
            stored = run.text.encode("utf-16-le" if run.wide else "cp1252")
            start = TEXT_AT + len(text)
            length = len(stored) // (2 if run.wide else 1)
            text += stored
            pieces.append((position, position + length, start, run.wide))
            position += length
            if run.properties:
                of_runs.append((start, start + len(stored), run.properties))
        of_paragraphs.append(
            (began, TEXT_AT + len(text), struct.pack("<H", paragraph.style) + paragraph.properties)
        )
    return bytes(text), pieces, of_paragraphs, of_runs


def _pieces(pieces: list[Piece]) -> bytes:
    positions = [0, *(end for _, end, _, _ in pieces)]
    data = [struct.pack("<HIH", 0, at if wide else at * 2 | 0x40000000, 0) for _, _, at, wide in pieces]
    table = places(positions, data)
    # A list of settings comes first, which is passed over.
    return b"\x01\x02\x00\xaa\xbb" + b"\x02" + struct.pack("<I", len(table)) + table


def _pages(main: bytearray, pages: list[tuple[int, int, bytes]]) -> bytes:
    """Put pages behind the text; the table that names them."""
    if not pages:
        return b""
    numbers: list[bytes] = []
    for _, _, page in pages:
        main.extend(bytes(-len(main) % _PAGE))
        numbers.append(struct.pack("<I", len(main) // _PAGE))
        main.extend(page)
    return places([start for start, _, _ in pages] + [pages[-1][1]], numbers)


def _paragraph_page(paragraphs: list[Stretch]) -> tuple[int, int, bytes]:
    page = bytearray(_PAGE)
    head = 4 * (len(paragraphs) + 1)
    end = _PAGE - 2
    for at, (start, stop, stored) in enumerate(paragraphs):
        # The length counts words: an odd one in the short form, an even one in the long form.
        words = stored + b"\0" * (len(stored) % 2)
        entry = b"\0" + bytes([len(words) // 2]) + words
        if len(stored) % 2:
            entry = bytes([(len(stored) + 1) // 2]) + stored
        end -= len(entry) + len(entry) % 2
        page[end : end + len(entry)] = entry
        page[head + 13 * at] = end // 2
        struct.pack_into("<II", page, 4 * at, start, stop)
    page[-1] = len(paragraphs)
    assert end > head + 13 * len(paragraphs)
    return paragraphs[0][0], paragraphs[-1][1], bytes(page)


def _character_page(runs: list[Stretch]) -> tuple[int, int, bytes]:
    """Runs with properties, and those between them without."""
    page = bytearray(_PAGE)
    bounds = sorted({place for start, stop, _ in runs for place in (start, stop)})
    by_start = {start: stored for start, _, stored in runs}
    end = _PAGE - 2
    for at, start in enumerate(bounds):
        struct.pack_into("<I", page, 4 * at, start)
        if (stored := by_start.get(start)) and at + 1 < len(bounds):
            end -= len(stored) + 1 + (len(stored) + 1) % 2
            page[end : end + len(stored) + 1] = bytes([len(stored)]) + stored
            page[4 * len(bounds) + at] = end // 2
    page[-1] = len(bounds) - 1
    return bounds[0], bounds[-1], bytes(page)


def _style_sheet(styles: list[Style]) -> bytes:
    head = struct.pack("<HH14x", len(styles), 10)
    sheet = struct.pack("<H", len(head)) + head
    for style in styles:
        own = struct.pack("<H", 0) + style.properties
        stored = struct.pack("<HHHHH", style.built_in, style.kind | style.base << 4, 2, 0, 0)
        stored += struct.pack("<H", 1) + "S".encode("utf-16-le") + b"\0\0"
        stored += struct.pack("<H", len(own)) + own
        sheet += struct.pack("<H", len(stored)) + stored + b"\0" * (len(stored) % 2)
    return sheet
