"""Blocks as a PDF with reportlab's own fonts, so that nothing has to be embedded."""

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table

from sample.blocks import Block

_STYLES = getSampleStyleSheet()
_BODY = ParagraphStyle("Body", parent=_STYLES["BodyText"], fontSize=10, leading=14, spaceAfter=6)
_CELL = ParagraphStyle("Cell", parent=_BODY, fontSize=9, leading=11, spaceAfter=0, spaceBefore=0)
_TITLE = ParagraphStyle("Title", parent=_STYLES["Heading1"], keepWithNext=1)
_HEADING = ParagraphStyle("Heading", parent=_STYLES["Heading2"], keepWithNext=1)
_HEAD = ParagraphStyle("Head", parent=_CELL, fontName="Helvetica-Bold")
_WIDTH = A4[0] - 44 * mm
_LINES = [
    ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
    ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


class _Whole(Paragraph):
    """A paragraph on one page: a sentence that ran over a break would have the footer in its middle."""

    def split(self, width: float, height: float) -> list[Flowable]:
        return []


def write(blocks: list[Block]) -> bytes:
    """The blocks as the bytes of a PDF; the same blocks give the same bytes."""
    title = blocks[0].text
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=title,
        author="Harrowgull Foghorn Works",
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=20 * mm,
        bottomMargin=22 * mm,
        invariant=1,
        pageCompression=0,
    )

    def footer(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(22 * mm, 12 * mm, f"Harrowgull Foghorn Works · {title}")
        canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, f"Page {canvas.getPageNumber()}")

    document.build([_flowable(block) for block in blocks], onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


def _flowable(block: Block) -> Flowable:
    match block.kind:
        case "title":
            return _Whole(escape(block.text), _TITLE)
        case "heading":
            return _Whole(escape(block.text), _HEADING)
        case "bullets" | "numbers":
            return _list(block)
        case "table":
            return _table(block)
        case _:
            return _Whole(escape(block.text), _BODY)


def _list(block: Block) -> ListFlowable:
    items = [ListItem(_Whole(escape(cell), _BODY)) for (cell,) in block.rows]
    if block.kind == "bullets":
        return ListFlowable(items, bulletType="bullet", start="•", leftIndent=14)
    return ListFlowable(items, bulletType="1", bulletFormat="%s.", leftIndent=18)


def _table(block: Block) -> Table:
    """Columns as wide as their longest cell asks for, so that few cells have to be broken."""
    wanted = [max(len(row[column]) for row in block.rows) + 3 for column in range(len(block.rows[0]))]
    rows = [
        [_Whole(escape(cell), _CELL if number else _HEAD) for cell in row]
        for number, row in enumerate(block.rows)
    ]
    widths = [_WIDTH * share / sum(wanted) for share in wanted]
    return Table(rows, colWidths=widths, style=_LINES, hAlign="LEFT", spaceBefore=4, spaceAfter=8)
