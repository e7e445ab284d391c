"""A cluster of two machines keeps the contract of executors, whatever happens to its workers."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from executor_contract import ExecutorContract, file
from ray_cluster import RunningCluster

from wellread.errors import ClusterError, ParseError
from wellread.ingest.distributed import sameness, tasks
from wellread.ingest.distributed.cluster import Call, Cluster
from wellread.ingest.distributed.executor import RayExecutor
from wellread.ingest.distributed.tasks import Limits
from wellread.ingest.executor import Outcome, cut
from wellread.ingest.parse.expand import expand
from wellread.models.fetch import default_cache_dir, find
from wellread.models.registry import embedder_files, open_embedder
from wellread.models.weights import EMBEDDER, known


@pytest.fixture(scope="module")
def connected(cluster: RunningCluster) -> Iterator[Cluster]:
    from ray import cloudpickle

    # The cluster's machines have no tests: what these functions do is sent along.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with Cluster(cluster.address) as opened:
        yield opened
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


@pytest.fixture
def executor(connected: Cluster) -> RayExecutor:
    return RayExecutor(connected, open_embedder, embedder_files)


class TestRayExecutor(ExecutorContract):
    pass


def ends_its_worker(versions: object, limits: object, name: str, data: bytes) -> Outcome:
    if data == b"bad":
        os.kill(os.getpid(), signal.SIGKILL)
    return cut(name, data, expand)


def slow(seconds: float, number: int) -> int:
    time.sleep(seconds)
    return number


def confinement(name: str, data: bytes) -> str:
    """What the kernel says of the child that reads on that machine."""
    workers = tasks._workers(Limits())
    workers.read(name, data)
    assert workers._child is not None
    return Path(f"/proc/{workers._child._process.pid}/status").read_text()


def test_a_file_that_ends_its_workers_is_reported_and_the_rest_is_read(
    executor: RayExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "read", ends_its_worker)
    files = [file(f"{number}.txt", b"bad" if number == 2 else b"good") for number in range(6)]
    outcomes = list(executor.read_each(files))
    [bad] = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, ParseError)]
    assert bad == 2
    assert "ended 3 worker processes" in str(outcomes[2])


def test_a_worker_that_is_killed_costs_a_retry(cluster: RunningCluster, connected: Cluster) -> None:
    over = threading.Event()
    killed: list[int] = []

    def kill() -> None:
        while not over.wait(0.01) and len(killed) < 2:
            for worker in cluster.busy("slow"):
                if worker not in killed:
                    killed.append(worker)
                    os.kill(worker, signal.SIGKILL)
                    break

    killer = threading.Thread(target=kill)
    killer.start()
    answers = list(connected.in_order(Call(slow, (0.1, number)) for number in range(12)))
    over.set()
    killer.join()
    assert killed
    assert answers == list(range(12))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("import time; time.sleep(60)", "longer than 2 s"),
        ("import os; os.abort()", "SIGABRT"),
        ("held = [bytearray(50_000_000) for _ in range(100)]", "MB of memory"),
    ],
)
def test_the_limits_of_a_file_hold_on_the_machines_too(
    children: Path, connected: Cluster, statement: str, reason: str
) -> None:
    (children / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'wellread.ingest.parse.worker' in sys.orig_argv:\n"
        "    from wellread.ingest.parse import text\n"
        "    parse = text.parse_text\n"
        "    def bad(data):\n"
        "        if data == b'bad':\n"
        f"            {statement}\n"
        "        return parse(data)\n"
        "    text.parse_text = bad\n"
    )
    # Limits of their own start children of their own.
    limits = Limits(seconds=2, memory=Limits().memory - len(statement) * 1024**2)
    harmful = RayExecutor(connected, open_embedder, embedder_files, limits)
    try:
        bad, good = harmful.read_each([file("bad.txt", b"bad"), file("good.txt", b"good")])
    finally:
        (children / "sitecustomize.py").unlink()
    assert isinstance(bad, ParseError)
    assert reason in str(bad)
    assert not isinstance(good, ParseError)


def test_a_file_is_read_in_a_confined_child_of_the_machines_worker(connected: Cluster) -> None:
    [status] = connected.in_order([Call(confinement, ("a.txt", b"text"))])
    if not Path("/proc/sys/kernel/seccomp").exists():
        pytest.skip("this kernel has no seccomp")
    assert "Seccomp:\t2" in status


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """The default embedder's files, in a folder of this process alone."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for part in (EMBEDDER, f"{EMBEDDER}.tokenizer"):
        path = find(known(part), default_cache_dir())
        if path is None:
            pytest.skip(f"the weights {part} are not here")
        shutil.copy(path, folder)
    return folder


def shipped(connected: Cluster, folder: Path) -> RayExecutor:
    return RayExecutor(
        connected,
        open_embedder,
        lambda _: {part: folder / known(part).file for part in (EMBEDDER, f"{EMBEDDER}.tokenizer")},
    )


def test_weights_come_out_of_the_object_store_where_a_machine_has_none(
    connected: Cluster, weights: Path
) -> None:
    embedder = shipped(connected, weights).embedder(EMBEDDER)
    embedder.ship()
    shutil.rmtree(weights)
    texts = [f"The gate {number} closes at ten." for number in range(40)]
    assert embedder.embed(texts).tobytes() == open_embedder(EMBEDDER).embed(texts).tobytes()


def test_other_weights_than_here_are_refused(connected: Cluster, weights: Path) -> None:
    path = weights / known(EMBEDDER).file
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    embedder = shipped(connected, weights).embedder(EMBEDDER)
    embedder.ship()
    shutil.rmtree(weights)
    with pytest.raises(ClusterError, match=r"SHA-256 .* expected is ac88d203"):
        embedder.embed(["text"] * 40)


def test_a_machine_with_another_release_is_refused(
    cluster: RunningCluster, executor: RayExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = {**sameness.here(), "onnxruntime": "0.1"}
    monkeypatch.setattr(sameness, "here", lambda: mine)
    with pytest.raises(
        ClusterError, match=r"onnxruntime is .* there and 0\.1 here; install the same release"
    ):
        Cluster(cluster.address)
    with pytest.raises(ClusterError, match="is not like this machine: onnxruntime"):
        list(executor.read_each([file("a.txt", b"text")]))
