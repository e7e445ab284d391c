"""Excel workbooks of the old kind (.xls, Excel 5 to 2003): the records of MS-XLS in a compound file."""

from itertools import pairwise

from wellread.errors import ParseError
from wellread.ingest.parse.charsets import codec_of_page
from wellread.ingest.parse.ole.compound_file import SIGNATURE, CompoundFile
from wellread.ingest.parse.spreadsheet.records import Record, Strings, records
from wellread.ingest.parse.spreadsheet.sheet import Sheet, Workbook
from wellread.ingest.parse.spreadsheet.xls_sheet import BEGIN, END, Book, SheetReader

# Record numbers (MS-XLS 2.3.2).
_PASSWORD, _CODE_PAGE, _DATE_MODE, _SHEET = 0x002F, 0x0042, 0x0022, 0x0085
_SHARED_STRINGS, _FORMAT, _CELL_FORMAT = 0x00FC, 0x041E, 0x00E0
_UNICODE_VERSION = 0x0600
_WITH_CELLS = (0, 1)
"""Kinds of sheets: of data, and of macros of before Excel 97; others are charts and modules."""

_DAMAGED = "the Excel workbook is damaged ({reason}): open and save it again in a spreadsheet program"
_NEEDS_PASSWORD = "a password is needed to open this Excel workbook: store a copy without one"
_TOO_OLD = "the Excel workbook is of Excel 4 or older: open it in a spreadsheet program and save it as .xlsx"


def read_xls(data: bytes) -> Workbook:
    """Visible sheets with their cells, merged areas, comments, and texts of boxes. Raises ParseError."""
    content = _stream(data)
    begin = next(records(content), None)
    if begin is None or begin.kind != BEGIN or len(begin.body) < 4:
        old = content[:1] == b"\x09"
        raise ParseError(_TOO_OLD if old else _DAMAGED.format(reason="it does not begin as one"))
    book = Book(Strings(wide=begin.number(0) >= _UNICODE_VERSION))
    listed: list[tuple[int, str]] = []
    for record in records(content):
        if record.kind == END:
            break
        if record.kind == _SHEET and len(record.body) > 6:
            seen = not record.body[4] & 3 and record.body[5] in _WITH_CELLS
            name = book.strings.name(record.body[6:]) if seen else ""
            listed.append((int.from_bytes(record.body[:4], "little"), name))
        else:
            _take_global(book, record)
    workbook = Workbook()
    # A sheet ends where the next begins, whatever it says: so the work stays in proportion to the file.
    ends = dict(pairwise([*sorted({start for start, _ in listed}), len(content)]))
    for start, name in listed:
        sheet = Sheet(name)
        if name:
            SheetReader(book, workbook, sheet).read(records(content, start, ends.pop(start, start)))
        workbook.add(sheet)
    return workbook


def _stream(data: bytes) -> bytes:
    if not data.startswith(SIGNATURE):
        return data
    root = CompoundFile(data).root
    if root.has("EncryptedPackage"):
        raise ParseError(_NEEDS_PASSWORD)
    for name in ("Workbook", "Book"):
        if root.has(name):
            return root.read(name)
    raise ParseError("the file has no Excel workbook inside: name it after its real kind, or leave it out")


def _take_global(book: Book, record: Record) -> None:
    if record.kind == _PASSWORD:
        raise ParseError(_NEEDS_PASSWORD)
    if record.kind == _CODE_PAGE:
        book.strings.encoding = codec_of_page(record.number(0)) or "cp1252"
    elif record.kind == _DATE_MODE:
        book.date_1904 = record.number(0) == 1
    elif record.kind == _FORMAT:
        book.codes[record.number(0)] = book.strings.format_code(record)
    elif record.kind == _CELL_FORMAT:
        book.formats.append(record.number(2))
    elif record.kind == _SHARED_STRINGS:
        book.shared = book.strings.table(record)
