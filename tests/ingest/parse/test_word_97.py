"""Word 97-2003 documents, written by tests/support/word_97_writer.py."""

import io
import random
import struct
import zipfile

import pytest
from compound_file_writer import compound_file
from word_97_writer import Document, Paragraph, Run, Style, change, places, plain, streams, word_document

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.word_97.lists import roman
from wellread.ingest.parse.word_97.parser import parse_legacy_word

DELETED, HIDDEN, SYMBOL = 0x0800, 0x083C, 0x6A09
OUTLINE, LIST, LIST_LEVEL = 0x2640, 0x460B, 0x260A
IN_TABLE = change(0x2416, 1)
STYLES = [
    Style(0), Style(1, 0), Style(4094, 1), Style(62, 0), Style(4094, 0, change(OUTLINE, 1)),
    Style(48, 0, change(LIST, 1)), Style(7, 0),
]  # fmt: skip


def read(*paragraphs: Paragraph | str, **more: object) -> Parsed:
    made = [plain(p) if isinstance(p, str) else p for p in paragraphs]
    return parse_legacy_word(word_document(Document(made, styles=STYLES, **more)))  # type: ignore[arg-type]


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(parsed: Parsed) -> list[str]:
    return [text for _, _, text in blocks(parsed)]


def test_paragraphs_of_one_and_two_bytes_a_character() -> None:
    mixed = Paragraph([Run("Größe “5” "), Run("žluť 😀 ", wide=True), Run("end")])
    assert texts(read("One\x0btwo", mixed, plain("three", wide=True), "non\x1ebreaking soft\x1fened\tnow")) == [
        "One\ntwo", "Größe “5” žluť 😀 end", "three", "non-breaking softened now",
    ]  # fmt: skip


def test_headings_come_from_styles_what_they_are_based_on_and_outline_levels() -> None:
    parsed = read(
        plain("The lamp", 3), plain("Care", 1), plain("Derived", 2), plain("Outlined", 4), plain("Seventh", 6),
        plain("By itself", 0, change(OUTLINE, 2)), plain("No more", 1, change(OUTLINE, 9)), "Text.", plain("  ", 1),
        plain("Unknown style", 99),
    )  # fmt: skip
    assert parsed.title == "The lamp"
    assert blocks(parsed) == [
        ("heading", 1, "The lamp"),
        ("heading", 1, "Care"),
        ("heading", 1, "Derived"),
        ("heading", 2, "Outlined"),
        ("heading", 6, "Seventh"),
        ("heading", 3, "By itself"),
        ("paragraph", 0, "No more"),
        ("paragraph", 0, "Text."),
        ("paragraph", 0, "Unknown style"),
    ]


def test_a_style_based_on_itself_ends() -> None:
    document = Document([plain("x", 0)], styles=[Style(4094, 1), Style(4094, 0)])
    assert parse_legacy_word(word_document(document)).text == "x"


def row(*cells: str, properties: bytes = b"") -> list[Paragraph]:
    ends = change(0x2417, 1)
    return [
        *(plain(cell, 0, IN_TABLE, "\x07") for cell in cells),
        plain("", 0, IN_TABLE + ends + properties, "\x07"),
    ]


def merged(*flags: int) -> bytes:
    """The cells of a row; 0x20 continues the cell above, 0x60 begins such a one."""
    operand = bytes([len(flags)]) + bytes(2 * len(flags) + 2)
    operand += b"".join(struct.pack("<H18x", flag) for flag in flags)
    return struct.pack("<HH", 0xD608, len(operand) + 1) + operand


def test_tables_are_rows_with_their_header_and_merged_cells_repeat() -> None:
    parsed = read(
        "Before.",
        *row("Lamp", "Watt", properties=change(0x3404, 1)),
        plain("Hum", 0, IN_TABLE),
        *row("mer", "5", properties=merged(0x60, 0)),
        *row("", "6", properties=merged(0x20, 0)),
        *row("", "7"),
        "Between.",
        *row("Town", "Street"),
        *row("Oslo", "12"),
        "After.",
        *row("A framed", properties=b""),
        *row("note"),
    )
    assert blocks(parsed) == [
        ("paragraph", 0, "Before."),
        ("table_header", 0, "Lamp | Watt"),
        ("table_row", 0, "Hum mer | 5"),
        ("table_row", 0, "Hum mer | 6"),
        ("table_row", 0, "| 7"),
        ("paragraph", 0, "Between."),
        ("table_header", 0, "Town | Street"),
        ("table_row", 0, "Oslo | 12"),
        ("paragraph", 0, "After."),
        ("paragraph", 0, "A framed"),
        ("paragraph", 0, "note"),
    ]


