"""Tables, charts and diagrams of slides."""

import pytest
from powerpoint_files import CHART, CHART_FRAME, NAMES, blocks, cell, deck, frame, points, table, texts

from wellread.ingest.parse.powerpoint.parser import parse_pptx


def test_tables_keep_their_header_and_merged_cells_repeat_downwards() -> None:
    slide = table([
        cell("Site") + cell("Area"),
        cell("North\nmeadow", 'rowSpan="2"') + cell("12 ha"),
        cell("", 'vMerge="1"') + cell("14 ha"),
    ]) + table([cell("a") + cell("b")]) + table([cell("alone")], "")  # fmt: skip
    assert blocks(parse_pptx(deck(slide)))[1:] == [
        ("table_header", 0, "Site | Area"),
        ("table_row", 0, "North meadow | 12 ha"),
        ("table_row", 0, "North meadow | 14 ha"),
        ("table_row", 0, "a | b"),
        ("paragraph", 0, "alone"),
    ]


@pytest.mark.parametrize(
    ("look", "first", "kind"),
    [
        ('firstRow="1"', "Site", "table_header"),
        ('firstRow="0"', "Site", "table_row"),
        ("", "Site", "table_header"),
        ('firstRow="1"', "7", "table_row"),
    ],
)
def test_a_first_row_is_a_header_if_the_table_says_so_or_it_looks_like_one(
    look: str, first: str, kind: str
) -> None:
    area = "8" if first == "7" else "Area"
    slide = table([cell(first) + cell(area), cell("North") + cell("12"), cell("South") + cell("9")], look)
    assert blocks(parse_pptx(deck(slide)))[1] == (kind, 0, f"{first} | {area}")


def test_a_chart_is_a_table_of_its_cached_values() -> None:
    data = deck(
        frame(CHART_FRAME),
        parts={"ppt/charts/chart1.xml": CHART},
        links=[("chart", "../charts/chart1.xml")],
    )
    assert blocks(parse_pptx(data))[1:] == [
        ("paragraph", 0, "Rain"),
        ("paragraph", 0, "Share"),
        ("table_header", 0, "Month | 2024 | 2025"),
        ("table_row", 0, "May | 25% | 3.0"),
        ("table_row", 0, "June | 30% |"),
    ]


def test_series_with_categories_of_their_own_and_of_two_levels_stand_apart() -> None:
    chart = (
        f"<c:chartSpace {NAMES}><c:chart><c:plotArea>"
        "<c:ser><c:cat><c:multiLvlStrRef><c:multiLvlStrCache>"
        '<c:lvl><c:pt idx="0"><c:v>Q1</c:v></c:pt><c:pt idx="1"><c:v>Q2</c:v></c:pt></c:lvl>'
        '<c:lvl><c:pt idx="0"><c:v>2024</c:v></c:pt></c:lvl></c:multiLvlStrCache></c:multiLvlStrRef></c:cat>'
        "<c:val><c:numLit>"
        + points("numCache", [])
        + '<c:pt idx="1"><c:v>7</c:v></c:pt></c:numLit></c:val></c:ser>'
        "<c:ser><c:xVal><c:numRef>" + points("numCache", ["5"], "General") + "</c:numRef></c:xVal>"
        "<c:yVal><c:numRef>" + points("numCache", ["6"], "General") + "</c:numRef></c:yVal></c:ser>"
        "</c:plotArea></c:chart></c:chartSpace>"
    )
    data = deck(
        frame(CHART_FRAME),
        parts={"ppt/charts/chart1.xml": chart},
        links=[("chart", "../charts/chart1.xml")],
    )
    assert texts(parse_pptx(data)) == ["| 1", "2024 Q1 |", "2024 Q2 | 7", "| 2", "5 | 6"]


def test_charts_of_the_newer_kind() -> None:
    chart = (
        '<cx:chartSpace xmlns:cx="urn:cx" xmlns:a="urn:a"><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl>'
        '<cx:pt idx="0">Start</cx:pt><cx:pt idx="1">End</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val">'
        '<cx:lvl formatCode="0.0"><cx:pt idx="0">2</cx:pt><cx:pt idx="1">3.25</cx:pt></cx:lvl></cx:numDim></cx:data>'
        "</cx:chartData><cx:chart><cx:title><cx:tx><cx:rich><a:p><a:r><a:t>Bridge</a:t></a:r></a:p></cx:rich></cx:tx>"
        "</cx:title><cx:plotArea><cx:plotAreaRegion><cx:series><cx:tx><cx:txData><cx:v>Cash</cx:v></cx:txData></cx:tx>"
        "</cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>"
    )
    slide = "<mc:AlternateContent><mc:Choice>" + frame(CHART_FRAME) + "</mc:Choice></mc:AlternateContent>"
    data = deck(
        slide, parts={"ppt/charts/x.xml": chart}, links=[("chartEx", "../charts/x.xml")]
    )  # fmt: skip
    assert texts(parse_pptx(data)) == ["Bridge", "| Cash", "Start | 2.0", "End | 3.3"]


def test_smartart_is_a_list_in_the_order_of_its_tree() -> None:
    def point(name: str, words: str, kind: str = "node") -> str:
        return (
            f'<d:pt modelId="{name}" type="{kind}"><d:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></d:t></d:pt>'
        )

    data = (
        f"<d:dataModel {NAMES}><d:ptLst>{point('0', '', 'doc')}{point('3', 'Later')}{point('1', 'Sow')}"
        f"{point('2', 'Water')}{point('8', 'layout text', 'pres')}</d:ptLst><d:cxnLst>"
        '<d:cxn srcId="0" destId="3" srcOrd="1"/><d:cxn srcId="0" destId="1" srcOrd="0"/>'
        '<d:cxn srcId="1" destId="2" srcOrd="0"/><d:cxn srcId="2" destId="0" srcOrd="0"/>'
        '<d:cxn type="presOf" srcId="3" destId="8" srcOrd="0"/></d:cxnLst></d:dataModel>'
    )
    made = deck(
        frame('<d:relIds r:dm="r1"/>'),
        parts={"ppt/diagrams/data1.xml": data},
        links=[("diagramData", "../diagrams/data1.xml")],
    )
    assert blocks(parse_pptx(made))[1:] == [
        ("list_item", 1, "- Sow"),
        ("list_item", 2, "- Water"),
        ("list_item", 1, "- Later"),
    ]
