"""What is shown of a free answer is held up by what it cites, or quoted from it."""

from answering import passage
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.statements import check
from wellread.answer.verify.verifier import Source, unsupported

LEAVE = (
    "Leave is 26 days a year. It lapses in March. Visitors may not park. Anna Weir keeps the list of days."
)


def said(text: str, *sources: str, question: str = "") -> str | None:
    shown = check(
        text, [passage(source, at) for at, source in enumerate(sources or (LEAVE,), start=1)], question
    )
    return shown.text if shown else None


def test_a_sentence_beside_it_may_complete_a_statement_and_is_cited_too() -> None:
    shown = check("Leave is 26 days and lapses in March.", [passage(LEAVE)])
    assert shown is not None and shown.text == "Leave is 26 days and lapses in March."
    assert [one.quote for one in shown.citations] == ["Leave is 26 days a year.", "It lapses in March."]


def test_a_denial_dropped_gives_the_sources_own_sentence() -> None:
    assert said("Visitors may park.") == "Visitors may not park."


def test_another_name_of_the_text_is_no_support() -> None:
    text = "Anna Weir keeps the list of boats. Paul Dias has the keys."
    assert said("Paul Dias keeps the list of boats.", text) == "Anna Weir keeps the list of boats."


def test_a_number_beside_which_the_source_has_another_is_not_found_elsewhere() -> None:
    other = "Sick leave of 36 days is rare."
    assert said("Leave is 36 days a year.", LEAVE, other) == "Leave is 26 days a year."


def test_the_sources_sentence_is_not_put_where_it_tells_nothing_of_the_question() -> None:
    assert said("Visitors may park.", question="Where may visitors park?") == "Visitors may not park."
    assert said("Visitors may park.", question="How much is lunch?") is None


def test_what_shares_too_little_is_dropped() -> None:
    assert said("The canteen opens at eight for everyone.") is None


@given(st.lists(st.sampled_from([*LEAVE.replace(".", "").split(), "not", "36", "Paul"]), max_size=12))
def test_whatever_is_shown_is_held_up_by_what_it_cites(words: list[str]) -> None:
    source = passage(LEAVE)
    shown = check(" ".join(words), [source])
    if shown is not None:
        assert shown.citations
        cited = [Source(one.quote, source.heading_line) for one in shown.citations]
        assert unsupported(shown.text, cited) == []
