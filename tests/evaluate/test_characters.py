"""Citations by the character: what counts as a character, where the evidence is, and the two wider readings."""

from dataclasses import replace

import pytest
from comparison_samples import answer, question
from hypothesis import given
from hypothesis import strategies as st

from wellread.evaluate.characters import Texts, count, locate
from wellread.records.comparison import Question
from wellread.records.conversation import Answer, Citation, Statement
from wellread.records.evaluation import Cited

ASKED = question(1)  # leave.md: "Rule 1 gives up to 26 weeks of leave."
BEFORE = "Ask early. "
TEXT = f"{BEFORE}Rule 1 gives up to 26\nweeks of leave. Holidays are ten days."
NAMED = {"doc_1": "ver_1"}
EVIDENCE = sum(letter.isalnum() for letter in ASKED.evidence or "")


def texts(passage: str = "Nothing.", **versions: str) -> Texts:
    held = {"ver_1": TEXT, **versions}
    return Texts(version=held.get, passage=lambda _: passage)


def cites(*quotes: str, document: str = "1", text: str = TEXT) -> Answer:
    spans = [(text.index(quote), quote) for quote in quotes]
    citations = tuple(
        Citation(
            document=f"doc_{document}",
            version=f"ver_{document}",
            uri="leave.md",
            passage="psg",
            start=start,
            end=start + len(quote),
            quote=quote,
        )
        for start, quote in spans
    )
    return replace(answer("26 weeks."), statements=(Statement("26 weeks.", citations),))


def counted(asked: Question, given: Answer, stored: Texts | None = None) -> Cited:
    return count(asked, given, NAMED, stored or texts())


def test_the_evidence_cited_whole_is_precise_and_complete() -> None:
    found = counted(ASKED, cites("Rule 1 gives up to 26\nweeks of leave."))
    assert (found.characters, found.in_evidence, found.evidence_cited) == (EVIDENCE,) * 3
    assert found.evidence == EVIDENCE


def test_white_space_and_marks_count_for_nothing() -> None:
    found = counted(ASKED, cites(" Rule 1 gives up to 26\nweeks of leave. "))
    assert found.characters == found.in_evidence == EVIDENCE


def test_what_is_cited_beside_the_evidence_lowers_precision_and_what_is_left_out_recall() -> None:
    wide = counted(ASKED, cites(TEXT))
    assert wide.in_evidence == wide.evidence == EVIDENCE
    assert wide.characters == sum(letter.isalnum() for letter in TEXT)
    narrow = counted(ASKED, cites("26\nweeks"))
    assert (narrow.characters, narrow.in_evidence, narrow.evidence_cited) == (7, 7, 7)
    assert narrow.evidence == EVIDENCE


def test_a_character_cited_twice_counts_once() -> None:
    twice = counted(ASKED, cites("up to 26\nweeks", "26\nweeks of leave"))
    assert twice.characters == twice.in_evidence == len("upto26weeksofleave")


def test_the_same_places_of_another_document_are_not_evidence() -> None:
    other = counted(ASKED, cites("Rule 1 gives up to 26\nweeks of leave.", document="2"))
    assert (other.in_evidence, other.in_document, other.evidence) == (0, 0, EVIDENCE)


def test_a_passage_that_carries_the_answer_counts_whatever_its_document() -> None:
    beside = cites("Holidays are ten days.", document="2")
    assert counted(ASKED, beside, texts("For all of us who work here it is 26 weeks.")).in_passage == len(
        "Holidaysaretendays"
    )
    assert counted(ASKED, beside, texts("For all of us who work here it is 26 days.")).in_passage == 0
    assert counted(ASKED, beside, texts("Rule 1 gives up to half a year.")).in_passage > 0


def test_a_citation_of_a_question_without_an_answer_is_beside_it() -> None:
    found = count(question(2, None), cites("Holidays are ten days."), {}, texts("26 weeks"))
    assert (found.characters, found.in_evidence, found.in_passage) == (18, 0, 0)


def test_evidence_that_stands_nowhere_gives_neither_figure() -> None:
    found = counted(replace(ASKED, evidence="Rule 1 is generous."), cites("26\nweeks"))
    assert (found.in_evidence, found.evidence, found.in_document) == (None, None, 7)
    unreadable = count(ASKED, cites("26\nweeks", document="2"), {}, texts())
    assert unreadable.in_evidence is None


def test_each_place_of_the_evidence_counts_and_recall_is_of_the_best_one() -> None:
    text = f"{ASKED.evidence} Again: {ASKED.evidence}"
    both = replace(cites(text, text=text))
    found = counted(ASKED, both, texts(ver_1=text))
    assert (found.in_evidence, found.evidence, found.evidence_cited) == (2 * EVIDENCE, EVIDENCE, EVIDENCE)


@pytest.mark.parametrize(
    ("evidence", "text", "found"),
    [
        ("Ask the\n  *Press*  desk.", "Now ask the Press desk!", ["ask the Press desk"]),
        ("See the [form](https://x.example/a_b).", "See the form today.", ["See the form"]),
        ("Code it in [Tock]({% page '/tock' %}).", "Code it in Tock.", ["Code it in Tock"]),
        ("Terms &amp; pay&rsquo;s", "Terms & pay’s", ["Terms & pay’s"]),
        ("a b", "a b. A B.", ["a b", "A B"]),
        ("…", "a b", []),
        ("never said", "a b", []),
    ],
)
def test_evidence_is_located_letter_by_letter(evidence: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in locate(evidence, text)] == found


@given(st.text(max_size=20), st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_what_stands_in_a_text_is_located_there(before: str, part: str, after: str) -> None:
    text = before + part + after
    spans = locate(part, text)
    for start, end in spans:
        assert 0 <= start < end <= len(text)
    assert bool(spans) or not any(letter.isalnum() for letter in part.casefold())


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 30)), max_size=4))
def test_shares_stay_between_none_and_all(spans: list[tuple[int, int]]) -> None:
    given = cites(*(TEXT[start : start + length] for start, length in spans))
    found = counted(ASKED, given)
    assert found.in_evidence is not None
    assert 0 <= found.in_evidence <= found.characters
    assert found.evidence_cited is not None
    assert 0 <= found.evidence_cited <= EVIDENCE
    assert found.in_document == found.characters
