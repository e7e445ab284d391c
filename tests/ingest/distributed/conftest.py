"""One cluster and one connection for all of these tests: its machines take seconds to start."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from ray_cluster import RunningCluster, running_cluster


@pytest.fixture(scope="session")
def children(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on the cluster's Python path; a `sitecustomize` in it is loaded by every child that starts."""
    return tmp_path_factory.mktemp("children")


@pytest.fixture(scope="session")
def cluster(children: Path) -> Iterator[RunningCluster]:
    """Skips where Ray is not installed. This process is connected to it, so that nobody connects again."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'wellread[ray]'")
    from wellread.ingest.distributed.cluster import Cluster

    with running_cluster(children) as running, Cluster(running.address):
        yield running
    assert not ray.is_initialized()
