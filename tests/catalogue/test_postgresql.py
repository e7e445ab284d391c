"""The catalogue keeps its promises on a real PostgreSQL too."""

from collections.abc import Iterator
from itertools import count

import pytest
from catalogue_contract import CatalogueContract
from postgres_server import PostgresServer

_numbers = count(1)


class TestPostgreSQL(CatalogueContract):
    @pytest.fixture
    def place(self, postgres: PostgresServer) -> Iterator[str]:
        name = f"catalogue{next(_numbers)}"
        url = postgres.create_database(name)
        yield url.render_as_string(hide_password=False)
        postgres.drop_database(name)
