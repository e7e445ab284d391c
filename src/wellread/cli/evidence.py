"""Commands about evidence: compare, decide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wellread.cli.progress import counting_bar
from wellread.cli.shell import (
    AsOption,
    JsonOption,
    WorkspaceOption,
    command,
    opened,
    out,
    print_json,
    say,
    tell,
)
from wellread.evaluate.arms import ARMS

if TYPE_CHECKING:
    from wellread.flows.compare import Compared
    from wellread.records.comparison import Advice


@command
def compare(
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Your questions (JSONL); by default the test rows of the adapter's dataset."
        ),
    ] = None,
    arms: Annotated[str, typer.Option(metavar="A,...", help=f"Some of {', '.join(ARMS)}.")] = ",".join(ARMS),
    adapter: Annotated[
        str | None, typer.Option(metavar="A", help="The adapter of the tuned arms; by default the newest.")
    ] = None,
    most: Annotated[int | None, typer.Option(metavar="N", help="Questions at most, drawn evenly.")] = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the HTML page here.")] = None,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Base, RAG, tuned, and tuned with RAG side by side on held-out questions."""
    from wellread.flows.compare import CompareRequest

    request = CompareRequest(
        questions=questions,
        arms=tuple(arm.strip() for arm in arms.split(",")),
        adapter=adapter,
        most=most,
        page=page,
    )
    with opened(workspace) as opened_workspace, counting_bar("comparing") as move:
        compared = opened_workspace.compare(request, person, move)
    if as_json:
        print_json(_shape(compared))
        return
    print_comparison(compared)
    if page:
        tell(f"page: {page}")


@command
def decide(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """RAG, tuning, both, or no difference: what the latest comparison says, and why."""
    with opened(workspace) as opened_workspace:
        advice = opened_workspace.decide()
    if as_json:
        print_json(advice.to_json())
    else:
        print_advice(advice)


def print_comparison(compared: "Compared") -> None:
    """The table and the advice, for people."""
    from wellread.evaluate.table import arms_table

    out.print(arms_table(compared.comparison))
    for left in compared.comparison.left_out:
        tell(f"left out: {left.count} ({left.reason})")
    for row in compared.refused:
        tell(f"line {row.row} not taken: {row.rule}")
    print_advice(compared.advice)


def print_advice(advice: "Advice") -> None:
    """The headline and its reasons."""
    say(advice.headline)
    for reason in advice.because:
        say(f"  - {reason}")
    for warning in advice.warnings:
        tell(warning)


def _shape(compared: "Compared") -> dict[str, Any]:
    return {
        **compared.comparison.to_json(),
        "advice": compared.advice.to_json(),
        "refused": [{"row": one.row, "rule": one.rule} for one in compared.refused],
    }
