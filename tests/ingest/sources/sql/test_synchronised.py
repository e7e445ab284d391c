"""Rows of SQLite, PostgreSQL and MariaDB as documents, each against the real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from source_contract import SourceContract
from sql_source import QUERY, Base, contents, sync
from synchronising import NOBODY, STAFF, counts

from wellread.catalogue import Catalogue
from wellread.errors import ParseError
from wellread.ingest.sources.protocol import Source
from wellread.ingest.sources.sql.source import SqlSource
from wellread.records.identity import document_id

pytest_plugins = ("mariadb_server",)


class TestContract(SourceContract):
    @pytest.fixture(autouse=True)
    def place(self, base: Base, request: pytest.FixtureRequest) -> Iterator[None]:
        self.base = base
        self.request = request
        self.opened: list[SqlSource] = []
        yield
        for source in self.opened:
            source.close()

    def open(self) -> SqlSource:
        self.opened.append(self.base.open())
        return self.opened[-1]

    def write(self, name: str, data: bytes) -> None:
        self.base.set(name, data)

    def remove(self, name: str) -> None:
        self.base.do("DELETE FROM pages WHERE uri = ?", name)

    def destroy(self) -> None:
        self.base.engine.dispose()
        name = str(self.base.url.database)
        match self.base.url.get_backend_name():
            case "sqlite":
                Path(name).unlink()
            case "postgresql":
                self.request.getfixturevalue("postgres").drop_database(name)
            case _:
                self.base.do(f"DROP DATABASE {name}")

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: Source) -> None:
        """A listing is of one moment: what it told of is read as it was then."""
        item = next(item for item in source.items() if item.uri == "b.txt")
        self.remove("b.txt")
        assert source.read(item).data == b"beta"
        source.close()
        with pytest.raises(ParseError, match=r"b\.txt"):
            source.read(item)


def test_rows_become_documents_and_changes_are_followed(base: Base, catalogue: Catalogue) -> None:
    base.set("leave", "You have 30 days of leave. 100 % of it is yours: 'really'.")
    base.set("travel", "Trains.")
    assert counts(sync(base, catalogue)[0]) == (2, 0, 0, 0, 0)
    document = catalogue.knowledge.document(document_id("kb", "leave"))
    assert (document.title, document.readers) == ("leave", STAFF)
    assert document.text == "You have 30 days of leave. 100 % of it is yours: 'really'."

    base.set("leave", "You have 31 days of leave.")
    base.do("DELETE FROM pages WHERE uri = 'travel'")
    base.set("food", "Soup.")
    report, reads = sync(base, catalogue)
    assert (counts(report), reads) == ((1, 1, 1, 0, 0), ["food", "leave"])
    assert counts(sync(base, catalogue)[0]) == (0, 0, 0, 2, 0)


def test_other_readers_take_effect_without_reading(base: Base, catalogue: Catalogue) -> None:
    query = "SELECT uri, text, readers FROM pages"
    base.set("a", "Text.")
    base.do("UPDATE pages SET readers = 'group:hr, user:ann'")
    sync(base, catalogue, query)
    identity = document_id("kb", "a")
    assert catalogue.knowledge.document(identity).readers == {"group:hr", "user:ann"}
    for written in ("hr", None):
        base.do("UPDATE pages SET readers = ?", written)
        report, reads = sync(base, catalogue, query)
        assert reads == []
        assert catalogue.knowledge.document(identity).readers == NOBODY
        assert [failure.error for failure in report.failed if "'hr' is not a reader" in failure.error] == [
            failure.error for failure in report.failed
        ]


def test_what_was_interrupted_is_resumed(base: Base, catalogue: Catalogue) -> None:
    for number in range(4):
        base.set(f"p{number}", f"Text {number}.")
    with pytest.raises(KeyboardInterrupt):
        sync(base, catalogue, most=2)
    report, _ = sync(base, catalogue)
    assert report.added + report.unchanged == 4
    assert counts(sync(base, catalogue)[0]) == (0, 0, 0, 4, 0)


def test_many_rows_are_told_by_uri_whatever_their_order(base: Base) -> None:
    rows = [(f"{number:04}", f"Text {number}.") for number in range(1234)]
    base.do(f"INSERT INTO pages (uri, text) VALUES {', '.join(map(str, rows))}")
    source = base.open(f"{QUERY} ORDER BY uri DESC;")
    found = contents(source)
    assert [content.data.decode() for content in found] == [text for _, text in rows]
