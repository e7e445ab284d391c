"""Tables and lists of records, each row a document."""

import csv
import gzip
import json
import zipfile
from pathlib import Path
from typing import ClassVar

import pytest
from export_contract import ExportContract, opened, told
from synchronising import NOBODY, STAFF

from wellread.errors import UsageError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.rows.source import RowsSource


class TestList(ExportContract):
    kind = RowsSource
    name = "rows.json"

    def store(self) -> None:
        rows = [{"id": name, "text": data.decode(), "more": 1} for name, data in self.documents.items()]
        self.path.write_text(json.dumps(rows), encoding="utf-8")


class TestLines(ExportContract):
    kind = RowsSource
    name = "rows.jsonl"
    contents: ClassVar = {"one": b"beta", "two": "gamma é".encode(), "three": b"delta"}

    def store(self) -> None:
        rows = [json.dumps({"key": name, "body": data.decode()}) for name, data in self.documents.items()]
        # A list without rows is an empty array: an empty file is one that is only begun.
        self.path.write_text("\n".join(rows) + "\n" if rows else "[]", encoding="utf-8")


class TestTable(ExportContract):
    kind = RowsSource
    name = "rows.csv"
    contents: ClassVar = {"1": b'a "b", c\n\nd', "2": "gamma é".encode(), "3": b"", "4": b"x;y"}

    def store(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(["ID", "Text", "Readers"])
            for name, data in self.documents.items():
                writer.writerow([name, data.decode(), "group:staff"])


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_fields_are_found_by_their_names(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {
            "_id": 7,
            "Subject": "Leave / rest",
            "Body": "30 days.",
            "updated_at": "2026-07-07T09:44:25Z",
            "x": 1,
        },
        {"url": "https://example.org/8", "question": "How many?", "answer": "31", "labels": ["a"]},
        {"remark": "No name."},
    )
    source = opened(RowsSource, path)
    first, last, second = source.items()
    assert (first.uri, first.modified) == ("7", "2026-07-07T09:44:25+00:00")
    assert source.read(first).data == b"Leave / rest\n\n30 days."
    assert source.read(first).name == "Leave ∕ rest.txt"
    assert last.uri == "https://example.org/8"
    assert source.read(last).data == b'question: How many?\nanswer: 31\nlabels: ["a"]'
    assert second.uri.startswith("row ")
    source.close()


def test_fields_are_those_that_are_named(tmp_path: Path) -> None:
    row = {"no": 1, "fields": {"q": "Why?", "a": "So."}, "id": "other", "who": ["group:hr"], "text": "unused"}
    texts, readers, problem = told(
        RowsSource,
        write(tmp_path / "a.jsonl", row, {**row, "no": 2, "who": "hr"}, {**row, "no": 3, "who": None}),
        id="no",
        text="fields.q,fields.a",
        readers="who",
    )
    assert texts["1"] == "fields.q: Why?\nfields.a: So."
    assert readers == {"1": {"group:hr"}, "2": set(), "3": set()}
    assert "'hr' is not a reader" in texts["2"]
    assert problem == ""


def test_where_one_row_names_readers_the_others_are_for_nobody(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "x"},
        {"id": "b", "text": "x", "readers": "group:hr"},
        {"id": "c", "text": "x"},
    ]
    _, readers, _ = told(RowsSource, write(tmp_path / "a.jsonl", *rows))
    assert readers == {"a": set(), "b": {"group:hr"}, "c": set()}
    _, readers, _ = told(RowsSource, write(tmp_path / "a.jsonl", rows[0], rows[2]))
    assert readers == {"a": STAFF, "c": STAFF}
    _, readers, _ = told(RowsSource, write(tmp_path / "a.jsonl", rows[0]), readers="audience")
    assert readers == {"a": set()}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_of_any_sign_and_charset(tmp_path: Path, sign: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"id{sign}title{sign}text\r\n1{sign}Straße{sign}Weg\r\n".encode(encoding))
    options = {"encoding": encoding} if encoding == "cp1252" else {}
    assert told(RowsSource, path, **options)[0] == {"1": "Straße\n\nWeg"}
    if options:
        assert "damaged" in told(RowsSource, path)[2]


def test_rows_that_do_not_fit_are_left_out_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,a\n2,b,c\n3\n\n4,d\n,e\n"5,f')
    texts, _, problem = told(RowsSource, path)
    assert texts == {"1": "a", "4": "d"}
    assert "line 3" in problem
    assert "line 4" in problem
    assert "whose id is ''" in problem
    assert "unexpected end" in problem


def test_the_newest_of_several_rows_of_one_name_counts(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": text, "updated": f"2026-07-0{day}"}
        for text, day in (("x", 1), ("z", 3), ("y", 2))
    ]
    assert told(RowsSource, write(tmp_path / "a.jsonl", *rows))[0] == {"a": "z"}
    same = [{"id": "a", "text": text, "readers": "everyone"} for text in ("x", "y")]
    texts, readers, problem = told(RowsSource, write(tmp_path / "a.jsonl", *same))
    assert (texts, readers) == ({"a": "x"}, {"a": set(NOBODY)})
    assert "several records" in problem


@pytest.mark.parametrize("form", ["folder", "zip", "gz"])
def test_several_files_and_packed_ones(tmp_path: Path, form: str) -> None:
    rows = [json.dumps({"id": str(number), "text": f"t{number}"}) for number in range(4)]
    path = tmp_path / f"export.{form}"
    if form == "folder":
        path.mkdir()
        (path / "a.jsonl").write_text("\n".join(rows[:2]))
        (path / "deep").mkdir()
        (path / "deep" / "b.ndjson").write_text("\n".join(rows[2:]))
        (path / ".hidden.jsonl").write_text('{"id": "h", "text": "h"}')
        (path / "link.jsonl").symlink_to("/etc/passwd")
        (path / "notes.txt").write_text("Not one of them.")
    elif form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("a.jsonl", "\n".join(rows))
    else:
        path = tmp_path / "export.jsonl.gz"
        path.write_bytes(gzip.compress("\n".join(rows).encode()))
    assert told(RowsSource, path) == (
        {str(n): f"t{n}" for n in range(4)},
        {str(n): STAFF for n in range(4)},
        "",
    )
    if form != "folder":
        path.write_bytes(path.read_bytes()[:-9])
        texts, _, problem = told(RowsSource, path)
        assert "damaged" in problem
        assert set(texts) <= {"0", "1", "2", "3"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"format": "pdf"}, "format is"),
        ({"id": "a,b"}, "name one field"),
        ({"encoding": "klingon"}, "encoding is"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        RowsSource(Place(location=str(tmp_path), readers=STAFF, options=options))


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,a\n")
    with pytest.raises(UsageError, match="title is 'head', but the columns are id, text"):
        list(opened(RowsSource, path, title="head").items())
