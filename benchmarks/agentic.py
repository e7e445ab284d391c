"""An agent's search and answers beside traditional ones, on questions that join two documents.

    python benchmarks/agentic.py [--collections hotpotqa strategy] [--part test] [--answers 109] [--into FILE] [--json]

Two halves of each collection's questions, by the digest of their ids: what was chosen was chosen on `dev`, and `test`
is reported. Recall of the passages that the answer needs is of what the traditional mode and the agent's rules find, in
their order. The answers are the bundled reader's in both modes, and are judged as HotpotQA does: token F1 and exact
match; a refusal scores 0. The differences are paired, with bootstrap intervals over the questions (95%). The share
answered in closed book by the base model stands beside it.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from judged import Judged, chosen, json_rows, options
from kept_tables import keep, machine
from retrieval import READERS, Shelf, difference, embedded, entry, numbered, passage
from wellread.answer.agent.actions import Finish
from wellread.answer.agent.policy import Rules
from wellread.answer.agent.workbench import Workbench
from wellread.answer.agentic import Limits, answer_agentic
from wellread.answer.closed_book import recall as recalled
from wellread.answer.traditional import Reader, answer
from wellread.evaluate.metrics import exact_match, recall, token_f1
from wellread.index.embedded import EmbeddedIndex
from wellread.models.bundled import bundled_readers
from wellread.models.protocols import Embedder, Generator
from wellread.models.registry import open_embedder, open_generator, open_span_reader
from wellread.models.weights import EMBEDDER, GENERATOR
from wellread.records.conversation import Answer
from wellread.retrieve.search import Searcher

COLLECTIONS = ("hotpotqa", "strategy")
ANSWERED = {"hotpotqa": Path("multihop") / "hotpotqa.jsonl.gz"}
"""Those whose questions have an answer in words."""
DEPTHS = (5, 10)
ROOM = 10_000

Measured = dict[str, list[float]]
"""By measure: one value a question."""


def main() -> int:
    """Parse, measure, print."""
    parser = options(__doc__)
    parser.add_argument("--part", choices=["dev", "test"], default="test")
    parser.add_argument("--questions", type=int, default=10_000, help="of each collection at most")
    parser.add_argument("--answers", type=int, default=0, help="questions that are answered in both modes")
    parser.add_argument("--into", type=Path, help="Markdown file that keeps the table")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.collections = arguments.collections or list(COLLECTIONS)
    wanted = chosen(arguments)
    if wanted is None:
        return 3
    embedder = open_embedder(EMBEDDER)
    generator = open_generator(GENERATOR) if arguments.answers else None
    try:
        figures = {name: measure(read(), arguments, embedder, generator) for name, read in wanted.items()}
    finally:
        embedder.close()
        if generator:
            generator.close()
    made = table(figures)
    if arguments.into:
        given = [one for one in sys.argv[1:] if not one.startswith("/")]
        command = " ".join(["python benchmarks/agentic.py", *given]).replace("--vectors ", "")
        keep(arguments.into, "agentic", f"{machine()}, `{command}`\n\n{made}")
    print(json.dumps(figures, indent=2) if arguments.json else made)
    return 0


def part_of(question: str) -> str:
    """Of a question's id."""
    return ("dev", "test")[hashlib.sha256(question.encode()).digest()[-1] % 2]


def measure(
    judged: Judged, arguments: Any, embedder: Embedder, generator: Generator | None
) -> dict[str, Any]:
    """Both ways over one collection."""
    asked = [name for name in judged.questions if part_of(name) == arguments.part][: arguments.questions]
    with searching(judged, embedder, arguments.vectors) as searcher:
        found = {
            "traditional": [traditional(searcher, judged.questions[name]) for name in asked],
            "agentic": [agentic(searcher, judged.questions[name]) for name in asked],
        }
        figures: dict[str, Any] = {"questions": len(asked), "part": arguments.part}
        for way, keys in found.items():
            figures[way] = recalls(judged, asked, keys)
        if generator and judged.name in ANSWERED:
            gold = golds(arguments.data / ANSWERED[judged.name])
            figures["answers"] = answers(
                searcher,
                generator,
                {judged.questions[name]: gold[name] for name in asked[: arguments.answers]},
            )
    return figures


@contextmanager
def searching(judged: Judged, embedder: Embedder, vectors: Path | None) -> Iterator[Searcher]:
    """Over the passages of one collection, which everybody may read."""
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex.open(Path(folder) / "index", embedder.dimensions, writable=True)
        with index:
            entries = [entry(key, one) for key, one in numbered(judged)]
            index.rebuild(1, [(entries, embedded(judged, embedder, vectors))])
            catalogue: Any = SimpleNamespace(
                knowledge=Shelf({key: passage(key, one) for key, one in numbered(judged)})
            )
            yield Searcher(catalogue, index, embedder)


def traditional(searcher: Searcher, question: str) -> list[int]:
    """Keys in their order."""
    return [hit.passage.key for hit in searcher.search(question, READERS, max(DEPTHS)).hits]


