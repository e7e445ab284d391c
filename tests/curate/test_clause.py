import pytest

from wellread.curate.clause import parse

PARSED = [
    ("Comp time expires 26 pay periods after it is earned.", "Comp time", "does",
     "expire 26 pay periods after it is earned"),
    ("Employees receive 13 days of leave each year.", "Employees",
     "do", "receive 13 days of leave each year"),
    ("If you fly, you must book within 5 days.", "you", "must", "book within 5 days"),
    ("You'll get a badge by June 3, 2025.", "You", "will", "get a badge by June 3, 2025"),
    ("Submit your voucher within 5 days.", "I", "should", "submit your voucher within 5 days"),
    ("Note that the fee has been paid by the vendor.", "the fee", "has", "been paid by the vendor"),
    ("GSA launched the office on March 19, 2014.", "GSA", "did", "launch the office on March 19, 2014"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "subject", "auxiliary", "rest"), PARSED)
def test_a_plain_sentence_comes_apart(sentence: str, subject: str, auxiliary: str, rest: str) -> None:
    clause = parse(sentence)
    assert clause is not None
    assert (clause.subject, clause.auxiliary, clause.rest) == (subject, auxiliary, rest)


@pytest.mark.parametrize("sentence", [row[0] for row in PARSED])
def test_the_rest_can_be_found_again_in_the_sentence(sentence: str) -> None:
    clause = parse(sentence)
    assert clause is not None
    tail = clause.rest[clause.exact :]
    start = clause.exact + clause.shift
    assert tail and sentence[start : start + len(tail)] == tail


@pytest.mark.parametrize(
    "sentence",
    [
        "It expires 26 pay periods after it is earned.",
        "This must be done within 5 days.",
        "You must not spend more than $50 on a meal.",
        "Have you booked within 5 days of travel?",
        "The form that you must submit is $35 to file.",
        "Which, as they say, is fine with everybody here.",
        "Too short.",
    ],
)
def test_what_is_unclear_is_declined(sentence: str) -> None:
    clause = parse(sentence)
    assert clause is None
