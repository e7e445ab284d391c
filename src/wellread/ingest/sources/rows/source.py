"""A table (CSV) or a list of records (JSON Lines): each row is a document."""

import codecs
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.export.files import ExportFiles, damage
from wellread.ingest.sources.export.json_stream import records
from wellread.ingest.sources.export.source import ExportSource
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.problems import Problems
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.record import Record
from wellread.ingest.sources.rows.fields import Fields
from wellread.ingest.sources.rows.tables import table
from wellread.records.people import Principal

_TABLES = (".csv", ".tsv", ".tab")
_LISTS = (".jsonl", ".ndjson", ".json")


class RowsSource(ExportSource):
    """Lists rows, by the fields that are told or that their names tell.

    Where one row names its readers, a row that does not is for nobody.
    """

    def __init__(self, place: Place) -> None:
        """Raises UsageError for an option that is none."""
        super().__init__(place)
        self._fields = Fields.asked(place.options)
        self._encoding = place.options.get("encoding", "").strip()
        self._rows_tell = False
        if self._encoding:
            try:
                codecs.lookup(self._encoding)
            except LookupError:
                raise UsageError(f"encoding is {self._encoding!r}: write it as in cp1252 or utf-16") from None

    def records(self, files: ExportFiles, problems: Problems) -> Iterator[Record]:
        """Every row of every table and list. Raises UsageError: columns that a table has not."""
        self._rows_tell = False
        names = [name for name in files.names if _plain_name(name).endswith(_TABLES + _LISTS)]
        if not names:
            raise ParseError(f"{files.root} holds no files that end in {', '.join(_TABLES + _LISTS)}")
        for name in names:
            with problems.noting(), damage(name):
                yield from self._rows(files, name, problems)

    def usual_readers(self) -> frozenset[Principal]:
        """Nobody where other rows name theirs."""
        return NOBODY if self._rows_tell else super().usual_readers()

    def _rows(self, files: ExportFiles, name: str, problems: Problems) -> Iterator[Record]:
        with closing(files.open(name)) as stream:
            if _plain_name(name).endswith(_LISTS):
                for row in records(stream):
                    if isinstance(row, dict):
                        yield from self._record(row, problems)
                    else:
                        problems.add(f"{name} holds {str(row)[:50]!r}, which is no record")
                return
            rows = table(stream, self._encoding, name, problems)
            columns = next(rows)
            self._fields.check(columns)
            for values in rows:
                yield from self._record(dict(zip(columns, values, strict=True)), problems)

    def _record(self, row: dict[str, Any], problems: Problems) -> Iterator[Record]:
        self._rows_tell = self._rows_tell or self._fields.are_told_by(row)
        with problems.noting():
            yield self._fields.record(row)


def _plain_name(name: str) -> str:
    return name.lower().removesuffix(".gz")


KIND = Kind(
    RowsSource,
    {
        "id": "The field that names a row; id, key, number or url unless told, else a digest of its text.",
        "uri": "The field that names a row where that is an address; it comes before id.",
        "title": "The field with the title; title, subject, name or summary unless told.",
        "text": "The field with the text, or several with commas between, each of which becomes a line; text, body, "
        "content, description or message unless told, else all fields.",
        "modified": "The field with the date of the last change; modified, updated_at, created_at or date unless told.",
        "readers": "The field with the readers of a row; readers unless told. A row without any is for nobody.",
        "format": "What text is in: text (usual), markdown or html.",
        "encoding": "Of tables, such as cp1252; UTF-8 unless told.",
    },
)
