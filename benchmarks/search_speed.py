"""How long a question takes to its passages in a workspace of real documents, start-up and embedding included.

    python benchmarks/search_speed.py --pages DIR --questions FILE [--rounds 3] [--json]

DIR is added to a new workspace, which a new process then opens and asks every question of FILE (JSON lines with
`question`). The peer does the same without permissions, citations or a system of record: SQLite's FTS5 for BM25 and one
product of all float32 vectors in NumPy, over the same passages with the same embedder, fused by the same sum. It is
timed in the same process, each question once with either, in turn. Milliseconds are of the clock, so measure on a
machine at rest.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import wellread
from wellread.index.embedded import EmbeddedIndex
from wellread.index.protocol import Proposal
from wellread.records.people import EVERYONE
from wellread.retrieve.fuse import over_best
from wellread.retrieve.search import DEPTH
from wellread.workspace import Workspace

LIMIT = 10


class Plain:
    """The peer."""

    def __init__(self, workspace: Workspace) -> None:
        keys = workspace.catalogue.knowledge.passage_keys()
        passages = workspace.catalogue.knowledge.confirm(keys, frozenset([EVERYONE]))
        self._embedder = workspace.embedder
        self._keys = np.array(list(passages))
        index = workspace.searcher.index
        assert isinstance(index, EmbeddedIndex)
        held = index.vectors(passages)
        self._vectors = np.array([held[key] for key in passages])
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='porter unicode61')")
        self._database.executemany(
            "INSERT INTO words(rowid, text) VALUES (?, ?)",
            [(key, f"{one.title}\n{one.heading_line}\n{one.text}") for key, one in passages.items()],
        )
        self._texts = {key: one.text for key, one in passages.items()}

    def search(self, question: str) -> list[str]:
        """The texts of the best passages."""
        vector = self._embedder.embed([question])[0]
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", question.lower())))
        found = self._database.execute(
            "SELECT rowid, -bm25(words) FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?",
            (query, DEPTH),
        )
        terms = [Proposal(key, score) for key, score in found]
        products = self._vectors @ vector
        best = np.argsort(-products)[:DEPTH]
        vectors = [Proposal(int(self._keys[row]), float(products[row])) for row in best]
        words, meaning = (over_best({one.key: one.score for one in each}) for each in (terms, vectors))
        scores = {key: words.get(key, 0.0) + meaning.get(key, 0.0) for key in words | meaning}
        return [self._texts[key] for key in sorted(scores, key=lambda key: -scores[key])[:LIMIT]]


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path, help="folder of documents")
    parser.add_argument("--questions", type=Path, required=True, help="JSON lines with `question`")
    parser.add_argument("--rounds", type=int, default=3, help="times every question is asked")
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    questions = [json.loads(line)["question"] for line in arguments.questions.open(encoding="utf-8")]
    if arguments.workspace:
        print(json.dumps(measure(arguments.workspace, questions, arguments.rounds)))
        return 0
    if not arguments.pages:
        parser.error("--pages is needed: the folder of documents to search")
    with tempfile.TemporaryDirectory() as folder:
        with wellread.init(folder) as workspace:
            workspace.add(arguments.pages, readers="everyone")
        again = [sys.executable, *sys.argv, "--workspace", folder]
        figures = json.loads(subprocess.run(again, capture_output=True, text=True, check=True).stdout)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))
    return 0


def measure(folder: Path, questions: Sequence[str], rounds: int) -> dict[str, float]:
    """Every figure of the table, by its name."""
    started = time.perf_counter()
    with wellread.open(folder) as workspace:
        opened = time.perf_counter()
        workspace.search(questions[0], LIMIT)
        first = time.perf_counter()
        plain = Plain(workspace)
        plain.search(questions[0])
        own, embed, peer = [], [], []
        for question in list(questions) * rounds:
            begun = time.perf_counter()
            found = workspace.search(question, LIMIT)
            between = time.perf_counter()
            plain.search(question)
            peer.append(1e3 * (time.perf_counter() - between))
            own.append(1e3 * (between - begun))
            embed.append(found.embed_ms)
        return {
            "passages": len(workspace.catalogue.knowledge.passage_keys()),
            "open, ms": 1e3 * (opened - started),
            "first search after opening, ms": 1e3 * (first - opened),
            "search, p50 ms": float(np.median(own)),
            "search, p95 ms": float(np.quantile(own, 0.95)),
            "of which embedding the question, p50 ms": float(np.median(embed)),
            "peer, p50 ms": float(np.median(peer)),
            "search / peer": float(np.median(own) / np.median(peer)),
        }


def table(figures: dict[str, float]) -> str:
    """For the README."""
    return "\n".join(
        ["| what | figure |", "| --- | --- |", *(f"| {k} | {v:,.3g} |" for k, v in figures.items())]
    )


if __name__ == "__main__":
    sys.exit(main())
