"""How well changes of the span reader read the rows that were not trained on, as the product would run them.

For each change and set: exact match and token F1 (`wellread/evaluate/metrics.py`, one gold) of the answerable rows, the
text that holds the answer given; and how well the log-odds of an answer tell those rows from the rows without one (area
under the curve).
"""

import argparse
import json
import random
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import numpy as np

from wellread.evaluate.metrics import exact_match, token_f1
from wellread.models.span_network import write_span_network
from wellread.models.span_reader import OnnxSpanReader


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("changes", type=Path, nargs="+", help="safetensors files")
    parser.add_argument(
        "--weights", type=Path, required=True, help="the weights folder, with the embedder's files"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of prepared rows")
    parser.add_argument("--parts", nargs="+", default=["validation"], choices=["validation", "test"])
    parser.add_argument("--most", type=int, default=600, help="rows of a set with an answer, and without")
    arguments = parser.parse_args()
    print("| change | rows | with an answer | exact match | F1 | without | AUC |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for path in arguments.changes:
        with tempfile.TemporaryDirectory() as folder:
            network = Path(folder) / "spans.onnx"
            write_span_network(arguments.weights / "all-MiniLM-L6-v2.safetensors", path, network)
            vocabulary = arguments.weights / "all-MiniLM-L6-v2.tokenizer.json"
            with closing(OnnxSpanReader(network, vocabulary, name=path.name)) as reader:
                for name, rows in sets(arguments.data, arguments.parts, arguments.most).items():
                    print(f"| {path.name} | {name} | {' | '.join(scored(reader, rows))} |", flush=True)


def sets(folder: Path, parts: list[str], most: int) -> dict[str, list[dict]]:
    """By part and pool: as many rows with an answer, drawn evenly, as without."""
    found: dict[str, list[dict]] = defaultdict(list)
    for part in parts:
        for line in (folder / f"{part}.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            found[f"{part}, {row['pool']}"].append(row)
    drawn = random.Random(0)
    for name, rows in found.items():
        halves = [row for row in rows if row["start"] >= 0], [row for row in rows if row["start"] < 0]
        found[name] = [one for half in halves for one in drawn.sample(half, min(most, len(half)))]
    return found


def scored(reader: OnnxSpanReader, rows: list[dict]) -> list[str]:
    """The cells of one set."""
    exact, shared, here, absent = [], [], [], []
    for row in rows:
        [pointed] = reader.point(row["question"], [(row["heading"], row["text"])])
        if row["start"] < 0:
            absent.append(pointed.log_odds)
            continue
        gold, said = row["text"][row["start"] : row["end"]], row["text"][pointed.start : pointed.end]
        here.append(pointed.log_odds)
        exact.append(exact_match(said, gold))
        shared.append(token_f1(said, gold))
    curve = np.mean(np.array(here)[:, None] > np.array(absent)[None]) if absent and here else np.nan
    means = [f"{100 * np.mean(values):.1f}" if values else "" for values in (exact, shared)]
    return [str(len(here)), *means, str(len(absent)), f"{curve:.3f}"]


if __name__ == "__main__":
    main()
