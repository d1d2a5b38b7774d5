"""Which calls are there, and what state is each in?"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from intake.models import (
    Call,
    CallFocusArea,
    Proposal,
)
from intake.rules.call import CallState, FocusArea, call_state


def state_of_call(call: Call, *, at: datetime) -> CallState:
    """The call's state by the clock."""
    return call_state(
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        published_at=call.published_at,
        cancelled_at=call.cancelled_at,
        at=at,
    )


def public_calls(session: Session, *, at: datetime) -> list[Call]:
    """Published calls that are open or will open, the nearest deadline first."""
    return list(
        session.exec(
            select(Call)
            .where(
                col(Call.published_at).is_not(None),
                col(Call.cancelled_at).is_(None),
                col(Call.closes_at) >= at,
            )
            .order_by(col(Call.closes_at))
        )
    )


def all_calls(session: Session) -> list[Call]:
    """Every call, newest first, for the secretariat."""
    return list(session.exec(select(Call).order_by(col(Call.year).desc(), col(Call.number).desc())))


def public_call(session: Session, slug: str) -> Call | None:
    """A call that has been published, whatever its state by now."""
    return session.exec(select(Call).where(Call.slug == slug, col(Call.published_at).is_not(None))).first()


def call_of(session: Session, proposal: Proposal) -> Call:
    """The call that a proposal answers."""
    return session.get_one(Call, proposal.call_id)


def focus_areas(session: Session, call_id: UUID) -> list[FocusArea]:
    """The focus areas of a call, in the order of the vision."""
    chosen = set(session.exec(select(CallFocusArea.focus_area).where(CallFocusArea.call_id == call_id)))
    return [area for area in FocusArea if area in chosen]
