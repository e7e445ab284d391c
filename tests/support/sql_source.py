"""Databases of three kinds, the source over them, and a catalogue that it is synchronised into."""

from contextlib import closing

from sqlalchemy import URL, create_engine, event
from synchronising import STAFF, synchronised

from wellread.catalogue import Catalogue
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content
from wellread.ingest.sources.sql.source import SqlSource
from wellread.records.knowledge import SyncReport

QUERY = "SELECT uri, text FROM pages"


class Base:
    """A database that a test fills."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT")
        if url.drivername == "sqlite":
            event.listen(self.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous = OFF"))

    def do(self, statement: str, *values: object) -> None:
        mark = "?" if self.url.get_backend_name() == "sqlite" else "%s"
        with self.engine.connect() as connection:
            connection.exec_driver_sql(statement.replace("?", mark), values)

    def open(self, query: str = QUERY, readers: frozenset[str] = STAFF, **options: str) -> SqlSource:
        place = Place(location=self.location, readers=readers, options={"query": query, **options})
        return SqlSource(place)

    @property
    def location(self) -> str:
        return self.url.set(drivername=self.url.get_backend_name()).render_as_string()

    def set(self, uri: str, data: bytes | str) -> None:
        text = data.decode() if isinstance(data, bytes) else data
        self.do("DELETE FROM pages WHERE uri = ?", uri)
        self.do("INSERT INTO pages (uri, text) VALUES (?, ?)", uri, text)


def sync(
    base: Base, catalogue: Catalogue, query: str = QUERY, most: int = 1000, **options: str
) -> tuple[SyncReport, list[str]]:
    place = Place(location=base.location, readers=STAFF, options={"query": query, **options})
    return synchronised(SqlSource(place), catalogue, most=most)


def contents(source: SqlSource) -> list[Content]:
    with closing(source):
        return [source.read(item) for item in source.items()]
