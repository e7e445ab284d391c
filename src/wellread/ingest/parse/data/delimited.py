"""Tables as text (.csv, .tsv): values between commas, semicolons, tabs or bars (RFC 4180 and what strays from it)."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, groupby, islice
from operator import itemgetter

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.tables import write_block

MAX_VALUES = 3_000_000
"""Values of one file, those that are empty included."""

_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 200

_DELIMITERS = "\t|;,"
"""Where two divide the lines equally well, the earlier is meant: commas also stand in numbers and in prose."""

_NONE = "\x1f"
"""Divides nothing: every line is one cell."""

_REGULAR = 0.6
"""Share of lines that have to have the same number of values."""

_DIVIDED = 0.75
"""Share of lines that have to have several values where their numbers differ."""

_MAX_NUL = 0.05
"""Share of NUL bytes in what is taken for text all the same."""

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_SEPARATOR_LINE = re.compile(r'\A"?sep=([^\n"]|\\t)"?[^\S\n]*(?:\n|\Z)', re.IGNORECASE)
_COMMENT = re.compile(r"(?:#+|//+)\s*(?=[^\W\d_])")

Row = list[str]


def parse_delimited(data: bytes) -> Parsed:
    """A table with its header, if it has one; titles and comments above it are paragraphs.

    What divides the values is found out from the first lines, unless Excel's line `sep=` says it. Rows may
    have different lengths. Raises ParseError for bytes that are not text.
    """
    text = re.sub("\r\n|\r", "\n", decode(_without_nul(data)))
    composer = Composer()
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1].replace("\\t", "\t") if declared else find_delimiter(text)
    numbered = _numbered(_records(text, delimiter), delimiter)
    for _, rows in groupby(numbered, key=itemgetter(0)):
        write_block(composer, (row for _, row in rows))
    return composer.finish("")


def find_delimiter(text: str) -> str:
    """The character that divides the lines of `text` most evenly."""
    sample = text[:_SAMPLE_CHARACTERS]
    best, chosen = 0.0, _NONE
    for delimiter in _DELIMITERS:
        rows = [r for r in islice(_records(sample, delimiter), _SAMPLE_ROWS) if len(r) > 1 or any(r)]
        if len(text) > len(sample) and len(rows) > 1:
            rows.pop()  # it may be cut off
        regularity = _regularity(rows)
        if regularity > best:
            best, chosen = regularity, delimiter
    return chosen


def _regularity(rows: list[Row]) -> float:
    """Share of rows with the usual number of values, if it is several; else a low one, or 0."""
    divided = [len(row) for row in rows if len(row) > 1]
    if not divided:
        return 0.0
    usual = Counter(divided).most_common(1)[0][1] / len(rows)
    # A value that begins or ends with half a pair of quotation marks was divided in the wrong place.
    torn = sum(any(value.count('"') % 2 for value in row) for row in rows) / len(rows)
    if usual < _REGULAR:
        usual = usual / 2 if len(divided) >= _DIVIDED * len(rows) and len(rows) > 1 else 0.0
    return usual * (1 - torn / 2)


def _without_nul(data: bytes) -> bytes:
    """Without NUL bytes that some programs pad with; UTF-16 and binary files keep theirs."""
    if data.startswith(_WIDE_MARKS) or data.count(0) > _MAX_NUL * len(data):
        return data
    return data.replace(b"\x00", b"")


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """Rows of values; one in quotation marks may hold the delimiter, line ends and doubled marks.

    A mark that has no end, or whose end no delimiter or line's end follows, is a character like others.
    """
    gap = "" if delimiter.isspace() else " *"
    quoted = re.compile(rf'{gap}"([^"]*+(?:""[^"]*+)*+)"{gap}(?={re.escape(delimiter)}|\n|\Z)')
    plain = re.compile(rf"[^{re.escape(delimiter)}\n]*+")
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text.find('"', at, end) < 0:
            yield text[at:end].split(delimiter)
            at = end + 1
            continue
        row: Row = []
        while not row or text.startswith(delimiter, at):
            at += 1 if row else 0
            if found := quoted.match(text, at):
                row.append(found[1].replace('""', '"'))
            elif found := plain.match(text, at):
                row.append(_unquoted(found[0]))
            at = found.end() if found else at
        yield row
        at += 1


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _numbered(rows: Iterator[Row], delimiter: str) -> Iterator[tuple[int, Row]]:
    """Rows that hold something, with the number of the table that they are of; comments as one value.

    An empty line ends a table only where the number of values changes, since some programs put one
    between all lines; a row of empty values always does, as in a sheet.
    """
    ahead = list(islice(rows, _SAMPLE_ROWS))
    usual = Counter(len(row) for row in ahead if any(row)).most_common(1)
    table, width, gap, above = 0, 0, 0, True
    values = 0
    for row in chain(ahead, rows):
        values += len(row)
        if values > MAX_VALUES:
            raise ParseError(f"the table has more than {MAX_VALUES:,} values: split the file")
        if not any(map(str.strip, row)):
            gap = max(gap, min(len(row), 2))
            continue
        table += gap == 2 or (gap == 1 and len(row) != width)
        width, gap = len(row), 0
        is_usual = usual[0][0] == width if usual else True
        mark = _COMMENT.match(row[0]) if above else None
        if mark and (not is_usual or mark[0][-1].isspace()):
            yield table, [delimiter.join(row)[mark.end() :].rstrip(delimiter)]
            continue
        above = above and sum(map(bool, row)) < 2
        yield table, row
