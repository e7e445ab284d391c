"""Telling what went wrong: the storage's refusals from everything else, ours from the caller's."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from wellread.models.protocols import Vectors
from wellread.records.knowledge import Entry

Given = TypeVar("Given")
Batches = Iterable[tuple[Sequence[Entry], Vectors]]


class Failed:
    """What went wrong at whoever asked for a rebuild; that is theirs, and is not reported as ours."""

    failed: BaseException | None = None


class Callers(Failed, Generic[Given]):
    """What whoever asks for a rebuild gives for it; what goes wrong in there is noted, here or in `failed`."""

    def __init__(self, batches: Iterable[Given], failed: Failed | None = None) -> None:
        self._batches = batches
        self._noted = failed or self

    def __iter__(self) -> Iterator[Given]:
        try:
            yield from self._batches
        except GeneratorExit:
            raise
        except BaseException as error:
            self._noted.failed = error
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
