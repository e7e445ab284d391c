"""Set the reader's refusal limit on questions about held-out contexts, through the product's own search.

The contexts become a workspace; of the made-up material only those held out, since its questions do not name the
organisation they are about, and another text on the same topic would answer them too. Every held-out question is read
from what the search returns; an answerable one is read a second time with its own document left out, where refusing is
right. Prints the limit (see `evaluate/calibrate.py`), and the logistic fit of the three witnesses that
`answer/one_by_one.py` weighs.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from prepare import Pool, held_out, material, reading_set
from prepare_spans import part

import wellread
from wellread.answer.one_by_one import LIKENESS_MIDDLE, Copying, Draft, OneByOne, Pointing
from wellread.answer.traditional import quote
from wellread.evaluate.calibrate import (
    Reading,
    refusal_limit,
    rightly_refused,
    wrongly_refused,
)
from wellread.evaluate.metrics import is_correct
from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.span_network import write_span_network
from wellread.models.span_reader import OnnxSpanReader
from wellread.models.weights import EMBEDDER

READ = 8
"""Passages read for a question at most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", type=Path, help="GGUF adapter to ask")
    parser.add_argument("--change", type=Path, help="what training changed in the span reader, to ask it")
    parser.add_argument("--material", type=Path, default=Path(__file__).parent / "material")
    parser.add_argument("--reading", type=Path, help="folder with xquad_en")
    parser.add_argument("--most", type=int, default=150, help="questions at most")
    parser.add_argument("--out", type=Path, help="write every draft here, as JSON lines")
    parser.add_argument("--again", type=Path, help="only count what an earlier --out wrote")
    arguments = parser.parse_args()
    if arguments.again:
        tell([json.loads(line) for line in arguments.again.open()])
        return
    if not arguments.adapter and not arguments.change:
        parser.error("whom to ask is needed: --adapter or --change")
    pools = [material(arguments.material, wrong=0)]
    if arguments.reading:
        pools.append(reading_set(arguments.reading, "xquad_en", wrong=0, per_context=99, seed=1))
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        if arguments.out:
            arguments.out.write_text("")  # rows of an earlier run are not of this adapter
        for row in drafts(Path(folder), pools, arguments):
            rows.append(row)
            if arguments.out:
                with arguments.out.open("a") as out:
                    out.write(json.dumps(row) + "\n")
    tell(rows)


def tell(rows: list[dict]) -> None:
    """Print what follows from the rows."""
    readings = [
        Reading(doubt=row["doubt"], answerable=row["answerable"], correct=row["correct"]) for row in rows
    ]
    limit = refusal_limit(readings)
    answerable = sum(one.answerable for one in readings)
    print(
        f"of {answerable} answerable questions and {len(readings) - answerable} others, when refusing above a doubt of"
    )
    for at in sorted({limit, *(number / 20 for number in range(2, 20))}):
        right = sum(one.correct and one.doubt <= at for one in readings)
        wrongly = wrongly_refused(readings, at)
        share = rightly_refused(readings, at)
        chosen = "  <- the limit" if at == limit else ""
        print(
            f"{at:.3f}  {right} answered rightly, {wrongly} wrongly refused, {share:.0%} rightly refused{chosen}"
        )
    fitted, errors = logistic([draft for row in rows for draft in row["drafts"]])
    print("log-odds of a draft being right, each with its standard error:")
    for name, weight, error in zip(
        ("constant", "log-odds of here", "log rank", "likeness"), fitted, errors, strict=True
    ):
        print(f"  {name} {weight:+.2f} ({error:.2f})")


def logistic(drafts: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """Weights of a slightly ridged logistic regression by Newton's method, and their standard errors."""
    here = np.clip([1 - draft["not_here"] for draft in drafts], 1e-6, 1 - 1e-6)
    x = np.column_stack(
        [
            np.ones(len(drafts)),
            np.log(here / (1 - here)),
            np.log([draft["rank"] for draft in drafts]),
            [draft["likeness"] - LIKENESS_MIDDLE for draft in drafts],
        ]
    )
    y = np.array([draft["correct"] for draft in drafts], float)
    ridge, weights = 0.01 * np.eye(x.shape[1]), np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge
        weights -= np.linalg.solve(curvature, x.T @ (p - y) + ridge @ weights)
    return weights, np.sqrt(np.diag(np.linalg.inv(curvature)))


def drafts(folder: Path, pools: list[Pool], arguments: argparse.Namespace) -> Iterator[dict]:
    """The best draft of every question, with and without its own document."""
    is_unread = held_out_for_validation if arguments.change else held_out_by_text
    documents = folder / "documents"
    documents.mkdir()
    asked: list[tuple[str, str, str | None]] = []
    for pool in pools:
        for number, (title, text) in enumerate(pool.contexts):
            unread = is_unread(pool.name, title, text)
            if pool.name == "material" and not unread:
                continue
            name = f"{pool.name}-{number:04}.md"
            (documents / name).write_text(f"# {title}\n\n{text}\n")
            if unread:
                asked += [(name, item.question, item.answer) for item in pool.asked if item.context == number]
    random.Random(0).shuffle(asked)
    with wellread.init(folder / "workspace") as workspace:
        workspace.add(documents)
        one_by_one = reader(arguments, folder, workspace)
        for name, question, answer in asked[: arguments.most]:
            passages = [hit.passage for hit in workspace.search(question, READ + 2).hits]
            read = one_by_one.read(question, passages, sure=-1).drafts
            yield judged(question, answer, read[:READ])
            if answer is not None:
                others = reranked([draft for draft in read if draft.passage.uri != name])
                yield judged(question, None, others[:READ])


def held_out_for_validation(pool: str, title: str, text: str) -> bool:
    """Of the span reader, whose test is held out besides."""
    return part(pool, title, text) == "validation"


def held_out_by_text(_pool: str, _title: str, text: str) -> bool:
    """Of the adapter."""
    return held_out(text)


def reader(arguments: argparse.Namespace, folder: Path, workspace: wellread.Workspace) -> OneByOne:
    """The one to be asked."""
    if arguments.adapter:
        return Copying(workspace.generator, str(arguments.adapter), workspace.embedder)
    network = folder / "spans.onnx"
    write_span_network(fetch(f"{EMBEDDER}.safetensors", default_cache_dir()), arguments.change, network)
    spans = OnnxSpanReader(
        network, fetch(f"{EMBEDDER}.tokenizer", default_cache_dir()), name=arguments.change.name
    )
    return Pointing(spans, workspace.embedder)


def reranked(read: list[Draft]) -> list[Draft]:
    """The drafts as if the search had returned only these."""
    return [replace(draft, rank=rank) for rank, draft in enumerate(read, start=1)]


def judged(question: str, answer: str | None, read: list[Draft] | tuple[Draft, ...]) -> dict:
    """The best of `read`, and whether it is right."""
    best = min((draft for draft in read if draft.span), key=lambda draft: draft.doubt, default=None)
    said = quote(best).text if best else ""
    return {
        "question": question,
        "gold": answer,
        "said": said,
        "doubt": best.doubt if best else 1.0,
        "answerable": answer is not None,
        "correct": answer is not None and best is not None and is_correct(said, answer),
        "drafts": [
            {
                "not_here": draft.not_here,
                "rank": draft.rank,
                "likeness": draft.likeness,
                "correct": answer is not None and bool(draft.span) and is_correct(quote(draft).text, answer),
            }
            for draft in read
            if draft.span
        ],
    }


if __name__ == "__main__":
    main()
