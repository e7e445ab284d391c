"""PDF files, made here with reportlab or by hand."""

import io
import random
from collections.abc import Callable, Sequence

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.pdf import ocr
from wellread.ingest.parse.pdf import parser as pdf
from wellread.ingest.parse.pdf import scans as pdf_scans
from wellread.ingest.parse.pdf.ocr import RecognisedLine
from wellread.ingest.parse.pdf.parser import parse_pdf

PROSE = (
    "The keeper of the light writes down each evening when the lamp was lit and what the weather was".split()
)


def made(draw: Callable[[Canvas], None], encrypt: StandardEncryption | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write(
    canvas: Canvas,
    lines: Sequence[str],
    *,
    x: float = 72,
    y: float = 700,
    size: int = 11,
    font: str = "Helvetica",
) -> None:
    canvas.setFont(font, size)
    for at, line in enumerate(lines):
        canvas.drawString(x, y - at * size * 1.2, line)


def row(canvas: Canvas, y: float, label: str, *figures: str, first: float = 330, step: float = 70) -> None:
    """A label at the left and figures aligned to the right, `$` apart at the left of its column."""
    canvas.drawString(72, y, label)
    for at, figure in enumerate(figures):
        sign, _, number = figure.rpartition("$ ")
        canvas.drawRightString(first + at * step, y, number)
        if sign or figure.startswith("$ "):
            canvas.drawString(first + at * step - 50, y, "$")


def raw(content: bytes, to_unicode: bytes = b"") -> bytes:
    """A page of text by hand; PDFium finds the objects without a table of them."""
    map_object = b"6 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(to_unicode), to_unicode)
    return b"".join((
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R",
        b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n",
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(content), content),
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica",
        b"/ToUnicode 6 0 R" if to_unicode else b"", b">>endobj\n",
        map_object if to_unicode else b"", b"trailer<</Root 1 0 R>>",
    ))  # fmt: skip


def mapped(*pairs: tuple[str, str]) -> bytes:
    """A ToUnicode map from the letters of the file to those that are meant."""
    lines = "".join(f"<{ord(a):02x}> <{ord(b):04x}>\n" for a, b in pairs)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> "
        f"endcodespacerange {len(pairs)} beginbfchar\n{lines}endbfchar endcmap end end"
    ).encode()


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def kinds(draw: Callable[[Canvas], None]) -> list[tuple[str, str]]:
    """Kind and text of all blocks but page breaks."""
    return [(kind, text) for kind, _, text in blocks(parse_pdf(made(draw))) if kind != "page_break"]


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


def column_lines(word: str, count: int = 14) -> list[str]:
    return [f"{word}{at} {' '.join(PROSE[at % 12 : at % 12 + 6])}" for at in range(count)]


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


def test_a_financial_statement_keeps_its_rows_columns_and_header() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["STATEMENT OF INCOME"], y=760, font="Helvetica-Bold")
        canvas.setFont("Helvetica", 9)
        for x, text in ((340, "Three Months Ended"), (480, "Nine Months Ended")):
            canvas.drawCentredString(x, 735, text)
        for at, (month, year) in enumerate([("June 30,", "2031"), ("June 30,", "2030")] * 2):
            canvas.drawCentredString(310 + at * 70, 723, month)
            canvas.drawCentredString(310 + at * 70, 712, year)
        row(canvas, 695, "Net sales:")
        row(canvas, 680, "  Horns", "$ 1,234", "$ 1,200", "$ 3,700", "$ 3,500")
        row(canvas, 665, "  Service", "(56)", "—", "78", "1,050")
        canvas.drawString(72, 650, "Depreciation of buildings and of the lamps in them,")
        row(canvas, 640, "  and other", "12", "(3)", "4.5%", "9")
        row(canvas, 625, "Total", "$ 1,190", "$ 1,197", "$ 3,782", "$ 4,559")
        write(canvas, ["See the notes, which are part of this statement."], y=590, size=9)

    assert kinds(draw) == [
        ("heading", "STATEMENT OF INCOME"),
        (
            "table_header",
            "| Three Months Ended June 30, 2031 | Three Months Ended June 30, 2030 "
            "| Nine Months Ended June 30, 2031 | Nine Months Ended June 30, 2030",
        ),
        ("table_row", "Net sales:"),
        ("table_row", "Horns | $ 1,234 | $ 1,200 | $ 3,700 | $ 3,500"),
        ("table_row", "Service | (56) | — | 78 | 1,050"),
        (
            "table_row",
            "Depreciation of buildings and of the lamps in them, and other | 12 | (3) | 4.5% | 9",
        ),
        ("table_row", "Total | $ 1,190 | $ 1,197 | $ 3,782 | $ 4,559"),
        ("paragraph", "See the notes, which are part of this statement."),
    ]  # fmt: skip


