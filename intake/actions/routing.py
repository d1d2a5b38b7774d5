"""How does a proposal reach its departments, and when have they answered? Nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from foundation import mail
from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from intake.actions.moves import move_proposal, record_on
from intake.events import (
    DepartmentsAllAnswered,
    ProposalRouted,
)
from intake.models import (
    Call,
    DepartmentRequest,
    Proposal,
    ReviewerAssignment,
)
from intake.queries import department_requests, has_conflict, latest_formal_check
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State


@dataclass(frozen=True, slots=True)
class Routing:
    """Which departments are asked, who scores, and by when."""

    lead: str
    others: tuple[str, ...]
    reviewer_id: UUID
    due_on: date


def route_proposal(
    session: Session,
    proposal: Proposal,
    call: Call,
    routing: Routing,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Send a checked proposal to its departments and its assessor. Raises Refused at the field that is wrong."""
    if _latest_outcome(session, proposal) is not CheckOutcome.OK:
        raise Refused("Formalia skal være tjekket og i orden, før forslaget kan sendes til en forvaltning.")
    if routing.due_on <= at.date():
        raise Refused("Fristen skal ligge efter i dag.", field="due_on")
    reviewer = session.get(Person, routing.reviewer_id)
    if reviewer is None or not _may_score(session, proposal, reviewer, routing.lead):
        raise Refused("Vælg en vurderer fra den forvaltning, der har hovedansvaret.", field="reviewer")
    move_proposal(proposal, "department.route")
    asked = [routing.lead, *(code for code in routing.others if code != routing.lead)]
    _add_requests(session, proposal, asked, routing, actor=actor, at=at)
    proposal.departments_asked = len(asked)
    session.add(proposal)
    record_on(
        session,
        proposal,
        ProposalRouted(asked[0], tuple(asked[1:]), routing.due_on.isoformat(), reviewer.name),
        actor=actor,
        at=at,
    )
    _queue_routed_mail(session, proposal, call, reviewer, routing.due_on, at=at, base_url=base_url)


def _may_score(session: Session, proposal: Proposal, reviewer: Person, lead: str) -> bool:
    """A reviewer of the lead department with an open account and no known conflict (contract 8.5 and 8.6)."""
    return (
        reviewer.closed_at is None
        and (Role.REVIEWER, lead) in held_roles(session, reviewer.id)
        and not has_conflict(session, reviewer.id, proposal)
    )


def _latest_outcome(session: Session, proposal: Proposal) -> CheckOutcome | None:
    latest = latest_formal_check(session, proposal.id)
    return latest.outcome if latest else None


def _add_requests(
    session: Session,
    proposal: Proposal,
    asked: Sequence[str],
    routing: Routing,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    for code in asked:
        session.add(
            DepartmentRequest(
                proposal_id=proposal.id,
                department_code=code,
                is_lead=code == routing.lead,
                due_on=routing.due_on,
                asked_by=actor.person_id,
                asked_at=at,
            )
        )
    session.add(
        ReviewerAssignment(
            proposal_id=proposal.id,
            person_id=routing.reviewer_id,
            department_code=routing.lead,
            due_on=routing.due_on,
            assigned_by=actor.person_id,
            assigned_at=at,
        )
    )


def _queue_routed_mail(
    session: Session,
    proposal: Proposal,
    call: Call,
    reviewer: Person,
    due_on: date,
    *,
    at: datetime,
    base_url: str,
) -> None:
    subject, body = mail.compose(
        "routed",
        reference=proposal.reference,
        call_title=call.title,
        due_on=due_on,
        address=f"{base_url}/proposals/{proposal.reference}",
    )
    mail.queue(
        session,
        dedup_key=f"routed:{proposal.id}:{reviewer.id}",
        to=reviewer.email,
        subject=subject,
        body=body,
        at=at,
        about_id=proposal.id,
    )


def note_department_answer(session: Session, proposal: Proposal, request: DepartmentRequest, *, at: datetime) -> None:
    """Count a department's answer; when the last one asked has answered, the case moves on to be assessed."""
    if request.answered_at is None:
        request.answered_at = at
        proposal.departments_answered += 1
        session.add(request)
        session.add(proposal)
        session.flush()
    open_requests = [asked for asked in department_requests(session, proposal.id) if asked.answered_at is None]
    if proposal.state is State.WITH_DEPARTMENTS and not open_requests:
        move_proposal(proposal, "departments.all_answered")
        record_on(session, proposal, DepartmentsAllAnswered(proposal.departments_asked), actor=None, at=at)
