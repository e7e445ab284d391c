"""Reads and embeds on the machines of a Ray cluster; writing stays with whoever asks."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from wellread.errors import ParseError
from wellread.index.protocol import Index
from wellread.ingest.distributed import sameness, tasks
from wellread.ingest.distributed.cluster import Call, Cluster, Died, unlike
from wellread.ingest.distributed.embedder import RayEmbedder
from wellread.ingest.distributed.tasks import Limits, Unlike
from wellread.ingest.executor import Builder, Outcome
from wellread.ingest.sources.protocol import Content
from wellread.models.protocols import Embedder

Opener = Callable[[str], Embedder]
"""Opens the embedder that settings call so, in this process."""
Files = Callable[[str], Mapping[str, Path]]
"""The files of that embedder, by the names of their weights."""


class RayExecutor:
    """An `Executor` over a cluster. What comes out is what `LocalExecutor` gives, to the byte."""

    def __init__(
        self, cluster: Cluster, open_here: Opener, files: Files, limits: Limits | None = None
    ) -> None:
        self._cluster = cluster
        self._open_here = open_here
        self._files = files
        self._limits = limits or Limits()
        self._embedders: dict[str, Embedder] = {}

    def read_each(self, files: Iterable[Content | None]) -> Generator[Outcome | None]:
        versions = sameness.here()
        calls = (
            None
            if file is None
            else Call(tasks.read, (versions, self._limits, file.name, file.data), len(file.data))
            for file in files
        )
        with closing(self._cluster.in_order(calls)) as answers:
            for answer in answers:
                yield _outcome(answer)

    def embedder(self, setting: str) -> Embedder:
        if setting not in self._embedders:
            here, files = self._open_here(setting), self._files(setting)
            self._embedders[setting] = RayEmbedder(self._cluster, setting, here, files)
        return self._embedders[setting]

    def builder(self, setting: str, index: Index) -> Builder | None:
        from wellread.ingest.distributed.building import lance_builder

        embedder = self.embedder(setting)
        assert isinstance(embedder, RayEmbedder)
        return lance_builder(self._cluster, embedder, index)


@contextmanager
def ray_executor(address: str, open_here: Opener, files: Files) -> Iterator[RayExecutor]:
    """An executor over the cluster at `address`. Raises UsageError, ClusterError."""
    with Cluster(address) as cluster:
        yield RayExecutor(cluster, open_here, files)


def _outcome(answer: Any) -> Outcome | None:
    if isinstance(answer, Unlike):
        raise unlike(answer.machine, answer.differences)
    if isinstance(answer, Died):
        why = f" ({answer.reason})" if answer.reason else ""
        return ParseError(
            f"reading it ended {answer.attempts} worker processes{why}: the file is damaged, or made to do harm"
        )
    outcome: Outcome | None = answer
    return outcome
