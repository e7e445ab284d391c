"""docs/reference/cli.md says what the commands say, and every command explains itself."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "build_reference.py"


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reference", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date() -> None:
    builder = tool()
    assert builder.TARGET.read_text(encoding="utf-8") == builder.reference(), "run `make docs`"


def test_every_command_of_the_contract_is_there() -> None:
    contract = {
        "init",
        "add",
        "sync",
        "search",
        "ask",
        "curate",
        "tune",
        "adapters",
        "promote",
        "retire",
        "compare",
    }
    contract |= {"decide", "people add", "audit verify", "audit export", "demo"}
    assert contract <= {" ".join(words) for words in tool().commands()}


@pytest.mark.parametrize("words", tool().commands(), ids=" ".join)
def test_a_command_and_its_every_option_is_explained(words: tuple[str, ...]) -> None:
    text = tool().help_text(words)
    usage, _, rest = text.partition("\n\n")
    assert usage.startswith("Usage: wellread")
    assert rest.strip()
    lines = [line.strip() for line in rest.splitlines()]
    for number, line in enumerate(lines):
        if line.startswith("--") or (line.startswith("-") and "," in line[:4]):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            assert "  " in line or (following and not following.startswith("-")), f"{line} is not explained"
