"""PowerPoint 97-2003 presentations, written by tests/support/powerpoint_97_writer.py."""

import random
import struct
import zlib

import pytest
from compound_file_writer import compound_file
from powerpoint_97_writer import (
    BODY,
    CENTRED_BODY,
    CENTRED_TITLE,
    DOCUMENT,
    NOTES,
    OTHER,
    TITLE,
    Page,
    Presentation,
    atom,
    complex_property,
    container,
    group,
    powerpoint,
    shape,
    streams,
    style,
    text,
)  # fmt: skip

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.powerpoint_97 import records as records_module
from wellread.ingest.parse.powerpoint_97.parser import parse_legacy_powerpoint


def read(*slides: Page, **more: object) -> Parsed:
    return parse_legacy_powerpoint(powerpoint(Presentation(slides, **more)))  # type: ignore[arg-type]


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(parsed: Parsed) -> list[str]:
    return [text for _, _, text in blocks(parsed) if text]


def test_slides_in_the_order_of_the_list_with_titles_as_headings() -> None:
    parsed = read(
        Page([shape(text(TITLE, "Second\x0bslide")), shape(text(BODY, "žluť 😀\rmore"), at=(0, 50, 10, 10))]),
        Page([shape(text(CENTRED_BODY, "A talk"), at=(0, 50, 10, 10)), shape(text(CENTRED_TITLE, "Lamps"))]),
        Page([shape(text(CENTRED_TITLE, "A part"))]),
        order=[1, 0, 2],
    )
    assert parsed.title == "Lamps"
    assert blocks(parsed) == [
        ("page_break", 1, ""),
        ("heading", 1, "Lamps"),
        ("paragraph", 0, "A talk"),
        ("page_break", 2, ""),
        ("heading", 2, "Second slide"),
        ("list_item", 1, "- žluť 😀"),
        ("list_item", 1, "- more"),
        ("page_break", 3, ""),
        ("heading", 1, "A part"),
    ]


def test_levels_and_bullets_come_from_the_text_and_else_from_the_master() -> None:
    tabs = struct.pack("<HH", 0, 9) + struct.pack("<H", 2) + bytes(8) + struct.pack("<H", 1)
    styles = style(4, 0) + style(4, 1, 0x1 | 0x8000 | 0x100000 | 0x10000, tabs) + style(99, 2, 0x1, b"\1\0")
    body = text(BODY, "one\rtwo\rthree", styles=styles)
    bulleted = Page(more=atom(0x0FA3, struct.pack("<HIH", 1, 1, 1), instance=BODY))
    plain = Page(more=atom(0x0FA3, struct.pack("<HIH", 1, 1, 0), instance=BODY))
    parsed = read(
        Page([shape(body), shape(text(OTHER, "box"), at=(0, 50, 9, 9))], master=256),
        Page([shape(body)], master=257),
        masters=[bulleted, plain],
    )
    assert blocks(parsed) == [
        ("page_break", 1, ""),
        ("list_item", 1, "- one"),
        ("paragraph", 0, "two"),
        ("list_item", 3, "- three"),
        ("paragraph", 0, "box"),
        ("page_break", 2, ""),
        ("paragraph", 0, "one"),
        ("paragraph", 0, "two"),
        ("list_item", 3, "- three"),
    ]


def test_texts_kept_in_the_list_are_read_where_a_shape_refers_to_them() -> None:
    def refers(index: int) -> bytes:
        return atom(0x0F9E, struct.pack("<I", index))

    kept = text(TITLE, "Title") + text(BODY, "Shown") + text(BODY, "Unplaced")
    first = Page(
        [shape(refers(1), at=(0, 50, 9, 9)), shape(text(OTHER, "Last"), at=(0, 90, 9, 9)), shape(refers(0))],
        kept,
    )
    assert texts(read(first, Page([shape(refers(7))]))) == ["Title", "- Shown", "Last", "- Unplaced"]


def test_shapes_are_read_from_the_top_and_groups_where_they_stand() -> None:
    inner = group(
        shape(text(OTHER, "right"), at=(500, 0, 10, 10), child=True),
        shape(text(OTHER, "left"), at=(0, 0, 10, 10), child=True),
        at=(0, 50, 100, 10),
    )
    parsed = read(
        Page(
            [
                shape(text(OTHER, "bottom"), at=(0, 90, 100, 9)),
                inner,
                shape(text(OTHER, "top"), at=(0, 0, 100, 9)),
            ]
        )
    )
    assert texts(parsed) == ["top", "left", "right", "bottom"]


def test_what_is_not_on_the_slide_stays_out() -> None:
    numbered = text(OTHER, "Page * of *", more=atom(0x0FD8, struct.pack("<I", 5)))
    parsed = read(
        Page(
            [
                shape(text(OTHER, "gone"), deleted=True),
                shape(text(OTHER, "Footer"), placeholder=9),
                shape(text(BODY, "kept"), placeholder=14),
                shape(numbered, at=(0, 50, 9, 9)),
                shape(text(OTHER, " \r \x0b")),
            ]
        )
    )
    assert texts(parsed) == ["- kept", "Page  of *".replace("  ", " ")]


