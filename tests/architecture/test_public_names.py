"""`import wellread` offers what docs/reference/python.md lists, and the example there runs."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import wellread

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "python.md"
SOURCE = ROOT / "src" / "wellread" / "__init__.py"


def table() -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_names_offered_are_those_listed() -> None:
    assert len(table()) == len(set(table())) > 5
    assert set(table()) == set(wellread.__all__)
    assert wellread.__all__ == sorted(wellread.__all__)


def test_every_name_offered_is_there_and_documented() -> None:
    for name in wellread.__all__:
        offered = getattr(wellread, name)
        assert offered.__module__.startswith("wellread.")
        assert offered.__doc__
    assert set(wellread.__all__) <= set(dir(wellread))
    assert not hasattr(wellread, "missing")


def test_what_type_checkers_see_is_what_is_imported() -> None:
    body = ast.parse(SOURCE.read_text(encoding="utf-8")).body
    [checking] = [node for node in body if isinstance(node, ast.If)]
    seen = {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in checking.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == wellread._HOMES


def test_the_journeys_listed_are_methods() -> None:
    [row] = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `Workspace`")
    ]
    methods = re.findall(r"`(\w+)`", row)[1:]
    assert len(methods) > 9
    for name in methods:
        assert callable(getattr(wellread.Workspace, name))


def test_the_example_runs(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    ended = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={**os.environ, "WELLREAD_GENERATOR": "fake", "WELLREAD_EMBEDDER": "fake"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.splitlines() == [
        "1 added",
        "leave.md 7 39",
        "The notice period is four weeks.",
        "leave.md The notice period is four weeks.",
        "there is no person 'eve': add them with `wellread people add eve --group GROUP`",
    ]
