"""What was answered is given again to whoever may read the same, until anything changes."""

import threading
from collections.abc import Callable

import pytest
from answering import hits
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.cite import cite
from wellread.answer.kept import Asked, KeptAnswers
from wellread.records.conversation import Answer, Statement, Step

EVERYONE = frozenset(["everyone"])


def asked(question: str = "How much leave?", principals: frozenset[str] = EVERYONE) -> Asked:
    return Asked(question=question, principals=principals, reader="reader", way="traditional")


def said(text: str) -> Answer:
    [hit] = hits(text)
    return Answer(
        statements=(Statement(text, (cite(hit.passage, 0, len(text)),)),),
        verdict="answered",
        steps=(Step(name="read", detail="", milliseconds=50.0),),
        model="m",
        adapter=None,
        milliseconds=50.0,
        tokens=100,
    )


class Counting:
    """Makes an answer, and counts how often."""

    def __init__(self, text: str = "Leave is 26 days.", meanwhile: Callable[[], None] = lambda: None) -> None:
        self.made, self.text, self.meanwhile = 0, text, meanwhile

    def __call__(self) -> Answer:
        self.made += 1
        self.meanwhile()
        return said(self.text)


def ignore(_: str) -> None:
    pass


def test_the_same_question_is_answered_once() -> None:
    kept, make = KeptAnswers(2), Counting()
    pieces: list[str] = []
    first = kept.answer(asked(), lambda: 1, make, pieces.append)
    again = kept.answer(asked(), lambda: 1, make, pieces.append)
    assert make.made == 1
    assert again.statements == first.statements
    assert pieces == [first.text], "what is kept is emitted as a whole"
    assert [step.name for step in again.steps] == ["kept"]
    assert again.tokens == 0


def test_a_change_forgets_every_answer() -> None:
    kept, make = KeptAnswers(9), Counting()
    for version in (1, 2, 1):
        kept.answer(asked(), lambda version=version: version, make, ignore)
    assert make.made == 3


def test_what_changed_while_it_was_answered_is_not_kept() -> None:
    version = [1]
    kept, make = KeptAnswers(9), Counting(meanwhile=lambda: version.append(version[-1] + 1))
    for _ in range(3):
        kept.answer(asked(), lambda: version[-1], make, ignore)
    assert make.made == 3


def test_the_longest_unasked_is_forgotten_first() -> None:
    kept, make = KeptAnswers(2), Counting()
    for question in ("a", "b", "a", "c", "a"):
        kept.answer(asked(question), lambda: 1, make, ignore)
    assert make.made == 3
    kept.answer(asked("b"), lambda: 1, make, ignore)
    assert make.made == 4


def test_with_room_for_none_nothing_is_kept() -> None:
    kept, make = KeptAnswers(0), Counting()
    for _ in range(3):
        kept.answer(asked(), lambda: 1, make, ignore)
    assert make.made == 3


def test_an_error_is_not_kept() -> None:
    kept, make = KeptAnswers(2), Counting()

    def failing() -> Answer:
        raise OSError

    with pytest.raises(OSError):
        kept.answer(asked(), lambda: 1, failing, ignore)
    kept.answer(asked(), lambda: 1, make, ignore)
    assert make.made == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.frozensets(st.sampled_from(["everyone", "group:hr", "user:ann"])),
            st.integers(0, 2),
        ),
        max_size=40,
    ),
    st.integers(0, 4),
)
def test_no_answer_crosses_readers_or_versions(
    asks: list[tuple[str, frozenset[str], int]], most: int
) -> None:
    kept = KeptAnswers(most)
    for question, principals, version in asks:
        told = f"{question} {sorted(principals)} {version}."
        got = kept.answer(
            asked(question, principals), lambda at=version: at, lambda told=told: said(told), ignore
        )
        assert got.text == told


def test_threads_get_their_own_answers() -> None:
    kept = KeptAnswers(3)
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(200):
            question = f"{(number + turn) % 5}"
            got = kept.answer(asked(question), lambda: 1, lambda told=question: said(f"{told}."), ignore)
            wrong.extend([got.text] if got.text != f"{question}." else [])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