def test_tables_are_rows_with_merged_and_empty_cells() -> None:
    def cell(characters: str, left: int, top: int, height: int = 100) -> bytes:
        return shape(text(OTHER, characters), at=(left, top, 200, height), child=True)

    table = group(
        cell("6", 200, 203), cell("Hum", 0, 100, 200), cell("Lamp", 0, 0), cell("Watt", 200, 1), cell("", 200, 100),
        shape(at=(0, 100, 400, 0), form=20, child=True), is_table=True, at=(0, 50, 400, 300),
    )  # fmt: skip
    assert blocks(read(Page([shape(text(TITLE, "T")), table])))[2:] == [
        ("table_header", 0, "Lamp | Watt"),
        ("table_row", 0, "Hum |"),
        ("table_row", 0, "Hum | 6"),
    ]


def test_descriptions_and_drawn_words_are_read() -> None:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le") + b"\0\0"

    parsed = read(
        Page(
            [
                shape(properties=complex_property(0x0381, wide("A lamp on a desk"))),
                shape(properties=complex_property(0x0381, wide("my lamp.png")), at=(0, 50, 9, 9)),
                shape(properties=complex_property(0x00C0, wide("Big words")), at=(0, 90, 9, 9)),
            ]
        )
    )
    assert texts(parsed) == ["A lamp on a desk", "Big words"]


def comment(author: str, said: str) -> bytes:
    strings = [atom(0x0FBA, t.encode("utf-16-le"), instance=n) for n, t in enumerate((author, said, "AE"))]
    data = container(0x138B, container(0x2EE0, *strings))
    return container(0x1388, container(0x138A, atom(0x0FBA, "___PPT10".encode("utf-16-le")), data))


def test_notes_and_comments_follow_their_slide() -> None:
    parsed = read(
        Page([shape(text(TITLE, "One"))]),
        Page([shape(text(TITLE, "Two"))], more=comment("Ann", "Check this.\rPlease.") + comment("", "gone")),
        notes=[Page([shape(text(OTHER, "3")), shape(text(NOTES, "Say\rhello."))], about=257)],
    )
    assert blocks(parsed) == [
        ("page_break", 1, ""),
        ("heading", 1, "One"),
        ("page_break", 2, ""),
        ("heading", 2, "Two"),
        ("heading", 3, "Notes"),
        ("paragraph", 0, "Say"),
        ("paragraph", 0, "hello."),
        ("heading", 3, "Comments"),
        ("paragraph", 0, "Ann: Check this.\nPlease."),
    ]


def native(label: bytes, content: bytes, wide: str = "") -> bytes:
    head = b"\0\0" + label + b"\0C:\\x\0" + bytes(4) + struct.pack("<I", 2) + b"t\0"
    more = (
        struct.pack("<I", 1) + b"t\0" + struct.pack("<I", len(wide)) + wide.encode("utf-16-le")
        if wide
        else b""
    )
    return struct.pack("<I", 0) + head + struct.pack("<I", len(content)) + content + more


def embedded(reference: int, program: str = "Package") -> bytes:
    head = atom(0x0FC3, struct.pack("<6I", 1, 0, 1, 0, reference, 0))
    return container(0x0FCC, head, atom(0x0FBA, program.encode("utf-16-le"), instance=2))


def test_embedded_files_are_parts() -> None:
    document = compound_file({"WordDocument": b"w" * 10})
    stored = [
        compound_file({"\x01Ole10Native": native(b"C:\\a\\note.txt", b"hum")}),
        compound_file({"\x01Ole10Native": native(b"?.txt", b"low", wide="größe.txt")}),
        document,
        compound_file({"Package": b"PK no zip"}),
        compound_file({"Picture": b"x"}),
        compound_file({"\x01Ole10Native": native(b"n", b"hum")[:-1]}),
        document,
        b"no compound file",
    ]
    compressed = [
        atom(0x1011, struct.pack("<I", len(whole)) + zlib.compress(whole), instance=1) for whole in stored
    ]
    compressed[2] = atom(0x1011, document)
    compressed.append(atom(0x1011, struct.pack("<I", 99) + b"no zlib", instance=1))
    programs = ["Package"] * 6 + ["MSGraph.Chart.8", "x", "x"]
    parsed = read(
        Page(),
        more=container(
            0x0409, *(embedded(70 + at, program) for at, program in enumerate(programs)), embedded(70)
        ),
        stored={70 + at: record for at, record in enumerate(compressed)},
    )
    assert [(part.name, part.read()) for part in parsed.parts] == [
        ("note.txt", b"hum"), ("größe.txt", b"low"), ("object 3.doc", document), ("object 4", b"PK no zip"),
    ]  # fmt: skip


