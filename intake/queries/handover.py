"""Which cases has a person, and which are left with somebody who cannot open them any more?"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from foundation.identity.models import Person, RoleGrant
from foundation.identity.roles import Role
from intake.models import DepartmentCoordinator, DepartmentRequest, Proposal, ReviewerAssignment
from intake.queries.secretariat import is_still_to_score
from intake.queries.visibility import valid_on
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, states_for

_WORKED_ON = sorted(states_for("caseworker.assign", Relation.SECRETARIAT) - {State.CLOSED})
_ASSESSED = sorted(states_for("assessment.edit", Relation.ASSIGNED))
_EverWorked = aliased(RoleGrant)


@dataclass(frozen=True, slots=True)
class Workload:
    """How much waits for a person: numbers alone, since an administrator sees no case."""

    cases: int
    assignments: int
    departments: int

    @property
    def is_some(self) -> bool:
        return bool(self.cases or self.assignments or self.departments)


def workload(session: Session, person_id: UUID, *, on: date) -> Workload:
    """Cases as case worker, cases to answer or score, and departments whose cases the person hands out."""
    return Workload(
        cases=_count(session, Proposal, Proposal.case_worker_id == person_id, col(Proposal.state).in_(_WORKED_ON)),
        assignments=_count(session, ReviewerAssignment, ReviewerAssignment.person_id == person_id, _is_owed()),
        departments=_count(
            session,
            DepartmentCoordinator,
            DepartmentCoordinator.person_id == person_id,
            *valid_on(DepartmentCoordinator, on),
        ),
    )


def _count(session: Session, table: Any, *where: Any) -> int:
    return session.exec(select(sa.func.count()).select_from(table).where(*where)).one()


def without_case_worker() -> Any:
    """The keys of the cases whose case worker is no longer one of the secretariat.

    From the few people who ever were to their cases: most cases have a case worker who works.
    """
    works = _may_work(col(_EverWorked.person_id), col(RoleGrant.role) == Role.SECRETARIAT)
    gone = select(_EverWorked.person_id).where(col(_EverWorked.role) == Role.SECRETARIAT, ~works)
    return select(Proposal.id).where(col(Proposal.case_worker_id).in_(gone), col(Proposal.state).in_(_WORKED_ON))


def left_by_assessor() -> Any:
    """The keys of the cases that somebody still owes an answer or scores, and cannot give them any more."""
    own = sa.and_(col(RoleGrant.role) == Role.SECRETARIAT, col(ReviewerAssignment.department_code).is_(None))
    reviews = sa.and_(
        col(RoleGrant.role) == Role.REVIEWER,
        col(RoleGrant.department_code) == col(ReviewerAssignment.department_code),
    )
    works = _may_work(col(ReviewerAssignment.person_id), sa.or_(own, reviews))
    return select(ReviewerAssignment.proposal_id).where(_is_owed(), ~works)


def _may_work(person_id: Any, role: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The person has an open account and the role. A last day that has passed ends it soon after midnight."""
    return sa.exists().where(
        col(Person.id) == person_id,
        col(Person.closed_at).is_(None),
        col(RoleGrant.person_id) == col(Person.id),
        col(RoleGrant.ended_at).is_(None),
        role,
    )


def _is_owed() -> sa.ColumnElement[bool]:
    """Something is still to be done on the assignment: the scores, or the answer of a department that is asked."""
    in_time = sa.exists().where(
        col(Proposal.id) == col(ReviewerAssignment.proposal_id), col(Proposal.state).in_(_ASSESSED)
    )
    answer = sa.exists().where(
        col(DepartmentRequest.proposal_id) == col(ReviewerAssignment.proposal_id),
        col(DepartmentRequest.department_code) == col(ReviewerAssignment.department_code),
        col(DepartmentRequest.answered_at).is_(None),
        col(DepartmentRequest.exempt_at).is_(None),
        col(DepartmentRequest.withdrawn_at).is_(None),
    )
    is_open = col(ReviewerAssignment.ended_at).is_(None)
    return sa.and_(is_open, in_time, sa.or_(is_still_to_score(), answer))
