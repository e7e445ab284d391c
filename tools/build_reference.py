"""Writes docs/reference/cli.md from what the commands say of themselves: `python tools/build_reference.py`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from wellread.cli.app import app

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"
WIDTH = 100

HEAD = """# The command line

Made by `make docs` from `wellread COMMAND --help`; change the texts there.

Data goes to standard output, messages and progress to standard error. With `--json`, standard output holds JSON or
nothing. Without `-w DIR` the workspace is the nearest folder upward that has a `wellread.toml`.

| exit code | |
| --- | --- |
| 0 | done |
| 1 | failed |
| 2 | wrong use |
| 3 | not found |
| 4 | not allowed |
| 5 | refused by a gate |
| 130 | interrupted; the same command goes on |
"""


def commands() -> list[tuple[str, ...]]:
    """Every command's words, groups before what is in them: `()`, `("init",)`, ..., `("people", "add")`."""
    return list(_below(typer.main.get_command(app), ()))


def _below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from _below(inner, (*words, name))


def help_text(words: tuple[str, ...]) -> str:
    """What `wellread WORDS --help` prints at a width of WIDTH, without colour."""
    ended = CliRunner().invoke(
        app,
        [*words, "--help"],
        prog_name="wellread",
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        env={"NO_COLOR": "1", "TERM": "dumb"},
    )
    if ended.exit_code != 0:
        raise RuntimeError(f"wellread {' '.join(words)} --help ended with {ended.exit_code}: {ended.output}")
    return "\n".join(line.rstrip() for line in ended.output.strip().splitlines())


def reference() -> str:
    """The whole page."""
    sections = [
        f"## {' '.join(('wellread', *words))}\n\n```text\n{help_text(words)}\n```\n" for words in commands()
    ]
    return "\n".join([HEAD, *sections])


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(reference(), encoding="utf-8")
    sys.stderr.write(f"wrote {TARGET}\n")
