"""The arms side by side on the user's own held-out questions, and what follows from it."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from wellread.answer.closed_book import recall
from wellread.answer.traditional import Reader
from wellread.catalogue.catalogue import Catalogue
from wellread.decide.advice import advise
from wellread.decide.cost import CostModel
from wellread.errors import NotFoundError, UsageError
from wellread.evaluate.arms import ARMS, Arm, Progress, run
from wellread.evaluate.report import page
from wellread.evaluate.summary import summarise
from wellread.evaluate.testsets import evenly, prepare
from wellread.flows import questions as questions_flow
from wellread.flows.ask import ask, permit
from wellread.models.bundled import BUNDLED, bundled_readers
from wellread.records.comparison import Advice, Comparison, Conditions, Question
from wellread.records.conversation import Answer
from wellread.records.learning import SPANS, Adapter, RefusedRow
from wellread.records.people import Principal
from wellread.retrieve.search import Searcher

KIND = "arms"
"""What stored comparisons of this flow are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """What is asked for. Conflicts are refused on construction."""

    questions: Path | None = None
    """A question file; None takes the test rows of the adapter's dataset."""
    arms: tuple[str, ...] = ARMS
    adapter: str | None = None
    """An adapter's id; None takes the newest of one's own. A bundled reader that is named is compared with the model
    alone."""
    most: int | None = None
    """Questions at most, drawn evenly from the file; None is all."""
    page: Path | None = None
    """Where to write the HTML page."""

    def __post_init__(self) -> None:
        for arm in self.arms:
            if arm not in ARMS:
                raise UsageError(f"{arm!r} is not an arm: choose from {', '.join(ARMS)}")
        if len(set(self.arms)) < len(self.arms) or not self.arms:
            raise UsageError("name each arm once, and at least one")
        if self.most is not None and self.most < 1:
            raise UsageError(f"{self.most} questions were asked for: ask for at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """What the journey needs. `adapter` reads in the tuned arms; None leaves them out."""

    searcher: Searcher
    base: Reader
    adapter: Adapter | None
    principals: Callable[[str | None], frozenset[Principal]]
    person: str | None
    report: Callable[[str], None]
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, the advice drawn from it, and the rows of the file that could not be used."""

    comparison: Comparison
    advice: Advice
    refused: tuple[RefusedRow, ...]


def compare(work: Compare, request: CompareRequest) -> Compared:
    """Run the arms, store the outcome for `decide`, write the page.

    Raises NotFoundError (no such file), RefusedError (no question left), NotAllowedError (a question is asked by
    somebody outside the adapter's audience).
    """
    catalogue = work.searcher.catalogue
    if request.page and not request.page.absolute().parent.is_dir():
        raise NotFoundError(f"{request.page} cannot be written: make its folder first")
    # 1. The questions, without those whose documents were trained on.
    questions, refused = _questions(work, request)
    trained = questions_flow.trained_documents(catalogue, work.adapter)
    test = prepare(questions, trained)
    if request.most:
        test = replace(test, questions=evenly(test.questions, request.most))
    # 2. The arms.
    arms = _arms(work, request.arms)
    work.report(f"{len(test.questions)} questions through {', '.join(arms)}")
    outcomes = run(test.questions, arms, work.progress)
    # 3. Count, advise, keep.
    cost = CostModel(training_seconds=_training_seconds(work.adapter))
    comparison = summarise(outcomes, test, _conditions(work, cost), cost.per_question)
    advice = advise(comparison)
    catalogue.learning.save_comparison(KIND, {"comparison": comparison.to_json(), "advice": advice.to_json()})
    if request.page:
        request.page.write_text(page(comparison, advice), encoding="utf-8")
    return Compared(comparison, advice, refused)


def decide(catalogue: Catalogue) -> Advice:
    """The advice of the latest comparison. Raises NotFoundError when there is none."""
    latest = catalogue.learning.latest_comparison(KIND)
    if latest is None:
        raise NotFoundError("nothing was compared yet: run `wellread compare --questions FILE` first")
    return Advice.from_json(latest.payload["advice"])


def _questions(work: Compare, request: CompareRequest) -> tuple[list[Question], tuple[RefusedRow, ...]]:
    if request.questions:
        return questions_flow.read(request.questions)
    if work.adapter is None or work.adapter.dataset == BUNDLED:
        raise UsageError(
            "no questions: give --questions FILE, or tune an adapter, whose test rows then serve"
        )
    rows = work.searcher.catalogue.learning.examples(work.adapter.dataset, "test")
    return [
        Question(
            id=example.id,
            question=example.question,
            answer=example.answer,
            document=example.contexts[example.gold].document if example.gold is not None else None,
            evidence=example.quote,
        )
        for example, _ in rows
    ], ()


def _training_seconds(adapter: Adapter | None) -> dict[str, float]:
    """By arm. The bundled reader was trained elsewhere: its users do not pay for it."""
    seconds = adapter.training_seconds if adapter else 0.0
    return {arm: seconds for arm in ARMS if arm.startswith("tuned") and seconds}


def _arms(work: Compare, names: Sequence[str]) -> dict[str, Arm]:
    # RAG is what people get who tune nothing: the bundled reader reads, unless what it adds is the question.
    bundled = next(iter(bundled_readers(work.base.generator.digest)), None)
    named = work.adapter is not None and work.adapter.dataset == BUNDLED
    rag = work.base if named else replace(work.base, adapter=bundled)
    tuned = replace(work.base, adapter=work.adapter)
    kinds: dict[str, tuple[Reader, bool]] = {
        "base": (work.base, False),
        "rag": (rag, True),
        "tuned": (tuned, False),
        "tuned+rag": (tuned, True),
    }
    # A span reader knows nothing by itself.
    possible = {"tuned", "tuned+rag"} if work.adapter else set()
    if work.adapter and work.adapter.method == SPANS:
        possible.remove("tuned")
    chosen = [name for name in names if name in possible or not name.startswith("tuned")]
    if not chosen:
        raise UsageError("there is no adapter for the tuned arms: tune one, or compare base and rag")
    return {name: _arm(work, *kinds[name]) for name in chosen}


def _arm(work: Compare, reader: Reader, looks_up: bool) -> Arm:
    def asked(question: Question) -> Answer:
        held = questions_flow.held(question, work.person, work.principals)
        if reader.adapter:
            permit(work.searcher.catalogue, reader.adapter, reader.generator.digest, held)
        return (
            ask(work.searcher, question.question, held, reader)
            if looks_up
            else recall(question.question, reader)
        )

    return asked


def _conditions(work: Compare, cost: CostModel) -> Conditions:
    return Conditions(
        model=work.base.generator.name,
        adapter=work.adapter.id if work.adapter else None,
        dataset=work.adapter.dataset if work.adapter else None,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(cost),
        pricing=cost.in_words(),
        currency=cost.currency,
        seeds={"bootstrap": 0},
    )


def machine(cost: CostModel) -> str:
    """What the run was timed on, in words."""
    return f"{platform.machine()}, {cost.cores} cores"


def choose(catalogue: Catalogue, base_digest: str, named: str | None) -> Adapter | None:
    """The adapter to compare: the one named, else the newest of one's own that is neither quarantined nor retired, if
    there is one."""
    if named:
        bundled = {one.id: one for one in bundled_readers(base_digest)}
        return bundled.get(named) or catalogue.learning.adapter(named)
    alive = (
        one
        for one in catalogue.learning.adapters()
        if one.base_digest == base_digest and one.state in ("candidate", "promoted")
    )
    return next(alive, None)
