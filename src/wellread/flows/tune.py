"""A dataset becomes an adapter: train, export, prove that what is served is what was trained, measure, register."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from wellread.answer.one_by_one import Copying
from wellread.answer.traditional import SURE, Reader, answer, quote
from wellread.catalogue.catalogue import Catalogue
from wellread.errors import RefusedError
from wellread.evaluate.calibrate import Reading, moved_limit, refusal_limit
from wellread.evaluate.gates import difference_gate, gain_gate, parity_gate
from wellread.evaluate.metrics import is_correct
from wellread.evaluate.testsets import evenly
from wellread.models.bundled import bundled_adapter
from wellread.models.prompts import read_one
from wellread.models.protocols import Embedder, Generator
from wellread.models.weights import file_digest
from wellread.records.conversation import Answer, Message
from wellread.records.identity import identify
from wellread.records.knowledge import Hit, Passage
from wellread.records.learning import (
    SPLITS,
    Adapter,
    AdapterState,
    Context,
    DatasetVersion,
    Example,
    GateResult,
    Split,
)
from wellread.tune import export, loop, lora, parity, threads
from wellread.tune.base import native_precision, open_base
from wellread.tune.collate import pack, readings
from wellread.tune.recipe import RATE_FROM_ADAPTER, Recipe

PARITY_PROMPTS = 12
MOST_MEASURED = 32
"""Test rows on which the adapter is measured against its base. Each takes some seconds; of 16, chance alone decided."""
MOST_CALIBRATED = 100
"""Validation rows on which the refusal limit of a reader made from scratch is set, at most."""
MOST_COMPARED = 12
"""Rows without an answer on which a reader's doubts before and after training are compared, at most."""

Progress = Callable[[loop.Progress], None]


def SILENT(_: loop.Progress) -> None:  # noqa: N802 (a constant that happens to be a function)
    """Nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """What the journey needs. `base_file` is the GGUF that `generator` serves."""

    catalogue: Catalogue
    generator: Generator
    embedder: Embedder
    base_file: Path
    folder: Path
    actor: str
    progress: Progress
    report: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One training run. `identity` follows from everything it depends on, so the same call finds what it left."""

    identity: str
    version: DatasetVersion
    split: Mapping[Split, Sequence[Example]]
    recipe: Recipe
    start: Adapter | None
    """The adapter that training goes on from; None starts from the base."""


def tune(work: Tune, dataset: str, recipe: Recipe, *, from_scratch: bool = False) -> Adapter:
    """Train an adapter on the latest version of `dataset` and measure it; interrupted, the same call goes on.

    Raises NotFoundError (no such dataset), RefusedError (nothing to train on or to measure on) and WeightsError
    (no tuning extra). An adapter that fails a gate is kept as quarantined, so that its numbers can be looked at.
    """
    run = _run(work, dataset, recipe, from_scratch)
    if known := _known(work.catalogue, run.identity):
        work.report(f"this very run is already there as {known.id}")
        return known
    job = work.catalogue.jobs.start("tune", run.identity)
    checkpoint = work.folder / "runs" / f"{run.identity}.safetensors"
    try:
        adapter, parity_share = _trained(work, run, checkpoint)
        threads.release()
        adapter = replace(adapter, refuse_above=_limit(work, adapter, run))
        gates = (
            parity_gate(parity_share),
            *_measured(work, adapter, evenly(run.split["test"], MOST_MEASURED)),
        )
    except BaseException as error:
        work.catalogue.jobs.fail(job, error)
        raise
    state: AdapterState = "candidate" if all(gate.passed for gate in gates) else "quarantined"
    adapter = replace(adapter, gates=gates, state=state)
    work.catalogue.learning.save_adapter(adapter, work.actor)
    work.catalogue.jobs.finish(job, state)
    checkpoint.unlink(missing_ok=True)
    return adapter


def _run(work: Tune, dataset: str, recipe: Recipe, from_scratch: bool) -> _Run:
    version = work.catalogue.learning.dataset(dataset)
    rows = work.catalogue.learning.examples(version.id)
    split = {name: [example for example, own in rows if own == name] for name in SPLITS}
    if not split["test"]:
        raise RefusedError(
            f"dataset {version.name} has no test row to measure an adapter on: its questions must be about "
            "at least 3 documents, so that some can be held out"
        )
    start = None if from_scratch else bundled_adapter(work.generator.digest)
    if start and recipe.learning_rate is None:
        recipe = replace(recipe, learning_rate=RATE_FROM_ADAPTER)
    depends_on = (version.id, work.generator.digest, asdict(recipe), start.digest if start else "")
    return _Run(
        identity=identify("adp", depends_on), version=version, split=split, recipe=recipe, start=start
    )


