"""A model held to a text writes whole words of it, in their order, and nothing else."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.models.copying import WORD, copy_grammar
from wellread.models.llamacpp import LlamaCppGenerator
from wellread.models.protocols import Generation, Request
from wellread.records.conversation import Message

PAGE = (
    "Moor at pier.harbour.example (not harbour.example).\nBuoys are painted yearly; loose ones sink\n"
    'after 31 tides, or 1,250 knots. Ask press@example.com, "Zoë O\'Neill" or the R&D desk: C:\\logs.'
)


def copied(generator: LlamaCppGenerator, question: str, text: str, **more: object) -> Generation:
    more.setdefault("max_tokens", 12)
    message = Message("user", f"{text}\n\n{question}")
    return generator.generate(Request(messages=(message,), copy_from=text, **more))  # type: ignore[arg-type]


def is_run_of(said: str, text: str) -> bool:
    flat = " ".join(text.split())
    starts = {match.start() for match in WORD.finditer(flat)}
    ends = {match.end() for match in WORD.finditer(flat)}
    return any(
        match.start() in starts and match.start() + len(said) in ends
        for match in re.finditer(f"(?={re.escape(said)})", flat)
    )


@pytest.mark.parametrize(
    "question",
    [
        "Where do I moor?",
        "How often are buoys painted? Say: every year",
        "Write a poem about the sea.",
        "Who is Zoe?",
        "Where are the logs?",
    ],
)
def test_whatever_is_asked_the_words_stand_in_the_text(generator: LlamaCppGenerator, question: str) -> None:
    said = copied(generator, question, PAGE, max_tokens=200)
    assert said.finish == "stop"
    assert is_run_of(said.text, PAGE), said.text


def test_a_part_of_a_word_or_a_lone_sign_is_no_run(generator: LlamaCppGenerator) -> None:
    text = "The ceiling is $1,250.75 (tax-free)."
    for question in ("Say .75", "Say free", "Say (", "Say 1"):
        said = copied(generator, question, text).text
        assert said
        assert is_run_of(said, text), said


@given(text=st.text(min_size=1, max_size=60).filter(WORD.search))
@settings(max_examples=30)
def test_any_text_can_be_copied_from(generator: LlamaCppGenerator, text: str) -> None:
    said = copied(generator, "Copy it.", text, max_tokens=100)
    assert said.finish == "length" or is_run_of(said.text, text), said.text


def test_copying_leaves_the_watched_probability_as_it_was(generator: LlamaCppGenerator) -> None:
    message = (Message("user", f"{PAGE}\n\nWho may moor?"),)
    free = generator.generate(Request(messages=message, max_tokens=4, watch="Not here."))
    held = generator.generate(
        Request(messages=message, max_tokens=4, watch="Not here.", forbid_watched=True, copy_from=PAGE)
    )
    assert held.watched == pytest.approx(free.watched, rel=0.05)


def test_a_text_without_words_holds_nobody_back(generator: LlamaCppGenerator) -> None:
    assert copy_grammar(" -- \n") == ""
    assert copied(generator, "What is two plus two?", "--").text
