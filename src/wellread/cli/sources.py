"""Commands about sources that are there: sources, sources trust."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say, tell
from wellread.records.knowledge import ItemState, SourceRecord
from wellread.records.trust import TIERS

if TYPE_CHECKING:
    from wellread.flows.standing import SourceStanding

app = typer.Typer(
    invoke_without_command=True, help="Every source, what became of it, and how far it is trusted."
)


@app.callback()
@command
def sources(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Every source: its kind, place, readers and trust, how many documents came of it, and what could not be read."""
    if context.invoked_subcommand is not None:
        return
    from wellread.flows.standing import standing_of_sources

    with opened(workspace) as opened_workspace:
        held = opened_workspace.catalogue.knowledge
        standings = standing_of_sources(opened_workspace.catalogue)
        known = [
            _Known(source, list(held.states(source.name).values()), standings[source.name])
            for source in held.sources()
        ]
    if as_json:
        print_json({"sources": [_shape(one) for one in known]})
        return
    for one in known:
        _say(one)
    if not known:
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
    from wellread.parts import OPERATOR

    with opened(workspace) as opened_workspace:
        source = opened_workspace.catalogue.knowledge.set_trust(name, level, OPERATOR)
    if as_json:
        print_json({"source": source.name, "trust": source.trust})
    else:
        say(f"{source.name}: {source.trust}")


@dataclass(frozen=True, slots=True)
class _Known:
    source: SourceRecord
    items: list[ItemState]
    standing: "SourceStanding"

    @property
    def documents(self) -> int:
        return sum(len(one.documents) for one in self.items)

    @property
    def failed(self) -> list[ItemState]:
        return [one for one in self.items if one.error and not one.is_held]

    @property
    def held(self) -> list[ItemState]:
        return [one for one in self.items if one.is_held]


def _shape(known: _Known) -> dict[str, Any]:
    source, standing = known.source, known.standing
    return {
        "source": source.name,
        "kind": source.kind,
        "location": source.location,
        "readers": sorted(source.readers),
        "trust": source.trust,
        "options": dict(source.options),
        "state": standing.state,
        "reason": standing.reason,
        "last_success": standing.last_success,
        "next_attempt": standing.next_attempt,
        "failures": standing.failures,
        "job": standing.job.id if standing.job else None,
        "documents": known.documents,
        "failed": [{"uri": one.uri, "error": one.error} for one in known.failed],
        "held": [{"uri": one.uri, "reason": one.error} for one in known.held],
    }


def _say(known: _Known) -> None:
    source, standing = known.source, known.standing
    readers = ", ".join(sorted(source.readers))
    say(f"{source.name}  {source.kind}  {source.location}  for {readers}  trust: {source.trust}")
    last = f", last brought up to date {standing.last_success[:19]} UTC" if standing.last_success else ""
    again = f", tried again after {standing.next_attempt[:19]} UTC" if standing.next_attempt else ""
    say(f"  {standing.state}{last}{again}" + (f": {standing.reason}" if standing.reason else ""))
    unread, held = len(known.failed), len(known.held)
    say(f"  {known.documents} documents, {unread} items could not be read, {held} are held back")
    for one in known.failed:
        say(f"  {one.uri}: {one.error}")
    for one in known.held:
        say(f"  held back: {one.uri}: {one.error}")
