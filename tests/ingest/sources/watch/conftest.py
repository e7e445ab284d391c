"""A folder, and what is told of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from watching import Watched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


@pytest.fixture
def watched(folder: Path) -> Iterator[Watched]:
    with Watched(folder) as one:
        yield one
