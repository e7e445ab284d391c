"""Slides: their order, places, lists, and what stands beside them."""

import io
import zipfile

import pytest
from office_package import packed, relations
from powerpoint_files import CHART, LAYOUT_PARTS, NAMES, blocks, deck, place, shape, text, texts

from wellread.errors import ParseError
from wellread.ingest.parse.powerpoint.parser import parse_pptx
from wellread.ingest.parse.reading_order import Box, in_reading_order


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
