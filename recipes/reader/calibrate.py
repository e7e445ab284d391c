"""Set the reader's refusal limit on questions about held-out contexts, through the product's own search.

The contexts become a workspace; of the made-up material only those held out, since its questions do not name the
organisation they are about and another text on the same topic would answer them too. Every held-out question is read from what the search returns; an answerable one is read
a second time with its own document left out, where refusing is right. Prints the limit that maximises the mean of both
shares.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from prepare import Pool, held_out, material, reading_set

import wellread
from wellread.answer.one_by_one import Draft, OneByOne
from wellread.answer.traditional import quote
from wellread.evaluate.calibrate import Reading, balanced, refusal_limit
from wellread.evaluate.metrics import is_correct

READ = 5
"""Passages read for a question, as when serving."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", type=Path, required=True)
    parser.add_argument("--material", type=Path, default=Path(__file__).parent / "material")
    parser.add_argument("--reading", type=Path, help="folder with xquad_en")
    parser.add_argument("--most", type=int, default=150, help="questions at most")
    parser.add_argument("--out", type=Path, help="write every draft here, as JSON lines")
    arguments = parser.parse_args()
    pools = [material(arguments.material, wrong=0)]
    if arguments.reading:
        pools.append(reading_set(arguments.reading, "xquad_en", wrong=0, per_context=99, seed=1))
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for row in drafts(Path(folder), pools, arguments.adapter, arguments.most):
            rows.append(row)
            if arguments.out:
                with arguments.out.open("a") as out:
                    out.write(json.dumps(row) + "\n")
    readings = [
        Reading(doubt=row["doubt"], answerable=row["answerable"], correct=row["correct"]) for row in rows
    ]
    limit = refusal_limit(readings)
    answerable = [one for one in readings if one.answerable]
    others = [one for one in readings if not one.answerable]
    print(f"limit {limit:.3f}, balanced {balanced(readings, limit):.3f}")
    print(
        f"{sum(one.correct and one.doubt <= limit for one in answerable)} of {len(answerable)} answered rightly"
    )
    print(f"{sum(one.doubt > limit for one in answerable)} of {len(answerable)} wrongly refused")
    print(f"{sum(one.doubt > limit for one in others)} of {len(others)} rightly refused")


def drafts(folder: Path, pools: list[Pool], adapter: Path, most: int) -> Iterator[dict]:
    """The best draft of every question, with and without its own document."""
    documents = folder / "documents"
    documents.mkdir()
    asked: list[tuple[str, str, str | None]] = []
    for pool in pools:
        for number, (title, text) in enumerate(pool.contexts):
            if pool.name == "material" and not held_out(text):
                continue
            name = f"{pool.name}-{number:04}.md"
            (documents / name).write_text(f"# {title}\n\n{text}\n")
            if held_out(text):
                asked += [(name, item.question, item.answer) for item in pool.asked if item.context == number]
    random.Random(0).shuffle(asked)
    with wellread.init(folder / "workspace") as workspace:
        workspace.add(documents)
        one_by_one = OneByOne(workspace.generator, str(adapter), workspace.embedder)
        for name, question, answer in asked[:most]:
            passages = [hit.passage for hit in workspace.search(question, READ + 2).hits]
            read = one_by_one.read(question, passages, sure=-1).drafts
            yield judged(question, answer, read[:READ])
            if answer is not None:
                others = reranked([draft for draft in read if draft.passage.uri != name])
                yield judged(question, None, others[:READ])


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
