"""Binary Excel workbooks of the new kind."""

import struct

import pytest
from binary_excel_sheet import BINARY, BINARY_PARTS, brt, cell, text
from office_package import packed
from spreadsheet_samples import EXPECTED, read

from wellread.errors import ParseError
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


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
        "xl/workbook.bin": brt(153, b"\1") + brt(156, struct.pack("<II", 0, 1) + text("r1") + text("Sheet1")),
        "xl/comments1.bin": b"",
    }
    assert read(packed(parts)) == [("table_header", "1904-01-01 | FALSE"), ("table_row", "1 | #DIV/0!")]


def test_a_binary_workbook_without_a_sheets_part_is_damaged() -> None:
    parts = {name: content for name, content in BINARY_PARTS.items() if name != "xl/worksheets/sheet1.bin"}
    with pytest.raises(ParseError, match=r"sheet1\.bin is missing"):
        parse_spreadsheet(packed(parts))
