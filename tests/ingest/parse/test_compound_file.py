"""Compound files, written by tests/support/compound_file_writer.py."""

import random
import struct
import time

import pytest
from compound_file_writer import Tree, compound_file
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.errors import ParseError
from wellread.ingest.parse.ole.compound_file import CompoundFile, Storage

TREE: Tree = {
    "Small": b"few bytes",
    "Empty": b"",
    "Large": bytes(range(256)) * 40,
    "Folder": {"\x05Inner": b"x" * 4095, "Deeper": {"Last": b"y" * 4096}},
}


def contents(storage: Storage) -> Tree:
    found: Tree = {name: storage.read(name) for name in storage.streams}
    for name in storage.storages:
        inner = storage.storage(name)
        assert inner is not None
        found[name] = contents(inner)
    return found


@pytest.mark.parametrize("sector_size", [512, 4096])
def test_every_stream_comes_back(sector_size: int) -> None:
    assert contents(CompoundFile(compound_file(TREE, sector_size=sector_size)).root) == TREE


def test_streams_and_storages_are_listed_by_length_then_alphabet() -> None:
    root = CompoundFile(compound_file({"b": b"", "AA": b"", "a": {}, "Z": {}})).root
    assert (root.streams, root.storages) == (["b", "AA"], ["a", "Z"])


def test_names_are_found_whatever_their_case() -> None:
    root = CompoundFile(compound_file(TREE)).root
    assert root.has("sMALL") and root.read("SMALL") == b"few bytes"
    assert root.storage("folder") is not None
    assert not root.has("Folder") and root.storage("Small") is None


def test_a_file_whose_table_of_sectors_does_not_fit_the_header() -> None:
    large = random.Random(5).randbytes(16_500_000)
    assert CompoundFile(compound_file({"Large": large})).root.read("Large") == large


def test_a_missing_stream_and_one_beyond_the_limit_have_a_reason() -> None:
    root = CompoundFile(compound_file(TREE)).root
    with pytest.raises(ParseError, match="'Other' is missing"):
        root.read("Other")
    with pytest.raises(ParseError, match=r"'Large'.* 10,240 bytes, the most is 10,239"):
        root.read("Large", most=10_239)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "does not begin"),
        (b"PK\x03\x04" + bytes(600), "does not begin"),
        (compound_file(TREE)[:300], "ends within its header"),
        (compound_file(TREE)[:30] + b"\x1f" + compound_file(TREE)[31:], r"2\^31 bytes"),
        (compound_file(TREE)[:512], "directory is missing"),
    ],
)
def test_what_is_no_compound_file_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        CompoundFile(data)


def test_of_a_damaged_file_the_whole_streams_are_read() -> None:
    data = bytearray(compound_file(TREE))
    table = struct.unpack_from("<I", data, 76)[0]
    # The second sector of the large stream, the first in the file, now belongs to nothing.
    struct.pack_into("<I", data, (table + 1) * 512 + 4, 0xFFFFFFFF)
    root = CompoundFile(bytes(data)).root
    assert root.read("Small") == b"few bytes"
    with pytest.raises(ParseError, match="'Large' breaks off"):
        root.read("Large")


def with_entry(number: int, offset: int, value: int) -> bytes:
    """The sample with one number of a directory entry replaced."""
    data = bytearray(compound_file(TREE))
    directory = struct.unpack_from("<I", data, 48)[0]
    struct.pack_into("<I", data, (directory + 1) * 512 + number * 128 + offset, value)
    return bytes(data)


def test_entries_that_are_unused_or_of_one_name_are_passed_over() -> None:
    assert CompoundFile(with_entry(1, 66, 0x100)).root.streams == ["Empty", "Large"]
    with pytest.raises(ParseError, match="directory is missing"):
        CompoundFile(with_entry(0, 66, 0x102))
    root = CompoundFile(compound_file({"a": b"1", "A": b"1", "b": {}})).root
    assert (len(root.streams), root.read("a")) == (1, b"1")


@pytest.mark.parametrize("target", [0, 1, 2, 4, 0x7FFFFFFF])
def test_a_directory_in_a_circle_or_out_of_range_ends(target: int) -> None:
    for offset in (68, 72, 76):
        assert "Small" in contents(CompoundFile(with_entry(4, offset, target)).root)


def test_a_chain_in_a_circle_ends() -> None:
    data = bytearray(compound_file(TREE))
    table = struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<2I", data, (table + 1) * 512, 1, 0)
    with pytest.raises(ParseError, match="'Large' breaks off"):
        CompoundFile(bytes(data)).root.read("Large")


def test_tables_that_name_themselves_take_no_time() -> None:
    data = bytearray(compound_file({"Large": bytes(2_000_000)}))
    struct.pack_into("<I", data, 44, 0xFFFFFFF0)
    struct.pack_into("<2I", data, 68, 0, 0xFFFFFFF0)
    struct.pack_into("<109I", data, 76, *[0] * 109)
    data[512:1024] = bytes(512)
    began = time.process_time()
    with pytest.raises(ParseError):
        CompoundFile(bytes(data)).root.read("Large")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("size", [100, 4096])
def test_sectors_belong_to_one_stream(size: int) -> None:
    data = bytearray(compound_file({"First": b"1" * size, "Again": b"2" * size, "Other": b"3" * size}))
    directory = struct.unpack_from("<I", data, 48)[0]
    struct.pack_into("<I", data, (directory + 1) * 512 + 2 * 128 + 116, 0)
    root = CompoundFile(bytes(data)).root
    # By alphabet, `Again` comes first.
    assert (root.read("Again"), root.read("Other")) == (b"1" * size, b"3" * size)
    with pytest.raises(ParseError, match="'First' breaks off"):
        root.read("First")


@pytest.mark.parametrize("table", [0, 0x7FFFFFFF])
def test_further_tables_that_lead_nowhere(table: int) -> None:
    data = bytearray(compound_file({"Large": bytes(8_000_000)}))
    struct.pack_into("<I", data, 68, table)
    with pytest.raises(ParseError):
        CompoundFile(bytes(data)).root.read("Large")


def test_thousands_of_siblings_and_deep_storages() -> None:
    wide = {f"stream {number}": b"1" for number in range(3_000)}
    assert len(CompoundFile(compound_file(dict(wide))).root.streams) == 3_000
    deep: Tree = {"end": b"here"}
    for _ in range(500):
        deep = {"down": deep}
    storage: Storage | None = CompoundFile(compound_file(deep)).root
    while storage is not None and not storage.has("end"):
        storage = storage.storage("down")
    assert storage is not None and storage.read("end") == b"here"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6))
def test_nothing_but_a_reason_escapes_damage(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(compound_file(TREE))
    for at, patch in changes:
        data[at % len(data) : at % len(data) + len(patch)] = patch
    for content in (bytes(data), bytes(data[: changes[0][0]])):
        try:
            contents(CompoundFile(content).root)
        except ParseError as error:
            assert str(error)
