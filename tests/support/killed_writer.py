"""A process that changes a workspace and is made to be killed, in a step that can be chosen.

Run as a program with a workspace and a file, it forks one writer for every line on its standard input, so that a start
costs a fork and no import. A line is a JSON object: `operation` and `arguments` (see OPERATIONS), and, for one that is
to be killed, `step` and `time`: the writer says `there` when it enters that step for that time. How it ended, `done`,
`failed` or `killed`, is said before the next line is read; before `done` come the steps it went through, how often and
how long. The first byte of the file is the number of the step it is in, and tells after its death where it fell.
"""

import functools
import json
import mmap
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

import wellread
from wellread import parts
from wellread.catalogue import storing
from wellread.catalogue.jobs import Jobs
from wellread.catalogue.knowledge import Knowledge
from wellread.catalogue.outbox import Outbox
from wellread.catalogue.transaction import Transaction
from wellread.flows import ahead, indexing
from wellread.flows.ingest import SILENT
from wellread.index import embedded, generation, manifest, terms
from wellread.index.rows import RowsWriter
from wellread.ingest import executor, sync
from wellread.ingest.parse.expand import expand
from wellread.parts import OPERATOR
from wellread.workspace import Workspace

STEPS: dict[str, tuple[tuple[Any, str], ...]] = {
    "listing and planning": ((sync, "_listed"), (sync, "plan")),
    "reading and cutting": ((executor, "cut"),),
    "catalogue: job": ((Jobs, "start"), (Jobs, "finish")),
    "catalogue: source": ((Knowledge, "add_source"), (Knowledge, "remove_source")),
    "catalogue: readers": ((Knowledge, "set_readers"),),
    "catalogue: removal": ((Knowledge, "remove"),),
    "catalogue: documents": ((storing, "_write_documents"), (storing, "_write_readers")),
    "catalogue: versions": ((storing, "_write_versions"),),
    "catalogue: passages": ((storing, "_write_passages"), (storing, "_delete_in")),
    "catalogue: item": ((Knowledge, "note_item"), (Knowledge, "remove_item")),
    "catalogue: outbox and audit": ((Transaction, "finish"),),
    "catalogue: commit": ((DefaultDialect, "do_commit"),),
    "catalogue: trim the outbox": ((Outbox, "trim"),),
    "embedding": ((indexing, "_embed"),),
    "index: opening": ((embedded, "_recover"), (embedded.EmbeddedIndex, "_opened_writer")),
    "index: readers": ((generation.GenerationWriter, "assign"),),
    "index: staging": ((generation.GenerationWriter, "put"), (generation.GenerationWriter, "drop")),
    "index: rows to disk": ((RowsWriter, "sync"),),
    "index: commit of terms": ((terms.TermsWriter, "commit"),),
    "index: packing": ((generation.GenerationWriter, "pack"),),
    "index: rebuild": ((embedded.EmbeddedIndex, "rebuild"),),
    "index: swap": ((manifest, "swap"),),
    "index: removing the old": ((manifest, "remove_others"),),
    "index: closing": ((embedded.EmbeddedIndex, "close"),),
}
"""What the writer does, by the functions that do it. The innermost counts."""

NAMES = ("between steps", *STEPS)
READING = frozenset({"between steps", "listing and planning", "reading and cutting", "embedding"})
"""Steps in which nothing is being written."""


class Ledger:
    """Which step the writer is in, how often it entered each, and for how long."""

    def __init__(self, shared: mmap.mmap, step: str | None, time_: int) -> None:
        self._shared = shared
        self._awaited = (step, time_)
        self.entered: defaultdict[str, int] = defaultdict(int)
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call`, noted as the step `name`."""
        number = NAMES.index(name)

        @functools.wraps(call)
        def noted(*arguments: Any, **named: Any) -> Any:
            before = self._shared[0]
            self._shared[0] = number
            self.entered[name] += 1
            if self._awaited == (name, self.entered[name]):
                os.write(1, b"there\n")
            began = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self.seconds[name] += time.perf_counter() - began
                self._shared[0] = before

        return noted

    def install(self) -> None:
        """Note every step of STEPS in this process."""
        for name, places in STEPS.items():
            for place, attribute in places:
                noted = self.wrap(name, getattr(place, attribute))
                for module in _holders(place, attribute):
                    setattr(module, attribute, noted)


class ReaderInProcess:
    """Reads files without the confined process, whose start would take longer than all the rest."""

    read = staticmethod(expand)

    def stop(self) -> None:
        """What is read takes a moment."""

    def __enter__(self) -> "ReaderInProcess":
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""


def add(workspace: Workspace, location: str, readers: str) -> None:
    """As `wellread add`."""
    workspace.add(location, readers)


def synchronise(workspace: Workspace) -> None:
    """As `wellread sync`."""
    for report in workspace.sync():
        assert not report.failed, report.failed


def rebuild(workspace: Workspace) -> None:
    """The index anew from the catalogue."""
    with workspace._ingest(OPERATOR, SILENT) as work:
        indexing.rebuild(work.catalogue, work.index, work.embedder)


def drop(workspace: Workspace, source: str) -> None:
    """A source is removed with its documents."""
    if source in {one.name for one in workspace.catalogue.knowledge.sources()}:
        workspace.catalogue.knowledge.remove_source(source, "operator")
    workspace.sync()


OPERATIONS: dict[str, Callable[..., None]] = {
    "add": add,
    "sync": synchronise,
    "rebuild": rebuild,
    "drop": drop,
}


def _holders(place: Any, attribute: str) -> list[Any]:
    """`place` itself, and for a function of a module every module that imported it by its name."""
    if isinstance(place, type):
        return [place]
    held = getattr(place, attribute)
    ours = [module for name, module in sys.modules.items() if name.startswith("wellread")]
    return [module for module in ours if getattr(module, attribute, None) is held]


def _write(root: Path, shared: mmap.mmap, order: dict[str, Any]) -> None:
    # Small steps, so that kills fall between and inside many of them.
    ahead.FOUND_AT_ONCE = 8
    indexing.PASSAGES_AT_ONCE = 8
    generation.SPARE_ROWS = 8
    vars(parts)["Workers"] = ReaderInProcess
    ledger = Ledger(shared, order.get("step"), order.get("time", 0))
    ledger.install()
    with wellread.open(root) as workspace:
        OPERATIONS[order["operation"]](workspace, *order["arguments"])
    taken = {name: (ledger.entered[name], ledger.seconds[name]) for name in ledger.entered}
    os.write(1, f"steps {json.dumps(taken)}\n".encode())


def main() -> None:
    """Fork a writer for each order until there are no more."""
    expand("first.md", b"# What reading imports is imported once")
    with Path(sys.argv[2]).open("r+b") as file, mmap.mmap(file.fileno(), 1) as shared:
        for line in sys.stdin:
            shared[0] = 0
            child = os.fork()
            if child == 0:
                os.write(1, f"writer {os.getpid()}\n".encode())
                _write(Path(sys.argv[1]), shared, json.loads(line))
                os._exit(0)
            _, status = os.waitpid(child, 0)
            ended = "killed" if os.WIFSIGNALED(status) else "failed" if os.WEXITSTATUS(status) else "done"
            os.write(1, f"{ended}\n".encode())


if __name__ == "__main__":
    main()
