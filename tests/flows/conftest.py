"""A workspace with stand-in models over a real folder, as a user would have it."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lets these tests import their own samples

from handbook import FAKES, handbook

import wellread
from wellread.workspace import KEPT, Workspace


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Two documents for everyone, one for group:hr."""
    return handbook(tmp_path / "handbook")


@pytest.fixture
def workspace(tmp_path: Path, empty_catalogue: Path) -> Iterator[Workspace]:
    """Empty; ann is in hr, bob in no group."""
    root = tmp_path / "workspace"
    (root / KEPT).mkdir(parents=True)
    shutil.copy(empty_catalogue, root / KEPT)
    (root / "wellread.toml").write_text(FAKES)
    with wellread.open(root) as opened:
        opened.add_person("ann", ["hr"])
        opened.add_person("bob")
        yield opened


@pytest.fixture
def filled(workspace: Workspace, documents: Path) -> Workspace:
    workspace.add(documents, readers="everyone")
    return workspace


@pytest.fixture(scope="module", params=["", pytest.param("lance", marks=pytest.mark.slow)])
def each_engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Asked for before a workspace, every test runs with the embedded engine and with Lance."""
    if request.param:
        pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")
    with pytest.MonkeyPatch.context() as during:
        during.setenv("WELLREAD_INDEX", request.param)
        yield str(request.param)
