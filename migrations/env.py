"""How does Alembic meet our tables? Called through `app.migrate` alone, with its connection."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel

import foundation.audit
import foundation.charts
import foundation.identity.models
import foundation.mail
import intake.models
import portfolio.models
import scoring.models
from app.migrate import in_tables, is_compared, types_differ
from foundation.db import make_engine

ALL_TABLES = (
    foundation.audit,
    foundation.charts,
    foundation.identity.models,
    foundation.mail,
    intake.models,
    portfolio.models,
    scoring.models,
)
"""Imported so that their tables stand in the metadata."""


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Write columns in SQLAlchemy's own words, so that a migration needs nothing of the application."""
    if kind != "type":
        return False
    name = type(item).__name__
    if name == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.Text()"
    if name == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=types_differ,
        include_name=in_tables,
        include_object=is_compared,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(context.config.attributes["database_url"], foreign_keys="OFF")
    with engine.connect() as connection:
        run(connection)
        connection.commit()