def test_labels_of_several_lines_are_joined_whatever_line_their_figures_stand_at() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        row(canvas, 700, "Oil", "10", "20")
        canvas.drawString(72, 689, "Rope, as far as it was bought from the works and")
        row(canvas, 678, "not spun at the station", "11", "21")
        canvas.drawString(72, 655, "Glass of the lamp, of the windows and of the")
        row(canvas, 649.5, "", "12", "22")
        canvas.drawString(72, 644, "Instruments")
        row(canvas, 620, "Pay of the keepers, and of those who stand in", "13", "23")
        canvas.drawString(72, 609, "for them")

    assert [text for _, text in kinds(draw)] == [
        "Oil | 10 | 20",
        "Rope, as far as it was bought from the works and not spun at the station | 11 | 21",
        "Glass of the lamp, of the windows and of the Instruments | 12 | 22",
        "Pay of the keepers, and of those who stand in for them | 13 | 23",
    ]


def test_two_tables_below_each_other_have_headers_of_their_own() -> None:
    def draw(canvas: Canvas) -> None:
        for top, year, name in ((700, "2030", "Oil"), (640, "2031", "Wicks")):
            canvas.setFont("Helvetica-Bold", 10)
            row(canvas, top, "", f"May {year}", f"June {year}")
            canvas.setFont("Helvetica", 10)
            row(canvas, top - 15, name, "1,000", "2,000")
            row(canvas, top - 30, "Other", "10", "20")

    assert [text for kind, text in kinds(draw) if kind == "table_header"] == [
        "| May 2030 | June 2030", "| May 2031 | June 2031",
    ]  # fmt: skip


def test_a_header_cell_is_over_its_share_of_the_columns() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString(275, 712, "Q1")
        canvas.drawCentredString(455, 712, "Q2")
        row(canvas, 700, "", "Plan", "Spent", "Plan", "Spent", first=240, step=90)
        row(canvas, 685, "Oil", "1.5", "1.6", "1.7", "1.8", first=240, step=90)
        row(canvas, 670, "Glass", "2.5", "2.6", "2.7", "2.8", first=240, step=90)

    assert kinds(draw)[0] == ("table_header", "| Q1 Plan | Q1 Spent | Q2 Plan | Q2 Spent")


def test_a_remark_on_all_columns_is_said_once() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        row(canvas, 700, "", "2030", "2031", "2032")
        canvas.drawCentredString(390, 688, "(in thousands)")
        row(canvas, 670, "Oil", "10", "20", "30")
        row(canvas, 655, "Glass", "11", "21", "31")

    assert kinds(draw)[0] == ("table_header", "(in thousands) | 2030 | 2031 | 2032")


def test_a_line_under_a_header_cell_shows_its_columns() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawCentredString(400, 712, "Budget")
        canvas.line(290, 708, 510, 708)
        row(canvas, 696, "", "Plan", "Spent", "Left", "Staff", step=75)
        for at, name in enumerate(("Oil", "Glass", "Rope")):
            row(canvas, 680 - 15 * at, name, "10", "20", "30", "4", step=75)

    assert kinds(draw)[0] == ("table_header", "| Budget Plan | Budget Spent | Budget Left | Staff")


