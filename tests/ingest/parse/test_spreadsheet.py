"""Excel workbooks of XML, made here part by part, and how sheets become tables."""

import io
import random
import time
import tracemalloc
import zipfile

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.office import package as office_package
from wellread.ingest.parse.spreadsheet import sheet
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Cell = str | int | float | None


def relations(*entries: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(entries, start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def packed(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook_parts(
    sheets: dict[str, str], properties: str = "", states: dict[str, str] | None = None
) -> dict[str, str]:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{(states or {}).get(name, "visible")}" r:id="r{at}"/>'
        for at, name in enumerate(sheets, start=1)
    )
    parts = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1))
        ),
    }
    for at, content in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{at}.xml"] = f'<worksheet {MAIN} xmlns:r="{OFFICE}">{content}</worksheet>'
    return parts


def letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def rows(*content: list[Cell], first: int = 1, rest: str = "") -> str:
    """Rows of numbers and inline texts; None is no cell, an empty list no row."""
    found = []
    for number, row in enumerate(content, start=first):
        cells = ""
        for column, value in enumerate(row):
            name = f"{letter(column)}{number}"
            if isinstance(value, str):
                cells += f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'
            elif value is not None:
                cells += f'<c r="{name}"><v>{value!r}</v></c>'
        found.append(f'<row r="{number}">{cells}</row>' if cells else "")
    return f"<sheetData>{''.join(found)}</sheetData>{rest}"


def workbook(sheets: dict[str, str] | str, parts: dict[str, str] | None = None) -> bytes:
    given = {"Sheet1": sheets} if isinstance(sheets, str) else sheets
    return packed(workbook_parts(given) | (parts or {}))


def blocks(data: bytes) -> list[tuple[str, str]]:
    return listed(parse_spreadsheet(data))


def listed(parsed: Parsed) -> list[tuple[str, str]]:
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


def only_rows(*content: list[Cell]) -> list[tuple[str, str]]:
    return blocks(workbook(rows(*content)))


TREES = rows(["Tree", "Height"], ["Oak", 31], ["Ash", 28.5])
TREE_BLOCKS = [("table_header", "Tree | Height"), ("table_row", "Oak | 31"), ("table_row", "Ash | 28.5")]


def test_sheets_come_in_order_under_their_names() -> None:
    parsed = parse_spreadsheet(workbook({"Trees": TREES, "Empty": rows(), "Birds": rows(["Owl", 2, "x"])}))
    assert listed(parsed) == [
        ("heading", "Trees"), *TREE_BLOCKS, ("heading", "Birds"), ("table_row", "Owl | 2 | x"),
    ]  # fmt: skip
    assert parsed.blocks[0].level == 1
    assert parsed.title == "Trees"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Sheet1", False), ("Tabelle2", False), ("Feuil1", False), ("Forest", True), ("2024", True)],
)
def test_the_name_of_a_single_sheet_is_shown_unless_the_program_gave_it(name: str, shown: bool) -> None:
    assert blocks(workbook({name: TREES, "Other": rows()}))[0] == (
        ("heading", name) if shown else TREE_BLOCKS[0]
    )


def test_names_that_the_program_gave_are_shown_where_there_are_two_sheets() -> None:
    names = [text for kind, text in blocks(workbook({"Sheet1": TREES, "Sheet2": TREES})) if kind == "heading"]
    assert names == ["Sheet1", "Sheet2"]


def test_hidden_sheets_stay_out_and_hidden_rows_do_not() -> None:
    hidden_row = TREES.replace('<row r="2">', '<row r="2" hidden="1">')
    parts = workbook_parts(
        {"A": hidden_row, "B": rows(["salary"]), "C": rows(["macro"])},
        states={"B": "hidden", "C": "veryHidden"},
    )
    assert blocks(packed(parts)) == [("heading", "A"), *TREE_BLOCKS]


