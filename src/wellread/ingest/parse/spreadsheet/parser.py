"""Spreadsheets: Excel of all generations and OpenDocument, sheet by sheet, table by table.

Every format is read by a reader of its own into sparse sheets, so that a small file cannot claim a large
sheet's memory. Sheets that the file hides stay out; rows and columns that it hides do not, since filters
and folded outlines hide them too.
"""

import re
from collections.abc import Iterator
from itertools import islice

from wellread.ingest.parse.data.delimited import parse_delimited
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.markup.html import parse_html
from wellread.ingest.parse.office.package import EXCEL, Container, Package
from wellread.ingest.parse.ole.compound_file import SIGNATURE
from wellread.ingest.parse.property_title import usable_title
from wellread.ingest.parse.spreadsheet.ods import OPEN_SPREADSHEET, read_flat_ods, read_ods
from wellread.ingest.parse.spreadsheet.sheet import Sheet, Workbook, cell_name
from wellread.ingest.parse.spreadsheet.xls import read_xls
from wellread.ingest.parse.spreadsheet.xlsb import read_xlsb
from wellread.ingest.parse.spreadsheet.xlsx import read_xlsx
from wellread.ingest.parse.spreadsheet.xml import read_spreadsheet_xml
from wellread.ingest.parse.tables import LAST_HEADER, LOOK_AHEAD, find_header, is_label, is_value, write_block

_DEFAULT_NAME = re.compile(
    r"(?:sheet|tabelle|feuil|feuille|hoja|foglio|blad|planilha|plan|ark|arkusz|list|lapas|munka|taul|sayfa"
    r"|лист|аркуш|工作表|シート|table)\s*[1-9]\d?",
    re.IGNORECASE,
)
_MAX_SET_OFF = 3
"""Rows of a header that an empty row sets off from its figures."""

_MANY_COLUMNS = 50
_SPARSE = 0.1
"""Share of a wide block's cells below which its rows are not aligned: they would be separators for the most part."""

_BINARY = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


def parse_spreadsheet(data: bytes) -> Parsed:
    """A workbook's sheets in order: a heading with the sheet's name, tables with their headers, then notes.

    What only calls itself a spreadsheet, as many programs' exports do, is read as the web page or the
    delimited text that it is. Raises ParseError when it is encrypted, broken, or beyond a million cells.
    """
    if data.startswith(b"PK"):
        return _composed(_read_zip(data))
    if data.startswith(SIGNATURE) or _BINARY.match(data):
        return _composed(read_xls(data))
    if not _MARKUP.match(data):
        return parse_delimited(data)
    start = data[:8192]
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<html" not in start.lower():
        return _composed(read_spreadsheet_xml(data))
    return _composed(read_flat_ods(data)) if b"oasis:names:tc:opendocument" in start else parse_html(data)


def _read_zip(data: bytes) -> Workbook:
    archive = Container(data, OPEN_SPREADSHEET)
    if archive.kind.main in archive.names():
        return read_ods(archive)
    package = Package(data, EXCEL)
    return read_xlsb(package) if package.main.endswith(".bin") else read_xlsx(package)


def _composed(workbook: Workbook) -> Parsed:
    composer = Composer()
    for sheet in workbook.sheets:
        if len(workbook.sheets) > 1 or not _DEFAULT_NAME.fullmatch(sheet.name.strip()):
            composer.add("heading", sheet.name, 1)
        _write_tables(composer, sheet)
        for text in sheet.texts:
            composer.add("paragraph", text)
        for row, column, text in sheet.notes:
            composer.add("paragraph", f"[{cell_name(row, column)}] {text}")
    return composer.finish(usable_title(workbook.title) or composer.first_heading())


def _write_tables(composer: Composer, sheet: Sheet) -> None:
    """Blocks of rows that empty rows separate, each without the columns that are empty in it."""
    sheet.spread_merged()
    groups = sheet.merged_across()
    above: list[int] = []
    for numbers in _joined_blocks(sheet):
        header = _join_header(sheet, numbers, groups)
        columns = sorted(set().union(*(sheet.rows[number] for number in numbers)))
        if len(columns) > _MANY_COLUMNS and _filled_a_row(sheet, numbers) < _SPARSE * len(columns):
            write_block(
                composer, ([text for _, text in sorted(sheet.rows[number].items())] for number in numbers)
            )
            continue
        if header is None:
            header = next((at for at, n in enumerate(numbers[:LAST_HEADER]) if n in sheet.headers), None)
        if header is None:
            header = find_header(list(islice(_cells(sheet, numbers, columns), LOOK_AHEAD)))
        # A total below an empty row is still of the table above.
        if header is None and len(columns) > 1 and set(columns) <= set(above):
            columns = above
        elif header is not None:
            above = columns
        write_block(composer, _cells(sheet, numbers, columns), header)


def _filled_a_row(sheet: Sheet, numbers: list[int]) -> float:
    """Cells a row that hold something."""
    return sum(len(sheet.rows[number]) for number in numbers) / len(numbers)


def _blocks(sheet: Sheet) -> Iterator[list[int]]:
    block: list[int] = []
    for number in sorted(sheet.rows):
        if block and number != block[-1] + 1:
            yield block
            block = []
        block.append(number)
    if block:
        yield block


def _joined_blocks(sheet: Sheet) -> Iterator[list[int]]:
    """Blocks; a header that one empty row sets off from its figures is of one block with them."""
    held: list[int] = []
    for block in _blocks(sheet):
        if held and block[0] == held[-1] + 2 and _is_headed(sheet, held, block):
            held += block
            continue
        if held:
            yield held
        held = block
    if held:
        yield held


def _is_headed(sheet: Sheet, head: list[int], block: list[int]) -> bool:
    """Whether `head` is but a few rows of labels, the last of which stand above the columns of `block`."""
    last, first = sheet.rows[head[-1]], sheet.rows[block[0]]
    if len(head) > _MAX_SET_OFF or len(last) < 2 or not any(map(is_value, first.values())):
        return False
    return all(is_label(text) for n in head for text in sheet.rows[n].values()) and set(last) <= set(first)


def _cells(sheet: Sheet, numbers: list[int], columns: list[int]) -> Iterator[list[str]]:
    for number in numbers:
        row = sheet.rows[number]
        yield [row.get(column, "") for column in columns]


def _join_header(sheet: Sheet, numbers: list[int], groups: dict[int, list[tuple[int, int]]]) -> int | None:
    """Make one row of a header of two, where a cell of the upper is merged over several of the lower.

    The upper row's number is taken out of `numbers`. Returns the header's index, or None without such.
    """
    for at, number in enumerate(numbers[:LAST_HEADER]):
        upper = dict(sheet.rows[number])
        if len(upper) < 2:
            continue
        spans = [(left, right) for left, right in groups.get(number, []) if left in upper]
        lower = sheet.rows[numbers[at + 1]] if at + 2 < len(numbers) else {}
        if not spans or not lower or not all(map(is_label, lower.values())):
            return None
        for left, right in spans:
            upper |= dict.fromkeys((c for c in lower if left <= c <= right), upper[left])
        for column, text in upper.items():
            label = lower.get(column, "")
            lower[column] = text if text == label else f"{text} {label}".strip()
        del numbers[at]
        return at
    return None
