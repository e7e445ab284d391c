"""Word 97-2003 documents (.doc, [MS-DOC]): headings, paragraphs, lists, tables, footnotes, text boxes.

Read by the file's own structures. What is not shown stays out: deleted and hidden text, codes of fields,
headers and footers, comments.
"""

import re
from array import array
from collections.abc import Iterator
from functools import partial

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed, Part
from wellread.ingest.parse.ole.compound_file import CompoundFile, Storage
from wellread.ingest.parse.ole.embedded_objects import embedded_file
from wellread.ingest.parse.ole.numbers import number
from wellread.ingest.parse.ole.summary_information import summary_title
from wellread.ingest.parse.roman_numerals import roman
from wellread.ingest.parse.word_97.lists import Lists
from wellread.ingest.parse.word_97.properties import (
    IN_TABLE,
    ROW_END,
    ParagraphProperties,
    Paragraphs,
    altered_runs,
)
from wellread.ingest.parse.word_97.styles import Styles
from wellread.ingest.parse.word_97.tables import Item, Table
from wellread.ingest.parse.word_97.text import WordFile

_FOOTNOTE_REFERENCES, _FOOTNOTES, _ENDNOTE_REFERENCES, _ENDNOTES = 2, 3, 46, 47

_CELL_END = "\x07"
_PARAGRAPH = re.compile("[^\r\x07\x0c]*+(?:[\r\x07\x0c]|\\Z)")
_SOMETHING = re.compile(r"[^\s\x00-\x1f]|\x02")
_REFERENCE = "\x02"
_FIELD_START, _FIELD_MIDDLE = "\x13", "\x14"
_FIELD_MARKS = re.compile("[\x13-\x15]")
# Hyphens that hold words together, and those that show only at the end of a line.
_HYPHENS = {0x1E: "-", 0x1F: None}
_SYMBOL_PLACE = ord("(")
# How symbol fonts show what documents use them for; other symbols are ornaments.
_SYMBOLS = {
    0xF0B7: "•", 0xF0E0: "→", 0xF0FC: "✓", 0xF0FE: "☑", 0xF0A8: "☐", 0xF0B0: "°", 0xF0B1: "±", 0xF06D: "µ",
}  # fmt: skip


def parse_legacy_word(data: bytes) -> Parsed:
    """A document in reading order; what stands in boxes follows the text, then footnotes, then endnotes.

    Files put in as objects are parts. Raises ParseError: protected by a password, of Word 95 or older, damaged.
    """
    root = CompoundFile(data).root
    if not root.has("WordDocument"):
        raise ParseError("the file holds no Word document: name it after its real kind, or save it as .docx")
    writer = _Writer(WordFile(root))
    writer.write()
    title = writer.title or summary_title(root) or writer.composer.first_heading()
    return writer.composer.finish(title, list(_parts(root)))


def _parts(root: Storage) -> Iterator[Part]:
    """Files put into the document as objects; one that cannot be opened is left out."""
    pool = root.storage("ObjectPool")
    for at, name in enumerate(pool.storages if pool else (), 1):
        storage = pool.storage(name) if pool else None
        try:
            found = embedded_file(storage, b"", f"object {at}") if storage else None
        except ParseError:
            continue
        if storage and found:
            yield Part(found[0], partial(_embedded, storage))


def _embedded(storage: Storage) -> bytes:
    found = embedded_file(storage, b"", "")
    return found[1] if found else b""


