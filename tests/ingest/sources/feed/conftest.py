"""What the tests of feeds are given."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_source import Synchronised
from web_server import WebServer

from wellread.catalogue import Catalogue


@pytest.fixture
def news(site: WebServer, tmp_path: Path, catalogue_file: Path) -> Iterator[Synchronised]:
    with Catalogue.open(catalogue_file) as catalogue:
        yield Synchronised(site, catalogue, tmp_path / "cache")
