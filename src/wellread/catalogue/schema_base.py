"""What all tables share: where they are collected, and the types of their keys."""

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes only a column of exactly the type INTEGER its row number; PostgreSQL needs BIGINT for 64 bits.
NUMBER = BigInteger().with_variant(Integer, "sqlite")
ID = String(64)
