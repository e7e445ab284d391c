"""Where a database is: addresses, passwords, drivers and files."""

import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from sql_source import QUERY, Base, contents
from synchronising import STAFF, collect

from wellread.errors import UnreachableError, UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.sql import database as sql_database
from wellread.ingest.sources.sql.source import KIND, SqlSource

pytest_plugins = ("mariadb_server",)


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
