"""Which database does a drill harm, and how is a fresh one made of each kind?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from tools.loopback import environ_of
from tools.postgres import OWN_POSTGRES, new_database, start_server


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh, migrated database with a folder of its own for mail, files and logs."""

    kind: str
    url: str
    folder: Path

    @property
    def storage(self) -> Path:
        """Where the server keeps attachments."""
        return self.folder / "storage" / "attachments"

    @property
    def mail(self) -> Path:
        """Where mail is delivered to, unless the drill names a mail server."""
        return self.folder / "mail"

    def environ(self, **more: str) -> dict[str, str]:
        """The environment of a server on this database."""
        return environ_of(self.url, self.folder, **more)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of the drill's own, to lay out cases before the server starts and to look afterwards."""
        from foundation.db import make_engine

        engine = make_engine(self.url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        finally:
            engine.dispose()


class Postgres:
    """The server that drills make their databases on: one's own, or the one from the test tools."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None

    def address(self) -> str:
        given = os.environ.get(OWN_POSTGRES)
        if given:
            return given
        if self._server is None:
            self._server = start_server(self._folder)
        address: str = self._server.get_uri()
        return address

    def version(self) -> str:
        """For the head of the report."""
        from sqlalchemy import text

        from foundation.db import make_engine

        engine = make_engine(self.address())
        with engine.connect() as connection:
            version: str = connection.execute(text("SHOW server_version")).scalar_one()
        engine.dispose()
        return version

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()


def fresh(kind: str, name: str, folder: Path, postgres: Postgres) -> Database:
    """An empty database of the kind, brought to the newest schema, in a folder made for it."""
    from app.migrate import upgrade

    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'drill.sqlite'}" if kind == "sqlite" else new_database(postgres.address(), name)
    upgrade(url)
    return Database(kind, url, folder)
