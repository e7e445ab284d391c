"""Spreadsheets as XML of 2003."""

import pytest
from spreadsheet_samples import EXPECTED, XML_2003, blocks, read

from wellread.errors import ParseError
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


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
