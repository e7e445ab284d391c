"""Scanned pages, read where recognition is installed."""

import pytest
from pdf_files import blocks, made, mapped, raw, write
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from wellread.errors import ParseError
from wellread.ingest.parse.pdf import ocr
from wellread.ingest.parse.pdf import parser as pdf
from wellread.ingest.parse.pdf import scans as pdf_scans
from wellread.ingest.parse.pdf.ocr import RecognisedLine
from wellread.ingest.parse.pdf.parser import parse_pdf


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
