"""PDF files, made with reportlab or by hand, and the blocks that are read of them."""

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from wellread.ingest.parse import Parsed
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


def column_lines(word: str, count: int = 14) -> list[str]:
    return [f"{word}{at} {' '.join(PROSE[at % 12 : at % 12 + 6])}" for at in range(count)]
