"""The tables of the code and the tables the migrations make are the same, from every earlier schema on."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from catalogue_samples import EVERYONE, document, put
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from wellread.catalogue import Catalogue, schema
from wellread.errors import StorageError

FIRST = Path(__file__).with_name("first_schema.sql")


def test_the_migrations_make_exactly_the_tables_of_the_code(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_postgresql_takes_the_same_tables_with_64_bit_keys() -> None:
    made = {
        table.name: str(CreateTable(table).compile(dialect=postgresql.dialect()))
        for table in schema.metadata.sorted_tables
    }
    assert len(made) == 35
    assert "key BIGINT NOT NULL" in made["passages"]
    assert "number BIGINT NOT NULL" in made["outbox"]


def test_the_code_knows_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "wellread.catalogue:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_a_catalogue_of_the_first_schema_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        old.executescript(FIRST.read_text())
    old.close()
    with Catalogue.open(path) as catalogue:
        stored = document("a.md", "alpha beta", readers=frozenset({"group:hr"}), title="Old")
        assert catalogue.knowledge.document(stored.id) == stored
        held = catalogue.people.principals("ann")
        passages = catalogue.knowledge.confirm(catalogue.knowledge.passage_keys(), held)
        assert sorted(passage.text for passage in passages.values()) == ["alpha", "beta"]
        assert catalogue.knowledge.source("docs").trust == "unknown"
        assert catalogue.knowledge.states("docs")["a.md"].stamp == f"{stored.size} {stored.modified}"
        assert catalogue.audit.verify() is None
        assert len(catalogue.audit.rows()) > 0
        new = put(catalogue, "b.md")
        assert min(p.key for p in catalogue.knowledge.passages(new.id)) > max(passages)
        assert catalogue.knowledge.confirm(catalogue.knowledge.passage_keys(), EVERYONE)


def test_a_catalogue_from_the_future_is_refused_and_left_alone(file: Path) -> None:
    with sqlite3.connect(file) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    before = file.read_bytes()
    with pytest.raises(StorageError, match=r"'9999'.*upgrade Wellread"):
        Catalogue.open(file)
    assert file.read_bytes() == before


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.db"

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.bulk_insert", fail)  # what the first revision does last
        with pytest.raises(KeyboardInterrupt):
            Catalogue.open(path)
    with sqlite3.connect(path) as left:
        assert left.execute("SELECT name FROM sqlite_master").fetchall() == []
    left.close()
    with Catalogue.open(path) as catalogue:
        assert put(catalogue, "a.md").uri == "a.md"
