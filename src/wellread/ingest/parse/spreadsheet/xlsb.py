"""Excel workbooks of binary records (.xlsb): the parts of MS-XLSB in the package of an .xlsx."""

import struct
from collections.abc import Callable, Iterator

from wellread.ingest.parse.office.number_format import BUILT_IN, formatter, general
from wellread.ingest.parse.office.package import Package
from wellread.ingest.parse.spreadsheet.drawings import read_drawings
from wellread.ingest.parse.spreadsheet.records import ERRORS, packed_number
from wellread.ingest.parse.spreadsheet.sheet import Sheet, Workbook

Show = Callable[[float], str]

# Record numbers (MS-XLSB 2.3.2).
_ROW, _RK, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED = 0, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOLEAN, _FORMULA_ERROR, _RICH_TEXT = 8, 9, 10, 11, 62
_STRING, _FORMAT, _CELL_FORMAT, _CELL_FORMATS_BEGIN, _CELL_FORMATS_END = 19, 44, 47, 617, 618
_PROPERTIES, _SHEET, _MERGED, _FILTER = 153, 156, 176, 161
_COMMENT, _COMMENT_TEXT = 635, 637

_Record = tuple[int, bytes]


def read_xlsb(package: Package) -> Workbook:
    """Visible sheets with their cells, merged areas, comments, and texts of boxes. Raises ParseError."""
    workbook = Workbook(package.title())
    found, date_1904 = _sheets(package)
    shared = [_string(body, 1)[0] for kind, body in _related(package, "sharedStrings") if kind == _STRING]
    shows = _number_shows(package, date_1904)
    for name, relation_id in found:
        relation = package.target(package.main, relation_id)
        if relation is None:
            continue
        sheet = Sheet(name)
        if relation.kind in ("worksheet", "xlMacrosheet"):
            _read_cells(workbook, sheet, _records(package, relation.target), shared, shows)
            for part in package.related(relation.target, "comments"):
                _read_comments(sheet, _records(package, part))
        read_drawings(package, sheet, relation.target)
        workbook.add(sheet)
    return workbook


def _sheets(package: Package) -> tuple[list[tuple[str, str]], bool]:
    """Names and relations of the visible sheets, and whether days count from 1904."""
    found: list[tuple[str, str]] = []
    date_1904 = False
    for kind, body in _records(package, package.main):
        if kind == _PROPERTIES and body:
            date_1904 = bool(body[0] & 1)
        elif kind == _SHEET and len(body) >= 8:
            relation_id, end = _string(body, 8)
            name, _ = _string(body, end)
            if not int.from_bytes(body[:4], "little"):
                found.append((name, relation_id))
    return found, date_1904


def _number_shows(package: Package, date_1904: bool) -> list[Show]:
    codes = dict(BUILT_IN)
    shows: list[Show] = []
    among_cells = False
    for kind, body in _related(package, "styles"):
        if kind == _FORMAT and len(body) >= 2:
            codes[int.from_bytes(body[:2], "little")] = _string(body, 2)[0]
        elif kind in (_CELL_FORMATS_BEGIN, _CELL_FORMATS_END):
            among_cells = kind == _CELL_FORMATS_BEGIN
        elif kind == _CELL_FORMAT and among_cells:
            number = int.from_bytes(body[2:4], "little")
            shows.append(formatter(codes.get(number, "General"), date_1904))
    return shows


def _read_cells(
    workbook: Workbook, sheet: Sheet, records: Iterator[_Record], shared: list[str], shows: list[Show]
) -> None:
    row = -1
    for kind, body in records:
        if kind == _ROW and len(body) >= 4:
            row = int.from_bytes(body[:4], "little")
        elif (kind <= _FORMULA_ERROR or kind == _RICH_TEXT) and len(body) > 8:
            column, style = struct.unpack_from("<II", body)
            show = shows[style & 0xFFFFFF] if (style & 0xFFFFFF) < len(shows) else general
            workbook.put(sheet, row, column, _cell(kind, body, shared, show))
        elif kind == _MERGED and len(body) >= 16:
            first, last, left, right = struct.unpack_from("<IIII", body)
            sheet.merged.append((first, left, last, right))
        elif kind == _FILTER and len(body) >= 16:
            sheet.headers.add(int.from_bytes(body[:4], "little"))


def _cell(kind: int, body: bytes, shared: list[str], show: Show) -> str:
    text = ""
    if kind == _RK and len(body) >= 12:
        text = show(packed_number(int.from_bytes(body[8:12], "little")))
    elif kind in (_REAL, _FORMULA_REAL) and len(body) >= 16:
        text = show(struct.unpack_from("<d", body, 8)[0])
    elif kind == _SHARED and len(body) >= 12:
        at = int.from_bytes(body[8:12], "little")
        text = shared[at] if at < len(shared) else ""
    elif kind in (_TEXT, _FORMULA_TEXT, _RICH_TEXT):
        text = _string(body, 9 if kind == _RICH_TEXT else 8)[0]
    elif kind in (_BOOLEAN, _FORMULA_BOOLEAN):
        text = "TRUE" if body[8] else "FALSE"
    elif kind in (_ERROR, _FORMULA_ERROR):
        text = ERRORS.get(body[8], "")
    return text


def _read_comments(sheet: Sheet, records: Iterator[_Record]) -> None:
    row, column = 0, 0
    for kind, body in records:
        if kind == _COMMENT and len(body) >= 20:
            row, _, column = struct.unpack_from("<III", body, 4)
        elif kind == _COMMENT_TEXT and (text := _string(body, 1)[0]).strip():
            sheet.notes.append((row, column, text))


def _related(package: Package, kind: str) -> Iterator[_Record]:
    for part in package.related(package.main, kind)[:1]:
        yield from _records(package, part)


def _records(package: Package, part: str) -> Iterator[_Record]:
    """Number and body of each record; what breaks off at the end is left out."""
    content = package.read(part)
    if content is None:
        raise package.damaged(f"{part} is missing")
    at, end = 0, len(content)
    while at < end:
        kind, at = _varying(content, at, 2)
        size, at = _varying(content, at, 4)
        if at + size > end:
            break
        yield kind, content[at : at + size]
        at += size


def _varying(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where the next thing begins."""
    number = 0
    for step, byte in enumerate(content[at : at + most]):
        number |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            return number, at + step + 1
    return number, at + most


def _string(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length in front, and where the next thing begins."""
    length = int.from_bytes(body[at : at + 4], "little")
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
