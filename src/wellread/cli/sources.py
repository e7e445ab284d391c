"""Commands about sources that are there: sources, sources trust."""

from typing import Annotated, Any

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say, tell
from wellread.records.knowledge import ItemState, SourceRecord
from wellread.records.trust import TIERS

app = typer.Typer(
    invoke_without_command=True, help="Every source, what became of it, and how far it is trusted."
)
States = list[ItemState]


@app.callback()
@command
def sources(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Every source: its kind, place, readers and trust, how many documents came of it, and what could not be read."""
    if context.invoked_subcommand is not None:
        return
    with opened(workspace) as opened_workspace:
        held = opened_workspace.catalogue.knowledge
        states = [(source, list(held.states(source.name).values())) for source in held.sources()]
    if as_json:
        print_json({"sources": [_shape(source, items) for source, items in states]})
        return
    for source, items in states:
        _say(source, items)
    if not states:
        tell("there is no source yet: wellread add LOCATION")


@app.command("trust")
@command
def trust(
    name: Annotated[str, typer.Argument(help="The source's name.")],
    level: Annotated[str, typer.Argument(metavar="TIER", help=f"One of {', '.join(TIERS)}.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how far a source is to be relied on; searches and answers show it from now on."""
    from wellread.workspace import OPERATOR

    with opened(workspace) as opened_workspace:
        source = opened_workspace.catalogue.knowledge.set_trust(name, level, OPERATOR)
    if as_json:
        print_json({"source": source.name, "trust": source.trust})
    else:
        say(f"{source.name}: {source.trust}")


def _shape(source: SourceRecord, items: States) -> dict[str, Any]:
    return {
        "source": source.name,
        "kind": source.kind,
        "location": source.location,
        "readers": sorted(source.readers),
        "trust": source.trust,
        "options": dict(source.options),
        "documents": sum(len(one.documents) for one in items),
        "failed": [{"uri": one.uri, "error": one.error} for one in items if one.error and not one.is_held],
        "held": [{"uri": one.uri, "reason": one.error} for one in items if one.is_held],
    }


def _say(source: SourceRecord, items: States) -> None:
    failed = [one for one in items if one.error and not one.is_held]
    held = [one for one in items if one.is_held]
    documents = sum(len(one.documents) for one in items)
    say(
        f"{source.name}  {source.kind}  {source.location}  for {', '.join(sorted(source.readers))}  "
        f"trust: {source.trust}"
    )
    say(f"  {documents} documents, {len(failed)} items could not be read, {len(held)} are held back")
    for one in failed:
        say(f"  {one.uri}: {one.error}")
    for one in held:
        say(f"  held back: {one.uri}: {one.error}")
