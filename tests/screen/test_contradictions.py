"""What contradicts what, on sentences alone."""

import pytest

from wellread.records.knowledge import Passage
from wellread.screen.claims import Claim, claims
from wellread.screen.contradictions import compare


def claim(text: str, document: int = 0, title: str = "Guide", heading: tuple[str, ...] = ()) -> Claim | None:
    passage = Passage(
        key=1,
        id="psg_1",
        document=f"doc_{document}",
        version="ver_1",
        uri="guide.md",
        title=title,
        heading=heading,
        start=0,
        end=len(text),
        text=text,
    )
    return next(claims(document, title, [passage]), None)


def differ(one: str, two: str, titles: tuple[str, str] = ("Guide", "Welcome")) -> str | None:
    first, second = claim(one, 0, titles[0]), claim(two, 1, titles[1])
    if first is None or second is None:
        return None
    found = compare(first, second, titles)
    return found.sort if found else None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Every keeper has 25 days of annual leave.", "Every keeper has 28 days of annual leave."),
        (
            "Travel claims must be filed within five working days.",
            "File travel claims within ten working days.",
        ),
        ("The harbour desk opens at 9:00 each weekday.", "Each weekday the harbour desk opens at 8:30."),
        (
            "Send broken lamps to repair@quill.example first.",
            "Send broken lamps first to lamps@quill.example.",
        ),
        ("A night in a hotel may cost up to 120 euros.", "A hotel night may cost at most 140 euros."),
        ("The lamp permit is valid until 3 May 2027.", "The lamp permit is valid until 4 May 2027."),
    ],
)
def test_one_value_that_differs_in_the_same_statement(one: str, two: str) -> None:
    assert differ(one, two) == "value"
    assert differ(two, one) == "value"


def test_what_one_says_and_the_other_denies() -> None:
    one, two = "Visitors may park on the northern pier.", "Visitors may not park on the northern pier."
    assert differ(one, two) == "denial"
    assert differ(one, one) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Junior keepers have 25 days of annual leave.", "Senior keepers have 28 days of annual leave."),
        ("After 5 years keepers have 25 days of leave.", "After 10 years keepers have 28 days of leave."),
        ("Keepers have at least 25 days of annual leave.", "Keepers have at most 28 days of annual leave."),
        ("Keepers have about 25 days of annual leave.", "Keepers have about 28 days of annual leave."),
        ("Every keeper has 28 days of annual leave.", "Every keeper has four weeks of annual leave."),
        ("The repair of the old lamp took 25 days.", "The repair of the old lamp took 28 days."),
        ("If it storms, the harbour desk opens at 9:00.", "The harbour desk opens at 8:30."),
        ("Have all keepers 25 days of annual leave?", "Have all keepers 28 days of annual leave?"),
        ("Read chapter 4 of the keepers' handbook.", "Read chapter 5 of the keepers' handbook."),
        (
            "For example, a keeper with 25 days of annual leave.",
            "For example, a keeper with 28 days of annual leave.",
        ),
    ],
)
def test_what_only_looks_like_a_contradiction(one: str, two: str) -> None:
    assert differ(one, two) is None


def test_data_sheets_of_two_products_do_not_contradict_one_another() -> None:
    one, two = "The lamp oil tank holds 25 litres.", "The lamp oil tank holds 28 litres."
    assert differ(one, two, ("Data sheet Beacon 400", "Data sheet Beacon 600")) is None
    assert differ(one, two, ("Lamp care", "First week")) == "value"
    assert differ(one, two, ("Lamp rules 2024", "Lamp rules 2026")) == "value"


def test_words_of_the_heading_complete_a_sentence() -> None:
    first = claim("Every keeper of the pier has 25 days a year.", 0, "Leave", ("Annual leave",))
    second = claim("Every keeper of the pier has 28 days of annual leave a year.", 1, "Welcome")
    assert first is not None
    assert second is not None
    assert compare(first, second, ("Leave", "Welcome")) is not None
