"""txtai: one Embeddings database with a hybrid index and content, as its guide has it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# The vectors come from a function of this module, which txtai wants to be allowed; before it is imported.
os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"

import docx
import numpy as np
from pypdf import PdfReader
from txtai import Embeddings
from txtai.pipeline import Segmentation, Textractor

from peers.corpus import PASSAGES_EACH, Corpus, Floats
from peers.minilm import BATCH, embedder
from peers.system import Model, Principals, System

CANDIDATES = 1_000
"""Passages of either half that a filter is applied to."""

_waiting: Iterator[Floats] = iter(())
_embedder: Any = None


def transform(texts: Sequence[str]) -> Floats:
    """Vectors of `texts`: those that were given beforehand, or by the shared embedder where there is one."""
    if _embedder is not None:
        embedded: Floats = _embedder.embed(texts)
        return embedded
    return np.array([next(_waiting) for _ in texts], dtype=np.float32)


class Txtai(System):
    note = (
        "Embeddings with hybrid=True and content=True: faiss as it configures itself, BM25, SQLite; halves of equal "
        f"weight; a filter is SQL over the best {CANDIDATES:,} of either half, as far as it looks, so somebody who may "
        "read little finds too few; saved as a whole; Word and PDF by python-docx and pypdf, since its own reader "
        "needs layout models or a Java server; chonkie's SentenceChunker, 130 words"
    )

    def ingest(self, folder: Path, place: Path, model: Model) -> tuple[int, float]:
        chunker = Segmentation(chunker="sentence", tokenizer="word", chunk_size=180, chunk_overlap=0)
        extractor = Textractor(backend=None)
        passages = [
            passage
            for path in sorted(folder.iterdir())
            for passage in chunker(_text(path, extractor))
            if passage.strip()
        ]
        if model.own:
            database = Embeddings(path=str(model.own), hybrid=True, content=True)
        else:
            _set(embedder=embedder(model.weights))
            database = _database(encodebatch=BATCH)
        database.index((number, text, None) for number, text in enumerate(passages))
        database.save(str(place))
        return len(passages), sum(len(text.split()) for text in passages) / len(passages)

    def build(self, corpus: Corpus, place: Path) -> None:
        _set(waiting=(vector for _, _, vectors in corpus.batches() for vector in vectors))
        database = _database()
        database.index(
            (row, _content(text, corpus.readers(row)), None)
            for rows, texts, _ in corpus.batches()
            for row, text in zip(rows, texts, strict=True)
        )
        database.save(str(place))

    def open(self, corpus: Corpus, place: Path) -> None:
        self._place = place
        self._database = Embeddings()
        self._database.load(str(place))

    def search(self, text: str, vector: Floats, principals: Principals, limit: int) -> list[int]:
        return self._search(text, vector, principals, limit, 0.5)

    def nearest(self, vector: Floats, principals: Principals, limit: int) -> list[int]:
        return self._search("nothing", vector, principals, limit, 1.0)

    def add(self, document: int, texts: Sequence[str], vectors: Floats, readers: Sequence[str]) -> None:
        _set(waiting=iter(vectors))
        made = zip(_rows(document), texts, strict=True)
        self._database.upsert([(row, _content(text, readers), None) for row, text in made])
        self._added = list(texts), vectors

    def delete(self, document: int) -> None:
        self._database.delete(list(_rows(document)))

    def set_readers(self, document: int, readers: Sequence[str]) -> None:
        self.add(document, *self._added, readers)  # it can only be replaced as a whole

    def persist(self) -> None:
        self._database.save(str(self._place))

    def _search(
        self, text: str, vector: Floats, principals: Principals, limit: int, weight: float
    ) -> list[int]:
        _set(waiting=iter([vector]))
        if principals is None:
            found = self._database.search(text, limit, weights=weight)
        else:
            held = " or ".join(f"readers like '%|{each}|%'" for each in principals)
            query = f"select id, score from txtai where similar(:text, {CANDIDATES}, {weight}) and ({held})"
            found = self._database.search(query, limit, parameters={"text": text})
        return [int(each["id"]) for each in found]


def _database(**settings: Any) -> Any:
    return Embeddings(
        method="external", transform="peers.txtai_system.transform", hybrid=True, content=True, **settings
    )


def _set(waiting: Iterator[Floats] = iter(()), embedder: Any = None) -> None:  # noqa: B008 (it is empty)
    global _waiting, _embedder
    _waiting, _embedder = waiting, embedder


def _rows(document: int) -> range:
    return range(document * PASSAGES_EACH, (document + 1) * PASSAGES_EACH)


def _content(text: str, readers: Sequence[str]) -> dict[str, str]:
    return {"text": text, "readers": "".join(f"|{each}" for each in readers) + "|"}


def _text(path: Path, extractor: Any) -> str:
    if path.suffix == ".pdf":
        return "\n\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
        return "\n\n".join([*(each.text for each in document.paragraphs), *cells])
    text: str = extractor.text(str(path)) if path.suffix == ".html" else path.read_text(encoding="utf-8")
    return text
