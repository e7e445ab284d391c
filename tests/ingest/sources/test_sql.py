"""Queries over databases: SQLite, PostgreSQL and MariaDB, each a real one."""

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_contract import SourceContract
from sqlalchemy import URL, create_engine, event

from wellread.catalogue import Catalogue
from wellread.errors import ParseError, StorageError, UnreachableError, UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item, Source
from wellread.ingest.sources.record import UNKNOWN_DATE
from wellread.ingest.sources.sql import database as sql_database
from wellread.ingest.sources.sql.rows import Columns
from wellread.ingest.sources.sql.source import KIND, SqlSource
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

pytest_plugins = ("mariadb_server",)

STAFF = frozenset({"group:staff"})
NOBODY: frozenset[str] = frozenset()
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


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    if request.param == "sqlite":
        url = URL.create("sqlite", database=str(tmp_path / "kb.db"))
    else:
        url = request.getfixturevalue(request.param).empty_database("kb")
    base = Base(url)
    base.do(
        "CREATE TABLE pages (uri VARCHAR(100), text TEXT, title TEXT, readers TEXT, modified TIMESTAMP NULL)"
    )
    yield base
    base.engine.dispose()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Base]:
    """For what does not differ between databases."""
    base = Base(URL.create("sqlite", database=str(tmp_path / "kb.db")))
    base.do("CREATE TABLE pages (uri TEXT, text TEXT, title TEXT, readers TEXT, modified)")
    yield base
    base.engine.dispose()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        catalogue.knowledge.add_source("kb", "sql", "sqlite:////kb", STAFF, "ann")
        yield catalogue


def sync(
    base: Base, catalogue: Catalogue, query: str = QUERY, most: int = 1000, **options: str
) -> tuple[SyncReport, list[str]]:
    reads: list[str] = []

    class Recording(SqlSource):
        def read(self, item: Item) -> Content:
            if len(reads) == most:
                raise KeyboardInterrupt
            reads.append(item.uri)
            return super().read(item)

    place = Place(location=base.location, readers=STAFF, options={"query": query, **options})
    with closing(Recording(place)) as source:
        report = synchronise(source, catalogue.knowledge, name="kb", actor="ann")
    return report, reads


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)


def collect(source: SqlSource) -> tuple[dict[str, Item], str]:
    found: dict[str, Item] = {}
    with closing(source):
        try:
            for item in source.items():
                found.setdefault(item.uri, item)
        except ParseError as error:
            return found, str(error)
    return found, ""


def contents(source: SqlSource) -> list[Content]:
    with closing(source):
        return [source.read(item) for item in source.items()]


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


def test_a_query_is_taken_as_it_is_written(base: Base) -> None:
    base.set("a", "x")
    casts = {"sqlite": "uri", "postgresql": "uri::text", "mysql": "uri"}
    query = f"""
        -- a remark: with :name, %s and ;
        /* another; one */ (SELECT {casts[base.url.get_backend_name()]} AS uri, '12:30 100% :a %(b)s ?; \\x' AS text
        FROM pages WHERE text LIKE 'x%' AND uri <> ':a') ;
    """
    if base.url.get_backend_name() == "sqlite":
        query = query.replace("(SELECT", "SELECT").replace("':a')", "':a'")
    (content,) = contents(base.open(query))
    written = "12:30 100% :a %(b)s ?; " + ("x" if base.url.get_backend_name() == "mysql" else "\\x")
    assert content.data.decode() == written


NO_QUERIES = (
    ("SELECT uri, text FROM nowhere", "nowhere"),
    ("SELECT uri, nothing AS text FROM pages", "nothing"),
    ("SELECT uri text FROM FROM pages", "FROM"),
    ("SELECT text FROM pages", "no column uri or id"),
    ("SELECT uri FROM pages", "no column text"),
    ("SELECT uri, text, text FROM pages", "several columns text"),
    ("SELECT uri, text, 1 AS extra FROM pages", "extra"),
    ("SELECT uri, text FROM pages; DELETE FROM pages", ""),
    ("SELECT uri, text FROM pages; SELECT 1", ""),
    ("WITH gone AS (DELETE FROM pages RETURNING uri) SELECT uri, '' AS text FROM gone", ""),
    ("DELETE FROM pages", "'DELETE'"),
    ("/* SELECT */ UPDATE pages SET text = ''", "'UPDATE'"),
    ("ATTACH 'other.db' AS other", "'ATTACH'"),
    ("()", "''"),
)