def _trained(work: Tune, run: _Run, checkpoint: Path) -> tuple[Adapter, float]:
    """The adapter, exported, and the share of answers that are served as they were trained."""
    work.report(f"opening {work.generator.name} for tuning")
    base = open_base(work.base_file, run.recipe.precision or native_precision())
    packs = pack(
        readings(run.split["train"]),
        base.tokenizer,
        end_of_turn=base.tokenizer.end_of_turn,
        longest=run.recipe.longest,
    )
    adapted = lora.adapt(base.model, run.recipe)
    if run.start:
        lora.put_back(adapted, export.starting_point(Path(run.start.path), run.recipe, **base.heads))
    trained = loop.train(
        adapted,
        packs,
        run.recipe,
        fingerprint=run.identity,
        checkpoint=checkpoint,
        on_progress=work.progress,
    )
    path = work.folder / "adapters" / f"{run.identity}.gguf"
    export.write_gguf(trained.matrices, path, alpha=run.recipe.alpha, name=run.identity, **base.heads)
    work.report("comparing what is served with what was trained")
    if base.precision != "float32":  # in which both are compared
        base = open_base(work.base_file)
        adapted = lora.adapt(base.model, run.recipe)
    lora.put_back(adapted, export.rounded(trained.matrices))
    prompts = _prompts(run.split["validation"] or run.split["train"])
    adapter = Adapter(
        id=run.identity,
        state="candidate",
        method="lora",
        base=work.generator.name,
        base_digest=work.generator.digest,
        dataset=run.version.id,
        audience=run.version.audience,
        path=str(path),
        digest=file_digest(path),
        refuse_above=run.start.refuse_above if run.start else 0.5,
        tokens_per_second=trained.tokens_per_second,
        training_seconds=trained.seconds,
    )
    return adapter, parity.agreement(adapted, base.tokenizer, work.base_file, path, prompts)


def set_state(catalogue: Catalogue, adapter: str, state: AdapterState, actor: str, reason: str) -> Adapter:
    """Promote or retire. Raises RefusedError for promoting what failed a gate without a reason to overrule it."""
    found = catalogue.learning.adapter(adapter)
    failed = [gate.gate for gate in found.gates if not gate.passed]
    if state == "promoted" and failed and not reason:
        raise RefusedError(
            f"adapter {found.id} failed {', '.join(failed)}: tune again, or overrule with --reason, which is recorded"
        )
    return catalogue.learning.set_state(found.id, state, actor, reason)


def _known(catalogue: Catalogue, identity: str) -> Adapter | None:
    return next((one for one in catalogue.learning.adapters() if one.id == identity), None)


def _prompts(examples: Sequence[Example]) -> list[tuple[Message, ...]]:
    shown = [(example, context) for example in examples for context in example.contexts]
    step = max(1, len(shown) // PARITY_PROMPTS)
    return [
        read_one(example.question, context.heading, context.text)
        for example, context in shown[::step][:PARITY_PROMPTS]
    ]


def _limit(work: Tune, adapter: Adapter, run: _Run) -> float:
    """The doubt above which the adapter refuses: set on validation rows, or moved from where its start had it.

    How much surer the adapter became shows on rows it was trained on as well as on others, and those are many.
    """
    if run.start:
        known = (*run.split["validation"], *run.split["train"])
        absent = evenly([row for row in known if row.answer is None], MOST_COMPARED)
        work.report(f"moving the refusal limit, by {len(absent)} questions without an answer")
        before, after = ([_read(work, one, row).doubt for row in absent] for one in (run.start, adapter))
        return moved_limit(run.start.refuse_above, before, after)
    work.report("setting the refusal limit on validation examples")
    found = [_read(work, adapter, row) for row in evenly(run.split["validation"], MOST_CALIBRATED)]
    return refusal_limit(found) if found else adapter.refuse_above


def _read(work: Tune, adapter: Adapter, example: Example) -> Reading:
    passages = [_passage(context) for context in example.contexts]
    best = (
        Copying(work.generator, adapter.path, work.embedder)
        .read(example.question, passages, sure=SURE)
        .best()
    )
    right = bool(best and example.answer and is_correct(quote(best).text, example.answer))
    return Reading(doubt=best.doubt if best else 1.0, answerable=example.answer is not None, correct=right)


def _measured(work: Tune, adapter: Adapter, examples: Sequence[Example]) -> list[GateResult]:
    work.report(f"measuring against the base on {len(examples)} held-out examples")
    base = Reader(generator=work.generator, embedder=work.embedder)
    tuned = replace(base, adapter=adapter)
    of_base = [_answered(example, base) for example in examples]
    of_tuned = [_answered(example, tuned) for example in examples]
    return [
        difference_gate([one.text for one in of_base], [one.text for one in of_tuned]),
        gain_gate(
            [_right(example, one) for example, one in zip(examples, of_base, strict=True)],
            [_right(example, one) for example, one in zip(examples, of_tuned, strict=True)],
        ),
    ]


def _answered(example: Example, reader: Reader) -> Answer:
    hits = [Hit(passage=_passage(context), score=0.0) for context in example.contexts]
    return answer(example.question, hits, reader)


def _right(example: Example, said: Answer) -> bool:
    if example.answer is None:
        return not said.answered
    return said.answered and is_correct(said.text, example.answer)


def _passage(context: Context) -> Passage:
    """A context of an example as a passage to read; it is in no catalogue, so it has no key."""
    return Passage(
        key=0,
        id=context.passage,
        document=context.document,
        version="",
        uri=context.document,
        title=context.heading,
        heading=(),
        start=0,
        end=len(context.text),
        text=context.text,
    )
