"""Which cases may this person see, and how does the person stand to one of them?"""

import functools
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from foundation.identity.models import Membership, Organisation, RoleGrant
from foundation.identity.roles import Actor, Role
from foundation.plain_rows import plain_rows
from intake.models import (
    ConflictDeclaration,
    DepartmentCoordinator,
    DepartmentRequest,
    Proposal,
    ProposalPartner,
    ReviewerAssignment,
)
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, states_for


# To put a large condition together costs more than to ask it: what many questions hold is made once and kept.
@functools.lru_cache(maxsize=64)
def somebody(role: Role) -> Actor:
    """An actor of a role, for a question that is put together once, before it is known who asks.

    `values_of_reader` gives the values that it is asked with.
    """
    whoever: Any = sa.bindparam("reader", type_=sa.Uuid())
    department: Any = sa.bindparam("reader_department", type_=sa.String())
    organisations: Any = sa.bindparam("reader_organisations", type_=sa.Uuid(), expanding=True)
    return Actor(whoever, "", "", role, department, organisations, whoever)


def values_of_reader(actor: Actor) -> dict[str, Any]:
    """Who asks, by the names that `somebody` has in a question."""
    return {
        "reader": actor.person_id,
        "reader_department": actor.department,
        "reader_organisations": sorted(actor.organisation_ids),
    }


@functools.lru_cache(maxsize=512)
def conflicted(person_id: UUID) -> sa.ColumnElement[bool]:
    """The person has a conflict of interest on the case: declared and not lifted, or by membership.

    Members of the organisation that applies, of a partner, and of any organisation with the CVR number of one of them.
    """
    return is_conflicted(col(Proposal.id), person_id)


def is_conflicted(proposal_id: Any, person_id: UUID) -> sa.ColumnElement[bool]:
    """`conflicted`, asked of a row that names a case: where few rows do, PostgreSQL then reads those cases alone."""
    condition: sa.ColumnElement[bool] = proposal_id.in_(sa.union(*_conflicted_keys(person_id)))
    return condition


def closed_cases(session: Session, actor: Actor) -> list[UUID]:
    """The keys of the cases that are closed to one of the staff whatever the role: few, and found without the lists."""
    return list(session.execute(closed_keys(actor)).scalars())


def closed_keys(actor: Actor) -> Any:
    """What finds the keys of `closed_cases`: from declarations, memberships and assignments, not from all proposals."""
    keys = _conflicted_keys(actor.person_id)
    if actor.role is Role.SECRETARIAT:
        given = given_to(actor.person_id)
        shut = select(Proposal.id).where(col(Proposal.id).in_(given), _shut_by_assignment(actor.person_id))
        keys.append(shut.correlate(None))  # Asked of proposals of its own, wherever the question stands.
    return sa.union(*keys)


def not_a_secretarys(person_id: UUID) -> Any:
    """What finds the keys of the cases on which the person is not secretariat: with a conflict, or given to assess."""
    return sa.union(*_conflicted_keys(person_id), given_to(person_id))


def given_to(person_id: UUID) -> Any:
    """What finds the keys of the cases that the person has an open assignment on."""
    return select(ReviewerAssignment.proposal_id).where(
        ReviewerAssignment.person_id == person_id, col(ReviewerAssignment.ended_at).is_(None)
    )


@functools.cache
def is_standing_conflict() -> sa.ColumnElement[bool]:
    """The declaration is one of a conflict of interest, stands, and was not lifted."""
    return sa.and_(
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.has_conflict).is_(True),
        col(ConflictDeclaration.upheld).is_not(False),
    )


