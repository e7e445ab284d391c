"""Pages of PDF files: code, running headers, margins, forms, titles and passwords."""

from collections.abc import Callable

import pytest
from pdf_files import blocks, kinds, made, mapped, raw, write
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from wellread.errors import ParseError
from wellread.ingest.parse.pdf.parser import parse_pdf


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