def test_what_is_no_query_of_pages_is_refused_and_changes_nothing(base: Base) -> None:
    base.set("a", "x")
    for query, said in NO_QUERIES:
        with pytest.raises(UsageError, match="query") as told:
            collect(base.open(query))
        assert said in str(told.value)
        assert [content.data for content in contents(base.open())] == [b"x"]


def test_nothing_can_be_written(base: Base) -> None:
    source = base.open()
    for statement in (
        "INSERT INTO pages (uri) VALUES ('b')",
        "DROP TABLE pages",
        "CREATE TABLE more (uri INTEGER)",
    ):
        with (
            source._database._engine.connect() as connection,
            pytest.raises(Exception, match=r"(?i)read.?only"),
        ):
            connection.exec_driver_sql(statement)


def test_the_session_itself_is_set_to_reading(lite: Base, postgres: Any) -> None:
    (content,) = contents(lite.open("SELECT 'a' AS uri, query_only AS text FROM pragma_query_only"))
    assert content.data == b"1"
    base = Base(postgres.empty_database("kb"))
    names = ("default_transaction_read_only", "transaction_read_only", "statement_timeout")
    settings = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    (content,) = contents(base.open(f"SELECT 'a' AS uri, {settings}"))
    told = "default_transaction_read_only: on\ntransaction_read_only: on\nstatement_timeout: 1min"
    assert content.data.decode() == told


def test_dates_of_the_database_are_told_in_utc(base: Base) -> None:
    base.set("a", "x")
    base.do("UPDATE pages SET modified = '2026-07-07 09:44:25'")
    found, problem = collect(base.open("SELECT uri, text, modified FROM pages"))
    assert (found["a"].modified, problem) == ("2026-07-07T09:44:25+00:00", "")
    before = found["a"].stamp
    base.do("UPDATE pages SET modified = '2026-07-07 09:44:26'")
    found, _ = collect(base.open("SELECT uri, text, modified FROM pages"))
    assert found["a"].stamp != before


def test_a_server_that_is_silent_too_long_is_left(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id, 1 AS x FROM n",
        "postgresql": "SELECT 'a' AS uri, pg_sleep(30)::text AS text",
        "mysql": "SELECT 'a' AS uri, SLEEP(30) AS text",
    }
    monkeypatch.setattr(sql_database, "SILENT_SECONDS", 0.3)
    monkeypatch.setitem(sql_database._CONNECT, "mysql", {"read_timeout": 1})
    with pytest.raises(UnreachableError):
        collect(base.open(sleeping[base.url.get_backend_name()]))


