"""What the bundled reader copies, says and refuses when it is given the right passage.

    python benchmarks/reading.py [--collections xquad ...] [--part test] [--most 300] [--into docs/benchmarks.md]

The collections and which of their questions are fair are in `reading_sets.py`. Each question is put to the default
reader with the one passage that holds its answer, as if it had been found first.

- **copied** is scored before the refusal limit is applied: it is the reader's own skill.
- **shown** is what somebody sees: the sentence or the words, and nothing where the reader refuses, which scores 0.
- **closed book** is what the base model says without any passage: what it may have learnt by heart.

Exact match and token F1 are after SQuAD's own normalisation (Rajpurkar et al. 2016), so that they can be set beside
published ones; of several gold answers the best counts. Intervals are of 95%, by bootstrap over contexts, since
questions about one text are not independent.
"""

import argparse
import json
import re
import string
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from judged import data_folder
from kept_tables import keep, machine
from reading_sets import Asked, collection
from wellread.answer.closed_book import recall
from wellread.answer.one_by_one import OneByOne
from wellread.answer.traditional import Reader, quote
from wellread.models.bundled import bundled_reader
from wellread.models.registry import Opening, open_embedder, open_generator
from wellread.settings import Settings

NAMES = ("xquad", "policyqa", "covidqa")
SAMPLES = 4000
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collections", nargs="+", default=list(NAMES), choices=(*NAMES, "madeup"))
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--most", type=int, default=300, help="questions of each collection")
    parser.add_argument("--adapter", type=Path, help="another reader than the bundled one, as a GGUF file")
    parser.add_argument("--threads", type=int, help="of the models; the default is every core")
    parser.add_argument("--no-closed-book", action="store_true", help="leave out the base without a passage")
    parser.add_argument("--out", type=Path, help="write every answer here, as JSON lines")
    parser.add_argument("--into", type=Path, help="Markdown file that keeps the table")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = measure(arguments)
    if arguments.out:
        arguments.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    figures = {
        name: summary([row for row in rows if row["collection"] == name])
        for name in dict.fromkeys(row["collection"] for row in rows)
    }
    if arguments.into:
        keep(arguments.into, f"reading-{arguments.part}", f"{machine()}, `{asked()}`\n\n{table(figures)}")
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))
    return 0


def measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """One row a question."""
    folder = data_folder() / "reading"
    settings = Settings()
    opening = Opening(threads=arguments.threads)
    generator = open_generator(settings.generator, opening)
    embedder = open_embedder(settings.embedder, opening)
    adapter = bundled_reader(generator.digest)
    if adapter is None:
        raise SystemExit(f"the bundled reader is not of {settings.generator}: set generator to its base")
    path = str(arguments.adapter or adapter.path)
    reader = OneByOne(generator, path, embedder)
    alone = Reader(generator=generator, embedder=embedder)
    asked = [
        (name, one)
        for name in arguments.collections
        for one in collection(name, folder, arguments.part)[: arguments.most]
    ]
    rows = [
        {"collection": name, **answered(one, reader, adapter.refuse_above)} for name, one in asked
    ]  # the base after the reader, so that neither waits for the other's adapter
    if not arguments.no_closed_book:
        for row, (_, one) in zip(rows, asked, strict=True):
            row["closed_book"] = recall(one.question, alone).text
            row["closed_book_scores"] = scores(row["closed_book"], one.golds)
    generator.close()
    embedder.close()
    return rows


def answered(asked: Asked, reader: OneByOne, limit: float) -> dict[str, Any]:
    """What the reader makes of one question and its passage."""
    started = time.perf_counter()
    drafts = reader.read(asked.question, [asked.passage], sure=0.0)
    best = drafts.best()
    refused = best is None or best.doubt > limit
    shown = "" if best is None or refused else quote(best).text
    milliseconds = 1e3 * (time.perf_counter() - started)
    copied = drafts.drafts[0].text
    return {
        "id": asked.id,
        "context": asked.passage.document,
        "question": asked.question,
        "golds": asked.golds,
        "copied": copied,
        "shown": shown,
        "refused": refused,
        "not_here": drafts.drafts[0].not_here,
        "doubt": drafts.drafts[0].doubt,
        "milliseconds": milliseconds,
        "copied_scores": scores(copied, asked.golds),
        "shown_scores": scores(shown, asked.golds),
    }


def scores(answer: str, golds: Sequence[str]) -> tuple[float, float]:
    """Exact match and token F1 against the best of the golds."""
    given = squad_words(answer)
    wanted = [squad_words(gold) for gold in golds]
    return max(float(gold == given) for gold in wanted), max(_f1(gold, given) for gold in wanted)


def squad_words(text: str) -> list[str]:
    """Words after the normalisation of SQuAD's official script: small letters, no punctuation, no articles."""
    plain = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return _ARTICLES.sub(" ", plain).split()


def _f1(wanted: list[str], given: list[str]) -> float:
    if not wanted or not given:
        return float(wanted == given)
    shared = (Counter(wanted) & Counter(given)).total()
    return 2 * shared / (len(wanted) + len(given))


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures of one collection; each share with its interval."""
    kinds: dict[str, Callable[[dict[str, Any]], float]] = {
        f"{what}, {score}": lambda row, what=what, at=at: 100 * row[f"{what}_scores"][at]  # type: ignore[misc]
        for what in ("copied", "shown", "closed_book")
        if f"{what}_scores" in rows[0]
        for at, score in enumerate(("exact match", "F1"))
    }
    kinds["wrongly refused, %"] = lambda row: 100.0 * row["refused"]
    return {
        "questions": len(rows),
        "contexts": len({row["context"] for row in rows}),
        **{name: with_interval(rows, of) for name, of in kinds.items()},
        "p50 ms": float(np.median([row["milliseconds"] for row in rows])),
    }


def with_interval(rows: list[dict[str, Any]], of: Callable[[dict[str, Any]], float]) -> list[float]:
    """The mean and its 95% interval, contexts resampled whole."""
    groups: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        groups[row["context"]].append(of(row))
    sums = np.array([[sum(each), len(each)] for each in groups.values()])
    drawn = np.random.default_rng(0).integers(len(sums), size=(SAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1)
    low, high = np.percentile(means[:, 0] / means[:, 1], (2.5, 97.5))
    return [float(sums[:, 0].sum() / sums[:, 1].sum()), float(low), float(high)]


def table(figures: dict[str, Any]) -> str:
    """A column a collection."""
    lines = [f"| the right passage given | {' | '.join(figures)} |", f"| --- |{' --- |' * len(figures)}"]
    for what in dict.fromkeys(key for each in figures.values() for key in each):
        cells = [_cell(each.get(what)) for each in figures.values()]
        lines.append(f"| {what.replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "{:.1f} ({:.1f} to {:.1f})".format(*value)
    return "" if value is None else f"{value:,.0f}"


def asked() -> str:
    """The command, without where its raw answers went."""
    given = zip(["", *sys.argv[1:]], sys.argv[1:], strict=False)
    kept = [each for before, each in given if "--out" not in (before, each)]
    return " ".join(["python", "benchmarks/reading.py", *kept])


if __name__ == "__main__":
    sys.exit(main())
