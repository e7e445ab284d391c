"""What the tests of repositories are given."""

from pathlib import Path

import pytest
from git_repositories import GitRepository


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "docs")