def test_cells_drawn_with_lines_are_a_table_with_merged_cells_repeated() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for y in (700, 660, 620, 540):
            canvas.line(72, y, 432, y)
        canvas.line(192, 680, 432, 680)
        canvas.line(192, 580, 432, 580)
        for x in (72, 192, 432):
            canvas.line(x, 540, x, 700)
        canvas.line(312, 540, 312, 680)
        for x, y, text in (
            (80, 675, "Station"), (200, 686, "Keepers"), (200, 666, "by day"), (320, 666, "by night"),
            (80, 645, "Northern mole, which"), (80, 631, "is the older one"), (200, 640, "one"),
            (320, 640, "two"), (80, 578, "Skerry"), (200, 600, "none"), (320, 600, "one"),
            (200, 560, "a boat"), (320, 560, "a bell"),
        ):  # fmt: skip
            canvas.drawString(x, y, text)

    assert kinds(draw) == [
        ("table_header", "Station | Keepers by day | Keepers by night"),
        ("table_row", "Northern mole, which is the older one | one | two"),
        ("table_row", "Skerry | none | one"),
        ("table_row", "Skerry | a boat | a bell"),
    ]


@pytest.mark.parametrize("way", ["one path", "form"])
def test_lines_of_a_table_are_found_in_one_path_and_in_a_form(way: str) -> None:
    def lines(canvas: Canvas) -> None:
        path = canvas.beginPath()
        for y in (700, 680, 660):
            path.moveTo(72, y)
            path.lineTo(272, y)
        for x in (72, 172, 272):
            path.moveTo(x, 660)
            path.lineTo(x, 700)
        canvas.drawPath(path)

    def draw(canvas: Canvas) -> None:
        if way == "form":
            canvas.beginForm("lines")
            canvas.translate(5, 5)
            lines(canvas)
            canvas.endForm()
            canvas.translate(-5, -5)
            canvas.doForm("lines")
            canvas.translate(5, 5)
        else:
            lines(canvas)
        for x, y, text in ((80, 686, "Oil"), (180, 686, "green"), (80, 666, "Wicks"), (180, 666, "white")):
            canvas.drawString(x, y, text)

    assert [text for _, text in kinds(draw)] == ["Oil | green", "Wicks | white"]


def test_columns_without_lines_between_them_are_told_apart_in_a_frame() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for y in (716, 700, 630):
            canvas.line(60, y, 560, y)
        for x in (60, 250, 560):
            canvas.line(x, 630, x, 716)
        row(canvas, 704, "Store", "Plan", "Spent", "Left", "Rest")
        for at, name in enumerate(("Oil", "Glass", "Rope", "Wicks")):
            row(canvas, 688 - 15 * at, name, "10", "20", "30", "40")

    assert kinds(draw)[0] == ("table_header", "Store | Plan | Spent | Left | Rest")
    assert kinds(draw)[1:][-1] == ("table_row", "Wicks | 10 | 20 | 30 | 40")


def test_lines_around_long_text_are_a_frame_and_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        for y in (720, 500, 300):
            canvas.line(60, y, 540, y)
        for x in (60, 300, 540):
            canvas.line(x, 300, x, 720)
        for x in (70, 310):
            for y in (700, 480):
                write(canvas, column_lines("w", 13), x=x, y=y, size=10)

    assert {kind for kind, _ in kinds(draw)} == {"paragraph"}


