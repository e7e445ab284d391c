"""A Ray cluster of two machines that are both this one, in processes of their own, on loopback alone.

python ray_cluster.py      prints the address and the machines' process ids, and ends them when its input ends
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.2"
"""Ray takes 127.0.0.1 for the machine's address in the network."""
STORE = 100 * 1024**2

SOURCE = Path(__file__).parents[2] / "src"


@dataclass(frozen=True)
class RunningCluster:
    """A cluster, by the address of its head and the process that holds its second machine together."""

    address: str
    second: int

    def workers(self) -> list[int]:
        """Process ids of all workers that read or embed now, or wait for that."""
        return [one for one in _processes() if _command(one).startswith("ray::")]

    def busy(self, task: str) -> list[int]:
        """Of those that are at `task`, such as read."""
        return [one for one in self.workers() if _command(one).startswith(f"ray::{task}")]


@contextmanager
def running_cluster(home: Path) -> Iterator[RunningCluster]:
    """Two machines of one processor each, whose users have an empty folder for weights in `home`, which is on their
    Python path. Everything of it is ended in the end, also when starting fails."""
    environment = {
        **os.environ,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",  # Ray lets all others go first, for which tests need not wait
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(home), str(SOURCE), os.environ.get("PYTHONPATH")])),
    }
    process = subprocess.Popen(
        [sys.executable, __file__],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd="/",
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        told = process.stdout.readline().split()
        assert len(told) == 2, "the cluster did not start"
        yield RunningCluster(told[0], int(told[1]))
        process.stdin.close()
        process.wait(timeout=30)
    finally:
        family = _descendants(process.pid)
        process.kill()
        process.wait()
        for one in family:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _command(process: int) -> str:
    with suppress(OSError):
        return (
            Path(f"/proc/{process}/cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
            .strip()
        )
    return ""


def _parent(process: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _descendants(process: int) -> list[int]:
    parents = {one: _parent(one) for one in _processes()}
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _serve() -> None:
    from ray.cluster_utils import Cluster

    common: dict[str, Any] = {
        "num_cpus": 1,
        "object_store_memory": STORE,
        "include_dashboard": False,
        "node_ip_address": LOOPBACK,
    }
    cluster = Cluster(initialize_head=True, head_node_args=common)
    try:
        second = cluster.add_node(**common)
        [raylet] = second.all_processes["raylet"]
        print(cluster.address, raylet.process.pid, flush=True)
        sys.stdin.read()
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]  # Ray types its own part of this only


if __name__ == "__main__":
    _serve()
