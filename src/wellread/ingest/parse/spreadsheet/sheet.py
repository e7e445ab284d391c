"""The sheets of a workbook as every spreadsheet reader returns them: only the cells that hold something."""

from bisect import bisect_left
from dataclasses import dataclass, field

from wellread.errors import ParseError

MAX_CELLS = 1_000_000
"""Non-empty cells of one file."""

MAX_SHEETS = 10_000

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""The largest sheet that a spreadsheet program can hold."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0, all inside."""


@dataclass(slots=True)
class Sheet:
    """One sheet. Rows and columns are counted from 0; texts are as shown to a reader."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    headers: set[int] = field(default_factory=set)
    """Rows that the file itself says are headers: of its tables and filters."""
    notes: list[tuple[int, int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What boxes and charts say that lie on the sheet."""

    def is_empty(self) -> bool:
        """Nothing on it to read."""
        return not (self.rows or self.notes or self.texts)

    def spread_merged(self) -> None:
        """Repeat a cell merged with those below it in each row, so that a row can be read on its own."""
        numbers = sorted(self.rows)
        spent = 0
        for first, left, last, _ in self.merged:
            text = self.rows.get(first, {}).get(left)
            if text is None or last <= first:
                continue
            for number in numbers[bisect_left(numbers, first + 1) : bisect_left(numbers, last + 1)]:
                spent += 1
                if spent > MAX_CELLS:
                    return
                self.rows[number].setdefault(left, text)

    def merged_across(self) -> dict[int, list[tuple[int, int]]]:
        """First and last columns of the areas that are merged within one row, by row."""
        found: dict[int, list[tuple[int, int]]] = {}
        for first, left, last, right in self.merged:
            if first == last:
                found.setdefault(first, []).append((left, right))
        return found


@dataclass(slots=True)
class Workbook:
    """Sheets in the file's order, without those that it hides."""

    title: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    is_too_large: bool = False
    """Whether a limit was met: then the sheets are not all."""
    _cells: int = 0

    def add(self, sheet: Sheet) -> None:
        """Append a sheet; an empty one is passed over. Raises ParseError beyond `MAX_SHEETS`."""
        if not sheet.is_empty():
            self.sheets.append(sheet)
        if len(self.sheets) > MAX_SHEETS:
            self.is_too_large = True
            raise ParseError(f"the spreadsheet has more than {MAX_SHEETS:,} sheets: split it")

    def put(self, sheet: Sheet, row: int, column: int, text: str) -> None:
        """Set a cell; what is empty or outside any sheet is passed over.

        Raises ParseError beyond `MAX_CELLS`.
        """
        if not text or text.isspace() or not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
            return
        self._cells += 1
        if self._cells > MAX_CELLS:
            self.is_too_large = True
            raise ParseError(
                f"the spreadsheet has more than {MAX_CELLS:,} cells with something in them: split it"
            )
        sheet.rows.setdefault(row, {})[column] = text


def cell_name(row: int, column: int) -> str:
    """Such as `B4`."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def cell_place(name: str) -> tuple[int, int] | None:
    """Row and column of a name such as `B4` or `$B$4`, or None."""
    plain = name.replace("$", "")
    digits = plain.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    letters = plain[: len(plain) - len(digits)]
    if not (1 <= len(letters) <= 3 and digits.isascii() and digits.isdigit() and len(digits) <= 7):
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits) - 1, column - 1


def area(reference: str) -> Area | None:
    """The area that a reference such as `A1:C9` or `B2` means, or None."""
    first, _, last = reference.partition(":")
    start, end = cell_place(first), cell_place(last or first)
    return (*start, *end) if start and end else None
