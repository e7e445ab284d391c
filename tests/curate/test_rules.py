import pytest

from wellread.curate.rules import broken_rule

PASSAGE = (
    "The parking permit costs $120 for staff who drive in each day, and visitors park for nothing at all."
)
QUESTION, ANSWER = "How much does the parking permit cost?", "$120"


def test_a_good_fact_breaks_none() -> None:
    assert broken_rule(QUESTION, ANSWER, PASSAGE) is None


@pytest.mark.parametrize(
    ("rule", "question", "answer", "passage"),
    [
        ("passage too short", QUESTION, ANSWER, "The permit costs $120."),
        ("answer empty", QUESTION, "—", PASSAGE),
        ("answer too long", QUESTION, "word " * 21, PASSAGE),
        ("question too long", "Why " * 31 + "?", ANSWER, PASSAGE),
        ("question too short", "Permit cost?", ANSWER, PASSAGE),
        ("question has no subject", "How much is it to be?", ANSWER, PASSAGE),
        ("question points elsewhere", "How much does this parking permit cost?", ANSWER, PASSAGE),
        ("question has a loose pronoun", "How much does it cost to park a car?", ANSWER, PASSAGE),
        ("answer points elsewhere", QUESTION, "for these staff", PASSAGE),
        ("markup in question or answer", "How much does the **permit** cost staff?", ANSWER, PASSAGE),
        ("unbalanced", "How much does the parking permit (cost?", ANSWER, PASSAGE),
        ("question contains the answer", "Does the parking permit cost $120?", ANSWER, PASSAGE),
        ("answer not in passage", QUESTION, "$130", PASSAGE),
        ("answer more than once in passage", QUESTION, ANSWER, PASSAGE + " It was $120 before."),
        ("answer repeats the question", "What is the parking permit?", "the parking permit costs", PASSAGE),
        ("answer cut off", QUESTION, "$120 for", PASSAGE),
        ("list cut off", "Who drives the parking permit and?", ANSWER, PASSAGE),
    ],
)
def test_each_rule_has_a_name(rule: str, question: str, answer: str, passage: str) -> None:
    assert broken_rule(question, answer, passage) == rule
