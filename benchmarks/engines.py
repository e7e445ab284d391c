"""The embedded engine beside Lance: the same drawn passages through both, one process after another.

    python benchmarks/engines.py [--passages 1000 10000 100000] [--work DIR]

Texts and vectors are those of peers/corpus.py. Each engine builds an index of them, in batches as `wellread sync` gives
them; a process of its own then opens it, asks the questions as somebody who may read everything and as somebody who
may read 8%, and puts in new passages, timing each until another process' search has it. `both` is what a search of
the product asks of an index: sixty proposals by words and sixty by meaning. No catalogue and no embedding: what
remains is the engine. The ratio is Lance's figure over the embedded engine's. Lance's datasets lie in a folder.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from knowledge import machine
from peers.corpus import AUDIENCES, DIMENSIONS, Corpus, Floats, drawn
from wellread.index.embedded import EmbeddedIndex
from wellread.index.lance.engine import LanceIndex
from wellread.index.lance.storage import Storage
from wellread.index.protocol import Index
from wellread.records.knowledge import Entry

ENGINES = ("embedded", "lance")
AT_ONCE = 256
"""Passages of a batch."""
DEPTH = 60
INSERTS = 30
ASKERS = {"everybody": "everything", "8%": "8%"}
"""Who asks, by the name of their audience in the corpus."""


def main() -> int:
    """Draw, measure each engine at each size, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--work", type=Path, help="where passages and indexes lie meanwhile")
    parser.add_argument("--stage", nargs=3, metavar=("NAME", "ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.stage:
        name, engine, folder = arguments.stage
        stage = {"build": build, "search": search}[name]
        print(json.dumps(stage(engine, Path(folder), arguments.passages[0])))
        return 0
    sizes = " ".join(map(str, arguments.passages))
    print(f"{machine()}\n`python benchmarks/engines.py --passages {sizes}`")
    for passages in arguments.passages:
        with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
            drawn(Path(folder) / "corpus", passages)
            figures = {engine: measured(engine, Path(folder), passages) for engine in ENGINES}
        print(f"\n{passages:,} passages\n\n{table(figures)}", flush=True)
    return 0


def measured(engine: str, folder: Path, passages: int) -> dict[str, float]:
    """Every figure of one engine, by its name; each stage in a process of its own."""
    figures: dict[str, float] = {}
    for stage in ("build", "search"):
        program = [
            sys.executable,
            __file__,
            "--passages",
            str(passages),
            "--stage",
            stage,
            engine,
            str(folder),
        ]
        ran = subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True)
        figures |= json.loads(ran.stdout.splitlines()[-1])
    return figures


def build(engine: str, folder: Path, passages: int) -> dict[str, float]:
    """Build the index."""
    with opened(engine, folder, writable=True) as index:
        begun = time.perf_counter()
        index.rebuild(1, batches(Corpus(folder / "corpus", passages)))
        seconds = time.perf_counter() - begun
    files = [path for path in (folder / engine).rglob("*") if path.is_file()]
    return {
        "build, s": seconds,
        "peak memory of building, MB": memory("VmHWM"),
        "disk, MB": sum(path.stat().st_size for path in files) / 1e6,
    }


def search(engine: str, folder: Path, passages: int) -> dict[str, float]:
    """Ask, then change."""
    corpus = Corpus(folder / "corpus", passages)
    figures: dict[str, float] = {}
    with ExitStack() as held:
        begun = time.perf_counter()
        index = held.enter_context(opened(engine, folder, writable=False))
        assert index.count() == passages
        index.search_vectors(corpus.questions[0][1], frozenset(AUDIENCES["everything"]), 10)
        figures["open and first search, ms"] = 1e3 * (time.perf_counter() - begun)
        for asker, audience in ASKERS.items():
            who = frozenset(AUDIENCES[audience])
            ways = (("words", True, False), ("meaning", False, True), ("both", True, True))
            for way, by_words, by_meaning in ways:
                # Opened anew, so that nothing is remembered of who asked before.
                with opened(engine, folder, writable=False) as fresh:
                    times = timed(fresh, corpus, who, by_words=by_words, by_meaning=by_meaning)
                figures[f"{way}, {asker}, p50 ms"] = float(np.median(times))
                figures[f"{way}, {asker}, p95 ms"] = float(np.quantile(times, 0.95))
        figures["resident after searching, MB"] = memory("VmRSS")
        writer = held.enter_context(opened(engine, folder, writable=True))
        times = inserted(writer, index, corpus)
        figures["one passage put in until found, p50 ms"] = float(np.median(times))
        figures["one passage put in until found, p95 ms"] = float(np.quantile(times, 0.95))
    return figures


def timed(
    index: Index, corpus: Corpus, who: frozenset[str], *, by_words: bool, by_meaning: bool
) -> list[float]:
    """Milliseconds of each question but the first twenty, which warm what there is to be warmed."""
    times = []
    for text, vector in corpus.questions:
        begun = time.perf_counter()
        held = index.now()
        if by_words:
            held.search_terms(text, who, DEPTH)
        if by_meaning:
            held.search_vectors(vector, who, DEPTH)
        times.append(1e3 * (time.perf_counter() - begun))
    return times[20:]


def inserted(writer: Index, reader: Index, corpus: Corpus) -> list[float]:
    """Milliseconds from the call until the reader's search has it."""
    who, times = frozenset(AUDIENCES["everything"]), []
    for number in range(INSERTS):
        key, word = corpus.passages + 1 + number, f"freshword{number}"
        vector = corpus.questions[number][1][None]
        one = Entry(key=key, title="", heading="", text=f"{word} of this minute", readers=who)
        begun = time.perf_counter()
        writer.apply(2 + number, [one], vector, [])
        [found] = reader.search_terms(word, who, 1)
        assert found.key == key
        times.append(1e3 * (time.perf_counter() - begun))
    return times


def batches(corpus: Corpus) -> Iterator[tuple[list[Entry], Floats]]:
    """All passages, keys from 1."""
    for rows, texts, vectors in corpus.batches(AT_ONCE):
        yield (
            [
                Entry(key=row + 1, title="", heading="", text=text, readers=frozenset(corpus.readers(row)))
                for row, text in zip(rows, texts, strict=True)
            ],
            vectors,
        )


def opened(engine: str, folder: Path, *, writable: bool) -> Index:
    """The index of an engine."""
    if engine == "lance":
        return LanceIndex.open(Storage(root=str(folder / engine)), DIMENSIONS, writable=writable)
    return EmbeddedIndex.open(folder / engine, DIMENSIONS, writable=writable)


def memory(name: str) -> float:
    """VmRSS or VmHWM of this process, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def table(figures: dict[str, dict[str, Any]]) -> str:
    """One row a figure."""
    embedded, lance = figures["embedded"], figures["lance"]
    rows = [
        f"| {name} | {embedded[name]:,.3g} | {lance[name]:,.3g} | {lance[name] / embedded[name]:.2g} |"
        for name in embedded
    ]
    return "\n".join(["| what | embedded | Lance | ratio |", "| --- | --- | --- | --- |", *rows])


if __name__ == "__main__":
    sys.exit(main())
