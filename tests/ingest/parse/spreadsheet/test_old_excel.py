"""Excel workbooks of before 2007."""

import struct

import pytest
from compound_file_writer import compound_file
from old_excel_sheet import BEGIN_BOOK, END, OLD, at, narrow, old, old_stream, record
from spreadsheet_samples import EXPECTED, read

from wellread.errors import ParseError
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


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