def test_short_texts_in_three_aligned_columns_are_a_table() -> None:
    def draw(canvas: Canvas) -> None:
        rows = [("Name", "Post", "Place"), ("Ane Brekk", "keeper", "north"), ("Odd Lunde", "cook", "mole"),
                ("Tor Vik", "mechanic", "skerry")]  # fmt: skip
        for at, texts in enumerate(rows):
            for x, text in zip((72, 200, 330), texts, strict=True):
                write(canvas, [text], x=x, y=700 - 16 * at, font="Helvetica" if at else "Helvetica-Bold")
        write(canvas, ["station"], x=330, y=700 - 16 * 3 - 11)

    assert kinds(draw) == [
        ("table_header", "Name | Post | Place"),
        ("table_row", "Ane Brekk | keeper | north"),
        ("table_row", "Odd Lunde | cook | mole"),
        ("table_row", "Tor Vik | mechanic | skerry station"),
    ]


def test_the_numbers_of_equations_and_of_lines_make_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        for at, formula in enumerate(("a = b + c", "c = d - e", "f = g h")):
            write(canvas, [formula], x=200, y=700 - at * 16)
            write(canvas, [f"({at + 1})"], x=500, y=700 - at * 16)
        for at, line in enumerate(("one thing", "another thing", "a third", "a fourth", "the last of them")):
            write(canvas, [f"{at + 1}."], y=600 - at * 16)
            write(canvas, [line], x=110, y=600 - at * 16)

    assert [kind for kind, _ in kinds(draw)] == ["paragraph"] + ["list_item"] * 5


def test_a_table_of_contents_is_rows_of_title_and_page() -> None:
    lines = [
        "1 The lamp .................... 3",
        "2.1 Its oil . . . . . . . . . . . 12",
        "Index ........... xiv",
    ]
    assert kinds(lambda c: write(c, lines)) == [
        ("table_row", "1 The lamp | 3"), ("table_row", "2.1 Its oil | 12"), ("table_row", "Index | xiv"),
    ]  # fmt: skip


def test_lines_of_figures_stay_apart() -> None:
    assert kinds(lambda c: write(c, ["Net sales $ 48 $ 54", "Cost (10) 12.5", "Margin 35,885 —"])) == [
        ("table_row", "Net sales $ 48 $ 54"),
        ("table_row", "Cost (10) 12.5"),
        ("table_row", "Margin 35,885 —"),
    ]


def test_lines_in_a_typewriter_font_are_code_with_their_indentation() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["The lamp is lit so, which is a", "sentence in the type of the text:"], y=740)
        write(canvas, ["light {", "    wick 3", "}"], font="Courier")
        write(canvas, ["A command of one line is a name:"], y=650)
        write(canvas, ["light --now"], font="Courier", y=630)
        write(
            canvas,
            ["After it, text goes on as before, and", "there is more of it than of what is", "typed."],
            y=610,
        )
        write(canvas, ["That is what is usual in a manual."], y=550)

    assert kinds(draw)[1] == ("code", "light {\n    wick 3\n}")
    assert [text for kind, text in kinds(draw) if kind == "paragraph"][2] == "light --now"


def pages_of(count: int, header: str, footer: str, body: Callable[[int], list[str]]) -> bytes:
    def draw(canvas: Canvas) -> None:
        for page in range(1, count + 1):
            write(canvas, [header.format(page)], y=800)
            write(canvas, body(page), y=740)
            write(canvas, [footer.format(page)], y=30, x=280)
            canvas.showPage()

    return made(draw)


def test_running_headers_footers_and_page_numbers_go() -> None:
    parsed = parse_pdf(pages_of(4, "Keeper's book", "- {} -", lambda page: [f"Night {'of' * page} storm."]))
    assert [text for kind, _, text in blocks(parsed) if kind != "page_break"] == [
        f"Night {'of' * page} storm." for page in range(1, 5)
    ]


def test_what_two_pages_share_stays() -> None:
    parsed = parse_pdf(pages_of(2, "Keeper's book", "Page {}", lambda page: [f"Night {'of' * page} storm."]))
    assert [text for kind, _, text in blocks(parsed) if kind == "paragraph"][:3] == [
        "Keeper's book", "Night of storm.", "Page 1",
    ]  # fmt: skip


