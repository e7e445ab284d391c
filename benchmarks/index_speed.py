"""How fast the index answers: milliseconds a search, over drawn vectors and drawn words, in one thread.

    python benchmarks/index_speed.py [--passages 100000] [--dimensions 384] [--searches 200] [--json]

A passage is 120 words drawn by the law of Zipf and Mandelbrot from 50,000. A question is 6 of its words, not
counting the 30 most frequent (in a language, stop words), or its vector with noise. One passage in twelve
belongs to one of 12 groups, the others to everyone; "few" may read one group's. Recall is against exact float32
products. Milliseconds are of the clock, so measure on a machine at rest.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # NumPy reads it when it is imported

import numpy as np
import numpy.typing as npt

from wellread.index.embedded import EmbeddedIndex
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry
from wellread.records.people import Principal

WORDS, LENGTH = 50_000, 120
QUESTION, STOP_WORDS = 6, 30
GROUPS = 12
LIMIT = 10
BATCH = 4_096

ALL = frozenset({"everyone", *(f"group:{number}" for number in range(GROUPS))})
FEW = frozenset({"group:3"})


@dataclass(frozen=True)
class Corpus:
    """Drawn passages: `words` of shape (passages, LENGTH), unit `vectors` of shape (passages, dimensions)."""

    words: npt.NDArray[np.int64]
    vectors: Vectors
    readers: list[Principal]

    @staticmethod
    def drawn(passages: int, dimensions: int) -> "Corpus":
        """The same passages every time."""
        chance = np.random.default_rng(0)
        share = 1 / (np.arange(WORDS) + 2.7) ** 1.07
        words = chance.choice(WORDS, (passages, LENGTH), p=share / share.sum())
        vectors = unit(chance.standard_normal((passages, dimensions), dtype=np.float32))
        numbers = chance.integers(0, GROUPS * GROUPS, passages).tolist()
        readers = [f"group:{number}" if number < GROUPS else "everyone" for number in numbers]
        return Corpus(words, vectors, readers)

    def batches(self) -> Iterator[tuple[list[Entry], Vectors]]:
        """For a rebuild; the key is the row plus 1."""
        for start in range(0, len(self.words), BATCH):
            rows = range(start, min(start + BATCH, len(self.words)))
            entries = [
                Entry(
                    key=row + 1,
                    title="",
                    heading="",
                    text=self.text(row),
                    readers=frozenset({self.readers[row]}),
                )
                for row in rows
            ]
            yield entries, self.vectors[rows.start : rows.stop]

    def text(self, row: int) -> str:
        """The words of a passage."""
        return " ".join(f"w{word}" for word in self.words[row].tolist())

    def question(self, row: int) -> str:
        """Some words of a passage."""
        words = self.words[row]
        return " ".join(f"w{word}" for word in words[words >= STOP_WORDS][:QUESTION].tolist())


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    corpus = Corpus.drawn(arguments.passages, arguments.dimensions)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "index", corpus, arguments.searches)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))
    return 0


def measure(directory: Path, corpus: Corpus, searches: int) -> dict[str, float]:
    """Every figure of the table, by its name. Milliseconds are medians unless they say p95."""
    passages, dimensions = corpus.vectors.shape
    figures: dict[str, float] = {"passages": passages, "dimensions": dimensions}
    with EmbeddedIndex.open(directory, dimensions, writable=True) as index:
        figures["rebuild, s"] = seconds(lambda: index.rebuild(1, corpus.batches()))
        figures["disk, MB"] = (
            sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6
        )
        rows = np.random.default_rng(1).integers(0, passages, searches)
        noise = np.random.default_rng(2).standard_normal((searches, dimensions), dtype=np.float32)
        questions = unit(corpus.vectors[rows] + 0.05 * noise)
        texts = [corpus.question(row) for row in rows.tolist()]
        for name, principals in (("all", ALL), ("few", FEW)):
            terms = partial(index.search_terms, principals=principals, limit=LIMIT)
            vectors = partial(index.search_vectors, principals=principals, limit=LIMIT)
            figures |= timed(f"terms, {name} readable", [partial(terms, text) for text in texts])
            figures |= timed(f"vectors, {name} readable", [partial(vectors, each) for each in questions])
            figures[f"vectors, {name} readable, recall@10"] = recall(index, corpus, questions, principals)
        writes = [partial(rewrite, index, corpus, row) for row in rows.tolist()[:20]]
        figures |= timed("change until visible", writes)
    figures["open for reading, ms"] = 1e3 * seconds(
        lambda: EmbeddedIndex.open(directory, dimensions, writable=False).close()
    )
    figures["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def rewrite(index: EmbeddedIndex, corpus: Corpus, row: int) -> None:
    """Upsert one passage as it was, and look."""
    entry = Entry(
        key=row + 1, title="", heading="", text=corpus.text(row), readers=frozenset({corpus.readers[row]})
    )
    index.apply(index.position + 1, [entry], corpus.vectors[row][None], [])
    index.search_vectors(corpus.vectors[row], ALL, 1)


def recall(
    index: EmbeddedIndex, corpus: Corpus, questions: Vectors, principals: frozenset[Principal]
) -> float:
    """Share of the exact best ten that are found."""
    readable = np.flatnonzero([reader in principals for reader in corpus.readers])
    products = questions @ corpus.vectors[readable].T
    found = 0
    for question, scores in zip(questions, products, strict=True):
        best = set((readable[np.argsort(-scores)[:LIMIT]] + 1).tolist())
        found += len(best & {proposal.key for proposal in index.search_vectors(question, principals, LIMIT)})
    return found / (len(questions) * min(LIMIT, len(readable)))


def unit(vectors: Vectors) -> Vectors:
    """Rows divided by their lengths."""
    divided: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return divided


def seconds(call: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def timed(name: str, calls: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, after a first call that warms up."""
    calls[0]()
    spent = [1e3 * seconds(call) for call in calls]
    return {f"{name}, ms": float(np.median(spent)), f"{name}, p95 ms": float(np.quantile(spent, 0.95))}


def table(figures: dict[str, float]) -> str:
    """For the README."""
    return "\n".join(
        ["| what | figure |", "| --- | --- |", *(f"| {k} | {v:,.3g} |" for k, v in figures.items())]
    )


if __name__ == "__main__":
    sys.exit(main())
