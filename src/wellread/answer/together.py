"""Reading all passages together with any chat model, every sentence checked as it comes."""

import re
from collections.abc import Callable, Sequence

from wellread.answer.statements import Stream
from wellread.models.prompts import is_refusal, read_together
from wellread.models.protocols import Generation, Generator, Request
from wellread.records.conversation import NOT_IN_SOURCES, Statement
from wellread.records.knowledge import Passage

_LONGEST_ANSWER = 128
"""Tokens of a free answer."""
_CITED = re.compile(r"\s*\[\d+\]")


def read_all(
    question: str, passages: Sequence[Passage], generator: Generator, emit: Callable[[str], None]
) -> tuple[list[Statement], Generation]:
    """Read as many of `passages` together as the window holds; checked statements go to `emit` as they are complete.

    No statements when the model refuses, or when nothing it said is supported. Raises ModelError from the backend.
    """
    shown = fitting(question, passages, generator)
    stream = Stream(shown, emit, question)
    held: list[str] = []

    def receive(piece: str) -> None:
        held.append(piece)
        said = "".join(held)
        # A refusal is known by its first words; until there are enough of them nothing is checked.
        if len(said) >= len(NOT_IN_SOURCES) + 5 and not is_refusal(said):
            stream.feed(_CITED.sub("", "".join(held)))
            held.clear()

    made = generator.stream(
        Request(
            messages=read_together(question, [(one.heading_line, one.text) for one in shown]),
            max_tokens=_LONGEST_ANSWER,
        ),
        receive,
    )
    if is_refusal(made.text) or not made.text.strip():
        return [], made
    stream.feed(_CITED.sub("", "".join(held)))
    return stream.finish(), made


def checked(
    question: str, text: str, passages: Sequence[Passage], emit: Callable[[str], None]
) -> list[Statement]:
    """The statements of a text that `passages` support, each given to `emit` as soon as it is checked."""
    stream = Stream(passages, emit, question)
    stream.feed(_CITED.sub("", text))
    return stream.finish()


def fitting(question: str, passages: Sequence[Passage], generator: Generator) -> Sequence[Passage]:
    """The longest beginning of `passages` whose prompt leaves room for the answer in the window; at least one."""
    room = generator.window - _LONGEST_ANSWER
    for size in range(len(passages), 1, -1):
        shown = [(one.heading_line, one.text) for one in passages[:size]]
        if generator.count(read_together(question, shown)) <= room:
            return passages[:size]
    return passages[:1]
