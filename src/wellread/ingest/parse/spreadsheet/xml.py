"""Spreadsheets in Microsoft's XML of 2003 (SpreadsheetML), which many programs still export as .xls or .xml."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from wellread.errors import ParseError
from wellread.ingest.parse.office.number_format import formatter, general
from wellread.ingest.parse.spreadsheet.sheet import MAX_ROWS, Sheet, Workbook
from wellread.ingest.parse.xml.elements import integer
from wellread.ingest.parse.xml.stream import Attributes, XmlPieces

_NAMED_FORMATS = {
    "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Currency": "0.00", "Euro Currency": "€0.00",
    "General Number": "General", "Scientific": "0.00E+00",
}  # fmt: skip


def read_spreadsheet_xml(data: bytes) -> Workbook:
    """Visible sheets with their cells, merged areas and comments. Raises ParseError."""
    reader = _Reader()
    reader.read(data)
    return reader.workbook


def _damaged(reason: str) -> ParseError:
    return ParseError(f"the XML spreadsheet is damaged ({reason}): save it again in a spreadsheet program")


class _Reader:
    def __init__(self) -> None:
        self.workbook = Workbook()
        self._shows: dict[str, Callable[[float], str]] = {}
        self._sheet: Sheet | None = None
        self._is_hidden = False
        self._row = 0

    def read(self, data: bytes) -> None:
        take = {
            "DocumentProperties": self._take_properties, "Style": self._take_style, "Row": self._take_row,
            "WorksheetOptions": self._take_options, "ExcelWorkbook": None,
        }  # fmt: skip
        stream = XmlPieces(take, self._start, self._end, _damaged)
        stream.feed(data[at : at + (1 << 16)] for at in range(0, len(data), 1 << 16))

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "Worksheet":
            given = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            self._sheet, self._is_hidden, self._row = Sheet(given.get("Name", "")), False, 0

    def _end(self, name: str) -> None:
        if name == "Worksheet" and self._sheet is not None:
            if not self._is_hidden:
                self.workbook.add(self._sheet)
            self._sheet = None

    def _take_properties(self, properties: Element) -> None:
        self.workbook.title = (properties.findtext("Title") or "").strip()

    def _take_style(self, style: Element) -> None:
        found = style.find("NumberFormat")
        code = found.get("Format", "") if found is not None else ""
        if code:
            self._shows[style.get("ID", "")] = formatter(_NAMED_FORMATS.get(code, code))

    def _take_options(self, options: Element) -> None:
        self._is_hidden = (options.findtext("Visible") or "").strip() in ("SheetHidden", "SheetVeryHidden")

    def _take_row(self, row: Element) -> None:
        if self._sheet is None:
            return
        self._row = integer(row.get("Index"), self._row + 1) - 1
        column = -1
        for cell in row.iterfind("Cell"):
            column = integer(cell.get("Index"), column + 2) - 1
            self._take_cell(self._sheet, cell, column)
            column += max(0, integer(cell.get("MergeAcross")))
        self._row = max(0, min(self._row + 1 + integer(row.get("Span")), MAX_ROWS))

    def _take_cell(self, sheet: Sheet, cell: Element, column: int) -> None:
        data = cell.find("Data")
        if data is not None:
            self.workbook.put(sheet, self._row, column, self._shown(cell, data))
        comment = cell.find("Comment/Data")
        if comment is not None and (text := "".join(comment.itertext())).strip():
            sheet.notes.append((self._row, column, text))
        across, down = integer(cell.get("MergeAcross")), integer(cell.get("MergeDown"))
        if across > 0 or down > 0:
            sheet.merged.append((self._row, column, self._row + max(down, 0), column + max(across, 0)))

    def _shown(self, cell: Element, data: Element) -> str:
        text = "".join(data.itertext())
        match data.get("Type"):
            case "Number":
                try:
                    return self._shows.get(cell.get("StyleID", ""), general)(float(text))
                except ValueError:
                    return text
            case "Boolean":
                return "TRUE" if text.strip() == "1" else "FALSE"
            case "DateTime":
                date, _, time = text.partition("T")
                time = time.partition(".")[0].removesuffix(":00")
                # A time of day is stored on the day that spreadsheets count from.
                if date == "1899-12-31":
                    return time
                return f"{date} {time}" if time.strip("0:") else date
        return text
