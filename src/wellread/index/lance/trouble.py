"""Telling what went wrong: the storage's refusals from everything else, ours from the caller's."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry

Batches = Iterable[tuple[Sequence[Entry], Vectors]]


class Callers:
    """Batches of whoever asks for a rebuild; what goes wrong in there is theirs, and is not reported as ours."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self.failed: BaseException | None = None

    def __iter__(self) -> Iterator[tuple[Sequence[Entry], Vectors]]:
        try:
            yield from self._batches
        except GeneratorExit:
            raise
        except BaseException as error:
            self.failed = error
            raise


@contextmanager
def passed_over() -> Iterator[None]:
    """Go on where the storage refuses."""
    try:
        yield
    except BaseException as error:
        if not refused(error):
            raise


def refused(error: BaseException) -> bool:
    """Whether the disk, the storage or Lance said no. Rust's panics come as a BaseException that cannot be imported."""
    return isinstance(error, OSError | ValueError | RuntimeError) or type(error).__name__ == "PanicException"
