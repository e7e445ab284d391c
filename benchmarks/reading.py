"""What the bundled readers copy, say and refuse when they are given the right passage.

    python benchmarks/reading.py [--collections xquad ...] [--part test] [--most 300] [--into docs/benchmarks.md]

The collections and which of their questions are fair are in `reading_sets.py`. Each question is put to each reader
with the one passage that holds its answer, as if it had been found first. Below the table stands what it is worth that
two readers copy the same words.

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
from reading_sets import ADAPTER, SPANS, Asked, collection
from wellread.answer.closed_book import recall
from wellread.answer.traditional import Reader, quote
from wellread.models.bundled import bundled_readers
from wellread.models.registry import Opening, open_embedder, open_generator, open_span_reader
from wellread.settings import Settings

NAMES = ("xquad", "policyqa", "covidqa")
SAMPLES = 4000
RIGHT = 0.6
"""Token F1 from which an answer counts as right where right and wrong are told apart."""
AGREEMENT = 2.0
"""Log-odds that agreement is worth here; a round number."""
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collections", nargs="+", default=list(NAMES), choices=(*NAMES, "madeup"))
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--most", type=int, default=300, help="questions of each collection")
    parser.add_argument("--readers", nargs="+", default=[SPANS, ADAPTER], choices=(SPANS, ADAPTER))
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
        name: summary([row for row in rows if row["column"] == name])
        for name in dict.fromkeys(row["column"] for row in rows)
    }
    shown = table(figures) + together(rows, arguments.readers)
    if arguments.into:
        keep(arguments.into, f"reading-{arguments.part}", f"{machine()}, `{asked()}`\n\n{shown}")
    print(json.dumps(figures, indent=2) if arguments.json else shown)
    return 0


def measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """One row a question."""
    folder = data_folder() / "reading"
    settings = Settings()
    opening = Opening(threads=arguments.threads)
    generator = open_generator(settings.generator, opening)
    embedder = open_embedder(settings.embedder, opening)
    bundled = {one.id: one for one in bundled_readers(generator.digest)}
    if not bundled:
        raise SystemExit(f"the bundled readers are not of {settings.generator}: set generator to its base")
    spans = open_span_reader(opening)
    asked, rows = [], []
    for name in arguments.readers:
        adapter = bundled[name]
        reader = Reader(generator=generator, embedder=embedder, adapter=adapter, spans=lambda: spans)
        for kind in arguments.collections:
            some = collection(kind, folder, arguments.part, name)[: arguments.most]
            asked += some
            for one in some:
                about = {"reader": name, "collection": kind, "column": f"{kind}, {name}"}
                rows.append({**about, **answered(one, reader, adapter.refuse_above)})
    # The base after the readers, so that neither waits for the other's adapter.
    alone = Reader(generator=generator, embedder=embedder)
    if not arguments.no_closed_book:
        recalled: dict[str, str] = {}
        for row, one in zip(rows, asked, strict=True):
            if one.id not in recalled:
                recalled[one.id] = recall(one.question, alone).text
            row["closed_book"] = recalled[one.id]
            row["closed_book_scores"] = scores(row["closed_book"], one.golds)
    for model in (generator, embedder, spans):
        model.close()
    return rows


def answered(asked: Asked, reader: Reader, limit: float) -> dict[str, Any]:
    """What the reader makes of one question and its passage."""
    one_by_one = reader.one_by_one
    if one_by_one is None:
        raise ValueError("the reader has no adapter, so that it does not read one passage at a time")
    started = time.perf_counter()
    drafts = one_by_one.read(asked.question, [asked.passage], sure=0.0)
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


def together(rows: list[dict[str, Any]], readers: Sequence[str]) -> str:
    """How often what the first reader copied is right, by whether the second copied the same words; and how well each
    witness alone tells its right answers from its wrong ones, as the area under the curve."""
    if len(readers) != 2:
        return ""
    first, second = ({row["id"]: row for row in rows if row["reader"] == name} for name in readers)
    both = [(first[one], second[one]) for one in first if one in second]
    if not both:
        return ""
    right = np.array([one["copied_scores"][1] >= RIGHT for one, _ in both])
    same = np.array([squad_words(one["copied"]) == squad_words(other["copied"]) for one, other in both])
    doubt = np.array([one["doubt"] for one, _ in both])
    odds = np.log((1 - doubt) / doubt)
    lines = [
        f"\n\n| {readers[0]} beside {readers[1]}, {len(both)} questions fair to both | |",
        "| --- | --- |",
        f"| right (token F1 of at least {RIGHT}) where both copy the same words | {_of(right[same])} |",
        f"| right where they do not | {_of(right[~same])} |",
        f"| right by {readers[1]} alone where they do not | "
        f"{_of(np.array([other['copied_scores'][1] >= RIGHT for _, other in both])[~same])} |",
        f"| area under the curve: the doubt of {readers[0]} | {area(odds, right):.3f} |",
        f"| its doubt, and agreement as {AGREEMENT:g} more in log-odds | {area(odds + AGREEMENT * same, right):.3f} |",
    ]
    return "\n".join(lines)


def area(odds: Any, right: Any) -> float:
    """That a right answer has higher odds than a wrong one; equal ones count half."""
    above = np.sign(odds[right][:, None] - odds[~right][None, :])
    return float((above.mean() + 1) / 2) if above.size else float("nan")


def _of(right: Any) -> str:
    return f"{int(right.sum())} of {len(right)}"


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
