"""What a statement says beyond its sources is found, and another wording of the same is not held against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.verify.verifier import Source, unsupported


def found(statement: str, *sources: str, heading: str = "") -> list[str]:
    return [one.sort for one in unsupported(statement, [Source(text, heading) for text in sources])]


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("You get 26 days of leave a year.", "Leave is 26 days a year."),
        ("Four people came.", "4 people came by boat."),
        ("It costs 1000 euros.", "The price of it is €1,000."),
        ("Half of it, fifty percent, is paid.", "50% is paid, which is half of it."),
        ("The fee is 2,000,000 euros.", "A fee of €2 million is due."),
        ("Notice is given 3 weeks ahead.", "Notice must be given 21 days ahead."),
        ("It opened on May 3, 2020.", "It opened on 2020-05-03."),
        ("It opened on the 3rd of May 2020.", "It opened on 3 May 2020."),
        ("It opened in 2020.", "It opened on 3 May 2020."),
        ("It opened in May 2020.", "It opened on 3 May 2020."),
        ("It takes 3 to 5 weeks.", "It takes 3–5 weeks."),
        ("A stay is limited to no more than 5 days.", "A stay is limited to at most 5 days."),
        ("The WHO declared it.", "The World Health Organization declared it."),
        ("The World Health Organization declared it.", "The WHO declared it."),
        ("It is a city of Germany.", "It is a German city."),
        ("The harbour's office is closed.", "The office of the harbour is closed."),
        ("Parking is prohibited for visitors.", "Visitors may not park, parking is for staff."),
        ("Visitors are not allowed to park.", "Visitors may not park; parking is not allowed."),
        ("Contractors pay for parking.", "Employees do not pay for parking, but contractors pay."),
        ("Managers approve trips.", "Only managers approve trips."),
        ("The pier is larger than the shed.", "The shed is smaller than the pier."),
        ("The rent was not increased.", "The rent was not increased last year."),
        ("Trips need no approval before May.", "Before May, trips need no approval."),
        ("Files are deleted within 5 days.", "Files, which are encrypted, are deleted within 5 days."),
    ],
)
def test_another_wording_is_held_up(statement: str, source: str) -> None:
    assert found(statement, source) == []


@pytest.mark.parametrize(
    ("statement", "source", "sort"),
    [
        ("Leave is 36 days a year.", "Leave is 26 days a year.", "number"),
        ("Notice is 3 weeks.", "Notice is 3 days.", "number"),
        ("The fee is €2,000.", "The fee is €2 million.", "number"),
        ("The fee is $200.", "The fee is €200.", "number"),
        ("The province has 94 billion people.", "The province has 94 million people.", "number"),
        ("The load is 5 kg.", "The load is 5 mg.", "number"),
        ("Fifty people pay.", "Pay is 50% for them.", "number"),
        ("It opened on May 4, 2020.", "It opened on 2020-05-03.", "date"),
        ("It opened on June 3, 2020.", "It opened on May 3, 2020.", "date"),
        ("It opened in 2021.", "It opened on 3 May 2020.", "date"),
        ("Ask Anna Weir about boats.", "Ask Paul Dias about boats.", "name"),
        ("It is EuPaul Dias.", "Paul Dias is it.", "name"),
        ("Use form A-12 for boats.", "Use form B-12 for boats.", "name"),
        ("Visitors must park here.", "Visitors must not park here.", "negation"),
        ("Visitors may not park here.", "Visitors may park here.", "negation"),
        ("Visitors can't park here.", "Visitors can park here.", "negation"),
        ("Badges are required.", "Badges are no longer required.", "negation"),
        ("The shop never opens on Sunday.", "The shop opens on Sunday.", "negation"),
        ("Trips need approval unless booked early.", "Trips need approval when booked early.", "negation"),
        ("Only managers approve trips.", "Managers approve trips.", "negation"),
        ("A stay is at least 5 days.", "A stay is at most 5 days.", "comparison"),
        ("More than 40 lamps are lit.", "Fewer than 40 lamps are lit.", "comparison"),
        ("Submit it before May 3.", "Submit it after May 3.", "comparison"),
        ("Sales decreased in spring.", "Sales increased in spring.", "comparison"),
        ("Guests must be under the age of 18.", "Guests must be over the age of 18.", "comparison"),
        ("Bananas grow quickly on islands.", "Leave is 26 days a year.", "words"),
    ],
)
def test_what_the_source_does_not_say_is_found(statement: str, source: str, sort: str) -> None:
    assert sort in found(statement, source)


@pytest.mark.parametrize(
    ("statement", "sort"),
    [
        ("The office in York opened in 1990 and the one in Bath in 1970.", "date"),
        ("The office in Bath opened in 1970 and the one in York in 1990.", "name"),
    ],
)
def test_names_and_numbers_that_changed_places_in_a_copy_are_found(statement: str, sort: str) -> None:
    assert sort in found(statement, "The office in York opened in 1970 and the one in Bath in 1990.")


def test_titles_and_headings_explain_who_and_when_but_deny_nothing() -> None:
    span = "The office opens on 3 May."
    assert found("The Bath office opens on 3 May 2027.", span) != []
    assert found("The Bath office opens on 3 May 2027.", span, heading="Bath > 2027") == []
    assert found("The office does not open on 3 May.", span, heading="When the office does not open") != []


def test_several_spans_hold_a_statement_up_together() -> None:
    said = "Leave is 26 days and notice is 3 months."
    assert found(said, "Leave is 26 days a year.") == ["number"]
    assert found(said, "Leave is 26 days a year.", "Your notice is 3 months.") == []


def test_numbers_with_another_unit_in_a_table_are_read_with_its_head() -> None:
    assert found("A senior has 28 days.", "Grade | Leave (days)\nSenior | 28") == []
    assert found("A senior has 28 weeks.", "Grade | Leave (days)\nSenior | 28") == ["number"]


WORDS = st.sampled_from(
    "Anna Bath 26 days 5 % not never must only more than at least before May 2020 pays rent €3 unless the to".split()
)


@given(st.lists(WORDS, min_size=1, max_size=20), st.booleans(), st.sampled_from([" ", "\n", "  "]))
def test_a_span_repeated_is_always_held_up(words: list[str], loud: bool, space: str) -> None:
    text = " ".join(words) + "."
    said = space.join(words) + "."
    assert found(said.upper() if loud else said, text) == []


@given(st.integers(2, 9999), st.integers(2, 9999))
def test_another_number_is_always_found(one: int, other: int) -> None:
    wrong = found(f"The pier is {one:,} metres long.", f"The pier is {other} metres long.")
    assert bool(wrong) == (one != other)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_judged(statement: str, source: str) -> None:
    unsupported(statement, [Source(source, source[:20])])


def test_a_number_in_a_heading_holds_up_no_amount_but_a_year_in_it_does() -> None:
    span = Source("The figure has 2 lines of symmetry.", heading="3 > Report 2031")
    assert unsupported("The figure has three lines of symmetry.", [span])
    assert not unsupported("In 2031 the figure has 2 lines of symmetry.", [span])
