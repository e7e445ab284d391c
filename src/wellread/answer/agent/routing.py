"""Which way a question is answered when nobody says: looked up once, or step by step.

An agent's further searches are for what a question names and one search leaves out. So a question that names one thing,
or none, is searched for once: on such, looking further found nothing more, and read a little worse. Of a question that
names several, or asks for several, no single passage need speak of all (docs/benchmarks.md has the figures).
"""

from dataclasses import dataclass
from typing import Literal

from wellread.answer import parts as asked_for
from wellread.answer.agent.policy import parts as named


@dataclass(frozen=True, slots=True)
class Route:
    """The way chosen, and why, in words for the asker."""

    mode: Literal["traditional", "agentic"]
    because: str


def route(question: str) -> Route:
    """The way for `question`, by its words alone: choosing costs no search and no model."""
    if names := named(question):
        return Route("agentic", f"it names {', '.join(map(repr, names))}")
    if len(asked_for.parts(question)) > 1:
        return Route("agentic", "it asks for several things")
    return Route("traditional", "it names no two things")