def test_figures_that_do_not_count_pages_stay() -> None:
    parsed = parse_pdf(pages_of(5, "", "", lambda page: [f"{page * page} barrels of oil", "", "of " * page]))
    assert [text for _, _, text in blocks(parsed) if "barrels" in text] == [
        f"{n * n} barrels of oil" for n in range(1, 6)
    ]


def test_a_list_that_fills_the_pages_and_a_large_title_stay() -> None:
    def listed(page: int) -> list[str]:
        return [f"Lamp {page} in the tower"] * 2 + ["", f"Text {'and ' * page} more."]

    assert parse_pdf(pages_of(4, "", "", listed)).text.count("Lamp 2 in the tower") == 2

    def draw(canvas: Canvas) -> None:
        for page in range(4):
            write(canvas, ["Plans"], y=780, size=24)
            write(canvas, [f"Something for {'very ' * page}later."], y=700)
            canvas.showPage()

    assert parse_pdf(made(draw)).text.count("Plans") == 4


def test_pages_that_are_all_alike_keep_their_text() -> None:
    parsed = parse_pdf(
        pages_of(4, "", "", lambda page: ["The same text on each", "of the pages, in two lines."])
    )
    assert parsed.text.count("The same text on each of the pages, in two lines.") == 4


def test_sideways_text_is_upright_and_a_note_in_the_margin_follows() -> None:
    def sideways(canvas: Canvas) -> None:
        canvas.rotate(90)
        write(canvas, ["First line of a table", "second line of it"], x=100, y=-200)

    assert kinds(sideways) == [("paragraph", "First line of a table second line of it")]

    def with_note(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(90)
        write(canvas, ["Printed in 2031"], x=300, y=-30, size=20)
        canvas.restoreState()
        write(canvas, ["The text of the page is longer than", "what stands along its margin."])

    def with_ornament(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(20)
        write(
            canvas,
            ["What stands aslant is a picture, even", "where there is more of it than of text."],
            x=300,
        )
        canvas.restoreState()
        write(canvas, ["The text of the page."])

    def crooked(canvas: Canvas) -> None:
        write(canvas, ["The longer line stands straight below it."], y=600)
        canvas.rotate(2)
        write(canvas, ["Scanned a little crooked."], y=700)

    assert kinds(crooked)[0] == ("paragraph", "Scanned a little crooked.")
    assert kinds(with_ornament)[0] == ("paragraph", "The text of the page.")
    assert [kind for kind, _ in kinds(with_note)] == ["paragraph", "paragraph"]
    assert kinds(with_note)[1][1] == "Printed in 2031"


def test_fields_that_were_filled_in_are_read_beside_their_labels() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Name:", "", "Post:"], y=700)
        for y, value in ((696, "Ane Brekk"), (670, "keeper")):
            canvas.acroForm.textfield(
                value=value, x=130, y=y, width=200, height=16, fontSize=10, borderWidth=0
            )

    assert " ".join(text for _, text in kinds(draw)) == "Name: Ane Brekk Post: keeper"


def test_a_page_of_spaces_is_empty() -> None:
    assert parse_pdf(raw(b"BT /F 12 Tf 72 700 Td (   ) Tj ET")).text == ""


def test_what_lies_outside_the_page_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Seen."])
        write(canvas, ["Never seen."], y=2000)
        write(canvas, ["Nor this."], x=-500)

    assert parse_pdf(made(draw)).text == "Seen."


def test_a_minus_that_a_font_has_on_a_control_character_is_kept() -> None:
    content = b"BT /F 12 Tf 72 700 Td (A loss of !5 points) Tj ET"
    letters = [(letter, letter) for letter in "Alos fpint5"]
    assert parse_pdf(raw(content, mapped(*letters, ("!", "\x03")))).text == "A loss of −5 points"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rules of the lamp", "Rules of the lamp"),
        ("Microsoft Word - a.docx", "Heading"),
        ("0001018-22", "Heading"),
    ],
)
def test_the_title_is_that_of_the_properties_where_it_says_something(title: str, expected: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle(title)
        write(canvas, ["Heading"], size=24)
        write(canvas, ["Text that goes on for a while, as", "text does, below its heading."], y=600)

    assert parse_pdf(made(draw)).title == expected


def test_a_title_that_is_no_unicode_is_passed_over() -> None:
    content = b"BT /F 12 Tf 72 700 Td (Some words.) Tj ET"
    titled = raw(content).replace(b"trailer<<", b"7 0 obj<</Title<FEFFD800>>>endobj\ntrailer<</Info 7 0 R")
    assert parse_pdf(titled).text == "Some words."


def test_a_file_that_only_restricts_copying_opens() -> None:
    encrypt = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert parse_pdf(made(lambda c: write(c, ["Some words here."]), encrypt)).text == "Some words here."


def test_a_file_that_needs_a_password_says_so() -> None:
    encrypt = StandardEncryption("user", ownerPassword="owner")
    with pytest.raises(ParseError, match="a password is needed"):
        parse_pdf(made(lambda c: write(c, ["Some words."]), encrypt))


def scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 60), "grey")), 50, 50, 400, 600)


