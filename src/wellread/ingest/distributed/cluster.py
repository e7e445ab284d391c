"""A Ray cluster as this house uses it: calls are answered in their order, a bounded number ahead, each once.

    calls ──► at most `ahead` under way ──► machines ──► answers, in the order of the calls

A worker process that dies is replaced and its call made again; a call that ends ATTEMPTS workers is answered with
`Died`. A machine that is lost is nobody's fault, and its calls are made again elsewhere.
"""

import contextlib
import logging
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellread.errors import ClusterError, UsageError
from wellread.ingest.distributed import address as addresses
from wellread.ingest.distributed import sameness
from wellread.ingest.distributed.tasks import describe

ATTEMPTS = 3
"""Workers that one call may end before it is given up."""
MOST_LOST = 20
"""Machines that may be lost under one call before the cluster is."""
CALLS_PER_PROCESSOR = 3
"""Under way at once: one that runs, one that waits for it, one whose answer waits for its turn."""
BYTES_AHEAD = 64 * 1024**2
"""Bytes of the calls under way together, so that they fit into a small object store; one call may be larger."""
CHECKING_SECONDS = 120.0

_INSTALL = "install the same release of Wellread and of its libraries on every machine, with `wellread[ray]`"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `tasks`, what it is given, and how many bytes that is."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Died:
    """The answer to a call that ended every worker that tried it."""

    attempts: int
    reason: str


@dataclass(slots=True)
class _Underway:
    call: Call | None
    answer: Any


