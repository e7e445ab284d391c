"""Agentic retrieval-augmented generation: look things up until there is enough, then answer, within hard limits.

    decide -> act -> observe -> ... -> finish -> read what was found -> check -> cite, or say it is not there

Every step is told as it ends, and is kept with the answer. When a limit is reached nothing more is looked up, and the
answer is made from what was found.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from wellread.answer.agent.actions import Finish, name_of
from wellread.answer.agent.choosing import Choice, choose
from wellread.answer.agent.policy import LONGEST_DECISION, ByModel, Decision, Policy, Rules
from wellread.answer.agent.workbench import Observation, Workbench
from wellread.answer.inert import told
from wellread.answer.together import checked
from wellread.answer.traditional import Reader, answer
from wellread.answer.verdict import Judgement, conclude
from wellread.errors import ModelError, UsageError
from wellread.models.prompts import is_refusal
from wellread.records.conversation import Answer, Statement, Step

CHOSEN_FROM = 10
"""Of what was found, the passages among which two things are compared."""

Tell = Callable[[Step], None]
"""Called with each step as it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one question may take. A call of a model that is running when time is over is let finish, as the last."""

    steps: int = 8
    tokens: int = 20_000
    """Of prompts and completions together, of the model that decides."""
    seconds: float = 60.0


@dataclass(slots=True)
class _Run:
    """One question on its way."""

    question: str
    policy: Policy
    workbench: Workbench
    limits: Limits
    tell: Tell
    began: float = field(default_factory=time.perf_counter)
    steps: list[Step] = field(default_factory=list)
    tokens: int = 0

    def look(self) -> str:
        """Act until the policy finishes, or a limit does. What a model wants to answer; "" leaves it to reading."""
        while True:
            began = time.perf_counter()
            if reached := self._reached():
                self.note("limit", reached, began)
                return ""
            try:
                decision = self.policy.decide(self.limits.tokens - self.tokens)
            except ModelError as error:
                if not self.steps:
                    raise
                self.note("limit", f"the model that decides failed: {error}", began)
                return ""
            self.tokens += decision.tokens
            if isinstance(decision.action, Finish) and not decision.wrong:
                return decision.action.answer
            observation = self._act(decision)
            self.policy.observe(observation)
            self.note("wrong" if decision.wrong else name_of(decision.action), observation.note, began)

    def _act(self, decision: Decision) -> Observation:
        try:
            if decision.wrong:
                raise UsageError(decision.wrong)
            return self.workbench.run(decision.action)
        except UsageError as error:
            return Observation(f"That cannot be done: {error}", str(error))

    def _reached(self) -> str:
        if len(self.steps) >= self.limits.steps:
            return f"{self.limits.steps} steps were taken"
        if self.tokens + LONGEST_DECISION > self.limits.tokens:
            return f"{self.tokens} of {self.limits.tokens} tokens were used"
        if time.perf_counter() - self.began >= self.limits.seconds:
            return f"{self.limits.seconds:g} seconds were over"
        return ""

    @property
    def milliseconds(self) -> float:
        """Since it began."""
        return (time.perf_counter() - self.began) * 1000

    def note(self, name: str, detail: str, began: float) -> None:
        """A step has ended."""
        step = Step(name=name, detail=told(detail), milliseconds=(time.perf_counter() - began) * 1000)
        self.steps.append(step)
        self.tell(step)


def answer_agentic(
    question: str,
    workbench: Workbench,
    reader: Reader,
    limits: Limits,
    *,
    emit: Callable[[str], None] | None = None,
    tell: Tell = lambda _: None,
) -> Answer:
    """The answer to `question` from what an agent finds with `workbench`, citing only that.

    A reader with an adapter reads, and rules decide what is looked up; a chat model without one decides itself and
    words the answer. `emit` gets the answer piece by piece, each piece already checked. Raises ModelError.
    """
    policy: Policy = Rules(question, workbench) if reader.adapter else ByModel(question, reader.generator)
    run = _Run(question, policy, workbench, limits, tell)
    say = emit or (lambda _: None)
    said = run.look()
    if said:
        return _worded(run, said, reader, say)
    passages = [hit.passage for hit in workbench.hits()[:CHOSEN_FROM]]
    if reader.adapter and (choice := choose(question, passages)):
        return _chosen(run, choice, reader, say)
    read = answer(question, workbench.hits(), reader, run.steps, say, joined=True)
    tell(read.steps[-1])
    return replace(read, milliseconds=run.milliseconds, tokens=run.tokens + read.tokens)


def _worded(run: _Run, said: str, reader: Reader, say: Callable[[str], None]) -> Answer:
    """What a model said, as far as what it was shown supports it."""
    began = time.perf_counter()
    statements: Sequence[Statement] = ()
    if not is_refusal(said):
        statements = checked(run.question, said, run.workbench.shown, say)
    judged = conclude(run.question, statements, run.workbench.hits(), say)
    run.note("check", said, began)
    return _answer(run, judged, reader)


def _chosen(run: _Run, choice: Choice, reader: Reader, say: Callable[[str], None]) -> Answer:
    """One of two things that the question names, worked out from what is told of both."""
    began = time.perf_counter()
    say(choice.answer)
    statement = Statement(choice.answer, choice.citations, exact=choice.answer)
    judged = conclude(run.question, [statement], run.workbench.hits(), say)
    run.note("compare", choice.reason, began)
    return _answer(run, judged, reader)


def _answer(run: _Run, judged: Judgement, reader: Reader) -> Answer:
    return Answer(
        statements=judged.statements,
        verdict=judged.verdict,
        missing=judged.missing,
        steps=tuple(run.steps),
        model=reader.generator.name,
        adapter=reader.adapter.id if reader.adapter else None,
        milliseconds=run.milliseconds,
        tokens=run.tokens,
    )
