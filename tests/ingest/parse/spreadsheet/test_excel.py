"""Excel workbooks of XML: their sheets, tables, headers, values and comments."""

import pytest
from excel_files import (
    MAIN,
    STYLES,
    TREE_BLOCKS,
    TREES,
    Cell,
    blocks,
    letter,
    listed,
    merged,
    rows,
    workbook,
    workbook_parts,
)
from office_package import OFFICE, packed, relations

from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


def only_rows(*content: list[Cell]) -> list[tuple[str, str]]:
    return blocks(workbook(rows(*content)))


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
