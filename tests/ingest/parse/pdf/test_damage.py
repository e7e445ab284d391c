"""PDF files that are broken, empty or made to do harm."""

import random

import pytest
from pdf_files import column_lines, made, row, write
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from wellread.errors import ParseError
from wellread.ingest.parse.pdf import ocr
from wellread.ingest.parse.pdf import parser as pdf
from wellread.ingest.parse.pdf.parser import parse_pdf


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
