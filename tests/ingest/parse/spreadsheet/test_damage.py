"""Spreadsheets of every format, damaged."""

import random
from collections.abc import Callable

import pytest
from binary_excel_sheet import BINARY, BINARY_PARTS
from compound_file_writer import compound_file
from damage import gives_text_or_a_reason
from office_package import packed
from old_excel_sheet import OLD, OLD_GLOBALS, OLD_SHEET, old_stream
from open_sheet import OPEN, open_file
from spreadsheet_samples import XML_2003

from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


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
        gives_text_or_a_reason(parse_spreadsheet, bytes(content))
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        gives_text_or_a_reason(parse_spreadsheet, whole[:end])


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
        gives_text_or_a_reason(parse_spreadsheet, make(bytes(content)))
