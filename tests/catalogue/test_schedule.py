"""How long a source is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from wellread.catalogue.schedule import FIRST_WAIT, MOST_ASKED, MOST_WAIT, wait

chances = st.floats(0, 1)


@given(st.integers(1, 10_000), chances, st.none() | st.floats(0, 1e12))
def test_a_wait_is_bounded_and_never_less_than_asked(
    failures: int, chance: float, asked: float | None
) -> None:
    seconds = wait(failures, chance, asked)
    assert FIRST_WAIT / 2 <= seconds <= max(MOST_WAIT, MOST_ASKED)
    assert seconds >= min(asked or 0, MOST_ASKED)
    if not asked:
        assert seconds <= MOST_WAIT


@given(st.integers(1, 40), chances)
def test_waits_double_and_chance_takes_off_at_most_half(failures: int, chance: float) -> None:
    longest = wait(failures, 1.0)
    assert longest / 2 <= wait(failures, chance) <= longest
    assert wait(failures + 1, chance) == min(2 * longest, MOST_WAIT) * (0.5 + chance / 2)


def test_chance_keeps_many_from_coming_back_at_once() -> None:
    assert len({wait(5, number / 100) for number in range(100)}) == 100
