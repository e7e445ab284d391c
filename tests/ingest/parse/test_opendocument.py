"""OpenDocument text documents and presentations, made here with zipfile."""

import io
import random
import zipfile
from collections.abc import Callable

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.office import package as office_package
from wellread.ingest.parse.opendocument import tables as opendocument_tables
from wellread.ingest.parse.opendocument.parser import parse_opendocument
from wellread.ingest.parse.property_title import usable_title

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = {
    "office": f"{OASIS}:office:1.0", "style": f"{OASIS}:style:1.0", "text": f"{OASIS}:text:1.0",
    "table": f"{OASIS}:table:1.0", "draw": f"{OASIS}:drawing:1.0", "presentation": f"{OASIS}:presentation:1.0",
    "svg": f"{OASIS}:svg-compatible:1.0", "chart": f"{OASIS}:chart:1.0", "manifest": f"{OASIS}:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/", "xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
SPACES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())


def xml(root: str, inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {SPACES}>{inside}</{root}>'


def package(content: str, **members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", content)
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return buffer.getvalue()


def odt(body: str, automatic: str = "", title: str = "", styles: str = "", kind: str = "text") -> bytes:
    """A package whose body, automatic styles, common styles and title property are given."""
    return package(
        xml(
            "office:document-content",
            f"<office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body>",
        ),
        meta=xml("office:document-meta", f"<office:meta><dc:title>{title}</dc:title></office:meta>"),
        styles=xml("office:document-styles", f"<office:styles>{styles}</office:styles>"),
    )


def p(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def item(*inside: str) -> str:
    return f"<text:list-item>{''.join(inside)}</text:list-item>"


def items(*inside: str, style: str = "L", more: str = "") -> str:
    return f'<text:list text:style-name="{style}" {more}>{"".join(inside)}</text:list>'


def row(*texts: str) -> str:
    cells = (f"<table:table-cell>{p(text)}</table:table-cell>" for text in texts)
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def level(
    number: int, form: str, more: str = 'style:num-suffix="."', kind: str = "list-level-style-number"
) -> str:
    return f'<text:{kind} text:level="{number}" style:num-format="{form}" {more}/>'


NUMBERED = f'<text:list-style style:name="L">{level(1, "1")}{level(2, "a")}{level(3, "i")}</text:list-style>'


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(data: bytes) -> list[str]:
    return [text for _, _, text in blocks(parse_opendocument(data))]


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


def test_spanning_cells_repeat_downwards() -> None:
    covered = "<table:covered-table-cell/>"
    body = (
        "<table:table><table:table-rows><table:table-row>"
        f'<table:table-cell table:number-rows-spanned="3" table:number-columns-spanned="2">{p("North")}'
        f"</table:table-cell>{covered}<table:table-cell>{p('1')}</table:table-cell></table:table-row>"
        f'<table:table-row><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell>{p("2")}'
        f"</table:table-cell></table:table-row></table:table-rows><table:table-row>{covered * 2}"
        f"<table:table-cell>{p('3')}{p('4')}</table:table-cell></table:table-row>{row('South', '', '5', '')}"
        "</table:table>"
    )
    assert texts(odt(body)) == ["North | 1", "North | 2", "North | 3 4", "South |  | 5"]


def test_repeated_cells_and_rows_have_a_limit() -> None:
    body = (
        '<table:table><table:table-row table:number-rows-repeated="2"><table:table-cell '
        f'table:number-columns-repeated="2">{p("x")}</table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row><table:table-row '
        'table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999">'
        f"{p('wide')}</table:table-cell></table:table-row></table:table>"
    )
    parsed = parse_opendocument(odt(body))
    assert parsed.text.startswith("x | x\nx | x\nwide | wide")
    assert len(parsed.text) < 500_000


def test_the_number_of_repeated_rows_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opendocument_tables, "_MOST_ROWS", 3)
    repeated = row("a", "b").replace("<table:table-row>", '<table:table-row table:number-rows-repeated="2">')
    assert len(texts(odt(f"<table:table>{repeated * 5}</table:table>"))) == 2 + 2 + 1 + 1 + 1


def test_only_marked_rows_are_headers_where_some_are() -> None:
    marked = f"<table:table-header-rows>{row('Catch', '')}</table:table-header-rows>"
    rows = row("Port", "Tons") + row("Ayr", "6") + row("Oban", "4")
    parsed = parse_opendocument(odt(f"<table:table>{marked}{rows}</table:table>"))
    assert [kind for kind, _, _ in blocks(parsed)] == ["table_header", "table_row", "table_row", "table_row"]


def test_what_is_not_shown_of_a_table_stays_out() -> None:
    hidden = row("secret", "row").replace(
        "<table:table-row>", '<table:table-row table:visibility="collapse">'
    )
    unseen = f"2<office:annotation>{p('comment')}</office:annotation></text:p><text:p text:display='none'>no"
    body = f"<table:table>{row('a', 'b')}{hidden}{row('1', unseen)}</table:table>"
    assert texts(odt(body)) == ["a | b", "1 | 2"]


def test_the_first_row_of_labels_is_a_header_without_a_mark() -> None:
    table = f"<table:table>{row('Berth', 'Metres')}{row('A', '12')}{row('B', '9')}</table:table>"
    assert [kind for kind, _, _ in blocks(parse_opendocument(odt(table)))] == [
        "table_header", "table_row", "table_row",
    ]  # fmt: skip


def test_a_table_of_one_column_is_text() -> None:
    cell = f"<table:table-cell>{p('A boxed note.')}{items(item(p('point')))}</table:table-cell>"
    body = f"<table:table><table:table-row>{cell}</table:table-row>{row('Below.')}</table:table>"
    assert texts(odt(body, NUMBERED)) == ["A boxed note.", "1. point", "Below."]


def note(kind: str, mark: str, text: str) -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{mark}</text:note-citation>'
        f"<text:note-body>{text}</text:note-body></text:note>"
    )


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


def shape(kind: str, inside: str, more: str = "") -> str:
    return (
        f'<draw:frame presentation:class="{kind}" {more}><draw:text-box>{inside}</draw:text-box></draw:frame>'
    )


def test_slides_are_pages_with_title_first_and_notes_last() -> None:
    inside = shape("page", p("3")) + shape("notes", p("Say it") + p("slowly."))
    notes = f"<presentation:notes>{inside}</presentation:notes>"
    comment = (
        "<office:annotation><dc:creator>Ann</dc:creator>" + p("Too") + p("long?") + "</office:annotation>"
    )
    nameless = f"<office:annotation>{p('Yes.')}</office:annotation><office:annotation/>"
    empty = f"<presentation:notes>{shape('notes', p(''))}</presentation:notes>"
    body = (
        f"<draw:page>{shape('outline', items(item(p('Point'))))}{shape('title', p('Tides') + p('today'))}"
        f"{shape('footer', p('Harbour Board'))}<draw:g><draw:rect>{p('In a group')}</draw:rect></draw:g>"
        f"<draw:frame><table:table>{row('a', 'b')}</table:table></draw:frame>{comment}{nameless}{notes}</draw:page>"
        f"<draw:page>{shape('page-number', p('2'))}{shape('title', p('Ebb'))}{p('Second', 'Preformatted_20_Text')}"
        f"{empty}</draw:page><draw:page/>"
    )
    parsed = parse_opendocument(odt(body, kind="presentation"))
    assert blocks(parsed) == [
        ("page_break", 1, ""),
        ("heading", 1, "Tides today"),
        ("list_item", 1, "- Point"),
        ("paragraph", 0, "In a group"),
        ("table_row", 0, "a | b"),
        ("heading", 3, "Notes"),
        ("paragraph", 0, "Say it"),
        ("paragraph", 0, "slowly."),
        ("heading", 3, "Comments"),
        ("paragraph", 0, "Ann: Too\nlong?"),
        ("paragraph", 0, "Yes."),
        ("page_break", 2, ""),
        ("heading", 2, "Ebb"),
        ("code", 0, "Second"),
        ("page_break", 3, ""),
    ]
    assert parsed.title == "Tides today"


def test_shapes_are_read_from_the_top_and_from_the_left() -> None:
    def at(x: str, y: str, text: str, more: str = 'svg:width="3cm" svg:height="1cm"') -> str:
        return shape("object", p(text), f'svg:x="{x}" svg:y="{y}" {more}')

    turned = 'draw:transform="rotate (1.57) translate (1in 1in)" svg:width="30mm" svg:height="28.35pt"'
    body = (
        at("1cm", "20cm", "Last") + at("150mm", "10cm", "Right") + at("1cm", "10cm", "Left")
        + f"<draw:g>{at('8cm', '5cm', 'Inner right')}<draw:a>{at('-1.5cm', '5cm', 'Inner left')}</draw:a></draw:g>"
        + shape("object", p("Turned"), turned) + at("wide", "1cm", "Nowhere") + "<draw:g/>"
    )  # fmt: skip
    assert texts(odt(f"<draw:page>{body}</draw:page>", kind="drawing"))[1:] == [
        "Nowhere", "Turned", "Inner left", "Inner right", "Left", "Right", "Last",
    ]  # fmt: skip
    deep = "<draw:g>" * 50 + at("9cm", "9cm", "b") + at("1cm", "1cm", "a") + "</draw:g>" * 50
    assert sorted(texts(odt(f"<draw:page>{deep}</draw:page>", kind="drawing"))) == ["", "a", "b"]


def test_a_flat_file_is_read_alike() -> None:
    picture = "<office:binary-data>" + "QUJD" * 3_000_000 + "</office:binary-data>"
    flat = xml(
        "office:document",
        "<office:meta><dc:title>Logbook</dc:title></office:meta>"
        f"<office:automatic-styles>{NUMBERED}</office:automatic-styles><office:body><office:text>"
        f"{items(item(p('One')))}<draw:frame><draw:image>{picture}</draw:image></draw:frame>"
        '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
        "<draw:frame><draw:object><math:math xmlns:math='m'><math:mi>y</math:mi></math:math></draw:object></draw:frame>"
        "</office:text></office:body>",
    )
    parsed = parse_opendocument(flat.encode())
    assert (parsed.title, parsed.text) == ("Logbook", "1. One\n\ny")


def test_a_password_is_asked_for() -> None:
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    manifest = xml("manifest:manifest", entry)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("encrypted-package", b"noise")
    for data in (package("noise", **{"META-INF__manifest": manifest}), buffer.getvalue()):
        with pytest.raises(ParseError, match="a password is needed"):
            parse_opendocument(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (odt("<text:p>"), "damaged"),
        (odt(p("x"))[:-30], "damaged"),
        (package("<x/>"), "no text, presentation"),
        (odt("", kind="chart"), "no text, presentation"),
        (package("<x/>").replace(b"content.xml", b"another.xml"), "without content.xml"),
        (odt("", kind="spreadsheet"), r"spreadsheet: name it \.ods"),
        (b"<html><p>x</p></html>", "no OpenDocument file"),
        (b"plain words", "XML"),
        (b"", "no OpenDocument file"),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_opendocument(data)


def test_a_document_without_text_is_accepted() -> None:
    assert parse_opendocument(odt("")) == Parsed("", "", ())


def test_damaged_styles_and_properties_do_not_keep_the_text_back() -> None:
    content = xml(
        "office:document-content", f"<office:body><office:text>{p('Text')}</office:text></office:body>"
    )
    assert parse_opendocument(package(content, styles="<broken", meta="<broken")).text == "Text"


def test_a_compression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_EXPANDED", 1_000_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_opendocument(odt(p("a" * 2_000_000)))


def test_entities_are_not_expanded() -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    content = xml(
        "office:document-content", f"<office:body><office:text>{p('x&a;&f;y')}</office:text></office:body>"
    )
    content = content.replace("?>", "?>" + entities, 1)
    assert parse_opendocument(package(content)).text == "xy"


@pytest.mark.parametrize(
    "around",
    ["<text:section>{}</text:section>", "<text:p><text:span>{}</text:span></text:p>",
     "<text:list><text:list-item>{}</text:list-item></text:list>",
     "<text:p><draw:frame><draw:text-box>{}</draw:text-box></draw:frame></text:p>",
     "<table:table><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>"],
)  # fmt: skip
def test_nesting_is_bounded(around: str) -> None:
    before, after = around.split("{}")
    times = 250 // around.count("</")
    assert "deep" in parse_opendocument(odt(before * times + p("deep") + after * times)).text
    with pytest.raises(ParseError, match="damaged"):
        parse_opendocument(odt(before * 5_000 + after * 5_000))


def _contents() -> list[str]:
    table = f"<table:table>{row('a', 'b')}{row('1', '2')}</table:table>"
    body = f"<text:h>H</text:h>{items(item(p('x')))}{table}{p('n' + note('footnote', '1', p('N')))}"
    text = f"<office:text>{body}</office:text>"
    slides = (
        f"<office:presentation><draw:page><draw:frame>{body}</draw:frame></draw:page></office:presentation>"
    )
    return [xml("office:document", f"<office:body>{inside}</office:body>") for inside in (text, slides)]


@pytest.mark.parametrize("content", _contents())
@pytest.mark.parametrize("packed", [str.encode, package, None])
def test_mutated_files_give_text_or_a_reason(content: str, packed: Callable[[str], bytes] | None) -> None:
    """Flat, changed inside the package, and the package itself changed."""
    chance = random.Random(7)
    for _ in range(80):
        mutated = bytearray(content.encode() if packed else package(content))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 30)] = chance.choice(
                (b"", b"<", b"'", b'"9"', chance.randbytes(3))
            )
        try:
            parse_opendocument(packed(mutated.decode("utf-8", "replace")) if packed else bytes(mutated))
        except ParseError as error:
            assert str(error)
