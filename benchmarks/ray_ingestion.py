"""The same documents read and embedded in this process, and on a Ray cluster of two machines that are both this one.

    python benchmarks/ray_ingestion.py [--documents 240] [--folder DIR] [--embedder all-minilm-l6-v2] [--json]

Documents are made up, or those of DIR. On one machine a cluster cannot be faster: it shares the processors that this
process would have to itself. What is measured is what it costs; the time to connect is told by itself, as it is the
same for one document and for a million. Both workspaces are compared, passage by passage and vector by vector.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from ray_cluster import running_cluster

import wellread
from wellread.ingest.distributed.cluster import Cluster
from wellread.workspace import Workspace

WORDS = (
    "harbour tide crane gate berth pilot rope ledger invoice storm lantern captain cargo winter ferry signal anchor "
    "customs market barrel engine bridge channel weather morning office paper table number letter answer question"
).split()


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=240, help="how many are made up")
    parser.add_argument("--folder", type=Path, help="real ones instead")
    parser.add_argument("--embedder", default="all-minilm-l6-v2")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        root = Path(folder)
        documents = arguments.folder or _made_up(root / "documents", arguments.documents)
        local = held.enter_context(_workspace(root / "local", arguments.embedder))
        figures = {"processors": float(os.cpu_count() or 1), **_added("local", local, documents, None)}
        (root / "home").mkdir()
        cluster = held.enter_context(running_cluster(root / "home"))
        began = time.perf_counter()
        held.enter_context(Cluster(cluster.address))
        figures["cluster, connecting s"] = time.perf_counter() - began
        far = held.enter_context(_workspace(root / "far", arguments.embedder))
        figures |= _added("cluster", far, documents, cluster.address)
        figures["cluster, times local"] = figures["cluster, s"] / figures["local, s"]
        same = _contents(local) == _contents(far)
    if arguments.json:
        print(json.dumps({**figures, "same": same}, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:>26} {value:10.2f}")
        print(f"{'the same, vectors included':>26} {same!s:>10}")
        if (os.cpu_count() or 1) < 4:
            print(
                "both machines are this one: the cluster can only be slower here, by what handing over costs"
            )
    return 0 if same else 1


def _workspace(root: Path, embedder: str) -> Workspace:
    root.mkdir()
    (root / "wellread.toml").write_text(f'embedder = "{embedder}"\n')
    return wellread.open(root)


def _added(name: str, workspace: Workspace, documents: Path, ray: str | None) -> dict[str, float]:
    workspace.embedder.embed(["opened before the clock runs"])
    began = time.perf_counter()
    report = workspace.add(documents, name="documents", ray=ray)
    seconds = time.perf_counter() - began
    passages = len(workspace.catalogue.knowledge.passage_keys())
    return {
        f"{name}, documents": float(report.added),
        f"{name}, passages": float(passages),
        f"{name}, s": seconds,
        f"{name}, documents/s": report.added / seconds,
        f"{name}, passages/s": passages / seconds,
    }


def _contents(workspace: Workspace) -> list[tuple[str, bytes]]:
    keys = sorted(workspace.catalogue.knowledge.passage_keys())
    vectors = workspace.index.vectors(keys)
    return [(repr(one), vectors[one.key].tobytes()) for one in workspace.catalogue.knowledge.entries(keys)]


def _made_up(folder: Path, count: int) -> Path:
    """Pages of about 280 words, a third of them HTML and a third tables."""
    folder.mkdir()
    drawn = random.Random(1)
    for number in range(count):
        paragraphs = [" ".join(drawn.choices(WORDS, k=70)) + "." for _ in range(4)]
        name = f"{number:05}"
        if number % 3 == 0:
            (folder / f"{name}.md").write_text(f"# Page {number}\n\n" + "\n\n".join(paragraphs))
        elif number % 3 == 1:
            body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
            (folder / f"{name}.html").write_text(f"<h1>Page {number}</h1>{body}")
        else:
            rows = (",".join(drawn.choices(WORDS, k=10)) for _ in range(28))
            (folder / f"{name}.csv").write_text("\n".join(rows))
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
