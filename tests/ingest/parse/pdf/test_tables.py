"""Tables of PDF files: by their lines, or by how their texts are aligned."""

import pytest
from pdf_files import column_lines, kinds, row, write
from reportlab.pdfgen.canvas import Canvas


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
