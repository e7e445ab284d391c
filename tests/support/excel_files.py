"""Excel workbooks of XML, made part by part."""

from office_package import OFFICE, packed, relations

from wellread.ingest.parse import Parsed
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
Cell = str | int | float | None


def workbook_parts(
    sheets: dict[str, str], properties: str = "", states: dict[str, str] | None = None
) -> dict[str, str]:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{(states or {}).get(name, "visible")}" r:id="r{at}"/>'
        for at, name in enumerate(sheets, start=1)
    )
    parts = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1))
        ),
    }
    for at, content in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{at}.xml"] = f'<worksheet {MAIN} xmlns:r="{OFFICE}">{content}</worksheet>'
    return parts


def letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def rows(*content: list[Cell], first: int = 1, rest: str = "") -> str:
    """Rows of numbers and inline texts; None is no cell, an empty list no row."""
    found = []
    for number, row in enumerate(content, start=first):
        cells = ""
        for column, value in enumerate(row):
            name = f"{letter(column)}{number}"
            if isinstance(value, str):
                cells += f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'
            elif value is not None:
                cells += f'<c r="{name}"><v>{value!r}</v></c>'
        found.append(f'<row r="{number}">{cells}</row>' if cells else "")
    return f"<sheetData>{''.join(found)}</sheetData>{rest}"


def workbook(sheets: dict[str, str] | str, parts: dict[str, str] | None = None) -> bytes:
    given = {"Sheet1": sheets} if isinstance(sheets, str) else sheets
    return packed(workbook_parts(given) | (parts or {}))


def blocks(data: bytes) -> list[tuple[str, str]]:
    return listed(parse_spreadsheet(data))


def listed(parsed: Parsed) -> list[tuple[str, str]]:
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


TREES = rows(["Tree", "Height"], ["Oak", 31], ["Ash", 28.5])
TREE_BLOCKS = [("table_header", "Tree | Height"), ("table_row", "Oak | 31"), ("table_row", "Ash | 28.5")]


def merged(*areas: str) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>"


STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)
