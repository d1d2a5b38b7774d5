"""Which schema does the database have, and which does this release need?

Read without Alembic: a server asks this too, and would carry all of Alembic along for it.
"""

import functools
import re
from typing import Final

from sqlalchemy import Connection, inspect, text

from foundation.settings import PROJECT

_NAMED: Final = re.compile(r'^(down_)?revision = "(\w+)"$', re.MULTILINE)


@functools.cache
def known_revisions() -> tuple[str, ...]:
    """The revisions of this release and of those before it, the oldest first."""
    files = sorted((PROJECT / "migrations" / "versions").glob("[0-9]*.py"))
    named = [found for file in files for found in _NAMED.findall(file.read_text(encoding="utf-8"))]
    return tuple(revision for is_before, revision in named if not is_before)


def newest_revision() -> str:
    """The revision that this release needs."""
    return known_revisions()[-1]


def is_known(revision: str) -> bool:
    """Is it a revision of this release, or of one before it?"""
    return revision in known_revisions()


def revision_of(connection: Connection) -> str | None:
    """The revision that the database has; None where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def is_current(connection: Connection) -> bool:
    """Has the database exactly the schema of this release?"""
    return revision_of(connection) == newest_revision()
