"""The core needs no tuning library: `pip install wellread` reads, searches and answers without them."""

import os
import resource
import subprocess
import sys
from pathlib import Path

HIDE = """
import importlib.abc, sys

class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "transformers", "peft", "trl", "accelerate", "safetensors"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
"""
PROGRAM = f"{HIDE}\nfrom wellread.cli import main\nmain()"
TUNE = f"""{HIDE}
from pathlib import Path
from wellread.errors import WeightsError
from wellread.tune.base import open_base
try:
    open_base(Path("none.gguf"))
except WeightsError as error:
    print(error)
"""


def run(folder: Path, *arguments: str, program: str = PROGRAM) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "WELLREAD_GENERATOR": "fake", "WELLREAD_EMBEDDER": "fake"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_adding_asking_and_curating_need_no_tuning_library(tmp_path: Path) -> None:
    (tmp_path / "leave.md").write_text("The notice period is four weeks.\n")
    run(tmp_path, "init")
    run(tmp_path, "add", "leave.md")
    assert "The notice period is four weeks." in run(tmp_path, "ask", "What is the notice period?")


def test_every_name_of_the_facade_can_be_had_without_them(tmp_path: Path) -> None:
    program = (
        f"{HIDE}\nimport wellread\nprint(*[getattr(wellread, name).__name__ for name in wellread.__all__])"
    )
    assert "Workspace" in run(tmp_path, program=program)


def test_tuning_without_them_says_what_to_install(tmp_path: Path) -> None:
    assert "pip install 'wellread[tune]'" in run(tmp_path, program=TUNE)


def test_help_comes_at_once(tmp_path: Path) -> None:
    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    run(tmp_path, "--help")  # compiles, should that not have been done
    before = spent()
    run(tmp_path, "--help")
    assert spent() - before < 0.5, "seconds of processor time; something heavy is imported at start"
