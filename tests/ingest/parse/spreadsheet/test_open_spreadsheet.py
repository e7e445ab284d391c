"""OpenDocument spreadsheets."""

import time
import tracemalloc

import pytest
from open_sheet import OPEN, OPEN_NAMES, number, open_cell, open_content, open_file, open_row, open_table, p
from spreadsheet_samples import EXPECTED, blocks, read

from wellread.errors import ParseError
from wellread.ingest.parse.spreadsheet import sheet
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet
from wellread.ingest.parse.xml import stream as xml_stream


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
    before = time.process_time()
    tracemalloc.start()
    with pytest.raises(ParseError, match="split it"):
        parse_spreadsheet(open_file(open_content(open_table("Sheet1", row))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - before < 5
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
