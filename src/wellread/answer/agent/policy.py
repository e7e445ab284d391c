"""Who decides what an agent does next: rules, or a model."""

import re
from dataclasses import dataclass, field
from typing import Protocol

from wellread.answer.agent.actions import SCHEMA, TOOLS, Action, Finish, Search, of_call, of_json
from wellread.answer.agent.named import NAME, plain
from wellread.answer.agent.workbench import Observation, Workbench
from wellread.errors import NoToolsError, UsageError
from wellread.models.prompts import agent_begins
from wellread.models.protocols import Generation, Generator, Request
from wellread.records.conversation import Call, Message
from wellread.retrieve.evidence import words_of

LONGEST_DECISION = 300
"""Tokens of one decision, the final answer included."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done next, and the tokens that deciding took, prompt included. `wrong` says why what a model wanted
    is nothing that can be done; it is told so."""

    action: Action
    tokens: int = 0
    wrong: str = ""


class Policy(Protocol):
    """Decides step by step. One object serves one question."""

    def decide(self, room: int) -> Decision:
        """What to do next, in at most `room` tokens. Raises ModelError."""

    def observe(self, observation: Observation) -> None:
        """What came of the last decision."""


@dataclass(slots=True)
class Rules:
    """For readers that cannot plan: search for the question; then for each name in it, and each of its parts, of which
    nothing that was found speaks; then finish."""

    question: str
    workbench: Workbench
    _tried: set[str] = field(default_factory=set)

    def decide(self, room: int) -> Decision:
        """`room` is not used: rules cost nothing."""
        for query in (self.question, *parts(self.question)):
            folded = query.lower()
            if folded not in self._tried and (not self._tried or not self._covered(query)):
                self._tried.add(folded)
                return Decision(Search(query))
        return Decision(Finish())

    def observe(self, observation: Observation) -> None:
        """What was found is read off the workbench."""

    def _covered(self, query: str) -> bool:
        """Whether one passage that was found speaks of all that `query` names."""
        wanted = words_of(query)
        return any(
            wanted <= words_of(f"{hit.passage.heading_line}\n{hit.passage.text}")
            for hit in self.workbench.hits()
        )


_JOINED = re.compile(r"\s+and\s+|\s+or\s+|,\s+")
MOST_PARTS = 4


def parts(question: str) -> list[str]:
    """What a question names, each to be looked for by itself: quoted titles and capitalised names. At
    most `MOST_PARTS`; none for a question that names one thing alone."""
    found: list[str] = []
    for name in NAME.findall(question):
        found += [name.strip('"“”')] if name[0] in '"“' else map(plain, _JOINED.split(name))
    kept = list(dict.fromkeys(part for part in found if len(part) > 1 and words_of(part)))
    return kept[:MOST_PARTS] if len(kept) > 1 else []


@dataclass(slots=True)
class ByModel:
    """A chat model decides, by tool calls; by JSON that a schema holds where it, or its server, has no tool calls."""

    question: str
    generator: Generator
    by_json: bool = False
    turns: list[Message] = field(default_factory=list)
    _calls: tuple[Call, ...] = ()

    def decide(self, room: int) -> Decision:
        """A model that answers in words has finished. What it wrote that is no action is told to it."""
        made = self._ask(min(LONGEST_DECISION, room))
        tokens = made.prompt_tokens + made.completion_tokens
        try:
            if self.by_json:
                self.turns.append(Message("assistant", made.text))
                return Decision(of_json(made.text), tokens)
            self._calls = made.calls[:1]  # one at a time: what it would ask next may depend on what comes
            self.turns.append(Message("assistant", made.text, calls=self._calls))
            return Decision(of_call(self._calls[0]) if self._calls else Finish(made.text.strip()), tokens)
        except UsageError as error:
            return Decision(Finish(), tokens, wrong=str(error))

    def observe(self, observation: Observation) -> None:
        """As a tool's turn; as the user's, where the model knows no tools."""
        if self._calls:
            self.turns.append(Message("tool", observation.text, answers=self._calls[0].id))
        else:
            self.turns.append(Message("user", observation.text))

    def _ask(self, most: int) -> Generation:
        if not self.by_json:
            try:
                return self.generator.generate(
                    Request(messages=self._messages(), max_tokens=most, tools=TOOLS)
                )
            except NoToolsError:
                if self.turns:
                    raise
                self.by_json = True
        return self.generator.generate(Request(messages=self._messages(), max_tokens=most, schema=SCHEMA))

    def _messages(self) -> tuple[Message, ...]:
        """All turns that the window holds: of the oldest observations only their place is kept."""
        begins = agent_begins(self.question, by_json=self.by_json)
        turns = list(self.turns)
        for place, turn in enumerate(turns):
            if self.generator.count((*begins, *turns)) + LONGEST_DECISION <= self.generator.window:
                break
            if turn.role in ("tool", "user"):
                turns[place] = Message(turn.role, _LEFT_OUT, answers=turn.answers)
        return (*begins, *turns)


_LEFT_OUT = "(Left out: there was no room for it any more.)"
