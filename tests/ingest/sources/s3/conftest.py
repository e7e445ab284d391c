"""What the tests of buckets are given."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from synchronising import STAFF

from wellread.catalogue import Catalogue


@pytest.fixture
def catalogue(catalogue_file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(catalogue_file) as catalogue:
        catalogue.knowledge.add_source("kb", "s3", "s3://kbs", STAFF, "ann")
        yield catalogue
