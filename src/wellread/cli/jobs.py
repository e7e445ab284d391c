"""The command that lists long work: jobs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wellread.cli.shell import JsonOption, WorkspaceOption, command, opened, print_json, say, tell

if TYPE_CHECKING:
    from wellread.catalogue.jobs import Job


@command
def jobs(
    limit: Annotated[int, typer.Option("-n", metavar="N", help="The latest so many.")] = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Long work that is under way or was, the latest first: how far it is, how it ended, and why."""
    with opened(workspace) as opened_workspace:
        found = opened_workspace.catalogue.jobs.recent(limit)
    if as_json:
        print_json({"jobs": [_shape(one) for one in found]})
        return
    for job in found:
        ended = f" to {job.ended[:19]}" if job.ended else f", last heard of {job.heartbeat[:19]}"
        say(f"{job.id}  {job.kind} {job.subject}  {job.state}  {job.progress:.0%}  {job.started[:19]}{ended}")
        if job.items.seen:
            say(f"  {job.items.done} of {job.items.seen} items done, {job.items.failed} failed")
        if job.trouble or job.detail:
            say(f"  {job.trouble or job.detail}")
    if not found:
        tell("there was no long work yet")


def _shape(job: "Job") -> dict[str, Any]:
    return {
        "job": job.id,
        "kind": job.kind,
        "subject": job.subject,
        "state": job.state,
        "progress": job.progress,
        "seen": job.items.seen,
        "done": job.items.done,
        "failed": job.items.failed,
        "detail": job.detail,
        "reason": job.trouble,
        "started": job.started,
        "heartbeat": job.heartbeat,
        "ended": job.ended,
        "host": job.process.host,
        "process": job.process.number,
    }