class _Writer:
    def __init__(self, file: WordFile) -> None:
        self.composer = Composer()
        self.title = ""
        self._file, self._text = file, _shown_text(file)
        self._paragraphs, self._styles, self._lists = Paragraphs(file), Styles(file), Lists(file)
        self._footnotes = _references(file.structure(_FOOTNOTE_REFERENCES), self._text, roman_numbers=False)
        self._endnotes = _references(file.structure(_ENDNOTE_REFERENCES), self._text, roman_numbers=True)
        self._labels = dict(self._footnotes + self._endnotes)

    def write(self) -> None:
        """Add all that is shown of the document."""
        ranges = self._file.ranges
        self._write_range(0, ranges.footnotes)
        self._write_range(ranges.boxes, ranges.header_boxes)
        self._write_notes(self._footnotes, _FOOTNOTES, ranges.footnotes, ranges.headers)
        self._write_notes(self._endnotes, _ENDNOTES, ranges.endnotes, ranges.boxes)

    def _write_range(self, start: int, end: int) -> None:
        table = Table()
        for paragraph in _PARAGRAPH.finditer(self._text, start, min(end, len(self._text))):
            mark = paragraph.group()[-1:]
            is_empty = not _SOMETHING.search(paragraph.group())
            if is_empty and mark != _CELL_END:
                continue
            properties = self._paragraphs.at(self._file.place_of(paragraph.end() - 1))
            if mark == _CELL_END and self._ends_row(properties, paragraph.start(), is_empty):
                table.end_row(properties)
                continue
            item = None if is_empty else self._item(paragraph, properties)
            if mark == _CELL_END or properties.value(IN_TABLE):
                table.add(item, ends_cell=mark == _CELL_END)
            elif item is not None:
                table.write(self.composer)
                self.composer.add(item.kind, item.text, item.level)
        table.write(self.composer)

    def _ends_row(self, properties: ParagraphProperties, start: int, is_empty: bool) -> bool:
        """What the properties say or, where they are lost, a mark right after that of a cell."""
        if properties.changes is None:
            return is_empty and self._text[start - 1 : start] == _CELL_END
        return bool(properties.value(ROW_END))

    def _item(self, paragraph: re.Match[str], properties: ParagraphProperties) -> Item:
        text = self._readable(paragraph.start(), paragraph.end())
        kind = self._styles.kind_of(properties)
        marker = self._lists.marker(kind.list_index, kind.list_level) if kind.list_index else ""
        if kind.is_title and not self.title:
            self.title = text
        if kind.heading:
            numbered = "" if marker == "- " else marker
            return Item("heading", kind.heading, numbered + " ".join(text.split()))
        if marker:
            return Item("list_item", kind.list_level + 1, marker + text)
        return Item("paragraph", 0, text)

    def _write_notes(self, references: list[tuple[int, str]], index: int, start: int, end: int) -> None:
        """Notes as paragraphs that begin with what their reference shows."""
        places = self._file.structure(index)
        for at, (_, label) in enumerate(references):
            first, last = (min(start + number(places, 4 * n), end) for n in (at, at + 1))
            text = " ".join(self._readable(first, last).split())
            if text:
                self.composer.add("paragraph", f"[{label}] {text.removeprefix(label).strip()}")

    def _readable(self, start: int, end: int) -> str:
        """The text between two positions with the labels of the notes it refers to."""
        pieces: list[str] = []
        at = start
        while (found := self._text.find(_REFERENCE, at, end)) >= 0:
            label = self._labels.get(found)
            pieces += [self._text[at:found], f"[{label}]" if label else ""]
            at = found + 1
        text = "".join((*pieces, self._text[at:end])).translate(_HYPHENS)
        # Positions count halves of characters beyond the first 65,536 (UTF-16): here they are joined.
        return text.rstrip("\r\x07\x0c").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _references(stored: bytes, text: str, *, roman_numbers: bool) -> list[tuple[int, str]]:
    """Positions and labels of references to notes (2.8.19, PlcffndRef): counted, or the author's own sign."""
    count = max(0, (len(stored) - 4) // 6)
    found: list[tuple[int, str]] = []
    numbered = 0
    for at in range(count):
        position = number(stored, 4 * at)
        if number(stored, 4 * (count + 1) + 2 * at, 2):
            numbered += 1
            label = roman(numbered) if roman_numbers else str(numbered)
        else:
            label = text[position : position + 1].strip() or "*"
        found.append((position, label))
    return found


def _shown_text(file: WordFile) -> str:
    """All characters at their positions; those that are not shown are NUL."""
    units = file.units
    text = _units_text(units)
    for start, end in _joined(_field_codes(text)):
        units[start:end] = array("H", bytes(2 * (end - start)))
    for start, end, symbol in file.positions_of(altered_runs(file)):
        shown = ord(_SYMBOLS.get(symbol, "\0"))
        replaced = (shown if symbol == 0 or unit == _SYMBOL_PLACE else unit for unit in units[start:end])
        units[start:end] = array("H", replaced)
    return _units_text(units)


def _units_text(units: "array[int]") -> str:
    """A character for each unit, halves of pairs included."""
    return array("I", units).tobytes().decode("utf-32-le", "surrogatepass")


def _field_codes(text: str) -> Iterator[tuple[int, int]]:
    """What stands between the begin of a field and its result (2.8.25, Plcfld); fields nest."""
    opened: list[list[int]] = []
    for match in _FIELD_MARKS.finditer(text):
        if match.group() == _FIELD_START:
            opened.append([match.start()])
        elif match.group() == _FIELD_MIDDLE and opened:
            opened[-1].append(match.end())
        elif opened:
            start, *middle = opened.pop()
            yield start, middle[0] if middle else match.end()


def _joined(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    reached = 0
    for start, end in sorted(spans):
        if end > reached:
            yield max(start, reached), end
            reached = end
