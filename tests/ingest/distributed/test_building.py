"""A Lance index that the machines of a cluster build is the one that this process would have built."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")

from executor_contract import write_files
from ray_cluster import RunningCluster

import wellread
from wellread.errors import ClusterError
from wellread.flows.reindex import ReindexRequest
from wellread.ingest.distributed import building
from wellread.records.people import EVERYONE
from wellread.workspace import Workspace

SETTINGS = 'generator = "fake"\nembedder = "fake"\nindex = "lance"\n'
ANEW = ReindexRequest(anew=True)
READERS = frozenset([EVERYONE])
QUESTIONS = ("When does the gate close?", "tide", "Grüße", "biscuits tin")


@contextmanager
def workspace_at(root: Path) -> Iterator[Workspace]:
    if not root.exists():
        root.mkdir()
        (root / "wellread.toml").write_text(SETTINGS)
    with wellread.open(root) as opened:
        yield opened


def contents(workspace: Workspace) -> dict[str, Any]:
    """What the index holds, and what it proposes for words and for a meaning."""
    index = workspace.index
    keys = sorted(index.keys())
    held = index.held(keys)
    asked = workspace.embedder.embed(QUESTIONS)
    return {
        "position": index.position,
        "entries": sorted(map(repr, held[0])),
        "vectors": [(key, index.vectors([key])[key].tobytes()) for key in keys],
        "words": [index.search_terms(question, READERS, 20) for question in QUESTIONS],
        "meaning": [index.search_vectors(vector, READERS, 20) for vector in asked],
    }


def fragments(root: Path) -> set[str]:
    """Files of rows that lie in the workspace's indexes."""
    return {path.name for path in (root / ".wellread" / "lance").rglob("data/*.lance")}


@pytest.fixture
def filled(cluster: RunningCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Its index has been built anew by this process; machines will build portions of eight entries."""
    from ray import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(building, "ENTRIES_A_CALL", 8)
    with workspace_at(tmp_path / "workspace") as workspace:
        workspace.add(write_files(tmp_path / "docs"), name="docs")
        workspace.reindex(ANEW)
        yield workspace
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


def test_contents_and_answers_are_those_of_an_index_that_was_built_here(
    cluster: RunningCluster, filled: Workspace
) -> None:
    expected = contents(filled)
    assert len(expected["vectors"]) > 24, "too few for several machines"
    before = fragments(filled.root)
    done = filled.reindex(ANEW, ray=cluster.address)
    assert done.embedded == len(expected["vectors"])
    assert contents(filled) == expected
    assert not fragments(filled.root) & before
    # It goes on as any other: what changes afterwards is found, what is removed is not.
    (filled.root.parent / "docs" / "harbour.md").write_text("# Harbour\n\nA walrus guards the gate.")
    filled.sync("docs", ray=cluster.address)
    [proposal, *_] = filled.index.search_terms("walrus", READERS, 20)
    assert proposal.key not in dict(expected["vectors"])


MARK = "died"
real_build = building.build


def dies_after_writing(versions: Any, shipped: Any, place: Any, entries: Any, serial: int) -> Any:
    """The first worker that has written the second portion ends before it can say so."""
    mark = Path(place.root).parent / MARK
    built = real_build(versions, shipped, place, entries, serial)
    if serial == 8 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return built


def test_a_machine_that_dies_leaves_nothing_behind_and_costs_a_retry(
    cluster: RunningCluster, filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = contents(filled)
    monkeypatch.setattr(building, "build", dies_after_writing)
    filled.reindex(ANEW, ray=cluster.address)
    assert list(filled.root.rglob(MARK))
    assert contents(filled) == expected
    known = set()
    for path in (filled.root / ".wellread" / "lance").rglob("_versions"):
        import lance

        for fragment in lance.dataset(str(path.parent)).get_fragments():
            known |= {Path(file.path).name for file in fragment.metadata.files}
    assert fragments(filled.root) <= known


def fails(versions: Any, shipped: Any, place: Any, entries: Any, serial: int) -> Any:
    return (
        ClusterError("the bucket is gone")
        if serial
        else real_build(versions, shipped, place, entries, serial)
    )


def test_what_fails_half_way_changes_nothing_and_can_be_done_again(
    cluster: RunningCluster, filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = contents(filled)
    with monkeypatch.context() as during:
        during.setattr(building, "build", fails)
        with pytest.raises(ClusterError, match="the bucket is gone"):
            filled.reindex(ANEW, ray=cluster.address)
    assert contents(filled) == expected
    filled.reindex(ANEW, ray=cluster.address)
    assert contents(filled) == expected


def test_a_machine_that_does_not_see_the_index_says_so(
    cluster: RunningCluster, filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "build", elsewhere)
    with pytest.raises(ClusterError, match="does not see the index at /nowhere"):
        filled.reindex(ANEW, ray=cluster.address)


def elsewhere(versions: Any, shipped: Any, place: Any, entries: Any, serial: int) -> Any:
    return real_build(versions, shipped, type(place)(root="/nowhere"), entries, serial)
