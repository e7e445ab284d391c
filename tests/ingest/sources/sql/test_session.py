"""What a query may do to a database, and a database to a synchronisation."""

import socket
from contextlib import closing
from typing import Any

import pytest
from sql_source import QUERY, Base, contents, sync
from synchronising import collect

from wellread.catalogue import Catalogue
from wellread.errors import UnreachableError, UsageError
from wellread.ingest.sources.sql import database as sql_database

pytest_plugins = ("mariadb_server",)


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
