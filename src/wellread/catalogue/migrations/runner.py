"""Brings a database to the newest schema, inside the caller's transaction."""

from sqlalchemy import Connection, inspect, text

from wellread.catalogue import schema
from wellread.errors import StorageError


def needs_migration(connection: Connection) -> bool:
    """Whether `connection`'s tables are older than this code; an empty database is. Does not load Alembic."""
    return current_revision(connection) != schema.REVISION


def current_revision(connection: Connection) -> str | None:
    """The revision the database says it is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def migrate(connection: Connection, revision: str = "head") -> None:
    """Apply every revision up to `revision`; all of them or, when one fails, none.

    Raises StorageError when the database was written by a newer Wellread.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "wellread.catalogue:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StorageError(
            f"the catalogue is at schema {current_revision(connection)!r}, which this version does not know "
            f"(its newest is {schema.REVISION!r}): upgrade Wellread, or use the version that wrote it"
        ) from error