def test_a_query_that_takes_too_long_is_broken_off_by_the_server(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    if base.url.get_backend_name() == "sqlite":
        pytest.skip("there is no server")
    sleeping = {"postgresql": "pg_sleep(30)::text", "mysql": "SLEEP(30)"}[base.url.get_backend_name()]
    monkeypatch.setattr(sql_database, "STATEMENT_SECONDS", 1)
    with pytest.raises(UnreachableError):
        collect(base.open(f"SELECT uri, {sleeping} AS text FROM (SELECT 'a' AS uri) AS one"))


def test_nobody_listens(base: Base) -> None:
    if base.url.get_backend_name() == "sqlite":
        pytest.skip("there is no server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base.url = base.url.set(port=probe.getsockname()[1])
    with pytest.raises(UnreachableError, match="does not answer"):
        collect(base.open())


def test_a_connection_that_breaks_takes_nothing_away(
    postgres: Any, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_database, "TOGETHER", 1)
    base = Base(postgres.empty_database("kb"))
    base.do("CREATE TABLE pages (uri TEXT, text TEXT)")
    for uri in "abc":
        base.set(uri, "x")
    sync(base, catalogue)
    breaking = f"""
        {QUERY} WHERE uri < 'c' UNION ALL
        SELECT 'z', pg_terminate_backend(pg_backend_pid())::text || pg_sleep(9)::text
    """
    with pytest.raises(UnreachableError):
        sync(base, catalogue, breaking)
    assert set(catalogue.knowledge.states("kb")) == set("abc")


def test_what_the_user_may_not_read_is_a_place_that_refuses(postgres: Any) -> None:
    base = Base(postgres.empty_database("kb"))
    base.do("CREATE TABLE pages (uri TEXT, text TEXT)")
    base.do("CREATE ROLE stranger LOGIN")
    base.do("GRANT USAGE ON SCHEMA public TO stranger")
    base.url = base.url.set(username="stranger")
    with pytest.raises(UnreachableError, match="permission denied for table pages"):
        collect(base.open())
    base.url = base.url.set(username="nobody_here")
    with pytest.raises(UnreachableError, match="nobody_here"):
        collect(base.open())


def test_lists_and_other_types_of_postgresql(postgres: Any) -> None:
    base = Base(postgres.empty_database("kb"))
    query = """
        SELECT 7 AS id, ARRAY['group:hr', 'user:ann'] AS readers, TIMESTAMPTZ '2026-07-07 09:44:25+02' AS modified,
            1.50::numeric AS price, DATE '2026-07-07' AS day, '{"a": [1, "é"]}'::jsonb AS more, NULL AS none,
            'f1b7e5a4-0d3c-4a55-9d5e-0f2f6c1f9a11'::uuid AS number, true AS sold, '\\x41'::bytea AS bytes
    """
    with closing(base.open(query)) as source:
        (item,) = source.items()
        assert (item.uri, item.readers) == ("7", {"group:hr", "user:ann"})
        assert item.modified == "2026-07-07T07:44:25+00:00"
        assert source.read(item).data.decode() == (
            'price: 1.50\nday: 2026-07-07\nmore: {"a": [1, "é"]}\n'
            "number: f1b7e5a4-0d3c-4a55-9d5e-0f2f6c1f9a11\nsold: True\nbytes: A"
        )


def test_a_password_is_taken_from_the_environment_alone(lite: Base) -> None:
    place = Place(
        location="postgresql://ann@db.example.org/kb",
        readers=STAFF,
        options={"query": QUERY},
        secret="geheim",
    )
    source = SqlSource(place)
    assert source._database._engine.url.password == "geheim"
    assert "geheim" not in source.location + repr(source._database._engine)


@pytest.mark.parametrize(
    ("location", "options", "said"),
    [
        ("postgresql://ann:geheim@db.example.org/kb", {}, "WELLREAD_SECRET_"),
        ("postgresql://ann:@db.example.org/kb", {}, "WELLREAD_SECRET_"),
        ("postgresql://db.example.org/kb?user=ann&password=geheim", {}, "WELLREAD_SECRET_"),
        ("mysql://ann@db.example.org/kb?passwd=geheim", {}, "WELLREAD_SECRET_"),
        ("oracle://ann@db.example.org/kb", {}, "oracle is not a kind of database"),
        ("postgresql+asyncpg://ann@db.example.org/kb", {}, "postgresql\\+asyncpg is not"),
        ("postgresql://ann@db.example.org", {}, "names no database"),
        ("sqlite://", {}, "names no database"),
        ("sqlite:///:memory:", {}, "names no database"),
        ("somewhere", {}, "no database"),
        ("postgresql://ann:geheim@db.example.org:port/kb", {}, "no database"),
        ("sqlite:///kb.db", {"query": " "}, "needs the option query"),
        ("sqlite:///kb.db", {"format": "word"}, "text, markdown, html"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_reached(
    location: str, options: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        KIND.make(Place(location=location, readers=STAFF, options={"query": QUERY, **options}))
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("location", "driver"), [("postgresql", "psycopg"), ("mysql", "pymysql"), ("mariadb", "pymysql")]
)
def test_a_missing_driver_is_named_with_its_extra(
    location: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, driver, None)
    place = Place(location=f"{location}://ann@db.example.org/kb", readers=STAFF, options={"query": QUERY})
    with pytest.raises(UsageError, match=r"wellread\[(postgres|mysql)\]"):
        SqlSource(place)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("postgresql://ann@db.example.org/kb", "postgresql://ann@db.example.org/kb"),
        ("postgresql+psycopg://ann@db.example.org/kb", "postgresql://ann@db.example.org/kb"),
        pytest.param(
            "mysql://ann@db.example.org:3307/kb?charset=utf8mb4",
            "mysql://ann@db.example.org:3307/kb?charset=utf8mb4",
            marks=pytest.mark.skipif(not find_spec("pymysql"), reason="the driver PyMySQL is not here"),
        ),
        ("sqlite:////srv/kb.db", "sqlite:////srv/kb.db"),
        ("sqlite:////srv/a b%20?/k#b.db", None),
    ],
)
def test_the_location_is_kept_as_it_was_written(written: str, kept: str | None) -> None:
    def location(text: str) -> str:
        return SqlSource(Place(location=text, readers=STAFF, options={"query": QUERY})).location

    assert KIND.recognises(written)
    assert kept in (None, location(written))
    assert location(location(written)) == location(written)


def test_a_relative_or_odd_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    odd = tmp_path / "a b%20#c"
    odd.mkdir()
    with closing(sqlite3.connect(odd / "kb.db")) as connection:
        connection.execute("CREATE TABLE pages (uri, text)")
    for location in ("sqlite:///a b%20#c/kb.db", f"sqlite:///{odd}/kb.db", "sqlite:///~/a b%20#c/kb.db"):
        source = SqlSource(Place(location=location, readers=STAFF, options={"query": QUERY}))
        assert list(source.items()) == []
        again = SqlSource(Place(location=source.location, readers=STAFF, options={"query": QUERY}))
        assert list(again.items()) == []
        assert again.location == source.location


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kb.db").write_text("Dear Ann, " * 1000)
    source = SqlSource(Place(location=f"sqlite:///{tmp_path}/kb.db", readers=STAFF, options={"query": QUERY}))
    with pytest.raises(UsageError, match="not a database"):
        list(source.items())


def test_a_database_in_use_is_read_and_a_locked_one_is_waited_for(
    lite: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_database, "CONNECT_SECONDS", 0.1)
    lite.set("a", "x")
    with closing(sqlite3.connect(str(lite.url.database), isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnreachableError, match="locked"):
            collect(lite.open())
        writer.execute("ROLLBACK")
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO pages (uri, text) VALUES ('b', 'y')")
        assert set(collect(lite.open())[0]) == {"a"}
        writer.execute("COMMIT")
        assert set(collect(lite.open())[0]) == {"a", "b"}


def test_full_text_tables_can_be_asked(lite: Base) -> None:
    lite.do("CREATE VIRTUAL TABLE notes USING fts5(text)")
    lite.do("INSERT INTO notes (text) VALUES ('about soup')")
    (content,) = contents(lite.open("SELECT rowid AS id, text FROM notes WHERE notes MATCH 'soup'"))
    assert content.data == b"about soup"


def test_texts_that_are_not_utf_8_are_borne(lite: Base) -> None:
    lite.do(
        "INSERT INTO pages (uri, text) VALUES ('a', CAST(x'63 61 66 e9' AS TEXT))".replace(" 6", "6").replace(
            " e", "e"
        )
    )
    (content,) = contents(lite.open())
    assert content.data.decode() == "caf\ufffd"


def test_rows_without_a_name_or_of_one_name_are_problems(lite: Base) -> None:
    for uri, text, readers in (
        ("a", "first", "group:hr,user:ann"), ("a", "second", "user:ann,user:bob"), ("", "none", "user:ann"),
        (None, "none", "user:ann"), ("a\nb", "odd", "user:ann"), ("c", "good", "user:ann"),
    ):  # fmt: skip
        lite.do("INSERT INTO pages (uri, text, readers) VALUES (?, ?, ?)", uri, text, readers)
    source = lite.open("SELECT uri, text, readers FROM pages ORDER BY rowid")
    items: list[Item] = []
    with pytest.raises(ParseError) as told:
        for item in source.items():
            items.append(item)
    assert [item.uri for item in items] == ["a", "a", "c"]
    assert items[0].readers & items[1].readers == {"user:ann"}
    assert source.read(items[1]).data == b"first"
    assert "several rows are called a" in str(told.value)
    assert len(str(told.value).splitlines()) == 4
    source.close()


def test_of_two_rows_of_one_name_the_first_counts_for_the_readers_of_both(
    lite: Base, catalogue: Catalogue
) -> None:
    query = "SELECT uri, text, readers FROM pages ORDER BY rowid"
    lite.do(
        "INSERT INTO pages (uri, text, readers) VALUES ('a', 'first', 'group:hr'), ('b', 'x', 'group:hr')"
    )
    sync(lite, catalogue, query)
    lite.do("DELETE FROM pages WHERE uri = 'b'")
    lite.do("INSERT INTO pages (uri, text, readers) VALUES ('a', 'second', 'everyone')")
    report, reads = sync(lite, catalogue, query)
    assert reads == []
    assert catalogue.knowledge.document(document_id("kb", "a")).readers == NOBODY
    assert (report.removed, len(report.failed)) == (0, 1), "what could not be listed is not gone"


def test_of_very_many_problems_the_first_are_told(lite: Base) -> None:
    for _ in range(50):
        lite.do("INSERT INTO pages (uri, text) VALUES ('', 'x')")
    _, problem = collect(lite.open())
    assert len(problem.splitlines()) == 21
    assert problem.endswith("and 30 more")


@pytest.mark.parametrize(
    ("written", "readers", "is_problem"),
    [
        ("everyone", {"everyone"}, False),
        ("group:hr, user:ann", {"group:hr", "user:ann"}, False),
        ('["group:hr", "user:ann"]', {"group:hr", "user:ann"}, False),
        (' ["user:ann"]', {"user:ann"}, False),
        (None, set(), False),
        ("", set(), False),
        ("[]", set(), False),
        (",", set(), True),
        ("ann", set(), True),
        ("user:ann, bob", set(), True),
        ('["user:ann", 7]', set(), True),
        ('["user:ann", "bob"]', set(), True),
        ('["user:ann"', set(), True),
        ('{"user:ann": true}', set(), True),
        ("[" * 100_000, set(), True),
        ("user:" + "a b" * 1000, set(), True),
        (["x y" * 1000], set(), True),
        (7, set(), True),
        (b"everyone", set(), True),
        (True, set(), True),
    ],
)
def test_readers_of_a_row_fail_closed(written: object, readers: set[str], is_problem: bool) -> None:
    record = Columns(["uri", "text", "readers"], "text").record(("a", "x", written))
    assert record.readers == readers
    assert bool(record.problem) == is_problem
    assert len(record.problem) < 500


@given(
    st.one_of(
        st.none(),
        st.text(),
        st.binary(),
        st.integers(),
        st.lists(st.text()),
        st.dictionaries(st.text(), st.text()),
    )
)
def test_readers_of_any_kind_are_borne(written: object) -> None:
    record = Columns(["uri", "text", "readers"], "text").record(("a", "x", written))
    assert record.readers is not None
    assert "everyone" not in record.readers or "everyone" in str(written)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (None, UNKNOWN_DATE),
        ("yesterday", UNKNOWN_DATE),
        ("2026-07-07", "2026-07-07T00:00:00+00:00"),
        ("2026-07-07 09:44:25", "2026-07-07T09:44:25+00:00"),
        ("2026-07-07T09:44:25.5+02:00", "2026-07-07T07:44:25.500000+00:00"),
        ("2026-07-07T09:44:25Z", "2026-07-07T09:44:25+00:00"),
        (date(2026, 7, 7), "2026-07-07T00:00:00+00:00"),
        (datetime(2026, 7, 7, 9, 44, 25), "2026-07-07T09:44:25+00:00"),
        (datetime(2026, 7, 7, 9, 44, 25, tzinfo=timezone(timedelta(hours=2))), "2026-07-07T07:44:25+00:00"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), UNKNOWN_DATE),
        (1_783_417_465, "2026-07-07T09:44:25+00:00"),
        (1e300, UNKNOWN_DATE),
        (float("nan"), UNKNOWN_DATE),
        (["x"], UNKNOWN_DATE),
    ],
)
def test_dates_of_every_form(written: object, told: str) -> None:
    record = Columns(["uri", "text", "modified"], "text").record(("a", "x", written))
    assert record.modified == told
    assert datetime.fromisoformat(told).utcoffset() == UTC.utcoffset(None)


@pytest.mark.parametrize(
    ("form", "row", "name", "data"),
    [
        ("text", {"uri": "a"}, "a.txt", "Body."),
        ("text", {"uri": "a", "title": "On/Off  v1.2"}, "On∕Off v1.2.txt", "On/Off  v1.2\n\nBody.".replace("  ", " ")),
        ("markdown", {"uri": "a.md", "title": "On"}, "a.md.md", "# On\n\nBody."),
        ("html", {"uri": "a", "title": "A < B"}, "a.html", "<title>A &lt; B</title>\nBody."),
        ("text", {"uri": "a", "title": "On", "name": "page.html"}, "page.html", "<title>On</title>\nBody."),
        ("html", {"uri": "a", "title": "On", "name": "page.MD"}, "page.MD", "# On\n\nBody."),
        ("text", {"uri": "a", "title": "On", "name": "rows.csv"}, "rows.csv", "Body."),
        ("text", {"uri": "a", "title": "On", "name": "notes"}, "notes.txt", "On\n\nBody."),
        ("text", {"uri": "a", "title": None, "name": None}, "a.txt", "Body."),
    ],
)  # fmt: skip
def test_the_name_tells_the_kind_and_the_title_is_kept(
    form: str, row: dict[str, str], name: str, data: str
) -> None:
    record = Columns([*row, "text"], form).record((*row.values(), "Body."))
    assert (record.name, record.data.decode()) == (name, data)


def test_bytes_are_a_file_of_the_kind_its_name_tells(lite: Base) -> None:
    lite.do("CREATE TABLE files (uri, name, text BLOB)")
    lite.do("INSERT INTO files VALUES ('a', 'page.html', ?)", b"<p>\xe9")
    (content,) = contents(lite.open("SELECT uri, name, text, 'A title' AS title FROM files"))
    assert content == Content(b"<p>\xe9", "page.html")


def test_front_matter_stays_first() -> None:
    columns = Columns(["uri", "title", "text"], "markdown")
    assert columns.record(("a", "On", "---\ntitle: x\n---\n")).data.startswith(b"---\n")


def test_several_columns_become_lines(lite: Base, catalogue: Catalogue) -> None:
    query = "SELECT 7 AS ID, 'Lamp' AS Title, 1.5 AS \"Price (EUR)\", NULL AS none, 'two\nlines' AS note"
    (content,) = contents(lite.open(query))
    assert content == Content(b"Lamp\n\nPrice (EUR): 1.5\nnote: two\nlines", "Lamp.txt")
    sync(lite, catalogue, query)
    document = catalogue.knowledge.document(document_id("kb", "7"))
    assert document.title == "Lamp"
    with pytest.raises(UsageError, match="format is 'html'"):
        collect(lite.open(query, format="html"))


def test_a_uri_beside_an_id_is_the_name(lite: Base) -> None:
    (content,) = contents(lite.open("SELECT 7 AS id, 'a' AS uri"))
    assert content == Content(b"id: 7", "a.txt")


def test_without_readers_nobody_may_read_and_the_listing_says_so(lite: Base) -> None:
    lite.set("a", "x")
    found, problem = collect(lite.open(readers=NOBODY))
    assert found["a"].readers == NOBODY
    assert "nobody may read" in problem
    assert collect(lite.open("SELECT uri, text, readers FROM pages", readers=NOBODY))[1] == ""


def test_a_row_that_is_too_large_is_listed_and_not_read(lite: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wellread.ingest.sources.kept_texts.MAX_BYTES", 10)
    lite.set("a", "x" * 11)
    lite.set("b", "x" * 10)
    with closing(lite.open()) as source:
        large, small = source.items()
        assert large.size == 11
        with pytest.raises(ParseError, match="a has 11 bytes, the most is 10"):
            source.read(large)
        assert source.read(small).data == b"x" * 10


def test_texts_are_kept_in_a_file_that_nobody_else_can_open(lite: Base, tmp_path: Path) -> None:
    lite.set("a", "x")
    options = {"query": QUERY}
    place = Place(location=lite.location, readers=STAFF, options=options, cache=tmp_path / "own" / "kb")
    with closing(SqlSource(place)) as source:
        (item,) = source.items()
        assert source.read(item).data == b"x"
        assert list((tmp_path / "own" / "kb").iterdir()) == []
    (tmp_path / "file").touch()
    place = Place(location=lite.location, readers=STAFF, options=options, cache=tmp_path / "file")
    with pytest.raises(StorageError):
        list(SqlSource(place).items())


def test_a_full_disk_is_told(lite: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    lite.set("a", "x" * 100_000)
    source = lite.open()
    with Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(source._kept, "_temporary", lambda: full)
        with pytest.raises(StorageError, match="No space left"):
            list(source.items())


def test_no_descriptor_is_left_open(lite: Base) -> None:
    lite.set("a", "x")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        collect(lite.open())
        with pytest.raises(UsageError):
            collect(lite.open("SELECT text FROM pages"))
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_importing_it_needs_no_driver() -> None:
    make: Callable[[Place], Source] = KIND.make
    assert not KIND.recognises("/srv/kb.db")
    assert not KIND.recognises("https://example.org/sqlite://")
    assert make is SqlSource
