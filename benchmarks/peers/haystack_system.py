"""Haystack over its InMemoryDocumentStore: of its own stores, the one with BM25 and vectors that needs no server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.converters import MultiFileConverter
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore

from peers.corpus import PASSAGES_EACH, STAFF, Corpus, Floats
from peers.minilm import BATCH, embedder
from peers.system import Model, Principals, System

DEPTH = 60


@component
class Embedder:
    """The shared embedder as Haystack wants it."""

    def __init__(self, weights: Path) -> None:
        self._embedder = embedder(weights)

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        for start in range(0, len(documents), BATCH):
            part = documents[start : start + BATCH]
            vectors = self._embedder.embed([one.content or "" for one in part])
            for one, vector in zip(part, vectors.tolist(), strict=True):
                one.embedding = vector
        return {"documents": documents}


def embedder_of(model: Model) -> Any:
    """Wellread's, or Haystack's own over sentence-transformers."""
    if model.own is None:
        return Embedder(model.weights)
    from haystack_integrations.components.embedders.sentence_transformers import (  # with torch
        SentenceTransformersDocumentEmbedder,
    )

    return SentenceTransformersDocumentEmbedder(model=str(model.own), progress_bar=False)


class Haystack(System):
    note = (
        "InMemoryDocumentStore, saved as its JSON file; BM25 and embedding retrievers of 60 each, joined by "
        "reciprocal rank; a reader is a metadata field of its own, since filters have no membership test; "
        "MultiFileConverter and DocumentSplitter by 130 words without overlap"
    )

    def ingest(self, folder: Path, place: Path, model: Model) -> tuple[int, float]:
        store = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("convert", MultiFileConverter())
        pipeline.add_component("split", DocumentSplitter(split_by="word", split_length=130))
        pipeline.add_component("embed", embedder_of(model))
        pipeline.add_component("write", DocumentWriter(store))
        for one, other in (("convert", "split"), ("split", "embed"), ("embed", "write")):
            pipeline.connect(f"{one}.documents", f"{other}.documents")
        pipeline.run({"convert": {"sources": sorted(folder.iterdir())}})
        place.mkdir(parents=True)
        store.save_to_disk(str(place / "store.json"))
        words = [len((one.content or "").split()) for one in store.filter_documents()]
        return len(words), sum(words) / len(words)

    def build(self, corpus: Corpus, place: Path) -> None:
        self._store = InMemoryDocumentStore()
        for rows, texts, vectors in corpus.batches():
            self._store.write_documents(
                [
                    _document(row, text, vector, corpus.readers(row))
                    for row, text, vector in zip(rows, texts, vectors.tolist(), strict=True)
                ]
            )
        self._file = place / "store.json"
        place.mkdir(parents=True)
        self.persist()

    def open(self, corpus: Corpus, place: Path) -> None:
        self._file = place / "store.json"
        self._store = InMemoryDocumentStore.load_from_disk(str(self._file))
        self._terms = InMemoryBM25Retriever(self._store, top_k=DEPTH)
        self._vectors = InMemoryEmbeddingRetriever(self._store, top_k=DEPTH)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(self, text: str, vector: Floats, principals: Principals, limit: int) -> list[int]:
        filters = _permitted(principals)
        terms = self._terms.run(query=text, filters=filters)["documents"]
        vectors = self._vectors.run(query_embedding=vector.tolist(), filters=filters)["documents"]
        joined = self._joiner.run(documents=[terms, vectors], top_k=limit)["documents"]
        return [int(one.id) for one in joined]

    def nearest(self, vector: Floats, principals: Principals, limit: int) -> list[int]:
        found = self._vectors.run(
            query_embedding=vector.tolist(), filters=_permitted(principals), top_k=limit
        )
        return [int(one.id) for one in found["documents"]]

    def add(self, document: int, texts: Sequence[str], vectors: Floats, readers: Sequence[str]) -> None:
        made = zip(_rows(document), texts, vectors.tolist(), strict=True)
        self._store.write_documents([_document(row, text, vector, readers) for row, text, vector in made])

    def delete(self, document: int) -> None:
        self._store.delete_documents([str(row) for row in _rows(document)])

    def set_readers(self, document: int, readers: Sequence[str]) -> None:
        wanted = {str(row) for row in _rows(document)}
        held = {"operator": "AND", "conditions": [{"field": "id", "operator": "in", "value": sorted(wanted)}]}
        # Fields are merged, so those of former readers have to be said to be false.
        former = {field for one in self._store.filter_documents(held) for field in one.meta}
        self._store.update_by_filter(held, dict.fromkeys(former, False) | _fields(readers))

    def persist(self) -> None:
        self._store.save_to_disk(str(self._file))


def _rows(document: int) -> range:
    return range(document * PASSAGES_EACH, (document + 1) * PASSAGES_EACH)


def _document(row: int, text: str, vector: list[float], readers: Sequence[str]) -> Document:
    return Document(id=str(row), content=text, embedding=vector, meta=_fields(readers))


def _fields(readers: Sequence[str]) -> dict[str, Any]:
    return {_field(reader): True for reader in readers}


def _field(reader: str) -> str:
    return reader.replace(":", "_")


def _permitted(principals: Principals) -> dict[str, Any] | None:
    if principals is None:
        return None
    conditions = [
        {"field": f"meta.{_field(each)}", "operator": "==", "value": True} for each in principals or [STAFF]
    ]
    return {"operator": "OR", "conditions": conditions}