def test_objects_that_expand_beyond_measure_are_not_opened() -> None:
    bombs = {
        70 + at: atom(0x1011, struct.pack("<I", 90_000_000) + zlib.compress(b"x"), instance=1)
        for at in range(9)
    }
    assert read(Page(), more=container(0x0409, *map(embedded, bombs)), stored=bombs).parts == ()


def test_slides_are_found_where_the_directory_is_damaged() -> None:
    made = streams(Presentation([Page([shape(text(TITLE, "One"))]), Page([shape(text(TITLE, "Two"))])]))
    assert texts(parse_legacy_powerpoint(compound_file({**made, "Current User": b""}))) == ["One", "Two"]


def test_the_storage_for_two_versions() -> None:
    made = streams(Presentation([Page([shape(text(TITLE, "New"))])]))
    assert parse_legacy_powerpoint(compound_file({"PP40": b"old", "PP97_DUALSTORAGE": made})).text == "New"


@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        (powerpoint(Presentation(token=0xF3D1C4DF)), "a password is needed"),
        (powerpoint(Presentation(edit=struct.pack("<I", 5))), "a password is needed"),
        (compound_file({"PP40": b"x"}), r"PowerPoint 95 or older.*\.pptx"),
        (compound_file({"Workbook": b"x"}), "no presentation"),
        (compound_file({"PowerPoint Document": b"\xff" * 100}), "list of slides"),
        (b"PK", "does not begin"),
    ],
)
def test_what_cannot_be_read_has_a_reason(whole: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_legacy_powerpoint(whole)


def test_a_presentation_without_text_is_accepted() -> None:
    assert read().text == "" and texts(read(Page())) == []


def test_slides_inside_each_other_are_refused() -> None:
    count = 2_000
    nested = bytearray()
    for at in range(count):
        nested += struct.pack("<HHI", 0xF, 0x03EE, 8 * (count - at - 1))
    made = streams(Presentation())
    data = bytearray(made["PowerPoint Document"])  # type: ignore[arg-type]
    document_at, nested_at = len(data), len(data)
    data += nested
    listed = [atom(0x03F3, struct.pack("<5I", 100 + at, 0, 0, 256 + at, 0)) for at in range(count)]
    document_at = len(data)
    data += container(DOCUMENT, container(0x0FF0, *listed))
    places = struct.pack("<II", 1 | 1 << 20, document_at) + struct.pack("<I", 100 | count << 20)
    places += b"".join(struct.pack("<I", nested_at + 8 * at) for at in range(count))
    directory_at = len(data)
    data += atom(0x1772, places)
    edit_at = len(data)
    data += atom(0x0FF5, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, edit_at, directory_at, 1, 0, 0, 0))
    user = struct.pack("<HHIIII", 0, 0x0FF6, 20, 20, 0xE391C05F, edit_at)
    with pytest.raises(ParseError, match="overlap"):
        parse_legacy_powerpoint(compound_file({"PowerPoint Document": bytes(data), "Current User": user}))


def test_groups_inside_each_other_end() -> None:
    deep = shape(text(OTHER, "deep"), child=True)
    for _ in range(300):
        deep = group(deep)
    assert texts(read(Page([deep, shape(text(OTHER, "shallow"))]))) == ["shallow"]


def test_more_records_than_any_presentation_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_module, "MAX_RECORDS", 100)
    with pytest.raises(ParseError, match="more than 100 records"):
        read(Page([shape(text(OTHER, "x"))] * 30))


def test_nothing_but_a_parse_error_escapes() -> None:
    chance = random.Random(13)
    body = text(BODY, "one\rtwo", styles=style(4, 0, 0x10F, bytes(8)) + style(4, 1))
    table = group(shape(text(OTHER, "a"), child=True), is_table=True)
    whole = streams(
        Presentation(
            [Page([shape(text(TITLE, "T")), shape(body), table], text(BODY, "x"), comment("A", "b"))],
            [Page(more=atom(0x0FA3, struct.pack("<HIH", 1, 1, 1), instance=BODY))],
            [Page([shape(text(NOTES, "n"))], about=256)],
            more=container(0x0409, embedded(70)),
            stored={70: atom(0x1011, compound_file({"\x01Ole10Native": native(b"a", b"b")}))},
        )
    )
    for _ in range(300):
        data = bytearray(whole["PowerPoint Document"])  # type: ignore[arg-type]
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.choice([0, 1, 0xF, 0x7F, 0xFF, chance.randrange(256)])
        if chance.random() < 0.2:
            del data[chance.randrange(8, len(data)) :]
        try:
            parsed = parse_legacy_powerpoint(compound_file({**whole, "PowerPoint Document": bytes(data)}))
        except ParseError as error:
            assert str(error)
            continue
        parsed.text.encode()
        for block in parsed.blocks:
            assert 0 <= block.start <= block.end <= len(parsed.text)
        for part in parsed.parts:
            part.read()
