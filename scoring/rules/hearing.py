"""When does an answer to a hearing come late, and what did its writer read?"""

from datetime import date, datetime
from uuid import UUID


def is_late(due_on: date | None, on: date) -> bool:
    """After the last day to answer; a hearing that was never sent has no deadline to miss."""
    return due_on is not None and on > due_on


def mark_of(hearing_id: UUID, answered_at: datetime | None) -> str:
    """Which hearing it is, and which answer stands in it: another mark than the one read means that either changed."""
    return f"{hearing_id} {answered_at.isoformat() if answered_at else ''}".strip()
