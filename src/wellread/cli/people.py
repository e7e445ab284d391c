"""Commands about people: people add, people list."""

from typing import Annotated

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say

app = typer.Typer(no_args_is_help=True, help="People and their groups.")


@app.command("add")
@command
def add(
    name: Annotated[str, typer.Argument(help="What the person is called.")],
    group: Annotated[
        list[str] | None, typer.Option("--group", metavar="G", help="A group they are in; may be repeated.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a person, or more groups to a person."""
    with opened(workspace) as opened_workspace:
        person = opened_workspace.add_person(name, group or [])
    if as_json:
        print_json({"name": person.name, "groups": person.groups})
    else:
        say(f"{person.name}: {', '.join(person.groups) or 'no groups'}")


@app.command("list")
@command
def list_people(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Everybody and their groups."""
    with opened(workspace) as opened_workspace:
        people = opened_workspace.catalogue.people.people()
    if as_json:
        print_json({"people": [{"name": one.name, "groups": one.groups} for one in people]})
    for one in people if not as_json else []:
        say(f"{one.name}: {', '.join(one.groups) or 'no groups'}")
