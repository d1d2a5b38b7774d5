"""Which cases wait for the secretariat, and what for?"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from foundation.identity.models import Person
from foundation.identity.roles import Actor
from intake.models import (
    ConflictDeclaration,
    DepartmentRequest,
    FormalCheck,
    FormalReturn,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.queries.lists import PAGE_ROWS
from intake.queries.visibility import visible_to, works_on
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State


class WaitsFor(StrEnum):
    """What a case waits for the secretariat to do."""

    FORMAL_CHECK = "formal_check"
    ROUTING = "routing"
    OVERDUE_RETURN = "overdue_return"
    OVERDUE_DEPARTMENT = "overdue_department"
    OWN_ASSESSOR = "own_assessor"
    CONSENSUS = "consensus"
    SORTING = "sorting"
    CONFLICT_REVIEW = "conflict_review"
    HEARING = "hearing"


@dataclass(frozen=True, slots=True)
class SecretariatCase:
    """One case on the secretariat's desk; `case_worker` is empty where nobody has taken it."""

    reference: str
    title: str
    organisation: str
    case_worker: str
    waits_for: WaitsFor


def secretariat_queue(session: Session, actor: Actor, *, on: date) -> list[SecretariatCase]:
    """The cases in which the secretariat is the one to act, the oldest first; one query whatever the number of rows."""
    worker = aliased(Person)
    waits_for = _waits_for(on)
    rows = session.execute(
        sa.select(Proposal.reference, Proposal.title, Proposal.organisation_name, worker.name, waits_for)  # type: ignore[call-overload]
        .outerjoin(worker, col(worker.id) == col(Proposal.case_worker_id))
        .where(_is_secretarys(actor), col(Proposal.state).in_(_STATES), waits_for.is_not(None))
        .order_by(col(Proposal.received_at), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )
    return [SecretariatCase(ref, title, org, name or "", WaitsFor(what)) for ref, title, org, name, what in rows]


_STATES = sorted(
    {State.SUBMITTED, State.FORMAL_CHECK, State.RETURNED, State.WITH_DEPARTMENTS, State.MATURITY_ASSESSMENT}
)


def _is_secretarys(actor: Actor) -> sa.ColumnElement[bool]:
    """A case that the actor may work on as secretariat; who scores it does not."""
    return sa.and_(visible_to(actor), ~works_on(actor.person_id))


def _waits_for(on: date) -> Any:
    """The first thing that a case waits for; null where it waits for somebody else."""
    state = col(Proposal.state)
    return sa.case(
        (state == State.SUBMITTED, WaitsFor.FORMAL_CHECK.value),
        (sa.and_(state == State.FORMAL_CHECK, _passed()), WaitsFor.ROUTING.value),
        (state == State.FORMAL_CHECK, WaitsFor.FORMAL_CHECK.value),
        (sa.and_(state == State.RETURNED, _return_overdue(on)), WaitsFor.OVERDUE_RETURN.value),
        (state == State.RETURNED, None),
        (~_has_own_assessor(), WaitsFor.OWN_ASSESSOR.value),
        (sa.and_(state == State.WITH_DEPARTMENTS, _department_overdue(on)), WaitsFor.OVERDUE_DEPARTMENT.value),
        (state == State.WITH_DEPARTMENTS, None),
        (col(Proposal.maturity_e4).is_not(None), WaitsFor.SORTING.value),
        (col(Proposal.assessments_final) >= 2, WaitsFor.CONSENSUS.value),
        else_=None,
    )


def _passed() -> sa.ColumnElement[bool]:
    """The formalities of what was last sent are in order, and nobody has found otherwise since."""
    newer = sa.exists().where(
        col(ProposalVersion.proposal_id) == col(Proposal.id),
        col(ProposalVersion.received_at) > col(FormalCheck.checked_at),
    )
    later = aliased(FormalCheck)
    taken_back = sa.exists().where(
        col(later.proposal_id) == col(Proposal.id), col(later.checked_at) > col(FormalCheck.checked_at)
    )
    return sa.exists().where(
        col(FormalCheck.proposal_id) == col(Proposal.id),
        col(FormalCheck.outcome) == CheckOutcome.OK,
        ~newer,
        ~taken_back,
    )


def _return_overdue(on: date) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(FormalReturn.proposal_id) == col(Proposal.id), col(FormalReturn.due_on) < on)


def _department_overdue(on: date) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(DepartmentRequest.proposal_id) == col(Proposal.id),
        col(DepartmentRequest.answered_at).is_(None),
        col(DepartmentRequest.exempt_at).is_(None),
        col(DepartmentRequest.withdrawn_at).is_(None),
        col(DepartmentRequest.due_on) < on,
    )


def _has_own_assessor() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == col(Proposal.id),
        col(ReviewerAssignment.department_code).is_(None),
        col(ReviewerAssignment.scores).is_(True),
        col(ReviewerAssignment.ended_at).is_(None),
    )


def unreviewed_conflicts(session: Session, actor: Actor) -> list[SecretariatCase]:
    """The cases where a colleague has declared a conflict of interest that nobody has reviewed."""
    declared = select(ConflictDeclaration.proposal_id).where(
        col(ConflictDeclaration.has_conflict).is_(True),
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.upheld).is_(None),
        ConflictDeclaration.person_id != actor.person_id,
    )
    return cases_waiting(session, actor, declared, WaitsFor.CONFLICT_REVIEW)


def cases_waiting(session: Session, actor: Actor, keys: Any, what: WaitsFor) -> list[SecretariatCase]:
    """The cases with these keys that the actor may see, as rows of the desk; `keys` is a select of proposal ids."""
    worker = aliased(Person)
    rows: Any = session.execute(
        sa.select(Proposal.reference, Proposal.title, Proposal.organisation_name, worker.name)  # type: ignore[call-overload]
        .outerjoin(worker, col(worker.id) == col(Proposal.case_worker_id))
        .where(_is_secretarys(actor), col(Proposal.id).in_(keys))
        .order_by(col(Proposal.received_at), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )
    return [SecretariatCase(ref, title, org, name or "", what) for ref, title, org, name in rows]
