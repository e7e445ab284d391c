"""OpenDocument texts: headings, lists, notes, boxes and titles."""

import pytest
from opendocument_files import NUMBERED, blocks, item, items, level, note, odt, p, package, row, texts, xml

from wellread.ingest.parse.opendocument.parser import parse_opendocument
from wellread.ingest.parse.property_title import usable_title


def test_structure_in_document_order() -> None:
    body = (
        '<text:sequence-decls/><text:h text:outline-level="1">Moorings</text:h>'
        + p("Boats lie\n   at the <text:span>north</text:span> quay.")
        + items(
            item(p("First"), items(item(p("deep"), items(item(p("deeper")))), item(p("deep again")))),
            item(p("Second"), p("More of the second."), items(item(p("counted anew")))),
            "<text:list-header>" + p("Between") + "</text:list-header>",
        )
        + items(item(p("Bullet")), style="None")
        + "<table:table><table:table-header-rows>"
        + row("Berth", "Length")
        + "</table:table-header-rows>"
        + row("A 1", "12 m")
        + "</table:table>"
        + '<text:section><text:h text:outline-level="9">Small print</text:h></text:section><text:h>Top</text:h>'
    )
    parsed = parse_opendocument(odt(body, NUMBERED))
    assert blocks(parsed) == [
        ("heading", 1, "Moorings"),
        ("paragraph", 0, "Boats lie at the north quay."),
        ("list_item", 1, "1. First"),
        ("list_item", 2, "a. deep"),
        ("list_item", 3, "i. deeper"),
        ("list_item", 2, "b. deep again"),
        ("list_item", 1, "2. Second"),
        ("paragraph", 1, "More of the second."),
        ("list_item", 2, "a. counted anew"),
        ("paragraph", 1, "Between"),
        ("list_item", 1, "- Bullet"),
        ("table_header", 0, "Berth | Length"),
        ("table_row", 0, "A 1 | 12 m"),
        ("heading", 6, "Small print"),
        ("heading", 1, "Top"),
    ]
    assert parsed.title == "Moorings"


def test_lists_go_on_where_the_document_says_so() -> None:
    body = (
        items(item(p("one")), item(p("")), more='xml:id="x"')
        + items(item(p("other")))
        + items(item(p("three")), more='text:continue-list="x"')
        + items(item(p("four")), more='text:continue-numbering="true"')
        + '<text:list text:style-name="L"><text:list-item text:start-value="7">' + p("seven")
        + "</text:list-item></text:list>"
        + items(item("<text:number>iv)</text:number>", p("stored label")))
    )  # fmt: skip
    assert texts(odt(body, NUMBERED)) == [
        "1. one", "1. other", "3. three", "4. four", "7. seven", "iv) stored label",
    ]  # fmt: skip


def test_lists_without_text_of_their_own() -> None:
    inner = "<text:list>" + item(p("inherits the style")) + "</text:list>"
    body = items(item(p("one"), inner), item(items(item(p("goes on")))), item(items(item()), p("no label")))
    body += items(item("<text:h>Two</text:h><text:h>headings</text:h>"))
    assert texts(odt(body, NUMBERED)) == [
        "1. one", "a. inherits the style", "b. goes on", "no label", "1. Two", "headings",
    ]  # fmt: skip


def test_lists_inside_items() -> None:
    wrapped = items(item(items(item(p("next")))), more='text:continue-numbering="true"')
    body = items(item(p("one"), items(item(p("first"))))) + wrapped
    body += items(item(p("two"), items(item(p("a"))), items(item(p("b"))), items(item(p("c")), more="")))
    goes_on = items(item(p("d")), more='text:continue-numbering="true"')
    body += items(item(p("three"), items(item(p("a"))), goes_on))
    assert texts(odt(body, NUMBERED)) == [
        "1. one", "a. first", "b. next", "1. two", "a. a", "a. b", "a. c", "1. three", "a. a", "b. d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "start", "label"),
    [
        ("a", 28, "ab."), ("A", 26, "Z."), ("i", 4, "iv."), ("I", 1949, "MCMXLIX."), ("1", 0, "0."),
        ("I", 4000, "4000."), ("a", 0, "0."),
    ],
)  # fmt: skip
def test_number_formats(form: str, start: int, label: str) -> None:
    style = level(1, form, f'text:start-value="{start}" style:num-suffix="."')
    body = items(item(p("x")))
    assert texts(odt(body, f'<text:list-style style:name="L">{style}</text:list-style>')) == [f"{label} x"]


