"""A question is searched for or answered, as one reader."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date

from wellread.answer.agent.routing import route
from wellread.answer.agent.workbench import Workbench
from wellread.answer.agentic import Limits, Tell, answer_agentic
from wellread.answer.inert import told
from wellread.answer.kept import Asked
from wellread.answer.traditional import Reader, answer
from wellread.catalogue.catalogue import Catalogue
from wellread.errors import NotAllowedError, UsageError
from wellread.models.bundled import BUNDLED, bundled_readers
from wellread.models.protocols import Embedder, Generator, SpanReader
from wellread.records.conversation import Answer, Mode, Step
from wellread.records.history import History
from wellread.records.learning import Adapter
from wellread.records.people import Audience, Principal
from wellread.records.periods import moment
from wellread.retrieve.explain import Explanation
from wellread.retrieve.explain import explain as explained
from wellread.retrieve.search import Found, Searcher
from wellread.settings import Settings

LONGEST_QUESTION = 2000
"""Characters."""


MOST_HITS = 1000

AsOf = str | date | None
"""A day, whose end counts, or a moment; None is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an answer is to be come by; an agent's limits, and `tell`, which gets each of its steps as it ends."""

    mode: Mode = "traditional"
    limits: Limits = field(default_factory=Limits)
    tell: Tell = lambda _: None


TRADITIONAL = Way()


def way(mode: Mode, settings: Settings, tell: Tell | None = None) -> Way:
    """With the limits of the settings."""
    limits = Limits(steps=settings.agent_steps, tokens=settings.agent_tokens, seconds=settings.agent_seconds)
    return Way(mode=mode, limits=limits, tell=tell or (lambda _: None))


def check(question: str, limit: int = 1) -> None:
    """Raises UsageError for an empty or overlong question, one that is no text, or a limit that is none."""
    if not question.strip():
        raise UsageError("the question is empty: write what you look for")
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise UsageError(f"the question {question!r} is not UTF-8 text: write it in UTF-8")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(question)} characters; the limit is {LONGEST_QUESTION}: ask for one thing at a time"
        )
    if not 1 <= limit <= MOST_HITS:
        raise UsageError(f"{limit} hits were asked for: ask for 1 to {MOST_HITS}")


def search(
    searcher: Searcher,
    question: str,
    principals: frozenset[Principal],
    limit: int,
    as_of: AsOf = None,
) -> Found:
    """Ranked passages that the reader may see; with `as_of`, those that held then. Raises UsageError as `check` does,
    for what is no day or moment, and where no source keeps its history."""
    check(question, limit)
    return searcher.search(question, principals, limit, _moment(searcher, as_of))


def _moment(searcher: Searcher, as_of: AsOf) -> str | None:
    if as_of is None:
        return None
    at = moment(as_of)
    if not any(History.parse(source.options) for source in searcher.catalogue.knowledge.sources()):
        raise UsageError(
            "no source keeps its history: add it again with `--option history=full`, or since a day"
        )
    return at


def explain(
    searcher: Searcher, question: str, principals: frozenset[Principal], limit: int, expected: str | None
) -> Explanation:
    """As `search`, with the reasons. Raises UsageError as it does."""
    check(question, limit)
    return explained(searcher, question, principals, limit, expected)


def ask(
    searcher: Searcher,
    question: str,
    principals: frozenset[Principal],
    reader: Reader,
    emit: Callable[[str], None] | None = None,
    *,
    as_of: AsOf = None,
    way: Way = TRADITIONAL,
) -> Answer:
    """A cited answer, or "not in your sources". `emit` gets the checked answer piece by piece. In the mode `auto` the
    step `route` comes first and says what was chosen. Raises as `search` does."""
    if way.mode == "auto":
        return _routed(searcher, question, principals, reader, emit, as_of=as_of, way=way)
    if way.mode == "agentic":
        check(question)
        workbench = Workbench(searcher, principals, _moment(searcher, as_of))
        return answer_agentic(question, workbench, reader, way.limits, emit=emit, tell=way.tell)
    found = search(searcher, question, principals, reader.passages, as_of)
    steps = [
        Step(name="embed", detail="", milliseconds=found.embed_ms),
        Step(name="search", detail=f"{len(found.hits)} passages", milliseconds=found.search_ms),
    ]
    return answer(question, found.hits, reader, steps, emit)


