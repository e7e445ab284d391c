"""Small values for the catalogue's tests: documents, chunks, examples, adapters."""

from collections.abc import Sequence
from typing import Any

from wellread.catalogue import Catalogue
from wellread.records import identity
from wellread.records.knowledge import Chunk, Document
from wellread.records.learning import SPLITS, Adapter, Context, DatasetVersion, Example, GateResult, Split
from wellread.records.people import Audience

EVERYONE = frozenset({"everyone"})
HR = frozenset({"group:hr"})


def document(uri: str, text: str = "alpha beta gamma", **changes: Any) -> Document:
    """A document of the source `docs` that everyone may read, with the ids its content gives."""
    source = changes.pop("source", "docs")
    identifier = identity.document_id(source, uri)
    values: dict[str, Any] = {
        "id": identifier,
        "version": identity.version_id(identifier, identity.digest(text)),
        "source": source,
        "uri": uri,
        "title": uri.rpartition("/")[2],
        "text": text,
        "content_digest": identity.digest(text),
        "readers": EVERYONE,
        "modified": "2026-01-01T00:00:00+00:00",
        "size": len(text),
    }
    return Document(**{**values, **changes})


def words(text: str, heading: tuple[str, ...] = ()) -> list[Chunk]:
    """One chunk for each word."""
    chunks, start = [], 0
    for word in text.split(" "):
        if word:
            chunks.append(Chunk(start=start, end=start + len(word), heading=heading))
        start += len(word) + 1
    return chunks


def put(catalogue: Catalogue, uri: str, text: str = "alpha beta gamma", **changes: Any) -> Document:
    """Store a document cut into words; makes its source first."""
    stored = document(uri, text, **changes)
    catalogue.knowledge.add_source(stored.source, "folder", f"/srv/{stored.source}", ["everyone"], "tester")
    catalogue.knowledge.put(stored, words(text), "tester")
    return stored


def example(question: str, contexts: Sequence[tuple[str, str]]) -> Example:
    """An example over (passage id, document id) pairs; the first carries the answer."""
    shown = tuple(
        Context(passage=passage, document=held, text=f"text of {passage}") for passage, held in contexts
    )
    return Example(
        id=identity.identify("exa", (question, contexts)),
        question=question,
        contexts=shown,
        answer="beta",
        gold=0,
        quote="text",
        origin="test",
    )


def dataset(name: str, rows: Sequence[tuple[Example, Split]]) -> DatasetVersion:
    """The version that `rows` make."""
    return DatasetVersion(
        id=identity.identify("set", sorted((one.id, split) for one, split in rows)),
        name=name,
        examples=len(rows),
        splits={split: sum(1 for _, held in rows if held == split) for split in SPLITS},
        audience=Audience.of(["group:hr"]),
        documents=len({context.document for one, _ in rows for context in one.contexts}),
    )


def adapter(identifier: str, dataset_id: str, **changes: Any) -> Adapter:
    """A candidate with one gate."""
    values: dict[str, Any] = {
        "id": identifier,
        "state": "candidate",
        "method": "lora",
        "base": "small-instruct",
        "base_digest": "b" * 64,
        "dataset": dataset_id,
        "audience": Audience.of(["group:hr"]) & Audience.of(["user:ann", "group:leads"]),
        "path": f"adapters/{identifier}.gguf",
        "digest": "d" * 64,
        "refuse_above": 0.35,
        "gates": (GateResult(gate="better than base", passed=True, value=0.61, limit=0.5, note="paired"),),
        "tokens_per_second": 186.5,
        "training_seconds": 90.0,
    }
    return Adapter(**{**values, **changes})
