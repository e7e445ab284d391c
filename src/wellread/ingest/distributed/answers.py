"""What a machine answers when it is asked to embed or to build: what it made, or why there is none."""

from typing import Any

from wellread.errors import ClusterError, WellreadError
from wellread.ingest.distributed.cluster import Died, unlike
from wellread.ingest.distributed.tasks import Unlike


def made(answer: Any, doing: str) -> Any:
    """The answer, if it is what was asked for. Raises ClusterError; `doing` is what the machine was at."""
    if isinstance(answer, Unlike):
        raise unlike(answer.machine, answer.differences)
    if isinstance(answer, Died):
        raise ClusterError(
            f"{doing} ended {answer.attempts} worker processes of the cluster: give its machines more memory, or "
            "leave out --ray"
        )
    if isinstance(answer, WellreadError):
        raise ClusterError(str(answer)) from answer
    return answer