def _routed(
    searcher: Searcher,
    question: str,
    principals: frozenset[Principal],
    reader: Reader,
    emit: Callable[[str], None] | None,
    *,
    as_of: AsOf,
    way: Way,
) -> Answer:
    began = time.perf_counter()
    chosen = route(question)
    took = (time.perf_counter() - began) * 1000
    step = Step(name="route", detail=told(f"{chosen.mode}: {chosen.because}"), milliseconds=took)
    if chosen.mode == "agentic":
        way.tell(step)
    way = replace(way, mode=chosen.mode)
    made = ask(searcher, question, principals, reader, emit, as_of=as_of, way=way)
    return replace(made, steps=(step, *made.steps), milliseconds=made.milliseconds + took)


def asked(question: str, principals: frozenset[Principal], reader: Reader, *way: Hashable) -> Asked:
    """What the answer to it depends on besides the knowledge; `way` is all that says how it is looked up."""
    who = (reader.generator.name, reader.generator.digest, reader.adapter)
    return Asked(question=question, principals=principals, reader=who, way=way)


def audience(catalogue: Catalogue, adapter: Adapter) -> Audience:
    """Who may use it now: the audience it was trained for, narrowed by what its documents' readers are today.

    A document that is gone narrows nothing any more; what it demanded stays in the audience of the training. The
    bundled reader has read none of them.
    """
    if adapter.dataset == BUNDLED:
        return adapter.audience
    held = catalogue.knowledge.readers(catalogue.learning.training_documents(adapter.id)).values()
    return Audience.intersection([adapter.audience, *map(Audience.of, held)])


def visible(catalogue: Catalogue, principals: frozenset[Principal] | None) -> list[Adapter]:
    """The adapters that the reader may know of; all of them where None asks, who is the operator."""
    found = catalogue.learning.adapters()
    return [one for one in found if principals is None or audience(catalogue, one).permits(principals)]


def reader(
    catalogue: Catalogue,
    generator: Generator,
    embedder: Embedder,
    settings: Settings,
    *,
    principals: frozenset[Principal],
    adapter: str | None,
    spans: Callable[[], SpanReader] | None = None,
) -> Reader:
    """The model and adapter that answer for the reader; `spans` opens the span reader. Raises as `choose` does."""
    return Reader(
        generator=generator,
        embedder=embedder,
        adapter=choose(catalogue, generator.digest, principals, adapter),
        spans=spans,
        passages_together=settings.passages_together,
        passages_one_by_one=settings.passages_one_by_one,
    )


def usable(catalogue: Catalogue, base_digest: str, principals: frozenset[Principal]) -> list[Adapter]:
    """The promoted adapters of this base whose audience the reader is in."""
    return [
        one
        for one in catalogue.learning.adapters("promoted")
        if one.base_digest == base_digest and audience(catalogue, one).permits(principals)
    ]


def permit(
    catalogue: Catalogue, adapter: Adapter, base_digest: str, principals: frozenset[Principal]
) -> Adapter:
    """`adapter`, checked for this reader and base.

    Raises NotAllowedError outside its audience, UsageError when it is retired, quarantined or of another base.
    """
    permitted = audience(catalogue, adapter)
    if not permitted.permits(principals):
        raise NotAllowedError(
            f"adapter {adapter.id} was trained on documents for {permitted}: "
            "ask as somebody who may read all of them, or without it"
        )
    if adapter.state in ("retired", "quarantined"):
        raise UsageError(f"adapter {adapter.id} is {adapter.state}: choose another, or tune a new one")
    if adapter.base_digest != base_digest:
        raise UsageError(
            f"adapter {adapter.id} belongs to the base {adapter.base} ({adapter.base_digest[:12]}): "
            f"set that generator, or tune for the present one ({base_digest[:12]})"
        )
    return adapter


def choose(
    catalogue: Catalogue, base_digest: str, principals: frozenset[Principal], named: str | None
) -> Adapter | None:
    """The adapter that answers: the one named, none for `none`; by default the newest promoted one whose audience the
    reader is in, else the bundled reader if it is of this base, else none. Raises as `permit` does."""
    if named == "none":
        return None
    bundled = {one.id: one for one in bundled_readers(base_digest)}
    if named in bundled:
        return bundled[named]
    if named:
        return permit(catalogue, catalogue.learning.adapter(named), base_digest, principals)
    promoted = usable(catalogue, base_digest, principals)
    return next(iter((*promoted, *bundled.values())), None)
