"""Whether anything is lost, left over or shown when the writer of a workspace is killed, whatever it was doing.

    python benchmarks/crashes.py [--kills 1000] [--seed 1] [--json]

A workspace is made over two folders with four people of different permissions. Then documents are written, changed,
deleted, opened and closed, and a synchronisation, the adding or removing of a source or a rebuild of the index is
killed by SIGKILL, each in a step that is chosen evenly among those it goes through. After every kill a reader that was
open all the while looks before anybody repairs; after every sixth the operation is run again and all is compared.

    lost        a document that no unfinished operation concerned is not found whole
    orphaned    something is left in the catalogue, the index or on disk of what is no more
    forbidden   somebody is shown what they may not read, or might read before
    half done   somebody is shown parts of two states of one document

Any of them makes the exit status 1.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from killing import Findings, kill


def main() -> int:
    """Parse, kill, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        findings = kill(Path(folder), arguments.kills, arguments.seed)
    figures = summary(findings, time.monotonic() - began)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures, findings))
    return 1 if any(findings.wrong.values()) else 0


def summary(findings: Findings, seconds: float) -> dict[str, float]:
    """Every figure of the table, by its name."""
    figures: dict[str, float] = {
        "kills": findings.kills,
        "of which while something was being written": findings.in_writes,
        "ended before they could be killed": findings.ended_before,
        "looks": findings.looks,
        "repairs": findings.repairs,
        "seconds": seconds,
    }
    figures |= {kind: len(told) for kind, told in findings.wrong.items()}
    figures |= {f"killed during {operation}": number for operation, number in findings.operations.items()}
    return figures | {f"killed in {step}": number for step, number in findings.steps.most_common()}


def table(figures: dict[str, float], findings: Findings) -> str:
    """For people."""
    wrong = [f"{kind}: {one}" for kind, told in findings.wrong.items() for one in told[:20]]
    rows = [f"| {name} | {value:,.0f} |" for name, value in figures.items()]
    return "\n".join([*wrong, "| what | number |", "| --- | --- |", *rows])


if __name__ == "__main__":
    raise SystemExit(main())
