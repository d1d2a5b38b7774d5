"""How does a command read the settings, and refuse plainly when something is missing or busy?"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlmodel import Session

from foundation.settings import Settings, SettingsFault


class Faults(click.ClickException):
    """One line per fault on standard error, exit code 2."""

    exit_code = 2

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


def read_settings() -> Settings:
    """The settings of this environment; a Faults error names every gap."""
    try:
        return Settings.from_env(os.environ)
    except SettingsFault as fault:
        raise Faults(*fault.gaps) from fault


def sqlite_file(settings: Settings) -> Path | None:
    """The database file where the database is SQLite, else None."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def schema_is_current(settings: Settings) -> bool:
    """Has the database the schema of this release? Raises Faults where a later release has made it."""
    from app.schema import is_known, newest_revision

    revision = _revision(settings)
    if revision is not None and not is_known(revision):
        raise Faults("Databasen er fra en nyere udgave af Rådslag. Brug den udgave, eller gendan en kopi.")
    return revision == newest_revision()


def _revision(settings: Settings) -> str | None:
    """The revision of the schema; None without one. A database file that is not there is not made by asking."""
    from app.schema import revision_of
    from foundation.db import make_engine

    path = sqlite_file(settings)
    if path is not None and not path.exists():
        return None
    engine = make_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def need_current_schema(settings: Settings) -> None:
    """Raise Faults where the database is not ready for this release."""
    if not schema_is_current(settings):
        raise Faults("Databasen har ikke den form, som denne udgave skal bruge. Kør: raadslag db upgrade")


@contextmanager
def one_transaction(settings: Settings) -> Iterator[Session]:
    """The one transaction of a command, on a connection that is closed with it."""
    from foundation.db import make_engine, transaction

    engine = make_engine(settings.database_url)
    try:
        with transaction(lambda: Session(engine, expire_on_commit=False)) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def writers_place(settings: Settings) -> Iterator[None]:
    """Hold the SQLite lock: one server or one writing command at a time. Raises Faults when it is taken."""
    path = sqlite_file(settings)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise Faults("En server eller en anden kommando bruger databasen. Stop den først.") from taken
        yield
