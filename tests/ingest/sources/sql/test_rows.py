"""What a row says: its name, readers, date and text."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sql_source import QUERY, Base, contents, sync
from synchronising import NOBODY, STAFF, collect

from wellread.catalogue import Catalogue
from wellread.errors import ParseError, StorageError, UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item, Source
from wellread.ingest.sources.record import UNKNOWN_DATE
from wellread.ingest.sources.sql.rows import Columns
from wellread.ingest.sources.sql.source import KIND, SqlSource
from wellread.records.identity import document_id

pytest_plugins = ("mariadb_server",)


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
