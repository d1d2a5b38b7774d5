"""What is known of one proposal before it is scored?"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.identity.models import Organisation, Person
from foundation.identity.roles import Actor
from intake.models import (
    Call,
    DepartmentRequest,
    FormalCheck,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.queries.calls import focus_areas
from intake.queries.visibility import visible_to
from intake.rules.formal_check import FormalFacts
from intake.rules.lifecycle import State
from intake.rules.proposal import ProposalDraft


def draft_of(proposal: Proposal) -> ProposalDraft:
    """The proposal's answers as the frozen draft that rules and forms speak."""
    return ProposalDraft(answers=dict(proposal.answers))


def sent_by(session: Session, proposal: Proposal) -> str:
    """The mail address that the newest receipt went to; empty for a proposal that was never sent."""
    found = session.exec(
        select(Person.email)
        .join(ProposalVersion, col(ProposalVersion.sent_by) == col(Person.id))
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(col(ProposalVersion.number).desc())
        .limit(1)
    ).first()
    return found or ""


def organisations_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations that the actor may act for."""
    return session.exec(
        select(Organisation).where(col(Organisation.id).in_(actor.organisation_ids)).order_by(Organisation.name)
    ).all()


def formal_facts(session: Session, actor: Actor, proposal: Proposal, call: Call) -> FormalFacts:
    """What the formal check looks at, of other cases only those that the actor may see.

    Raises ValueError for a proposal that was never sent.
    """
    if proposal.received_at is None or proposal.focus_area is None or proposal.wish is None:
        raise ValueError("an unsent proposal has no formal check")
    return FormalFacts(
        received_at=proposal.received_at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        call_areas=frozenset(focus_areas(session, call.id)),
        focus_area=proposal.focus_area,
        cvr=proposal.organisation_cvr,
        same_cvr_in_call=_same_cvr(session, actor, proposal),
        amount_ore=proposal.amount_sought_ore or 0,
        wish=proposal.wish,
        per_project_cap_ore=call.per_project_cap_ore,
        free_text="\n".join(value for value in proposal.answers.values() if isinstance(value, str)),
    )


def _same_cvr(session: Session, actor: Actor, proposal: Proposal) -> tuple[str, ...]:
    if proposal.organisation_cvr is None:
        return ()
    rows = session.exec(
        select(Proposal.reference).where(
            Proposal.call_id == proposal.call_id,
            Proposal.organisation_cvr == proposal.organisation_cvr,
            Proposal.id != proposal.id,
            col(Proposal.reference).is_not(None),
            Proposal.state != State.WITHDRAWN,
            visible_to(actor),
        )
    )
    return tuple(sorted(reference for reference in rows if reference))


def latest_formal_check(session: Session, proposal_id: UUID) -> FormalCheck | None:
    return session.exec(
        select(FormalCheck)
        .where(FormalCheck.proposal_id == proposal_id)
        .order_by(col(FormalCheck.checked_at).desc())
        .limit(1)
    ).first()


def department_requests(session: Session, proposal_id: UUID) -> Sequence[DepartmentRequest]:
    """The departments asked, the lead first."""
    return session.exec(
        select(DepartmentRequest)
        .where(DepartmentRequest.proposal_id == proposal_id)
        .order_by(col(DepartmentRequest.is_lead).desc(), DepartmentRequest.department_code)
    ).all()


def reviewers_of(session: Session, proposal_id: UUID) -> Sequence[tuple[ReviewerAssignment, str]]:
    """The people who are to score, with their names."""
    return session.exec(
        select(ReviewerAssignment, Person.name)
        .join(Person, col(Person.id) == ReviewerAssignment.person_id)
        .where(ReviewerAssignment.proposal_id == proposal_id, col(ReviewerAssignment.ended_at).is_(None))
        .order_by(Person.name)
    ).all()
