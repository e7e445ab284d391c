"""One sheet of an old Excel workbook (.xls): its cells, merged areas, comments and texts of boxes."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wellread.ingest.parse.office.number_format import BUILT_IN, formatter, general
from wellread.ingest.parse.spreadsheet.records import ERRORS, Record, Strings, packed_number
from wellread.ingest.parse.spreadsheet.sheet import Sheet, Workbook

BEGIN, END = 0x0809, 0x000A
"""Records around a sheet, and around a chart on it."""

# Record numbers (MS-XLS 2.3.2).
_MERGED, _NOTE, _OBJECT, _OBJECT_TEXT = 0x00E5, 0x001C, 0x005D, 0x01B6
_FORMULA, _FORMULA_TEXT = 0x0006, 0x0207
_NUMBER, _LABEL, _LOGICAL, _RK = 0x0203, 0x0204, 0x0205, 0x027E
_MANY_RK, _RICH_TEXT, _SHARED = 0x00BD, 0x00D6, 0x00FD
_NOTE_OBJECT = 0x19

Cells = Iterator[tuple[int, str]]


@dataclass(slots=True)
class Book:
    """What all sheets of a workbook need to show their cells."""

    strings: Strings
    shared: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=BUILT_IN.copy)
    formats: list[int] = field(default_factory=list)
    date_1904: bool = False

    def show(self, style: int, value: float) -> str:
        """A number in the format of a style."""
        code = self.codes.get(self.formats[style]) if style < len(self.formats) else None
        return formatter(code, self.date_1904)(value) if code else general(value)


class SheetReader:
    """Fills one sheet."""

    def __init__(self, book: Book, workbook: Workbook, sheet: Sheet) -> None:
        self._book, self._workbook, self._sheet = book, workbook, sheet
        self._formula = (0, 0)
        self._drawn = (0, 0)
        self._boxes: dict[int, str] = {}
        self._noted: list[tuple[int, int, int]] = []
        self._beside = {
            _FORMULA_TEXT: self._take_formula_text, _MERGED: self._take_merged, _NOTE: self._take_note,
            _OBJECT: self._take_object, _OBJECT_TEXT: self._take_object_text,
        }  # fmt: skip
        self._in_cells = {
            _SHARED: self._shared, _NUMBER: self._number, _RK: self._rk, _MANY_RK: self._many_rk,
            _LABEL: self._label, _RICH_TEXT: self._label, _LOGICAL: self._logical, _FORMULA: self._result,
        }  # fmt: skip

    def read(self, records: Iterable[Record]) -> None:
        """Read to the sheet's end; charts on it are read past. Raises ParseError for too many cells."""
        inside = 0
        for record in records:
            if record.kind in (BEGIN, END):
                inside += 1 if record.kind == BEGIN else -1
                if inside <= 0:
                    break
            elif inside == 1:
                self._take(record)
        noted = ((row, column, self._boxes.get(box, "")) for row, column, box in self._noted)
        self._sheet.notes += [note for note in noted if note[2].strip()]

    def _take(self, record: Record) -> None:
        if record.kind in self._beside:
            self._beside[record.kind](record)
        elif record.kind in self._in_cells and len(record.body) >= 8:
            self._formula = (record.number(0), record.number(2))
            for column, text in self._in_cells[record.kind](record):
                self._workbook.put(self._sheet, record.number(0), column, text)

    def _take_formula_text(self, record: Record) -> None:
        """The result of the formula before, where it is a text."""
        self._workbook.put(self._sheet, *self._formula, self._book.strings.long(record, 0))

    def _take_merged(self, record: Record) -> None:
        areas = struct.iter_unpack("<4H", record.body[2 : 2 + (len(record.body) - 2) // 8 * 8])
        self._sheet.merged += [(first, left, last, right) for first, last, left, right in areas]

    def _take_object(self, record: Record) -> None:
        self._drawn = (record.number(4), record.number(6))

    def _take_object_text(self, record: Record) -> None:
        text = self._book.strings.of_object(record)
        if self._drawn[0] == _NOTE_OBJECT:
            self._boxes[self._drawn[1]] = text
        elif text.strip():
            self._sheet.texts.append(text)

    def _take_note(self, record: Record) -> None:
        if self._book.strings.wide:
            self._noted.append((record.number(0), record.number(2), record.number(6)))
        elif record.number(0) != 0xFFFF:
            text = record.body[6 : 6 + record.number(4)].decode(self._book.strings.encoding, "replace")
            self._boxes[-len(self._noted) - 1] = text
            self._noted.append((record.number(0), record.number(2), -len(self._noted) - 1))

    def _shared(self, record: Record) -> Cells:
        at = int.from_bytes(record.body[6:10], "little")
        yield record.number(2), self._book.shared[at] if at < len(self._book.shared) else ""

    def _number(self, record: Record) -> Cells:
        if len(record.body) >= 14:
            value = struct.unpack_from("<d", record.body, 6)[0]
            yield record.number(2), self._book.show(record.number(4), value)

    def _rk(self, record: Record) -> Cells:
        packed = int.from_bytes(record.body[6:10], "little")
        yield record.number(2), self._book.show(record.number(4), packed_number(packed))

    def _many_rk(self, record: Record) -> Cells:
        for at in range((len(record.body) - 6) // 6):
            style, packed = struct.unpack_from("<HI", record.body, 4 + 6 * at)
            yield record.number(2) + at, self._book.show(style, packed_number(packed))

    def _label(self, record: Record) -> Cells:
        yield record.number(2), self._book.strings.long(record, 6)

    def _logical(self, record: Record) -> Cells:
        yield record.number(2), _logical(record.body[6], is_error=bool(record.body[7]))

    def _result(self, record: Record) -> Cells:
        """A formula's cached result; a text stands in a record of its own."""
        result = record.body[6:14]
        if len(result) < 8:
            return
        if result[6:] != b"\xff\xff":
            yield record.number(2), self._book.show(record.number(4), struct.unpack("<d", result)[0])
        elif result[0] in (1, 2):
            yield record.number(2), _logical(result[2], is_error=result[0] == 2)


def _logical(value: int, *, is_error: bool) -> str:
    return ERRORS.get(value, "") if is_error else "TRUE" if value else "FALSE"
