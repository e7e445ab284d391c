"""The bundled span reader: exact words of the text, or the odds that they are not there."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.errors import ModelError, WeightsError
from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.origins import UnreachableError
from wellread.models.protocols import Pointed
from wellread.models.span_reader import OnnxSpanReader
from wellread.models.weights import SPAN_READER

HEADING = "Leave > Trainees"
LEAVE = (
    "Staff have 26 days of leave a year. A trainee has 30 days, of which ten are taken in summer. "
    "Leave is asked for in the portal, and Mara Venn approves it."
)
BOATS = "The harbour's three ferries were built in Tolmark. The largest, the Selkie, carries 240 passengers."
FILLING = "Nothing of note happened in the other years, and the records say no more about them. "


@pytest.fixture(scope="module")
def spans(embedder_paths: tuple[Path, Path]) -> Iterator[OnnxSpanReader]:
    try:
        weights = fetch(SPAN_READER, default_cache_dir())
    except WeightsError as error:
        if isinstance(error.__cause__, UnreachableError):
            pytest.skip(f"the weights {SPAN_READER} are not here and cannot be made: {error.__cause__}")
        raise
    reader = OnnxSpanReader(weights, embedder_paths[1], name=SPAN_READER, threads=1)
    yield reader
    reader.close()


def words(text: str, found: Pointed) -> str:
    return text[found.start : found.end]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("How many days of leave does a trainee have?", LEAVE, "30"),
        ("Who approves leave?", LEAVE, "Mara Venn"),
        ("Where were the ferries built?", BOATS, "Tolmark"),
        ("Which ferry is the largest?", BOATS, "Selkie"),
    ],
)
def test_it_points_at_the_words_that_answer(
    spans: OnnxSpanReader, question: str, text: str, answer: str
) -> None:
    [found] = spans.point(question, [("", text)])
    assert answer in words(text, found)
    assert len(words(text, found)) <= len(answer) + 12


def test_a_text_about_something_else_has_no_answer(spans: OnnxSpanReader) -> None:
    there, elsewhere = spans.point("Who approves leave?", [(HEADING, LEAVE), ("Ferries", BOATS)])
    assert there.log_odds > 0 > elsewhere.log_odds


def test_words_are_taken_from_the_text_and_not_from_its_heading(spans: OnnxSpanReader) -> None:
    text = "They were built long ago, and nobody knows by whom."
    [found] = spans.point("Where were the ferries built?", [("Ferries built in Tolmark", text)])
    assert words(text, found) in text
    assert "Tolmark" not in words(text, found)


def test_a_text_longer_than_what_is_read_at_once_is_read_to_its_end(spans: OnnxSpanReader) -> None:
    for before, after in ((60, 0), (30, 30), (0, 60)):
        text = FILLING * before + BOATS + " " + FILLING * after
        [found] = spans.point("Where were the ferries built?", [("Ferries", text)])
        assert words(text, found) == "Tolmark"
        assert found.tokens > 900


def test_what_has_no_words_has_no_answer(spans: OnnxSpanReader) -> None:
    for text in ("", "   ", "\n"):
        [found] = spans.point("Who approves leave?", [(HEADING, text)])
        assert words(text, found).strip() == ""
    assert spans.point("Who?", []) == []


def test_a_question_of_any_length_leaves_room_for_the_text(spans: OnnxSpanReader) -> None:
    [found] = spans.point("Where were the ferries built? " + "Tell me, please. " * 500, [("", BOATS)])
    assert 0 <= found.start < found.end <= len(BOATS)


def test_each_text_is_read_as_if_alone(spans: OnnxSpanReader) -> None:
    texts = [(HEADING, LEAVE), ("", BOATS), ("", ""), ("", FILLING * 60)]
    together = spans.point("Who approves leave?", texts)
    assert together == [spans.point("Who approves leave?", [text])[0] for text in texts]


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=300)), max_size=3),
)
def test_it_points_inside_whatever_text_it_is_given(
    spans: OnnxSpanReader, question: str, texts: list[tuple[str, str]]
) -> None:
    found = spans.point(question, texts)
    assert len(found) == len(texts)
    for one, (_, text) in zip(found, texts, strict=True):
        assert 0 <= one.start <= one.end <= len(text)
        for edge in (one.start, one.end):
            if 0 < edge < len(text) and one.end > one.start:
                assert not (text[edge - 1].isalnum() and text[edge].isalnum()), "half a word"


def test_threads_share_it(spans: OnnxSpanReader) -> None:
    texts = [(HEADING, LEAVE), ("", BOATS)]
    alone = spans.point("Who approves leave?", texts)
    found: dict[int, list[Pointed]] = {}
    threads = [
        threading.Thread(target=lambda at=at: found.update({at: spans.point("Who approves leave?", texts)}))
        for at in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [alone] * 3


def test_a_closed_model_says_so(spans: OnnxSpanReader, embedder_paths: tuple[Path, Path]) -> None:
    closed = OnnxSpanReader(fetch(SPAN_READER, default_cache_dir()), embedder_paths[1], name=SPAN_READER)
    closed.close()
    closed.close()
    with pytest.raises(ModelError, match="closed"):
        closed.point("Who?", [("", LEAVE)])
