import pytest

from wellread.records.conversation import NOT_IN_SOURCES, Answer, Citation, Statement, Verdict

LEAVE = Citation(document="doc_1", uri="kb/leave.md", passage="psg_1", start=0, end=9, quote="Ten days.")
NOTICE = Citation(document="doc_2", uri="kb/notice.md", passage="psg_2", start=4, end=15, quote="Four weeks.")


def answer(*statements: Statement, verdict: Verdict = "answered") -> Answer:
    return Answer(
        statements=statements, verdict=verdict, steps=(), model="m", adapter=None, milliseconds=1.0, tokens=1
    )


def test_an_answer_reads_as_its_statements_and_cites_each_span_once() -> None:
    said = answer(
        Statement("Ten days.", (LEAVE,)),
        Statement("Notice is four weeks.", (NOTICE, LEAVE)),
    )
    assert said.answered
    assert said.text == "Ten days. Notice is four weeks."
    assert said.citations == (LEAVE, NOTICE)


def test_a_refusal_cites_nothing() -> None:
    said = answer(verdict="not in your sources")
    assert (said.text, said.answered, said.citations) == (NOT_IN_SOURCES, False, ())


@pytest.mark.parametrize("verdict", ["answered", "partly answered", "sources disagree", "outdated"])
def test_an_answer_without_a_statement_cannot_be_made(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="an answer of 0 statements cannot be"):
        answer(verdict=verdict)


def test_a_refusal_with_a_statement_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="an answer of 1 statements cannot be 'not in your sources'"):
        answer(Statement("Ten days.", (LEAVE,)), verdict="not in your sources")
