"""Wellread as it is used: a catalogue in SQLite that confirms every hit, and the embedded index beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import wellread
from peers.corpus import DIMENSIONS, PASSAGES_EACH, STAFF, Corpus, Floats
from peers.system import Model, Principals, System
from wellread.catalogue.catalogue import Catalogue
from wellread.flows.indexing import catch_up, rebuild
from wellread.index.embedded import EmbeddedIndex
from wellread.ingest.chunk import count_words
from wellread.models.protocols import Vectors
from wellread.records.identity import digest, document_id, version_id
from wellread.records.knowledge import Chunk, Document
from wellread.retrieve.search import Searcher

SOURCE, ACTOR = "drawn", "benchmark"
DOCUMENTS_AT_ONCE = 400


class Given:
    """An embedder whose vectors are told beforehand, in the order in which they will be asked for."""

    name, dimensions = "given", DIMENSIONS

    def __init__(self) -> None:
        self.waiting: Iterator[Floats] = iter(())

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([next(self.waiting) for _ in texts], dtype=np.float32).reshape(-1, DIMENSIONS)

    def knows(self, word: str) -> bool:
        """Drawn words are words."""
        return True

    def close(self) -> None:
        """Nothing to let go of."""


class Wellread(System):
    note = (
        "as it comes: SQLite catalogue, tantivy and exact vectors; every hit is confirmed by the catalogue with the "
        "asker's principals; without a filter, the asker is in a group that may read everything; 130 words"
    )

    def ingest(self, folder: Path, place: Path, model: Model) -> tuple[int, float]:
        with wellread.init(place) as workspace:
            workspace.add(folder, readers="everyone")
            knowledge = workspace.catalogue.knowledge
            passages = [
                each for one in knowledge.visible_documents(None) for each in knowledge.passages(one.id)
            ]
        return len(passages), float(np.mean([count_words(each.text) for each in passages]))

    def build(self, corpus: Corpus, place: Path) -> None:
        self._open(corpus, place)
        knowledge = self._catalogue.knowledge
        knowledge.add_source(SOURCE, "folder", "/drawn", [STAFF], ACTOR)
        for rows, texts, _ in corpus.batches(DOCUMENTS_AT_ONCE * PASSAGES_EACH):
            parts = range(0, len(texts), PASSAGES_EACH)
            knowledge.put_many(
                [
                    _document(
                        (rows.start + at) // PASSAGES_EACH,
                        texts[at : at + PASSAGES_EACH],
                        corpus.readers(rows.start + at),
                    )
                    for at in parts
                ],
                ACTOR,
            )
        self._embedder.waiting = (vector for _, _, vectors in corpus.batches() for vector in vectors)
        rebuild(self._catalogue, self._index, self._embedder)
        self._catalogue.outbox.trim(self._index.position)
        self._index.close()
        self._catalogue.close()

    def open(self, corpus: Corpus, place: Path) -> None:
        self._open(corpus, place)

    def search(self, text: str, vector: Floats, principals: Principals, limit: int) -> list[int]:
        self._embedder.waiting = iter([vector])
        found = self._searcher.search(text, frozenset(principals or [STAFF]), limit)
        return [hit.passage.key - 1 for hit in found.hits]

    def nearest(self, vector: Floats, principals: Principals, limit: int) -> list[int]:
        found = self._index.search_vectors(vector, frozenset(principals or [STAFF]), limit)
        return [proposal.key - 1 for proposal in found]

    def add(self, document: int, texts: Sequence[str], vectors: Floats, readers: Sequence[str]) -> None:
        self._catalogue.knowledge.put_many([_document(document, texts, readers)], ACTOR)
        self._embedder.waiting = iter(vectors)
        catch_up(self._catalogue, self._index, self._embedder)

    def delete(self, document: int) -> None:
        self._catalogue.knowledge.remove(_document_id(document), ACTOR)

    def set_readers(self, document: int, readers: Sequence[str]) -> None:
        self._catalogue.knowledge.set_readers(_document_id(document), frozenset(readers), ACTOR)
        catch_up(self._catalogue, self._index, self._embedder)  # it is closed before, and opened from here on

    def persist(self) -> None:
        """Every change is durable when it returns."""

    def _open(self, corpus: Corpus, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._catalogue = Catalogue.open(place / "catalogue.db")
        self._index = EmbeddedIndex.open(place / "index", DIMENSIONS, writable=True)
        self._embedder = Given()
        self._searcher = Searcher(self._catalogue, self._index, self._embedder)


def _document_id(document: int) -> str:
    return document_id(SOURCE, f"document-{document}")


def _document(document: int, texts: Sequence[str], readers: Sequence[str]) -> tuple[Document, list[Chunk]]:
    text = "\n".join(texts)
    starts = np.cumsum([0, *(len(each) + 1 for each in texts[:-1])]).tolist()
    chunks = [Chunk(start=start, end=start + len(each)) for start, each in zip(starts, texts, strict=True)]
    identifier = _document_id(document)
    made = Document(
        id=identifier,
        version=version_id(identifier, digest(text)),
        source=SOURCE,
        uri=f"document-{document}",
        title=f"Document {document}",
        text=text,
        content_digest=digest(text),
        readers=frozenset(readers),
        modified="2026-01-01T00:00:00Z",
    )
    return made, chunks
