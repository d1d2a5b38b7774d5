"""How does an empty database become the one that a backup holds, all of it or nothing?"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlmodel import Session

from app.backup.archive import CHUNK, members, read_with_care, settle, unpacked
from app.backup.manifest import DATABASE, TABLES, BackupFault, Manifest, TableCopied
from app.backup.snapshot import count_of, listed, quoted, tables_of
from app.migrate import upgrade, upgrade_within
from foundation.db import make_engine, sqlite_module
from foundation.mail_hold import begin_after_restore

_SAYS_SOMEBODY_WORKED = ("person", "audit_event", "outgoing_mail")
"""Tables that no migration fills; a database that was only made by `db upgrade` is empty there."""


def refill_sqlite(place: Path, file: Path, manifest: Manifest, files: Callable[[], None], *, at: datetime) -> int:
    """Make the database file; returns how many letters wait. `files` is called before it takes its name."""
    _need_empty_sqlite(place)
    new = place.with_name(place.name + ".restoring")
    _remove_sqlite(new)
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        with read_with_care():
            _unpack_database(file, manifest, new)
        letters = _prepared_sqlite(new, manifest, at)
        _settle_file(new)
        files()
        _remove_sqlite(place)
        new.rename(place)
        settle(place.parent)
    finally:
        _remove_sqlite(new)
    return letters


def _need_empty_sqlite(place: Path) -> None:
    if place.exists():
        engine = _plain_engine(place)
        with _open(engine) as connection:
            _need_empty(connection)


def _unpack_database(file: Path, manifest: Manifest, new: Path) -> None:
    hashes = {part.name: part.sha256 for part in manifest.parts}
    for name, stream in members(file):
        if name == DATABASE:
            unpacked(stream, new, hashes[name])
            return
    raise BackupFault("Kopien er beskadiget: databasen mangler i den.")


def _prepared_sqlite(new: Path, manifest: Manifest, at: datetime) -> int:
    with _open(_plain_engine(new)) as connection:
        if connection.execute(text("PRAGMA integrity_check")).scalar_one() != "ok":
            raise BackupFault("Kopien er beskadiget: databasen i den er ikke hel.")
        _need_all_rows(connection, manifest)
    url = f"sqlite:///{new}"
    upgrade(url)
    with _open(make_engine(url)) as connection, connection.begin():
        return _begin(connection, manifest, at)


def _plain_engine(place: Path) -> Engine:
    """An engine that changes nothing of the file, not even its journal."""
    return create_engine(f"sqlite:///{place}", module=sqlite_module())


def _remove_sqlite(place: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)


def _settle_file(place: Path) -> None:
    with place.open("rb") as file:
        os.fsync(file.fileno())


def refill_postgres(url: str, file: Path, manifest: Manifest, files: Callable[[], None], *, at: datetime) -> int:
    """Make tables and rows in one transaction; returns how many letters wait. `files` is called before the commit."""
    with _open(make_engine(url)) as connection:
        for statement in ("SET statement_timeout = 0", "SET lock_timeout = '60s'"):
            connection.execute(text(statement))
        connection.execute(text("SELECT pg_advisory_xact_lock(727001)"))
        _need_empty(connection)
        for table in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE {quoted(table)} CASCADE"))
        upgrade_within(connection, url, manifest.revision)
        with read_with_care(), _without_foreign_keys(connection):
            _copy_in(connection, file, {TABLES + table.name: table for table in manifest.tables})
        _need_all_rows(connection, manifest)
        upgrade_within(connection, url)
        letters = _begin(connection, manifest, at)
        files()
        connection.commit()
    return letters


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Rows may come in any order; every reference is checked when the keys come back."""
    ours = "contype = 'f' AND connamespace = current_schema()::regnamespace"
    keys = connection.execute(
        text(f"SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE {ours}")  # noqa: S608
    ).all()
    for table, name, _ in keys:
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    yield
    for table, name, definition in keys:
        connection.execute(text(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'))


def _copy_in(connection: Connection, file: Path, tables: dict[str, TableCopied]) -> None:
    there = tables_of(connection)
    for name in there:  # Migrations put rows of their own into new tables.
        connection.execute(text(f"DELETE FROM {quoted(name)}"))  # noqa: S608
    for table in tables.values():
        if set(table.columns) != set(there.get(table.name, ())):
            raise BackupFault(f"Kopien passer ikke: tabellen {table.name} er en anden, end den skal være.")
    for name, stream in members(file):
        if name in tables:
            _copy_table(connection, tables[name], stream)
    _go_on_counting(connection)


def _copy_table(connection: Connection, table: TableCopied, stream: BinaryIO) -> None:
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quoted(table.name)} ({listed(table.columns)}) FROM STDIN") as copy,
    ):
        while content := stream.read(CHUNK):
            copy.write(content)


def _go_on_counting(connection: Connection) -> None:
    """The next number that a column gives by itself comes after those that were copied.

    The sequence is asked for with the table's schema: the server may ask it of other schemas' tables before ours are
    told apart.
    """
    sequence = "pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name)"
    ours = f"table_schema = current_schema() AND {sequence} IS NOT NULL"
    numbered = connection.execute(
        text(f"SELECT table_name, column_name, {sequence} FROM information_schema.columns WHERE {ours}")  # noqa: S608
    ).all()
    for table, column, name in numbered:
        highest = f"SELECT coalesce(max({quoted(column)}), 0) + 1 FROM {quoted(table)}"  # noqa: S608
        connection.execute(text(f"SELECT setval(:name, ({highest}), false)"), {"name": name})


def _need_all_rows(connection: Connection, manifest: Manifest) -> None:
    wrong = [table.name for table in manifest.tables if count_of(connection, table.name) != table.rows]
    if wrong:
        raise BackupFault(f"Kopien er beskadiget: tabellen {wrong[0]} har ikke det antal rækker, den havde.")


def _need_empty(connection: Connection) -> None:
    there = tables_of(connection)
    if any(table in there and count_of(connection, table) for table in _SAYS_SOMEBODY_WORKED):
        raise BackupFault("Databasen er ikke tom. Der gendannes kun i en tom database.")
    if there and "person" not in there:
        raise BackupFault("Databasen har tabeller, der ikke er fra Rådslag. Vælg en tom database.")


def _begin(connection: Connection, manifest: Manifest, at: datetime) -> int:
    with Session(connection, join_transaction_mode="rollback_only") as session:
        letters = begin_after_restore(session, copied_at=datetime.fromisoformat(manifest.copied_at), at=at)
        session.flush()
    return letters


@contextmanager
def _open(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
