"""A synchronisation that is made to be killed.

Run as a program with a workspace and a folder, it forks one writer for every line on its standard input, which adds the
folder as a source. How that ended, `done` or `killed`, is said before the next.
"""

import os
import sys
from pathlib import Path

import wellread
from wellread.flows import indexing
from wellread.ingest import sync


def write(root: Path, folder: Path) -> None:
    # Small steps, so that kills fall between and inside many of them.
    sync.BATCH_DOCUMENTS = 5
    indexing.PASSAGES_AT_ONCE = 8
    with wellread.open(root) as workspace:
        workspace.add(folder)


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            print("writer", os.getpid(), flush=True)
            write(Path(sys.argv[1]), Path(sys.argv[2]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "done", flush=True)
