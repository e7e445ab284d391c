"""A fresh environment with the core alone: small, quick to install, without torch, and it answers."""

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wellread.models.fetch import default_cache_dir
from wellread.models.weights import EMBEDDER, GENERATOR, known

ROOT = Path(__file__).parents[2]
MOST_MEGABYTES = 450
MOST_SECONDS = 120


def size(folder: Path) -> float:
    """Megabytes of the files below."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fresh_environment(folder: Path) -> tuple[Path, Path]:
    """A virtual environment of its own, and a copy of the package, so that building leaves nothing here."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=300)
    return folder / "venv" / "bin" / "python", source


def install(python: Path, *what: str) -> None:
    """Skips where the packages cannot be had."""
    command = [python, "-m", "pip", "install", "--quiet", "--no-compile", *what]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0 and "Could not find a version" in done.stderr:
        pytest.skip(f"the packages cannot be had here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_core_installs_light_and_answers(tmp_path: Path) -> None:
    python, source = fresh_environment(tmp_path)
    [packages] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    before = size(packages)

    began, spent = time.monotonic(), processor_seconds()
    install(python, str(source))
    wall, spent = time.monotonic() - began, processor_seconds() - spent
    # A machine that is busy with something else is judged by what the installation itself took of it.
    seconds = spent if os.getloadavg()[0] > (os.cpu_count() or 1) else wall

    assert not [name for name in ("torch", "transformers", "peft") if (packages / name).exists()]
    grown = size(packages) - before
    assert grown <= MOST_MEGABYTES, f"{grown:.0f} MB"
    assert seconds <= MOST_SECONDS, f"{wall:.0f} s, {spent:.0f} s of processor time"

    weights = [known(name).file for name in (GENERATOR, EMBEDDER)]
    here = all((default_cache_dir() / file).is_file() for file in weights)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WELLREAD_", "PYTHON"))}
    environment = {**kept, "WELLREAD_OFFLINE": "1"}
    if not here:
        environment |= {"WELLREAD_GENERATOR": "fake", "WELLREAD_EMBEDDER": "fake"}
    (tmp_path / "leave.md").write_text("# Leave\n\nThe notice period is four weeks.\n")

    def wellread(*arguments: str) -> str:
        ended = subprocess.run(
            [tmp_path / "venv" / "bin" / "wellread", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    wellread("init")
    wellread("add", "leave.md")
    assert "four weeks" in wellread("ask", "How long is the notice period?")
    with pytest.raises(AssertionError, match=r"wellread\[tune\]|no GGUF file|no dataset"):
        wellread("tune")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_tune_extra_alone_opens_the_base(tmp_path: Path) -> None:
    base = default_cache_dir() / known(GENERATOR).file
    if not base.is_file():
        pytest.skip(f"the weights {base} are not here")
    python, source = fresh_environment(tmp_path)
    install(python, "torch==2.13.0")
    install(python, f"{source}[tune]")
    opens = (
        "import sys, pathlib; from wellread.tune.base import open_base; open_base(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [python, "-c", opens, base], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
