"""What every command shares: its common options, how it opens the workspace, how it ends.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 refused by a gate, 130 interrupted.
"""

import functools
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console

from wellread.errors import UsageError, WellreadError
from wellread.settings import find_workspace

if TYPE_CHECKING:
    from wellread.records.knowledge import Held
    from wellread.workspace import Workspace

INTERRUPTED = 130

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "-w",
        "--workspace",
        metavar="DIR",
        help="The workspace; by default the nearest folder upward with a wellread.toml.",
    ),
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="Act as this person; by default as anybody, who sees what is open to everyone.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="What held at the end of that day (2024-03-15), or at that moment, in sources that keep their history.",
    ),
]
RayOption = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Read and embed on the machines of this Ray cluster: auto, HOST:PORT or ray://HOST:PORT.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
]

# Without emoji, since text of a document must come out as it went in; unwrapped, so that messages can be searched.
out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

P = ParamSpec("P")
T = TypeVar("T")

_CONTROLS = {
    code: "\ufffd" for code in (*range(32), *range(127, 160), 0x202D, 0x202E) if chr(code) not in "\t\n"
}
"""Characters that a terminal obeys: a document must not clear the screen of whoever reads it, nor turn round the order
of the letters after it."""
_CONTROLS_IN_JSON = {code: f"\\u{code:04x}" for code in _CONTROLS if code > 32}
"""The same as JSON writes them; those below a space it never has as they are."""


def command(function: Callable[P, T]) -> Callable[P, T]:
    """Errors of ours become their message and exit code; Ctrl-C says that nothing was lost."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except WellreadError as error:
            tell(f"error: {error}")
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as interrupt:
            tell("interrupted: what was finished is kept, and the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from interrupt
        except BrokenPipeError as closed:  # the reader of our output has seen enough
            _discard_output()
            raise typer.Exit(WellreadError.exit_code) from closed
        except UnicodeEncodeError as error:
            tell(f"error: {error.object!r} is not UTF-8 text: write it in UTF-8")
            raise typer.Exit(UsageError.exit_code) from error
        except OSError as error:
            tell(f"error: {_of_the_system(error)}")
            raise typer.Exit(WellreadError.exit_code) from error

    return guarded


def opened(folder: Path | None) -> "Workspace":
    """The workspace named, or the nearest one upward. Messages of what takes long go to stderr."""
    from wellread.workspace import open_workspace

    workspace = open_workspace(folder if folder else find_workspace(Path.cwd()))
    workspace.report = tell
    return workspace


def tell(line: str) -> None:
    """A message for people, on stderr."""
    err.print(line.translate(_CONTROLS), markup=False)


def hint(line: str) -> None:
    """A message that can be passed over, on stderr, dim where colours are shown."""
    err.print(line.translate(_CONTROLS), markup=False, style="dim")


def say(text: str, end: str = "\n") -> None:
    """Data for people, on stdout, at once; without the characters that a terminal would obey."""
    print(text.translate(_CONTROLS), end=end, flush=True)


def print_json(value: Any) -> None:
    """`value` as JSON on stdout: dataclasses as objects, sets sorted."""
    written = json.dumps(value, default=_plain, ensure_ascii=False, indent=2)
    print(written.translate(_CONTROLS_IN_JSON), flush=True)


def in_words(held: "Held") -> str:
    """When a version held, and that it does no more."""
    until = "today" if held.until is None else held.until[:10]
    return f"held from {held.since[:10]} to {until}" + ("" if held.is_current else ", not current")


def _discard_output() -> None:
    """What is still buffered has no reader; without this, Python complains of it as the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _of_the_system(error: OSError) -> str:
    if error.filename is None:
        return f"{error.strerror or error}: check the disk and its quota, then run the same command again"
    return (
        f"{error.filename}: {error.strerror}; check that it is there, that this user may use it and that the disk "
        "has room"
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
