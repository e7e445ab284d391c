"""The catalogue over SQLite, its default."""

from pathlib import Path

import pytest
from catalogue_contract import CatalogueContract


class TestSQLite(CatalogueContract):
    @pytest.fixture
    def place(self, file: Path) -> Path:
        return file
