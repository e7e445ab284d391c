"""What the tests of mail in files are given."""

import mailbox as standard
from collections.abc import Iterator
from pathlib import Path

import pytest
from synchronising import STAFF

from wellread.catalogue import Catalogue


@pytest.fixture(params=["mbox", "maildir"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An empty mailbox."""
    path = tmp_path / "mail"
    if request.param == "mbox":
        path.touch()
    else:
        standard.Maildir(path)
    return path


@pytest.fixture
def catalogue(catalogue_file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(catalogue_file) as catalogue:
        catalogue.knowledge.add_source("mail", "mailbox", "/mail", STAFF, "ann")
        yield catalogue
