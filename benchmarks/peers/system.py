"""What every system under test is asked to do. Each has a module of its own that speaks its own interface."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from peers.corpus import Corpus, Floats

Principals = Sequence[str] | None
"""Who asks; None is nobody in particular, without any permission filter."""


@dataclass(frozen=True)
class Model:
    """What to embed with: one and the same model."""

    weights: Path
    """For Wellread's own embedder (`minilm.embedder`)."""
    own: Path | None = None
    """For the system's own way to run it, from this folder (`minilm.write_model`); None for Wellread's embedder."""


class CannotError(Exception):
    """The system has no way to do it; the message says why."""


class System(ABC):
    """One system in one process. A passage is named by its row number, a document by its own."""

    note = ""
    """How it is set up: the store, the settings that differ from its defaults, and why."""

    @abstractmethod
    def ingest(self, folder: Path, place: Path, model: Model) -> tuple[int, float]:
        """Read the files in `folder` with the system's own readers and cutter, embed, and keep all of it in `place`.

        Returns the passages made and their mean words.
        """

    @abstractmethod
    def build(self, corpus: Corpus, place: Path) -> None:
        """Everything of the corpus, its vectors given, from nothing into `place`, durable when it returns."""

    @abstractmethod
    def open(self, corpus: Corpus, place: Path) -> None:
        """Load what `build` has left, ready to search and change."""

    @abstractmethod
    def search(self, text: str, vector: Floats, principals: Principals, limit: int) -> list[int]:
        """Hybrid: BM25 and vectors, fused. Row numbers, best first."""

    @abstractmethod
    def nearest(self, vector: Floats, principals: Principals, limit: int) -> list[int]:
        """By vectors alone."""

    @abstractmethod
    def add(self, document: int, texts: Sequence[str], vectors: Floats, readers: Sequence[str]) -> None:
        """A new document whose passages are the rows from document * PASSAGES_EACH on; returns once searches see it."""

    @abstractmethod
    def delete(self, document: int) -> None:
        """All passages of a document; returns once no search finds them."""

    @abstractmethod
    def set_readers(self, document: int, readers: Sequence[str]) -> None:
        """Other readers for all passages of a document; returns once searches go by them."""

    @abstractmethod
    def persist(self) -> None:
        """Make changes durable. Nothing to do where they are so by themselves."""
