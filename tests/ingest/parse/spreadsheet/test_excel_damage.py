"""Excel workbooks that are damaged, claim to be huge, or are huge."""

import io
import random
import time
import tracemalloc
import zipfile

import pytest
from damage import gives_text_or_a_reason
from excel_files import MAIN, STYLES, TREE_BLOCKS, TREES, Cell, blocks, merged, rows, workbook, workbook_parts
from office_package import packed

from wellread.errors import ParseError
from wellread.ingest.parse.office import package as office_package
from wellread.ingest.parse.spreadsheet import sheet
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


def test_other_things_called_spreadsheets_are_read_as_what_they_are() -> None:
    page = (
        b"<html><body><table><tr><th>Tree</th><th>Height</th></tr><tr><td>Oak</td><td>31</td></tr></table>"
        b"</body></html>"
    )
    assert blocks(page) == TREE_BLOCKS[:2]
    assert blocks(b"Tree\tHeight\r\nOak\t31\r\nAsh\t28.5\r\n") == TREE_BLOCKS


def test_a_damaged_sheet_is_left_out_and_only_damaged_sheets_are_an_error() -> None:
    parts = workbook_parts({"A": TREES, "B": "<sheetData><row"})
    assert blocks(packed(parts)) == [("heading", "A"), *TREE_BLOCKS]
    parts["xl/worksheets/sheet1.xml"] = "no XML"
    with pytest.raises(ParseError, match=r"Excel workbook is damaged \(.*spreadsheet program"):
        parse_spreadsheet(packed(parts))


def test_a_workbook_without_cells_is_accepted() -> None:
    assert parse_spreadsheet(workbook(rows())).text == ""
    assert parse_spreadsheet(workbook({})).text == ""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (workbook(TREES)[:-30], "damaged"),
        (packed({"a.txt": "x"}), "no Excel workbook"),
        (workbook("<a>" * 300 + "</a>" * 300), "nested more than 200 deep"),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_spreadsheet(data)


def test_entities_are_refused() -> None:
    parts = workbook_parts({"Sheet1": TREES})
    name = "xl/worksheets/sheet1.xml"
    parts[name] = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>' + parts[name]
    with pytest.raises(ParseError, match="declares the entity a"):
        parse_spreadsheet(packed(parts))


@pytest.mark.parametrize(
    "content",
    [
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<sheetData><row r="999999999"><c r="ZZZ999999999"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>'
        "</sheetData>",
    ],
)
def test_a_sheet_that_claims_to_be_huge_takes_neither_memory_nor_time(content: str) -> None:
    data = workbook(content)
    parse_spreadsheet(workbook(TREES))  # so that what is loaded once does not count
    tracemalloc.start()
    before = time.process_time()
    parsed = parse_spreadsheet(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(parsed.text) < 30
    assert time.process_time() - before < 2
    assert peak < 5_000_000


def test_limits_are_errors_that_tell_to_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_CELLS", 5)
    with pytest.raises(ParseError, match=r"more than 5 cells.*split it"):
        parse_spreadsheet(workbook({"A": TREES, "B": TREES}))
    monkeypatch.setattr(sheet, "MAX_CELLS", 1000)
    monkeypatch.setattr(sheet, "MAX_SHEETS", 1)
    with pytest.raises(ParseError, match=r"more than 1 sheets: split it"):
        parse_spreadsheet(workbook({"A": TREES, "B": TREES}))
    monkeypatch.setattr(office_package, "MAX_EXPANDED", 100_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_spreadsheet(workbook({"A": TREES, "B": "<sheetData>" + "<row/>" * 50_000 + "</sheetData>"}))


def test_a_merged_area_over_many_rows_is_spread_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_CELLS", 12)
    content: list[list[Cell]] = [["a", 1, "c"], *([None, at] for at in range(2, 11))]
    found = blocks(workbook(rows(*content, rest=merged("A1:A10", "C1:C10"))))
    assert (found[1][1], found[-1][1]) == ("a | 2 | c", "a | 10")


def test_nothing_but_a_parse_error_escapes() -> None:
    parts = workbook_parts({"A": TREES, "B": rows(["x", 1.5], [], ["y"], rest=merged("A1:B2"))})
    parts |= {"xl/styles.xml": STYLES, "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>a</t></si></sst>"}
    whole = packed(parts)
    chance = random.Random(11)
    pieces = [b"", b"<", b'"', b"-9", b"</c>", b"<c>", b"9999999999", bytes(2), b"<row r='", b"1e999", b"nan"]
    for _ in range(250):
        changed = {name: content.encode() for name, content in parts.items()}
        name = chance.choice(list(changed))
        content = bytearray(changed[name])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 12)] = chance.choice(pieces)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            for part, inside in (changed | {name: bytes(content)}).items():
                made.writestr(part, inside)
        gives_text_or_a_reason(parse_spreadsheet, buffer.getvalue())
    for _ in range(100):
        at = chance.randrange(len(whole))
        gives_text_or_a_reason(parse_spreadsheet, whole[:at] + chance.randbytes(3) + whole[at + 3 :])
