"""Answers are cited, and a document that is closed to somebody does not exist for them."""

from pathlib import Path

import pytest
from handbook import PAY_QUESTION
from handbook import adapter as sample

from wellread.errors import NotAllowedError, NotFoundError, UsageError
from wellread.records.conversation import NOT_IN_SOURCES
from wellread.records.learning import Adapter, AdapterState
from wellread.records.people import Audience
from wellread.workspace import Workspace


def adapter(
    workspace: Workspace, identity: str, audience: Audience, state: AdapterState = "promoted"
) -> Adapter:
    made = sample(workspace, id=identity, audience=audience, state=state)
    workspace.catalogue.learning.save_adapter(made)
    return made


def test_an_answer_cites_the_words_it_stands_on(filled: Workspace) -> None:
    answer = filled.ask("What is the notice period?")
    assert answer.answered
    [citation] = answer.citations
    text = filled.catalogue.knowledge.document(citation.document).text
    assert text[citation.start : citation.end] == citation.quote == "The notice period is four weeks."
    assert citation.uri == "leave.md"
    assert [step.name for step in answer.steps] == ["route", "embed", "search", "read"]


def test_what_names_several_things_is_looked_up_step_by_step_unless_one_search_is_asked_for(
    filled: Workspace,
) -> None:
    question = "Do Aldmoor and Brinleigh have a notice period?"
    told: list[str] = []
    answer = filled.ask(question, tell=lambda step: told.append(step.name))
    assert told == [step.name for step in answer.steps]
    assert told[0] == "route" and "embed" not in told
    once = filled.ask(question, mode="traditional")
    assert [step.name for step in once.steps] == ["embed", "search", "read"]


def test_what_was_told_piece_by_piece_is_the_answer(filled: Workspace) -> None:
    pieces: list[str] = []
    answer = filled.ask("What is the notice period?", emit=pieces.append)
    assert "".join(pieces) == answer.text


def test_an_answer_follows_the_document_it_came_from(filled: Workspace, documents: Path) -> None:
    (documents / "leave.md").write_text("# Leave\n\nThe notice period is six weeks.\n")
    filled.sync()
    assert filled.ask("What is the notice period?").text == "The notice period is six weeks."
    (documents / "leave.md").unlink()
    filled.sync()
    assert "weeks" not in filled.ask("What is the notice period?").text


def test_a_restricted_document_is_found_only_by_its_readers(filled: Workspace) -> None:
    assert "62,000" in filled.ask(PAY_QUESTION, "ann").text
    for person in ("bob", None):
        assert all(hit.passage.uri != "hr/pay.md" for hit in filled.search(PAY_QUESTION, person=person).hits)
        answer = filled.ask(PAY_QUESTION, person)
        assert (answer.text, answer.answered, answer.citations) == (NOT_IN_SOURCES, False, ())
        assert "62,000" not in str(answer)


@pytest.mark.parametrize("named", ["hr/pay.md", "Pay bands", "the id"])
def test_explain_says_of_a_closed_document_what_it_says_of_none(filled: Workspace, named: str) -> None:
    [pay] = filled.catalogue.knowledge.find("hr/pay.md", None)
    name = pay.id if named == "the id" else named
    closed = filled.explain(PAY_QUESTION, person="bob", expected=name)
    absent = filled.explain(PAY_QUESTION, person="bob", expected="no/such.md")
    assert closed.expected is not None
    assert absent.expected is not None
    assert closed.expected.replace(name, "_") == absent.expected.replace("no/such.md", "_")
    assert closed.reasons == absent.reasons
    mine = filled.explain(PAY_QUESTION, person="ann", expected=name)
    assert mine.expected == "hr/pay.md: found, at rank 1"


def test_explain_gives_a_reason_for_every_hit(filled: Workspace) -> None:
    explanation = filled.explain("notice period", limit=1, expected="travel.md")
    assert len(explanation.reasons) == len(explanation.found.hits) == 1
    assert "by its words (BM25) at rank 1" in explanation.reasons[0]
    assert explanation.expected is not None
    assert "by its meaning" in explanation.expected
    assert "at rank 2" in explanation.expected


@pytest.mark.parametrize(("question", "limit"), [("", 3), (" \n", 3), ("x" * 2001, 3), ("x", 0), ("x", 1001)])
def test_a_question_that_is_none_is_refused_wherever_it_is_asked(
    filled: Workspace, question: str, limit: int
) -> None:
    with pytest.raises(UsageError, match=r"write what|2001 characters; the limit is 2000|ask for 1 to 1000"):
        filled.search(question, limit)
    with pytest.raises(UsageError):
        filled.explain(question, limit)


def test_somebody_unknown_is_told_how_to_be_known(filled: Workspace) -> None:
    for journey in (filled.search, filled.ask, filled.explain):
        with pytest.raises(NotFoundError, match="wellread people add eve"):
            journey("notice period", person="eve")


def test_an_adapter_is_refused_to_whoever_may_not_read_its_documents(filled: Workspace) -> None:
    adapter(filled, "adp_hr", Audience.of(["group:hr"]))
    with pytest.raises(NotAllowedError, match="group:hr"):
        filled.ask(PAY_QUESTION, "bob", adapter="adp_hr")
    assert filled.ask(PAY_QUESTION, "bob").adapter is None, "and it is not chosen for them"
    assert filled.reader(filled.principals("ann")).adapter == filled.catalogue.learning.adapter("adp_hr")


def test_the_newest_promoted_adapter_reads(filled: Workspace) -> None:
    for identity, state in (("adp_z", "promoted"), ("adp_a", "promoted"), ("adp_b", "candidate")):
        adapter(filled, identity, Audience.everyone(), state)  # type: ignore[arg-type]  # the literals above
    chosen = filled.reader(filled.principals("bob")).adapter
    assert chosen is not None
    assert chosen.id == "adp_a"


@pytest.mark.parametrize("state", ["retired", "quarantined"])
def test_an_adapter_out_of_service_is_not_used(filled: Workspace, state: AdapterState) -> None:
    adapter(filled, "adp_out", Audience.everyone(), state)
    with pytest.raises(UsageError, match=state):
        filled.ask("notice period", adapter="adp_out")
