"""Commands about conversations: conversations list, conversations show, conversations delete."""

from typing import Annotated

import typer

from wellread.cli.asking import answer_shape, say_citations
from wellread.cli.shell import (
    AsOption,
    JsonOption,
    WorkspaceOption,
    command,
    hint,
    opened,
    print_json,
    say,
    tell,
)
from wellread.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Your conversations, which nobody else can read.")

_ID = typer.Argument(metavar="ID|last", help="Its id, or last for your newest.")


@app.command("list")
@command
def list_conversations(
    workspace: WorkspaceOption = None, person: AsOption = None, as_json: JsonOption = False
) -> None:
    """Those of the person after --as, the newest first."""
    with opened(workspace) as opened_workspace:
        found = opened_workspace.conversations(person)
    if as_json:
        print_json({"conversations": found})
        return
    for one in found:
        say(f"{one.id}  {one.changed[:16].replace('T', ' ')}  {one.length} turns  {one.title}")
    if not found:
        tell("no conversations yet: begin one with `wellread ask --conversation new`")


@app.command()
@command
def show(
    identifier: Annotated[str, _ID] = "last",
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Its questions and answers, with what you may read today."""
    with opened(workspace) as opened_workspace:
        found, turns = opened_workspace.conversation(identifier, person)
    if as_json:
        shapes = [
            {
                "number": turn.number,
                "asked": turn.asked,
                "question": turn.question,
                "resolved": turn.resolved,
                "withheld": turn.withheld,
                **answer_shape(turn.answer),
            }
            for turn in turns
        ]
        print_json({"conversation": found, "turns": shapes})
        return
    for turn in turns:
        say(f"{turn.number}. {turn.question}")
        if turn.resolved != turn.question:
            hint(f"   understood as: {turn.resolved}")
        say(turn.answer.text)
        say_citations(turn.answer)
        say("")


@app.command()
@command
def delete(
    identifier: Annotated[str | None, typer.Argument(metavar="ID", help="Its id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of your conversations.")] = False,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete one, or all of yours. There is no way back."""
    if everything == (identifier is not None):
        raise UsageError("name the ID of one conversation, or --all")
    with opened(workspace) as opened_workspace:
        if identifier is None:
            count = opened_workspace.delete_conversations(person)
        else:
            opened_workspace.delete_conversation(identifier, person)
            count = 1
    if as_json:
        print_json({"deleted": count})
    else:
        say(f"{count} deleted")
