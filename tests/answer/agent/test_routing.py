"""Choosing a way for a question by its words."""

import pytest

from wellread.answer.agent.routing import route


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Which is older, the Elm Bank or the Oak Bank?", "'Elm Bank', 'Oak Bank'"),
        ("Who leads the team in Aldmoor that looks after the Halmar?", "'Aldmoor', 'Halmar'"),
        ("how many days off are there and who approves them?", "several things"),
    ],
)
def test_what_may_stand_in_two_places_is_looked_up_step_by_step(question: str, why: str) -> None:
    chosen = route(question)
    assert chosen.mode == "agentic"
    assert why in chosen.because


@pytest.mark.parametrize(
    "question",
    ["how many days off are there?", "When was the Halmar launched?", "dentist", "", "?", "Who pays?"],
)
def test_what_names_one_thing_is_looked_up_once(question: str) -> None:
    assert route(question).mode == "traditional"
