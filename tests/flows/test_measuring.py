"""What is measured of one answer: support by its own spans, and citations under what is a refusal in any words."""

import pytest

from wellread.flows.measuring import is_supported, measure
from wellread.flows.stored_texts import StoredTexts
from wellread.records.comparison import Question
from wellread.records.conversation import Answer, Citation, Statement
from wellread.workspace import Workspace

SPAN = Citation(document="d", uri="leave.md", passage="p", start=0, end=16, quote="Paul has 26 days")
ASKED = Question(id="q", question="How many days?", answer="26 days", document="leave.md")


def said(*statements: Statement) -> Answer:
    return Answer(
        statements=statements,
        verdict="answered" if statements else "not in your sources",
        steps=(),
        model="fake",
        adapter=None,
        milliseconds=1.0,
        tokens=1,
    )


@pytest.fixture
def stored(filled: Workspace) -> StoredTexts:
    return StoredTexts(filled.catalogue, filled.principals("bob"))


def test_a_statement_is_supported_by_what_its_own_spans_say() -> None:
    assert is_supported(Statement("It is 26 days.", (SPAN,)))
    assert not is_supported(Statement("It is 36 days.", (SPAN,)))
    assert not is_supported(Statement("Here Anna has 26 days.", (SPAN,)))
    assert not is_supported(Statement("It is long.", (SPAN,)))
    assert not is_supported(Statement("It is long."))


def test_every_statement_counts_by_itself(stored: StoredTexts) -> None:
    good, bad = Statement("It is 26 days.", (SPAN,)), Statement("It is 36 days.", (SPAN,))
    found = measure(ASKED, said(good, bad, good), None, stored)
    assert (found.statements, found.supported, found.exact) == (3, 2, False)
    assert measure(ASKED, said(Statement("26 days", (SPAN,))), 5.0, stored).exact


def test_a_citation_under_a_refusal_in_the_models_own_words_is_counted(stored: StoredTexts) -> None:
    refusal = said(Statement("I cannot find that in the sources.", (SPAN,)))
    assert measure(ASKED, refusal, None, stored).refusal_cited == 1
    assert measure(ASKED, said(), None, stored).refusal_cited == 0
    assert measure(ASKED, said(Statement("It is 26 days.", (SPAN,))), None, stored).refusal_cited == 0


def test_what_the_asker_may_not_read_is_not_there(filled: Workspace, stored: StoredTexts) -> None:
    hr = StoredTexts(filled.catalogue, filled.principals("ann"))
    [(document, version)] = hr.named("hr/pay.md").items()
    assert hr.version(version)
    assert hr.named(document) == {document: version}
    assert stored.named("hr/pay.md") == stored.named(document) == {}
    assert stored.version(version) is None
    [passage, *_] = filled.search("salary of band C", person="ann").hits
    assert hr.passage(passage.passage.id)
    assert stored.passage(passage.passage.id) is None


def test_documents_are_named_as_question_files_name_them(stored: StoredTexts) -> None:
    assert stored.named("leave.md") == stored.named("./leave.md") == stored.named("kb/leave.md")
    assert len(stored.named("leave.md")) == 1
    assert stored.named("other.md") == stored.named(None) == {}
