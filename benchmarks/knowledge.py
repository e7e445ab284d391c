"""Wellread beside LlamaIndex, Haystack and txtai: the same documents, the same embedding model, one run.

    python benchmarks/knowledge.py [--passages 1000 10000] [--documents 1000] [--systems NAME ...] [--into FILE]

Each system runs in an environment of its own, made under the cache folder at first, one process after another. First
each reads, cuts and embeds the same files with its own readers (`--documents 0` leaves that out); then, for each
number of passages, drawn texts and vectors (see peers/corpus.py) go into its own store, which a new process opens,
searches and changes. What a system cannot do, or not within MINUTES and MEMORY, has the reason in its place. The table
is printed; with --into docs/benchmarks.md it takes the place of the former one for the same numbers of passages there,
and the raw figures lie beside as JSON. With --systems some are measured again, and the others keep their columns. How
to read it: docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers.corpus import drawn
from peers.documents import write
from peers.environments import environment
from peers.measure import SYSTEMS
from peers.minilm import TOKENIZER, WEIGHTS, write_model
from peers.table import table
from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.weights import EMBEDDER

HERE = Path(__file__).resolve().parent
MINUTES = 10
"""For each stage of each system."""
MEMORY = 16_000
"""Megabytes that a process may hold."""
EVERY = 0.2
"""Seconds between two looks at a process."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where things are."""

    work: Path
    cache: Path
    weights: Path


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--documents", type=int, default=1_000, help="files to be ingested; 0 for none")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache/wellread/peers", help="environments"
    )
    parser.add_argument("--work", type=Path, help="where the drawn passages and the stores lie meanwhile")
    parser.add_argument("--into", type=Path, help="Markdown file that keeps the tables")
    arguments = parser.parse_args()
    for name in (EMBEDDER, TOKENIZER, WEIGHTS):
        fetch(name, default_cache_dir())
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        bench = Bench(Path(folder), arguments.cache, default_cache_dir())
        figures: dict[str, Any] = {
            "machine": machine(),
            "command": _command(sys.argv[1:]),
        }
        figures["ingesting"] = ingesting(bench, arguments.systems, arguments.documents)
        figures["passages"] = {
            str(passages): searching(bench, arguments.systems, passages) for passages in arguments.passages
        }
    if arguments.into:
        figures = keep(arguments.into, "-".join(["knowledge", *map(str, arguments.passages)]), figures)
    print(table(figures))
    return 0


def keep(file: Path, name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """Put the table into `file`, in place of what stands there under `name` or at its end, and the figures beside it.

    Systems that were left out this time keep what was measured of them on the same machine; all of it is returned.
    """
    raw = file.with_name(f"{name}.json")
    if raw.exists():
        figures = together(json.loads(raw.read_text(encoding="utf-8")), figures)
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    file.write_text(f"{before.rstrip()}\n\n{begin}\n{table(figures)}\n{end}{after}", encoding="utf-8")
    raw.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return figures


def together(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was measured now, and what was measured before of systems that were left out now."""
    parts = {"ingesting": (before["ingesting"], now["ingesting"])}
    parts |= {size: (before["passages"].get(size, {}), one) for size, one in now["passages"].items()}
    merged = {
        part: {system: (old | new)[system] for system in SYSTEMS if system in old | new}
        for part, (old, new) in parts.items()
    }
    left_out = any(merged[part] != new for part, (_, new) in parts.items())
    if not left_out or before["machine"] != now["machine"]:
        return now
    return {
        "machine": now["machine"],
        "command": f"{before['command']} && {now['command']}",
        "ingesting": merged.pop("ingesting"),
        "passages": merged,
    }


def _command(arguments: Sequence[str]) -> str:
    """As it was given, but for where its files lay meanwhile."""
    places = {"--work", "--cache"}
    kept = [
        each
        for before, each in zip(("", *arguments), arguments, strict=False)
        if each not in places and before not in places
    ]
    return " ".join(["python", "benchmarks/knowledge.py", *kept])


def ingesting(bench: Bench, systems: Sequence[str], documents: int) -> dict[str, Any]:
    """Figures by system."""
    if not documents:
        return {}
    files = bench.work / "files"
    write(files, documents)
    own = bench.work / "model"
    write_model(bench.weights, own)
    place = bench.work / "store"
    given = ["ingest", str(place), str(files), str(bench.weights)]
    figures = {}
    for system in systems:
        figures[system] = stage(bench, system, given)
        shutil.rmtree(place, ignore_errors=True)
        if system == "Wellread":  # its own is the one that all were given
            its = "documents ingested a second"
            figures[system][f"{its}, own embedder"] = figures[system].get(its)
        else:
            figures[system] |= stage(bench, system, [*given, str(own)])
        shutil.rmtree(place, ignore_errors=True)
    return figures


def searching(bench: Bench, systems: Sequence[str], passages: int) -> dict[str, Any]:
    """Figures by system."""
    corpus = bench.work / f"corpus-{passages}"
    report(f"drawing {passages:,} passages")
    drawn(corpus, passages)
    figures = {}
    for system in systems:
        place = bench.work / "store"
        given = [str(place), str(corpus), str(passages)]
        figures[system] = stage(bench, system, ["build", *given])
        if "stopped" not in figures[system]:
            figures[system] |= stage(bench, system, ["search", *given])
        shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(corpus)
    return figures


def stage(bench: Bench, system: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run one stage; the figures by name, with `stopped` and the reason when it did not come to its end."""
    kind, *rest = arguments
    report(f"{system}: {kind}")
    result = bench.work / "result"
    result.unlink(missing_ok=True)
    command = [str(environment(system, bench.cache)), "-m", "peers.measure", system, kind, str(result), *rest]
    path = os.pathsep.join([str(HERE.parent / "src"), str(HERE)])
    # Nothing is to be fetched while the clock runs, and nobody is to use more threads than the others' libraries do.
    settings = os.environ | {"PYTHONPATH": path, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}
    with (bench.work / "log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=settings, cwd=bench.work, stdout=log, stderr=log)
        stopped = watched(process)
        log.seek(0)
        tail = log.read().strip().splitlines()[-1:]
    lines = result.read_text(encoding="utf-8").splitlines() if result.exists() else []
    figures = {one["figure"]: one["value"] for one in map(json.loads, lines)}
    if not stopped and process.returncode:
        stopped = f"failed: {' '.join(tail) or process.returncode}"
    if stopped:
        report(f"{system}: {kind}: {stopped}")
        figures["stopped"] = f"{kind}: {stopped}"
    return figures


def watched(process: subprocess.Popen[bytes]) -> str:
    """Wait for it; the reason if it had to be stopped."""
    started = time.monotonic()
    while process.poll() is None:
        time.sleep(EVERY)
        reason = ""
        if time.monotonic() - started > MINUTES * 60:
            reason = f"over {MINUTES} minutes"
        elif resident(process.pid) > MEMORY:
            reason = f"over {MEMORY // 1000} GB of memory"
        if reason:
            process.kill()
            process.wait()
            return reason
    return ""


def resident(process: int) -> float:
    """Megabytes; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def machine() -> str:
    """What it ran on."""
    model = next(
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GB, Linux {platform.release()}, Python {platform.python_version()}"


def report(line: str) -> None:
    """To standard error, with the time."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
