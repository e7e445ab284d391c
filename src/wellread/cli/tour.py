"""What `wellread demo` does, step by step: a whole journey through the product on the sample organisation."""

import json
from pathlib import Path

from wellread import sample
from wellread.cli.evidence import print_comparison
from wellread.cli.learning import TrainingBar
from wellread.cli.shell import err, say, tell
from wellread.flows.compare import Compared, CompareRequest
from wellread.flows.curate import CurateRequest
from wellread.records.learning import Adapter
from wellread.tune.recipe import Recipe
from wellread.workspace import Workspace, init

PAGE = "comparison.html"
TOUR_QUESTIONS = (
    ("tove", "I bought something private with the company card. How soon must I pay it back?"),
    ("bram", "By how much did the depot's stock deviate from our records?"),
    ("tove", "By how much did the depot's stock deviate from our records?"),
    ("jarno", "When will our chief of engineering leave for good?"),
)
"""Who asks what. Two ask the same, and only one of them may know."""


def tour(folder: Path, *, minutes: float, questions: int) -> None:
    """Run every step; a second run goes on where the first stopped."""
    with init(folder) as workspace:
        workspace.report = tell
        _step(1, "bringing the default models (once; afterwards everything works offline)")
        models = (workspace.generator, workspace.embedder, workspace.span_reader)
        say(f"{', '.join(model.name for model in models)} are ready")
        _step(2, "people and documents, under the documents' own permissions")
        _knowledge(workspace)
        _step(3, "questions as three people; two ask the same, and only one may know")
        _ask(workspace)
        _step(4, "training data from documents that no evaluation question is about")
        held_out = _held_out(folder)
        adapter = _learn(workspace, held_out, minutes)
        _step(6, f"base, RAG, tuned, and both, on {questions} questions about documents nobody trained on")
        compared = workspace.compare(
            CompareRequest(questions=held_out, most=questions, page=folder / PAGE), progress=_count
        )
        print_comparison(compared)
        _decide(workspace, adapter, compared)
        tell(f"\nthe same with plots and every answer: {folder / PAGE}")
        tell("next, with documents of your own:")
        tell("  wellread init my-knowledge && cd my-knowledge")
        tell("  wellread add /path/to/documents --readers everyone")
        tell('  wellread ask "..." --as NAME')
        tell("  wellread compare --questions my-questions.jsonl")


def _knowledge(workspace: Workspace) -> None:
    for person in sample.people():
        workspace.add_person(person.name, person.groups)
    report = workspace.add(sample.documents(), name="sample")
    say(f"{report.added} documents added, {report.unchanged} unchanged, in {report.seconds:.1f} s")


def _ask(workspace: Workspace) -> None:
    for person, question in TOUR_QUESTIONS:
        answer = workspace.ask(question, person)
        say(f"{person}: {question}\n  {answer.text}  ({answer.milliseconds / 1000:.1f} s)")
        for citation in answer.citations:
            say(f"  [{citation.uri} {citation.start}-{citation.end}]")


def _held_out(folder: Path) -> Path:
    """The questions about every second document, and those without an answer, as a file of their own.

    The other documents are there to be studied. Which is which depends on their order alone.
    """
    rows = [json.loads(line) for line in sample.questions().read_text(encoding="utf-8").splitlines()]
    documents = sorted({row["document"] for row in rows if row["document"]})
    kept = set(documents[1::2])
    path = folder / "held-out.jsonl"
    lines = [
        json.dumps(row, ensure_ascii=False)
        for row in rows
        if row["document"] is None or row["document"] in kept
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _learn(workspace: Workspace, held_out: Path, minutes: float) -> Adapter:
    version = workspace.curate(CurateRequest(name="sample", hold_out=held_out))
    say(f"{version.examples} examples from {version.documents} documents, for {version.audience}")
    _step(5, f"tuning for about {minutes:g} minutes, then measuring against the base")
    with TrainingBar() as bar:
        adapter = workspace.tune(version.id, Recipe(minutes=minutes), progress=bar.step)
    for gate in adapter.gates:
        say(f"  {gate.gate}: {'passed' if gate.passed else 'FAILED'}; {gate.note}")
    return adapter


def _decide(workspace: Workspace, adapter: Adapter, compared: Compared) -> None:
    """Promote what earned its place, and only that."""
    failed = ", ".join(gate.gate for gate in adapter.gates if not gate.passed)
    if failed:
        say(
            f"adapter {adapter.id} failed a gate ({failed}): it is quarantined, and the bundled reader goes on reading"
        )
    elif compared.advice.arm.startswith("tuned"):
        workspace.set_state(adapter.id, "promoted", "earned its place in the tour")
        say(f"adapter {adapter.id} is promoted: it reads from now on")
    else:
        say(
            f"adapter {adapter.id} passed its gates but does not earn its place: the bundled reader goes on reading"
        )


def _count(done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        tell(f"  {done} of {total} questions")


def _step(number: int, what: str) -> None:
    err.rule(f"[bold]{number}. {what}", align="left")
