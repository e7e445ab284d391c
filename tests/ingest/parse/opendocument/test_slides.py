"""OpenDocument presentations."""

from opendocument_files import blocks, item, items, odt, p, row, shape, texts

from wellread.ingest.parse.opendocument.parser import parse_opendocument


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