def test_labels_show_what_is_around_the_number() -> None:
    first = level(1, "1", 'style:num-prefix="(" style:num-suffix=")"')
    second = level(2, "a", 'text:display-levels="2"')
    style = f'<text:list-style style:name="L">{first}{second}{level(3, "")}</text:list-style>'
    body = items(item(p("x"), items(item(p("y"), items(item(p("z")))))))
    assert texts(odt(body, style)) == ["(1) x", "1.a. y", "- z"]


def test_headings_have_the_numbers_of_the_outline() -> None:
    outline = level(1, "1", "", "outline-level-style") + level(
        2, "1", 'text:display-levels="2"', "outline-level-style"
    )
    styles = (
        f"<text:outline-style>{outline}{level(3, '', '', 'outline-level-style')}</text:outline-style>"
        '<style:style style:name="Heading" style:family="paragraph"/>'
        '<style:style style:name="Plain" style:family="paragraph" style:list-style-name="" '
        'style:parent-style-name="Heading"/>'
    )
    automatic = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Plain"/>'
    headings = (
        (1, "One", ""), (2, "Part", ""), (2, "", ""), (3, "Unnumbered level", ""), (1, "Two", ""),
        (3, "Passed over", ""), (2, "After", ""), (1, "Annex", 'text:is-list-header="true"'),
        (1, "Preface", 'text:style-name="P1"'), (1, "Nine", 'text:start-value="9" text:restart-numbering="true"'),
        (1, "Styled", 'text:style-name="Heading"'),
    )  # fmt: skip
    body = "".join(
        f'<text:h text:outline-level="{number}" {more}>{text}</text:h>' for number, text, more in headings
    )
    body += items(item('<text:h text:outline-level="1">In a list</text:h>'))
    assert texts(odt(body, automatic + NUMBERED, styles=styles)) == [
        "1 One", "1.1 Part", "Unnumbered level", "2 Two", "Passed over", "2.2 After", "Annex", "Preface",
        "9 Nine", "10 Styled", "1. In a list",
    ]  # fmt: skip


def test_notes_follow_with_their_mark() -> None:
    box = f"<draw:frame><draw:text-box>{p('in a box')}</draw:text-box></draw:frame>"
    body = p(
        f"So{note('endnote', 'i', p('Last' + box))} it is{note('footnote', '1', p('See') + p('there.'))}."
    )
    body += p(f"And{note('footnote', '', p('Unmarked.'))}{note('footnote', '*', '')}")
    assert texts(odt(body)) == [
        "So[i] it is[1].",
        "And[2][*]",
        "[1] See there.",
        "[2] Unmarked.",
        "[i] Last in a box",
    ]


def test_what_a_reader_does_not_see_stays_out() -> None:
    hidden = '<style:style style:name="{}" style:family="{}"><style:text-properties text:display="none"/></style:style>'
    automatic = hidden.format("T9", "text") + hidden.format("P9", "paragraph")
    automatic += '<style:style style:name="P10" style:family="paragraph" style:parent-style-name="P9"/>'
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion>" + p("deleted") + "</text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        + p('Seen<text:change text:change-id="1"/><text:span text:style-name="T9">unseen</text:span>'
            "<office:annotation><dc:creator>Ann</dc:creator>" + p("comment") + "</office:annotation>"
            '<text:script>code</text:script><text:soft-page-break/><text:hidden-text text:is-hidden="true">x'
            "</text:hidden-text>.")
        + p("hidden", "P9") + p("hidden", "P10")
        + p('<text:hidden-paragraph text:is-hidden="true"/>hidden')
        + '<text:section text:display="none">' + p("hidden") + "</text:section>"
        + "<text:table-of-content><text:table-of-content-source><text:index-title-template>template"
        "</text:index-title-template></text:table-of-content-source><text:index-body>" + p("Contents 1")
        + "</text:index-body></text:table-of-content><office:forms>" + p("field") + "</office:forms>"
    )  # fmt: skip
    assert texts(odt(body, automatic)) == ["Seen.", "Contents 1"]


def test_white_space_and_inline_elements() -> None:
    inline = (
        'a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d <text:a xlink:href="http://example.org">link</text:a>'
        "<text:ruby><text:ruby-base>王</text:ruby-base><text:ruby-text>ō</text:ruby-text></text:ruby><!-- no -->!"
    )
    code = p('if x:<text:s text:c="0"/>', "Code") + p('<text:s text:c="4"/>y', "Code") + p("After.")
    styles = '<style:style style:name="Code" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>'
    assert blocks(parse_opendocument(odt(p(inline) + code, styles))) == [
        ("paragraph", 0, "a b c\nd link王 (ō)!"),
        ("code", 0, "if x:\n    y"),
        ("paragraph", 0, "After."),
    ]