def test_a_row_whose_properties_are_kept_in_a_stream_of_their_own() -> None:
    stored = IN_TABLE + change(0x2417, 1)
    huge = change(0x6646, 3)
    data = b"xyz" + struct.pack("<H", len(stored)) + stored
    parsed = read(*row("a", "b")[:2], plain("", 0, huge, "\x07"), *row("c", "d"), streams={"Data": data})
    assert texts(parsed) == ["a | b", "c | d"]


def test_rows_without_any_properties_end_at_a_double_mark() -> None:
    made = streams(
        Document([plain("a", mark="\x07"), plain("b", mark="\x07"), plain("", mark="\x07"), plain("end")])
    )
    main = bytearray(made["WordDocument"])  # type: ignore[arg-type]
    struct.pack_into("<II", main, 0x9A + 8 * 13, 0, 0)
    assert texts(parse_legacy_word(compound_file({**made, "WordDocument": bytes(main)}))) == ["a | b", "end"]


def test_what_is_not_shown_stays_out() -> None:
    field = (
        "\x13 LINK \x13 NESTED \x14 inner\x15 \x14the \x13PAGE\x14shown\x15 link\x15 and \x13 SILENT \x15more"
    )
    parsed = read(
        Paragraph(
            [Run("Kept "), Run("deleted ", change(DELETED, 1)), Run("hidden ", change(HIDDEN, 0x81)), Run("end.")]
        ),
        field,
        Paragraph([Run("joined"), Run("", change(DELETED, 1))]),
        "with this\x01\x08\x05",
        Paragraph([Run("Done "), Run("(", change(SYMBOL, 0xF0FE << 16 | 4)), Run("("),
                   Run("(", change(SYMBOL, 0xF044 << 16))]),
        "\x13 never ended",
    )  # fmt: skip
    assert texts(parsed) == [
        "Kept end.",
        "the shown link and more",
        "joinedwith this",
        "Done ☑(",
        "never ended",
    ]


def level(kind: int, text: str, start: int = 1) -> bytes:
    return (
        struct.pack("<IB19xBBH", start, kind, 2, 3, 0)
        + b"ppccc"
        + struct.pack("<H", len(text))
        + text.encode("utf-16-le")
    )


def lists(*, uses: bytes) -> dict[str, object]:
    """List 10 has nine levels, list 20 one of bullets."""
    table = struct.pack("<H", 2) + struct.pack("<I22xBx", 10, 0) + struct.pack("<I22xBx", 20, 1)
    levels = [
        level(0, "\0."),
        level(4, "(\1)"),
        level(0, "\0.\1.\2", 5),
        *[level(2, "\3:")] * 6,
        level(23, "\uf0b7"),
    ]
    return {"structures": {73: table, 74: uses}, "levels": b"".join(levels)}


def test_lists_are_counted_as_they_are_shown() -> None:
    use = struct.Struct("<I8xB3x")
    # The third use begins the first level anew at 7.
    uses = struct.pack("<I", 3) + use.pack(10, 0) + use.pack(20, 0) + use.pack(10, 1)
    uses += b"\xff" * 4 + b"\xff" * 4 + b"\xff" * 4 + struct.pack("<II", 7, 0x10)

    def item(text: str, index: int, depth: int = 0, style: int = 0) -> Paragraph:
        return plain(text, style, change(LIST, index) + change(LIST_LEVEL, depth))

    parsed = read(
        item("a", 1), item("b", 1), item("c", 1, 1), item("d", 1, 1), item("e", 1, 2), item("f", 1), item("g", 1, 1),
        item("dot", 2), item("seven", 3), item("eight", 3), item("lost", 9), item("none", 0), item("off", 0xF801),
        plain("styled", 5), item("numbered heading", 1, 0, 1), item("dotted heading", 2, 0, 1),
        **lists(uses=uses),
    )  # fmt: skip
    assert [(kind, depth, text) for kind, depth, text in blocks(parsed)] == [
        ("list_item", 1, "1. a"),
        ("list_item", 1, "2. b"),
        ("list_item", 2, "(a) c"),
        ("list_item", 2, "(b) d"),
        ("list_item", 3, "2.b.5 e"),
        ("list_item", 1, "3. f"),
        ("list_item", 2, "(a) g"),
        ("list_item", 1, "- dot"),
        ("list_item", 1, "7. seven"),
        ("list_item", 1, "8. eight"),
        ("list_item", 1, "- lost"),
        ("paragraph", 0, "none"),
        ("paragraph", 0, "off"),
        ("list_item", 1, "9. styled"),
        ("heading", 1, "10. numbered heading"),
        ("heading", 1, "dotted heading"),
    ]


