"""How is the database of a moment copied to files while others write to it?"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, inspect, text

from app.backup.manifest import DATABASE, TABLES, TableCopied
from app.schema import revision_of
from foundation.db import make_engine, sqlite_module

PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""What our tables and columns are called; only such a name is written into a statement."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A stored file that a row of the snapshot names, and the SHA-256 that the row gives it."""

    stored_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The copied database: its kind and revision, its files by their names in the archive, what its rows name."""

    database: str
    revision: str
    files: tuple[tuple[str, Path], ...]
    tables: tuple[TableCopied, ...]
    named: tuple[NamedFile, ...]


class NoSchema(Exception):
    """The database holds no tables of ours."""


def snapshot_of_sqlite(source: Path, folder: Path) -> Snapshot:
    """Copy an SQLite database into the folder; everything else is read from the copy."""
    place = folder / DATABASE
    copy_sqlite(source, place)
    engine = create_engine(f"sqlite:///{place}", module=sqlite_module())
    try:
        with engine.connect() as connection:
            tables = tuple(
                TableCopied(name, columns, count_of(connection, name))
                for name, columns in tables_of(connection).items()
            )
            files = ((DATABASE, place),)
            return Snapshot("sqlite", _revision(connection), files, tables, _named(connection, tables))
    finally:
        engine.dispose()


def copy_sqlite(source: Path, target: Path) -> None:
    """One consistent copy through SQLite's own backup: in one step, so that no writer makes it begin again."""
    module = sqlite_module()
    target.touch(mode=0o600, exist_ok=False)
    with closing(module.connect(str(source))) as reader, closing(module.connect(str(target))) as writer:
        reader.backup(writer)


def snapshot_of_postgres(url: str, folder: Path) -> Snapshot:
    """Copy the tables of a PostgreSQL database into the folder, all as they were at one moment."""
    (folder / TABLES).mkdir()
    with _frozen(url) as connection:
        tables = tuple(
            _copy_out(connection, name, columns, folder / TABLES / name)
            for name, columns in tables_of(connection).items()
        )
        files = tuple((TABLES + table.name, folder / TABLES / table.name) for table in tables)
        return Snapshot("postgresql", _revision(connection), files, tables, _named(connection, tables))


@contextmanager
def _frozen(url: str) -> Iterator[Connection]:
    """A connection that sees the database as it is now for as long as it is open, and writes nothing."""
    engine = make_engine(url)
    try:
        with engine.connect() as opened:
            connection = opened.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connection
    finally:
        engine.dispose()


def _copy_out(connection: Connection, table: str, columns: tuple[str, ...], place: Path) -> TableCopied:
    driver: Any = connection.connection.driver_connection
    with place.open("wb") as target, driver.cursor() as cursor:
        with cursor.copy(f"COPY {quoted(table)} ({listed(columns)}) TO STDOUT") as copy:
            for content in copy:
                target.write(content)
        return TableCopied(table, columns, int(cursor.rowcount))


def listed(columns: tuple[str, ...]) -> str:
    """The columns in a statement."""
    return ", ".join(map(quoted, columns))


def quoted(name: str) -> str:
    """A table or column in a statement. Raises ValueError for a name that is not plain."""
    if not PLAIN_NAME.fullmatch(name):
        raise ValueError("not the name of a table or column")
    return f'"{name}"'


def tables_of(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Our tables as they are in this database, whatever release made them, with the columns that are stored."""
    found = inspect(connection).get_multi_columns()
    return {
        table: tuple(column["name"] for column in columns if not column.get("computed"))
        for (_, table), columns in sorted(found.items())
        if table != "alembic_version"
    }


def count_of(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {quoted(table)}")).scalar_one())  # noqa: S608


def _revision(connection: Connection) -> str:
    """Raises NoSchema for a database without tables of ours."""
    revision = revision_of(connection)
    if revision is None:
        raise NoSchema
    return revision


def _named(connection: Connection, tables: tuple[TableCopied, ...]) -> tuple[NamedFile, ...]:
    """Every stored file that any row names, whichever table it stands in."""
    return tuple(
        NamedFile(*row)
        for table in tables
        if {"stored_name", "sha256"} <= set(table.columns)
        for row in connection.execute(text(f"SELECT stored_name, sha256 FROM {quoted(table.name)} ORDER BY 1"))  # noqa: S608
    )
