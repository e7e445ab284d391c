"""Spreadsheets that are not Excel's XML: .xls, .xlsb, OpenDocument and XML of 2003, made here piece by piece."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from compound_file_writer import compound_file

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.spreadsheet import sheet
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet
from wellread.ingest.parse.xml import stream as xml_stream


def blocks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


def read(data: bytes) -> list[tuple[str, str]]:
    return blocks(parse_spreadsheet(data))


def packed(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# The same sheet in every format: a header, texts, numbers with formats, a formula's text, an area merged
# downwards and a comment.
EXPECTED = [
    ("heading", "Park"),
    ("table_header", "Tree | Height | Share | Planted | Seen"),
    ("table_row", "Oak | 31.5 | 12.5% | 2023-03-15 | TRUE"),
    ("table_row", "Oak | 28 |  | old | #N/A"),
    ("paragraph", "[B2] Measured twice"),
]


# Old Excel


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def narrow(text: str) -> bytes:
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def at(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


BEGIN_BOOK = record(0x0809, struct.pack("<HH12x", 0x0600, 5))
BEGIN_SHEET = record(0x0809, struct.pack("<HH12x", 0x0600, 0x10))
END = record(0x000A)


def old_stream(globals_: bytes, sheets: dict[str, bytes], hidden: tuple[str, ...] = ()) -> bytes:
    def listed(starts: list[int]) -> bytes:
        return b"".join(
            record(
                0x0085,
                struct.pack("<IBB", start, name in hidden, 0)
                + struct.pack("<BB", len(name), 0)
                + name.encode(),
            )
            for name, start in zip(sheets, starts, strict=True)
        )

    start = len(BEGIN_BOOK + globals_ + listed([0] * len(sheets)) + END)
    starts, body = [], b""
    for content in sheets.values():
        starts.append(start + len(body))
        body += BEGIN_SHEET + content + END
    return BEGIN_BOOK + globals_ + listed(starts) + END + body


def old(globals_: bytes, sheets: dict[str, bytes], hidden: tuple[str, ...] = ()) -> bytes:
    return compound_file({"Workbook": old_stream(globals_, sheets, hidden)})


OLD_GLOBALS = (
    record(0x041E, struct.pack("<H", 164) + wide("0.0%"))
    + record(0x00E0, struct.pack("<HH", 0, 0))
    + record(0x00E0, struct.pack("<HH", 0, 164))
    + record(0x00E0, struct.pack("<HH", 0, 14))
    # The third text goes on in the next record, with wide characters from there on.
    + record(0x00FC, struct.pack("<II", 9, 4) + narrow("Tree") + struct.pack("<HBH", 6, 8, 2) + b"Height" + bytes(8)
             + struct.pack("<HB", 5, 0) + b"Sh")
    + record(0x003C, b"\x01" + "are".encode("utf-16-le") + wide("Planted"))
    + record(0x00FC)
)  # fmt: skip
OLD_GLOBALS = OLD_GLOBALS[:-4]
OLD_SHEET = (
    b"".join(record(0x00FD, at(0, column) + struct.pack("<I", column)) for column in range(4))
    + record(0x0204, at(0, 4) + narrow("Seen"))
    + record(0x00D6, at(1, 0) + narrow("Oak") + bytes(2))
    + record(0x00BD, struct.pack("<HH", 1, 1) + struct.pack("<HI", 0, 3150 << 2 | 3) + struct.pack("<H", 1))
    + record(0x0203, at(1, 2, 1) + struct.pack("<d", 0.125))
    + record(0x027E, at(1, 3, 2) + struct.pack("<I", 45_000 << 2 | 2))
    + record(0x0205, at(1, 4) + b"\x01\x00")
    + record(0x0006, at(2, 1) + struct.pack("<d", 28.0) + bytes(8))
    + record(0x0006, at(2, 3) + b"\x00\x00\x00\x00\x00\x00\xff\xff" + bytes(8))
    + record(0x04BC, bytes(10))
    + record(0x0207, narrow("old"))
    + record(0x0006, at(2, 4) + b"\x02\x00\x2a\x00\x00\x00\xff\xff" + bytes(8))
    + record(0x00E5, struct.pack("<H4H", 1, 1, 2, 0, 0))
    + record(0x005D, struct.pack("<HHHH", 0x15, 18, 0x19, 7) + bytes(18))
    + record(0x01B6, struct.pack("<10xHH4x", 14, 16))
    + record(0x003C, b"\x00Measured")
    + record(0x003C, b"\x01" + " twice".encode("utf-16-le"))
    + record(0x003C, bytes(16))
    + record(0x001C, struct.pack("<HHHH", 1, 1, 0, 7))
)
OLD = old(OLD_GLOBALS, {"Park": OLD_SHEET, "Kept": record(0x0204, at(0, 0) + narrow("secret"))}, ("Kept",))


def test_old_excel() -> None:
    assert read(OLD) == EXPECTED


def test_old_excel_without_a_container_boxes_and_charts() -> None:
    box = record(0x005D, struct.pack("<HHHH", 0x15, 18, 6, 1)) + record(0x01B6, struct.pack("<10xHH4x", 4, 0))
    chart = (
        record(0x0809, struct.pack("<HH12x", 0x0600, 0x20))
        + record(0x0204, at(5, 5) + narrow("in chart"))
        + END
    )
    cells = box + record(0x003C, b"\x00Look") + chart + record(0x0204, at(0, 0) + narrow("after"))
    assert read(old_stream(b"", {"Sheet1": cells})) == [("paragraph", "after"), ("paragraph", "Look")]


def test_excel_95_texts_are_of_the_code_page() -> None:
    globals_ = record(0x0042, struct.pack("<H", 1251)) + record(0x0022, b"\x01\x00") + record(
        0x041E, struct.pack("<HB", 170, 7) + b"yyyy\\.m"
    ) + record(0x00E0, struct.pack("<HH", 0, 170))  # fmt: skip
    word = "Дуб".encode("cp1251")
    cells = (
        record(0x0204, at(0, 0) + struct.pack("<H", 3) + word)
        + record(0x0203, at(0, 1) + struct.pack("<d", 43_538))
        + record(0x001C, struct.pack("<HHH", 0, 0, 3) + word)
    )
    begin = record(0x0809, struct.pack("<HH4x", 0x0500, 5))
    entry = struct.pack("<IBB", 0, 0, 0) + b"\x03Les"
    start = len(begin + globals_ + record(0x0085, entry) + END)
    entry = struct.pack("<IBB", start, 0, 0) + b"\x03Les"
    book = (
        begin
        + globals_
        + record(0x0085, entry)
        + END
        + record(0x0809, struct.pack("<HH4x", 0x0500, 0x10))
        + cells
        + END
    )
    assert read(compound_file({"Book": book})) == [
        ("heading", "Les"), ("table_row", "Дуб | 2023-03"), ("paragraph", "[A1] Дуб"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (old(record(0x002F, bytes(6)), {"A": b""}), "password is needed"),
        (compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "password is needed"),
        (compound_file({"WordDocument": b"x"}), "no Excel workbook inside"),
        (compound_file({"Workbook": b"\x09\x04\x06\x00" + bytes(6)}), "Excel 4 or older"),
        (compound_file({"Workbook": b"nothing"}), "damaged"),
        (OLD[:600], "damaged"),
    ],
)
def test_old_workbooks_that_cannot_be_read_have_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_spreadsheet(data)


def test_sheets_that_overlap_are_read_once() -> None:
    cells = b"".join(record(0x0203, at(row, 0) + struct.pack("<d", row)) for row in range(200))
    stream = old_stream(b"", {f"S{number}": cells if number == 0 else b"" for number in range(300)})
    listed = bytearray(stream)
    first = stream.find(record(0x0085)[:2], len(BEGIN_BOOK)) + 4
    for number in range(300):
        place = first + number * 12 + sum(len(f"S{before}") for before in range(number))
        assert listed[place - 4 : place - 2] == b"\x85\x00"
        listed[place : place + 4] = stream[first : first + 4]
    assert len(read(compound_file({"Workbook": bytes(listed)}))) == 201


# Binary workbooks of the new kind


def brt(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(column: int, style: int = 0) -> bytes:
    return struct.pack("<II", column, style)


def related(*entries: tuple[str, str]) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{office}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(entries)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


BINARY_PARTS: dict[str, str | bytes] = {
    "_rels/.rels": related(("officeDocument", "xl/workbook.bin")),
    "xl/workbook.bin": brt(153, struct.pack("<III", 0, 0, 0) + text(""))
    + brt(156, struct.pack("<II", 0, 1) + text("r0") + text("Park"))
    + brt(156, struct.pack("<II", 1, 2) + text("r0") + text("Kept")),
    "xl/_rels/workbook.bin.rels": related(
        ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "shared.bin"), ("styles", "styles.bin")
    ),
    "xl/shared.bin": brt(19, b"\0" + text("Tree")) + brt(19, b"\0" + text("Height")),
    "xl/styles.bin": brt(44, struct.pack("<H", 164) + text("0.0%"))
    + brt(626) + brt(47, struct.pack("<HH", 0, 9)) + brt(627)
    + brt(617) + b"".join(brt(47, struct.pack("<HH", 0, number)) for number in (0, 164, 14)) + brt(618),
    "xl/worksheets/sheet1.bin": brt(0, struct.pack("<I", 0))
    + brt(7, cell(0) + struct.pack("<I", 0)) + brt(7, cell(1) + struct.pack("<I", 1))
    + brt(6, cell(2) + text("Share")) + brt(62, cell(3) + b"\0" + text("Planted")) + brt(8, cell(4) + text("Seen"))
    + brt(0, struct.pack("<I", 1))
    + brt(6, cell(0) + text("Oak")) + brt(2, cell(1) + struct.pack("<I", 3150 << 2 | 3))
    + brt(5, cell(2, 1) + struct.pack("<d", 0.125))
    + brt(9, cell(3, 2) + struct.pack("<d", 45_000)) + brt(4, cell(4) + b"\1")
    + brt(0, struct.pack("<I", 2))
    + brt(1, cell(0)) + brt(5, cell(1) + struct.pack("<d", 28))
    + brt(8, cell(3) + text("old")) + brt(3, cell(4) + b"\x2a")
    + brt(176, struct.pack("<4I", 1, 2, 0, 0)),
    "xl/worksheets/_rels/sheet1.bin.rels": related(("comments", "../comments1.bin")),
    "xl/comments1.bin": brt(635, struct.pack("<5I", 0, 1, 1, 1, 1) + bytes(16))
    + brt(637, b"\0" + text("Measured twice")),
}  # fmt: skip
BINARY = packed(BINARY_PARTS)


def test_binary_excel() -> None:
    assert read(BINARY) == EXPECTED


def test_a_filter_names_the_header_of_a_binary_sheet_and_days_may_count_from_1904() -> None:
    content = (
        brt(0, struct.pack("<I", 0)) + brt(5, cell(0, 2) + struct.pack("<d", 0)) + brt(10, cell(1) + b"\0")
        + brt(0, struct.pack("<I", 1)) + brt(5, cell(0) + struct.pack("<d", 1)) + brt(11, cell(1) + b"\x07")
        + brt(161, struct.pack("<4I", 0, 1, 0, 1))
    )  # fmt: skip
    parts = BINARY_PARTS | {
        "xl/worksheets/sheet1.bin": content,
        "xl/workbook.bin": brt(153, b"\1") + brt(156, struct.pack("<II", 0, 1) + text("r0") + text("Sheet1")),
        "xl/comments1.bin": b"",
    }
    assert read(packed(parts)) == [("table_header", "1904-01-01 | FALSE"), ("table_row", "1 | #DIV/0!")]


def test_a_binary_workbook_without_a_sheets_part_is_damaged() -> None:
    parts = {name: content for name, content in BINARY_PARTS.items() if name != "xl/worksheets/sheet1.bin"}
    with pytest.raises(ParseError, match=r"sheet1\.bin is missing"):
        parse_spreadsheet(packed(parts))


# OpenDocument

OPEN_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:t" xmlns:text="urn:x" '
    'xmlns:style="urn:s" xmlns:draw="urn:d" xmlns:dc="urn:dc" xmlns:svg="urn:svg" xmlns:calcext="urn:c"'
)


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def open_cell(words: str = "", attributes: str = "", more: str = "") -> str:
    return f"<table:table-cell {attributes}>{more}{p(words) if words else ''}</table:table-cell>"


def number(value: float, shown: str, kind: str = "float") -> str:
    return open_cell(shown, f'office:value-type="{kind}" office:value="{value}"')


def open_content(*tables: str, styles: str = "", more: str = "") -> str:
    return (
        f"<office:document-content {OPEN_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}{more}</office:spreadsheet></office:body></office:document-content>"
    )


def open_table(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def open_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def open_file(content: str, **more: str) -> bytes:
    return packed(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, **more}
    )


OPEN_TABLE = open_table(
    "Park",
    open_row(*map(open_cell, ("Tree", "Height", "Share", "Planted", "Seen"))),
    open_row(
        open_cell("Oak", 'table:number-rows-spanned="2"'),
        open_cell(
            "31,5",
            'office:value-type="float" office:value="31.5"',
            f"<office:annotation><dc:creator>Ida</dc:creator>{p('Measured twice')}</office:annotation>",
        ),
        number(0.125, "12,5%", "percentage"),
        open_cell("15. Mar", 'office:value-type="date" office:date-value="2023-03-15"'),
        open_cell("WAHR", 'office:value-type="boolean" office:boolean-value="true"'),
    ),
    open_row(
        "<table:covered-table-cell/>",
        number(28, "28"),
        "<table:table-cell/>",
        open_cell("old"),
        open_cell("#N/A", 'office:value-type="string" calcext:value-type="error"'),
        '<table:table-cell table:number-columns-repeated="16379"/>',
    ),
    open_row(
        '<table:table-cell table:number-columns-repeated="16384"/>',
        attributes='table:number-rows-repeated="1048573"',
    ),
)  # fmt: skip
HIDDEN = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
OPEN = open_content(OPEN_TABLE, open_table("Kept", open_row(open_cell("secret")), style="ta2"), styles=HIDDEN)


def test_open_spreadsheets_in_a_zip_and_flat() -> None:
    meta = f"<office:document-meta {OPEN_NAMES}><office:meta><dc:title>Inventory</dc:title></office:meta>"
    meta += "</office:document-meta>"
    parsed = parse_spreadsheet(open_file(OPEN, **{"meta.xml": meta}))
    assert blocks(parsed) == EXPECTED
    assert parsed.title == "Inventory"
    flat = parse_spreadsheet(b"<?xml version='1.0'?>" + OPEN.encode())
    assert (blocks(flat), flat.title) == (EXPECTED, "Park")


@pytest.mark.parametrize(
    ("attributes", "words", "shown"),
    [
        ('office:value-type="float" office:value="1234567.891"', "1.234.567,89", "1234567.89"),
        ('office:value-type="currency" office:value="-1234.5"', "-1.234,50 €", "-1234.50 €"),
        ('office:value-type="currency" office:value="-5"', "($5.00)", "-$ 5.00"),
        ('office:value-type="float" office:value="0.30000000000000004"', "", "0.3"),
        ('office:value-type="float" office:value="12345678"', "12,3 Mio", "12,3 Mio"),
        ('office:value-type="float" office:value="none"', "x1", "x1"),
        ('office:value-type="percentage" office:value="0.5"', "50%", "50%"),
        ('office:value-type="date" office:date-value="2023-03-15T14:30:00"', "x", "2023-03-15 14:30"),
        ('office:value-type="date" office:date-value="2023-03-15T14:30:05.5"', "x", "2023-03-15 14:30:05"),
        ('office:value-type="date" office:date-value="2023-03-15T00:00:00"', "x", "2023-03-15"),
        ('office:value-type="time" office:time-value="PT02H05M00S"', "2 Uhr 5", "02:05"),
        ('office:value-type="time" office:time-value="PT26H05M09S"', "x", "26:05:09"),
        ('office:value-type="time" office:time-value="soon"', "2 Uhr", "2 Uhr"),
        ('office:value-type="string" office:string-value="given"', "", "given"),
        ("", "a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d <text:a>e</text:a>f", "a b c d ef"),
        ("", "<text:ruby><text:ruby-base>a</text:ruby-base><text:ruby-text>b</text:ruby-text></text:ruby>", "a"),
    ],
)  # fmt: skip
def test_values_of_open_cells(attributes: str, words: str, shown: str) -> None:
    data = open_file(
        open_content(open_table("Sheet1", open_row(open_cell(words, attributes), open_cell("z"))))
    )
    assert read(data) == [("table_row", f"{shown} | z")]


def test_repeated_open_cells_and_rows_are_repeated_where_they_hold_something() -> None:
    row = open_row(
        open_cell("x", 'table:number-columns-repeated="2"'),
        number(1, "1"),
        attributes='table:number-rows-repeated="3"',
    )
    assert read(open_file(open_content(open_table("Sheet1", row)))) == [("table_row", "x | x | 1")] * 3


def test_open_shapes_headers_and_what_no_reader_sees() -> None:
    shape = (
        f"<draw:frame><svg:title>alt</svg:title><draw:text-box>{p('Look here')}</draw:text-box></draw:frame>"
    )
    content = open_content(
        f"<table:tracked-changes>{open_row(open_cell('deleted'))}</table:tracked-changes>",
        open_table(
            "One",
            f"<table:shapes>{shape}</table:shapes>",
            f"<table:table-header-rows>{open_row(open_cell('5'), open_cell('z'))}</table:table-header-rows>",
            open_row(open_cell("a", more=shape), open_cell("b")),
        ),
        open_table("Two", open_row(open_cell("c"), open_cell("d")), open_row(open_cell("e"), open_cell("f"))),
        more='<table:database-ranges><table:database-range table:target-range-address="$Two.A2:Two.B2"/>'
        '<table:database-range table:contains-header="false" table:target-range-address="$Two.A1:Two.B1"/>'
        f"</table:database-ranges><table:dde-links>{open_table('x', open_row(open_cell('linked')))}</table:dde-links>",
    )
    assert read(open_file(content)) == [
        ("heading", "One"), ("table_header", "5 | z"), ("table_row", "a | b"), ("paragraph", "Look here"),
        ("paragraph", "Look here"), ("heading", "Two"), ("table_row", "c | d"), ("table_header", "e | f"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (open_file(OPEN, **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "password is needed"),
        (open_file(OPEN[:-50]), "OpenDocument spreadsheet is damaged"),
        (b"<?xml version='1.0'?>" + OPEN.encode()[:-50], "OpenDocument spreadsheet is damaged"),
        (open_file(OPEN.replace("<table:table-row", "<a>" * 300 + "<table:table-row", 1)), "nested"),
    ],
)
def test_open_spreadsheets_that_cannot_be_read_have_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_spreadsheet(data)


@pytest.mark.parametrize(
    "row",
    [
        open_row(open_cell("x"), attributes='table:number-rows-repeated="999999999"') * 1000,
        open_row(open_cell("x", 'table:number-columns-repeated="999999999"')) * 1000,
    ],
)
def test_an_open_cell_that_repeats_without_end_is_refused_at_once(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MAX_CELLS", 10_000)
    before = time.monotonic()
    tracemalloc.start()
    with pytest.raises(ParseError, match="split it"):
        parse_spreadsheet(open_file(open_content(open_table("Sheet1", row))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.monotonic() - before < 5
    assert peak < 20_000_000


def test_an_open_row_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "MAX_PIECE", 100)
    monkeypatch.setattr(xml_stream, "MAX_TAGS", 300)
    assert read(open_file(OPEN)) == EXPECTED
    with pytest.raises(ParseError, match="over 300 XML tags: split it"):
        parse_spreadsheet(open_file(open_content(open_table("Sheet1", open_row() * 301))))
    with pytest.raises(ParseError, match="more than 100 elements"):
        parse_spreadsheet(
            open_file(open_content(open_table("Sheet1", open_row("<table:table-cell/>" * 101))))
        )


# XML of 2003

XML_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<o:DocumentProperties><o:Title>Inventory</o:Title></o:DocumentProperties>
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="s2"><NumberFormat ss:Format="Fixed"/></Style></Styles>
<Worksheet ss:Name="Park"><Table>
<Row><Cell><Data ss:Type="String">Tree</Data></Cell><Cell><Data ss:Type="String">Height</Data></Cell>
<Cell><Data ss:Type="String">Share</Data></Cell><Cell><Data ss:Type="String">Planted</Data></Cell>
<Cell><ss:Data ss:Type="String"><B xmlns="urn:html">Se</B>en</ss:Data></Cell></Row>
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">Oak</Data></Cell>
<Cell><Data ss:Type="Number">31.5</Data><Comment ss:Author="Ida"><ss:Data>Measured twice</ss:Data></Comment></Cell>
<Cell ss:StyleID="s1"><Data ss:Type="Number">0.125</Data></Cell>
<Cell><Data ss:Type="DateTime">2023-03-15T00:00:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Number">28</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="String">old</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="Kept"><Table><Row><Cell><Data ss:Type="String">secret</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""  # noqa: E501


def test_xml_of_2003() -> None:
    parsed = parse_spreadsheet(XML_2003.encode())
    assert blocks(parsed) == EXPECTED
    assert parsed.title == "Inventory"


def test_moments_and_places_in_xml_of_2003() -> None:
    start, end = XML_2003.split("<Row>", 1)[0], "</Table></Worksheet></Workbook>"
    row = (
        '<Row ss:Index="3"><Cell><Data ss:Type="DateTime">2023-03-15T14:30:00.000</Data></Cell>'
        '<Cell ss:MergeAcross="1"><Data ss:Type="DateTime">1899-12-31T06:05:00.000</Data></Cell>'
        '<Cell ss:StyleID="s2"><Data ss:Type="Number">2.5</Data></Cell>'
        '<Cell><Data ss:Type="Number">two</Data></Cell></Row>'
        '<Row ss:Index="5"><Cell ss:Index="4"><Data ss:Type="Number">7</Data></Cell></Row>'
    )
    assert read((start + row + end).encode())[1:] == [
        ("table_row", "2023-03-15 14:30 | 06:05 | 2.50 | two"), ("paragraph", "7"),
    ]  # fmt: skip


def test_damaged_xml_of_2003_has_a_reason() -> None:
    with pytest.raises(ParseError, match="XML spreadsheet is damaged"):
        parse_spreadsheet(XML_2003.encode()[:-30])


# Damage


@pytest.mark.parametrize(
    "whole", [OLD, BINARY, open_file(OPEN), XML_2003.encode(), OPEN.encode()], ids=range(5)
)
def test_nothing_but_a_parse_error_escapes(whole: bytes) -> None:
    chance = random.Random(3)
    for _ in range(120):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(content))
            content[place : place + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        survive(bytes(content))
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        survive(whole[:end])


@pytest.mark.parametrize("make", [
    lambda content: compound_file({"Workbook": content}),
    lambda content: packed(BINARY_PARTS | {"xl/worksheets/sheet1.bin": content}),
    lambda content: packed(BINARY_PARTS | {"xl/styles.bin": content, "xl/workbook.bin": content}),
])  # fmt: skip
def test_damaged_records_do_no_harm(make: Callable[[bytes], bytes]) -> None:
    chance = random.Random(9)
    streams = [old_stream(OLD_GLOBALS, {"Park": OLD_SHEET}), BINARY_PARTS["xl/worksheets/sheet1.bin"]]
    for _ in range(150):
        content = bytearray(chance.choice(streams))
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.choice((0, 1, 255, chance.randrange(256)))
        survive(make(bytes(content)))


def survive(data: bytes) -> None:
    try:
        parsed = parse_spreadsheet(data)
    except ParseError as error:
        assert str(error)
        return
    assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
