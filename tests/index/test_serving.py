"""The file that says which index serves: what it may become, and what is refused."""

from pathlib import Path

import pytest

from wellread.errors import BusyError, StorageError, UsageError
from wellread.index.serving import Beside, IndexFolder, Slot, Slots
from wellread.models.fakes import FakeEmbedder

FIRST = Slots(serving=Slot.of("fake", FakeEmbedder()))


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    made = IndexFolder(tmp_path / "index")
    with made.writer():
        made.write(FIRST)
    return made


def test_what_is_written_is_read_back(folder: IndexFolder) -> None:
    begun = FIRST.begun("fake:32", FakeEmbedder(32))
    folder.write(begun)
    assert folder.read() == begun
    folder.write(begun.swapped())
    read = folder.read()
    assert read is not None
    assert (read.serving.setting, read.former, read.coming) == ("fake:32", FIRST.serving, None)
    assert read.returned().returned() == read


def test_what_was_begun_goes_on_and_another_takes_its_place(folder: IndexFolder) -> None:
    begun = FIRST.begun("fake:32", FakeEmbedder(32))
    assert begun.begun("fake:32", FakeEmbedder(32)) == begun
    other = begun.begun("fake:16", FakeEmbedder(16))
    assert other.coming is not None
    assert other.coming.directory == "fake-16"
    anew = FIRST.begun("fake", FakeEmbedder())
    assert anew.coming is not None
    assert anew.coming.directory == "fake-64-2"
    assert anew.swapped() == Slots(serving=anew.coming), "an old index of the same embedder is of no use"


def test_what_is_none_of_them_is_removed(folder: IndexFolder) -> None:
    begun = FIRST.begun("fake:32", FakeEmbedder(32))
    folder.write(begun)
    for slot in (begun.serving, *begun.beside):
        folder.opened(slot, writable=True).close()
    (folder.root / "left-over").mkdir()
    folder.tidy(begun)
    assert {path.name for path in folder.root.iterdir()} == {"SERVING", "lock", "fake-64", "fake-32"}
    folder.write(FIRST)
    assert {path.name for path in folder.root.iterdir()} == {"SERVING", "lock", "fake-64"}


def test_one_at_a_time_changes_what_serves(folder: IndexFolder) -> None:
    with folder.writer(), pytest.raises(BusyError, match=r"by process \d+"), folder.writer():
        pass


def test_one_that_is_being_built_is_left_to_its_builder(folder: IndexFolder) -> None:
    begun = FIRST.begun("fake:32", FakeEmbedder(32))
    assert begun.coming is not None
    folder.write(begun)
    beside = Beside(folder)
    with folder.opened(begun.coming, writable=True) as coming:
        coming.apply(7, [], FakeEmbedder(32).embed([]), ())
        assert list(beside.free()) == []
        assert beside.position() == 7
    assert len(list(beside.free())) == 1
    folder.write(FIRST)
    assert beside.position() is None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"format": 1}', b'{"format": 1, "serving": {"x": 1}}', b"{}"]
)
def test_a_file_that_is_not_ours_is_refused(folder: IndexFolder, content: bytes) -> None:
    (folder.root / "SERVING").write_bytes(content)
    with pytest.raises(StorageError, match=r"SERVING is damaged.*wellread sync"):
        folder.read()


def test_a_newer_format_and_another_embedder_are_refused(folder: IndexFolder) -> None:
    with pytest.raises(UsageError, match=r"fake-64.*fake-32.*wellread reindex"):
        FIRST.serving.checked(FakeEmbedder(32))
    (folder.root / "SERVING").write_bytes(b'{"format": 2}')
    with pytest.raises(StorageError, match="format 2, this version writes 1"):
        folder.read()
