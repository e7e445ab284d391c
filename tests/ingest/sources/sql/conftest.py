"""What the tests of databases are given."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sql_source import Base
from sqlalchemy import URL
from synchronising import STAFF

from wellread.catalogue import Catalogue


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    if request.param == "sqlite":
        url = URL.create("sqlite", database=str(tmp_path / "kb.db"))
    else:
        url = request.getfixturevalue(request.param).empty_database("kb")
    base = Base(url)
    base.do(
        "CREATE TABLE pages (uri VARCHAR(100), text TEXT, title TEXT, readers TEXT, modified TIMESTAMP NULL)"
    )
    yield base
    base.engine.dispose()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Base]:
    """For what does not differ between databases."""
    base = Base(URL.create("sqlite", database=str(tmp_path / "kb.db")))
    base.do("CREATE TABLE pages (uri TEXT, text TEXT, title TEXT, readers TEXT, modified)")
    yield base
    base.engine.dispose()


@pytest.fixture
def catalogue(catalogue_file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(catalogue_file) as catalogue:
        catalogue.knowledge.add_source("kb", "sql", "sqlite:////kb", STAFF, "ann")
        yield catalogue
