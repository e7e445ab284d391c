"""What the rest of the house asks of a model: to generate, to embed, to rerank.

Backends (one file each) and the deterministic fakes implement these; nothing outside this folder names a backend.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from wellread.records.conversation import Call, Message

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model may ask to have run."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON schema of its arguments, an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One generation. Greedy decoding unless `temperature` is above 0."""

    messages: tuple[Message, ...]
    max_tokens: int = 128
    adapter: str | None = None
    """Path of a GGUF LoRA adapter; None is the base model. Backends that cannot load adapters refuse it."""
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    watch: str | None = None
    """A text (the refusal) whose first token's probability at the first position is wanted."""
    forbid_watched: bool = False
    """Also keep that token from being chosen at any position, so that an answer is produced all the same."""
    copy_from: str | None = None
    """Write only a run of whole words of this text (see `copying`)."""
    schema: dict[str, Any] | None = None
    """A JSON schema that the completion must satisfy."""
    tools: tuple[Tool, ...] = ()
    """What the model may call instead of answering. Backends that cannot offer them refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What came back. Token counts are the backend's own."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish: str
    """`stop` or `length`."""
    milliseconds: float
    watched: float | None = None
    """Probability (0 to 1, before any ban) of the watched text's first token as the first token; None if not asked
    or if the backend does not tell."""
    calls: tuple[Call, ...] = ()
    """Tools that the model wants run, in its order, where some were offered."""
    cached_tokens: int = 0
    """Prompt tokens that the backend's prefix cache spared."""


class Generator(Protocol):
    """A chat model. Safe to call from several threads; calls may be served one after another."""

    @property
    def name(self) -> str:
        """What answers and registries call it."""

    @property
    def digest(self) -> str:
        """SHA-256 of the weights file; for a remote server, of its address and model name."""

    @property
    def window(self) -> int:
        """Tokens that prompt and completion may take together."""

    def generate(self, request: Request) -> Generation:
        """Run to the end. Raises ModelError (backend failed), NoToolsError (it cannot offer tools), WeightsError
        (adapter does not fit the base)."""

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        """As `generate`, calling `emit` with each piece of text as it comes. An exception in `emit` ends it."""

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt these messages become, template included; an upper estimate where unknown."""

    def close(self) -> None:
        """Free the model. Calling twice is harmless."""


class Embedder(Protocol):
    """Texts to unit vectors whose dot product is their similarity."""

    @property
    def name(self) -> str:
        """Changes when vectors of before and after cannot be compared."""

    @property
    def dimensions(self) -> int:
        """Columns of what `embed` returns."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), float32, rows of length 1. Order is kept. No texts give no rows."""

    def knows(self, word: str) -> bool:
        """Whether `word` is surely a word, and not a slip of the finger: it is a whole one in the vocabulary."""

    def close(self) -> None:
        """Free the model."""


@runtime_checkable
class ManyEmbedders(Protocol):
    """An embedder with many processors behind it."""

    @property
    def texts_at_once(self) -> int:
        """So many keep them busy when they are given together."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """`text[start:end]` are whole words, or nothing where the text has none. `log_odds` compares these with none."""

    start: int
    end: int
    log_odds: float
    tokens: int = 0
    """That were read, question included; those that two windows share counted twice."""


class SpanReader(Protocol):
    """Points at the words of a text that answer a question. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def point(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Pointed]:
        """For each heading and text the likeliest words of the text, in the order given. Raises ModelError."""

    def close(self) -> None:
        """Free the model. Calling twice is harmless."""


class Reranker(Protocol):
    """Scores of texts for a question; higher is better. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """What explanations and messages call it."""

    def score(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (len(texts),), in the order given; only their order and distances mean anything.

        Raises ModelError (the backend failed), WeightsError (it is no reranker)."""

    def close(self) -> None:
        """Free the model. Calling twice is harmless."""


@dataclass(frozen=True, slots=True)
class Models:
    """The models a workspace works with, opened when first used."""

    generator: Callable[[], Generator]
    embedder: Callable[[], Embedder]
