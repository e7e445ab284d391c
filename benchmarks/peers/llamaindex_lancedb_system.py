"""LlamaIndex over LanceDBVectorStore, which searches by BM25 and vectors itself, on disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lancedb.rerankers import RRFReranker
from llama_index.core import MockEmbedding, StorageContext, VectorStoreIndex
from llama_index.core.schema import QueryBundle
from llama_index.vector_stores.lancedb import LanceDBVectorStore

from peers.corpus import DIMENSIONS, Corpus, Floats
from peers.llamaindex_system import DEPTH, embedder_of, node, read, rows_of, splitter
from peers.system import CannotError, Model, Principals, System

INDEXED_FROM = 100_000
"""Passages from which on LanceDB's guide advises a vector index; below, it compares all."""


class LlamaIndexLance(System):
    note = (
        "LanceDBVectorStore, hybrid by its own full-text index and vectors, 60 each, fused by reciprocal rank; "
        "from 100,000 passages on with its IVF_PQ index as create_index makes it, nprobes 20, refine_factor 10; "
        "readers as one string and a filter by LIKE, since its metadata has no lists; the store makes the full-text "
        "index anew after every addition and in every process; SentenceSplitter, 130 words"
    )

    def ingest(self, folder: Path, place: Path, model: Model) -> tuple[int, float]:
        store = LanceDBVectorStore(uri=str(place), query_type="hybrid")
        context = StorageContext.from_defaults(vector_store=store)
        VectorStoreIndex.from_documents(
            read(folder),
            storage_context=context,
            transformations=[splitter()],
            embed_model=embedder_of(model),
        )
        store.table.create_fts_index("text", replace=True)
        words = [len(text.split()) for text in store.table.to_pandas()["text"]]
        return len(words), sum(words) / len(words)

    def build(self, corpus: Corpus, place: Path) -> None:
        self._connect(place)
        for rows, texts, vectors in corpus.batches():
            made = zip(rows, texts, vectors, strict=True)
            self._store.add(
                [node(row, text, vector, _joined(corpus.readers(row))) for row, text, vector in made]
            )
        self._store.table.create_fts_index("text", replace=True)
        if corpus.passages >= INDEXED_FROM:
            self._store.create_index(metric="dot")

    def open(self, corpus: Corpus, place: Path) -> None:
        self._connect(place)
        text, vector = corpus.questions[0]
        self.search(text, vector, None, 1)

    def search(self, text: str, vector: Floats, principals: Principals, limit: int) -> list[int]:
        return self._retrieve(QueryBundle(text, embedding=vector.tolist()), principals, DEPTH, "hybrid")[
            :limit
        ]

    def nearest(self, vector: Floats, principals: Principals, limit: int) -> list[int]:
        return self._retrieve(QueryBundle("", embedding=vector.tolist()), principals, limit, "vector")

    def add(self, document: int, texts: Sequence[str], vectors: Floats, readers: Sequence[str]) -> None:
        made = zip(rows_of(document), texts, vectors, strict=True)
        self._store.add([node(row, text, vector, _joined(readers)) for row, text, vector in made])

    def delete(self, document: int) -> None:
        # Not by the store's own `delete`, which puts the id in quotation marks that LanceDB takes for a column's name.
        self._store.table.delete(_of(document))

    def set_readers(self, document: int, readers: Sequence[str]) -> None:
        nodes = self._store.get_nodes(where=_of(document))
        for each in nodes:
            each.metadata["readers"] = _joined(readers)
        self.delete(document)
        self._store.add(nodes)

    def persist(self) -> None:
        """Every change is on disk when it returns."""

    def _connect(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._store = LanceDBVectorStore(
            uri=str(place), query_type="hybrid", refine_factor=10, reranker=RRFReranker()
        )
        self._index = VectorStoreIndex.from_vector_store(
            self._store, embed_model=MockEmbedding(embed_dim=DIMENSIONS)
        )

    def _retrieve(self, query: QueryBundle, principals: Principals, depth: int, kind: str) -> list[int]:
        options: dict[str, Any] = {"query_type": kind}
        if principals is not None:
            options["where"] = " OR ".join(f"metadata.readers LIKE '%|{each}|%'" for each in principals)
        retriever = self._index.as_retriever(similarity_top_k=depth, vector_store_kwargs=options)
        try:
            found = retriever.retrieve(query)
        except Warning:  # what the store raises when it finds nothing
            return []
        except OSError as error:
            raise CannotError(f"LanceDB refuses: {error}") from error
        return [int(each.node.node_id) for each in found]


def _of(document: int) -> str:
    return f"doc_id = 'document-{document}'"


def _joined(readers: Sequence[str]) -> str:
    return "".join(f"|{each}" for each in readers) + "|"
