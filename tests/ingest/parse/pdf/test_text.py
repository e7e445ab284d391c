"""Headings, paragraphs, lists and columns of PDF files."""

from pdf_files import blocks, column_lines, kinds, made, write
from reportlab.pdfgen.canvas import Canvas

from wellread.ingest.parse.pdf.parser import parse_pdf


def test_headings_paragraphs_bullets_and_pages() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Leave policy"], y=760, size=22)
        write(canvas, ["Everyone may take leave when it has", "been approved by a manager."])
        write(canvas, ["It must be asked for early."], y=640)
        write(canvas, ["• first thing", "• second thing"], y=600)
        canvas.showPage()
        write(canvas, ["On the second page."])

    parsed = parse_pdf(made(draw))
    assert blocks(parsed) == [
        ("page_break", 1, ""),
        ("heading", 1, "Leave policy"),
        ("paragraph", 0, "Everyone may take leave when it has been approved by a manager."),
        ("paragraph", 0, "It must be asked for early."),
        ("list_item", 1, "• first thing"),
        ("list_item", 1, "• second thing"),
        ("page_break", 2, ""),
        ("paragraph", 0, "On the second page."),
    ]
    second = [b for b in parsed.blocks if b.kind == "page_break"][1]
    assert parsed.text[second.start :] == "On the second page."
    assert parsed.title == "Leave policy"


def test_words_split_at_line_ends_are_joined_and_compounds_keep_their_hyphen() -> None:
    lines = ["A well-known rule. We exam-", "ine it; it is well-", "known in the Post-", "War time."]
    assert (
        "We examine it; it is well-known in the Post-War time."
        in parse_pdf(made(lambda c: write(c, lines))).text
    )


def test_bold_and_numbered_lines_are_headings_below_larger_ones() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Rules of the lamp room"], y=780, size=20)
        write(canvas, ["2 Duties"], y=740, size=13, font="Helvetica-Bold")
        write(canvas, ["2.1 At night"], y=715, font="Helvetica-Bold")
        write(canvas, ["Somebody is always awake, and nobody", "leaves before the next one has come."], y=695)
        write(canvas, ["2.2 By day"], y=650)
        write(canvas, ["The glass is cleaned, and the oil is", "measured and written into the book."], y=620)
        write(canvas, ["Remarks"], y=580, font="Helvetica-Bold")
        write(canvas, ["There were none in the last year."], y=560)
        write(canvas, ["1. This begins a list"], y=530)

    assert [
        (kind, level, text) for kind, level, text in blocks(parse_pdf(made(draw))) if kind != "paragraph"
    ] == [
        ("page_break", 1, ""),
        ("heading", 1, "Rules of the lamp room"),
        ("heading", 2, "2 Duties"),
        ("heading", 3, "2.1 At night"),
        ("heading", 3, "2.2 By day"),
        ("heading", 4, "Remarks"),
        ("list_item", 1, "1. This begins a list"),
    ]


def test_bold_words_that_begin_a_line_are_no_heading_and_bold_text_none_at_all() -> None:
    def run_in(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica-Bold", 11)
        text.textOut("Lamp. ")
        text.setFont("Helvetica", 11)
        text.textOut("It is lit each evening.")
        canvas.drawText(text)

    assert kinds(run_in) == [("paragraph", "Lamp. It is lit each evening.")]
    assert kinds(lambda c: write(c, ["All of it is bold"], font="Helvetica-Bold"))[0][0] == "paragraph"


def test_bookmarks_tell_headings_and_their_levels() -> None:
    def draw(canvas: Canvas) -> None:
        for level, (title, shown) in enumerate([("Lamps", "1 Lamps"), ("Oil", "Oil"), ("Wicks", "Wicks")]):
            write(canvas, [shown], y=700)
            write(canvas, ["Text below it goes on here."], y=660)
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            canvas.showPage()

    assert [(level, text) for kind, level, text in blocks(parse_pdf(made(draw))) if kind == "heading"] == [
        (1, "1 Lamps"), (2, "Oil"), (3, "Wicks"),
    ]  # fmt: skip


def test_lists_nest_by_their_indentation_and_end_where_text_begins() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["• outer"], y=700)
        write(canvas, ["• inner goes on over two lines, of", "  which this is the second"], x=90, y=686)
        write(canvas, ["• outer again"], y=658)
        write(canvas, ["A sentence at the margin is no part of the list any more, and goes on."], y=644)

    assert [(kind, level) for kind, level, _ in blocks(parse_pdf(made(draw)))][1:] == [
        ("list_item", 1), ("list_item", 2), ("list_item", 1), ("paragraph", 0),
    ]  # fmt: skip


def test_an_indented_line_begins_a_paragraph() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["The first paragraph has two lines here", "and it ends on the second of them now."])
        write(canvas, ["The second one is only indented, with"], x=90, y=673.6)
        write(canvas, ["no more distance than its lines have."], y=660.4)

    assert [text.split()[1] for _, text in kinds(draw)] == ["first", "second"]


def test_two_columns_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Left column starts", "and goes on to a"])
        write(canvas, ["right column end.", "Then more."], x=320)

    assert kinds(draw) == [("paragraph", "Left column starts and goes on to a right column end. Then more.")]


def test_columns_drawn_line_by_line_across_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["A title that stands over both of the columns of text below it"], y=740, size=12)
        for at, (left, right) in enumerate(zip(column_lines("l"), column_lines("r"), strict=True)):
            write(canvas, [left], y=700 - at * 13)
            write(canvas, [right], y=700 - at * 13, x=320)
        write(canvas, ["A line below, again over the whole width of the page and both of its columns"], y=480)

    words = parse_pdf(made(draw)).text.split()
    numbered = [word for word in words if word[0] in "lr" and word[1:].isdigit()]
    assert numbered == [f"{side}{at}" for side in "lr" for at in range(14)]
    assert (words[1], words[-1]) == ("title", "columns")


def test_columns_of_text_are_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, column_lines("l"))
        write(canvas, column_lines("r"), x=320)

    assert {kind for kind, _ in kinds(draw)} == {"paragraph"}


def test_what_is_drawn_last_but_stands_on_top_is_read_first() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Below is the second."], y=600)
        write(canvas, ["On top is the first."], y=700)

    assert parse_pdf(made(draw)).text == "On top is the first.\n\nBelow is the second."


def test_blocks_side_by_side_keep_the_order_of_the_file() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Ane Brekk", "keeper"], x=300)
        write(canvas, ["Odd Lunde", "cook"])
        write(canvas, ["Signed at the station."], y=600)

    assert parse_pdf(made(draw)).text.split()[:6] == ["Ane", "Brekk", "keeper", "Odd", "Lunde", "cook"]
