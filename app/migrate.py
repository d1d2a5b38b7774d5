"""How is the schema brought up to date?"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Text, text
from sqlmodel.sql.sqltypes import AutoString

from foundation.db import make_engine
from foundation.settings import PROJECT
from intake.queries.search import BY_WORD


def alembic_config(database_url: str) -> Config:
    """Alembic's settings for one database, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def types_differ(
    _context: object, _column: object, _wanted_column: object, stored: object, wanted: object
) -> bool | None:
    """Alembic's question about one column; a text without a length is Text in the database (None: compare as ever)."""
    unlimited = isinstance(wanted, AutoString) and getattr(wanted.impl_instance, "length", None) is None
    return False if unlimited and isinstance(stored, Text) else None


def in_tables(name: str | None, _kind: str, _parents: object) -> bool:
    """Alembic's question about a name in the database: the word index of each database stands in no table of ours."""
    return name is None or not name.startswith(BY_WORD)


def is_compared(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Alembic's question about one item: PostgreSQL tells an index over a CASE in words of its own."""
    return not (kind == "index" and name is not None and name.endswith("_rank"))


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema up to date; of two that start at once, one waits for the other."""
    engine = make_engine(database_url, foreign_keys="OFF")
    try:
        with engine.connect() as connection:
            connection.execution_options(sqlite_begin="IMMEDIATE")
            connection.begin()  # Ours, so that Alembic commits no single step: all of it stands, or nothing.
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET lock_timeout = '60s'"))
                connection.execute(text("SET statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(727001)"))
            _run(connection, database_url, revision)
            connection.commit()
    finally:
        engine.dispose()


def upgrade_within(connection: Connection, database_url: str, revision: str = "head") -> None:
    """Bring the schema up to a revision in the caller's own transaction."""
    _run(connection, database_url, revision)


def downgrade(database_url: str, revision: str) -> None:
    """Go back to an earlier schema (tests and emergencies)."""
    upgrade(database_url, f"-{revision}")


def _run(connection: Connection, database_url: str, revision: str) -> None:
    config = alembic_config(database_url)
    config.attributes["connection"] = connection
    if revision.startswith("-"):
        command.downgrade(config, revision[1:])
    else:
        command.upgrade(config, revision)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"the migration leaves rows without a parent: {broken[:5]}")
