"""What searching costs while the index for another embedding model is built, and how fast that is built.

    python benchmarks/reindex.py --pages DIR --questions FILE [--rounds 2] [--json]

DIR is added to a new workspace. Every question of FILE (JSON lines with `question`) is asked `--rounds` times at rest,
then again and again while `wellread reindex --anew` embeds every passage in another process. Milliseconds are of the
clock, the question's embedding included, so measure on a machine at rest.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import wellread
from wellread.workspace import Workspace


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path, required=True, help="folder of documents")
    parser.add_argument("--questions", type=Path, required=True, help="JSON lines with `question`")
    parser.add_argument("--rounds", type=int, default=2, help="times every question is asked at rest")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    with tempfile.TemporaryDirectory() as folder, wellread.init(folder) as workspace:
        workspace.add(arguments.pages)
        passages = len(workspace.catalogue.knowledge.passage_keys())
        workspace.search(questions[0])
        at_rest = [_milliseconds(workspace, one) for _ in range(arguments.rounds) for one in questions]
        command = [sys.executable, "-m", "wellread", "reindex", "--anew", "--json", "-w", folder]
        builder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        while_built: list[float] = []
        while builder.poll() is None:
            while_built.append(_milliseconds(workspace, questions[len(while_built) % len(questions)]))
            time.sleep(0.2)  # as people ask, not one question after another
        assert builder.stdout is not None
        done = json.loads(builder.stdout.read())
        after = [_milliseconds(workspace, one) for one in questions]
    figures = {
        "passages": passages,
        "passages a second": round(done["embedded"] / done["seconds"], 1),
        **_spread("at rest", at_rest),
        **_spread("while it is built", while_built),
        **_spread("afterwards", after),
    }
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value}")
    return 0


def _milliseconds(workspace: Workspace, question: str) -> float:
    began = time.perf_counter()
    workspace.search(question)
    return (time.perf_counter() - began) * 1000


def _spread(name: str, milliseconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {f"{name}, p50 ms": round(float(p50), 1), f"{name}, p95 ms": round(float(p95), 1)}


if __name__ == "__main__":
    sys.exit(main())
