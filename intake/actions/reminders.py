"""Who is reminded that a department owes an answer? Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation.clock import today
from intake.actions.notices import (
    assignments_address,
    case_address,
    coordinator_addresses,
    secretariat_address,
    tell,
)
from intake.models import DepartmentRequest, Proposal
from intake.queries import addressee, late_requests, reviewers_of
from intake.rules.routing import overdue_is_told, reminder_is_due


def answer_reminders_due(session: Session, *, at: datetime) -> bool:
    """Is anybody to be reminded now? Read first, so that an idle worker never holds the writer's lock."""
    return any(_letter(row, at=at) for row in late_requests(session, today(at)))


def send_answer_reminders(session: Session, *, at: datetime, base_url: str) -> int:
    """Remind once before a department's deadline and once after it; returns how many were reminded of.

    Those who have the case are written to, or the coordinators where nobody has it; of what is late, the coordinators
    too. Where there is nobody, the secretariat is.
    """
    reminded = 0
    for request in late_requests(session, today(at)):
        letter = _letter(request, at=at)
        if letter is not None and _mark(session, request.id, letter, at=at):
            _remind(session, request, letter, at=at, base_url=base_url)
            reminded += 1
    return reminded


def _letter(request: DepartmentRequest, *, at: datetime) -> str | None:
    on = today(at)
    if request.overdue_reminded_at is None and overdue_is_told(request.due_on, today=on):
        return "answer_overdue"
    if request.reminded_at is None and reminder_is_due(request.due_on, asked_on=today(request.asked_at), today=on):
        return "answer_reminder"
    return None


def _mark(session: Session, request_id: UUID, letter: str, *, at: datetime) -> bool:
    """One guarded update: of two workers that see the same row, one writes, and none after it was answered."""
    marked = DepartmentRequest.overdue_reminded_at if letter == "answer_overdue" else DepartmentRequest.reminded_at
    done = session.execute(
        sa.update(DepartmentRequest)
        .where(
            col(DepartmentRequest.id) == request_id,
            col(marked).is_(None),
            col(DepartmentRequest.answered_at).is_(None),
            col(DepartmentRequest.exempt_at).is_(None),
            col(DepartmentRequest.withdrawn_at).is_(None),
        )
        .values({col(marked): at})
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _remind(session: Session, request: DepartmentRequest, letter: str, *, at: datetime, base_url: str) -> None:
    proposal = session.get_one(Proposal, request.proposal_id)
    people = _who_has(session, proposal, request.department_code)
    tell(
        session,
        proposal,
        letter,
        people,
        at=at,
        department=request.department_code,
        due_on=request.due_on,
        address=case_address(proposal, base_url),
    )
    if people and letter == "answer_reminder":
        return
    hands_out = coordinator_addresses(session, proposal, request.department_code, at=at)
    others = [one for one in hands_out if one not in people]
    tell(
        session,
        proposal,
        letter,
        others if people or others else [secretariat_address(session, proposal)],
        at=at,
        department=request.department_code,
        due_on=request.due_on,
        address=assignments_address(proposal, base_url),
    )


def _who_has(session: Session, proposal: Proposal, department: str) -> Sequence[str]:
    rows = [row for row, _name in reviewers_of(session, proposal.id) if row.department_code == department]
    people = (addressee(session, proposal, row.person_id) for row in rows)
    return [one.email for one in people if one is not None]
