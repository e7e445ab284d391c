"""PowerPoint presentations, made here part by part."""

import io
import random
import zipfile

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.office import package as office_package
from wellread.ingest.parse.powerpoint.parser import parse_pptx
from wellread.ingest.parse.reading_order import Box, in_reading_order

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:r="{OFFICE}"'
)
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def relations(*entries: tuple[str, str], base: str = OFFICE) -> str:
    inside = "".join(
        f'<Relationship Id="r{at}" Type="{base}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(entries, start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def packed(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def deck(
    *slides: str, parts: dict[str, str] | None = None, links: list[tuple[str, str]] | None = None
) -> bytes:
    """Slides of these shapes; `links` are what the first slide refers to, `parts` more parts of the file."""
    found = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {NAMES}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{255 + at}" r:id="r{at}"/>' for at in range(1, len(slides) + 1))
        + "</p:sldIdLst></p:presentation>",
        # Later slides have lower numbers: the list decides, not the names.
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/slide{len(slides) - at}.xml") for at in range(len(slides)))
        ),
    }
    for at, shapes in enumerate(slides):
        name = f"slide{len(slides) - at}.xml"
        found[f"ppt/slides/{name}"] = f"<p:sld {NAMES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        found[f"ppt/slides/_rels/{name}.rels"] = relations(*(links or []) if at == 0 else [])
    return packed(found | (parts or {}))


def place(box: tuple[int, int, int, int] | None) -> str:
    if box is None:
        return ""
    return f'<a:xfrm><a:off x="{box[0]}" y="{box[1]}"/><a:ext cx="{box[2]}" cy="{box[3]}"/></a:xfrm>'


def text(paragraphs: str) -> str:
    """Paragraphs given as XML, or lines of plain text."""
    if "<a:p>" not in paragraphs:
        paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in paragraphs.split("\n"))
    return f"<p:txBody><a:bodyPr/>{paragraphs}</p:txBody>"


def shape(content: str, kind: str = "", box: tuple[int, int, int, int] | None = None, alt: str = "") -> str:
    """A placeholder of `kind`, or a text box without."""
    inside = f'<p:ph type="{kind}"/>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="x" descr="{alt}"/><p:nvPr>{inside}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place(box)}</p:spPr>{text(content)}</p:sp>"
    )


def frame(content: str, box: tuple[int, int, int, int] | None = None) -> str:
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr/>{place(box).replace('a:xfrm', 'p:xfrm')}"
        f"<a:graphic><a:graphicData>{content}</a:graphicData></a:graphic></p:graphicFrame>"
    )


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(parsed: Parsed) -> list[str]:
    return [found for kind, _, found in blocks(parsed) if kind != "page_break"]


def test_slides_are_pages_in_the_order_of_the_list() -> None:
    parsed = parse_pptx(
        deck(
            shape("Moss and fern", "ctrTitle") + shape("A field guide", "subTitle"),
            shape("Where moss grows", "title") + shape("In the shade.\nOn stone."),
            shape("Closing", "ctrTitle"),
        )
    )
    assert blocks(parsed) == [
        ("page_break", 1, ""),
        ("heading", 1, "Moss and fern"),
        ("paragraph", 0, "A field guide"),
        ("page_break", 2, ""),
        ("heading", 2, "Where moss grows"),
        ("paragraph", 0, "In the shade."),
        ("paragraph", 0, "On stone."),
        ("page_break", 3, ""),
        ("heading", 1, "Closing"),
    ]
    assert parsed.title == "Moss and fern"


def test_the_first_slides_title_is_the_main_one_even_in_a_plain_layout() -> None:
    parsed = parse_pptx(deck(shape("Plan", "title"), shape("Details", "title")))
    assert [(level, found) for kind, level, found in blocks(parsed) if kind == "heading"] == [
        (1, "Plan"), (2, "Details"),
    ]  # fmt: skip