def test_titles_above_and_remarks_below_a_table_are_paragraphs() -> None:
    assert only_rows(
        ["Trees of the park"], ["Counted in May"], ["Tree", "Height"], ["Oak", 31], ["Ash", 28.5],
        ["Heights are in metres and rounded."],
    ) == [
        ("paragraph", "Trees of the park"), ("paragraph", "Counted in May"), *TREE_BLOCKS,
        ("paragraph", "Heights are in metres and rounded."),
    ]  # fmt: skip
    assert only_rows(["Trees of the park"], ["Oak", 31], ["Ash", 28.5], ["and so on"], ["Elm", 30]) == [
        ("paragraph", "Trees of the park"), *TREE_BLOCKS[1:], ("table_row", "and so on"), ("table_row", "Elm | 30"),
    ]  # fmt: skip


def test_empty_rows_separate_tables_and_empty_columns_go() -> None:
    assert only_rows(
        [None, None, "Tree", None, "Height"], [None, None, "Oak", None, 31], [None, None, "Ash", None, 28.5],
        [], ["Bird", "Nests"], ["Owl", 1],
    ) == [*TREE_BLOCKS, ("table_header", "Bird | Nests"), ("table_row", "Owl | 1")]  # fmt: skip


def test_rows_stay_aligned_with_the_header_and_end_with_their_last_cell() -> None:
    found = only_rows(
        ["Name", "Kind", "Age", "Note"], ["Ann", None, 3], [None, "cat", 4, None], ["Bo"], ["Cy", "dog", 5]
    )
    assert [text for _, text in found] == [
        "Name | Kind | Age | Note", "Ann |  | 3", "| cat | 4", "Bo", "Cy | dog | 5",
    ]  # fmt: skip


def test_rows_of_a_wide_block_that_is_all_but_empty_are_not_aligned() -> None:
    cells = "".join(
        f'<row r="{at + 1}"><c r="{letter(at % 26)}{letter(at // 26)}{at + 1}"><v>{at}</v></c>'
        f'<c r="ZZ{at + 1}"><v>7</v></c></row>'
        for at in range(120)
    )
    found = blocks(workbook(f"<sheetData>{cells}</sheetData>"))
    assert found == [("table_row", f"{at} | 7") for at in range(120)]


def test_a_total_below_an_empty_row_stays_in_the_columns_of_its_table() -> None:
    found = only_rows(
        ["Item", "Kind", "Price"], ["Nail", "iron", 3], ["Saw", "steel", 9], [], ["Total", None, 12]
    )
    assert found[-1] == ("table_row", "Total |  | 12")


def test_a_header_that_an_empty_row_sets_off_belongs_to_its_figures() -> None:
    found = only_rows(
        ["In euros", None, None, "May"],
        [None, "Rent", "Food", "Fuel"],
        [],
        ["Ann", 500, 200, 9],
        ["Bo", 400, 250, 8],
    )
    assert found == [
        ("table_row", "In euros |  |  | May"),
        ("table_header", "| Rent | Food | Fuel"),
        ("table_row", "Ann | 500 | 200 | 9"),
        ("table_row", "Bo | 400 | 250 | 8"),
    ]


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ([["Tree", "Height"], ["Oak", 31]], 0),
        ([["Tree", "Place"], ["Oak", "hill"], ["Ash", "dale"]], 0),
        ([["Tree", "Place"], ["Oak", "hill"]], None),
        ([["Oak", "hill", "old"], ["Oak", "dale", "young"]], 0),
        ([["Oak", "hill", "hill"], ["Oak", "dale", "young"]], None),
        ([["Region", 2023, 2024], ["North", 5, 6], ["South", 7, 8]], 0),
        ([["Ann", 1990], ["Bo", 1985], ["Cy", 2001]], None),
        ([[1, 2, 3], ["a", "b", "c"], ["d", "e", "f"]], 0),
        ([[1, 2], [3, 4]], None),
        ([["Name:", "Ann"], ["City:", "Bonn"], ["Street:", "Moss"]], None),
        ([["Name", "Ann"], ["Age", 34], ["City", "Bonn"], ["Street", "Moss"]], None),
        ([["Report of", "Bo"], ["Tree", "Height", "Age", "Site"], ["Oak", 1, 2, 3]], 1),
        ([["Euros", None, "Early", None, "Late"], [None, "Rent", "Food", "Fuel", "Rest"], ["Ann", 1, 2, 3, 4],
          ["Bo", 1, 2, 3, 4]], 1),
        ([["x" * 301, "Height"], ["Oak", 31], ["Ash", 28]], None),
        ([["A first sentence that says a good deal more than the label of a column ever would do", "x", "y"],
          ["a", "b", "c"]], None),
    ],
)  # fmt: skip
def test_a_header_is_recognised_by_what_it_stands_above(
    content: list[list[Cell]], header: int | None
) -> None:
    kinds = [kind for kind, _ in only_rows(*content)]
    assert kinds == ["table_header" if at == header else "table_row" for at in range(len(content))]


