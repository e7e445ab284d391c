"""The embedded engine keeps the contract, and what it promises beyond it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from index_contract import IndexContract
from index_oracle import (
    DIMENSIONS,
    EVERYONE,
    NO_KEYS,
    Oracle,
    assert_same,
    drawn,
    entry,
    keys_of,
)
from samples import filled, holding, opened

from wellread.errors import BusyError, StorageError, UsageError
from wellread.index import generation
from wellread.index.embedded import EmbeddedIndex
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry


class TestContract(IndexContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def open(self, place: str, *, writable: bool) -> EmbeddedIndex:
        return EmbeddedIndex.open(self.folder / place, DIMENSIONS, writable=writable)


def test_the_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from wellread.index.embedded import EmbeddedIndex\n"
        f"index = EmbeddedIndex.open(Path(sys.argv[1]), {DIMENSIONS}, writable=True)\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(BusyError, match=f"process {holder.pid},"):
            opened(tmp_path)
        holder.kill()
    opened(tmp_path).close()


def test_a_reading_process_sees_changes_that_return_after_it_was_started(tmp_path: Path) -> None:
    program = (
        "import sys; import numpy as np; from pathlib import Path\n"
        "from wellread.index.embedded import EmbeddedIndex\n"
        f"index = EmbeddedIndex.open(Path(sys.argv[1]), {DIMENSIONS}, writable=False)\n"
        f"everyone, question = frozenset({{'everyone'}}), np.ones({DIMENSIONS}, dtype=np.float32)\n"
        "for _ in sys.stdin:\n"
        "    terms = {each.key for each in index.search_terms('dogs', everyone, 99)}\n"
        "    vectors = {each.key for each in index.search_vectors(question, everyone, 99)}\n"
        "    print(terms == vectors, index.position, *sorted(terms), flush=True)\n"
    )
    index = opened(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reading:
        assert reading.stdin is not None
        assert reading.stdout is not None

        def seen() -> str:
            print("look", file=reading.stdin, flush=True)
            return str(reading.stdout.readline().strip())

        assert seen() == "True 0"
        index.apply(1, [entry(1), entry(2)], drawn(2), NO_KEYS)
        assert seen() == "True 1 1 2"
        index.set_readers(2, {2: frozenset()})
        assert seen() == "True 2 1"
        index.rebuild(3, [([entry(7)], drawn(1))])
        assert seen() == "True 3 7"
        index.apply(4, [], drawn(0), [7])
        assert seen() == "True 4"
        reading.stdin.close()
    index.close()


def test_threads_may_search_while_another_writes(tmp_path: Path) -> None:
    index = filled(tmp_path, 30)
    done = threading.Event()
    failures: list[str] = []

    def search() -> None:
        while not done.is_set():
            # Even keys are always everybody's, odd ones come and go.
            found = keys_of(index.search_terms("dogs", EVERYONE, 99))
            near = keys_of(index.search_vectors(drawn(1)[0], EVERYONE, 99))
            for keys in (found, near):
                if not set(range(2, 31, 2)) <= set(keys) <= set(range(1, 31)):
                    failures.append(str(keys))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    odd = list(range(1, 31, 2))
    for position in range(2, 6):
        index.apply(position, [], drawn(0), odd)
        index.apply(position, [entry(key) for key in odd], drawn(15), NO_KEYS)
    held = [entry(key) for key in range(1, 31)]
    index.rebuild(9, [(held, drawn(30))])
    done.set()
    for thread in threads:
        thread.join()
    index.close()
    assert failures == []


def test_many_small_changes_are_merged_and_stay_right(tmp_path: Path) -> None:
    index, oracle = opened(tmp_path), Oracle()
    for position in range(1, 26):
        upserts, vectors = [entry(position), entry(position % 7 + 1)], drawn(2, seed=position)
        index.apply(position, upserts, vectors, [position // 2])
        oracle.apply(position, upserts, vectors, [position // 2])
    index.close()
    with opened(tmp_path) as again:
        assert_same(again, oracle, [EVERYONE])
        again.apply(26, [], drawn(0), NO_KEYS)
    assert len(list(tmp_path.rglob("*.store"))) <= 12


def test_vectors_can_be_read_back_for_a_rebuild(tmp_path: Path) -> None:
    with filled(tmp_path) as index:
        assert index.vectors([]) == index.vectors([11]) == {}
        read_back = index.vectors([7, 3, 11])
        assert read_back.keys() == {7, 3}
        np.testing.assert_array_equal([read_back[7], read_back[3]], drawn(10)[[6, 2]])

        def batches() -> Iterator[tuple[list[Entry], Vectors]]:
            for keys in ([1, 2], [3, 4, 5]):
                yield [entry(key) for key in keys], read_from(index, keys)

        index.rebuild(2, batches())
        np.testing.assert_array_equal(read_from(index, [5, 1]), drawn(10)[[4, 0]])


def read_from(index: EmbeddedIndex, keys: Sequence[int]) -> Vectors:
    held = index.vectors(keys)
    return np.array([held[key] for key in keys])


class TestErasing:
    secret = "zq7k3v9x2m1w"
    name = "user:nobodyelse"

    def with_secret(self, directory: Path) -> EmbeddedIndex:
        index = filled(directory, 5)
        erased = entry(9, f"about {self.secret}", [self.name], title=self.secret, heading=self.secret)
        index.apply(2, [erased], drawn(1, seed=9), NO_KEYS)
        return index

    def test_a_rebuild_leaves_nothing_of_removed_entries_on_disk(self, tmp_path: Path) -> None:
        index = self.with_secret(tmp_path)
        vector = drawn(1, seed=9).tobytes()
        needles = [self.secret.encode(), self.name.encode(), vector]
        assert all(holding(tmp_path, needle) for needle in needles)
        index.apply(3, [], drawn(0), [9])
        kept = list(range(1, 6))
        index.rebuild(4, [([entry(key) for key in kept], read_from(index, kept))])
        assert [holding(tmp_path, needle) for needle in needles] == [[], [], []]
        assert index.keys() == set(kept)
        index.close()

    def test_this_process_keeps_no_removed_file_open(self, tmp_path: Path) -> None:
        index = self.with_secret(tmp_path)
        reader = opened(tmp_path, writable=False)
        index.rebuild(4, [([entry(1)], drawn(1))])
        assert reader.count() == 1
        mapped = Path("/proc/self/maps").read_text()
        assert str(tmp_path) in mapped
        assert [line for line in mapped.splitlines() if str(tmp_path) in line and "deleted" in line] == []
        index.close()
        reader.close()

    def test_a_rebuild_that_was_killed_is_removed_by_the_next_writer(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        stray = tmp_path / "generation-000002" / "rows-000001"
        stray.mkdir(parents=True)
        (stray / "floats").write_bytes(b"remains")
        (tmp_path / "CURRENT.new").write_bytes(b"{")
        with opened(tmp_path) as index:
            assert holding(tmp_path, b"remains") == []
            assert {path.name for path in tmp_path.iterdir()} == {"CURRENT", "lock", "generation-000001"}
            assert index.count() == 10


class TestPacking:
    @pytest.fixture(autouse=True)
    def no_spare_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(generation, "SPARE_ROWS", 0)

    def test_rows_that_are_gone_are_packed_away_under_open_readers(self, tmp_path: Path) -> None:
        index, reader, oracle = filled(tmp_path, 40), opened(tmp_path, writable=False), Oracle()
        oracle.apply(1, [entry(key) for key in range(1, 41)], drawn(40), NO_KEYS)
        assert_same(reader, oracle, [EVERYONE])
        gone = drawn(40)[0].tobytes()
        assert holding(tmp_path, gone)
        index.set_readers(2, {30: frozenset({"user:ann"})})
        oracle.set_readers(2, {30: frozenset({"user:ann"})})
        index.apply(3, [], drawn(0), range(1, 26))
        oracle.apply(3, [], drawn(0), range(1, 26))
        assert holding(tmp_path, gone) == []
        everybody = [EVERYONE, frozenset({"user:ann"})]
        assert_same(reader, oracle, everybody)
        [floats] = tmp_path.rglob("floats")
        assert floats.stat().st_size == 15 * DIMENSIONS * 4
        index.apply(4, [entry(50)], drawn(1), [26])
        oracle.apply(4, [entry(50)], drawn(1), [26])
        assert_same(reader, oracle, everybody)
        index.close()
        with opened(tmp_path) as again:
            assert_same(again, oracle, everybody)

    def test_where_packing_fails_the_change_before_it_holds(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index, reader = filled(tmp_path), opened(tmp_path, writable=False)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(generation.GenerationWriter, "pack", full)
        index.apply(2, [], drawn(0), range(1, 9))
        assert reader.keys() == {9, 10}
        monkeypatch.undo()
        index.apply(3, [entry(11)], drawn(1), NO_KEYS)
        assert reader.keys() == {9, 10, 11}
        index.close()


class TestRefusing:
    def test_other_dimensions(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        for writable in (False, True):
            with pytest.raises(UsageError, match="16 dimensions, the embedder gives 384"):
                EmbeddedIndex.open(tmp_path, 384, writable=writable)
        with opened(tmp_path) as index:
            assert index.count() == 10

    @pytest.mark.parametrize("name", ["codes", "floats", "rows", "grants", "audiences"])
    def test_rows_that_were_cut_off(self, tmp_path: Path, name: str) -> None:
        filled(tmp_path).close()
        [path] = tmp_path.rglob(name)
        os.truncate(path, path.stat().st_size - 1)
        with pytest.raises(StorageError, match="rebuild"):
            opened(tmp_path, writable=False)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        [path] = tmp_path.rglob("grants")
        path.unlink()
        with pytest.raises(StorageError, match="grants"):
            opened(tmp_path, writable=False)

    def test_damaged_terms(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        [path] = tmp_path.rglob("meta.json")
        path.write_bytes(b"{}")
        with pytest.raises(StorageError, match="terms"):
            opened(tmp_path, writable=False)

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"[1]", b"\xff", b'{"generation": 1, "dimensions": 16, "format": 3}']
    )
    def test_a_damaged_manifest(self, tmp_path: Path, content: bytes) -> None:
        filled(tmp_path).close()
        (tmp_path / "CURRENT").write_bytes(content)
        for writable in (False, True):
            with pytest.raises(StorageError, match="rebuild"):
                opened(tmp_path, writable=writable)
        assert list(tmp_path.rglob("floats")), "nothing may be removed on the word of a damaged manifest"

    def test_halves_that_disagree(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        [path] = tmp_path.rglob("grants")
        content = path.read_bytes()
        path.write_bytes(content[:-4] + bytes(4))  # the last row is gone by its grant, but not by the terms
        with pytest.raises(StorageError, match="10 entries by its terms and 9 by its rows"):
            opened(tmp_path, writable=False)

    def test_use_after_closing(self, tmp_path: Path) -> None:
        index = filled(tmp_path)
        index.close()
        with pytest.raises(UsageError, match="closed"):
            index.search_terms("dogs", EVERYONE, 1)
        with pytest.raises(UsageError, match="closed"):
            index.apply(2, [], drawn(0), [1])

    def test_what_goes_wrong_in_the_batches_is_the_callers(self, tmp_path: Path) -> None:
        def batches() -> Iterator[tuple[list[Entry], Vectors]]:
            yield [entry(1)], drawn(1)
            raise ValueError("the catalogue is odd")

        with filled(tmp_path) as index:
            with pytest.raises(ValueError, match="the catalogue is odd"):
                index.rebuild(2, batches())
            assert index.count() == 10
            assert not (tmp_path / "generation-000002").exists()
