"""Commands about learning: curate, tune, adapters, promote, retire."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, TextColumn

from wellread.cli.progress import bars
from wellread.cli.shell import (
    AsOption,
    JsonOption,
    WorkspaceOption,
    command,
    err,
    opened,
    print_json,
    say,
    tell,
)
from wellread.errors import RefusedError, UsageError
from wellread.records.learning import Adapter, DatasetVersion
from wellread.tune.recipe import RATE_FROM_ADAPTER, RATE_FROM_BASE, Recipe

if TYPE_CHECKING:
    from wellread.tune.loop import Progress as Step


@command
def curate(
    questions: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="Train on these rows (JSONL) instead of mining questions."
        ),
    ] = None,
    hold_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the documents of these questions out of training."),
    ] = None,
    task: Annotated[str, typer.Option(metavar="T", help="What is learnt: qa.")] = "qa",
    name: Annotated[str, typer.Option(metavar="S", help="The dataset's name.")] = "knowledge",
    most: Annotated[int, typer.Option(metavar="N", help="Facts at most.")] = 1500,
    seed: Annotated[int, typer.Option(metavar="N", help="Draws another sample.")] = 0,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset from the documents you may read, split by document, every row vetted."""
    from wellread.flows.curate import CurateRequest

    if task != "qa":
        raise UsageError(f"{task!r} is not a task: choose qa (question answering from sources)")
    request = CurateRequest(name=name, questions=questions, hold_out=hold_out, most=most, seed=seed)
    with opened(workspace) as opened_workspace:
        version = opened_workspace.curate(request, person)
    if as_json:
        print_json(_dataset(version))
        return
    splits = ", ".join(f"{count} {split}" for split, count in version.splits.items())
    say(
        f"{version.name} {version.id}: {version.examples} examples ({splits}) of {version.documents} documents"
    )
    say(f"audience: {version.audience}")
    for row in version.refused[:20]:
        tell(f"  row {row.row} not taken: {row.rule}")
    if len(version.refused) > 20:
        tell(f"  and {len(version.refused) - 20} more; --json lists all")


@command
def tune(
    dataset: Annotated[str, typer.Argument(help="A dataset's name or id.")] = "knowledge",
    method: Annotated[str, typer.Option(metavar="lora", help="How the model is adapted.")] = "lora",
    base: Annotated[
        str | None, typer.Option(metavar="M", help="The base; by default the workspace's generator.")
    ] = None,
    epochs: Annotated[int, typer.Option(metavar="N", help="Times every example is seen.")] = 1,
    minutes: Annotated[
        float | None, typer.Option(metavar="N", help="Cut the steps to about this much time.")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            help=f"Peak learning rate; by default {RATE_FROM_ADAPTER:g} from the bundled reader, "
            f"{RATE_FROM_BASE:g} from scratch.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another order and another start.")] = 0,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Do not start from the bundled reader.")
    ] = False,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train an adapter and measure it against its base. Interrupted, the same command goes on."""
    if method != "lora":
        raise UsageError(f"{method!r} is not a method: choose lora")
    recipe = Recipe(epochs=epochs, minutes=minutes, learning_rate=rate, seed=seed)
    with opened(workspace) as opened_workspace, TrainingBar() as bar:
        if base and base != opened_workspace.settings.generator:
            raise UsageError(
                f"the workspace's generator is {opened_workspace.settings.generator}, not {base}: "
                "set generator in wellread.toml, so that what is tuned is what serves"
            )
        adapter = opened_workspace.tune(dataset, recipe, person, from_scratch, bar.step)
    if as_json:
        print_json(_adapter(adapter))
    else:
        _print_adapter(adapter)
    failed = [gate.gate for gate in adapter.gates if not gate.passed]
    if failed:
        raise RefusedError(f"adapter {adapter.id} is quarantined: it failed {', '.join(failed)}")
    if not as_json:
        tell(f"next: wellread promote {adapter.id}")


@command
def adapters(workspace: WorkspaceOption = None, person: AsOption = None, as_json: JsonOption = False) -> None:
    """The adapters there are, and who may use them."""
    with opened(workspace) as opened_workspace:
        found = opened_workspace.adapters(person)
    if as_json:
        print_json({"adapters": [_adapter(one) for one in found]})
    for one in found if not as_json else []:
        _print_adapter(one)
    if not found:
        tell("no adapter was tuned here yet; the bundled reader answers until then")


@command
def promote(
    adapter: Annotated[str, typer.Argument(help="An adapter's id, or its beginning.")],
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, if a gate is overruled; goes into the audit log.")
    ] = "",
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let an adapter answer."""
    with opened(workspace) as opened_workspace:
        changed = opened_workspace.set_state(adapter, "promoted", reason, person)
    _print_changed(changed, as_json)


@command
def retire(
    adapter: Annotated[str, typer.Argument(help="An adapter's id, or its beginning.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; goes into the audit log.")] = "",
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an adapter out of service."""
    with opened(workspace) as opened_workspace:
        changed = opened_workspace.set_state(adapter, "retired", reason, person)
    _print_changed(changed, as_json)


def _print_changed(adapter: Adapter, as_json: bool) -> None:
    if as_json:
        print_json(_adapter(adapter))
    else:
        say(f"{adapter.id} is {adapter.state}")


def _dataset(version: DatasetVersion) -> dict[str, Any]:
    return {
        "dataset": version.id,
        "name": version.name,
        "examples": version.examples,
        "splits": version.splits,
        "documents": version.documents,
        "refused": [{"row": one.row, "rule": one.rule} for one in version.refused],
        "audience": version.audience,
    }


def _adapter(adapter: Adapter) -> dict[str, Any]:
    return {
        "adapter": adapter.id,
        "state": adapter.state,
        "method": adapter.method,
        "base": adapter.base,
        "dataset": adapter.dataset,
        "gates": [
            {"gate": one.gate, "passed": one.passed, "value": one.value, "limit": one.limit, "note": one.note}
            for one in adapter.gates
        ],
        "tokens_per_second": adapter.tokens_per_second,
        "audience": adapter.audience,
    }


def _print_adapter(adapter: Adapter) -> None:
    say(f"{adapter.id}  {adapter.state}  {adapter.method} of {adapter.base}  for {adapter.audience}")
    for gate in adapter.gates:
        mark = "passed" if gate.passed else "FAILED"
        say(f"  {gate.gate}: {mark}, {gate.value:.3f} (limit {gate.limit:.3f}); {gate.note}")


class TrainingBar:
    """A progress bar of training steps on stderr, with tokens/s and time left."""

    def __enter__(self) -> "TrainingBar":
        self._progress = bars(TextColumn("tuning"), BarColumn(), TextColumn("{task.fields[what]}"))
        self._progress.start()
        self._task = self._progress.add_task("", total=None, what="")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, at: "Step") -> None:
        """Moves the bar; where stderr is no terminal, a line every tenth step."""
        what = (
            f"{at.step}/{at.steps} loss {at.loss:.2f}, {at.tokens_per_second:.0f} tokens/s, "
            f"{at.seconds_left / 60:.1f} min left"
        )
        self._progress.update(self._task, completed=at.step, total=at.steps, what=what)
        if not err.is_terminal and at.step % 10 == 0:
            tell(f"step {what}")
