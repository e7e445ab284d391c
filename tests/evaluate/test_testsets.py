from dataclasses import replace

import pytest
from comparison_samples import question

from wellread.errors import RefusedError, UsageError
from wellread.evaluate import testsets
from wellread.evaluate.testsets import evenly, prepare
from wellread.records.comparison import LeftOut

MANY = [replace(question(n, None if n % 3 == 0 else "26 weeks"), document=f"hr/{n}.md") for n in range(30)]


def test_questions_of_trained_documents_are_left_out_and_counted() -> None:
    test = prepare(MANY, {"kb://hr/4.md", "hr/5.md", "other/6.md"})
    assert [one.id for one in MANY if one not in test.questions] == ["q004", "q005"]
    assert test.left_out == (LeftOut(reason=testsets.TRAINED, count=2),)
    assert test.warnings == ()


def test_an_id_names_a_trained_document_too() -> None:
    test = prepare([replace(MANY[1], document="doc_77"), MANY[2]], {"doc_77"})
    assert [one.id for one in test.questions] == ["q002"]


def test_questions_that_measure_nothing_are_left_out() -> None:
    rows = [
        *MANY,
        replace(MANY[1], id="again", question=MANY[1].question.upper()),
        replace(MANY[1], id="marks", question="Which mark?", answer="…"),
        replace(MANY[1], id="empty", question="  ?"),
    ]
    test = prepare(rows)
    assert test.questions == tuple(MANY)
    assert {left.reason for left in test.left_out} == {testsets.TWICE, testsets.NO_WORDS, testsets.EMPTY}


def test_few_questions_and_one_sided_ones_are_warned_of() -> None:
    assert any("Only 19 held-out questions" in warning for warning in prepare(MANY[:19]).warnings)
    assert prepare(MANY[:20]).warnings == ()
    answerable = [one for one in MANY if one.answer] * 1
    assert any("refuses when it should" in warning for warning in prepare(answerable).warnings)
    refusable = [one for one in MANY if not one.answer]
    assert any("refusing only" in warning for warning in prepare(refusable).warnings)


def test_nothing_left_is_refused_with_the_reason() -> None:
    with pytest.raises(RefusedError, match=r"none of 2 .*2: its document was trained on.*not trained on"):
        prepare(MANY[1:3], {"hr/1.md", "hr/2.md"})
    with pytest.raises(RefusedError, match="no questions were given"):
        prepare([])


def test_a_shared_id_is_refused() -> None:
    with pytest.raises(UsageError, match="'q001'"):
        prepare([MANY[1], replace(MANY[2], id="q001")])


def test_rows_are_drawn_from_the_whole_of_a_file() -> None:
    assert evenly(range(40), 4) == (0, 10, 20, 30)
    assert evenly(range(3), 24) == (0, 1, 2)
    assert evenly([], 24) == ()
