"""Answering without looking anything up: what a model, or an adapter, knows by itself. Nothing is cited."""

import time

from wellread.answer.inert import inert
from wellread.answer.traditional import Reader
from wellread.models.prompts import closed_book, is_refusal
from wellread.models.protocols import Request
from wellread.records.conversation import Answer, Statement
from wellread.records.learning import SPANS

_LONGEST = 64
"""Tokens."""


def recall(question: str, reader: Reader) -> Answer:
    """The model's own answer. `answered` is false when it says that it does not know."""
    started = time.perf_counter()
    made = reader.generator.generate(
        Request(
            messages=closed_book(question),
            max_tokens=_LONGEST,
            adapter=reader.adapter.path if reader.adapter and reader.adapter.method != SPANS else None,
        )
    )
    answered = bool(made.text.strip()) and not is_refusal(made.text)
    return Answer(
        statements=(Statement(inert(made.text.strip())),) if answered else (),
        verdict="answered" if answered else "not in your sources",
        steps=(),
        model=reader.generator.name,
        adapter=reader.adapter.id if reader.adapter else None,
        milliseconds=(time.perf_counter() - started) * 1000,
        tokens=made.prompt_tokens + made.completion_tokens,
    )
