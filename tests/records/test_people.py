"""The algebra of audiences, held to its meaning: who is permitted."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.records.people import EVERYONE, Audience, Principal, principal, principals

NAMES = ["user:ann", "user:bob", "group:hr", "group:leads"]
clauses = st.frozensets(st.sampled_from([*NAMES, EVERYONE]), max_size=3)
audiences = st.lists(clauses, max_size=4).map(Audience.from_json)
# Somebody who is signed in holds `everyone` besides their own.
held = st.frozensets(st.sampled_from(NAMES)).map(lambda names: names | {EVERYONE})


@given(audiences, audiences, held)
def test_both_permits_whom_each_permits(one: Audience, two: Audience, person: frozenset[Principal]) -> None:
    assert (one & two).permits(person) == (one.permits(person) and two.permits(person))


@given(audiences, audiences, held)
def test_either_permits_whom_one_permits(one: Audience, two: Audience, person: frozenset[Principal]) -> None:
    assert (one | two).permits(person) == (one.permits(person) or two.permits(person))


@given(st.lists(clauses, max_size=5), held)
def test_an_audience_asks_for_one_of_each_clause(
    lists: list[frozenset[Principal]], person: frozenset[Principal]
) -> None:
    together = Audience.intersection(Audience.of(readers) for readers in lists)
    assert together.permits(person) == all(readers & person for readers in lists)
    assert together == Audience.from_json(lists)


@given(audiences, audiences)
def test_audiences_that_permit_the_same_people_are_equal(one: Audience, two: Audience) -> None:
    everybody = [frozenset([EVERYONE, *some]) for some in subsets(NAMES)]
    assert (one == two) == all(one.permits(person) == two.permits(person) for person in everybody)


@given(audiences, audiences, audiences)
def test_the_laws_of_a_distributive_lattice_hold(one: Audience, two: Audience, three: Audience) -> None:
    assert one & two == two & one
    assert one | two == two | one
    assert (one & two) & three == one & (two & three)
    assert (one | two) | three == one | (two | three)
    assert one & one == one | one == one
    assert one & (one | two) == one | (one & two) == one
    assert one & (two | three) == (one & two) | (one & three)


@given(audiences)
def test_everyone_and_nobody_are_the_ends(one: Audience) -> None:
    assert one & Audience.everyone() == one | Audience.nobody() == one
    assert one | Audience.everyone() == Audience.everyone()
    assert one & Audience.nobody() == Audience.nobody()


@given(audiences)
def test_json_brings_back_the_same(one: Audience) -> None:
    assert Audience.from_json(one.to_json()) == one


@given(audiences)
def test_holding_nothing_is_never_inside(one: Audience) -> None:
    assert not one.permits(frozenset())


@given(held)
def test_no_readers_means_nobody_and_a_reader_everyone_means_everyone(person: frozenset[Principal]) -> None:
    assert Audience.of([]) == Audience.nobody()
    assert not Audience.nobody().permits(person)
    assert Audience.of(["everyone", "user:ann"]) == Audience.everyone()
    assert Audience.everyone().permits(person)


def test_an_audience_reads_as_a_sentence() -> None:
    both = Audience.of(["user:ann", "group:hr"]) & Audience.of(["group:leads"])
    assert str(both) == "group:hr or user:ann and group:leads"
    assert str(Audience.everyone()) == "everyone"
    assert str(Audience.nobody()) == "nobody"
    assert Audience.everyone().to_json() == []
    assert Audience.nobody().to_json() == [[]]


@pytest.mark.parametrize("text", ["everyone", " group:hr ", "user:ann.smith@example.org", "group:Ä/ö"])
def test_a_principal_has_one_of_three_forms(text: str) -> None:
    assert principal(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hr",
        "group:",
        "user: ann",
        "group:a,b",
        "group:a:b",
        "everyone:x",
        "Everyone",
        "role:x",
        "user:a\n b",
    ],
)
def test_anything_else_is_refused_with_the_three_forms(text: str) -> None:
    with pytest.raises(UsageError, match="everyone, group:NAME or user:NAME"):
        principal(text)


def test_readers_are_a_comma_separated_list() -> None:
    assert principals("everyone, group:hr,,user:ann,") == {"everyone", "group:hr", "user:ann"}
    with pytest.raises(UsageError, match="no readers"):
        principals(" , ")


def subsets(names: list[Principal]) -> Iterable[list[Principal]]:
    return (
        [name for place, name in enumerate(names) if number >> place & 1] for number in range(2 ** len(names))
    )
