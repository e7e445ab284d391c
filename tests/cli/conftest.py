"""A workspace that is made once and copied for each test, and the installed program to run in it."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lets these tests import their own samples
sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))

from handbook import FAKES, adapter, handbook
from program import Place

import wellread
from wellread.records.people import Audience


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook, ann of hr, bob of no group, and a promoted adapter that is for hr alone."""
    root = tmp_path_factory.mktemp("prepared")
    (root / "wellread.toml").write_text(FAKES)
    with wellread.open(root) as workspace:
        workspace.add_person("ann", ["hr"])
        workspace.add_person("bob")
        workspace.add(handbook(root / "handbook"), readers="everyone")
        workspace.catalogue.learning.save_adapter(
            adapter(workspace, id="adp_hr", dataset="dst_hr", audience=Audience.of(["group:hr"]))
        )
    return root


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Place:
    shutil.copytree(prepared, tmp_path / "here")
    return Place(tmp_path / "here")
