"""Commands about where and how things are kept: move-catalogue, reindex."""

import os
from contextlib import suppress
from typing import Annotated

import typer

from wellread.cli.progress import counting_bar
from wellread.cli.shell import JsonOption, RayOption, WorkspaceOption, command, opened, print_json, say, tell


@command
def move_catalogue(
    url: Annotated[
        str, typer.Argument(help="An empty database: postgresql://user@host/name, or a file's sqlite:///.")
    ],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the catalogue into another database, compare every row, and use that one from now on."""
    with opened(workspace) as opened_workspace:
        counts = opened_workspace.move_catalogue(url)
    if as_json:
        print_json({"rows": counts})
        return
    say(f"{sum(counts.values())} rows of {len(counts)} tables moved and compared")
    tell(
        "the old catalogue stays where it is, unused: remove it once you are content, it still holds every text"
    )
    tell("a password is not written into wellread.toml: give it as PGPASSWORD, or in ~/.pgpass")


@command
def reindex(
    embedder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Another embedding model; it is written into wellread.toml. By default that one.",
        ),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Embed everything again, also for the same one.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Let the former index serve again, or give up one under way.")
    ] = False,
    drop_former: Annotated[
        bool, typer.Option("--drop-former", help="Remove the former index, or one under way.")
    ] = False,
    ray: RayOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the index for another embedding model while the one there answers, then let it serve."""
    from wellread.flows.reindex import ReindexRequest

    with suppress(OSError):
        os.nice(10)  # whoever searches meanwhile goes first
    request = ReindexRequest(embedder=embedder, anew=anew, back=back, drop_former=drop_former)
    with opened(workspace) as opened_workspace, counting_bar("indexing") as move:
        done = opened_workspace.reindex(request, move, ray=ray)
    if as_json:
        print_json(done)
        return
    say(f"{done.serving} serves; {done.embedded} passages embedded in {done.seconds:.1f} s")
    if done.former:
        tell(f"the index of {done.former} is kept: `wellread reindex --back`, or --drop-former to remove it")
