"""Embeds on the machines of a cluster; the same weights, and so the same vectors, as here."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from wellread.ingest.distributed import sameness, tasks
from wellread.ingest.distributed.answers import made
from wellread.ingest.distributed.cluster import Call, Cluster
from wellread.ingest.distributed.tasks import ShippedEmbedder
from wellread.models.protocols import Embedder, Vectors

TEXTS_A_CALL = 32
"""About half a second of one processor."""
FEW_TEXTS = 8
"""So many are embedded here sooner than they are sent."""


class RayEmbedder:
    """An `Embedder` whose texts go to the machines of a cluster, a part to each.

    Weights are taken from a machine's own folder if the digest is right there, else from the object store, where they
    are put once.
    """

    def __init__(self, cluster: Cluster, setting: str, here: Embedder, files: Mapping[str, Path]) -> None:
        self._cluster = cluster
        self._setting = setting
        self._here = here
        self._files = files
        self._shipped: ShippedEmbedder | None = None

    @property
    def name(self) -> str:
        return self._here.name

    @property
    def dimensions(self) -> int:
        return self._here.dimensions

    @property
    def texts_at_once(self) -> int:
        """So many keep every processor of the cluster busy for a while."""
        return max(self._cluster.processors, 2) * TEXTS_A_CALL * 4

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder.embed`. Raises ClusterError, also when embedding ends the machines' workers."""
        if len(texts) <= FEW_TEXTS:
            return self._here.embed(texts)
        shipped, versions = self.ship(), sameness.here()
        calls = (
            Call(tasks.embed, (versions, shipped, list(texts[start : start + TEXTS_A_CALL])))
            for start in range(0, len(texts), TEXTS_A_CALL)
        )
        with closing(self._cluster.in_order(calls)) as answers:
            return np.concatenate([made(answer, "embedding") for answer in answers])

    def knows(self, word: str) -> bool:
        return self._here.knows(word)

    def close(self) -> None:
        """Nothing is held here: the embedder of this process belongs to who opened it."""

    def ship(self) -> ShippedEmbedder:
        """What a machine opens it from; the weights are put into the object store with the first call."""
        if self._shipped is None:
            folder = next((str(path.parent) for path in self._files.values()), "")
            weights = {part: self._cluster.put(path.read_bytes()) for part, path in self._files.items()}
            self._shipped = ShippedEmbedder(self._setting, self._here.name, folder, weights)
        return self._shipped
