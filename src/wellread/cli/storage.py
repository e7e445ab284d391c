"""Commands about where things are kept: move-catalogue."""

from typing import Annotated

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say, tell


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