def test_hidden_slides_are_read_and_a_list_that_is_missing_is_replaced_by_the_names() -> None:
    hidden = deck(shape("Seen", "title"), shape("Kept back", "title")).replace(b"<p:sld ", b"<p:sld ")
    parts = {
        name: zipfile.ZipFile(io.BytesIO(hidden)).read(name).decode()
        for name in zipfile.ZipFile(io.BytesIO(hidden)).namelist()
    }
    parts["ppt/slides/slide1.xml"] = parts["ppt/slides/slide1.xml"].replace("<p:sld ", '<p:sld show="0" ')
    assert texts(parse_pptx(packed(parts))) == ["Seen", "Kept back"]
    parts["ppt/presentation.xml"] = f"<p:presentation {NAMES}/>"
    assert texts(parse_pptx(packed(parts))) == ["Kept back", "Seen"]


def test_bullets_and_numbers_are_list_items_with_their_level() -> None:
    def paragraph(words: str, properties: str) -> str:
        return f"<a:p>{properties}<a:r><a:t>{words}</a:t></a:r></a:p>"

    numbered = '<a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr>'
    letters = '<a:pPr lvl="1"><a:buAutoNum type="alphaLcParenR"/></a:pPr>'
    content = (
        paragraph("plain", "")
        + paragraph("dash", '<a:pPr><a:buChar char="•"/></a:pPr>')
        + paragraph("deeper", '<a:pPr lvl="2"><a:buBlip/></a:pPr>')
        + paragraph("one", numbered)
        + paragraph("first", letters)
        + paragraph("second", letters)
        + paragraph("two", numbered)
        + paragraph("again first", letters)
        + paragraph("late", '<a:pPr><a:buAutoNum type="romanUcPeriod" startAt="4"/></a:pPr>')
    )
    assert blocks(parse_pptx(deck(shape(content))))[1:] == [
        ("paragraph", 0, "plain"),
        ("list_item", 1, "- dash"),
        ("list_item", 3, "- deeper"),
        ("list_item", 1, "1. one"),
        ("list_item", 2, "a. first"),
        ("list_item", 2, "b. second"),
        ("list_item", 1, "2. two"),
        ("list_item", 2, "a. again first"),
        ("list_item", 1, "IV. late"),
    ]


LAYOUT_PARTS = {
    "ppt/slideLayouts/_rels/layout1.xml.rels": relations(("slideMaster", "../slideMasters/master1.xml")),
    "ppt/slideLayouts/layout1.xml": f"<p:sldLayout {NAMES}><p:cSld><p:spTree>"
    + shape("Click to edit the title", "title", (0, 0, 900, 100))
    + '<p:sp><p:nvSpPr><p:nvPr><p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr>'
    + place((500, 200, 400, 400))
    + "</p:spPr></p:sp>"
    + '<p:sp><p:nvSpPr><p:nvPr><p:ph idx="2" type="body"/></p:nvPr></p:nvSpPr><p:spPr>'
    + place((0, 200, 400, 400))
    + "</p:spPr><p:txBody><a:lstStyle><a:lvl1pPr><a:buNone/></a:lvl1pPr></a:lstStyle></p:txBody></p:sp>"
    + "</p:spTree></p:cSld></p:sldLayout>",
    "ppt/slideMasters/master1.xml": f"<p:sldMaster {NAMES}><p:cSld><p:spTree>{shape('Company confidential')}"
    "</p:spTree></p:cSld><p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char='•'/></a:lvl1pPr>"
    "<a:lvl2pPr><a:buChar char='–'/></a:lvl2pPr></p:bodyStyle></p:txStyles></p:sldMaster>",
}