def test_code_at_the_end_and_in_a_list() -> None:
    code = p("<text:s/>x", "Preformatted_20_Text")
    heading = '<text:h text:style-name="Preformatted_20_Text">H</text:h>'
    parsed = parse_opendocument(odt(items(item(code)) + heading + code, NUMBERED))
    assert blocks(parsed) == [("list_item", 1, "1. x"), ("heading", 1, "H"), ("code", 0, " x")]


def test_text_boxes_and_pictures_follow_their_paragraph() -> None:
    def frame(inside: str) -> str:
        return f"<draw:frame>{inside}</draw:frame>"

    box = frame(f"<draw:text-box>{p('Inside')}{items(item(p('own list')))}</draw:text-box>")
    picture = frame("<draw:image/><svg:title>IMG_01.png</svg:title><svg:desc>A heron on a post</svg:desc>")
    picture += "<draw:frame><svg:title>Heron</svg:title><svg:desc>map of the bay.png</svg:desc></draw:frame>"
    shape = f"<draw:custom-shape>{p('in a shape')}</draw:custom-shape>"
    generated = frame("<svg:desc>A boat at sea Description automatically generated</svg:desc>")
    body = (
        items(item(p(f"Before{box} and<text:span>{picture}</text:span> after.")), item(p("Next"))) + generated
    )
    body += f"<table:table>{row('x' + box, 'y')}</table:table>{p('Beside ' + shape)}"
    assert texts(odt(body, NUMBERED)) == [
        "1. Before and after.", "Inside", "1. own list", "A heron on a post", "2. Next", "A boat at sea",
        "x Inside own list | y", "Beside", "in a shape",
    ]  # fmt: skip


def test_formulas_and_what_is_embedded() -> None:
    def shown(name: str) -> str:
        return f'<draw:frame><draw:object xlink:href="./{name}"/><draw:image/></draw:frame>'

    def body(inside: str) -> str:
        return xml("office:document-content", f"<office:body>{inside}</office:body>")

    math = '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>x</mi><mo>=</mo><mn>2</mn></mrow>'
    math += "<annotation>StarMath</annotation></semantics></math>"
    picture = '<draw:frame><draw:image xlink:href="./Formula"/></draw:frame>'
    sign = "<math:mi xmlns:math='m'>z</math:mi>"
    chart = f"{sign}<chart:chart><chart:title>{p('Catch')}</chart:title></chart:chart>{shown('Sheet')}"
    shapes = [shown(name) for name in ("Chart", "Gone", "Formula", "Broken", "Chart")]
    last = p(picture + shown("Chart"))
    content = body(f"<office:text>{p('Let ' + shown('Formula') + '.')}{''.join(shapes)}{last}</office:text>")
    inside = {
        "Formula__content": math,
        "Chart__content": body(f"<office:chart>{chart}</office:chart>"),
        "Sheet__content": body(f"<office:spreadsheet>{p('too deep')}</office:spreadsheet>"),
        "Broken__content": "<office:document",
    }
    assert texts(package(content, **inside)) == ["Let x = 2.", "Catch", "x = 2", "Catch", "Catch"]


def test_the_title_is_what_is_styled_so_then_the_property_then_the_first_heading() -> None:
    automatic = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    styles = '<style:style style:name="Subtitle" style:family="paragraph" style:parent-style-name="Title"/>'
    heading = "<text:h>Heading</text:h>"
    body = p("Below", "Subtitle") + p("Herons", "P1") + p("Second", "Title") + heading
    parsed = parse_opendocument(odt(body, automatic, "Property", styles))
    assert parsed.title == "Herons"
    assert blocks(parsed)[:2] == [("paragraph", 0, "Below"), ("heading", 1, "Herons")]
    loop = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="P1"/>'
    assert parse_opendocument(odt(p("x", "P1") + heading, loop)).title == "Heading"
    assert parse_opendocument(odt(heading, title=" Property ")).title == "Property"
    assert parse_opendocument(odt(heading, title="Untitled 1")).title == "Heading"


@pytest.mark.parametrize(
    "title", ["report.odt", "Microsoft Word - x", "untitled", "[no title]", "PowerPoint Presentation", ""]
)
def test_titles_that_say_nothing(title: str) -> None:
    assert usable_title(title) == ""
