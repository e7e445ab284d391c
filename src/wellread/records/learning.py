"""What is learnt: examples, dataset versions, adapters and the gates they pass.

An Example is one question with the passages it is to be answered from. It is not a prompt: how it is
rendered for a model is decided once, in `answer.prompts`, for training and serving alike.
"""

from dataclasses import dataclass, field
from typing import Literal

from wellread.records.people import Audience

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

AdapterState = Literal["candidate", "promoted", "quarantined", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A passage as an example shows it. `passage` and `document` are ids, or the file's own names for them."""

    passage: str
    document: str
    text: str
    heading: str = ""
    """Its title and the headings above it, on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question, the passages shown with it, and what should be said.

    `answer` is None where the passages do not carry one (the refusal). Otherwise `gold` is the position
    in `contexts` of the passage that carries it and `quote` the words of that passage that say so.
    """

    id: str
    question: str
    contexts: tuple[Context, ...]
    answer: str | None
    gold: int | None = None
    quote: str | None = None
    origin: str = ""
    """How it came about: a miner's name, `teacher:MODEL` or `file:NAME:LINE`."""
    written_from: tuple[str, ...] = ()
    """Documents the question was written from, shown or not: a refusal's question still tells of the one left out."""

    @property
    def documents(self) -> frozenset[str]:
        """Every document that this example tells something of: for its audience, its lineage and its split."""
        return frozenset(self.written_from).union(context.document for context in self.contexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that was not taken, and the rule it broke. `row` counts from 1, as editors do."""

    row: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """An immutable set of examples. No document that a held-out question is answered from is shown in training."""

    id: str
    name: str
    examples: int
    splits: dict[Split, int]
    audience: Audience
    documents: int
    refused: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One measured demand on an adapter."""

    gate: str
    passed: bool
    value: float
    limit: float
    note: str = ""


SPANS = "spans"
"""The method of a reader that points at the words that answer; it is no adapter of the generator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Trained weights that belong to one base model, and where they came from."""

    id: str
    state: AdapterState
    method: str
    base: str
    base_digest: str
    dataset: str
    """The dataset version's id; `bundled` for the reader that ships with Wellread."""
    audience: Audience
    path: str
    """The file that is served: GGUF, or for `spans` what training changed in its network."""
    digest: str
    """SHA-256 of that file."""
    refuse_above: float
    """The doubt, from 0 to 1, above which it says "not in your sources"; set on validation data."""
    gates: tuple[GateResult, ...] = field(default=())
    tokens_per_second: float = 0.0
    training_seconds: float = 0.0
    """Wall time its training took, measuring not included."""