def agentic(searcher: Searcher, question: str) -> list[int]:
    """Keys in their order, after all searches of the rules."""
    workbench = Workbench(searcher, READERS)
    rules = Rules(question, workbench)
    for _ in range(Limits().steps):
        action = rules.decide(ROOM).action
        if isinstance(action, Finish):
            break
        rules.observe(workbench.run(action))
    return [hit.passage.key for hit in workbench.hits()]


def recalls(judged: Judged, asked: list[str], found: list[list[int]]) -> Measured:
    """At each depth."""
    values: Measured = {f"recall@{depth}": [] for depth in DEPTHS}
    for name, keys in zip(asked, found, strict=True):
        right = {str(place + 1): grade for place, grade in judged.grades[name].items()}
        for depth in DEPTHS:
            values[f"recall@{depth}"].append(recall([str(key) for key in keys], right, depth))
    return values


def golds(path: Path) -> dict[str, str]:
    """By question's id."""
    return {row["id"]: row["answer"] for row in json_rows(path)}


def answers(searcher: Searcher, generator: Generator, gold: dict[str, str]) -> dict[str, Any]:
    """F1, exact match, refusals, steps, tokens and time of both modes over the same questions."""
    with closing(open_span_reader()) as spans:
        reader = Reader(
            generator=generator,
            embedder=searcher.embedder,
            adapter=next(iter(bundled_readers(generator.digest)), None),
            spans=lambda: spans,
        )
        return _answers(searcher, reader, gold)


def _answers(searcher: Searcher, reader: Reader, gold: dict[str, str]) -> dict[str, Any]:
    base = Reader(generator=reader.generator, embedder=searcher.embedder)
    ways: dict[str, Callable[[str], Answer]] = {
        "traditional": partial(read_once, searcher, reader),
        "agentic": partial(look_and_read, searcher, reader),
        "closed book": lambda question: recalled(question, base),
    }
    for ask in ways.values():
        ask(next(iter(gold)))  # weights and adapter are loaded outside the times
    return {
        way: counted([(ask(question), right) for question, right in gold.items()])
        for way, ask in ways.items()
    }


def read_once(searcher: Searcher, reader: Reader, question: str) -> Answer:
    """As `wellread ask` does."""
    found = searcher.search(question, READERS, reader.passages)
    return answer(question, found.hits, reader)


def look_and_read(searcher: Searcher, reader: Reader, question: str) -> Answer:
    """As `wellread ask --mode agentic` does."""
    return answer_agentic(question, Workbench(searcher, READERS), reader, Limits())


def counted(said: list[tuple[Answer, str]]) -> Measured:
    """Of each answer."""
    return {
        "F1": [token_f1(one.exact, gold) if one.answered else 0.0 for one, gold in said],
        "exact match": [float(one.answered and exact_match(one.exact, gold)) for one, gold in said],
        "answered": [float(one.answered) for one, _ in said],
        "steps": [float(len(one.steps)) for one, _ in said],
        "tokens": [float(one.tokens) for one, _ in said],
        "milliseconds": [one.milliseconds for one, _ in said],
    }


def table(figures: dict[str, Any]) -> str:
    """A line for each measure."""
    lines = [
        "| | questions | traditional | agentic | difference | closed book |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, each in figures.items():
        count = f"{each['questions']} ({each['part']})"
        for measured in (f"recall@{depth}" for depth in DEPTHS):
            before, after = each["traditional"][measured], each["agentic"][measured]
            lines.append(_line(f"{name}: {measured}", count, before, after))
        if "answers" in each:
            lines += _answered(name, each["answers"], each["part"])
    return "\n".join(lines)


def _answered(name: str, ways: dict[str, Measured], part: str) -> list[str]:
    count = f"{len(ways['agentic']['F1'])} ({part})"
    lines = []
    for measured in ("F1", "exact match", "answered"):
        closed = f"{np.mean(ways['closed book'][measured]):.3f}"
        before, after = ways["traditional"][measured], ways["agentic"][measured]
        lines.append(_line(f"{name}: {measured}", count, before, after, closed))
    for measured in ("steps", "tokens"):
        cells = [f"{np.mean(ways[way][measured]):,.1f}" for way in ("traditional", "agentic")]
        lines.append(f"| {name}: {measured} | {count} | {' | '.join(cells)} | | |")
    times = [np.percentile(ways[way]["milliseconds"], [50, 95]) / 1000 for way in ("traditional", "agentic")]
    cells = [f"{p50:.1f} / {p95:.1f}" for p50, p95 in times]
    lines.append(f"| {name}: seconds, p50 / p95 | {count} | {' | '.join(cells)} | | |")
    return lines


def _line(what: str, count: str, before: list[float], after: list[float], closed: str = "") -> str:
    apart = difference(np.array(before), np.array(after))
    interval = f"{apart['difference']:+.3f} ({apart['low']:+.3f} to {apart['high']:+.3f})"
    return f"| {what} | {count} | {np.mean(before):.3f} | {np.mean(after):.3f} | {interval} | {closed} |"


if __name__ == "__main__":
    sys.exit(main())
