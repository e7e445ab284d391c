"""Lets these tests import the contract suite and their sample values, and gives each a catalogue."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wellread.catalogue import Catalogue

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contracts")]


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a catalogue without rows; copying it is faster than migrating a new one."""
    path = tmp_path_factory.mktemp("template") / "catalogue.db"
    Catalogue.open(path).close()
    return path


@pytest.fixture
def file(empty_catalogue: Path, tmp_path: Path) -> Path:
    """A catalogue file of this test's own."""
    return Path(shutil.copy(empty_catalogue, tmp_path / "catalogue.db"))


@pytest.fixture
def catalogue(file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(file) as opened:
        yield opened
