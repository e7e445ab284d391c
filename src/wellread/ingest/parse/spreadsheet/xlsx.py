"""Excel workbooks of XML (.xlsx, .xlsm and their templates; strict and transitional), as they stream by."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.office.number_format import BUILT_IN, formatter, general
from wellread.ingest.parse.office.package import Package
from wellread.ingest.parse.spreadsheet.drawings import read_drawings
from wellread.ingest.parse.spreadsheet.sheet import Sheet, Workbook, area, cell_place
from wellread.ingest.parse.xml.elements import attribute, integer, reference
from wellread.ingest.parse.xml.stream import Attributes, XmlStream

if TYPE_CHECKING:
    from lxml.etree import _Element

Show = Callable[[float], str]

# Excel writes characters that XML cannot hold in this way.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"[0-9]{1,9}").fullmatch
_THREAD = "[Threaded comment]"


def read_xlsx(package: Package) -> Workbook:
    """Visible sheets with their cells, merged areas, headers, comments, and texts of boxes.

    A damaged sheet is left out if others can be read. Raises ParseError.
    """
    root = package.document()
    properties = root.find("{*}workbookPr")
    date_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true", "on")
    workbook = Workbook(package.title())
    shared = _shared_strings(package)
    shows = _number_shows(package, date_1904)
    failed: list[ParseError] = []
    for element in root.iterfind("{*}sheets/{*}sheet"):
        relation = package.target(package.main, reference(element))
        if relation is None or attribute(element, "state") in ("hidden", "veryHidden"):
            continue
        sheet = Sheet(attribute(element, "name") or "")
        try:
            if relation.kind in ("worksheet", "xlMacrosheet"):
                _SheetReader(workbook, sheet, shared, shows, package).read(relation.target)
                _read_beside(package, sheet, relation.target)
            read_drawings(package, sheet, relation.target)
        except ParseError as error:
            failed.append(error)
        workbook.add(sheet)
    if failed and (package.is_too_large or workbook.is_too_large or not workbook.sheets):
        raise failed[-1]
    return workbook


def _shared_strings(package: Package) -> list[str]:
    where = [*package.related(package.main, "sharedStrings"), "xl/sharedStrings.xml"]
    return _StringReader(package).read(where[0])


def _number_shows(package: Package, date_1904: bool) -> dict[str, Show]:
    """What shows numbers, by number of the cells' format."""
    where = [*package.related(package.main, "styles"), "xl/styles.xml"]
    root = package.xml(where[0])
    if root is None:
        return {}
    codes = dict(BUILT_IN)
    for element in root.iterfind("{*}numFmts/{*}numFmt"):
        codes[integer(attribute(element, "numFmtId"))] = attribute(element, "formatCode") or ""
    used = (integer(attribute(xf, "numFmtId")) for xf in root.iterfind("{*}cellXfs/{*}xf"))
    return {str(at): formatter(codes.get(number, "General"), date_1904) for at, number in enumerate(used)}


class _StringReader:
    """The table of texts that cells refer to, without phonetic guides."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._strings: list[str] = []
        self._runs: list[str] = []
        self._guides = 0

    def read(self, part: str) -> list[str]:
        self._stream = XmlStream(self._start, self._end, self._package.damaged)
        self._stream.feed(self._package.chunks(part))
        return self._strings

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "t" and not self._guides:
            self._stream.listen()
        elif name == "rPh":
            self._guides += 1

    def _end(self, name: str) -> None:
        if name == "t" and not self._guides:
            self._runs.append(self._stream.heard())
        elif name == "rPh":
            self._guides -= 1
        elif name == "si":
            self._strings.append(_unescaped("".join(self._runs)))
            self._runs.clear()


class _SheetReader:
    """Fills one sheet with the cells of its part."""

    def __init__(
        self, workbook: Workbook, sheet: Sheet, shared: list[str], shows: dict[str, Show], package: Package
    ) -> None:
        self._workbook, self._sheet, self._shared, self._shows = workbook, sheet, shared, shows
        self._package = package
        self._row, self._column = -1, -1
        self._kind, self._style, self._text = "", "", ""
        self._guides = 0
        self._columns: dict[str, int] = {}

    def read(self, part: str) -> None:
        self._stream = XmlStream(self._start, self._end, self._package.damaged)
        self._stream.feed(self._package.chunks(part))

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._place(attributes.get("r", ""))
            self._kind, self._style, self._text = attributes.get("t", "n"), attributes.get("s", ""), ""
        elif name == "v" or (name == "t" and not self._guides):
            self._stream.listen()
        elif name == "row":
            self._row, self._column = integer(attributes.get("r"), self._row + 2) - 1, -1
        elif name == "rPh":
            self._guides += 1
        elif name == "mergeCell":
            if merged := area(attributes.get("ref", "")):
                self._sheet.merged.append(merged)
        elif name == "autoFilter" and (filtered := area(attributes.get("ref", ""))):
            self._sheet.headers.add(filtered[0])

    def _end(self, name: str) -> None:
        if name == "v" or (name == "t" and not self._guides):
            self._text += self._stream.heard()
        elif name == "c":
            if self._text:
                self._workbook.put(self._sheet, self._row, self._column, self._shown())
        elif name == "rPh":
            self._guides -= 1

    def _place(self, name: str) -> None:
        """Columns' letters are looked up: they repeat in every row."""
        letters = name.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is not None and len(name) > len(letters):
            self._row, self._column = int(name[len(letters) :][:9]) - 1, column
        elif place := cell_place(name):
            self._row, self._column = place
            self._columns[letters] = place[1]
        else:
            self._column += 1

    def _shown(self) -> str:
        text = self._text
        match self._kind:
            case "n":
                return self._number(text)
            case "s":
                return self._shared[int(text)] if _WHOLE(text) and int(text) < len(self._shared) else ""
            case "b":
                return "TRUE" if text.strip() in ("1", "true") else "FALSE"
            case "d":
                return text.removesuffix("T00:00:00").replace("T", " ")
            case "e":
                return text
        return _unescaped(text)

    def _number(self, text: str) -> str:
        try:
            value = float(text)
        except ValueError:
            return text
        return self._shows.get(self._style, general)(value)


def _read_beside(package: Package, sheet: Sheet, part: str) -> None:
    """Tables, whose first row is a header, and comments."""
    for name in package.related(part, "table"):
        table = package.xml(name)
        place = area(attribute(table, "ref") or "") if table is not None else None
        if table is not None and place and attribute(table, "headerRowCount") != "0":
            sheet.headers.add(place[0])
    threads = _comments(package, package.related(part, "threadedComment"), "threadedComment")
    plain = _comments(package, package.related(part, "comments"), "comment")
    # A thread's comments stand in the old list once more, for older programs.
    sheet.notes += [*threads, *(note for note in plain if not note[2].startswith(_THREAD))]
    sheet.notes.sort(key=lambda note: note[:2])


def _comments(package: Package, parts: list[str], name: str) -> list[tuple[int, int, str]]:
    notes: list[tuple[int, int, str]] = []
    for part in parts:
        root = package.xml(part)
        for comment in root.iter(f"{{*}}{name}") if root is not None else ():
            place = cell_place(attribute(comment, "ref") or "")
            text = _comment_text(comment)
            if place and text.strip():
                notes.append((*place, text))
    return notes


def _comment_text(comment: "_Element") -> str:
    pieces = comment.iter("{*}t", "{*}text")
    return _unescaped("".join(piece.text or "" for piece in pieces if len(piece) == 0))


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
