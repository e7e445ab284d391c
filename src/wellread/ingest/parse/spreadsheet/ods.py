"""OpenDocument spreadsheets (.ods, .ots, .fods; ODF 1.3 part 3, ISO/IEC 26300), row by row."""

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from xml.etree.ElementTree import Element

from wellread.errors import ParseError
from wellread.ingest.parse.office.number_format import general
from wellread.ingest.parse.office.package import Container, Kind
from wellread.ingest.parse.spreadsheet.sheet import MAX_COLUMNS, MAX_ROWS, Sheet, Workbook, cell_place
from wellread.ingest.parse.xml.elements import integer
from wellread.ingest.parse.xml.stream import Attributes, XmlPieces

OPEN_SPREADSHEET = Kind("OpenDocument spreadsheet", "a spreadsheet program", "content.xml")

_SHAPES = frozenset({
    "frame", "custom-shape", "rect", "circle", "ellipse", "line", "connector", "polygon", "polyline",
    "path", "caption", "measure", "regular-polygon", "g",
})  # fmt: skip
# Guides to pronunciation, charts' own sheets, and what is said of shapes instead of shown.
_UNSEEN = frozenset({"ruby-text", "object", "image", "title", "desc", "annotation"})
_MAX_SPACES = 100
_MAX_DECIMALS = 12
_NUMBER = re.compile(r"(?P<before>\D*)(?P<digits>\d(?:[\d.,'’\s]*\d)?)(?P<after>\D*)")
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def read_ods(archive: Container) -> Workbook:
    """Visible sheets with their cells, merged areas, comments, and texts of shapes. Raises ParseError."""
    manifest = archive.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest or "encrypted-package" in archive.names():
        raise ParseError(f"a password is needed to open this {archive.kind.name}: store a copy without one")
    if archive.kind.main not in archive.names():
        raise ParseError(
            f"the file is a zip archive without {archive.kind.main}: it is no {archive.kind.name}"
        )
    reader = _Reader(archive)
    reader.read(archive.chunks(archive.kind.main))
    if not reader.workbook.title:
        reader.workbook.title = _title(archive)
    return reader.workbook


def read_flat_ods(data: bytes) -> Workbook:
    """The same of a spreadsheet in one XML file. Raises ParseError."""
    reader = _Reader(None)
    reader.read([data[at : at + (1 << 16)] for at in range(0, len(data), 1 << 16)])
    return reader.workbook


def _title(archive: Container) -> str:
    reader = _Reader(archive)
    try:
        reader.read(archive.chunks("meta.xml"))
    except ParseError:
        return ""
    return reader.workbook.title


def _damaged(reason: str) -> ParseError:
    kind = OPEN_SPREADSHEET
    return ParseError(f"the {kind.name} is damaged ({reason}): open and save it again in {kind.program}")


class _Reader:
    def __init__(self, archive: Container | None) -> None:
        self.workbook = Workbook()
        self._damaged = archive.damaged if archive is not None else _damaged
        self._hidden: set[str] = set()
        self._sheet: Sheet | None = None
        self._row = 0
        self._in_header = False
        self._is_hidden = False

    def read(self, chunks: Iterable[bytes]) -> None:
        take = {
            "style": self._take_style, "meta": self._take_meta, "shapes": self._take_shapes,
            "table-row": self._take_row, "database-range": self._take_range,
            # Cells in these are not of any sheet.
            "tracked-changes": None, "dde-links": None, "forms": None,
        }  # fmt: skip
        XmlPieces(take, self._start, self._end, self._damaged).feed(chunks)

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            given = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            self._is_hidden = given.get("style-name") in self._hidden
            self._sheet, self._row, self._in_header = Sheet(given.get("name", "")), 0, False
        elif name == "table-header-rows":
            self._in_header = True

    def _end(self, name: str) -> None:
        if name == "table" and self._sheet is not None:
            if not self._is_hidden:
                self.workbook.add(self._sheet)
            self._sheet = None
        elif name == "table-header-rows":
            self._in_header = False

    def _take_style(self, style: Element) -> None:
        properties = style.find("table-properties")
        if properties is not None and properties.get("display") == "false":
            self._hidden.add(style.get("name", ""))

    def _take_meta(self, meta: Element) -> None:
        self.workbook.title = (meta.findtext("title") or "").strip()

    def _take_shapes(self, shapes: Element) -> None:
        if self._sheet is not None:
            self._sheet.texts += _shape_texts(shapes)

    def _take_range(self, found: Element) -> None:
        """A range of the file's own database has a header row unless it says otherwise."""
        name, _, place = found.get("target-range-address", "").partition(":")[0].rpartition(".")
        start = cell_place(place)
        for sheet in self.workbook.sheets if start and found.get("contains-header") != "false" else ():
            if start and sheet.name == name.replace("$", "").strip("'"):
                sheet.headers.add(start[0])

    def _take_row(self, row: Element) -> None:
        if self._sheet is None or self._is_hidden:
            return
        cells = list(self._cells(self._sheet, row))
        times = max(1, integer(row.get("number-rows-repeated"), 1))
        for number in range(self._row, min(self._row + times, MAX_ROWS) if cells else self._row):
            for column, text in cells:
                self.workbook.put(self._sheet, number, column, text)
        if self._in_header and cells:
            self._sheet.headers.add(self._row)
        self._row = min(self._row + times, MAX_ROWS)

    def _cells(self, sheet: Sheet, row: Element) -> Iterator[tuple[int, str]]:
        column = 0
        for cell in row:
            times = max(1, integer(cell.get("number-columns-repeated"), 1))
            if cell.tag == "table-cell":
                text = _shown(cell)
                self._add_beside(sheet, cell, column)
                for at in range(column, min(column + times, MAX_COLUMNS) if text.strip() else column):
                    yield at, text
            column += times

    def _add_beside(self, sheet: Sheet, cell: Element, column: int) -> None:
        """The cell's comment, the shapes anchored to it and the area that it is merged over."""
        for note in cell.iterfind("annotation"):
            text = _paragraphs(note)
            if text.strip():
                sheet.notes.append((self._row, column, text))
        sheet.texts += _shape_texts(cell)
        down = integer(cell.get("number-rows-spanned"), 1)
        across = integer(cell.get("number-columns-spanned"), 1)
        if down > 1 or across > 1:
            sheet.merged.append(
                (self._row, column, self._row + max(down, 1) - 1, column + max(across, 1) - 1)
            )


