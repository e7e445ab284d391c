"""Copies stand behind the best of them, and only copies do."""

from hypothesis import given
from hypothesis import strategies as st

from wellread.records.knowledge import Hit, Passage
from wellread.records.trust import Trust
from wellread.retrieve.copies import gathered

LONG = "Whoever travels for the company keeps every receipt and hands it in within two weeks of coming home again"


def hit(key: int, text: str, trust: Trust = "unknown") -> Hit:
    passage = Passage(
        key=key, id=f"p{key}", document=f"d{key}", version="v", uri=f"{key}.md", title="", heading=(),
        start=0, end=len(text), text=text, trust=trust,
    )  # fmt: skip
    return Hit(passage=passage, score=1.0 / key)


def keys(hits: list[Hit]) -> list[int]:
    return [one.passage.key for one in hits]


def test_a_copy_stands_behind_the_first_and_makes_room_for_another() -> None:
    found = gathered([hit(1, LONG), hit(2, LONG.upper() + "."), hit(3, "Something else")], 2)
    assert keys(found) == [1, 3]
    assert [copy.uri for copy in found[0].copies] == ["2.md"]
    assert found[1].copies == ()


def test_of_copies_the_most_trusted_is_shown_in_the_place_of_the_best() -> None:
    found = gathered([hit(1, LONG, "community"), hit(2, "Else"), hit(3, LONG, "official"), hit(4, LONG)], 9)
    assert keys(found) == [3, 2]
    assert [copy.key for copy in found[0].copies] == [1, 4]


def test_texts_that_differ_in_a_figure_are_no_copies() -> None:
    found = gathered([hit(1, f"{LONG} up to 400 a day"), hit(2, f"{LONG} up to 450 a day")], 9)
    assert keys(found) == [1, 2]


def test_a_text_that_only_begins_the_same_is_no_copy() -> None:
    found = gathered([hit(1, LONG), hit(2, f"{LONG}, and {LONG.replace('every', 'no')}")], 9)
    assert keys(found) == [1, 2]


def test_short_and_empty_texts_are_compared_too() -> None:
    assert keys(gathered([hit(1, "Yes"), hit(2, "yes!"), hit(3, "No"), hit(4, ""), hit(5, "?")], 9)) == [
        1,
        3,
        4,
    ]


@given(
    st.lists(st.sampled_from(["a b c d e", "a b c d f", "g", "", "1 2", "1 3"]), max_size=9),
    st.integers(1, 9),
)
def test_nothing_is_lost_or_shown_twice_and_the_order_stays(texts: list[str], limit: int) -> None:
    given_hits = [hit(key, text) for key, text in enumerate(texts, 1)]
    found = gathered(given_hits, limit)
    shown = keys(found) + [copy.key for one in found for copy in one.copies]
    assert len(shown) == len(set(shown))
    assert keys(found) == sorted(keys(found))
    assert len(found) <= limit
    if len(found) < limit:
        assert set(shown) == set(range(1, len(texts) + 1))