def _conflicted_keys(person_id: UUID) -> list[Any]:
    declared = select(ConflictDeclaration.proposal_id).where(
        ConflictDeclaration.person_id == person_id, is_standing_conflict()
    )
    numbers = _own_numbers(person_id)
    # Two questions and not one with "or": of that, PostgreSQL reads every proposal there is.
    own = select(Proposal.id).where(col(Proposal.organisation_id).in_(_organisations_of(person_id)))
    of_number = select(Proposal.id).where(col(Proposal.organisation_cvr).in_(numbers))
    partner = select(ProposalPartner.proposal_id).where(col(ProposalPartner.cvr).in_(numbers))
    # Asked of proposals of their own, wherever the question stands.
    return [declared, own.correlate(None), of_number.correlate(None), partner]


def _organisations_of(person_id: UUID) -> Any:
    return select(Membership.organisation_id).where(
        Membership.person_id == person_id, col(Membership.ended_at).is_(None)
    )


def _own_numbers(person_id: UUID) -> Any:
    return select(Organisation.cvr).where(
        col(Organisation.id).in_(_organisations_of(person_id)), col(Organisation.cvr).is_not(None)
    )


def declared_free(person_id: UUID) -> sa.ColumnElement[bool]:
    """The person has answered, and what was answered is not a conflict; one that was lifted is none."""
    return sa.exists().where(
        col(ConflictDeclaration.proposal_id) == col(Proposal.id),
        col(ConflictDeclaration.person_id) == person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
        sa.or_(col(ConflictDeclaration.has_conflict).is_(False), col(ConflictDeclaration.upheld).is_(False)),
    )