def test_levels_of_lists_show_letters_romans_or_nothing() -> None:
    kinds = [
        level(1, "\0.", 4),
        level(3, "\1)", 26),
        level(255, "\2"),
        level(2, "\3", 4001),
        level(0, "none"),
    ]
    table = struct.pack("<H", 1) + struct.pack("<I22xBx", 10, 0)
    use = struct.Struct("<I8xB3x")
    uses = struct.pack("<I", 2) + use.pack(10, 0) + use.pack(10, 2) + b"\xff" * 8
    # The second use gives the second level a new form, which says where it begins, then the first a new start.
    uses += struct.pack("<II", 1, 0x21) + level(3, "\1)", 5) + struct.pack("<II", 9, 0x10)
    items = [(0, 1), (1, 1), (1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (0, 2)]
    parsed = read(
        *(plain("x", 0, change(LIST, use) + change(LIST_LEVEL, depth)) for depth, use in items),
        structures={73: table, 74: uses},
        levels=b"".join([*kinds, *[level(0, "\0")] * 4]),
    )
    assert texts(parsed) == ["IV. x", "Z) x", "AA) x", "- x", "4001 x", "none x", "E) x", "IX. x"]


def test_roman_numbers() -> None:
    shown = [roman(n) for n in (1, 4, 9, 14, 50, 500, 1994, 3999)]
    assert shown == ["i", "iv", "ix", "xiv", "l", "d", "mcmxciv", "mmmcmxcix"]


def test_properties_around_tab_stops_are_read() -> None:
    tabs = struct.pack("<HB2x", 0xC615, 2)
    many = struct.pack("<HB", 0xC615, 255) + bytes(9)
    assert blocks(read(plain("a", 0, tabs + change(OUTLINE, 0)), plain("b", 0, change(OUTLINE, 1) + many))) == [
        ("heading", 1, "a"), ("heading", 2, "b"),
    ]  # fmt: skip


def test_a_style_of_characters_is_no_heading() -> None:
    document = Document(
        [plain("x", 0), plain("y", 1)], styles=[Style(1, kind=2), Style(9, 0xFFF, change(OUTLINE, 3))]
    )
    assert blocks(parse_legacy_word(word_document(document))) == [("paragraph", 0, "x"), ("heading", 6, "y")]


def test_notes_and_boxes_follow_with_the_label_of_their_reference() -> None:
    main = ["It\x02 is so\x02.*", "And\x02."]
    notes, headers, ends, boxes = (
        ["\x02 First note.", "* Starred."],
        ["Running head"],
        ["\x02 Late."],
        ["In a box."],
    )
    comment = ["A remark"]
    count = {key: sum(len(text) + 1 for text in part) for key, part in
             {"m": main, "n": notes, "h": headers, "c": comment, "e": ends, "b": boxes}.items()}  # fmt: skip
    structures = {
        2: places([2, 11, 99], [b"\1\0", b"\0\0"]),
        3: places([0, 14, 25, 28], []),
        46: places([16, 99], [b"\1\0"]),
        47: places([0, 8, 11], []),
    }
    parsed = read(
        *main, *notes, *headers, *comment, *ends, *boxes,
        counts=[count["m"], count["n"], count["h"], 0, count["c"], count["e"], count["b"], 0],
        structures=structures,
    )  # fmt: skip
    assert texts(parsed) == [
        "It[1] is so.*", "And[i].", "In a box.", "[1] First note.", "[*] Starred.", "[i] Late.",
    ]  # fmt: skip


def summary(title: str, code_page: int = 1252) -> bytes:
    stored = title.encode(f"cp{code_page}") + b"\0"
    head = struct.pack("<HHI16xI16xI", 0xFFFE, 0, 0, 1, 48)
    return head + struct.pack("<IIIIIIIHxxII", 0, 2, 1, 24, 2, 32, 2, code_page, 0x1E, len(stored)) + stored


@pytest.mark.parametrize(
    ("stored", "title"),
    [(summary("Lampen-Größen"), "Lampen-Größen"), (summary("Лампа", 1251), "Лампа"),
     (summary("Microsoft Word - x.doc"), "Care"),
     (b"", "Care"), (summary("x")[:50], "Care"), (b"\xff" * 200, "Care")],
)  # fmt: skip
def test_the_title_is_that_of_the_properties_or_the_first_heading(stored: bytes, title: str) -> None:
    assert read("Text.", plain("Care", 1), streams={"\x05SummaryInformation": stored}).title == title


def test_the_other_table_stream() -> None:
    assert read("x", flags=0x1000).text == "x"


def test_an_empty_document_is_accepted() -> None:
    assert read("").text == ""


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"flags": 0x1300}, "a password is needed"),
        ({"magic": 0xA5DC, "version": 101}, r"Word 6 or 95 \(file version 101\).*\.docx"),
        ({"magic": 0xA5DB, "version": 45}, "Word 2"),
        ({"version": 0x68}, "Word 6 or 95"),
        ({"magic": 0x1234}, "first bytes"),
        ({"structures": {33: b""}}, "table of its text"),
        ({"structures": {33: b"\x02\xff\xff\xff\xff"}}, "table of its text"),
        ({"counts": [30_000_000]}, "characters"),
        ({"flags": 0x1000, "streams": {"0Table": b""}}, "table of its text"),
    ],
)
def test_what_cannot_be_read_has_a_reason(settings: dict[str, object], reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read("x", **settings)


def test_other_files_are_told_apart() -> None:
    with pytest.raises(ParseError, match="no Word document"):
        parse_legacy_word(compound_file({"Workbook": b"x"}))
    with pytest.raises(ParseError, match="'1Table' is missing"):
        parse_legacy_word(compound_file({"WordDocument": streams(Document([plain("x")]))["WordDocument"]}))
    with pytest.raises(ParseError, match="does not begin"):
        parse_legacy_word(b"{\\rtf1 x}")


def test_nothing_but_a_parse_error_escapes() -> None:
    chance = random.Random(9)
    whole = streams(
        Document(
            [
                plain("Care", 1),
                Paragraph([Run("a "), Run("b", change(DELETED, 1))]),
                *row("x", "y"),
                plain("i\x02", 5),
            ],
            styles=STYLES,
            counts=[18, 0],
            **lists(uses=struct.pack("<I", 1) + struct.pack("<I8xB3x", 10, 0) + b"\xff" * 4),  # type: ignore[arg-type]
        )
    )
    for _ in range(250):
        made = dict(whole)
        for _ in range(chance.randint(1, 6)):
            name = chance.choice(["WordDocument", "1Table"])
            content = bytearray(made[name])  # type: ignore[arg-type]
            content[chance.randrange(len(content))] = chance.choice([0, 1, 0x7F, 0xFF, chance.randrange(256)])
            if chance.random() < 0.1:
                del content[chance.randrange(len(content)) :]
            made[name] = bytes(content) or b"\0"
        try:
            parsed = parse_legacy_word(compound_file(made))
        except ParseError as error:
            assert str(error)
            continue
        parsed.text.encode()
        for block in parsed.blocks:
            assert 0 <= block.start <= block.end <= len(parsed.text)


def test_files_put_in_as_objects_are_parts() -> None:
    head = b"\0\0note.txt\0C:\\x\0" + bytes(4) + struct.pack("<I", 2) + b"t\0"
    native = struct.pack("<I", 0) + head + struct.pack("<I", 3) + b"hum"
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    pool = {"_1": {"\x01Ole10Native": native}, "_2": {"Picture": b"x"}, "_3": {"Package": package.getvalue()}}
    parsed = read("Text.", streams={"ObjectPool": pool})
    assert [(part.name, part.read()) for part in parsed.parts] == [
        ("note.txt", b"hum"),
        ("object 3.xlsx", package.getvalue()),
    ]