def test_tables_and_filters_of_the_file_say_which_row_is_the_header() -> None:
    plain = [["5", "6"], ["Oak", "31"], ["Ash", "28"]]
    content: list[list[Cell]] = [*plain]
    assert blocks(workbook(rows(*content, rest='<autoFilter ref="A1:B3"/>')))[0] == ("table_header", "5 | 6")
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": f'<table {MAIN} ref="A2:B3"/>',
    }
    assert [kind for kind, _ in blocks(workbook(rows(*content), parts))] == [
        "table_row",
        "table_header",
        "table_row",
    ]
    parts["xl/tables/table1.xml"] = f'<table {MAIN} ref="A2:B3" headerRowCount="0"/>'
    assert "table_header" not in dict(blocks(workbook(rows(*content), parts)))


def merged(*areas: str) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>"


def test_cells_merged_downwards_repeat_and_headers_of_two_rows_are_joined() -> None:
    content = rows(
        ["Prices", None, None], ["Site", 2023, None, 2024], [None, "low", "high", "low"], ["North", 1, 2, 3],
        [None, 4, 5, 6], rest=merged("A1:D1", "A2:A3", "B2:C2", "A4:A5"),
    )  # fmt: skip
    assert blocks(workbook(content)) == [
        ("paragraph", "Prices"),
        ("table_header", "Site | 2023 low | 2023 high | 2024 low"),
        ("table_row", "North | 1 | 2 | 3"),
        ("table_row", "North | 4 | 5 | 6"),
    ]


def test_a_header_of_two_rows_may_have_but_one_group() -> None:
    content = rows(
        ["Site", 2023, None], [None, "low", "high"], ["North", 1, 2], rest=merged("A1:A2", "B1:C1")
    )
    assert blocks(workbook(content))[0] == ("table_header", "Site | 2023 low | 2023 high")
    content = rows(["Site", "Range", None], ["North", 1, 2], ["South", 3, 4], rest=merged("B1:C1"))
    assert blocks(workbook(content))[0] == ("table_header", "Site | Range")


def test_one_column_is_a_list_unless_it_is_prose() -> None:
    words: list[list[Cell]] = [["pear"], ["plum"], ["quince"], ["medlar"]]
    assert only_rows(*words) == [("table_row", str(word)) for (word,) in words]
    assert only_rows(*words[:3]) == [("paragraph", str(word)) for (word,) in words[:3]]
    long = "A sentence that goes on for quite a while, as sentences in sheets seldom do."
    assert only_rows(*words, [long]) == [*(("paragraph", str(w)) for (w,) in words), ("paragraph", long)]


STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def test_values_are_shown_as_a_person_sees_them() -> None:
    content = (
        '<sheetData><row r="1">'
        '<c r="A1" t="s"><v>1</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="b"><v>0</v></c>'
        '<c r="D1" t="e"><v>#DIV/0!</v></c><c r="E1"><v>1.0</v></c><c r="F1"><v>0.30000000000000004</v></c>'
        '<c r="G1" s="1"><v>0.125</v></c><c r="H1" s="2"><v>45000</v></c><c r="I1" s="3"><v>45000.5</v></c>'
        '<c r="J1" t="d"><v>2024-02-29T00:00:00</v></c>'
        '<c r="K1" t="str"><f>A1&amp;"x"</f><v>joined_x000D_\ntext</v></c>'
        '<c r="P1" t="s"><v>2</v></c><c r="Q1" t="inlineStr"><is><rPh><t>guide</t></rPh><t>fourth</t></is></c>'
        '<c r="L1" s="99"><v>2</v></c><c r="M1" t="s"><v>77</v></c><c r="N1"><f>1+1</f></c><c r="O1"><v>odd</v></c>'
        "</row></sheetData>"
    )
    shared = (
        f"<sst {MAIN}><si><t>first</t></si><si><r><t>rich </t></r><r><t>text</t></r>"
        "<rPh><t>guide</t></rPh></si><si><t>third</t></si></sst>"
    )
    parts = {"xl/sharedStrings.xml": shared, "xl/styles.xml": STYLES}
    assert blocks(workbook(content, parts)) == [
        (
            "table_row",
            "rich text | TRUE | FALSE | #DIV/0! | 1 | 0.3 | 12.5% | 2023-03-15 | 2023-03-15 12:00 | 2024-02-29"
            " | joined text | 2 | odd | third | fourth",
        )
    ]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    content = '<sheetData><row r="1"><c r="A1" s="2"><v>0</v></c></row></sheetData>'
    parts = workbook_parts({"Sheet1": content}, '<workbookPr date1904="1"/>') | {"xl/styles.xml": STYLES}
    assert blocks(packed(parts)) == [("paragraph", "1904-01-01")]


