"""How well the index finds: nDCG@10 and recall@10 on SciFact, by terms, by vectors and fused.

    python benchmarks/retrieval.py [--data DIR] [--split test|train] [--json]

DIR holds `corpus.jsonl.gz` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and `qrels_test.tsv`, in
BEIR's form; by default $WELLREAD_SHARED_DATA/scifact or ../shared/data/scifact. Each abstract is one entry,
embedded as title and text together with the default embedder. The default weights are fetched when absent.
"""

import argparse
import csv
import gzip
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

from wellread.evaluate.metrics import ndcg, recall
from wellread.index.embedded import EmbeddedIndex
from wellread.index.protocol import Proposal
from wellread.models.protocols import Embedder
from wellread.models.registry import open_embedder
from wellread.models.weights import EMBEDDER
from wellread.records.knowledge import Entry
from wellread.retrieve.fuse import convex_combination, reciprocal_rank_fusion

READERS = frozenset({"everyone"})
DEPTH = 60
BATCH = 64

Qrels = dict[str, dict[str, float]]
Lists = dict[str, list[list[Proposal]]]


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--split", choices=["test", "train"], default="test")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.data / "corpus.jsonl.gz").is_file():
        print(f"no SciFact in {arguments.data}: name its folder with --data", file=sys.stderr)
        return 3
    embedder = open_embedder(EMBEDDER)
    try:
        figures = measure(arguments.data, arguments.split, embedder)
    finally:
        embedder.close()
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))
    return 0


def default_data() -> Path:
    """Where the shared data lies unless said otherwise."""
    shared = os.environ.get("WELLREAD_SHARED_DATA")
    root = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared" / "data"
    return root / "scifact"


def measure(data: Path, split: str, embedder: Embedder) -> dict[str, object]:
    """Index the corpus, ask every judged query, and score each way of ranking."""
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        corpus = [json.loads(line) for line in file]
    qrels = read_qrels(data / f"qrels_{split}.tsv")
    with (data / "queries.jsonl").open(encoding="utf-8") as file:
        queries = {row["_id"]: row["text"] for row in map(json.loads, file) if row["_id"] in qrels}
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex.open(Path(folder) / "index", embedder.dimensions, writable=True)
        with index:
            started = time.perf_counter()
            fill(index, corpus, embedder)
            seconds = time.perf_counter() - started
            lists = ask(index, list(queries.values()), embedder)
    names = [row["_id"] for row in corpus]
    return {
        "split": split,
        "documents": len(corpus),
        "queries": len(queries),
        "embedder": embedder.name,
        "seconds_to_index": round(seconds, 1),
        "rankings": {
            name: score(ranked, list(queries), names, qrels) for name, ranked in rankings(lists).items()
        },
    }


def read_qrels(path: Path) -> Qrels:
    """Grade by document by query."""
    qrels: Qrels = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            qrels[row["query-id"]][row["corpus-id"]] = float(row["score"])
    return dict(qrels)


def fill(index: EmbeddedIndex, corpus: list[dict[str, str]], embedder: Embedder) -> None:
    """One entry a document; its key is its place in the corpus, from 1."""
    index.rebuild(
        1,
        (
            (
                [
                    Entry(key=key, title=row["title"], heading="", text=row["text"], readers=READERS)
                    for key, row in enumerate(corpus[start : start + BATCH], start + 1)
                ],
                embedder.embed([f"{row['title']}\n{row['text']}" for row in corpus[start : start + BATCH]]),
            )
            for start in range(0, len(corpus), BATCH)
        ),
        lambda done: print(f"\r{done} of {len(corpus)} documents", end="", file=sys.stderr),
    )
    print(file=sys.stderr)


def ask(index: EmbeddedIndex, queries: list[str], embedder: Embedder) -> Lists:
    """What each half proposes, query by query."""
    vectors = embedder.embed(queries)
    return {
        "terms": [index.search_terms(query, READERS, DEPTH) for query in queries],
        "vectors": [index.search_vectors(vector, READERS, DEPTH) for vector in vectors],
    }


def rankings(lists: Lists) -> Lists:
    """The halves themselves, and the ways of joining them."""

    def joined(fuse: Callable[[list[list[Proposal]]], list[Proposal]]) -> list[list[Proposal]]:
        return [fuse(list(both)) for both in zip(lists["terms"], lists["vectors"], strict=True)]

    return {
        **lists,
        "reciprocal rank, k=60": joined(lambda both: reciprocal_rank_fusion(both, k=60)),
        "reciprocal rank, k=10": joined(lambda both: reciprocal_rank_fusion(both, k=10)),
        "convex, half each": joined(convex_combination),
    }


def score(
    ranked: list[list[Proposal]], queries: list[str], names: list[str], qrels: Qrels
) -> dict[str, float]:
    """Means over the queries."""
    found = [[names[proposal.key - 1] for proposal in proposals] for proposals in ranked]
    judged = [(ids, qrels[query]) for ids, query in zip(found, queries, strict=True)]
    return {
        "ndcg@10": round(fmean(ndcg(ids, grades, 10) for ids, grades in judged), 4),
        "recall@10": round(fmean(recall(ids, grades, 10) for ids, grades in judged), 4),
    }


def table(figures: dict[str, object]) -> str:
    """For the README."""
    rows = figures["rankings"]
    assert isinstance(rows, dict)
    lines = [
        f"| SciFact {figures['split']}, {figures['queries']} queries | nDCG@10 | recall@10 |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {name} | {row['ndcg@10']:.3f} | {row['recall@10']:.3f} |" for name, row in rows.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
