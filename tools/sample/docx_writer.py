"""Blocks as a DOCX with python-docx's default template."""

import io
import zipfile
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from sample.blocks import Block

_STYLES = {
    "Default Paragraph Font", "Normal", "Normal Table", "No List", "Heading 1", "Heading 1 Char",
    "Heading 2", "Heading 2 Char", "List Bullet", "List Number", "Table Grid",
}  # fmt: skip
_UNNEEDED = ("thumbnail", "stylesWithEffects")
_WRITTEN = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(blocks: list[Block]) -> bytes:
    """The blocks as the bytes of a DOCX; the same blocks give the same bytes."""
    document = docx.Document()
    _slim(document)
    properties = document.core_properties
    properties.title = blocks[0].text
    properties.author = properties.last_modified_by = "Harrowgull Foghorn Works"
    properties.comments = ""
    properties.created = properties.modified = _WRITTEN
    for block in blocks:
        _append(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_times(buffer.getvalue())


def _slim(document: Document) -> None:
    """Take out what is never shown: 98 percent of the template's bytes are styles of other documents."""
    for style in list(document.styles):
        if style.name not in _STYLES:
            style.delete()
    for owner in (document.part.package, document.part):
        for name, relationship in list(owner.rels.items()):
            if relationship.reltype.endswith(_UNNEEDED):
                del owner.rels[name]


def _append(document: Document, block: Block) -> None:
    match block.kind:
        case "title":
            document.add_heading(block.text, level=1)
        case "heading":
            document.add_heading(block.text, level=2)
        case "bullets":
            for (cell,) in block.rows:
                document.add_paragraph(cell, style="List Bullet")
        case "numbers":
            _number([document.add_paragraph(cell, style="List Number") for (cell,) in block.rows], document)
        case "table":
            _table(document, block)
        case _:
            document.add_paragraph(block.text)


def _number(paragraphs: list[Paragraph], document: Document) -> None:
    """Let the list begin with 1: all paragraphs of a style count on from each other otherwise."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    shared = numbering.num_having_numId(style.pPr.numPr.numId.val)
    own = numbering.add_num(shared.abstractNumId.val)
    own.add_lvlOverride(ilvl=0).add_startOverride(1)
    for paragraph in paragraphs:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = own.numId


def _table(document: Document, block: Block) -> None:
    table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    # Repeats the header on each page, and tells readers that it is one.
    header = table.rows[0]._tr.get_or_add_trPr()
    header.append(OxmlElement("w:tblHeader", attrs={qn("w:val"): "true"}))


def _with_fixed_times(package: bytes) -> bytes:
    """The same zip archive, uncompressed and with every file dated alike."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), old.read(name))
    return buffer.getvalue()