def test_cells_without_places_follow_one_another() -> None:
    content = (
        "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row>"
        "<row><c><v>3</v></c><c r='C2'><v>4</v></c></row></sheetData>"
    )
    assert [text for _, text in blocks(workbook(content))] == ["1 | 2", "3 |  | 4"]


def test_comments_boxes_and_charts_follow_the_cells() -> None:
    comments = (
        f'<comments {MAIN}><commentList><comment ref="B2"><text><r><t>Ida:</t></r><r><t> measured twice</t></r></text>'
        '</comment><comment ref="A1"><text><t>[Threaded comment] Your version allows</t></text></comment>'
        "</commentList></comments>"
    )
    threads = (
        '<t:ThreadedComments xmlns:t="urn:t"><t:threadedComment ref="A1"><t:text>Which?</t:text>'
        "</t:threadedComment></t:ThreadedComments>"
    )
    drawing = (
        '<d:wsDr xmlns:d="urn:d" xmlns:a="urn:a" xmlns:c="urn:c" '
        f'xmlns:r="{OFFICE}"><d:sp><d:txBody><a:p><a:r><a:t>Look </a:t></a:r><a:r><a:t>here</a:t></a:r></a:p>'
        "</d:txBody></d:sp>"
        '<d:graphicFrame><c:chart r:id="r1"/></d:graphicFrame></d:wsDr>'
    )
    chart = (
        '<c:chartSpace xmlns:c="urn:c" xmlns:a="urn:a"><c:chart><c:title><a:t>Growth</a:t></c:title></c:chart>'
        "</c:chartSpace>"
    )
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("comments", "../comments1.xml"),
            ("threadedComment", "../threads.xml"),
            ("drawing", "../drawings/d1.xml"),
        ),
        "xl/comments1.xml": comments,
        "xl/threads.xml": threads,
        "xl/drawings/d1.xml": drawing,
        "xl/drawings/_rels/d1.xml.rels": relations(("chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": chart,
    }
    assert blocks(workbook(TREES, parts)) == [
        *TREE_BLOCKS,
        ("paragraph", "Look here"),
        ("paragraph", "Growth"),
        ("paragraph", "[A1] Which?"),
        ("paragraph", "[B2] Ida: measured twice"),
    ]


def test_the_title_is_the_propertys() -> None:
    core = '<c:coreProperties xmlns:c="urn:c" xmlns:d="urn:d"><d:title>Inventory</d:title></c:coreProperties>'
    assert parse_spreadsheet(workbook(TREES, {"docProps/core.xml": core})).title == "Inventory"
    core = core.replace("Inventory", "Untitled")
    assert parse_spreadsheet(workbook({"Forest": TREES}, {"docProps/core.xml": core})).title == "Forest"
    assert parse_spreadsheet(workbook(TREES)).title == ""


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
    before = time.monotonic()
    parsed = parse_spreadsheet(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(parsed.text) < 30
    assert time.monotonic() - before < 2
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
        survive(buffer.getvalue())
    for _ in range(100):
        at = chance.randrange(len(whole))
        survive(whole[:at] + chance.randbytes(3) + whole[at + 3 :])


def survive(data: bytes) -> None:
    try:
        parsed = parse_spreadsheet(data)
    except ParseError as error:
        assert str(error)
        return
    assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
