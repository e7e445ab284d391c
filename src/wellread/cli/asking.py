"""The command that answers: ask."""

from typing import Annotated, Any

import typer

from wellread.cli.shell import (
    AsOfOption,
    AsOption,
    JsonOption,
    WorkspaceOption,
    command,
    hint,
    in_words,
    opened,
    print_json,
    say,
    tell,
)
from wellread.errors import UsageError
from wellread.records.conversation import AS_ASKED, Answer, Citation, Mode, Step

_OF_A_CITATION = ("document", "uri", "version", "trust", "changed", "page", "start", "end", "quote", "held")


@command
def ask(
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
    mode: Annotated[
        Mode,
        typer.Option(
            help="One search and one reading, an agent that searches until it has enough, or what suits the question.",
        ),
    ] = "auto",
    model: Annotated[
        str | None, typer.Option(metavar="M", help="A generator other than the workspace's.")
    ] = None,
    adapter: Annotated[
        str | None,
        typer.Option(
            metavar="A",
            help="An adapter's id, or none for the base model; by default the newest one promoted.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    conversation: Annotated[
        str | None,
        typer.Option(
            metavar="ID|new",
            help="Ask within this conversation of yours, or a new one: the question is completed from it and kept.",
        ),
    ] = None,
    goes_on: Annotated[bool, typer.Option("--continue", help="Ask within your newest conversation.")] = False,
    workspace: WorkspaceOption = None,
    person: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """A cited answer from your sources, or "not in your sources"."""
    if goes_on and conversation:
        raise UsageError("--continue means your newest conversation: leave it out, or --conversation")
    with opened(workspace) as opened_workspace:
        emit = None if as_json else lambda piece: say(piece, end="")
        answer = opened_workspace.ask(
            question,
            person,
            model,
            adapter,
            emit,
            as_of=as_of,
            mode=mode,
            tell=_step if not as_json else None,
            conversation="last" if goes_on else conversation,
        )
    if as_json:
        print_json(answer_shape(answer))
        return
    say("")
    say_citations(answer)
    understood = next((step.detail for step in answer.steps if step.name == "understand"), "")
    if understood and understood != AS_ASKED:
        hint(f"understood as: {understood}")


def answer_shape(answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it."""
    return {
        "answer": answer.text,
        "answered": answer.answered,
        "verdict": answer.verdict,
        "missing": answer.missing,
        "statements": [
            {
                "text": one.text,
                "exact": one.exact,
                "citations": [answer.citations.index(cited) for cited in one.citations],
            }
            for one in answer.statements
        ],
        "citations": [{name: getattr(one, name) for name in _OF_A_CITATION} for one in answer.citations],
        "steps": answer.steps,
        "model": answer.model,
        "adapter": answer.adapter,
        "milliseconds": answer.milliseconds,
        "tokens": answer.tokens,
        "conversation": answer.conversation or None,
    }


def say_citations(answer: Answer) -> None:
    """One line for each; before them the verdict, where it is not plain."""
    if answer.verdict not in ("answered", "not in your sources", "unclear"):
        say(f"  {answer.verdict}" + (f": {'; '.join(answer.missing)}" if answer.missing else ""))
    disagree = answer.verdict == "sources disagree"
    for number, citation in enumerate(answer.citations, start=1):
        page = f", page {citation.page}" if citation.page else ""
        quote = " ".join(citation.quote.split())
        held = f", {in_words(citation.held)}" if citation.held else ""
        standing = f", {_standing(citation)}" if disagree else ""
        say(f"  [{number}] {citation.uri}{page}{held}{standing} ({citation.start}-{citation.end}): “{quote}”")


def _standing(citation: Citation) -> str:
    """What helps to weigh a source against another."""
    changed = f"changed {citation.changed[:10]}" if citation.changed else "changed at an unknown time"
    return f"{changed}, {citation.trust}" if citation.trust != "unknown" else changed


def _step(step: Step) -> None:
    """An agent's step, beside the answer."""
    tell(f"{step.name}: {step.detail} ({step.milliseconds / 1000:.1f} s)")
