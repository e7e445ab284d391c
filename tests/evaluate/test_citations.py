from dataclasses import replace

import pytest
from comparison_samples import answer, question
from hypothesis import given
from hypothesis import strategies as st

from wellread.evaluate.citations import cited_right, overlaps, same_document

ASKED = question(1)  # leave.md, "Rule 1 gives up to 26 weeks of leave."
TEXT = st.text(alphabet="ab c", max_size=30)


def test_the_quote_may_show_the_evidence_or_the_answer() -> None:
    assert cited_right(ASKED, answer(quotes=("gives up to 26 weeks of leave. Ask early.",)))
    assert cited_right(ASKED, answer(quotes=("In all, 26 weeks.",)))
    assert cited_right(ASKED, answer(quotes=("Rule 1 gives up to half a year of leave.",)))
    assert not cited_right(ASKED, answer(quotes=("Holidays are ten days.",)))


def test_one_right_citation_is_enough() -> None:
    assert cited_right(ASKED, answer(quotes=("Holidays are ten days.", "Up to 26 weeks.")))


def test_the_right_words_of_another_document_do_not_count() -> None:
    assert not cited_right(ASKED, answer(quotes=("Up to 26 weeks.",), uri="kb/holidays.md"))
    assert cited_right(
        replace(ASKED, document=None), answer(quotes=("Up to 26 weeks.",), uri="kb/holidays.md")
    )
    assert cited_right(replace(ASKED, document="doc_1"), answer(quotes=("Up to 26 weeks.",), uri="x"))


def test_without_evidence_the_named_document_is_enough() -> None:
    loose = replace(ASKED, evidence=None)
    assert cited_right(loose, answer(quotes=("Half a year.",)))
    assert not cited_right(replace(loose, document=None), answer(quotes=("Half a year.",)))


def test_an_answer_without_citations_cites_wrongly_and_a_refusal_not_at_all() -> None:
    assert cited_right(ASKED, answer("26 weeks")) is False
    assert cited_right(ASKED, answer(answered=False)) is None
    assert cited_right(question(2, None), answer("26 weeks", quotes=("x",))) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("leave/sick.md", "file:///kb/leave/sick.md", True),
        ("./leave/sick.md#pay", "leave\\sick.md", True),
        ("sick%20pay.md", "hr/sick pay.md", True),
        ("sick.md", "homesick.md", False),
        ("hr/sick.md", "it/sick.md", False),
        ("", "it/sick.md", False),
    ],
)
def test_names_of_documents(one: str, other: str, same: bool) -> None:
    assert same_document(one, other) is same_document(other, one) is same


@given(TEXT, TEXT)
def test_overlap_is_symmetric(one: str, other: str) -> None:
    assert overlaps(one, other) == overlaps(other, one)
