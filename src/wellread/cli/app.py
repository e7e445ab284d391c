"""The commands by name."""

import typer

from wellread.cli import (
    asking,
    conversations,
    demo,
    evaluating,
    evidence,
    governing,
    jobs,
    knowledge,
    learning,
    people,
    quality,
    quarantine,
    sources,
    storage,
)

app = typer.Typer(
    name="wellread",
    help="Answers from your own documents: looked up, studied, or both, and measured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for function in (
    knowledge.init,
    knowledge.add,
    knowledge.sync,
    jobs.jobs,
    knowledge.search,
    asking.ask,
    learning.curate,
    learning.tune,
    learning.adapters,
    learning.promote,
    learning.retire,
    evaluating.evaluate,
    evidence.compare,
    evidence.decide,
    quality.quality,
    storage.reindex,
    demo.demo,
):
    app.command()(function)
app.command("move-catalogue")(storage.move_catalogue)
app.add_typer(conversations.app, name="conversations")
app.add_typer(sources.app, name="sources")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(people.app, name="people")
app.add_typer(governing.app, name="audit")


def main() -> None:
    """The entry point of the `wellread` program."""
    app()
