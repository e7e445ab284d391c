"""Every question looked up once, every question step by step, or the way that is chosen for it.

    python benchmarks/routing.py [--part test] [--into FILE]

Questions that join two documents (hotpotqa) beside questions that one paragraph answers (encyclopedia). Two halves of
each, by the digest of their ids: the rule of choosing was found on `dev`, and `test` is reported. The bundled reader
answers, at the product's own defaults. F1 is of the exact words; a refusal scores 0. Of the encyclopedia's paragraphs
the reader was trained on some: its F1 is to compare the three ways, and for nothing else.
"""

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from agentic import Measured, agentic, part_of, recalls, searching, traditional
from judged import Judged, chosen, json_rows, options
from kept_tables import keep, machine
from retrieval import READERS, difference
from wellread.answer.agent.routing import route
from wellread.answer.traditional import Reader
from wellread.evaluate.metrics import token_f1
from wellread.flows.ask import Way, ask
from wellread.models.bundled import bundled_readers
from wellread.models.protocols import Embedder, Generator
from wellread.models.registry import open_embedder, open_generator, open_span_reader
from wellread.models.weights import EMBEDDER, GENERATOR
from wellread.records.conversation import Mode
from wellread.retrieve.search import Searcher

MODES: tuple[Mode, ...] = ("traditional", "agentic", "auto")
QUESTIONS = {
    "hotpotqa": Path("multihop") / "hotpotqa.jsonl.gz",
    "encyclopedia": Path("reading") / "xquad_en_questions.jsonl.gz",
}
MEASURES = ("recall@5", "F1", "answered")


def main() -> int:
    """Parse, measure, print."""
    parser = options(__doc__)
    parser.add_argument("--part", choices=["dev", "test"], default="test")
    parser.add_argument("--questions", type=int, default=10_000, help="of each collection at most")
    parser.add_argument("--into", type=Path, help="Markdown file that keeps the table")
    arguments = parser.parse_args()
    arguments.collections = arguments.collections or list(QUESTIONS)
    wanted = chosen(arguments)
    if wanted is None:
        return 3
    with closing(open_embedder(EMBEDDER)) as embedder, closing(open_generator(GENERATOR)) as generator:
        measured = {name: measure(read(), arguments, embedder, generator) for name, read in wanted.items()}
    made = table(measured, arguments.part)
    if arguments.into:
        command = f"python benchmarks/routing.py --part {arguments.part} --into docs/benchmarks.md"
        keep(arguments.into, "routing", f"{machine()}, `{command}`\n\n{made}")
    print(made)
    return 0


def measure(judged: Judged, arguments: Any, embedder: Embedder, generator: Generator) -> dict[Mode, Measured]:
    """Each way over the same questions."""
    asked = [name for name in judged.questions if part_of(name) == arguments.part][: arguments.questions]
    gold = {row["id"]: right(row) for row in json_rows(arguments.data / QUESTIONS[judged.name])}
    with (
        searching(judged, embedder, arguments.vectors) as searcher,
        closing(open_span_reader()) as spans,
    ):
        reader = Reader(
            generator=generator,
            embedder=embedder,
            adapter=next(iter(bundled_readers(generator.digest)), None),
            spans=lambda: spans,
        )
        found: dict[Mode, Measured] = {}
        for mode in MODES:
            ask(searcher, judged.questions[asked[0]], READERS, reader, way=Way(mode=mode))
            keys = [ranked(searcher, mode, judged.questions[name]) for name in asked]
            found[mode] = recalls(judged, asked, keys)
            for name in asked:
                began = time.perf_counter()
                said = ask(searcher, judged.questions[name], READERS, reader, way=Way(mode=mode))
                took = (time.perf_counter() - began) * 1000
                of = {
                    "F1": token_f1(said.exact, gold[name]) if said.answered else 0.0,
                    "answered": float(said.answered),
                    "milliseconds": took,
                    "step by step": float(chosen_way(mode, judged.questions[name]) == "agentic"),
                }
                for measured, value in of.items():
                    found[mode].setdefault(measured, []).append(value)
    return found


def right(row: dict[str, Any]) -> str:
    """The answer of a question's row."""
    return str(row["answer"] if "answer" in row else row["answers"][0]["text"])


def chosen_way(mode: Mode, question: str) -> Mode:
    """The way that is gone."""
    return route(question).mode if mode == "auto" else mode


def ranked(searcher: Searcher, mode: Mode, question: str) -> list[int]:
    """Keys of what is found, in their order."""
    return (agentic if chosen_way(mode, question) == "agentic" else traditional)(searcher, question)


def table(measured: dict[str, dict[Mode, Measured]], part: str) -> str:
    """A line for each measure; what is chosen beside the better of the two."""
    lines = [
        "| | questions | looked up once | step by step | as chosen | chosen against once |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, ways in measured.items():
        count = f"{len(ways['auto']['F1'])} ({part})"
        for what in MEASURES:
            cells = [f"{np.mean(ways[mode][what]):.3f}" for mode in MODES]
            apart = difference(np.array(ways["traditional"][what]), np.array(ways["auto"][what]))
            interval = f"{apart['difference']:+.3f} ({apart['low']:+.3f} to {apart['high']:+.3f})"
            lines.append(f"| {name}: {what} | {count} | {' | '.join(cells)} | {interval} |")
        shares = [f"{np.mean(ways[mode]['step by step']):.0%}" for mode in MODES]
        lines.append(f"| {name}: step by step | {count} | {' | '.join(shares)} | |")
        times = [np.percentile(ways[mode]["milliseconds"], [50, 95]) for mode in MODES]
        cells = [f"{p50:.0f} / {p95:.0f}" for p50, p95 in times]
        lines.append(f"| {name}: milliseconds, p50 / p95 | {count} | {' | '.join(cells)} | |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
