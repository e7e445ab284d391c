"""Builds a Lance index on the machines of a cluster: entries go out, are embedded and written as fragments there, and
one commit here lets all of them count.

The machines write to the place of the index, so that has to be a bucket or a folder that all of them share.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from wellread.errors import ClusterError, WellreadError
from wellread.index.embedding_input import embedded_text
from wellread.index.protocol import Index
from wellread.ingest.distributed import sameness, tasks
from wellread.ingest.distributed.answers import made
from wellread.ingest.distributed.cluster import Call, Cluster
from wellread.ingest.distributed.embedder import RayEmbedder
from wellread.ingest.distributed.tasks import ShippedEmbedder, Unlike
from wellread.records.knowledge import Entry

if TYPE_CHECKING:
    from wellread.index.lance.build import Built
    from wellread.index.lance.engine import LanceIndex
    from wellread.index.lance.storage import Storage

ENTRIES_A_CALL = 2048
"""Half a minute of one processor, and a few megabytes; what is built of them is one fragment."""


class LanceBuilder:
    """A `Builder` of one Lance index."""

    def __init__(self, cluster: Cluster, embedder: RayEmbedder, index: "LanceIndex") -> None:
        self._cluster = cluster
        self._embedder = embedder
        self._index = index

    @property
    def at_once(self) -> int:
        return ENTRIES_A_CALL

    def build(self, position: int, portions: Iterable[Sequence[Entry]], done: Callable[[int], None]) -> None:
        def built(place: "Storage") -> Generator["tuple[Built, int]"]:
            sizes: list[int] = []
            total = 0
            with closing(self._cluster.in_order(self._calls(place, portions, sizes))) as answers:
                for number, answer in enumerate(answers):
                    total += sizes[number]
                    done(total)
                    yield made(answer, "building"), sizes[number]

        self._index.rebuild_elsewhere(position, built)

    def _calls(
        self, place: "Storage", portions: Iterable[Sequence[Entry]], sizes: list[int]
    ) -> Generator[Call]:
        shipped, versions = self._embedder.ship(), sameness.here()
        for entries in portions:
            arguments = (versions, shipped, place, list(entries), sum(sizes))
            sizes.append(len(entries))
            yield Call(build, arguments, sum(len(entry.text) for entry in entries))


def lance_builder(cluster: Cluster, embedder: RayEmbedder, index: Index) -> LanceBuilder | None:
    """None when `index` is of another engine."""
    try:
        from wellread.index.lance.engine import LanceIndex
    except ImportError:  # without the extra there is no such index
        return None
    return LanceBuilder(cluster, embedder, index) if isinstance(index, LanceIndex) else None


def build(
    versions: Mapping[str, str], shipped: ShippedEmbedder, place: "Storage", entries: list[Entry], serial: int
) -> "Built | Unlike | WellreadError":
    """On a machine: embed `entries` and write them to `place` as fragments, with serial numbers from `serial` on."""
    from wellread.index.lance.build import build as build_fragments
    from wellread.index.lance.state import ENTRIES

    try:
        place.below(ENTRIES).open()
    except OSError as error:
        return ClusterError(
            f"{sameness.machine()} does not see the index at {place.root} ({error}): keep it in a bucket (`index = "
            '"s3://BUCKET/PREFIX"`) or in a folder that all machines share, or leave out --ray'
        )
    vectors = tasks.embed(versions, shipped, [embedded_text(entry) for entry in entries])
    if isinstance(vectors, (Unlike, WellreadError)):
        return vectors
    return build_fragments(place, entries, vectors, serial)
