"""A catalogue for each test. Migrating a new one takes a tenth of a second, so one is made and then copied.

`tests/conftest.py` makes the fixtures known to every test.
"""

import shutil
from pathlib import Path

import pytest

from wellread.catalogue import Catalogue


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a catalogue without rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "catalogue.db"
    Catalogue.open(path).close()
    return path


@pytest.fixture
def catalogue_file(empty_catalogue: Path, tmp_path: Path) -> Path:
    """A catalogue without rows of this test's own."""
    return Path(shutil.copy(empty_catalogue, tmp_path / "catalogue.db"))
