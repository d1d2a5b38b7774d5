"""How does a command read the settings, and refuse plainly when something is missing or busy?"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url

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
