"""Follow-up questions are completed by rule, and questions that stand alone are left as they were typed."""

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wellread.answer.followup import LOOK_BACK, Earlier, unclear, understand
from wellread.answer.subject import subject
from wellread.records.turns import Ground

LEAVE = "How long is parental leave?"
SHARED = Path(os.environ.get("WELLREAD_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
USED, CITED = Ground("doc_1", "ver_1"), Ground("doc_2", "ver_2")


@pytest.mark.parametrize(
    ("before", "typed", "looked_up"),
    [
        (LEAVE, "And for part-timers?", "How long is parental leave for part-timers?"),
        (LEAVE, "For part-timers?", "How long is parental leave for part-timers?"),
        (LEAVE, "Who approves it?", "Who approves parental leave?"),
        (LEAVE, "Who approves?", "Who approves parental leave?"),
        (LEAVE, "What about Berlin?", "How long is parental leave for Berlin?"),
        (LEAVE, "Is that paid?", "Is parental leave paid?"),
        (LEAVE, "What does that mean?", "What does parental leave mean?"),
        (LEAVE, "How many days?", "How many days for parental leave?"),
        (LEAVE, "Why?", "Why: How long is parental leave?"),
        ("Who may take parental leave?", "How long?", "How long is parental leave?"),
        ("Who approves parental leave?", "Who else?", "Who else approves parental leave?"),
        ("How many people work in Lisbon?", "What about Berlin?", "How many people work in Berlin?"),
        ("How many people work in Lisbon?", "Berlin?", "How many people work in Berlin?"),
        ("Who worked in Lisbon in 2024?", "And in 2023?", "Who worked in Lisbon in 2023?"),
        ("Who worked in Lisbon in 2024?", "In Berlin?", "Who worked in Berlin in 2024?"),
        ("What was the revenue in 2024?", "And 2023?", "What was the revenue in 2023?"),
        ("How long is maternity leave?", "What about paternity leave?", "How long is paternity leave?"),
        ("How long is the notice period for managers?", "And part-timers?",
         "How long is the notice period for part-timers?"),
        ("How long is the notice period for managers?", "What about the trial period?",
         "How long is the trial period for managers?"),
        ("How long is the notice period?", "Is it the same in probation?",
         "How long is the notice period in probation?"),
        (LEAVE, "Who signs that form?", "Who signs that form (parental leave)?"),
        (LEAVE, "Who signs this form?", "Who signs this form (parental leave)?"),
        ("How many days of annual leave do I get?", "Can I carry them over?",
         "Can I carry days of annual leave over?"),
        ("How much is the meal allowance?", "Same for managers?", "How much is the meal allowance for managers?"),
        ("Who approves travel expenses?", "And what about hotels?", "Who approves travel expenses for hotels?"),
        ("Who approves travel expenses?", "And training?", "Who approves training?"),
        ("What is the travel policy?", "Who wrote this policy?", "Who wrote the travel policy?"),
        ("How long does a probation period last?", "Can it be extended?", "Can the probation period be extended?"),
        ("Who is the safety officer?", "What is her phone number?", "What is the safety officer's phone number?"),
        ("Who is the safety officer?", "When can I reach them?", "When can I reach the safety officer?"),
        ("Where is the Lisbon office?", "How do I get there?", "How do I get to the Lisbon office?"),
        ("Where is the Lisbon office?", "Who works there?", "Who works at the Lisbon office?"),
        ("What does the canteen cost?", "And who pays for it?", "Who pays for the canteen?"),
        ("Must visitors wear a badge?", "Where do they get it?", "Where do they get it (Must visitors wear a badge)?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_completed(before: str, typed: str, looked_up: str) -> None:
    found = understand(typed, [Earlier(question=before, grounds=(USED,), cited=(CITED,))])
    assert found.question == looked_up
    assert found.grounds == (USED,)


ALONE = [
    LEAVE,
    "And how long is the notice period?",
    "Is it possible to work from abroad?",
    "How long does it take to get a badge?",
    "Is it hard to get a parking space?",
    "What time is it in Lisbon?",
    "Is there a gym?",
    "Are there any showers in the building?",
    "Which form is needed for the trip that I booked?",
    "Does the policy say that employees must sign?",
    "What do coastal offices have that other offices do not have?",
    "Do employees have to bring their badge?",
    "Can a visitor bring his dog?",
    "If a laptop is stolen, who do I tell about it?",
    "Before it expires, what must a guest do with a badge?",
    "Do children get their own badge?",
    "When an invoice is wrong, who corrects it?",
    "What happened this year?",
    "What does this company do?",
    "Who are those who work nights?",
    "Who founded Acme?",
    "What is GDPR?",
    "parental leave for fathers",
    "parental leave",
    "Who decides about travel?",
    "Wie lange dauert die Elternzeit?",
    "育児休暇",
    "???",
]


@pytest.mark.parametrize("typed", ALONE)
def test_a_question_that_stands_alone_is_left_as_it_was_typed(typed: str) -> None:
    before = [
        Earlier(question="Who may use the canteen?", answer="Paul Dias.", title="Canteen", cited=(CITED,))
    ]
    assert understand(typed, before).question == typed
    assert understand(typed, before).grounds == ()
    assert unclear(typed) == ""


@pytest.mark.parametrize(
    ("file", "most"),
    [("handbook/questions.jsonl", 0.0), ("multihop/hotpotqa.jsonl.gz", 0.01), ("multihop/strategyqa.jsonl.gz", 0.01),
     ("reading/xquad_en_questions.jsonl.gz", 0.03)],
)  # fmt: skip
def test_real_questions_that_stand_alone_are_left_alone(file: str, most: float) -> None:
    path = SHARED / file
    if not path.is_file():
        pytest.skip(f"{path} is absent: set WELLREAD_SHARED_DATA to the folder of the shared data")
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    changed = [one for one in questions if understand(one, [Earlier(question=LEAVE)]).question != one]
    assert len(questions) >= 50
    assert len(changed) <= most * len(questions), changed
    assert [one for one in questions if unclear(one)] == []


@pytest.mark.parametrize(
    "typed",
    ["It?", "How long does it take?", "What does that mean?", "How long?", "And?", "What about them?"],
)
def test_a_question_that_names_nothing_is_asked_back_and_its_reply_completes_it(typed: str) -> None:
    assert understand(typed, []).question == typed
    assert unclear(typed).endswith("Ask again and name it.")


def test_the_reply_to_a_question_in_return_completes_the_one_before() -> None:
    before = [Earlier(question="How long does it take?", asked_back=True)]
    assert understand("a visa", before).question == "How long does a visa take?"
    assert understand("How long is parental leave?", before).question == LEAVE


def test_she_is_the_one_person_whom_the_answer_named_and_the_document_is_noted() -> None:
    before = Earlier(
        question="Who is the safety officer?",
        grounds=(USED,),
        answer="The safety officer is Ada Stern.",
        title="Safety",
        cited=(CITED,),
    )
    found = understand("What is her phone number?", [before])
    assert (found.question, found.grounds) == ("What is Ada Stern's phone number?", (USED, CITED))
    found = understand("What does that page say of ladders?", [before])
    assert (found.question, found.grounds) == ("What does “Safety” say of ladders?", (USED, CITED))


def test_only_the_last_turns_are_looked_at() -> None:
    far = [Earlier(question=LEAVE), *(Earlier(question="Why?") for _ in range(LOOK_BACK))]
    assert understand("Who approves it?", far[:LOOK_BACK]).question == "Who approves parental leave?"
    assert understand("Who approves it?", far).question == "Who approves it?"


def test_the_latest_subject_wins() -> None:
    before = [Earlier(question=LEAVE), Earlier(question="What does the canteen cost?")]
    assert understand("Who pays for it?", before).question == "Who pays for the canteen?"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("How long is the notice period for managers?", "the notice period for managers"),
        ("How many days of annual leave do I get?", "days of annual leave"),
        ("Who approves travel expenses?", "travel expenses"),
        ("Must visitors wear a badge?", "visitors"),
        ("How do I get to it?", ""),
    ],
)
def test_a_question_is_about_its_longest_name(question: str, about: str) -> None:
    assert subject(question) == about


WORDS = st.lists(
    st.sampled_from(
        "it they that And what about for how is the leave Berlin 2023 ? , of who there this one her".split()
    ),
    max_size=12,
).map(" ".join)


@example("0?", "")
@given(st.one_of(WORDS, st.text(max_size=40)), st.one_of(WORDS, st.text(max_size=40)))
def test_any_words_are_understood_somehow_and_without_a_conversation_as_typed(
    typed: str, before: str
) -> None:
    assert understand(typed, []).question == typed
    found = understand(typed, [Earlier(question=before, title="Leave", cited=(CITED,))])
    assert bool(found.question.strip()) == bool(typed.strip())
    unclear(typed)
