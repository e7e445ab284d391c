"""What the tests of sites are given."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from web_server import WebServer
from web_source import Synchronised

from wellread.catalogue import Catalogue


@pytest.fixture
def synchronised(site: WebServer, catalogue_file: Path) -> Iterator[Synchronised]:
    with Catalogue.open(catalogue_file) as catalogue:
        yield Synchronised(site, catalogue)
