"""Lets these tests import the contract suite and their sample values, and gives each a catalogue."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wellread.catalogue import Catalogue

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contracts")]


@pytest.fixture
def file(catalogue_file: Path) -> Path:
    """A catalogue file of this test's own."""
    return catalogue_file


@pytest.fixture
def catalogue(file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(file) as opened:
        yield opened
