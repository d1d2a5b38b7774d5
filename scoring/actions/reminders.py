"""Who is reminded that an own score sheet is not finished? Nothing here commits."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation.clock import today
from intake.actions import case_address, secretariat_address, tell
from intake.models import Proposal, ReviewerAssignment
from intake.queries import addressee
from intake.rules.routing import overdue_is_told, reminder_is_due
from scoring.queries import late_assessors


def assessment_reminders_due(session: Session, *, at: datetime) -> bool:
    """Is anybody to be reminded now? Read first, so that an idle worker never holds the writer's lock."""
    return any(_letter(row, at=at) for row in late_assessors(session, today(at)))


def send_assessment_reminders(session: Session, *, at: datetime, base_url: str) -> int:
    """Remind each assessor once before the deadline and once after it; returns how many were reminded of."""
    reminded = 0
    for assignment in late_assessors(session, today(at)):
        letter = _letter(assignment, at=at)
        if letter is not None and _mark(session, assignment.id, letter, at=at):
            _remind(session, assignment, letter, at=at, base_url=base_url)
            reminded += 1
    return reminded


def _letter(assignment: ReviewerAssignment, *, at: datetime) -> str | None:
    on, asked_on = today(at), today(assignment.assigned_at)
    if assignment.overdue_reminded_at is None and overdue_is_told(assignment.due_on, today=on):
        return "assessment_overdue"
    if assignment.reminded_at is None and reminder_is_due(assignment.due_on, asked_on=asked_on, today=on):
        return "assessment_reminder"
    return None


def _mark(session: Session, assignment_id: UUID, letter: str, *, at: datetime) -> bool:
    """One guarded update: of two workers that see the same row, one writes."""
    marked = (
        ReviewerAssignment.overdue_reminded_at if letter == "assessment_overdue" else ReviewerAssignment.reminded_at
    )
    done = session.execute(
        sa.update(ReviewerAssignment)
        .where(
            col(ReviewerAssignment.id) == assignment_id,
            col(marked).is_(None),
            col(ReviewerAssignment.ended_at).is_(None),
        )
        .values({col(marked): at})
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _remind(session: Session, assignment: ReviewerAssignment, letter: str, *, at: datetime, base_url: str) -> None:
    proposal = session.get_one(Proposal, assignment.proposal_id)
    person = addressee(session, proposal, assignment.person_id)
    tell(
        session,
        proposal,
        letter,
        [person.email if person else secretariat_address(session, proposal)],
        at=at,
        due_on=assignment.due_on,
        address=case_address(proposal, base_url),
    )
