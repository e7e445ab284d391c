"""Questions as terms, and BM25 against the formula."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_oracle import EVERYONE, entry

from wellread.index.protocol import Proposal
from wellread.index.state import State
from wellread.index.terms import TermsWriter
from wellread.index.words import MOST_TERMS, terms_of


def test_terms_are_stems_without_punctuation_accents_and_case() -> None:
    assert terms_of("Running RUNS, ran: Café-crème (e-mail) INC-00123!") == [
        "run", "ran", "cafe", "creme", "e", "mail", "inc", "00123"
    ]  # fmt: skip


def test_stop_words_count_only_where_there_is_nothing_else() -> None:
    assert terms_of("What is the notice period of the contract?") == ["what", "notic", "period", "contract"]
    assert terms_of("to be or not to be") == ["to", "be", "or", "not"]


def test_a_pasted_book_is_cut_to_its_first_terms() -> None:
    terms = terms_of(" ".join(f"w{number}" for number in range(2_000)))
    assert terms == [f"w{number}" for number in range(MOST_TERMS)]


@given(st.text(st.characters()))
def test_any_text_gives_distinct_terms(text: str) -> None:
    terms = terms_of(text)
    assert len(set(terms)) == len(terms)
    assert all(terms)


def test_scores_are_those_of_bm25(tmp_path: Path) -> None:
    texts = {1: "dog dog cat", 2: "dog bird bird bird bird", 3: "bird", 4: "cat cat"}
    writer = TermsWriter(tmp_path)
    for key, text in texts.items():
        writer.add(entry(key, text))
    writer.commit(State())
    snapshot = writer.snapshot()
    # The document that carries the State counts as an empty one in the mean.
    mean_length = sum(len(text.split()) for text in texts.values()) / (len(texts) + 1)

    def bm25(term: str, key: int) -> float:
        words = texts[key].split()
        frequency, having = words.count(term), sum(term in text.split() for text in texts.values())
        inverse = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
        return inverse * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(words) / mean_length))

    expected = {1: bm25("dog", 1) + bm25("cat", 1), 2: bm25("dog", 2), 4: bm25("cat", 4)}
    found = snapshot.search("dogs cats", EVERYONE, 9)
    assert {p.key: p.score for p in found} == pytest.approx(expected, rel=1e-5)
    writer.finish()


def test_equal_scores_come_by_key(tmp_path: Path) -> None:
    writer = TermsWriter(tmp_path)
    for key in (5, 2, 9):
        writer.add(entry(key))
    writer.commit(State(position=3))
    found = writer.snapshot().search("dogs", EVERYONE, 9)
    assert [p.key for p in found] == [2, 5, 9]
    assert len({p.score for p in found}) == 1
    assert found[0] == Proposal(2, found[0].score)
    assert writer.snapshot().state() == State(position=3)
    writer.finish()


def test_what_was_removed_or_may_not_be_read_makes_no_term_commoner(tmp_path: Path) -> None:
    writer = TermsWriter(tmp_path)
    for key in range(1, 9):
        writer.add(entry(key, "dog cat" if key < 3 else "dog bird", ["user:ann" if key < 5 else "user:bob"]))
    writer.commit(State())
    ann = frozenset({"user:ann"})
    before = writer.snapshot()
    assert before.weights("dogs cats birds fish", ann).terms == pytest.approx(
        {
            term: math.log(1 + (4 - count + 0.5) / (count + 0.5))
            for term, count in [("dog", 4), ("cat", 2), ("bird", 2)]
        }
    )
    for key in range(5, 8):
        writer.drop(key)
    writer.commit(State())
    after = writer.snapshot()
    assert after.weights("dogs cats birds", ann) == before.weights("dogs cats birds", ann)
    scores = [{p.key: p.score for p in each.search("dogs cats", ann, 9)} for each in (before, after)]
    assert scores[1] == pytest.approx(
        scores[0], rel=0.1
    )  # the mean length is that of all, the removed among them
    writer.finish()