def test_places_and_bullets_come_from_the_layout_and_the_master_but_not_their_text() -> None:
    right = '<p:sp><p:nvSpPr><p:nvPr><p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr/>' + text("right") + "</p:sp>"
    left = (
        '<p:sp><p:nvSpPr><p:nvPr><p:ph idx="2" type="body"/></p:nvPr></p:nvSpPr><p:spPr/>'
        + text('<a:p><a:r><a:t>left</a:t></a:r></a:p><a:p><a:pPr lvl="1"/><a:r><a:t>below</a:t></a:r></a:p>')
        + "</p:sp>"
    )
    data = deck(
        right + left + shape("Both", "title") + shape("as in the body of the layout", "body"),
        parts=LAYOUT_PARTS,
        links=[("slideLayout", "../slideLayouts/layout1.xml")],
    )
    assert blocks(parse_pptx(data))[1:] == [
        ("heading", 1, "Both"),
        ("paragraph", 0, "left"),
        ("list_item", 2, "- below"),
        ("paragraph", 0, "as in the body of the layout"),
        ("list_item", 1, "- right"),
    ]


def test_numbers_dates_and_footers_stay_out() -> None:
    field = '<a:p><a:r><a:t>Page </a:t></a:r><a:fld type="{}"><a:t>77</a:t></a:fld><a:r><a:t> ends</a:t></a:r></a:p>'
    parsed = parse_pptx(
        deck(
            shape("77", "sldNum") + shape("Acme secret", "ftr") + shape("3 May", "dt") + shape("Head", "hdr")
            + shape("Spring meeting", "dt") + shape(field.format("slidenum")) + shape(field.format("datetime1")),
            shape("Spring meeting", "dt") + shape(field.format("TxLink")),
        )
    )  # fmt: skip
    assert texts(parsed) == ["Spring meeting", "Page ends", "Page ends", "Page 77 ends"]


def test_shapes_are_read_from_the_top_and_from_the_left_and_groups_as_a_whole() -> None:
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"/></p:nvGrpSpPr><p:grpSpPr>'
        f"{place((500, 100, 400, 500))}</p:grpSpPr>"
        + shape("group bottom", box=(7, 900, 10, 10))
        + shape("group top", box=(7, 100, 10, 10))
        + "</p:grpSp>"
    )
    slide = (
        shape("last", box=(0, 800, 900, 50))
        + group
        + shape("left below", box=(0, 400, 400, 200))
        + shape("left above", box=(0, 120, 400, 200))
        + shape("", box=(0, 0, 900, 900))
    )
    assert texts(parse_pptx(deck(slide))) == ["left above", "left below", "group top", "group bottom", "last"]


