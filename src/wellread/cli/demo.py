"""The tour: the sample organisation from documents to a decision, with nothing to prepare."""

from pathlib import Path
from typing import Annotated

import typer

from wellread.cli.shell import command, tell


@command
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo workspace goes.")] = Path(
        "demo"
    ),
    minutes: Annotated[float, typer.Option(metavar="N", help="Time for the training steps.")] = 2,
    questions: Annotated[
        int, typer.Option(metavar="N", help="Held-out questions to compare on, at most.")
    ] = 40,
) -> None:
    """Install weights, read a sample organisation, ask as three people, tune, compare and decide."""
    from wellread.cli.tour import tour

    tour(folder, minutes=minutes, questions=questions)
    tell(f"the workspace stays in {folder}; try: wellread -h")
