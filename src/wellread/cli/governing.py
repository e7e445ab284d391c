"""Commands of accountability: audit verify, audit export."""

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say
from wellread.errors import RefusedError

app = typer.Typer(no_args_is_help=True, help="The append-only log of who changed what.")


@app.command("verify")
@command
def verify(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Check the log's hash chain: an edited, removed or reordered row is found."""
    with opened(workspace) as opened_workspace:
        audit = opened_workspace.catalogue.audit
        broken, rows = audit.verify(), len(audit.rows())
    if as_json:
        print_json({"rows": rows, "whole": broken is None, "broken": broken})
    elif broken is None:
        say(f"{rows} rows, whole")
    if broken is not None:
        raise RefusedError(f"the audit log is broken at row {broken.number}: {broken.reason}")


@app.command("export")
@command
def export(
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,  # it is JSON either way; every command takes the option
) -> None:
    """Print every row as JSON."""
    with opened(workspace) as opened_workspace:
        print_json({"rows": opened_workspace.catalogue.audit.rows()})
