"""LlamaIndex as its guides have it: SimpleVectorStore, BM25Retriever, and QueryFusionRetriever over both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import (
    MockEmbedding,
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from llama_index.readers.file import HTMLTagReader
from llama_index.retrievers.bm25 import BM25Retriever

from peers.corpus import DIMENSIONS, PASSAGES_EACH, Corpus, Floats
from peers.minilm import BATCH, embedder
from peers.system import Model, Principals, System

DEPTH = 60


class Embedder(BaseEmbedding):
    """The shared embedder as LlamaIndex wants it."""

    def __init__(self, weights: Path) -> None:
        super().__init__(embed_batch_size=BATCH)
        self._embedder = embedder(weights)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def embedder_of(model: Model) -> BaseEmbedding:
    """Wellread's, or LlamaIndex's own over sentence-transformers."""
    if model.own is None:
        return Embedder(model.weights)
    from llama_index.embeddings.huggingface import (
        HuggingFaceEmbedding,
    )  # with torch, which searching does without

    return HuggingFaceEmbedding(str(model.own))


def read(folder: Path) -> list[Any]:
    """Documents by the default readers; HTML, which would be read with its tags, by HTMLTagReader."""
    documents: list[Any] = SimpleDirectoryReader(
        str(folder), file_extractor={".html": HTMLTagReader(tag="body")}
    ).load_data()
    return documents


def splitter() -> SentenceSplitter:
    """130 words without overlap, at the ends of sentences."""
    return SentenceSplitter(chunk_size=130, chunk_overlap=0, tokenizer=str.split, include_metadata=False)


def node(row: int, text: str, vector: Floats, readers: object) -> TextNode:
    """A passage with its vector; its readers are metadata that is neither embedded nor searched for words."""
    made = TextNode(
        id_=str(row),
        text=text,
        embedding=vector.tolist(),
        metadata={"readers": readers},
        excluded_embed_metadata_keys=["readers"],
        excluded_llm_metadata_keys=["readers"],
    )
    made.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=f"document-{row // PASSAGES_EACH}")
    return made


def rows_of(document: int) -> range:
    """The passages of a document."""
    return range(document * PASSAGES_EACH, (document + 1) * PASSAGES_EACH)


class LlamaIndex(System):
    note = (
        "SimpleVectorStore and BM25Retriever, 60 each, fused by reciprocal rank (QueryFusionRetriever); filter by the "
        "ANY operator on a list, for BM25 as a mask that is made once for each person and kept; the BM25 index is made "
        "anew after every change, since it takes none; persisted as its JSON files; SentenceSplitter, 130 words"
    )

    def ingest(self, folder: Path, place: Path, model: Model) -> tuple[int, float]:
        index = VectorStoreIndex.from_documents(
            read(folder), transformations=[splitter()], embed_model=embedder_of(model)
        )
        index.storage_context.persist(str(place / "index"))
        BM25Retriever.from_defaults(docstore=index.docstore).persist(str(place / "terms"))
        words = [len(each.get_content().split()) for each in index.docstore.docs.values()]
        return len(words), sum(words) / len(words)

    def build(self, corpus: Corpus, place: Path) -> None:
        self._place = place
        self._index = VectorStoreIndex([], embed_model=MockEmbedding(embed_dim=DIMENSIONS))
        for rows, texts, vectors in corpus.batches():
            made = zip(rows, texts, vectors, strict=True)
            self._index.insert_nodes(
                [node(row, text, vector, corpus.readers(row)) for row, text, vector in made]
            )
        self._index_terms()
        self.persist()

    def open(self, corpus: Corpus, place: Path) -> None:
        self._place = place
        context = StorageContext.from_defaults(persist_dir=str(place / "index"))
        self._index = load_index_from_storage(context, embed_model=MockEmbedding(embed_dim=DIMENSIONS))
        self._terms = BM25Retriever.from_persist_dir(str(place / "terms"))
        self._retrievers: dict[tuple[str, ...] | None, Any] = {}

    def search(self, text: str, vector: Floats, principals: Principals, limit: int) -> list[int]:
        found = self._retriever(principals).retrieve(QueryBundle(text, embedding=vector.tolist()))
        return [int(each.node.node_id) for each in found][:limit]

    def nearest(self, vector: Floats, principals: Principals, limit: int) -> list[int]:
        retriever = self._index.as_retriever(similarity_top_k=limit, filters=_permitted(principals))
        found = retriever.retrieve(QueryBundle("", embedding=vector.tolist()))
        return [int(each.node.node_id) for each in found]

    def add(self, document: int, texts: Sequence[str], vectors: Floats, readers: Sequence[str]) -> None:
        made = zip(rows_of(document), texts, vectors, strict=True)
        self._index.insert_nodes([node(row, text, vector, list(readers)) for row, text, vector in made])
        self._index_terms()

    def delete(self, document: int) -> None:
        self._index.delete_nodes([str(row) for row in rows_of(document)], delete_from_docstore=True)
        self._index_terms()

    def set_readers(self, document: int, readers: Sequence[str]) -> None:
        named = [str(row) for row in rows_of(document)]
        nodes = self._index.docstore.get_nodes(named)
        vectors = self._index.vector_store.data.embedding_dict
        for each in nodes:
            each.embedding = vectors[each.node_id]
            each.metadata["readers"] = list(readers)
        self._index.delete_nodes(named, delete_from_docstore=True)
        self._index.insert_nodes(nodes)
        self._index_terms()

    def persist(self) -> None:
        self._index.storage_context.persist(str(self._place / "index"))
        self._terms.persist(str(self._place / "terms"))

    def _index_terms(self) -> None:
        self._terms = BM25Retriever.from_defaults(docstore=self._index.docstore, similarity_top_k=DEPTH)
        self._retrievers = {}

    def _retriever(self, principals: Principals) -> Any:
        person = None if principals is None else tuple(principals)
        if person not in self._retrievers:
            filters = _permitted(principals)
            terms = BM25Retriever(
                existing_bm25=_with_corpus(self._terms), similarity_top_k=DEPTH, filters=filters
            )
            vectors = self._index.as_retriever(similarity_top_k=DEPTH, filters=filters)
            self._retrievers[person] = QueryFusionRetriever(
                [_Matching(terms), vectors],
                llm=MockLLM(),
                mode="reciprocal_rerank",
                similarity_top_k=10,
                num_queries=1,
                use_async=False,
            )
        return self._retrievers[person]


class _Matching(BaseRetriever):
    """BM25Retriever less the passages with a score of 0, some of them shut out, that it fills its list up with."""

    def __init__(self, terms: BM25Retriever) -> None:
        super().__init__()
        self._terms = terms

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [each for each in self._terms.retrieve(query_bundle) if each.score]


def _permitted(principals: Principals) -> MetadataFilters | None:
    if principals is None:
        return None
    wanted = MetadataFilter(key="readers", operator=FilterOperator.ANY, value=list(principals))
    return MetadataFilters(filters=[wanted])


def _with_corpus(terms: BM25Retriever) -> Any:
    terms.bm25.corpus = terms.corpus
    return terms.bm25
