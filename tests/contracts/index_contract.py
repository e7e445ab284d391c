"""What every engine that finds passages must do; a test class inherits it and says how to open the engine."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_oracle import DIMENSIONS, EVERYONE, NO_KEYS, PRINCIPALS, Oracle, assert_same, drawn, entry, keys_of

from wellread.errors import BusyError, UsageError
from wellread.index.protocol import Index
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

ODD_QUERIES = [
    "",
    " ",
    "\n\t",
    "?!...",
    '"',
    '"unfinished phrase',
    "title:",
    "text:dogs AND NOT (",
    "a OR",
    "-dogs",
    "+",
    "*",
    "readers:everyone",
    "key:[0 TO *]",
    "dogs^9999999999999",
    "/(a+)+$/",
    "\\",
    "\x00",
    "dogs\x00cats",
    "\ud800",
    "🦮 🐈",
    "日本語のテキスト",
    "ﷺ\u202e",
    "dogs " * 20_000,
    "x" * 100_000,
    " ".join(f"word{number}" for number in range(5_000)),
    "IN [1 2 3]",
    "' OR 1=1; --",
]


UNHEEDED = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.differing_executors,  # each engine's class runs every test, with examples of its own
]
READERS = st.frozensets(st.sampled_from(PRINCIPALS), max_size=3)
KEYS = st.integers(1, 12)
Change = tuple[dict[int, frozenset[Principal]], frozenset[int] | None]
"""Entries to upsert by key and keys to delete, or, with None, new readers by key."""
CHANGES: st.SearchStrategy[list[Change]] = st.lists(
    st.tuples(st.dictionaries(KEYS, READERS, max_size=8), st.none() | st.frozensets(KEYS, max_size=3)),
    min_size=1,
    max_size=5,
)


class IndexContract(ABC):
    @abstractmethod
    def open(self, place: str, *, writable: bool) -> Index:
        """The engine over the place of that name, with DIMENSIONS, made when `writable` and absent."""

    @pytest.fixture
    def index(self) -> Iterator[Index]:
        """A new one for writing."""
        index = self.open("index", writable=True)
        yield index
        index.close()

    @pytest.fixture
    def reader(self, index: Index) -> Iterator[Index]:
        """Another handle on the same place, opened before anything was written."""
        reader = self.open("index", writable=False)
        yield reader
        reader.close()

    def test_a_new_index_is_empty_and_answers(self, index: Index) -> None:
        assert (index.position, index.count(), index.keys()) == (0, 0, frozenset())
        assert index.dimensions == DIMENSIONS
        assert index.search_terms("dogs", EVERYONE, 5) == []
        assert index.search_vectors(drawn(1)[0], EVERYONE, 5) == []

    def test_terms_find_by_english_stem_in_title_heading_and_text(self, index: Index) -> None:
        entries = [
            entry(1, "nothing of note", title="Expenses"),
            entry(2, "nothing of note", heading="Claiming an expense"),
            entry(3, "how it was expensed"),
            entry(4, "nothing of note"),
        ]
        index.apply(1, entries, drawn(4), NO_KEYS)
        assert set(keys_of(index.search_terms("EXPENSE", EVERYONE, 9))) == {1, 2, 3}

    def test_any_term_of_the_question_is_enough_and_more_rank_higher(self, index: Index) -> None:
        entries = [entry(1, "a red kite"), entry(2, "a red car"), entry(3, "a blue car")]
        index.apply(1, entries, drawn(3), NO_KEYS)
        assert keys_of(index.search_terms("red kites", EVERYONE, 9)) == [1, 2]

    def test_accents_and_case_are_no_obstacle(self, index: Index) -> None:
        index.apply(1, [entry(1, "the CAFÉ is open")], drawn(1), NO_KEYS)
        assert keys_of(index.search_terms("cafe", EVERYONE, 9)) == [1]

    def test_proposals_come_best_first_and_no_more_than_asked_for(self, index: Index) -> None:
        entries = [entry(key, "dogs " * key + "cats " * (30 - key)) for key in range(1, 30)]
        vectors = drawn(29)
        index.apply(1, entries, vectors, NO_KEYS)
        for found in (
            index.search_terms("dogs", EVERYONE, 7),
            index.search_vectors(vectors[3], EVERYONE, 7),
        ):
            assert len(found) == 7
            assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
        assert index.search_terms("dogs", EVERYONE, 0) == []
        assert index.search_vectors(vectors[3], EVERYONE, 0) == []

    def test_vectors_are_ranked_by_inner_product(self, index: Index) -> None:
        vectors = drawn(300)
        index.apply(1, [entry(key + 1) for key in range(300)], vectors, NO_KEYS)
        for question in drawn(5, seed=7):
            found = index.search_vectors(question, EVERYONE, 10)
            products = vectors @ question
            assert keys_of(found) == (np.argsort(-products)[:10] + 1).tolist()
            assert [p.score for p in found] == pytest.approx(np.sort(products)[:-11:-1].tolist(), abs=1e-5)

    def test_without_principals_nothing_is_found(self, index: Index) -> None:
        index.apply(1, [entry(1), entry(2, readers=[])], drawn(2), NO_KEYS)
        assert index.search_terms("dogs", frozenset(), 9) == []
        assert index.search_vectors(drawn(1)[0], frozenset(), 9) == []

    def test_an_entry_without_readers_is_held_but_found_by_nobody(self, index: Index) -> None:
        index.apply(1, [entry(1, readers=[])], drawn(1), NO_KEYS)
        assert index.keys() == {1}
        assert index.search_terms("dogs", frozenset({"everyone", "user:ann", ""}), 9) == []
        assert index.search_vectors(drawn(1)[0], frozenset({"everyone", "user:ann", ""}), 9) == []

    def test_who_may_see_exactly_k_rows_gets_k_however_good_the_others_are(self, index: Index) -> None:
        question = drawn(1)[0]
        better = np.tile(question, (400, 1))
        entries = [entry(key, "dogs dogs dogs") for key in range(1, 401)]
        index.apply(1, entries, better, NO_KEYS)
        rare = [entry(key, "dogs among many other words of no use", ["user:ann"]) for key in range(501, 508)]
        index.apply(2, rare, -drawn(7, seed=3), NO_KEYS)
        ann = frozenset({"user:ann"})
        assert set(keys_of(index.search_terms("dogs", ann, 7))) == set(range(501, 508))
        assert set(keys_of(index.search_vectors(question, ann, 7))) == set(range(501, 508))

    def test_entries_that_may_not_be_read_change_neither_scores_nor_order(self, index: Index) -> None:
        ann = frozenset({"user:ann"})
        texts = ["dogs and cats", "dogs or birds", "cats or birds", "cats or kites"]
        entries = [entry(key, text, ann) for key, text in enumerate(texts, 1)]
        index.apply(1, [*entries, entry(999, "cats or kites", ["user:bob"])], drawn(5), NO_KEYS)
        weights, before = index.weights("cats dogs", ann), index.search_terms("cats dogs", ann, 9)
        # As long as the others, so that the mean length stays; a hundred times as many cats.
        index.apply(
            2, [entry(key, "cats or cats", ["user:bob"]) for key in range(5, 405)], drawn(400), NO_KEYS
        )
        assert index.weights("cats dogs", ann) == weights
        after = index.search_terms("cats dogs", ann, 9)
        assert keys_of(after) == keys_of(before)
        assert [p.score for p in after] == pytest.approx([p.score for p in before], rel=0.15)

    def test_a_term_weighs_the_more_the_fewer_readable_entries_have_it(self, index: Index) -> None:
        entries = [entry(1, "dogs cats"), entry(2, "dogs"), entry(3, "kites", ["user:ann"])]
        index.apply(1, entries, drawn(3), NO_KEYS)
        weights = index.weights("A cat, dogs; kites and fish", EVERYONE)
        [cats, dogs] = weights.terms.values()
        assert weights.most == cats > dogs > 0
        assert len(index.weights("kites", frozenset({"user:ann"})).terms) == 1
        assert index.weights("dogs", frozenset()).terms == index.weights("?!", EVERYONE).terms == {}

    def test_a_slip_of_the_finger_is_told_from_a_word_that_somebody_may_read(self, index: Index) -> None:
        entries = [
            entry(1, "Expenses are claimed at once; receipts are kept"),
            entry(2, "the salaries of the directors", ["user:ann"]),
        ]
        index.apply(1, entries, drawn(2), NO_KEYS)
        ann = frozenset({"user:ann"})
        assert index.respelled(["expnses"], EVERYONE) == {"expnses": "expenses"}
        assert index.respelled(["salareis"], EVERYONE) == {}
        assert index.respelled(["salareis"], ann) == {"salareis": "salaries"}
        assert index.respelled(["salareis"], frozenset()) == {}
        odd = ["claiming", "expense", "reciepts", "xclaimed", "atonce", "", "?!", "\ud800", "x" * 100_000]
        assert index.respelled(odd, EVERYONE) == {"reciepts": "receipts"}

    @settings(suppress_health_check=UNHEEDED, max_examples=20, deadline=None)
    @given(st.frozensets(st.integers(1, 60)), st.integers(0, 12))
    def test_a_search_among_keys_gives_what_the_whole_search_gives_of_them(
        self, index: Index, among: frozenset[int], limit: int
    ) -> None:
        ann, question = frozenset({"user:ann"}), drawn(1, seed=9)[0]
        if not index.count():
            entries = [
                entry(key, "dogs " * (key % 7) + "cats", ["everyone"] if key % 3 else ["user:ann"])
                for key in range(1, 41)
            ]
            index.apply(1, entries, drawn(40), NO_KEYS)
            index.apply(2, [entry(7, "dogs", ann)], drawn(1, seed=5), [5, 6])  # put again, so out of order
        for who in (EVERYONE, ann):
            terms, vectors = index.search_terms("dog cat", who, 99), index.search_vectors(question, who, 99)
            assert (
                index.search_terms("dog cat", who, limit, among)
                == [p for p in terms if p.key in among][:limit]
            )
            found = index.search_vectors(question, who, limit, among)
            wanted = [p for p in vectors if p.key in among][:limit]
            assert keys_of(found) == keys_of(wanted)
            assert [p.score for p in found] == pytest.approx([p.score for p in wanted], abs=1e-6)

    def test_principals_are_compared_as_they_are_written(self, index: Index) -> None:
        index.apply(1, [entry(1, readers=["group:HR leads"])], drawn(1), NO_KEYS)
        for other in ("group:hr", "group:HR", "group:hr leads", "HR", "group:", "group:HR leads "):
            assert index.search_terms("dogs", frozenset({other}), 9) == []
            assert index.search_vectors(drawn(1)[0], frozenset({other}), 9) == []

    def test_an_upsert_replaces_text_vector_and_readers(self, index: Index) -> None:
        old, new = drawn(2)
        index.apply(1, [entry(1, "dogs", ["user:ann"])], old[None], NO_KEYS)
        index.apply(2, [entry(1, "cats", ["user:bob"])], new[None], NO_KEYS)
        ann, bob = frozenset({"user:ann"}), frozenset({"user:bob"})
        assert index.count() == 1
        assert index.search_terms("dogs cats", ann, 9) == index.search_vectors(old, ann, 9) == []
        assert index.search_terms("dogs", bob, 9) == []
        assert keys_of(index.search_terms("cats", bob, 9)) == [1]
        assert index.search_vectors(new, bob, 9)[0].score == pytest.approx(1.0, abs=1e-5)

    def test_a_deleted_entry_is_found_no_more(self, index: Index) -> None:
        index.apply(1, [entry(1), entry(2)], drawn(2), NO_KEYS)
        index.apply(2, [], drawn(0), [1, 77])
        assert index.keys() == {2}
        assert keys_of(index.search_terms("dogs", EVERYONE, 9)) == [2]
        assert keys_of(index.search_vectors(drawn(1)[0], EVERYONE, 9)) == [2]

    def test_within_one_change_the_last_entry_of_a_key_counts_and_a_delete_after_all(
        self, index: Index
    ) -> None:
        entries = [entry(1, "dogs"), entry(1, "cats"), entry(2, "dogs")]
        index.apply(1, entries, drawn(3), [2])
        assert index.keys() == {1}
        assert index.search_terms("dogs", EVERYONE, 9) == []
        assert index.search_vectors(drawn(3)[1], EVERYONE, 9)[0].score == pytest.approx(1.0, abs=1e-5)

    def test_changed_readers_hold_in_both_halves(self, index: Index) -> None:
        index.apply(1, [entry(1), entry(2)], drawn(2), NO_KEYS)
        index.set_readers(2, {1: frozenset({"user:ann"}), 99: EVERYONE})
        ann = frozenset({"user:ann"})
        assert index.keys() == {1, 2}
        assert keys_of(index.search_terms("dogs", EVERYONE, 9)) == [2]
        assert keys_of(index.search_vectors(drawn(1)[0], EVERYONE, 9)) == [2]
        assert keys_of(index.search_terms("dogs", ann, 9)) == [1]
        assert keys_of(index.search_vectors(drawn(1)[0], ann, 9)) == [1]
        index.set_readers(3, {1: frozenset()})
        assert index.search_terms("dogs", ann, 9) == index.search_vectors(drawn(1)[0], ann, 9) == []

    def test_applying_a_change_again_is_harmless(self, index: Index) -> None:
        oracle = Oracle()
        change = (3, [entry(1), entry(2, readers=["user:ann"])], drawn(2), [5])
        for _ in range(2):
            index.apply(*change)
            oracle.apply(*change)
            assert_same(index, oracle, [EVERYONE, frozenset({"user:ann"})])

    def test_the_position_never_goes_back(self, index: Index) -> None:
        index.apply(7, [entry(1)], drawn(1), NO_KEYS)
        index.apply(3, [entry(1)], drawn(1), NO_KEYS)
        assert index.position == 7
        index.set_readers(5, {1: EVERYONE})
        assert index.position == 7

    def test_any_text_is_a_question(self, index: Index) -> None:
        index.apply(1, [entry(1), entry(2, "cats")], drawn(2), NO_KEYS)
        found = {query: keys_of(index.search_terms(query, EVERYONE, 9)) for query in ODD_QUERIES}
        assert found[""] == found["?!..."] == found["x" * 100_000] == []
        assert found["/(a+)+$/"] == found["' OR 1=1; --"] == []
        assert found["-dogs"] == found["dogs " * 20_000] == [1]
        assert found["dogs\x00cats"] == [1, 2]

    def test_punctuation_is_not_syntax(self, index: Index) -> None:
        index.apply(1, [entry(1, "dogs"), entry(2, "cats")], drawn(2), NO_KEYS)
        for query in ("-dogs", '"dogs"', "text:dogs", "dogs AND", "NOT dogs", "+dogs", "(dogs", "dogs~2^3"):
            assert keys_of(index.search_terms(query, EVERYONE, 9)) == [1], query
        assert keys_of(index.search_terms("dogs:cats", EVERYONE, 9)) == [1, 2]

    def test_odd_texts_are_taken(self, index: Index) -> None:
        texts = [each for each in ODD_QUERIES if len(each) < 100]
        entries = [entry(key, text, title=text, heading=text) for key, text in enumerate(texts, 1)]
        index.apply(1, entries, drawn(len(texts)), NO_KEYS)
        index.set_readers(2, {each.key: frozenset({"user:ann"}) for each in entries})
        assert index.count() == len(texts)
        assert len(index.search_vectors(drawn(1)[0], frozenset({"user:ann"}), 99)) == len(texts)

    def test_a_vector_that_does_not_fit_is_refused_and_changes_nothing(self, index: Index) -> None:
        index.apply(1, [entry(1)], drawn(1), NO_KEYS)
        unfit = np.full((1, DIMENSIONS), np.nan, dtype=np.float32)
        for vectors in (drawn(2), drawn(1)[:, 1:], unfit):
            with pytest.raises(UsageError):
                index.apply(2, [entry(2)], vectors, [1])
        with pytest.raises(UsageError):
            index.search_vectors(drawn(1)[0][1:], EVERYONE, 9)
        with pytest.raises(UsageError):
            index.apply(2, [entry(0)], drawn(1), [1])
        assert (index.position, index.keys()) == (1, {1})

    def test_large_keys_are_kept_exactly(self, index: Index) -> None:
        keys = [2**63 - 1, 2**53 + 1, 2**53]
        index.apply(1, [entry(key) for key in keys], drawn(3), NO_KEYS)
        assert set(keys_of(index.search_terms("dogs", EVERYONE, 9))) == set(keys) == index.keys()
        assert set(keys_of(index.search_vectors(drawn(1)[0], EVERYONE, 9))) == set(keys)
        index.apply(2, [], drawn(0), [2**53 + 1])
        assert index.keys() == {2**63 - 1, 2**53}

    def test_a_reader_sees_every_change_that_has_returned(self, index: Index, reader: Index) -> None:
        oracle = Oracle()
        both = [EVERYONE, frozenset({"user:ann"})]
        assert_same(reader, oracle, both)
        for position in range(1, 6):
            change = (position, [entry(position), entry(position + 1, readers=["user:ann"])])
            index.apply(*change, drawn(2, seed=position), [position - 1])
            oracle.apply(*change, drawn(2, seed=position), [position - 1])
            assert_same(reader, oracle, both)
        index.set_readers(9, {6: EVERYONE})
        oracle.set_readers(9, {6: EVERYONE})
        assert_same(reader, oracle, both)

    def test_a_reader_may_be_opened_first(self) -> None:
        with_nothing = self.open("later", writable=False)
        assert (with_nothing.count(), with_nothing.position) == (0, 0)
        assert with_nothing.search_terms("dogs", EVERYONE, 9) == []
        index = self.open("later", writable=True)
        index.apply(1, [entry(1)], drawn(1), NO_KEYS)
        assert keys_of(with_nothing.search_terms("dogs", EVERYONE, 9)) == [1]
        index.close()
        with_nothing.close()

    def test_there_is_one_writer(self, index: Index, reader: Index) -> None:
        with pytest.raises(BusyError):
            self.open("index", writable=True)
        with pytest.raises(UsageError):
            reader.apply(1, [entry(1)], drawn(1), NO_KEYS)
        index.apply(1, [entry(1)], drawn(1), NO_KEYS)
        index.close()
        successor = self.open("index", writable=True)
        assert successor.keys() == {1}
        successor.close()

    def test_what_was_applied_is_there_after_reopening(self, index: Index) -> None:
        oracle = Oracle()
        oracle.apply(4, [entry(1), entry(2, readers=["user:ann"])], drawn(2), NO_KEYS)
        index.apply(4, [entry(1), entry(2, readers=["user:ann"])], drawn(2), NO_KEYS)
        index.close()
        for writable in (False, True):
            again = self.open("index", writable=writable)
            assert_same(again, oracle, [EVERYONE, frozenset({"user:ann"})])
            again.close()

    def test_closing_twice_is_harmless(self, index: Index) -> None:
        index.close()
        index.close()

    def test_what_is_held_comes_back_with_its_vectors(self, index: Index) -> None:
        entries = [entry(key, f"dogs {key}", title="Pets", heading="Dogs") for key in range(1, 6)]
        index.apply(1, entries, drawn(5), NO_KEYS)
        index.apply(2, [entry(2, "cats", ["user:ann"])], drawn(1, seed=1), [5])
        found, vectors = index.held([5, 4, 2, 99])
        by_key = {each.key: (each, vector) for each, vector in zip(found, vectors, strict=True)}
        assert by_key.keys() == {2, 4}
        assert by_key[4][0] == entries[3]
        assert by_key[2][0] == entry(2, "cats", ["user:ann"])
        np.testing.assert_allclose(by_key[4][1], drawn(5)[3], atol=1e-6)
        np.testing.assert_allclose(by_key[2][1], drawn(1, seed=1)[0], atol=1e-6)

    def test_nothing_is_held_of_no_keys(self, index: Index) -> None:
        found, vectors = index.held(NO_KEYS)
        assert (found, vectors.shape) == ([], (0, DIMENSIONS))

    def test_a_rebuild_replaces_everything_for_every_handle(self, index: Index, reader: Index) -> None:
        index.apply(9, [entry(1), entry(2)], drawn(2), NO_KEYS)
        assert reader.count() == 2
        oracle, told = Oracle(), list[int]()
        oracle.apply(4, [entry(2, readers=["user:ann"]), entry(3), entry(5)], drawn(3), NO_KEYS)
        batches = [([entry(2, readers=["user:ann"]), entry(3)], drawn(3)[:2]), ([entry(5)], drawn(3)[2:])]
        index.rebuild(4, batches, told.append)
        both = [EVERYONE, frozenset({"user:ann"})]
        assert_same(index, oracle, both)
        assert_same(reader, oracle, both)
        assert told == [2, 3]
        index.apply(10, [entry(6)], drawn(1), [3])
        oracle.apply(10, [entry(6)], drawn(1), [3])
        assert_same(reader, oracle, both)

    def test_the_old_index_answers_until_the_rebuild_is_done(self, index: Index, reader: Index) -> None:
        index.apply(1, [entry(1)], drawn(1), NO_KEYS)
        seen = []

        def batches() -> Iterator[tuple[list[Entry], Vectors]]:
            for key in (2, 3):
                seen.append((reader.keys(), index.keys(), keys_of(reader.search_terms("dogs", EVERYONE, 9))))
                yield [entry(key)], drawn(1)

        index.rebuild(2, batches())
        assert seen == [({1}, {1}, [1])] * 2
        assert reader.keys() == {2, 3}

    def test_a_rebuild_that_fails_changes_nothing(self, index: Index, reader: Index) -> None:
        index.apply(1, [entry(1)], drawn(1), NO_KEYS)

        def batches() -> Iterator[tuple[list[Entry], Vectors]]:
            yield [entry(2)], drawn(1)
            raise RuntimeError("the catalogue went away")

        with pytest.raises(RuntimeError):
            index.rebuild(2, batches())
        index.apply(3, [entry(4)], drawn(1), NO_KEYS)
        assert index.keys() == reader.keys() == {1, 4}

    def test_a_rebuild_from_nothing_empties_the_index(self, index: Index) -> None:
        index.apply(1, [entry(1)], drawn(1), NO_KEYS)
        index.rebuild(2, [])
        assert (index.count(), index.position) == (0, 2)
        assert index.search_terms("dogs", EVERYONE, 9) == []

    @settings(max_examples=15, suppress_health_check=UNHEEDED)
    @given(changes=CHANGES, asked=st.lists(READERS, min_size=1, max_size=3))
    def test_after_any_changes_both_halves_show_each_reader_exactly_his_rows(
        self, index: Index, reader: Index, changes: list[Change], asked: list[frozenset[Principal]]
    ) -> None:
        index.rebuild(0, [])
        oracle = Oracle()
        for position, (readers, deletes) in enumerate(changes, 1):
            if deletes is None:
                index.set_readers(position, readers)
                oracle.set_readers(position, readers)
            else:
                entries = [entry(key, f"dogs {key}", permitted) for key, permitted in readers.items()]
                vectors = drawn(len(entries), seed=position)
                index.apply(position, entries, vectors, deletes)
                oracle.apply(position, entries, vectors, deletes)
        assert_same(reader, oracle, [*asked, frozenset(), frozenset(PRINCIPALS)])
