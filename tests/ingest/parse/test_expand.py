"""From one file to the documents in it, each under a name of its own."""

import gzip
import io
import zipfile

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import expand as module
from wellread.ingest.parse.expand import expand


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in members:
            made.writestr(name, data)
    return buffer.getvalue()


def texts(name: str, data: bytes) -> dict[str, str]:
    return {one.name: one.parsed.text if one.parsed else f"! {one.error}" for one in expand(name, data)}


def test_a_plain_file_is_its_only_document() -> None:
    assert texts("a.md", b"# One") == {"a.md": "One"}
    assert texts("empty.txt", b"") == {"empty.txt": ""}


def test_an_archive_is_no_document_but_its_members_are() -> None:
    inner = zipped(("deep.txt", b"deep"))
    data = zipped(("a.md", b"# A"), ("b/c.txt", b"see"), ("inner.zip", inner))
    assert texts("docs.zip", data) == {
        "docs.zip!/a.md": "A",
        "docs.zip!/b/c.txt": "see",
        "docs.zip!/inner.zip!/deep.txt": "deep",
    }


def test_a_compressed_file_is_called_as_it_was_before() -> None:
    assert texts("notes/old.md.gz", gzip.compress(b"# Old")) == {"notes/old.md.gz!/old.md": "Old"}


def test_a_member_that_cannot_be_read_leaves_the_others() -> None:
    found = texts("docs.zip", zipped(("a.exe", b"MZ"), ("b.txt", b"fine")))
    assert found["docs.zip!/b.txt"] == "fine"
    assert "not supported" in found["docs.zip!/a.exe"]


def test_two_members_of_one_name_are_two_documents() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a.txt", b"one"), ("a.txt", b"two"))
    assert set(texts("x.zip", data)) == {"x.zip!/a.txt", "x.zip!/a.txt (2)"}


def test_a_file_that_is_none_has_its_reason() -> None:
    with pytest.raises(ParseError, match="damaged"):
        expand("a.zip", b"PK\x03\x04 and nothing more")


def test_depth_number_and_size_of_parts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"core"
    for _ in range(8):
        data = zipped(("x.zip", data)) if data != b"core" else zipped(("x.txt", data))
    [(_, reason)] = texts("x.zip", data).items()
    assert "packed 6 files deep, the most is 5" in reason

    monkeypatch.setattr(module, "MAX_PARTS", 2)
    found = texts("x.zip", zipped(*[(f"{number}.txt", b"x") for number in range(4)]))
    assert [text[:30] for text in found.values()] == ["x", "x", *["! the file holds more than 2 ot"[:30]] * 2]

    monkeypatch.setattr(module, "MAX_PARTS", 100)
    monkeypatch.setattr(module, "MAX_BYTES_INSIDE", 10)
    found = texts("x.zip", zipped(*[(f"{number}.txt", b"123456") for number in range(4)]))
    assert [text.startswith("! the file expands") for text in found.values()] == [False, False, True, True]
