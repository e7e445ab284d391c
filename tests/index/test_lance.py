"""The Lance engine keeps the contract on a folder and on object storage, and what it promises beyond it."""

import math
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from index_contract import IndexContract
from index_oracle import EVERYONE, NO_KEYS, Oracle, assert_same, drawn, entry, keys_of
from lance_support import (
    LanceIndex,
    Server,
    Storage,
    everything_told,
    filled,
    in_bucket,
    in_folder,
    opened,
    remove_manifests,
)
from samples import filled as filled_embedded
from samples import holding

from wellread.errors import BusyError, StorageError, UsageError
from wellread.index.lance import lease, merge, rebuild, rows, writer
from wellread.index.words import analyzer
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry

pytest_plugins = ("s3_server",)

ANN = frozenset({"user:ann"})


class TestContractOnAFolder(IndexContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.storage = in_folder(tmp_path)

    def open(self, place: str, *, writable: bool) -> LanceIndex:
        return opened(self.storage.below(place), writable=writable)


@pytest.mark.slow
class TestContractOnObjectStorage(IndexContract):
    @pytest.fixture(autouse=True)
    def place(self, s3: Server) -> None:
        self.storage = in_bucket(s3, s3.empty_bucket())

    def open(self, place: str, *, writable: bool) -> LanceIndex:
        return opened(self.storage.below(place), writable=writable)


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A place of either kind."""
    if request.param == "folder":
        return in_folder(tmp_path / "index")
    server: Server = request.getfixturevalue("s3")
    return in_bucket(server, server.empty_bucket())


TEXTS = {
    1: "dogs and cats",
    2: "dogs dogs dogs of the harbour",
    3: "a long text about cats that hardly speaks of anything else than cats and their claws",
    4: "kites",
    5: "dogs",
}


class TestScores:
    def expected(self, term: str, key: int, readable: Sequence[int]) -> float:
        counts = {one: Counter(analyzer().analyze(TEXTS[one])) for one in readable}
        having = sum(term in each for each in counts.values())
        mean = sum(each.total() for each in counts.values()) / len(counts)
        count, length = counts[key][term], counts[key].total()
        rarity = math.log(1 + (len(counts) - having + 0.5) / (having + 0.5))
        return rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))

    def test_are_those_of_bm25_over_what_the_asker_may_read(self, tmp_path: Path) -> None:
        with opened(in_folder(tmp_path)) as index:
            entries = [entry(key, text, EVERYONE if key % 2 else ANN) for key, text in TEXTS.items()]
            index.apply(1, entries, drawn(5), NO_KEYS)
            index.apply(2, [entry(8, "dogs dogs dogs cats", ANN)], drawn(1), NO_KEYS)
            index.apply(3, [], drawn(0), [8])
            for who, readable in ((EVERYONE, [1, 3, 5]), (EVERYONE | ANN, list(TEXTS))):
                found = {each.key: each.score for each in index.search_terms("cats dogs", who, 9)}
                wanted = {
                    key: sum(self.expected(term, key, readable) for term in ("cat", "dog"))
                    for key in readable
                }
                assert found == pytest.approx({key: score for key, score in wanted.items() if score})

    def test_are_nearly_those_of_the_embedded_engine(self, tmp_path: Path) -> None:
        chance = np.random.default_rng(3)
        words = [f"word{number}" for number in range(60)]
        entries = [
            entry(key, " ".join(chance.choice(words, 12)), EVERYONE if key % 3 else ANN, title="Pages")
            for key in range(1, 201)
        ]
        with filled_embedded(tmp_path / "a") as embedded, opened(in_folder(tmp_path / "b")) as index:
            embedded.rebuild(1, [(entries, drawn(200))])
            index.apply(1, entries, drawn(200), NO_KEYS)
            for who in (EVERYONE, ANN, EVERYONE | ANN):
                for question in ("word3 word7", "page word11", "words", "WORD59 and word1"):
                    one = embedded.search_terms(question, who, 500)
                    other = index.search_terms(question, who, 500)
                    # One document there is no entry, and its mean length is that of everybody's.
                    assert {each.key: each.score for each in one} == pytest.approx(
                        {each.key: each.score for each in other}, rel=0.02, abs=0.006
                    )
                    assert index.weights(question, who) == embedded.weights(question, who)
                vectors = embedded.search_vectors(drawn(1, seed=4)[0], who, 30)
                assert index.search_vectors(drawn(1, seed=4)[0], who, 30) == vectors

    def test_say_nothing_of_entries_that_may_not_be_read(self, tmp_path: Path) -> None:
        with opened(in_folder(tmp_path)) as index:
            index.apply(1, [entry(key, text) for key, text in TEXTS.items()], drawn(5), NO_KEYS)
            before = index.search_terms("cats and dogs", EVERYONE, 9)
            index.apply(2, [entry(key, "cats " * key, ANN) for key in range(10, 60)], drawn(50), NO_KEYS)
            assert index.search_terms("cats and dogs", EVERYONE, 9) == before


class TestMerging:
    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(merge, "EIGHT", 2)
        monkeypatch.setattr(merge, "TERMS_AT_ONCE", 3)
        monkeypatch.setattr(writer, "SPARE_STALE", 0)
        monkeypatch.setattr(rows, "SPARE_ROWS", 0)

    def test_many_small_changes_are_merged_and_stay_right(self, tmp_path: Path) -> None:
        storage, oracle = in_folder(tmp_path), Oracle()
        index, reader = opened(storage), opened(storage, writable=False)
        for position in range(1, 14):
            upserts = [entry(position, f"dogs and word{position}"), entry(position % 7 + 1)]
            vectors = drawn(2, seed=position)
            index.apply(position, upserts, vectors, [position // 2])
            oracle.apply(position, upserts, vectors, [position // 2])
            if position % 5 == 0:
                index.set_readers(position, {position: ANN})
                oracle.set_readers(position, {position: ANN})
            assert_same(reader, oracle, [EVERYONE, ANN])
        assert keys_of(index.search_terms("word12", EVERYONE, 9)) == [12]
        index.close()
        reader.close()
        with opened(storage) as again:
            assert_same(again, oracle, [EVERYONE, ANN])
            again.apply(14, [], drawn(0), NO_KEYS)
        state = storage.below("generation-000001")
        for name in ("entries", "postings"):
            assert len(state.below(name).open().get_fragments()) <= 5

    def test_postings_of_what_is_gone_are_left_out(self, tmp_path: Path) -> None:
        storage = in_folder(tmp_path)
        with opened(storage) as index:
            for position in range(1, 9):
                index.apply(position, [entry(1, f"word{position}")], drawn(1), NO_KEYS)
            terms = [
                term
                for fragment in storage.below("generation-000001").below("postings").open().get_fragments()
                for term in fragment.scanner(columns=["term"]).to_table()["term"].to_pylist()
            ]
            assert len(terms) <= 3

    def test_a_rebuild_in_parts_keeps_the_last_of_a_key(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuild, "AT_ONCE", 3)
        oracle = Oracle()
        with opened(in_folder(tmp_path)) as index:
            keys = [1, 2, 3, 4, 2, 5, 6, 1, 7, 7]
            entries = [entry(key, f"dogs number{place}") for place, key in enumerate(keys)]
            index.rebuild(4, [(entries[:4], drawn(10)[:4]), ([], drawn(0)), (entries[4:], drawn(10)[4:])])
            oracle.apply(4, entries, drawn(10), NO_KEYS)
            assert_same(index, oracle, [EVERYONE])
            assert index.search_terms("number0", EVERYONE, 9) == []
            assert keys_of(index.search_terms("number7", EVERYONE, 9)) == [1]


class TestErasing:
    secret = "zq7k3v9x2m1w"
    name = "user:nobodyelse"

    def with_secret(self, storage: Storage) -> LanceIndex:
        index = filled(storage, 5)
        erased = entry(9, f"about {self.secret}", [self.name], title=self.secret, heading=self.secret)
        index.apply(2, [erased], drawn(1, seed=9), NO_KEYS)
        return index

    def test_a_rebuild_leaves_nothing_of_removed_entries(self, storage: Storage) -> None:
        index = self.with_secret(storage)
        vector = drawn(1, seed=9)[0]
        told = everything_told(storage)
        assert self.secret in told.words and self.name in told.words
        assert told.has(vector)
        index.apply(3, [], drawn(0), [9])
        kept = list(range(1, 6))
        index.rebuild(4, [([entry(key) for key in kept], read_from(index, kept))])
        told = everything_told(storage)
        assert told.files > 5
        assert self.secret not in told.words and self.name not in told.words
        assert not told.has(vector)
        assert told.has(drawn(5)[0]), "what is kept is found that way"
        assert index.keys() == set(kept)
        index.close()

    def test_a_rebuild_leaves_no_byte_of_removed_entries_in_a_folder(self, tmp_path: Path) -> None:
        index = self.with_secret(in_folder(tmp_path))
        needles = [self.secret.encode(), self.name.encode(), drawn(1, seed=9).tobytes()]
        assert all(holding(tmp_path, needle) for needle in needles)
        index.rebuild(4, [([entry(1)], drawn(1))])
        assert [holding(tmp_path, needle) for needle in needles] == [[], [], []]
        index.close()

    def test_a_rebuild_that_was_killed_is_removed_by_the_next_writer(self, storage: Storage) -> None:
        index = filled(storage)
        remains = index._opened_writer().make_generation(2).below("entries")
        index.close()
        assert remains.open().version == 1
        with opened(storage) as again:
            assert again.count() == 10
            with pytest.raises(FileNotFoundError):
                remains.open()


def read_from(index: LanceIndex, keys: Sequence[int]) -> Vectors:
    held = index.vectors(keys)
    return np.array([held[key] for key in keys])


class TestOneWriter:
    def test_a_lock_of_a_dead_process_is_taken_over_at_once(self, s3: Server) -> None:
        storage = in_bucket(s3, s3.empty_bucket())
        with subprocess.Popen(["true"]) as ended:
            child = ended.pid
        held = lease.Lease(storage.below("lock"))
        value = {"token": "x", "host": lease.socket.gethostname(), "until": time.time() + 999}
        held._cell.replace({**value, "process": child}, held._version)
        opened(storage).close()
        held._cell.replace({**value, "process": os.getpid()}, held._cell.read()[0])
        with pytest.raises(BusyError, match=f"held by process {os.getpid()} on"):
            opened(storage)
        held._cell.replace({**value, "host": "elsewhere", "process": 1}, held._cell.read()[0])
        with pytest.raises(BusyError, match="on elsewhere"):
            opened(storage)
        held._cell.replace({**value, "host": "elsewhere", "process": 1, "until": 1}, held._cell.read()[0])
        opened(storage).close()

    def test_whoever_lost_the_lock_publishes_nothing(
        self, s3: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = in_bucket(s3, s3.empty_bucket())
        slow = filled(storage)
        monkeypatch.setattr(lease, "_is_held", lambda value: False)
        successor = opened(storage)
        with pytest.raises(BusyError):
            slow._writer.apply(2, [entry(11)], drawn(1), NO_KEYS)  # type: ignore[union-attr]
        successor.apply(3, [entry(12)], drawn(1), NO_KEYS)
        assert successor.keys() == slow.keys() == {*range(1, 11), 12}
        successor.close()

    def test_a_lock_is_renewed_and_its_loss_noticed(
        self, s3: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lease, "RENEWED_EVERY", 0.05)
        storage = in_bucket(s3, s3.empty_bucket())
        index = filled(storage)
        cell = lease.Cell(storage.below("lock"))
        version, _ = cell.read()
        ends = time.monotonic() + 20
        while cell.read()[0] == version and time.monotonic() < ends:
            time.sleep(0.05)
        while True:
            try:
                cell.replace({"token": "other", "host": "h", "process": 1, "until": 0}, cell.read()[0])
                break
            except BusyError:
                continue
        while time.monotonic() < ends:
            try:
                index.apply(2, [], drawn(0), NO_KEYS)
            except BusyError as lost:
                assert "lock" in str(lost)
                break
            time.sleep(0.05)
        else:
            pytest.fail("the loss went unnoticed")
        index.close()


class TestRefusing:
    def test_other_dimensions(self, tmp_path: Path) -> None:
        filled(in_folder(tmp_path)).close()
        for writable in (False, True):
            with pytest.raises(UsageError, match="16 dimensions, the embedder gives 384"):
                LanceIndex.open(in_folder(tmp_path), 384, writable=writable)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        filled(in_folder(tmp_path)).close()
        for path in (tmp_path / "generation-000001" / "entries" / "data").iterdir():
            path.unlink()
        with pytest.raises(StorageError, match="wellread reindex --anew"):
            opened(in_folder(tmp_path), writable=False)

    def test_use_after_closing(self, tmp_path: Path) -> None:
        index = filled(in_folder(tmp_path))
        index.close()
        with pytest.raises(UsageError, match="closed"):
            index.search_terms("dogs", EVERYONE, 1)
        with pytest.raises(UsageError, match="closed"):
            index.apply(2, [], drawn(0), [1])

    def test_what_goes_wrong_in_the_batches_is_the_callers(self, tmp_path: Path) -> None:
        def batches() -> Iterator[tuple[list[Entry], Vectors]]:
            yield [entry(1)], drawn(1)
            raise ValueError("the catalogue is odd")

        with filled(in_folder(tmp_path)) as index:
            with pytest.raises(ValueError, match="the catalogue is odd"):
                index.rebuild(2, batches())
            assert index.count() == 10
            assert not (tmp_path / "generation-000002").exists()

    def test_storage_that_refuses_leaves_the_index_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = in_folder(tmp_path)
        index, reader = filled(storage), opened(storage, writable=False)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(
                writer.Cell, "replace", full
            )  # at the last step: both datasets have the change already
            with pytest.raises(StorageError, match="No space left"):
                index.apply(2, [entry(11)], drawn(1), [1])
        assert (reader.position, reader.keys()) == (1, set(range(1, 11)))
        index.apply(2, [entry(12)], drawn(1), [2])
        assert reader.keys() == {1, *range(3, 11), 12}
        assert keys_of(reader.search_terms("dogs", EVERYONE, 99)) == sorted(reader.keys())
        index.close()

    def test_a_search_whose_files_are_rebuilt_away_asks_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = in_folder(tmp_path)
        index, reader = filled(storage), opened(storage, writable=False)
        found, calls = rows.LanceFloats.take, list[int]()

        def overtaken(floats: rows.LanceFloats, wanted: np.ndarray) -> Vectors:
            calls.append(1)
            if len(calls) == 1:
                index.rebuild(2, [([entry(7)], drawn(1))])
            return found(floats, wanted)

        monkeypatch.setattr(rows.LanceFloats, "take", overtaken)
        assert keys_of(reader.search_vectors(drawn(1)[0], EVERYONE, 9)) == [7]
        index.close()


def test_what_a_killed_removal_has_left_is_removed(storage: Storage) -> None:
    """Lance takes files without a manifest for somebody else's."""
    filled(storage).close()
    entries = storage.below("generation-000001").below("entries")
    remove_manifests(entries)
    assert "dogs" in everything_told(storage).words
    entries.drop()
    entries.drop()
    storage.below("generation-000001").below("postings").drop()
    assert everything_told(storage).words == ""