class Cluster:
    """A connection to a cluster. For one thread; use it as a context manager, or `close` it."""

    def __init__(self, address: str) -> None:
        """Connect, and see that all machines are alike.

        Raises UsageError (no such form of address; Ray is not installed; this process is connected to another cluster)
        and ClusterError (it does not answer; a machine has other versions).
        """
        self._address = addresses.checked(address)
        self._ray = _installed()
        self._held = contextlib.ExitStack()
        self._is_mine = not self._ray.is_initialized()
        self._remote: dict[Callable[..., Any], Any] = {}
        try:
            if self._is_mine:
                self._connect()
            else:
                self._share()
            self.processors = int(self._ray.cluster_resources().get("CPU", 0))
            """Of all machines together."""
            self._check()
        except BaseException:
            self.close()
            raise

    def in_order(self, calls: Iterable[Call | None]) -> Generator[Any]:
        """The answers to `calls`, in their order; None for None. Closing it ends what is under way.

        Raises ClusterError when the cluster fails.
        """
        waiting: deque[_Underway] = deque()
        coming = iter(calls)
        try:
            while True:
                waiting.extend(self._started(coming, waiting))
                if not waiting:
                    return
                answer = self._answer(waiting[0])
                waiting.popleft()
                yield answer
        finally:
            for one in waiting:
                if one.call is not None:
                    self._ray.cancel(one.answer)

    def put(self, content: bytes) -> Any:
        """A reference to `content` in the cluster's object store."""
        return self._ray.put(content)

    def close(self) -> None:
        """Let go of the cluster, which ends this process's work on it. Calling twice is harmless."""
        if self._is_mine:
            self._is_mine = False
            self._held.close()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self) -> None:
        address = self._address
        if address == "auto":
            address = self._found()
        addresses.reach(address)
        # What Ray has to say of its machines is for people: standard output is for data.
        self._held.enter_context(contextlib.redirect_stdout(sys.stderr))
        handler = signal.getsignal(signal.SIGTERM)  # Ray puts in its own
        if handler is not None and threading.current_thread() is threading.main_thread():
            self._held.callback(signal.signal, signal.SIGTERM, handler)
        self._held.callback(self._ray.shutdown)
        # Ray has its workers import from the current folder first, and there may be strangers' files.
        package = Path(__file__).parents[3]
        try:
            with contextlib.chdir(package):
                self._ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except Exception as error:  # whatever it is: ConnectionError, RuntimeError, ValueError, Ray's own
            raise addresses.unreachable(address, _last_line(error)) from error

    def _share(self) -> None:
        """Use the connection that this process has already, and leave it to whoever made it."""
        connected = self._ray.get_runtime_context().gcs_address
        if self._address not in ("auto", connected):
            raise UsageError(
                f"this process is connected to the Ray cluster at {connected}, and cannot be to another at "
                f"{self._address}: give that address, or end the connection first (ray.shutdown())"
            )

    def _found(self) -> str:
        """The address of the cluster that runs on this machine."""
        from ray._private.services import canonicalize_bootstrap_address  # there is no public way to ask

        try:
            return str(canonicalize_bootstrap_address("auto"))
        except Exception as error:  # Ray's own, without a public base
            raise addresses.unreachable("auto", "none runs on this machine") from error

    def _check(self) -> None:
        """Every machine has the versions that are here."""
        if self.processors < 1:
            raise ClusterError(
                f"the Ray cluster at {self._address} has no processors: start `ray start` with --num-cpus on a machine"
            )
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        asked = {
            f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})": self._ray.remote(describe)
            .options(
                num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            )
            .remote()
            for node in self._ray.nodes()
            if node["Alive"] and node["Resources"].get("CPU")
        }
        for machine, answer in asked.items():
            try:
                _, versions = self._ray.get(answer, timeout=CHECKING_SECONDS)
            except self._ray.exceptions.RayError as error:
                raise ClusterError(
                    f"{machine} cannot do Wellread's work: {_last_line(error)}; {_INSTALL}"
                ) from error
            if found := sameness.differences(sameness.here(), versions):
                raise unlike(machine, found)

    def _started(self, coming: Iterator[Call | None], waiting: Sequence[_Underway]) -> Iterator[_Underway]:
        count, size = len(waiting), sum(one.call.size for one in waiting if one.call)
        while count < max(self.processors, 2) * CALLS_PER_PROCESSOR and size < BYTES_AHEAD:
            try:
                call = next(coming)
            except StopIteration:
                return
            count += 1
            size += call.size if call else 0
            yield _Underway(call, None if call is None else self._begin(call))

    def _begin(self, call: Call) -> Any:
        if call.function not in self._remote:
            # Ray would try again without end, and without a word, what ends its workers.
            self._remote[call.function] = self._ray.remote(num_cpus=1, max_retries=0)(call.function)
        return self._remote[call.function].remote(*call.arguments)

    def _answer(self, underway: _Underway) -> Any:
        if underway.call is None:
            return None
        errors = self._ray.exceptions
        ended = lost = 0
        while True:
            try:
                return self._ray.get(underway.answer)
            except (errors.WorkerCrashedError, errors.OutOfMemoryError) as error:
                ended, reason = ended + 1, error
            except (errors.NodeDiedError, errors.ObjectLostError) as error:
                lost, reason = lost + 1, error
            except errors.RayError as error:
                raise ClusterError(
                    f"a machine of the Ray cluster at {self._address} failed: {_last_line(error)}; mend that and "
                    "run the same command again, which goes on from what was finished"
                ) from error
            if ended >= ATTEMPTS:
                return Died(ended, "too little memory" if isinstance(reason, errors.OutOfMemoryError) else "")
            if lost >= MOST_LOST:
                raise ClusterError(f"the Ray cluster at {self._address} loses its machines: look after it")
            underway.answer = self._begin(underway.call)


def unlike(machine: str, differences: str) -> ClusterError:
    """What to say of a machine whose documents might be others."""
    return ClusterError(f"{machine} is not like this machine: {differences}; {_INSTALL}")


def _installed() -> Any:
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise UsageError(
            "work on other machines needs Ray: pip install 'wellread[ray]', here and on those machines"
        ) from error
    return ray


def _last_line(error: BaseException) -> str:
    return next(
        (line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__
    )
