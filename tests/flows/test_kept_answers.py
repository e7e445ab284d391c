"""A workspace that remembers answers gives those that one which remembers none would give."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from handbook import LEAVE, PAY_QUESTION, adapter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wellread
from wellread.records.conversation import Answer
from wellread.workspace import Workspace

QUESTION = "How many days of annual leave do employees have?"
QUESTIONS = (QUESTION, PAY_QUESTION, "What may hotels cost a night?")
PEOPLE = ("ann", "bob", None)


def kept(answer: Answer) -> bool:
    return [step.name for step in answer.steps] == ["kept"]


def shape(answer: Answer) -> object:
    """All that may not depend on whether it was remembered."""
    return answer.statements, answer.verdict, answer.missing, answer.model, answer.adapter


@pytest.fixture
def forgetful(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Another process over the same workspace, which remembers nothing."""
    monkeypatch.setenv("WELLREAD_ANSWERS_KEPT", "0")
    with wellread.open(filled.root) as opened:
        yield opened


def test_the_same_question_of_the_same_person_is_answered_once(filled: Workspace) -> None:
    pieces: list[str] = []
    first = filled.ask(QUESTION, "bob")
    again = filled.ask(QUESTION, "bob", emit=pieces.append)
    assert not kept(first) and kept(again)
    assert shape(first) == shape(again)
    assert "".join(pieces) == again.text


def test_the_other_mode_and_the_other_reader_are_other_questions(filled: Workspace) -> None:
    filled.ask(QUESTION, "bob")
    assert not kept(filled.ask(QUESTION, "bob", mode="agentic"))
    assert not kept(filled.ask(QUESTION, "ann"))
    assert kept(filled.ask(QUESTION, "bob"))


def change_text(workspace: Workspace, documents: Path) -> None:
    (documents / "leave.md").write_text(LEAVE.replace("25", "26"))
    workspace.sync()


def remove_document(workspace: Workspace, documents: Path) -> None:
    (documents / "leave.md").unlink()
    workspace.sync()


def withdraw(workspace: Workspace, documents: Path) -> None:
    (documents / ".readers").write_text("group:hr\n")
    workspace.sync()


def join_group(workspace: Workspace, documents: Path) -> None:
    workspace.add_person("bob", ["hr"])


def promote(workspace: Workspace, documents: Path) -> None:
    workspace.catalogue.learning.save_adapter(adapter(workspace), "operator")


def distrust(workspace: Workspace, documents: Path) -> None:
    [source] = workspace.catalogue.knowledge.sources()
    workspace.catalogue.knowledge.set_trust(source.name, "community", "operator")


@pytest.mark.parametrize("change", [change_text, remove_document, withdraw, join_group, promote, distrust])
def test_it_does_not_outlive_a_change(
    filled: Workspace, documents: Path, forgetful: Workspace, change: Callable[[Workspace, Path], None]
) -> None:
    filled.ask(QUESTION, "bob")
    assert kept(filled.ask(QUESTION, "bob"))
    change(forgetful, documents)  # in another process than the one that remembers
    after = filled.ask(QUESTION, "bob")
    assert not kept(after)
    assert shape(after) == shape(forgetful.ask(QUESTION, "bob"))


def test_it_does_not_outlive_the_day(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.ask(QUESTION, "bob")
    from wellread import parts

    class Tomorrow:
        @staticmethod
        def today() -> str:
            return "tomorrow"

    monkeypatch.setattr(parts, "date", Tomorrow)
    assert not kept(filled.ask(QUESTION, "bob"))


def test_a_conversation_forgets_nobodys_answers(filled: Workspace) -> None:
    filled.ask(QUESTION, "bob")
    filled.ask(QUESTIONS[2], "ann", conversation="new")
    assert kept(filled.ask(QUESTION, "bob"))


ACTS = ("text", "readers", "group", "ask", "ask", "ask")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE), st.sampled_from(QUESTIONS)),
        min_size=4,
        max_size=12,
    )
)
def test_whatever_happens_between_it_answers_as_one_that_remembers_nothing(
    filled: Workspace, documents: Path, forgetful: Workspace, acts: list[tuple[str, str | None, str]]
) -> None:
    for number, (act, person, question) in enumerate(acts):
        if act == "text":
            (documents / "travel.md").write_text(f"# Travel\n\nHotels may cost {number} euros a night.\n")
            forgetful.sync()
        elif act == "readers":
            (documents / ".readers").write_text(("group:hr\n", "everyone\n")[number % 2])
            forgetful.sync()
        elif act == "group":
            forgetful.add_person("bob", ["hr"])
        else:
            for _ in range(2):
                assert shape(filled.ask(question, person)) == shape(forgetful.ask(question, person))
