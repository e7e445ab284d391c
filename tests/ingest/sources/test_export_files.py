"""Files of exports: JSON of any length as a stream, and what is damaged."""

import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.errors import NotFoundError, ParseError
from wellread.ingest.sources.export import json_stream
from wellread.ingest.sources.export.files import ExportFiles, damage
from wellread.ingest.sources.export.json_stream import records

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(
    st.dictionaries(st.text(max_size=3).filter(lambda name: name != "held"), VALUES, max_size=4), max_size=6
)


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    before, json_stream._PIECE = json_stream._PIECE, size
    try:
        yield
    finally:
        json_stream._PIECE = before


@settings(max_examples=60)
@given(told=RECORDS, size=st.integers(1, 12), indent=st.none() | st.integers(0, 2), ascii_only=st.booleans())
def test_records_are_the_same_however_they_are_written(
    told: list[Any], size: int, indent: int | None, ascii_only: bool
) -> None:
    rest = {"total": len(told), "held_by": [1, {"held": [2]}]}
    shapes = {
        "array": json.dumps(told, indent=indent, ensure_ascii=ascii_only),
        "envelope": json.dumps(
            {**rest, "held": told, "isLast": True}, indent=indent, ensure_ascii=ascii_only
        ),
        "lines": "\n".join(json.dumps(one, ensure_ascii=ascii_only) for one in told),
    }
    for shape, text in shapes.items():
        if not text:
            continue
        about: list[dict[str, Any]] = []
        with pieces_of(size):
            found = list(records(io.BytesIO(text.encode("utf-8", "surrogatepass")), "held", about))
        assert found == told, shape
        assert about == ([{**rest, "isLast": True}] if shape == "envelope" else [])


@settings(max_examples=60)
@given(told=RECORDS, data=st.data())
def test_what_breaks_off_is_told_after_the_records_before(told: list[Any], data: st.DataObject) -> None:
    whole = json.dumps({"total": 1, "held": told}).encode()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    found = []
    with pytest.raises(ValueError, match="after"), pieces_of(7):
        for one in records(io.BytesIO(cut), "held"):
            found.append(one)
    assert found == told[: len(found)]


def test_a_long_export_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    with path.open("w") as file:
        file.write('{"issues": [')
        for number in range(400):
            file.write(json.dumps({"id": number, "text": "x" * 100_000}) + ",")
        file.write("{}]}")
    assert path.stat().st_size > 40_000_000
    tracemalloc.start()
    try:
        with path.open("rb") as stream:
            assert sum(1 for _ in records(stream, "issues")) == 401
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_one_record_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MOST_OF_ONE", 1000)
    monkeypatch.setattr(json_stream, "_PIECE", 100)
    with pytest.raises(ValueError, match="more than 1,000 characters"):
        list(records(io.BytesIO(b'["' + b"x" * 5000)))


DAMAGED = (
    b"",
    b"  \n",
    b"nothing",
    b"[1,]",
    b"[1 2]",
    b'{"a" 1}',
    b'["\xff"]',
    b"[" * 100_000,
    b"[" + b"9" * 5000 + b"]",
)


@pytest.mark.parametrize("number", range(len(DAMAGED)))
def test_what_is_no_json_is_damaged(number: int) -> None:
    with pytest.raises(ParseError, match=r"a\.json is damaged"), damage("a.json"):
        list(records(io.BytesIO(DAMAGED[number])))


def test_only_plain_files_below_the_place_are_opened(tmp_path: Path) -> None:
    root = tmp_path / "export"
    root.mkdir()
    (tmp_path / "secret.json").write_text("[1]")
    (root / "link.json").symlink_to(tmp_path / "secret.json")
    os.mkfifo(root / "pipe.json")
    (root / "a.json").write_text("[2]")
    files = ExportFiles(root)
    assert files.names == ["a.json"]
    (root / "a.json").unlink()
    (root / "a.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(ParseError, match="cannot be read"), damage("a.json"):
        files.open("a.json")


def test_members_of_a_zip_are_read_by_name_only(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in ("../../outside.json", "__MACOSX/a.json", ".hidden/a.json", "in/a.json"):
            packed.writestr(name, "[1]")
    files = ExportFiles(path)
    assert files.names == ["in/a.json"]
    data = bytearray(path.read_bytes())
    at = data.index(b"[1]", data.index(b"in/a.json"))
    data[at : at + 3] = b"[2]"
    path.write_bytes(data)
    with (
        pytest.raises(ParseError, match="damaged"),
        damage("in/a.json"),
        ExportFiles(path).open("in/a.json") as member,
    ):
        list(records(member))
    files.close()


def test_a_zip_with_a_password_is_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.json", "[1]")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(ParseError, match="password"), damage("a.json"):
        ExportFiles(path).open("a.json")


def test_a_place_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        ExportFiles(tmp_path / "nowhere")
