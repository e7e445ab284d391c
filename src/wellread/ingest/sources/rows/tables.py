"""Tables as text (RFC 4180), one row in memory at a time."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import IO

from wellread.errors import ParseError
from wellread.ingest.sources.problems import Problems

MOST_OF_A_FIELD = 16 * 1024**2
_SIGNS = (",", ";", "\t", "|")


def table(stream: IO[bytes], encoding: str, name: str, problems: Problems) -> Iterator[Sequence[str]]:
    """The names of the columns, then the rows. A row of another length is left out and added to `problems`.

    What is between columns is the sign of `, ; tab |` that the first line has most of. Raises ParseError: no first
    line, or a quotation that does not end; UnicodeDecodeError.
    """
    text = io.TextIOWrapper(stream, encoding=encoding or _encoding(stream), newline="")
    first = text.readline(MOST_OF_A_FIELD)
    if not first.strip():
        raise ParseError(f"{name} has no first line with the names of columns")
    sign = max(_SIGNS, key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), MOST_OF_A_FIELD))
    rows = csv.reader(_lines(first, text), delimiter=sign, strict=True)
    try:
        columns = next(rows)
        yield columns
        for row in rows:
            if len(row) == len(columns):
                yield row
            elif row:
                wrong = f"it has {len(row)} columns in place of {len(columns)}, and is left out"
                problems.add(f"{name}, line {rows.line_num}: {wrong}")
    except csv.Error as error:
        raise ParseError(f"{name}, line {rows.line_num}: {error}") from None


def _encoding(stream: IO[bytes]) -> str:
    start = stream.peek(2)[:2] if hasattr(stream, "peek") else b""
    return "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def _lines(first: str, rest: io.TextIOWrapper) -> Iterator[str]:
    yield first
    while line := rest.readline(MOST_OF_A_FIELD):
        yield line
