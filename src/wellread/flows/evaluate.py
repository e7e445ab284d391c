"""How good the answers are that people get: one set-up measured on a file of questions, kept, and held to rules."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from wellread.answer.closed_book import recall
from wellread.answer.traditional import Reader
from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.learning import Comparison as Stored
from wellread.decide.cost import CostModel
from wellread.errors import NotFoundError, UsageError
from wellread.evaluate.arms import Arm, Progress, run
from wellread.evaluate.change import Against, against, shares
from wellread.evaluate.evaluation_page import page
from wellread.evaluate.judges import agreements, judge, tallies
from wellread.evaluate.measures import figures, rows
from wellread.evaluate.requirements import Requirement, broken
from wellread.evaluate.summary import summarise
from wellread.evaluate.testsets import TestSet, evenly, prepare
from wellread.flows import ask as ask_flow
from wellread.flows import conversation as conversation_flow
from wellread.flows import questions as questions_flow
from wellread.flows.compare import machine
from wellread.flows.measuring import measure
from wellread.flows.stored_texts import StoredTexts
from wellread.models.protocols import Generator
from wellread.records.comparison import Comparison, Conditions, Outcome, Question
from wellread.records.conversation import Answer, Mode
from wellread.records.evaluation import AS_ASKED, CLOSED_BOOK, Evaluation, Measured, SetUp
from wellread.records.identity import digest, identify
from wellread.records.learning import RefusedRow
from wellread.records.people import Principal
from wellread.retrieve.search import Searcher
from wellread.settings import Settings

KIND = "evaluation"
"""What stored comparisons of this flow are called."""
LAST = "last"
"""The latest whole evaluation that shares questions."""
ANSWERS = (
    "generator",
    "embedder",
    "reranker",
    "passages_reread",
    "passages_together",
    "passages_one_by_one",
    "agent_steps",
    "agent_tokens",
    "agent_seconds",
    "judges",
)
"""The settings that answers and verdicts depend on. They are kept with an evaluation, and no other is: others hold
secrets and places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateRequest:
    """What is asked for. Conflicts are refused on construction."""

    questions: Path
    require: tuple[str, ...] = ()
    """What has to be reached: `correct >= 0.65`."""
    no_worse_than: str | None = None
    """`last`, or the number of an earlier evaluation: nothing that is guarded may surely be worse than in it."""
    model: str | None = None
    adapter: str | None = None
    mode: Mode = "auto"
    closed_book: bool = True
    """Also ask the base model alone."""
    most: int | None = None
    """Questions at most, drawn evenly from the file; None is all."""
    page: Path | None = None
    """Where to write the HTML page."""
    requirements: tuple[Requirement, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "requirements", tuple(Requirement.parse(text) for text in self.require))
        if self.most is not None and self.most < 1:
            raise UsageError(f"{self.most} questions were asked for: ask for at least 1")
        before = self.no_worse_than
        if before is not None and before.lower() != LAST and not before.isdecimal():
            raise UsageError(
                f"{before!r} is no evaluation: write {LAST}, or a number of `wellread evaluate --list`"
            )
        if self.page and not self.page.absolute().parent.is_dir():
            raise NotFoundError(f"{self.page} cannot be written: make its folder first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluate:
    """What the journey needs."""

    searcher: Searcher
    reader: Callable[[frozenset[Principal], str | None, str | None], Reader]
    """Who answers for somebody: of what they hold, a model's name and an adapter's."""
    judges: Sequence[Generator]
    principals: questions_flow.Principals
    person: str | None
    settings: Settings
    report: Callable[[str], None]
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The evaluation as it was stored, what changed since an earlier one, and the rules it breaks."""

    evaluation: Evaluation
    against: Against | None
    broken: tuple[str, ...]
    refused: tuple[RefusedRow, ...]
    """Rows of the file that could not be used."""
    notes: tuple[str, ...]
    """What to know before trusting the figures."""


def evaluate(work: Evaluate, request: EvaluateRequest) -> Evaluated:
    """Ask every question, measure, keep, compare, and hold to the rules. Ctrl-C ends the asking: what was answered is
    measured and kept.

    Raises NotFoundError (no such file, no such earlier evaluation), RefusedError (no question left in the file).
    """
    # 1. The questions, and what there is to compare with: a slip in either is told before anything is asked.
    questions, refused = questions_flow.read(request.questions)
    held = work.principals(work.person)
    base, reader = work.reader(held, request.model, "none"), work.reader(held, request.model, request.adapter)
    earlier = evaluations(work.searcher.catalogue)
    before = _before(earlier, request.no_worse_than)
    test = prepare(questions, questions_flow.trained_documents(work.searcher.catalogue, reader.adapter))
    if request.most:
        test = replace(test, questions=evenly(test.questions, request.most))
    setup = _setup(work, request)
    # 2. Ask.
    first_ms: dict[str, float] = {}
    arms: dict[str, Arm] = {AS_ASKED: _as_asked(work, request, first_ms)}
    if request.closed_book:
        arms[CLOSED_BOOK] = lambda question: recall(question.question, base)
    work.report(f"{len(test.questions)} questions, {', '.join(arms)}")
    comparison = _compared(reader, run(test.questions, arms, work.progress), test)
    # 3. Measure.
    measured = _measured(work, comparison, first_ms)
    evaluation = Evaluation(
        comparison=comparison, measured=measured, figures=(), setup=setup, asked=len(test.questions)
    )
    evaluation = _judged(work, evaluation)
    evaluation = replace(evaluation, figures=figures(rows(evaluation)))
    # 4. Keep, compare, hold to the rules.
    number = work.searcher.catalogue.learning.save_comparison(KIND, evaluation.to_json())
    evaluation = replace(evaluation, number=number)
    before = before or _latest(earlier, evaluation)
    changed = against(evaluation, before) if before else None
    if request.page:
        alike = [one for one in earlier if shares(evaluation, one)]
        request.page.write_text(page(evaluation, changed, alike), encoding="utf-8")
    return Evaluated(
        evaluation=evaluation,
        against=changed,
        broken=tuple(_broken(request, evaluation, changed, refused)),
        refused=refused,
        notes=tuple(_notes(work, request, evaluation, changed)),
    )


def evaluations(catalogue: Catalogue) -> list[Evaluation]:
    """All that were kept, the oldest first."""
    return [_read(stored) for stored in catalogue.learning.comparisons(KIND)]


def _read(stored: Stored) -> Evaluation:
    return replace(Evaluation.from_json(stored.payload), number=stored.number)


def _before(earlier: Sequence[Evaluation], named: str | None) -> Evaluation | None:
    """The one named by its number. Raises NotFoundError."""
    if named is None or named.lower() == LAST:
        return None
    for one in earlier:
        if one.number == int(named):
            return one
    raise NotFoundError(f"there is no evaluation {named}: `wellread evaluate --list` names them")


def _latest(earlier: Sequence[Evaluation], evaluation: Evaluation) -> Evaluation | None:
    return next((one for one in reversed(earlier) if one.is_whole and shares(evaluation, one)), None)


def _as_asked(work: Evaluate, request: EvaluateRequest, first_ms: dict[str, float]) -> Arm:
    def asked(question: Question) -> Answer:
        first_ms.pop(question.id, None)  # the first question is asked twice, once to warm up
        started = time.perf_counter()

        def emit(_: str) -> None:
            first_ms.setdefault(question.id, (time.perf_counter() - started) * 1000)

        return _answer(work, request, question, emit)

    return asked


def _answer(
    work: Evaluate, request: EvaluateRequest, question: Question, emit: Callable[[str], None]
) -> Answer:
    """As `Workspace.ask` composes it, for whoever the row's question is asked as; nothing is kept."""
    held = _held(work, question)
    way = ask_flow.way(request.mode, work.settings)

    def answered(asked: str) -> Answer:
        reader = work.reader(held, request.model, request.adapter)
        return ask_flow.ask(work.searcher, asked, held, reader, emit, way=way)

    asker = conversation_flow.Asker(
        person=None,
        principals=held,
        look=lambda asked: ask_flow.search(work.searcher, asked, held, 10).hits,
        say=emit,
    )
    return conversation_flow.ask(work.searcher.catalogue, question.question, asker, answered, None)


def _held(work: Evaluate, question: Question) -> frozenset[Principal]:
    return questions_flow.held(question, work.person, work.principals)


def _compared(reader: Reader, outcomes: Sequence[Outcome], test: TestSet) -> Comparison:
    cost = CostModel()
    conditions = Conditions(
        model=reader.generator.name,
        adapter=reader.adapter.id if reader.adapter else None,
        dataset=reader.adapter.dataset if reader.adapter else None,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(cost),
        pricing=cost.in_words(),
        currency=cost.currency,
        seeds={"bootstrap": 0},
    )
    return summarise(outcomes, test, conditions, cost.per_question)


def _measured(work: Evaluate, comparison: Comparison, first_ms: dict[str, float]) -> tuple[Measured, ...]:
    texts_of = cache(lambda held: StoredTexts(work.searcher.catalogue, held))
    questions = {question.id: question for question in comparison.questions}
    found = []
    for outcome in comparison.outcomes:
        if outcome.arm != AS_ASKED:
            continue
        question = questions[outcome.question]
        stored: StoredTexts = texts_of(_held(work, question))
        found.append(measure(question, outcome.answer, first_ms.get(question.id), stored))
    return tuple(found)


def _judged(work: Evaluate, evaluation: Evaluation) -> Evaluation:
    """With the verdicts of the judges on every answer to a question that has one. Ctrl-C keeps those already given."""
    done = {one.question: one for one in evaluation.measured}
    asked = [row for row in rows(evaluation) if row.answerable and row.outcome.answer.answered]
    try:
        for number, row in enumerate(asked if work.judges and evaluation.is_whole else (), start=1):
            gold, said = row.question.answer or "", row.outcome.answer.text
            given = tuple(judge(row.question.question, gold, said, one) for one in work.judges)
            done[row.question.id] = replace(row.measured, judgements=given)
            if number == 1:
                work.report(f"{len(asked)} answers before {len(work.judges)} judges")
    except KeyboardInterrupt:
        work.report("interrupted: the verdicts that were given are kept")
    evaluation = replace(evaluation, measured=tuple(done.values()))
    judged = rows(evaluation)
    return replace(evaluation, judges=tallies(judged), agreements=agreements(judged))


def _setup(work: Evaluate, request: EvaluateRequest) -> SetUp:
    return SetUp(
        questions=request.questions.name,
        digest=digest(request.questions.read_bytes()),
        embedder=work.searcher.embedder.name,
        mode=request.mode,
        documents=len(work.searcher.catalogue.knowledge.visible_documents(work.principals(work.person))),
        knowledge=knowledge_version(work.searcher.catalogue),
        version=version("wellread"),
        person=work.person,
        settings={name: getattr(work.settings, name) for name in ANSWERS},
    )


def knowledge_version(catalogue: Catalogue) -> str:
    """Changes when the text or the readers of any document do, when one comes and when one goes."""
    knowledge = catalogue.knowledge
    items = [item for source in knowledge.sources() for item in knowledge.states(source.name).values()]
    held = [(one.version, sorted(one.readers)) for item in items for one in item.documents.values()]
    return identify("knw", sorted(held))


def _broken(
    request: EvaluateRequest, evaluation: Evaluation, changed: Against | None, refused: Sequence[RefusedRow]
) -> list[str]:
    """Each rule that is broken, in words; none without rules."""
    found = broken(request.requirements, evaluation)
    if request.no_worse_than and changed:
        found += [
            f"{one.metric} is worse than in evaluation {changed.number}: {one.difference:+.3f} over {one.n} questions, "
            f"95% interval {one.interval.low:+.3f} to {one.interval.high:+.3f}"
            for one in changed.worse
        ]
    if request.require or request.no_worse_than:
        # An examination that lost questions is another examination.
        found += [f"line {one.row} of {request.questions.name} was not taken: {one.rule}" for one in refused]
        if not evaluation.is_whole:
            found.append(f"only {len(evaluation.measured)} of {evaluation.asked} questions were answered")
    return found


def _notes(
    work: Evaluate, request: EvaluateRequest, evaluation: Evaluation, changed: Against | None
) -> list[str]:
    found = list(evaluation.comparison.warnings)
    cited = [one.cited for one in evaluation.measured if one.cited and one.cited.characters]
    if lost := sum(one.in_evidence is None for one in cited):
        found.append(
            f"the evidence of {lost} answered questions could not be located in a stored text, so their citations "
            "count neither for precision nor for recall"
        )
    if not request.closed_book:
        found.append("without the closed-book score nobody knows what the model knew without the sources")
    if evaluation.comparison.conditions.model in {one.name for one in work.judges}:
        found.append(f"{evaluation.comparison.conditions.model} judges its own answers")
    if len(work.judges) == 1:
        found.append("one judge cannot be checked against another: set two")
    if knowledge_version(work.searcher.catalogue) != evaluation.setup.knowledge:
        found.append("documents changed while it ran")
    if request.no_worse_than and changed is None:
        found.append(
            "no earlier whole evaluation has any of these questions: there is nothing to be worse than"
        )
    return found
