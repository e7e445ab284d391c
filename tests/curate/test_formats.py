import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wellread.curate.formats import parse_questions, read_questions
from wellread.errors import NotFoundError, ParseError

GOOD = {"question": "How long is leave?", "answer": "12 weeks"}


def rule_of(row: object) -> str:
    (refused,) = parse_questions([json.dumps(row)]).refused
    return refused.rule


def test_a_row_is_read_under_any_of_its_names() -> None:
    line = json.dumps(
        {
            **GOOD,
            "page": "leave.md",
            "quote": "It is 12 weeks.",
            "id": 7,
            "readers": "group:hr, user:ann",
            "asker": "ann",
            "score": 3,
        }
    )
    (row,) = parse_questions([line]).rows
    assert (row.line, row.id, row.question, row.answer) == (1, "7", "How long is leave?", "12 weeks")
    assert (row.document, row.evidence, row.asker) == ("leave.md", "It is 12 weeks.", "ann")
    assert row.readers == {"group:hr", "user:ann"}


def test_null_means_that_the_documents_do_not_answer() -> None:
    (row,) = parse_questions(['{"question": "What does parking cost?", "answer": null}']).rows
    assert row.answer is None


def test_contexts_are_texts_or_objects() -> None:
    contexts = ["Only text.", {"text": "More.", "document": "a.md", "id": "p1"}]
    (row,) = parse_questions([json.dumps({**GOOD, "contexts": contexts})]).rows
    first, second = row.contexts
    assert first.text == "Only text." and first.document == first.passage
    assert (second.passage, second.document, second.text) == ("p1", "a.md", "More.")


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"answer": "x"}, "question is missing or empty"),
        ({"question": "  ", "answer": "x"}, "question is missing or empty"),
        ({"question": "What?"}, "answer is missing"),
        ({"question": "What?", "answer": " "}, "answer is empty"),
        ({"question": "What?", "answer": 12}, "answer is int, not text"),
        ({"question": ["What?"], "answer": "x"}, "question is list, not text"),
        ({**GOOD, "contexts": "text"}, "contexts is not a list"),
        ({**GOOD, "contexts": [{"text": ""}]}, "contexts: passage 1 has no text"),
        ({**GOOD, "readers": ["hr"]}, "readers: 'hr' is not a reader"),
        ({**GOOD, "readers": []}, "readers: no readers given"),
        ({**GOOD, "question": "\ud800?"}, "question holds half of a surrogate pair"),
        (["a", "b"], "not a JSON object but list"),
    ],
)
def test_a_broken_row_is_refused_by_its_rule(row: object, rule: str) -> None:
    assert rule_of(row).startswith(rule)


def test_the_rest_of_the_file_goes_on_and_lines_count_as_in_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [json.dumps(GOOD), "", "{not json", json.dumps({**GOOD, "id": "1"}), json.dumps(GOOD)]
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    read = read_questions(path)
    assert [row.line for row in read.rows] == [1, 5]
    assert [(one.row, one.rule[:8]) for one in read.refused] == [(3, "not JSON"), (4, "id '1' i")]


def test_a_missing_file_and_one_that_is_not_text_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nothing\.jsonl"):
        read_questions(tmp_path / "nothing.jsonl")
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParseError, match="UTF-8"):
        read_questions(tmp_path / "b.jsonl")


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
FIELDS = st.sampled_from(["question", "answer", "contexts", "text", "id", "readers", "page"])
ROWS = st.dictionaries(
    FIELDS, VALUES | st.lists(VALUES | st.dictionaries(FIELDS, VALUES, max_size=2), max_size=2)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=8) | (VALUES | ROWS).map(json.dumps), max_size=5))
def test_no_line_whatever_it_holds_stops_the_reading(lines: list[str]) -> None:
    read = parse_questions(lines)
    seen = [row.line for row in read.rows] + [one.row for one in read.refused]
    assert sorted(seen) == [n for n, line in enumerate(lines, start=1) if line.strip()]
