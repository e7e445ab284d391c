"""Questions within a conversation: completed, answered, kept for one person, and only as far as they may read."""

from pathlib import Path

import pytest
from handbook import PAY_QUESTION, adapter

from wellread.errors import NotAllowedError, NotFoundError, UsageError
from wellread.records.conversation import AS_ASKED
from wellread.records.people import Audience
from wellread.records.turns import WITHHELD
from wellread.workspace import Workspace

NOTICE = "How long is the notice period?"


def test_a_follow_up_is_answered_from_what_was_said_before_and_says_how_it_was_understood(
    filled: Workspace,
) -> None:
    first = filled.ask(NOTICE, "ann", conversation="new")
    assert first.steps[0].detail == AS_ASKED
    second = filled.ask("What is it?", "ann", conversation=first.conversation)
    assert second.text == "The notice period is four weeks."
    assert [step.name for step in second.steps] == ["understand", "route", "embed", "search", "read"]
    assert second.steps[0].detail == "What is the notice period?"
    assert second.milliseconds == pytest.approx(sum(step.milliseconds for step in second.steps))
    found, turns = filled.conversation("last", "ann")
    assert (found.id, found.length, found.title) == (first.conversation, 2, NOTICE)
    assert [(turn.question, turn.resolved) for turn in turns] == [
        (NOTICE, NOTICE),
        ("What is it?", "What is the notice period?"),
    ]
    assert [turn.answer.statements for turn in turns] == [first.statements, second.statements]


def test_the_reader_is_shown_nothing_of_earlier_turns_but_the_completed_question(filled: Workspace) -> None:
    first = filled.ask(NOTICE, "ann", conversation="new")
    filled.ask("Where may I buy a train ticket?", "ann", conversation=first.conversation)
    asked = filled.generator.requests[-1].messages  # type: ignore[attr-defined]  # the stand-in notes what it is asked
    alone = filled.ask("Where may I buy a train ticket?", "ann")
    assert alone.conversation == ""
    assert filled.generator.requests[-1].messages == asked  # type: ignore[attr-defined]


def test_without_a_conversation_nothing_is_kept(filled: Workspace) -> None:
    rows = filled.catalogue.audit.head()
    filled.ask(NOTICE, "ann")
    assert filled.conversations("ann") == []
    assert filled.catalogue.audit.head() == rows


def test_nobody_in_particular_has_no_conversation(filled: Workspace) -> None:
    with pytest.raises(UsageError, match="belongs to a person"):
        filled.ask(NOTICE, conversation="new")
    with pytest.raises(UsageError, match="belongs to a person"):
        filled.conversations(None)


def test_a_conversation_of_somebody_else_cannot_be_gone_on_with(filled: Workspace) -> None:
    anns = filled.ask(NOTICE, "ann", conversation="new").conversation
    with pytest.raises(NotFoundError) as theirs:
        filled.ask(NOTICE, "bob", conversation=anns)
    with pytest.raises(NotFoundError) as nobodys:
        filled.ask(NOTICE, "bob", conversation="cnv_0")
    assert str(theirs.value) == str(nobodys.value).replace("cnv_0", anns)
    with pytest.raises(NotFoundError, match="no conversation yet"):
        filled.ask(NOTICE, "bob", conversation="last")
    assert filled.conversations("bob") == []
    assert len(filled.conversations("ann")) == 1


def test_what_may_be_read_no_longer_is_not_shown_from_history(filled: Workspace) -> None:
    answer = filled.ask(PAY_QUESTION, "ann", conversation="new")
    assert "62,000" in answer.text
    filled.catalogue.people.leave("ann", "hr")
    _, [turn] = filled.conversation(answer.conversation, "ann")
    assert turn.answer.text == WITHHELD
    assert turn.answer.citations == ()
    assert "62,000" not in str(turn)


def test_what_is_gone_is_gone_from_history(filled: Workspace, documents: Path) -> None:
    answer = filled.ask(NOTICE, "ann", conversation="new")
    (documents / "leave.md").unlink()
    filled.sync()
    _, [turn] = filled.conversation(answer.conversation, "ann")
    assert turn.answer.text == WITHHELD
    assert turn.answer.citations == ()


def test_what_an_adapter_said_is_withheld_from_who_left_its_audience(filled: Workspace) -> None:
    made = adapter(filled, audience=Audience.of(["group:hr"]))
    filled.catalogue.learning.save_adapter(made)
    asked = filled.ask(NOTICE, "ann", conversation="new", adapter=made.id)
    assert asked.answered
    assert filled.conversation("last", "ann")[1][0].answer.text == asked.text
    filled.catalogue.people.leave("ann", "hr")
    with pytest.raises(NotAllowedError):
        filled.ask(NOTICE, "ann", conversation="last", adapter=made.id)
    assert filled.conversation("last", "ann")[1][0].answer.text == WITHHELD


@pytest.mark.parametrize("typed", ["What is it?", "How long?"])
def test_a_question_that_names_nothing_is_asked_back_without_a_search(filled: Workspace, typed: str) -> None:
    pieces: list[str] = []
    answer = filled.ask(typed, emit=pieces.append)
    assert (answer.answered, answer.verdict, answer.statements) == (False, "unclear", ())
    assert "".join(pieces) == answer.text == answer.asking
    assert answer.steps == ()


def test_a_reply_to_a_question_in_return_is_understood(filled: Workspace) -> None:
    first = filled.ask("What is it?", "ann", conversation="new")
    assert first.verdict == "unclear"
    assert (
        filled.ask("the notice period", "ann", conversation="last").text == "The notice period is four weeks."
    )
    assert filled.conversation("last", "ann")[1][0].answer.asking == first.asking


def test_one_word_in_many_documents_is_asked_back_with_what_the_asker_may_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / "many" / name).mkdir(parents=True)
        (tmp_path / "many" / name / f"{name}.md").write_text(f"# Guide {name}\n\nInsurance of kind {name}.\n")
    (tmp_path / "many" / "three" / ".readers").write_text("group:hr\n")
    workspace.add(tmp_path / "many")
    assert workspace.ask("insurance", "bob").verdict != "unclear"
    answer = workspace.ask("insurance", "ann", conversation="new")
    assert answer.verdict == "unclear"
    assert all(f"Guide {name}" in answer.text for name in ("one", "two", "three"))
    assert workspace.ask("insurance of kind two", "ann").answered
    workspace.catalogue.people.leave("ann", "hr")
    assert "Guide" not in workspace.conversation("last", "ann")[1][0].answer.text


def test_conversations_are_deleted_one_or_all(filled: Workspace) -> None:
    ids = [filled.ask(NOTICE, "ann", conversation="new").conversation for _ in range(3)]
    with pytest.raises(NotFoundError):
        filled.delete_conversation(ids[0], "bob")
    filled.delete_conversation(ids[0], "ann")
    assert [one.id for one in filled.conversations("ann")] == [ids[2], ids[1]]
    assert filled.delete_conversations("ann") == 2
    assert filled.conversations("ann") == []