def _shape_texts(element: Element) -> Iterator[str]:
    for shape in element:
        if shape.tag in _SHAPES:
            text = "\n".join("".join(_pieces(p)) for p in shape.iter("p"))
            if text.strip():
                yield text


def _paragraphs(element: Element) -> str:
    return "\n".join("".join(_pieces(child)) for child in element if child.tag in ("p", "h"))


def _pieces(paragraph: Element) -> Iterator[str]:
    """Text of a paragraph; depth is bounded by the reader of the XML."""
    yield paragraph.text or ""
    for child in paragraph:
        if child.tag == "s":
            yield " " * min(integer(child.get("c"), 1), _MAX_SPACES)
        elif child.tag in ("tab", "line-break"):
            yield " " if child.tag == "tab" else "\n"
        elif child.tag not in _UNSEEN and child.tag not in _SHAPES:
            yield from _pieces(child)
        yield child.tail or ""


def _shown(cell: Element) -> str:
    text = _paragraphs(cell)
    match cell.get("value-type"):
        case "boolean":
            return "TRUE" if cell.get("boolean-value") == "true" else "FALSE"
        case "date":
            return _date(cell.get("date-value", "")) or text
        case "time":
            return _time(cell.get("time-value", "")) or text
        case "float" | "percentage" | "currency":
            try:
                return _number(float(cell.get("value", "")), " ".join(text.split()))
            except ValueError:
                return text
    return text or cell.get("string-value", "")


def _date(value: str) -> str:
    date, _, time = value.partition("T")
    time = time.partition(".")[0].removesuffix("Z")
    if not time.strip("0:"):
        return date
    return f"{date} {time.removesuffix(':00') if time.count(':') == 2 else time}"


def _time(value: str) -> str:
    found = _DURATION.fullmatch(value)
    if not found:
        return ""
    sign, hours, minutes, seconds = found.groups()
    return f"{sign}{hours.zfill(2)}:{minutes}" + (f":{seconds}" if seconds.strip("0") else "")


def _number(value: float, shown: str) -> str:
    """The number with as many decimals as are shown of it and its unit, but digits that are not grouped."""
    found = _NUMBER.fullmatch(shown)
    plain = general(value)
    if not found or not plain or "E" in plain:
        return shown or plain
    exact = abs(Decimal(plain)) * (100 if "%" in shown else 1)
    digits = re.sub(r"\D", "", found["digits"]).lstrip("0")
    for decimals in range(_MAX_DECIMALS):
        rounded = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
        if rounded.replace(".", "").lstrip("0") == digits:
            before = found["before"].strip("-−( ")
            sign = "-" if value < 0 and rounded.strip("0.") else ""
            after = found["after"].rstrip(") ") if "(" in found["before"] else found["after"]
            return f"{sign}{before} {rounded}{after}".strip() if before else f"{sign}{rounded}{after}"
    return shown
