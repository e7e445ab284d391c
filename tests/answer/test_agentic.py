"""An agent within its limits: steps are told, what is said is checked, and nothing goes on for ever."""

import json
from collections.abc import Callable

import pytest

from wellread.answer.agent.workbench import Workbench
from wellread.answer.agentic import Limits, answer_agentic
from wellread.answer.traditional import Reader
from wellread.errors import ModelError
from wellread.models.fakes import FakeEmbedder, FakeGenerator
from wellread.models.protocols import Request
from wellread.records.conversation import NOT_IN_SOURCES, Answer, Step
from wellread.workspace import Workspace

BONUS = "The ledger bonus of the Harbour Group is 900 euros."
LIMITS = Limits()
QUESTION = "Who leads the group that looks after the ledger?"


def scripted(*actions: dict[str, object]) -> FakeGenerator:
    """A model that wants these actions one after another, and the last one for ever."""
    said = list(actions)
    return FakeGenerator(lambda _: json.dumps(said.pop(0) if len(said) > 1 else said[0]))


def asked(
    workspace: Workspace, generator: FakeGenerator, limits: Limits = LIMITS, person: str | None = None
) -> tuple[Answer, list[Step], str]:
    told: list[Step] = []
    pieces: list[str] = []
    workbench = Workbench(workspace.searcher, workspace.principals(person))
    reader = Reader(generator=generator, embedder=FakeEmbedder())
    made = answer_agentic(QUESTION, workbench, reader, limits, emit=pieces.append, tell=told.append)
    return made, told, "".join(pieces)


SEARCH = {"tool": "search", "query": "who looks after the ledger"}


def test_an_answer_from_two_documents_is_checked_and_cited(workspace: Workspace) -> None:
    model = scripted(SEARCH, {"tool": "finish", "answer": "Its lead is Mara Venn [2]."})
    made, told, streamed = asked(workspace, model)
    assert made.text == streamed == "Its lead is Mara Venn."
    assert [citation.uri for citation in made.citations] == ["harbour_group.md"]
    assert [step.name for step in told] == ["search", "check"]
    assert tuple(told) == made.steps
    assert made.tokens > 0


def test_what_no_passage_says_is_not_said(workspace: Workspace) -> None:
    model = scripted(
        SEARCH, {"tool": "finish", "answer": "Winston Churchill leads it, see https://a.example."}
    )
    made, _, streamed = asked(workspace, model)
    assert (made.text, streamed, made.citations) == (NOT_IN_SOURCES, NOT_IN_SOURCES, ())


def test_what_was_not_looked_up_is_not_said(workspace: Workspace) -> None:
    made, _, _ = asked(workspace, scripted({"tool": "finish", "answer": "Its lead is Mara Venn."}))
    assert not made.answered


def test_what_the_asker_may_not_read_is_never_said(workspace: Workspace) -> None:
    actions = (
        SEARCH | {"query": "ledger bonus"},
        {"tool": "finish", "answer": BONUS},
    )
    assert asked(workspace, scripted(*actions), person="ann")[0].text == BONUS
    assert "900" not in asked(workspace, scripted(*actions))[0].text


def test_it_stops_after_as_many_steps_as_it_may_take(workspace: Workspace) -> None:
    made, told, _ = asked(workspace, scripted(SEARCH), Limits(steps=3))
    assert [step.name for step in told] == ["search", "search", "search", "limit", "read"]
    assert told[3].detail == "3 steps were taken"
    assert made.steps == tuple(told)


def test_it_stops_when_the_tokens_are_used(workspace: Workspace) -> None:
    made, told, _ = asked(workspace, scripted(SEARCH), Limits(steps=50, tokens=1_000))
    assert "of 1000 tokens were used" in next(step.detail for step in told if step.name == "limit")
    assert sum(step.name == "search" for step in told) < 50
    assert made.steps == tuple(told)


def test_it_stops_when_time_is_over(workspace: Workspace) -> None:
    _, told, _ = asked(workspace, scripted(SEARCH), Limits(seconds=0.0))
    assert [step.name for step in told] == ["limit", "read"]


def test_what_makes_no_sense_is_told_to_the_model_and_costs_a_step(workspace: Workspace) -> None:
    model = scripted({"tool": "open_around", "passage": 9}, SEARCH, {"tool": "finish", "answer": "x"})
    _, told, _ = asked(workspace, model)
    assert told[0].detail == "no passage 9 was shown: there are 0"
    assert model.requests[1].messages[-1].content.startswith("That cannot be done: no passage 9")


def failing_after(calls: int) -> Callable[[Request], str]:
    left = [calls]

    def script(_: Request) -> str:
        if not left[0]:
            raise ModelError("the server is gone")
        left[0] -= 1
        return json.dumps(SEARCH)

    return script


def test_a_model_that_fails_at_once_fails_the_question(workspace: Workspace) -> None:
    with pytest.raises(ModelError, match="the server is gone"):
        asked(workspace, FakeGenerator(failing_after(0)))
