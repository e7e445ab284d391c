"""What is committed is found a moment later: embedding, which takes long, comes before the commit."""

from collections.abc import Sequence

import numpy as np

from wellread.catalogue.catalogue import Catalogue
from wellread.flows.indexing import apply_changes, at_once
from wellread.index.embedding_input import embedded_text, text_of
from wellread.index.protocol import Index
from wellread.ingest.means import Indexer
from wellread.models.protocols import Embedder, Vectors
from wellread.records.knowledge import HEADING_JOIN, Chunk, Document

FOUND_AT_ONCE = 64
"""Items and passages that a synchronisation commits and indexes together: a second or two of embedding."""


class IndexedAtOnce(Indexer):
    """Embeds before a commit and indexes after it, so that between the two lies a moment however long embedding takes.

    Indexes that do not serve are left to the next `catch_up`.
    """

    def __init__(self, catalogue: Catalogue, index: Index, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._index = index
        self._ahead = _Ahead(embedder)
        self.at_once = at_once(embedder, FOUND_AT_ONCE)

    def prepare(self, contents: Sequence[tuple[Document, Sequence[Chunk]]]) -> None:
        said_before = self._catalogue.knowledge.entries_of([document.id for document, _ in contents])
        known = set(map(embedded_text, said_before))
        texts = [
            text_of(document.title, HEADING_JOIN.join(each.heading), document.text[each.start : each.end])
            for document, chunks in contents
            for each in chunks
        ]
        self._ahead.prepare([text for text in dict.fromkeys(texts) if text not in known])

    def committed(self) -> None:
        apply_changes(self._catalogue, self._index, self._ahead)
        self._ahead.prepare([])


class _Ahead:
    """An embedder that is told beforehand what it will be asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._prepared: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def prepare(self, texts: Sequence[str]) -> None:
        """Have the vectors of `texts` ready, and forget those of others."""
        self._prepared = dict(zip(texts, self._embedder.embed(texts), strict=True)) if texts else {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        others = [text for text in dict.fromkeys(texts) if text not in self._prepared]
        vectors = self._prepared
        if others:
            vectors = vectors | dict(zip(others, self._embedder.embed(others), strict=True))
        return np.array([vectors[text] for text in texts], np.float32).reshape(-1, self.dimensions)

    def knows(self, word: str) -> bool:
        return self._embedder.knows(word)

    def close(self) -> None:
        """The embedder belongs to who opened it."""
