"""Commands about what is held back: quarantine, quarantine show, release, delete."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say, tell
from wellread.records.quarantine import Hold, Verdict

app = typer.Typer(
    invoke_without_command=True,
    help="What failed a check and waits for a person: listed, released or deleted, with a reason.",
)

SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help="The source's name.")]
UriArgument = Annotated[str, typer.Argument(metavar="URI", help="The item's, as it is listed.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit log.")]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="NAME", help="Act as this person; by default as whoever runs Wellread, who may all."
    ),
]
DigestOption = Annotated[
    str,
    typer.Option(
        "--digest", metavar="D", help="How the digest that was shown begins: no other bytes are meant."
    ),
]


@app.callback()
@command
def quarantine(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    person: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything that is held back: of which source, why and since when. Of its content nothing is kept."""
    if context.invoked_subcommand is not None:
        return
    from wellread.govern.quarantine import Quarantine

    with opened(workspace) as opened_workspace:
        held = Quarantine(opened_workspace.catalogue, person).held()
    if as_json:
        print_json({"held": [_shape(one) for one in held]})
        return
    for one in held:
        say(f"{one.source}  {one.uri}  {one.digest[:12]}  since {one.since[:19]}")
        say(f"  {one.reason}")
    if not held:
        tell("nothing is held back" + (" that you may decide on" if person else ""))


@app.command("show")
@command
def show(
    source: SourceArgument,
    uri: UriArgument,
    workspace: WorkspaceOption = None,
    person: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every version of an item that failed a check, and what was decided on it."""
    from wellread.govern.quarantine import Quarantine

    with opened(workspace) as opened_workspace:
        found = Quarantine(opened_workspace.catalogue, person).history(source, uri)
    if as_json:
        print_json({"versions": [_shape(one) for one in found]})
    for one in found if not as_json else []:
        decided = f" by {one.decided_by}, {one.decided[:19]}: {one.why}" if one.decided else ""
        say(f"{one.digest}  since {one.since[:19]}  {one.verdict}{decided}")
        say(f"  {one.reason}")


@app.command("release")
@command
def release(
    source: SourceArgument,
    uri: UriArgument,
    reason: ReasonOption,
    digest: DigestOption = "",
    workspace: WorkspaceOption = None,
    person: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let these very bytes in, whatever is objected to them; the next sync reads them."""
    decision = _Decision(source, uri, "released", reason, digest)
    _decide(decision, workspace, person, as_json)
    tell(f"it is taken in by the next synchronisation: wellread sync {source}")


@app.command("delete")
@command
def delete(
    source: SourceArgument,
    uri: UriArgument,
    reason: ReasonOption,
    digest: DigestOption = "",
    workspace: WorkspaceOption = None,
    person: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Pass these very bytes over from now on; the file at its source is not touched."""
    decision = _Decision(source, uri, "deleted", reason, digest)
    _decide(decision, workspace, person, as_json)


@dataclass(frozen=True, slots=True)
class _Decision:
    source: str
    uri: str
    verdict: Verdict
    why: str
    digest: str


def _decide(decision: _Decision, workspace: Path | None, person: str | None, as_json: bool) -> None:
    from wellread.govern.quarantine import Quarantine

    with opened(workspace) as opened_workspace:
        hold = Quarantine(opened_workspace.catalogue, person).decide(
            decision.source, decision.uri, decision.verdict, why=decision.why, digest=decision.digest
        )
    if as_json:
        print_json(_shape(hold))
    else:
        say(f"{hold.uri} of {hold.source} is {hold.verdict}: {hold.digest}")


def _shape(hold: Hold) -> dict[str, Any]:
    return {
        "source": hold.source,
        "uri": hold.uri,
        "digest": hold.digest,
        "reason": hold.reason,
        "verdict": hold.verdict,
        "since": hold.since,
        "decided": hold.decided or None,
        "decided_by": hold.decided_by or None,
        "why": hold.why or None,
    }
