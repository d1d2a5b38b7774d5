"""What stands in the database, row for row, so that a test can say that nothing changed?"""

from sqlalchemy import select
from sqlmodel import Session, SQLModel


def fingerprint(session: Session, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every row of every table as text, as the database holds it now."""
    session.expire_all()
    return {
        table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
        for table in SQLModel.metadata.sorted_tables
        if table.name not in without
    }
