"""What runs on the machines of a cluster: bytes and settings come in, passages and vectors go out.

They need no workspace. A file is read in a confined child of the machine's worker process, as it would be at home
(`parse.worker`), with the same limits. That child and the embedder are kept for the next file, as they take longer to
start than a page to read. Errors come back as values: what Ray raises is its own trouble.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wellread.errors import WeightsError, WellreadError
from wellread.ingest.distributed import sameness
from wellread.ingest.executor import Outcome, cut
from wellread.ingest.parse.worker import MEMORY, SECONDS, Workers
from wellread.models.fetch import default_cache_dir, find
from wellread.models.protocols import Embedder, Vectors
from wellread.models.registry import assemble_embedder
from wellread.models.weights import known


@dataclass(frozen=True, slots=True)
class Unlike:
    """This machine is not as the others: what it would read might be something else."""

    machine: str
    differences: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may take of a machine: bytes of a child's data, and seconds for a small file."""

    memory: int = MEMORY
    seconds: float = SECONDS


@dataclass(frozen=True)
class ShippedEmbedder:
    """What an embedder is opened from, wherever that is."""

    setting: str
    name: str
    """What it must be called once it is open; holds its digest."""
    folder: str
    """Where its weights lie at home, and perhaps here too."""
    weights: Mapping[str, Any]
    """By name, references to their bytes in the object store."""

    def __hash__(self) -> int:
        return hash((self.setting, self.name, self.folder))

    def __eq__(self, other: object) -> bool:
        """Another reference to the same weights is no other embedder."""
        return isinstance(other, ShippedEmbedder) and hash(self) == hash(other)


def describe() -> tuple[str, Mapping[str, str]]:
    """This machine's name and versions."""
    return sameness.machine(), sameness.here()


def read(versions: Mapping[str, str], limits: Limits, name: str, data: bytes) -> Outcome | Unlike:
    """Read the file called `name` and cut it into passages, if this machine has those `versions`."""
    return _unlike(versions) or cut(name, data, _workers(limits).read)


def embed(
    versions: Mapping[str, str], shipped: ShippedEmbedder, texts: Sequence[str]
) -> Vectors | Unlike | WellreadError:
    """The texts' vectors, shape (len(texts), dimensions), if this machine has those `versions`."""
    try:
        return _unlike(versions) or _embedder(shipped).embed(texts)
    except WellreadError as error:
        return error


def _unlike(versions: Mapping[str, str]) -> Unlike | None:
    found = sameness.differences(versions, sameness.here())
    return Unlike(sameness.machine(), found) if found else None


@cache
def _workers(limits: Limits) -> Workers:
    """Of this process, whose end closes the child's pipes and so ends the child."""
    return Workers(memory=limits.memory, seconds=limits.seconds)


@cache
def _embedder(shipped: ShippedEmbedder) -> Embedder:
    files = {part: _here(part, shipped) or _brought(part, shipped) for part in shipped.weights}
    # One thread: the other processors have tasks of their own.
    opened = assemble_embedder(shipped.setting, files, threads=1)
    if opened.name != shipped.name:
        raise WeightsError(
            f"on {sameness.machine()} the embedder {shipped.setting} is {opened.name}, and it must be {shipped.name}: "
            "install the same release of Wellread on every machine"
        )
    return opened


def _here(part: str, shipped: ShippedEmbedder) -> Path | None:
    wanted = known(part)
    return find(wanted, Path(shipped.folder)) or find(wanted, default_cache_dir())


def _brought(part: str, shipped: ShippedEmbedder) -> bytes:
    import ray

    content: bytes = ray.get(shipped.weights[part])
    arrived = hashlib.sha256(content).hexdigest()
    if arrived != known(part).sha256:
        raise WeightsError(
            f"the weights {part} arrived on {sameness.machine()} with the SHA-256 {arrived}, expected is "
            f"{known(part).sha256}: synchronise again, and check that machine's memory and network if it stays so"
        )
    return content