class FakeRecogniser:
    """Finds two lines on every page, in pixels at 200 dots an inch."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def recognise(self, image: "ocr.Image") -> list[RecognisedLine]:
        self.shapes.append(image.shape)
        count = len(self.shapes)
        return [
            RecognisedLine(f"Read {count} from", 200, 200, 600, 240),
            RecognisedLine("an image.", 200, 245, 500, 283),
        ]


@pytest.fixture
def recogniser(monkeypatch: pytest.MonkeyPatch) -> FakeRecogniser:
    fake = FakeRecogniser()
    monkeypatch.setattr(ocr, "installed", lambda: fake)
    return fake


def test_scanned_pages_are_read_where_recognition_is_installed(recogniser: FakeRecogniser) -> None:
    def draw(canvas: Canvas) -> None:
        scan(canvas)
        canvas.showPage()
        write(canvas, ["Words."])
        canvas.showPage()
        canvas.showPage()
        scan(canvas)

    assert blocks(parse_pdf(made(draw))) == [
        ("page_break", 1, ""), ("paragraph", 0, "Read 1 from an image."),
        ("page_break", 2, ""), ("paragraph", 0, "Words."), ("page_break", 3, ""),
        ("page_break", 4, ""), ("paragraph", 0, "Read 2 from an image."),
    ]  # fmt: skip
    assert recogniser.shapes == [(2339, 1654, 3)] * 2


def test_a_large_page_is_rendered_within_the_limit(recogniser: FakeRecogniser) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((10_000, 10_000))
        scan(canvas)

    parse_pdf(made(draw))
    assert recogniser.shapes[0][0] * recogniser.shapes[0][1] <= 40_100_000


def test_a_scan_names_the_extra_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: None)
    with pytest.raises(ParseError, match=r"OCR.*wellread\[ocr\]"):
        parse_pdf(made(scan))


def test_without_recognition_scans_beside_text_are_only_page_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: None)

    def draw(canvas: Canvas) -> None:
        scan(canvas)
        canvas.showPage()
        write(canvas, ["Words."])
        canvas.showPage()
        scan(canvas)

    parsed = parse_pdf(made(draw))
    assert [(b.kind, b.level, b.start) for b in parsed.blocks] == [
        ("page_break", 1, 0), ("page_break", 2, 0), ("paragraph", 0, 0), ("page_break", 3, 6),
    ]  # fmt: skip


def two_scans(canvas: Canvas) -> None:
    scan(canvas)
    canvas.showPage()
    scan(canvas)


@pytest.mark.usefixtures("recogniser")
def test_scans_beyond_the_limit_are_refused_or_left_out_beside_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    monkeypatch.setattr(pdf_scans, "MOST_PAGES", 1)
    with pytest.raises(ParseError, match="2 scanned pages, the most"):
        parse_pdf(made(two_scans))

    def with_text(canvas: Canvas) -> None:
        two_scans(canvas)
        canvas.showPage()
        write(canvas, ["Words."])

    assert parse_pdf(made(with_text)).text == "Read 1 from an image.\n\nWords."


@pytest.mark.usefixtures("recogniser")
def test_scans_that_take_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_scans, "MOST_SECONDS", -1)
    with pytest.raises(ParseError, match="read only 0 of 2 scanned pages"):
        parse_pdf(made(two_scans))


def test_a_font_without_unicode_makes_a_page_a_scan(recogniser: FakeRecogniser) -> None:
    content = b"BT /F 12 Tf 72 700 Td (abc abc abc) Tj ET"
    unknown = mapped(*((letter, chr(0xE000 + ord(letter))) for letter in "abc"))
    assert parse_pdf(raw(content, unknown)).text == "Read 1 from an image."
    assert len(recogniser.shapes) == 1


def test_the_installed_recogniser_reads_a_picture_of_text() -> None:
    pytest.importorskip("rapidocr")
    import pypdfium2

    page = pypdfium2.PdfDocument(made(lambda c: write(c, ["The lamp is lit each evening."], size=20)))[0]
    picture = page.render(scale=2).to_pil()

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)

    assert parse_pdf(made(draw)).text == "The lamp is lit each evening."


def test_pages_without_anything_are_an_empty_document() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(10, 10, 100, 100, fill=1)
        canvas.showPage()
        canvas.showPage()

    parsed = parse_pdf(made(draw))
    assert parsed.text == ""
    assert [(b.kind, b.level) for b in parsed.blocks] == [("page_break", 1), ("page_break", 2)]


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.4 nothing of the kind" * 50,
        b"junk\n%PDF-2.0\n%%EOF",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 5>>endobj\ntrailer<</Root 1 0 R>>",
    ],
)
def test_a_broken_file_is_an_error(data: bytes) -> None:
    with pytest.raises(ParseError, match="broken"):
        parse_pdf(data)


def test_a_page_of_absurd_size_or_with_a_wall_of_figures_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((1e7, 1e7))
        write(canvas, ["Small on a large page."])
        canvas.showPage()
        canvas.setPageSize(A4)
        canvas.setFont("Helvetica", 3)
        for y in range(120):
            canvas.drawString(10, 10 + y * 6, "   ".join(str((x * y) % 89) for x in range(60)))

    parsed = parse_pdf(made(draw))
    assert parsed.text.startswith("Small on a large page.")
    assert len(parsed.text.split()) > 7_000


def test_text_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 10)
    with pytest.raises(ParseError, match="longer than 10 characters"):
        parse_pdf(made(lambda c: write(c, ["More than ten characters."])))


def test_damage_anywhere_gives_text_or_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: None)

    def draw(canvas: Canvas) -> None:
        canvas.setPageCompression(0)
        canvas.setFont("Helvetica", 9)
        for y in (700, 680, 660):
            canvas.line(60, y + 10, 520, y + 10)
            row(canvas, y, "Oil and glass", "$ 10", "$ (20)")
        for x in (60, 280, 520):
            canvas.line(x, 650, x, 720)
        write(canvas, column_lines("l", 8), y=600)
        write(canvas, column_lines("r", 8), y=600, x=320)
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("Oil", "a")

    whole = made(draw)
    rng = random.Random(7)
    for _ in range(120):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randint(1, 40)]
                case _:
                    data[at:at] = rng.choice(
                        [b"9999999999", b"-1", b"<<", b"]", b"0 0 0 0 0 0 cm\n", b"1e38 "]
                    )
        try:
            parsed = parse_pdf(bytes(data))
        except ParseError:
            continue
        assert all(0 <= b.start <= b.end <= len(parsed.text) for b in parsed.blocks)
