"""The command that measures how good answers are: evaluate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wellread.cli.progress import counting_bar
from wellread.cli.shell import (
    INTERRUPTED,
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
from wellread.errors import RefusedError, UsageError
from wellread.records.conversation import Mode

if TYPE_CHECKING:
    from wellread.flows.evaluate import Evaluated
    from wellread.records.evaluation import Evaluation


@command
def evaluate(
    questions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your questions (JSONL), with answers and evidence.")
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help='What has to be reached, such as "correct >= 0.65" or "wrongly_refused <= 10%"; may be repeated. '
            "A rule that is broken ends with exit code 5.",
        ),
    ] = None,
    no_worse_than: Annotated[
        str | None,
        typer.Option(
            metavar="last|NUMBER",
            help="End with exit code 5 where right, citation_precision or faithful is surely worse (95%) than then.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="M", help="A generator other than the workspace's.")
    ] = None,
    adapter: Annotated[
        str | None, typer.Option(metavar="A", help="As for ask: an adapter's id, or none.")
    ] = None,
    mode: Annotated[Mode, typer.Option(help="How things are looked up, as for ask.")] = "auto",
    closed_book: Annotated[
        bool,
        typer.Option("--closed-book/--no-closed-book", help="Also ask the base model without any source."),
    ] = True,
    most: Annotated[int | None, typer.Option(metavar="N", help="Questions at most, drawn evenly.")] = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the HTML page here.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the evaluations that were kept.")] = False,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """How good the answers are that people get here: measured on your questions, kept, and held to your rules."""
    if listed:
        return _list(workspace, as_json)
    from wellread.flows.evaluate import EvaluateRequest

    if questions is None:
        raise UsageError("no questions: give --questions FILE, or --list for the evaluations that were kept")
    request = EvaluateRequest(
        questions=questions,
        require=tuple(require or ()),
        no_worse_than=no_worse_than,
        model=model,
        adapter=adapter,
        mode=mode,
        closed_book=closed_book,
        most=most,
        page=page,
    )
    with opened(workspace) as opened_workspace, counting_bar("evaluating") as move:
        evaluated = opened_workspace.evaluate(request, person, move)
    if as_json:
        print_json(_shape(evaluated))
    else:
        _print(evaluated, page)
    _end(evaluated)


def _end(evaluated: "Evaluated") -> None:
    """The exit code: of a broken rule, else of an interruption."""
    made = evaluated.evaluation
    if evaluated.broken:
        raise RefusedError(
            "\n  ".join([f"evaluation {made.number} breaks what was required:", *evaluated.broken])
        )
    if not made.is_whole:
        tell(f"interrupted: {len(made.measured)} of {made.asked} questions were answered; they are kept")
        raise typer.Exit(INTERRUPTED)


def _list(workspace: Path | None, as_json: bool) -> None:
    from wellread.evaluate.evaluation_table import list_table
    from wellread.flows.evaluate import evaluations

    with opened(workspace) as opened_workspace:
        found = evaluations(opened_workspace.catalogue)
    if as_json:
        print_json({"evaluations": [_summary(one) for one in found]})
    elif found:
        out.print(list_table(found))
    else:
        tell("nothing was evaluated yet: run `wellread evaluate --questions FILE`")


def _print(evaluated: "Evaluated", page: Path | None) -> None:
    from wellread.evaluate.evaluation_table import changes_table, figures_table, judges_table

    made = evaluated.evaluation
    out.print(figures_table(made))
    if made.judges:
        out.print(judges_table(made))
    for judge in made.judges:
        if judge.failed:
            tell(f"{judge.name} failed {judge.failed} times: {_first_failure(made, judge.name)}")
    if evaluated.against:
        out.print(changes_table(evaluated.against))
        for turned in evaluated.against.turned:
            say(
                f"  {'right now' if turned.now_right else 'wrong now'}: {turned.question.id} {turned.question.question}"
            )
    for left in made.comparison.left_out:
        tell(f"left out: {left.count} ({left.reason})")
    for row in evaluated.refused:
        tell(f"line {row.row} not taken: {row.rule}")
    for note in evaluated.notes:
        tell(f"note: {note}")
    tell(f"kept as evaluation {made.number}" + (f"; page: {page}" if page else ""))


def _first_failure(made: "Evaluation", judge: str) -> str | None:
    given = (one for measured in made.measured for one in measured.judgements)
    return next(one.failure for one in given if one.judge == judge and one.failure)


def _summary(made: "Evaluation") -> dict[str, Any]:
    return {
        "evaluation": made.number,
        "date": made.comparison.conditions.date,
        "questions": len(made.measured),
        "whole": made.is_whole,
        "model": made.comparison.conditions.model,
        "adapter": made.comparison.conditions.adapter,
        "setup": made.setup,
        "figures": {
            one.name: {"value": one.value, "interval": one.interval, "n": one.n} for one in made.figures
        },
        "judges": made.judges,
        "agreements": made.agreements,
    }


def _shape(evaluated: "Evaluated") -> dict[str, Any]:
    against = evaluated.against
    made = evaluated.evaluation.to_json()
    return {
        **_summary(evaluated.evaluation),
        "against": against
        and {
            "evaluation": against.number,
            "shared": against.shared,
            "changes": [{**_change(one)} for one in against.changes],
            "turned": [
                {"question": one.question.id, "now": "right" if one.now_right else "wrong"}
                for one in against.turned
            ],
        },
        "broken": evaluated.broken,
        "refused": [{"row": one.row, "rule": one.rule} for one in evaluated.refused],
        "left_out": made["comparison"]["left_out"],
        "notes": evaluated.notes,
        "measured": made["measured"],
        "outcomes": made["comparison"]["outcomes"],
    }


def _change(one: Any) -> dict[str, Any]:
    return {
        "metric": one.metric,
        "difference": one.difference,
        "interval": list(one.interval),
        "p_value": one.p_value,
        "n": one.n,
        "sure": one.is_sure,
        "worse": one.is_worse,
    }
