"""What two texts share, held against plain sets of word tuples."""

from hypothesis import given
from hypothesis import strategies as st

from wellread.govern.matching import Shelf
from wellread.govern.shingles import WORDS, longest_run, overlap, shingles
from wellread.screen.terms import tokens

WORD = st.sampled_from("gull crab kelp tide reef Shoal buoy".split())
TEXT = st.lists(WORD, max_size=40).map(" ".join)


def runs(text: str) -> set[tuple[str, ...]]:
    words = tokens(text)
    return {tuple(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}


@given(TEXT, TEXT)
def test_shares_are_those_of_sets_of_word_runs(one: str, two: str) -> None:
    found = overlap(shingles(one), shingles(two))
    mine, other = runs(one), runs(two)
    assert found.jaccard == (len(mine & other) / len(mine | other) if mine | other else 0.0)
    assert found.first_in_second == (len(mine & other) / len(mine) if mine else 0.0)


@given(TEXT, TEXT)
def test_the_longest_run_is_the_same_words_in_both(one: str, two: str) -> None:
    run = longest_run((one, two), (shingles(one), shingles(two)))
    assert (run is None) == (not runs(one) & runs(two))
    if run is not None:
        assert tokens(one[slice(*run.first)]) == tokens(two[slice(*run.second)])
        assert len(tokens(one[slice(*run.first)])) == run.words >= WORDS


def test_case_marks_and_line_breaks_do_not_count() -> None:
    one, two = "The gull sat on the mast, and slept.", "the GULL sat\non the mast -- and slept"
    assert overlap(shingles(one), shingles(two)).jaccard == 1.0


@given(st.lists(st.sets(st.integers(0, 30), max_size=8), max_size=12), st.integers(2, 6))
def test_the_inverted_index_counts_as_comparing_every_two_does(owned: list[set[int]], most: int) -> None:
    shelf = Shelf()
    for number, hashes in enumerate(owned):
        shelf.add(number, sorted(hashes))
    first, second, shared, own = shelf.pairs(most)
    owners = {value: sum(value in hashes for hashes in owned) for value in range(31)}
    telling = [{value for value in hashes if owners[value] <= most} for hashes in owned]
    expected = {
        (one, two): len(telling[one] & telling[two])
        for one in range(len(owned))
        for two in range(one + 1, len(owned))
        if telling[one] & telling[two]
    }
    assert (
        dict(zip(zip(first.tolist(), second.tolist(), strict=True), shared.tolist(), strict=True)) == expected
    )
    assert [len(hashes) for hashes in telling[: len(own)]] == own.tolist()
