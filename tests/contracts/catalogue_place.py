"""The database that a contract of catalogues is held to."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from wellread.catalogue import Catalogue


class CataloguePlace(ABC):
    """A test class says in the fixture `place` where an empty database is."""

    @pytest.fixture
    @abstractmethod
    def place(self) -> str | Path:
        """A database of this test's own: a file name or a URL."""

    @pytest.fixture
    def catalogue(self, place: str | Path) -> Iterator[Catalogue]:
        with Catalogue.open(place) as opened:
            yield opened