def opened_by(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """The secretariat opens a case when it has answered the question about conflicts; of others nothing is asked."""
    return (declared_free(actor.person_id),) if actor.role is Role.SECRETARIAT else ()


def works_on(person_id: UUID, *also: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The person has an open assignment on the case, of the kind that `also` says."""
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == col(Proposal.id),
        col(ReviewerAssignment.person_id) == person_id,
        col(ReviewerAssignment.ended_at).is_(None),
        *also,
    )


def learns_later(actor: Actor) -> sa.ColumnElement[bool]:
    """The actor scores the case for the secretariat, and reads what it was sorted as when the council has decided."""
    if actor.role is not Role.SECRETARIAT:
        return sa.false()
    return sa.and_(works_on(actor.person_id), _is_between())


@functools.cache
def _is_between() -> sa.ColumnElement[bool]:
    """The case is sorted, and its assessors learn of it when the council has decided."""
    between = states_for("memo.export", Relation.SECRETARIAT) - states_for("sorting.view", Relation.ASSIGNED)
    return col(Proposal.state).in_(sorted(between))


def is_learned_of_later() -> sa.ColumnElement[bool]:
    """The assignment holds, and its person learns of the sorting later: `learns_later`, asked of a row."""
    return sa.and_(col(ReviewerAssignment.ended_at).is_(None), _is_between())


def reviews_for(department: str | None) -> sa.ColumnElement[bool]:
    """The assignment is one of the department that the session is signed in for."""
    return col(ReviewerAssignment.department_code) == department


def _open_to_assessor(person_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(in_states(Relation.ASSIGNED), declared_free(person_id))


def _shut_by_assignment(person_id: UUID) -> sa.ColumnElement[bool]:
    """Whoever of the secretariat scores a case stands to it as an assessor and no longer as secretariat."""
    return sa.and_(works_on(person_id), ~_open_to_assessor(person_id))


STAFF_RELATION = {
    Role.SECRETARIAT: Relation.SECRETARIAT,
    Role.COUNCIL_MEMBER: Relation.COUNCIL,
    Role.MAYOR_APPROVER: Relation.MAYOR,
    Role.AUDITOR: Relation.AUDITOR,
    Role.ADMINISTRATOR: Relation.ADMINISTRATOR,
}


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition that every read of proposals begins with: page, list, count, export and mail show the same set."""
    if actor.role is Role.APPLICANT:
        return col(Proposal.organisation_id).in_(actor.organisation_ids)
    free = ~conflicted(actor.person_id)
    if actor.role is Role.REVIEWER:
        assigned = works_on(actor.person_id, reviews_for(actor.department))
        return sa.and_(assigned, _open_to_assessor(actor.person_id), free)
    seen = in_states(STAFF_RELATION[actor.role])
    if actor.role is Role.SECRETARIAT:
        return sa.and_(seen, free, ~_shut_by_assignment(actor.person_id))
    return sa.and_(seen, free)


@functools.cache
def shut_by_membership() -> sa.ColumnElement[bool]:
    """The person of the assignment belongs to the applicant or a partner: `conflicted` by membership, asked of a row.

    A declared conflict ends the assignment; a membership arises elsewhere, and somebody must end it. From the sorting
    on it changes nothing: the basis of the sorting is kept.
    """
    theirs = aliased(Proposal)
    partner = sa.exists().where(
        col(ProposalPartner.proposal_id) == col(theirs.id), col(ProposalPartner.cvr) == col(Organisation.cvr)
    )
    return (
        sa.exists()
        .where(
            col(Membership.person_id) == col(ReviewerAssignment.person_id),
            col(Membership.ended_at).is_(None),
            col(Organisation.id) == col(Membership.organisation_id),
            col(theirs.id) == col(ReviewerAssignment.proposal_id),
            col(theirs.state).in_(sorted(states_for("assessment.edit", Relation.ASSIGNED))),
            sa.or_(
                col(Organisation.id) == col(theirs.organisation_id),
                col(Organisation.cvr) == col(theirs.organisation_cvr),
                partner,
            ),
        )
        .correlate(ReviewerAssignment)
    )


def shut_out_of(session: Session, proposal_id: UUID) -> frozenset[UUID]:
    """Those who still have the case and cannot open it, since they belong to the applicant or a partner."""
    return frozenset(
        session.exec(
            select(ReviewerAssignment.person_id).where(
                ReviewerAssignment.proposal_id == proposal_id,
                col(ReviewerAssignment.ended_at).is_(None),
                shut_by_membership(),
            )
        )
    )


@functools.cache
def in_states(relation: Relation) -> sa.ColumnElement[bool]:
    """The case is in a state in which the relation may see it; of nearly all states the few others are named."""
    seen = states_for("proposal.view", relation)
    unseen = frozenset(State) - seen
    # No database looks up what a state is not: the index of the order that is asked for is free to be used.
    return (
        col(Proposal.state).not_in(sorted(unseen)) if len(unseen) < len(seen) else col(Proposal.state).in_(sorted(seen))
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to a case, and whether the question about conflicts of interest is answered."""

    relation: Relation
    has_declared: bool = False


def standing_of(session: Session, actor: Actor, proposal: Proposal) -> Standing:
    """How the actor stands to one case: one question, and none for applicants.

    Somebody of the secretariat who is to score a case stands to it as an assessor (domain.md APP4, one role a case).
    What a reviewer was given for one department opens nothing to a session of another.
    """
    if actor.role is Role.APPLICANT:
        own = proposal.organisation_id in actor.organisation_ids
        return Standing(Relation.OWN_APPLICANT if own else Relation.OTHER_APPLICANT)
    asked = {"reader": actor.person_id, "reader_department": actor.department, "proposal": proposal.id}
    ((has_conflict, is_assigned, has_declared),) = plain_rows(session, _standing(actor.role), asked)
    if has_conflict:
        return Standing(Relation.CONFLICTED, has_declared)
    if not is_assigned:
        return Standing(STAFF_RELATION.get(actor.role, Relation.UNASSIGNED), has_declared)
    return Standing(Relation.ASSIGNED if has_declared else Relation.UNDECLARED, has_declared)


@functools.cache
def _standing(role: Role) -> Any:
    """The question that every request of the staff about a case asks, put together once for each role."""
    actor = somebody(role)
    assigned: sa.ColumnElement[bool] = sa.false()
    if role is Role.REVIEWER:
        assigned = works_on(actor.person_id, reviews_for(actor.department))
    elif role is Role.SECRETARIAT:
        assigned = works_on(actor.person_id)
    return sa.select(conflicted(actor.person_id), assigned, _answered(actor.person_id, col(Proposal.id))).where(
        col(Proposal.id) == sa.bindparam("proposal", type_=sa.Uuid())
    )


def find_assignment(session: Session, person_id: UUID, proposal_id: UUID) -> ReviewerAssignment | None:
    """The person's open assignment on the case."""
    return session.exec(
        select(ReviewerAssignment).where(
            ReviewerAssignment.proposal_id == proposal_id,
            ReviewerAssignment.person_id == person_id,
            col(ReviewerAssignment.ended_at).is_(None),
        )
    ).first()


def coordinates(session: Session, person_id: UUID, proposal_id: UUID, *, on: date) -> bool:
    """Is the person on that day a coordinator of a department that is asked about the case?"""
    found = session.exec(
        select(DepartmentCoordinator.id)
        .join(DepartmentRequest, col(DepartmentRequest.department_code) == col(DepartmentCoordinator.department_code))
        .where(
            DepartmentRequest.proposal_id == proposal_id,
            col(DepartmentRequest.withdrawn_at).is_(None),
            DepartmentCoordinator.person_id == person_id,
            *valid_on(DepartmentCoordinator, on),
            still_reviews_there(),
        )
        .limit(1)
    ).first()
    return found is not None


def still_reviews_there() -> sa.ColumnElement[bool]:
    """The coordinator is a reviewer of the department today; who has left hands out nothing, whatever the dates say."""
    return sa.exists().where(
        col(RoleGrant.person_id) == col(DepartmentCoordinator.person_id),
        col(RoleGrant.role) == Role.REVIEWER,
        col(RoleGrant.department_code) == col(DepartmentCoordinator.department_code),
        col(RoleGrant.ended_at).is_(None),
    )


def valid_on(rows: Any, on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """The dated rows that hold on a day."""
    return (rows.valid_from <= on, sa.or_(rows.valid_to.is_(None), rows.valid_to >= on))


def has_conflict(session: Session, person_id: UUID, proposal: Proposal) -> bool:
    """Has the person a conflict of interest on the case, by own word or by membership?"""
    found = session.execute(_a_conflict(), {"person": person_id, "proposal": proposal.id}).first()
    return found is not None


@functools.cache
def _a_conflict() -> Any:
    """The question that every request about a case asks, put together once."""
    person: Any = sa.bindparam("person", type_=sa.Uuid())
    return sa.select(col(Proposal.id)).where(
        col(Proposal.id) == sa.bindparam("proposal", type_=sa.Uuid()), conflicted(person)
    )


def has_declared(session: Session, person_id: UUID, proposal_id: UUID) -> bool:
    """Has the person answered whether there is a conflict of interest on the case?"""
    return session.execute(sa.select(_answered(person_id, proposal_id))).scalar() is True


def _answered(person_id: Any, proposal_id: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ConflictDeclaration.proposal_id) == proposal_id,
        col(ConflictDeclaration.person_id) == person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
    )


def find_proposal(session: Session, reference: str, *, to_change: bool = False) -> Proposal | None:
    """A proposal by reference, seen or unseen: the guard decides whether it may be shown."""
    return _find(session, col(Proposal.reference) == reference, to_change)


def find_draft(session: Session, proposal_id: UUID, *, to_change: bool = False) -> Proposal | None:
    """A proposal by its key, seen or unseen: the guard decides whether it may be shown."""
    return _find(session, col(Proposal.id) == proposal_id, to_change)


def _find(session: Session, which: sa.ColumnElement[bool], to_change: bool) -> Proposal | None:
    """The proposal as it stands now; one that is read to be changed is held until the change is stored."""
    question = select(Proposal).where(which)
    if to_change:
        question = question.with_for_update().execution_options(populate_existing=True)
    return session.exec(question).first()
