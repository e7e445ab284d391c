"""How far a command is: bars on stderr that go when it ends, and are silent where that is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from wellread.cli.shell import err


def bars(*columns: ProgressColumn) -> Progress:
    """Not started; each task is a line of these columns."""
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def counting_bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """One bar until the block ends, with the time left; it is moved by (done, total)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with bars(*columns) as progress:
        task = progress.add_task(doing, total=None)

        def move(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield move
