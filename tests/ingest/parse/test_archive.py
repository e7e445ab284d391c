"""Archives, made here: their members are parts, and nothing of them can do harm."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed, archive
from wellread.ingest.parse.archive import parse_compressed, parse_tar, parse_zip

FILES = {"a.txt": b"alpha", "b/c.md": b"# gamma"}


def zipped(files: dict[str, bytes] = FILES) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


def tarred(mode: str = "w", files: dict[str, bytes] = FILES) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as made:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def held(parsed: Parsed) -> dict[str, bytes]:
    assert (parsed.text, parsed.blocks) == ("", ())
    return {part.name: part.read() for part in parsed.parts}


def test_members_come_back_as_they_were_packed() -> None:
    assert held(parse_zip(zipped())) == FILES
    assert held(parse_tar(tarred())) == FILES


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_compressed_tar_archive_is_seen_through_its_compression(mode: str) -> None:
    assert held(parse_compressed(tarred(mode))) == FILES


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_single_compressed_file_is_one_part_without_a_name(compress: "gzip.compress") -> None:
    assert held(parse_compressed(compress(b"some text"))) == {"": b"some text"}


def test_names_stay_inside_the_archive() -> None:
    names = {"../../etc/x.txt": b"1", "/srv/y.txt": b"2", "a\\b.txt": b"3", "./c/../d.txt": b"4"}
    assert held(parse_zip(zipped(names))) == {
        "etc/x.txt": b"1",
        "srv/y.txt": b"2",
        "a/b.txt": b"3",
        "d.txt": b"4",
    }


def test_what_operating_systems_add_is_left_out() -> None:
    assert held(parse_zip(zipped({"__MACOSX/._a": b"x", "b/.DS_Store": b"x", "c.txt": b"c"}))) == {
        "c.txt": b"c"
    }


def test_links_and_devices_are_passed_over() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo(f"kind{kind!r}")
            member.type, member.linkname = kind, "/etc/passwd"
            made.addfile(member)
    assert held(parse_tar(buffer.getvalue())) == {}


def test_a_member_with_a_password_has_its_reason_and_the_others_are_read() -> None:
    data = bytearray(zipped())
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    parts = {part.name: part for part in parse_zip(bytes(data)).parts}
    with pytest.raises(ParseError, match="password"):
        parts["a.txt"].read()
    assert parts["b/c.md"].read() == b"# gamma"


@pytest.mark.parametrize("cut", [30, 60, 90])
def test_a_cut_archive_has_a_reason(cut: int) -> None:
    for parse, data in ((parse_zip, zipped()), (parse_compressed, tarred("w:gz"))):
        with pytest.raises(ParseError, match="damaged"):
            held(parse(data[:cut]))


def test_a_bomb_is_refused_before_it_has_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_EXPANDED", 1_000_000)
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    zeros = bytes(5_000_000)
    with pytest.raises(ParseError, match="bomb"):
        parse_compressed(gzip.compress(zeros))
    with pytest.raises(ParseError, match=r"z\.txt has more than 1,000,000 bytes"):
        held(parse_zip(zipped({"z.txt": zeros})))


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    many = {f"{number}.txt": b"x" for number in range(4)}
    for parse, data in ((parse_zip, zipped(many)), (parse_tar, tarred(files=many))):
        with pytest.raises(ParseError, match="more than 3 members"):
            parse(data)
