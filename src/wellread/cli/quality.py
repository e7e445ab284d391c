"""The command that looks through the documents themselves: quality."""

from pathlib import Path
from typing import Annotated

import typer

from wellread.cli.shell import (
    AsOption,
    JsonOption,
    WorkspaceOption,
    command,
    err,
    opened,
    out,
    print_json,
    say,
    tell,
)


@command
def quality(
    source: Annotated[
        str | None, typer.Option(metavar="S", help="Only findings that concern this source.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the HTML page here.")] = None,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is wrong with the documents: contradictions, copies, what is out of date, broken, unfinished or thin."""
    from wellread.flows.quality import QualityRequest

    with opened(workspace) as opened_workspace, err.status("reading") as status:
        report = opened_workspace.quality(
            QualityRequest(source=source, page=html),
            person,
            lambda done: status.update(f"reading: {done:,} documents"),
        )
    if as_json:
        print_json(report)
        return
    from wellread.govern.report import headline
    from wellread.govern.table import counts_table, lines, topics_table

    say(headline(report))
    if report.findings:
        out.print(counts_table(report))
    for line in lines(report):
        say(line)
    if report.topics:
        out.print(topics_table(report.topics))
    for host, times in list(report.external.items())[:10]:
        say(f"  links to {host}: {times}")
    for note in report.notes:
        tell(f"note: {note}")
    if person is None:
        tell("this is what everyone may read; --as NAME reads as that person")
    if html:
        tell(f"page: {html}")
