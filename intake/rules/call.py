"""Is a call open at a moment, and what is its number and reference?"""

from datetime import datetime
from enum import StrEnum


class FocusArea(StrEnum):
    """The council's five hovedområder (vision, February 2025)."""

    CHILDREN_SPECIAL_NEEDS = "children_special_needs"
    YOUTH_JOBS_EDUCATION = "youth_jobs_education"
    MENTAL_ILLNESS = "mental_illness"
    HOMELESSNESS = "homelessness"
    DEPRIVED_AREAS = "deprived_areas"


class ExtraKind(StrEnum):
    """The four kinds of question that a call may ask on top of its question set."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"


class CallState(StrEnum):
    """A call's state; `scheduled`, `open` and `closed` follow from the clock alone."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def call_state(
    *,
    opens_at: datetime,
    closes_at: datetime,
    published_at: datetime | None,
    cancelled_at: datetime | None,
    at: datetime,
) -> CallState:
    """The call's state at a moment. 12.00 means up to and including 12:00:00.000 (contract 8.9)."""
    if cancelled_at is not None:
        return CallState.CANCELLED
    if published_at is None:
        return CallState.DRAFT
    if at < opens_at:
        return CallState.SCHEDULED
    return CallState.OPEN if at <= closes_at else CallState.CLOSED


def reference(year: int, call_number: int, running_number: int) -> str:
    """A proposal's reference `YYYY-CC-NNN` (contract section 6); numbers grow past their padding."""
    return f"{year}-{call_number:02}-{running_number:03}"
