"""PDF files, made here with reportlab."""

import io
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed, parse


def made(draw: Callable[[Canvas], None], encrypt: StandardEncryption | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write(canvas: Canvas, lines: list[str], *, x: int = 72, y: int = 700, size: int = 11) -> None:
    canvas.setFont("Helvetica", size)
    for at, line in enumerate(lines):
        canvas.drawString(x, y - at * size * 1.2, line)


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_headings_paragraphs_bullets_and_pages() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Leave policy"], y=760, size=22)
        write(canvas, ["Everyone may take leave when it has", "been approved by a manager."])
        write(canvas, ["It must be asked for early."], y=640)
        write(canvas, ["• first thing", "• second thing"], y=600)
        canvas.showPage()
        write(canvas, ["On the second page."])

    parsed = parse("leave.pdf", made(draw))
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
    parsed = parse(
        "a.pdf",
        made(
            lambda c: write(
                c, ["A well-known rule. We exam-", "ine it; it is well-", "known in the Post-", "War time."]
            )
        ),
    )
    assert "We examine it; it is well-known in the Post-War time." in parsed.text


def test_two_columns_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Left column starts", "and goes on to a"])
        write(canvas, ["right column end.", "Then more."], x=320)

    assert (
        parse("a.pdf", made(draw)).text == "Left column starts and goes on to a right column end. Then more."
    )


def test_lines_of_figures_stay_apart() -> None:
    parsed = parse(
        "a.pdf", made(lambda c: write(c, ["Net sales $ 48 $ 54", "Cost (10) 12.5", "Margin 35,885 —"]))
    )
    assert [(kind, text) for kind, _, text in blocks(parsed)[1:]] == [
        ("table_row", "Net sales $ 48 $ 54"),
        ("table_row", "Cost (10) 12.5"),
        ("table_row", "Margin 35,885 —"),
    ]


def test_a_file_that_only_restricts_copying_opens() -> None:
    encrypt = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert parse("a.pdf", made(lambda c: write(c, ["Some words here."]), encrypt)).text == "Some words here."


def test_a_file_that_needs_a_password_says_so() -> None:
    encrypt = StandardEncryption("user", ownerPassword="owner")
    with pytest.raises(ParseError, match="a password is needed"):
        parse("a.pdf", made(lambda c: write(c, ["Some words."]), encrypt))


def test_a_page_without_text_names_recognition() -> None:
    with pytest.raises(ParseError, match="OCR"):
        parse("scan.pdf", made(lambda c: c.rect(10, 10, 100, 100, fill=1)))


def test_pages_without_text_beside_others_are_only_page_breaks() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(10, 10, 100, 100, fill=1)
        canvas.showPage()
        write(canvas, ["Words."])
        canvas.showPage()
        canvas.rect(10, 10, 100, 100, fill=1)

    parsed = parse("a.pdf", made(draw))
    assert [(b.kind, b.level, b.start) for b in parsed.blocks] == [
        ("page_break", 1, 0), ("page_break", 2, 0), ("paragraph", 0, 0), ("page_break", 3, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.4 nothing of the kind" * 50, b"junk\n%PDF-2.0\n%%EOF"]
)
def test_a_broken_file_is_an_error(data: bytes) -> None:
    with pytest.raises(ParseError, match="broken"):
        parse("a.pdf", data)
