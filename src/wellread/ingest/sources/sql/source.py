"""Rows of a query over a database: each is a document."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.kept_texts import KeptTexts
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.problems import Problems
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.record import SUFFIXES, Record
from wellread.ingest.sources.sql.database import Database, is_database
from wellread.ingest.sources.sql.rows import Columns


class SqlSource:
    """Lists what a query gives. The rows' texts are kept in a file without a name, so that all are of one moment and
    the query is asked once; the file is gone when the source is closed, or its process ends.
    """

    def __init__(self, place: Place) -> None:
        """Raises UsageError: no query, a location that is no database, a form of text that there is not."""
        self._query = place.options.get("query", "")
        self._form = place.options.get("format") or "text"
        if not self._query.strip():
            raise UsageError("a source of the kind sql needs the option query: a SELECT with uri and text")
        if self._form not in SUFFIXES:
            raise UsageError(f"format is {self._form!r}: it is one of {', '.join(SUFFIXES)}")
        self._database = Database(place.location, place.secret)
        self._readers = place.readers
        self._kept = KeptTexts(place.cache)

    @property
    def location(self) -> str:
        """The database's URL; a file's path made absolute."""
        return self._database.location

    @property
    def memory(self) -> Mapping[str, Any]:
        """Nothing: the query tells everything each time."""
        return {}

    def items(self) -> Iterator[Item]:
        """Every row, by uri.

        Raises NotFoundError: no such database; UnreachableError; UsageError: the query cannot be carried out, or has
        not the columns it needs; ParseError after the last item: rows without a name or under one name, and readers
        that are none.
        """
        self.close()
        problems = Problems()
        found: list[Item] = []
        with closing(self._database.rows(self._query)) as rows:
            columns = Columns(next(rows), self._form)
            if not self._readers and not columns.has_readers:
                problems.add(f"nobody may read {self.location}: name readers when adding the source")
            for row in rows:
                try:
                    found.append(self._kept_item(columns.record(row), problems))
                except ParseError as error:
                    problems.add(str(error))
        yield from sorted(found, key=lambda item: item.uri)
        problems.raise_if_any()

    def read(self, item: Item) -> Content:
        """The row's text as it was when it was listed. Raises ParseError when it is too large."""
        content = self._kept.read(item.uri)
        if content is None:
            raise ParseError(f"{item.uri} is not among the rows of the query")
        return content

    def close(self) -> None:
        """Let go of the connection and the texts. Calling twice is harmless."""
        self._database.close()
        self._kept.clear()

    def _kept_item(self, record: Record, problems: Problems) -> Item:
        if record.problem:
            problems.add(record.problem)
        if record.uri in self._kept:
            problems.add(f"several rows are called {record.uri}: the first counts, for the readers of all")
        else:
            self._kept.put(record)
        return Item(
            uri=record.uri,
            modified=record.modified,
            size=len(record.data),
            readers=self._readers if record.readers is None else record.readers,
            stamp=record.stamp,
        )


KIND = Kind(
    SqlSource,
    options={
        "query": "A SELECT whose every row is a document: columns uri (or id), text (or several, each of which "
        "becomes a line), and if wanted title, name, modified, readers.",
        "format": "What text is in: text (usual), markdown or html.",
    },
    identity=("query",),
    recognises=is_database,
)
