"""One sheet in every format of spreadsheets but Excel's XML, made piece by piece."""

import struct

from compound_file_writer import compound_file
from office_package import packed, relations

from wellread.ingest.parse import Parsed
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


def blocks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


def read(data: bytes) -> list[tuple[str, str]]:
    return blocks(parse_spreadsheet(data))


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


# Binary workbooks of the new kind


def brt(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(column: int, style: int = 0) -> bytes:
    return struct.pack("<II", column, style)


BINARY_PARTS: dict[str, str | bytes] = {
    "_rels/.rels": relations(("officeDocument", "xl/workbook.bin")),
    "xl/workbook.bin": brt(153, struct.pack("<III", 0, 0, 0) + text(""))
    + brt(156, struct.pack("<II", 0, 1) + text("r1") + text("Park"))
    + brt(156, struct.pack("<II", 1, 2) + text("r1") + text("Kept")),
    "xl/_rels/workbook.bin.rels": relations(
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
    "xl/worksheets/_rels/sheet1.bin.rels": relations(("comments", "../comments1.bin")),
    "xl/comments1.bin": brt(635, struct.pack("<5I", 0, 1, 1, 1, 1) + bytes(16))
    + brt(637, b"\0" + text("Measured twice")),
}  # fmt: skip
BINARY = packed(BINARY_PARTS)

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