def test_the_reading_order_cuts_bands_then_columns() -> None:
    boxes = {
        "title": Box(0, 0, 900, 100),
        "right head": Box(500, 130, 400, 50),
        "left body": Box(0, 180, 400, 500),
        "right body": Box(500, 185, 400, 400),
        "left head": Box(0, 130, 400, 50),
    }
    order = in_reading_order([(box, name) for name, box in boxes.items()] + [(None, "nowhere")])
    assert order == ["nowhere", "title", "left head", "left body", "right head", "right body"]
    grid = [(Box(300 * (at % 2), 200 * (at // 2), 200, 100), at) for at in (3, 1, 2, 0)]
    assert in_reading_order(grid) == [0, 1, 2, 3]
    # Each box lies across all that follow, above them or beside them in turn.
    spiral = [(Box(at, at, *((2000 - at, 1) if at % 2 else (1, 2000 - at))), at) for at in range(1500)]
    assert in_reading_order(spiral)[:3] == [0, 1, 2]
    crossing = [(Box(0, at % 7, 100, 100), at) for at in range(50)]
    assert in_reading_order(crossing)[0] == 0


def test_of_two_renderings_the_first_is_read() -> None:
    slide = (
        "<mc:AlternateContent><mc:Choice Requires='a14'>"
        + shape("<a:p><a:r><a:t>E = </a:t></a:r><m xmlns='x'><t>mc²</t></m></a:p>")
        + "</mc:Choice><mc:Fallback>"
        + shape("picture of it")
        + "</mc:Fallback></mc:AlternateContent>"
    )
    assert texts(parse_pptx(deck(slide))) == ["E = mc²"]


def table(rows: list[str], look: str = 'firstRow="1"') -> str:
    return frame(f"<a:tbl><a:tblPr {look}/>{''.join(f'<a:tr>{row}</a:tr>' for row in rows)}</a:tbl>")


def cell(words: str, attributes: str = "") -> str:
    return f"<a:tc {attributes}>{text(words)}</a:tc>"


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


def points(kind: str, values: list[str], code: str = "") -> str:
    inside = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))
    return f"<c:{kind}><c:formatCode>{code}</c:formatCode><c:ptCount val='999999999'/>{inside}</c:{kind}>"


CHART_FRAME = '<c:chart r:id="r1"/>'
CHART = (
    f"<c:chartSpace {NAMES}><c:chart>"
    "<c:title><c:tx><c:rich><a:p><a:r><a:t>Rain</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:plotArea><c:barChart>"
    "<c:ser><c:tx><c:strRef>" + points("strCache", ["2024"]) + "</c:strRef></c:tx>"
    "<c:cat><c:strRef>" + points("strCache", ["May", "June"]) + "</c:strRef></c:cat>"
    "<c:val><c:numRef>"
    + points("numCache", ["0.25", "0.30000000000000004"], "0%")
    + "</c:numRef></c:val></c:ser>"
    "<c:ser><c:tx><c:v>2025</c:v></c:tx>"
    "<c:cat><c:strRef>" + points("strCache", ["May", "June"]) + "</c:strRef></c:cat>"
    "<c:val><c:numRef>" + points("numCache", ["3.0"]) + "</c:numRef></c:val></c:ser></c:barChart>"
    "<c:catAx><c:title><c:tx><c:rich><a:p><a:r><a:t>Month</a:t></a:r></a:p></c:rich></c:tx></c:title></c:catAx>"
    "<c:valAx><c:title><c:tx><c:rich><a:p><a:r><a:t>Share</a:t></a:r></a:p></c:rich></c:tx></c:title></c:valAx>"
    "</c:plotArea></c:chart></c:chartSpace>"
)


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


def test_notes_and_comments_follow_the_slide() -> None:
    notes = (
        f"<p:notes {NAMES}><p:cSld><p:spTree>{shape('4', 'sldNum')}{shape('', 'sldImg')}"
        + shape("Speak slowly.\nPause.", "body")
        + shape("On the margin")
        + "</p:spTree></p:cSld></p:notes>"
    )
    old = '<p:cmLst xmlns:p="urn:p"><p:cm authorId="0"><p:text>Too long?</p:text></p:cm></p:cmLst>'
    new = (
        f'<q:cmLst xmlns:q="urn:q" {NAMES}><q:cm authorId="{{X}}"><q:replyLst><q:reply authorId="{{Y}}">'
        "<q:txBody><a:p><a:r><a:t>Done</a:t></a:r></a:p></q:txBody></q:reply></q:replyLst>"
        "<q:txBody><a:p><a:r><a:t>Please check</a:t></a:r></a:p></q:txBody></q:cm></q:cmLst>"
    )
    data = deck(
        shape("Talk", "title"),
        shape("Next", "title"),
        parts={
            "ppt/notesSlides/n1.xml": notes,
            "ppt/comments/c1.xml": old,
            "ppt/comments/c2.xml": new,
            "ppt/_rels/presentation.xml.rels": relations(
                ("slide", "slides/slide2.xml"), ("slide", "slides/slide1.xml"),
                ("commentAuthors", "commentAuthors.xml"), ("authors", "authors.xml"),
            ),
            "ppt/commentAuthors.xml": '<p:l xmlns:p="urn:p"><p:cmAuthor id="0" name="Ida Fern"/></p:l>',
            "ppt/authors.xml": '<q:l xmlns:q="urn:q"><q:author id="{X}" name="Bo Reed"/></q:l>',
        },
        links=[
            ("notesSlide", "../notesSlides/n1.xml"), ("comments", "../comments/c1.xml"),
            ("comments", "../comments/c2.xml"),
        ],
    )  # fmt: skip
    assert blocks(parse_pptx(data)) == [
        ("page_break", 1, ""),
        ("heading", 1, "Talk"),
        ("heading", 3, "Notes"),
        ("paragraph", 0, "Speak slowly."),
        ("paragraph", 0, "Pause."),
        ("paragraph", 0, "On the margin"),
        ("heading", 3, "Comments"),
        ("paragraph", 0, "Ida Fern: Too long?"),
        ("paragraph", 0, "Bo Reed: Please check"),
        ("paragraph", 0, "Done"),
        ("page_break", 2, ""),
        ("heading", 2, "Next"),
    ]


@pytest.mark.parametrize(
    ("alt", "read"),
    [
        ("A map of the northern trails", ["A map of the northern trails"]),
        ("A bird on a branch Description automatically generated", ["A bird on a branch"]),
        ("my holiday picture.jpeg", []),
        ("Logo", []),
    ],
)
def test_descriptions_of_pictures_are_read_where_they_say_something(alt: str, read: list[str]) -> None:
    picture = f'<p:pic><p:nvPicPr><p:cNvPr id="3" name="x" descr="{alt}"/></p:nvPicPr><p:spPr/></p:pic>'
    assert texts(parse_pptx(deck(picture))) == read


def test_the_title_is_the_propertys_where_it_says_something() -> None:
    core = '<c:coreProperties xmlns:c="urn:c" xmlns:dc="urn:dc"><dc:title>{}</dc:title></c:coreProperties>'
    slides = deck(
        shape("No title here"),
        shape("Found later", "title"),
        parts={"docProps/core.xml": core.format("Growth of moss")},
    )
    assert parse_pptx(slides).title == "Growth of moss"
    slides = deck(
        shape("No title here"),
        shape("Found later", "title"),
        parts={"docProps/core.xml": core.format("PowerPoint Presentation")},
    )
    assert parse_pptx(slides).title == "Found later"


def test_documents_embedded_in_slides_are_parts() -> None:
    data = deck(
        shape("See inside"),
        parts={"ppt/embeddings/Sheet1.xlsx": "bytes", "ppt/charts/chart1.xml": CHART},
        links=[("package", "../embeddings/Sheet1.xlsx"), ("package", "../embeddings/gone.docx")],
    )
    inside, gone = parse_pptx(data).parts
    assert (inside.name, inside.read()) == ("Sheet1.xlsx", b"bytes")
    with pytest.raises(ParseError, match=r"gone\.docx is missing"):
        gone.read()


def test_strict_presentations_are_read() -> None:
    parts = {
        "_rels/.rels": relations(("officeDocument", "/show/main.xml"), base=STRICT),
        "show/main.xml": '<p:presentation xmlns:p="http://purl.oclc.org/ooxml/presentationml/main" '
        f'xmlns:r="{STRICT}"><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
        "show/_rels/main.xml.rels": relations(("slide", "One%20slide.xml"), base=STRICT),
        "show/One slide.xml": f"<p:sld {NAMES}><p:cSld><p:spTree>{shape('Strictly')}</p:spTree></p:cSld></p:sld>",
    }
    assert texts(parse_pptx(packed(parts))) == ["Strictly"]


def test_names_of_parts_are_found_whatever_their_case_and_slashes() -> None:
    archive = zipfile.ZipFile(io.BytesIO(deck(shape("Found"))))
    parts = {name.replace("/", "\\").upper(): archive.read(name).decode() for name in archive.namelist()}
    assert texts(parse_pptx(packed(parts))) == ["Found"]


def test_a_damaged_slide_is_an_empty_page_and_only_damaged_slides_are_an_error() -> None:
    whole = deck(shape("One"), shape("Two"))
    archive = zipfile.ZipFile(io.BytesIO(whole))
    parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["ppt/slides/slide2.xml"] = "<p:sld"
    assert blocks(parse_pptx(packed(parts))) == [
        ("page_break", 1, ""), ("page_break", 2, ""), ("paragraph", 0, "Two"),
    ]  # fmt: skip
    del parts["ppt/slides/slide1.xml"]
    with pytest.raises(ParseError, match=r"PowerPoint presentation is damaged.*slide1"):
        parse_pptx(packed(parts))


def test_a_presentation_without_text_is_accepted() -> None:
    assert parse_pptx(deck()).text == ""
    assert blocks(parse_pptx(deck("", ""))) == [("page_break", 1, ""), ("page_break", 2, "")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "PowerPoint presentation is damaged"),
        (deck(shape("x"))[:-40], "damaged"),
        (packed({"a.txt": "x"}), "no PowerPoint presentation"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a password is needed",
        ),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_pptx(data)


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_EXPANDED", 1_000_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_pptx(deck(shape("a" * 2_000_000)))
    monkeypatch.setattr(office_package, "MAX_MARKS", 1000)
    with pytest.raises(ParseError, match="XML tags"):
        parse_pptx(deck("<p:x/>" * 2000))
    monkeypatch.setattr(office_package, "MAX_MARKS", 1_000_000)
    monkeypatch.setattr(office_package, "MAX_TAGS", 3000)
    with pytest.raises(ParseError, match=r"over 3,000 XML tags.*bomb"):
        parse_pptx(deck(shape("x"), *("<p:x/>" * 1000 for _ in range(3))))
    monkeypatch.setattr(office_package, "MAX_TAGS", 1_000_000)
    monkeypatch.setattr(office_package, "MAX_EXPANDED_TOTAL", 100_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_pptx(deck(shape("a" * 90_000), shape("a" * 90_000), shape("b")))


def test_deep_and_circular_structures_end() -> None:
    deep = shape("deep inside", box=(0, 0, 1, 1))
    for _ in range(60):
        deep = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>{deep}</p:grpSp>"
    assert texts(parse_pptx(deck(deep))) == ["deep inside"]
    with pytest.raises(ParseError, match="damaged"):
        parse_pptx(deck("<p:grpSp>" * 3000 + "</p:grpSp>" * 3000))


def test_entities_are_not_expanded() -> None:
    data = deck(shape("x"), parts={})
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["ppt/slides/slide1.xml"] = '<!DOCTYPE x [<!ENTITY a "lol">]>' + parts[
        "ppt/slides/slide1.xml"
    ].replace("<a:t>x", "<a:t>x&a;")
    assert "lol" not in parse_pptx(packed(parts)).text


def test_nothing_but_a_parse_error_escapes() -> None:
    whole = deck(
        shape("Talk", "title") + frame(CHART_FRAME) + frame('<d:relIds r:dm="r1"/>')
        + table([cell("a") + cell("b")] * 2),
        parts={"ppt/charts/chart1.xml": CHART, **LAYOUT_PARTS},
        links=[("chart", "../charts/chart1.xml"), ("slideLayout", "../slideLayouts/layout1.xml")],
    )  # fmt: skip
    archive = zipfile.ZipFile(io.BytesIO(whole))
    parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(7)
    for _ in range(150):
        changed = dict(parts)
        name = chance.choice(list(changed))
        content = bytearray(changed[name])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 12)] = chance.choice(
                [b"", b"<", b'"', b"-9", b"</a:p>", bytes(3)]
            )
        changed[name] = bytes(content)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            for part, inside in changed.items():
                made.writestr(part, inside)
        survive(buffer.getvalue())
    for _ in range(100):
        at = chance.randrange(len(whole))
        survive(whole[:at] + chance.randbytes(3) + whole[at + 3 :])


def survive(data: bytes) -> None:
    try:
        parsed = parse_pptx(data)
    except ParseError as error:
        assert str(error)
        return
    assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
