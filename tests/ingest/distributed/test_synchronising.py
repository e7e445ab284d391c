"""A workspace that a cluster reads for is the one that this process would have made."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from executor_contract import write_files
from ray_cluster import SOURCE, RunningCluster, running_cluster

import wellread
from wellread.cli.shell import INTERRUPTED
from wellread.errors import ClusterError, UsageError
from wellread.records.people import EVERYONE
from wellread.workspace import Workspace

FAKES = 'generator = "fake"\nembedder = "fake"\n'
READERS = frozenset([EVERYONE])


@contextmanager
def workspace_at(root: Path) -> Iterator[Workspace]:
    if not root.exists():
        root.mkdir()
        (root / "wellread.toml").write_text(FAKES)
    with wellread.open(root) as opened:
        yield opened


def contents(workspace: Workspace, source: str = "docs") -> dict[str, Any]:
    """Everything that is known of a source's documents and passages, and every vector's bytes."""
    knowledge = workspace.catalogue.knowledge
    keys = sorted(knowledge.passage_keys())
    vectors = workspace.index.vectors(keys)
    return {
        "states": {uri: repr(state) for uri, state in sorted(knowledge.states(source).items())},
        "passages": [repr(one) for _, one in sorted(knowledge.confirm(keys, READERS).items())],
        "entries": [repr(one) for one in knowledge.entries(keys)],
        "vectors": [(key, vectors[key].tobytes()) for key in keys],
        "indexed": sorted(workspace.index.keys()),
    }


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_files(tmp_path / "docs")


@pytest.fixture
def expected(tmp_path: Path, documents: Path) -> dict[str, Any]:
    """What a workspace holds for which this process has read."""
    with workspace_at(tmp_path / "local") as workspace:
        workspace.add(documents, name="docs")
        return contents(workspace)


def test_catalogue_and_index_are_the_same_to_the_byte(
    cluster: RunningCluster, tmp_path: Path, documents: Path, expected: dict[str, Any]
) -> None:
    with workspace_at(tmp_path / "far") as workspace:
        report = workspace.add(documents, name="docs", ray=cluster.address)
        assert (report.added, [one.uri for one in report.failed]) == (
            24,
            ["box.zip!/b.pdf", "broken.pdf", "tool.exe"],
        )
        assert contents(workspace) == expected
        assert expected["vectors"]

        # A page changes and one goes: the cluster reads the one, and nothing else.
        (documents / "harbour.md").write_text("# Harbour\n\nThe gate closes at eleven.")
        (documents / "0.md").unlink()
        [report] = workspace.sync("docs", ray=cluster.address)
        assert (report.added, report.changed, report.removed) == (0, 1, 1)
        assert "eleven" in workspace.search("When does the gate close?").hits[0].passage.text


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    cluster: RunningCluster, tmp_path: Path, documents: Path, expected: dict[str, Any]
) -> None:
    over, killed = threading.Event(), []

    def kill() -> None:
        while not over.is_set() and len(killed) < 3:
            for worker in cluster.busy("read"):
                os.kill(worker, signal.SIGKILL)
                killed.append(worker)
                over.wait(0.3)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with workspace_at(tmp_path / "far") as workspace:
            workspace.add(documents, name="docs", ray=cluster.address)
            found = contents(workspace)
    finally:
        over.set()
        killer.join()
    assert killed, "no worker was at work when it was to be killed"
    assert found == expected


def test_an_index_is_built_anew_on_the_cluster(
    cluster: RunningCluster, tmp_path: Path, documents: Path
) -> None:
    from wellread.flows.reindex import ReindexRequest

    with workspace_at(tmp_path / "far") as workspace:
        workspace.add(documents, name="docs")
        before = contents(workspace)
        done = workspace.reindex(ReindexRequest(anew=True), ray=cluster.address)
        assert done.embedded == len(before["vectors"])
        assert contents(workspace) == before


@pytest.mark.parametrize("address", ["", "nowhere", "host:port", "http://host:1", "local", "host:123456"])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    with workspace_at(tmp_path / "local") as workspace, pytest.raises(UsageError, match=r"HOST:PORT"):
        workspace.sync(ray=address)


def program(*arguments: object, cwd: Path, before: str = "") -> subprocess.Popen[str]:
    """`wellread ARGUMENTS` in a process of its own."""
    code = f"{before}\nfrom wellread.cli import main\nmain()"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")])),
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WITHOUT_RAY = """
import importlib.abc, sys
class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "ray":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.parametrize("answers", [False, True])
def test_a_cluster_that_cannot_be_reached_is_named_at_once_and_blamed_on_no_source(
    tmp_path: Path, documents: Path, answers: bool
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'wellread[ray]'")
    with workspace_at(tmp_path / "local") as workspace:
        workspace.add(documents, name="docs")
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
            if not answers:
                server.close()
            process = program("sync", "--ray", address, "-w", workspace.root, cwd=tmp_path)
            if answers:
                visitor, _ = server.accept()
                visitor.sendall(b"220 harbour.example ready\r\n")
            _, told = process.communicate(timeout=60)
            assert process.returncode == ClusterError.exit_code
            assert f"no Ray cluster can be reached at {address}" in told
            assert ("something else answers there" in told) == answers
            assert "`ray start --head`" in told
        [report] = workspace.sync()
        assert report.unchanged
        assert workspace.catalogue.schedule.standing("docs").failures == 0


def test_without_ray_it_says_what_to_install(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "local") as workspace:
        root = workspace.root
    process = program("sync", "--ray", "auto", "-w", root, cwd=tmp_path, before=WITHOUT_RAY)
    _, told = process.communicate(timeout=60)
    assert process.returncode == UsageError.exit_code
    assert "pip install 'wellread[ray]'" in told


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_or_killed_synchronisation_ends_its_work_and_the_next_goes_on(
    cluster: RunningCluster, tmp_path: Path, documents: Path, expected: dict[str, Any], sent: signal.Signals
) -> None:
    idle = set(cluster.workers())
    for number in range(400):
        (documents / f"more-{number}.md").write_text(f"# More {number}\n\n" + "The tide comes in. " * 900)
    # Python files of strangers in the folder where it is started are nobody's modules, here or on the machines.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for module in ("json", "lxml", "wellread"):
        (elsewhere / f"{module}.py").write_text("import os; os.abort()")
    root = tmp_path / "far"
    with workspace_at(root):
        pass
    process = program("add", documents, "--name", "docs", "--ray", cluster.address, "-w", root, cwd=elsewhere)
    until = time.monotonic() + 60
    while not cluster.busy("read") and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(sent)
    _, told = process.communicate(timeout=60)
    if sent == signal.SIGINT:
        assert process.returncode == INTERRUPTED, told
        assert "interrupted: what was finished is kept" in told
    else:
        assert process.returncode == -sent
    until = time.monotonic() + 20
    while (left := set(cluster.busy("read")) - idle) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left
    for path in documents.glob("more-*"):
        path.unlink()
    with workspace_at(root) as workspace:
        workspace.sync("docs")
        found = contents(workspace)
    # Passages are numbered otherwise, since some were there before these.
    assert set(found["states"]) == set(expected["states"])
    assert sorted(vector for _, vector in found["vectors"]) == sorted(
        vector for _, vector in expected["vectors"]
    )


@pytest.mark.slow
def test_a_machine_that_is_lost_costs_a_retry(
    tmp_path: Path, documents: Path, expected: dict[str, Any]
) -> None:
    (tmp_path / "home").mkdir()
    with running_cluster(tmp_path / "home") as own:
        root = tmp_path / "far"
        with workspace_at(root):
            pass
        process = program("add", documents, "--json", "--ray", own.address, "-w", root, cwd=tmp_path)
        while len(own.busy("read")) == 0 and process.poll() is None:
            time.sleep(0.002)
        os.kill(own.second, signal.SIGKILL)
        data, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    # Ray tells people of the loss, and nobody else.
    assert "(raylet)" in told
    assert json.loads(data)["added"] == 24
    with workspace_at(root) as workspace:
        assert contents(workspace) == expected
