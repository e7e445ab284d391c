"""How fast and how exact the default embedder is.

    python benchmarks/embedding.py [--data DIR] [--documents N] [--threads N] [--skip-quality] [--json]

Speed: documents of 120 words a second, and milliseconds for one question (median). Exactness: the mean and smallest
cosine to the same model in float32, and nDCG@10 of both over SciFact. DIR holds `corpus.jsonl.gz`, `queries.jsonl` and
`qrels_test.tsv` in BEIR's form; by default $WELLREAD_SHARED_DATA/scifact or ../shared/data/scifact. Without
it, speed is measured over made-up sentences and quality is skipped. Embedding SciFact twice takes some minutes.
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
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.minilm import write_minilm
from wellread.models.onnx import OnnxEmbedder
from wellread.models.protocols import Vectors
from wellread.models.weights import EMBEDDER

WORDS = 120
QUESTION = "How many days of paid leave does a new colleague have in the first year?"


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--documents", type=int, default=200, help="documents embedded to measure speed")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--skip-quality", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.data)
    embedder = open_embedder(float32=False, threads=arguments.threads)
    figures = speed(embedder, documents(corpus, arguments.documents))
    if arguments.skip_quality or not corpus:
        reason = (
            "--skip-quality"
            if arguments.skip_quality
            else f"no SciFact in {arguments.data}, name it with --data"
        )
        print(f"quality is skipped: {reason}", file=sys.stderr)
    else:
        exact = open_embedder(float32=True, threads=arguments.threads)
        figures |= quality(embedder, exact, corpus, arguments.data)
    print(
        json.dumps(figures)
        if arguments.json
        else "\n".join(f"{name:28} {value:.4g}" for name, value in figures.items())
    )
    return 0


def default_data() -> Path:
    """Where SciFact is looked for."""
    shared = os.environ.get("WELLREAD_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data"
    return Path(shared) / "scifact"


def read_corpus(data: Path) -> dict[str, str]:
    """Title and text by id; empty if there is no corpus."""
    path = data / "corpus.jsonl.gz"
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["_id"]: f"{row['title']}. {row['text']}" for row in rows}


def documents(corpus: dict[str, str], count: int) -> list[str]:
    """`count` texts of exactly 120 words."""
    made_up = " ".join(
        f"Room {number} of the house is open to visitors until {number % 12} today." for number in range(20)
    )
    long = [text.split()[:WORDS] for text in corpus.values() if len(text.split()) >= WORDS] or [
        made_up.split()[:WORDS]
    ]
    return [" ".join(long[number % len(long)]) for number in range(count)]


def open_embedder(*, float32: bool, threads: int | None) -> OnnxEmbedder:
    """The default embedder, or the same graph without quantisation."""
    cache = default_cache_dir()
    tokenizer = fetch(f"{EMBEDDER}.tokenizer", cache)
    if not float32:
        return OnnxEmbedder(fetch(EMBEDDER, cache), tokenizer, name=EMBEDDER, threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "float32.onnx"
        write_minilm(fetch(f"{EMBEDDER}.safetensors", cache), graph, quantised=False)
        return OnnxEmbedder(graph, tokenizer, name=f"{EMBEDDER}-float32", threads=threads)


def speed(embedder: OnnxEmbedder, texts: list[str]) -> dict[str, float]:
    """Wall and processor time; the latter tells on a machine that is busy with other things."""
    embedder.embed(texts[:4])
    started, worked = time.perf_counter(), time.process_time()
    embedder.embed(texts)
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - worked
    questions = []
    for _ in range(50):
        asked = time.perf_counter()
        embedder.embed([QUESTION])
        questions.append((time.perf_counter() - asked) * 1000)
    return {
        "documents_per_second": len(texts) / seconds,
        "documents_per_core_second": len(texts) / processor_seconds,
        "query_p50_ms": median(questions),
    }


def quality(
    embedder: OnnxEmbedder, exact: OnnxEmbedder, corpus: dict[str, str], data: Path
) -> dict[str, float]:
    """Cosines of the corpus to float32, and nDCG@10 of both."""
    relevant = read_relevant(data)
    questions = read_questions(data, relevant)
    found: dict[str, tuple[Vectors, Vectors]] = {}
    for name, model in (("int8", embedder), ("float32", exact)):
        found[name] = model.embed(list(corpus.values())), model.embed(list(questions.values()))
    cosines = (found["int8"][0] * found["float32"][0]).sum(axis=1)
    figures = {"cosine_mean": float(cosines.mean()), "cosine_min": float(cosines.min())}
    for name, (passages, asked) in found.items():
        figures[f"scifact_ndcg10_{name}"] = ndcg10(
            passages @ asked.T, list(corpus), list(questions), relevant
        )
    return figures


def read_relevant(data: Path) -> dict[str, dict[str, int]]:
    """Grades above 0 by question and document."""
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    with (data / "qrels_test.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if int(row["score"]) > 0:
                relevant[row["query-id"]][row["corpus-id"]] = int(row["score"])
    return relevant


def read_questions(data: Path, wanted: dict[str, Any]) -> dict[str, str]:
    """Texts of the questions in `wanted`."""
    with (data / "queries.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["_id"]: row["text"] for row in rows if row["_id"] in wanted}


def ndcg10(
    scores: Vectors, passages: list[str], questions: list[str], relevant: dict[str, dict[str, int]]
) -> float:
    """Mean nDCG@10 (Järvelin and Kekäläinen, 2002) with linear gains; `scores` has shape (passages, questions)."""
    discounts = 1 / np.log2(np.arange(2, 12))
    values = []
    for question, column in zip(questions, scores.T, strict=True):
        grades = relevant[question]
        gains = [grades.get(passages[position], 0) for position in np.argsort(-column)[:10]]
        ideal = sorted(grades.values(), reverse=True)[:10]
        values.append(float(np.dot(gains, discounts) / np.dot(ideal, discounts[: len(ideal)])))
    return float(np.mean(values))


if __name__ == "__main__":
    raise SystemExit(main())
