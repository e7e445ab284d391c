"""An index for another embedder that is made to be killed while it is built, or while it begins to serve.

Run as a program with a workspace, it forks one builder for every line on its standard input, which is the embedder.
How that ended, `done` or `killed`, is said before the next.
"""

import os
import sys
from pathlib import Path

import wellread
from wellread.flows import indexing
from wellread.flows.reindex import ReindexRequest


def build(root: Path, embedder: str) -> None:
    indexing.PASSAGES_AT_ONCE = 8  # small steps, so that kills fall between and inside many of them
    with wellread.open(root) as workspace:
        workspace.reindex(ReindexRequest(embedder=embedder))


if __name__ == "__main__":
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print("builder", os.getpid(), flush=True)
            build(Path(sys.argv[1]), line.strip())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "done", flush=True)
