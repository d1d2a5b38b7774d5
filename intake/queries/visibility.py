"""Which cases may this person see, and how does the person stand to one of them?"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from foundation.identity.models import Membership
from foundation.identity.roles import Actor, Role
from intake.models import (
    ConflictDeclaration,
    Proposal,
    ReviewerAssignment,
)
from intake.rules.rights import Relation, states_for


def conflicted(person_id: UUID) -> sa.ColumnElement[bool]:
    """The person has declared a conflict on the case, or is a member of the organisation that applies."""
    return col(Proposal.id).in_(_conflicted_keys(person_id))


def closed_cases(session: Session, person_id: UUID) -> list[UUID]:
    """The keys of the cases that a conflict closes to the person: few, and found without reading any call's rows."""
    return list(session.execute(_conflicted_keys(person_id)).scalars())


def _conflicted_keys(person_id: UUID) -> Any:
    declared = select(ConflictDeclaration.proposal_id).where(
        ConflictDeclaration.person_id == person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.has_conflict).is_(True),
    )
    applying = aliased(Proposal)
    own = select(applying.id).where(col(applying.organisation_id).in_(_organisations_of(person_id)))
    return sa.union(declared, own)


def _organisations_of(person_id: UUID) -> Any:
    return select(Membership.organisation_id).where(
        Membership.person_id == person_id, col(Membership.ended_at).is_(None)
    )


def _declared_free(person_id: UUID) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ConflictDeclaration.proposal_id) == col(Proposal.id),
        col(ConflictDeclaration.person_id) == person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.has_conflict).is_(False),
    )


def _assigned(person_id: UUID) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == col(Proposal.id),
        col(ReviewerAssignment.person_id) == person_id,
        col(ReviewerAssignment.ended_at).is_(None),
    )


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
    if actor.role is Role.REVIEWER:
        return sa.and_(
            in_states(Relation.ASSIGNED),
            _assigned(actor.person_id),
            _declared_free(actor.person_id),
            ~conflicted(actor.person_id),
        )
    return sa.and_(in_states(STAFF_RELATION[actor.role]), ~conflicted(actor.person_id))


def in_states(relation: Relation) -> sa.ColumnElement[bool]:
    """The case is in a state in which the relation may see it."""
    return col(Proposal.state).in_(sorted(states_for("proposal.view", relation)))


def relation_to(session: Session, actor: Actor, proposal: Proposal) -> Relation:
    """How the actor stands to one case; nothing is asked of the database for applicants."""
    if actor.role is Role.APPLICANT:
        own = proposal.organisation_id in actor.organisation_ids
        return Relation.OWN_APPLICANT if own else Relation.OTHER_APPLICANT
    if has_conflict(session, actor.person_id, proposal):
        return Relation.CONFLICTED
    if actor.role is not Role.REVIEWER:
        return STAFF_RELATION[actor.role]
    declared = _newest_declaration(session, actor.person_id, proposal.id)
    if not session.exec(select(sa.literal(True)).where(_assigned_to(actor.person_id, proposal.id))).first():
        return Relation.UNASSIGNED
    return Relation.UNDECLARED if declared is None else Relation.ASSIGNED


def _assigned_to(person_id: UUID, proposal_id: UUID) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == proposal_id,
        col(ReviewerAssignment.person_id) == person_id,
        col(ReviewerAssignment.ended_at).is_(None),
    )


def has_conflict(session: Session, person_id: UUID, proposal: Proposal) -> bool:
    """Has the person declared a conflict on the case, or is a member of the organisation that applies?"""
    found = session.exec(select(Proposal.id).where(Proposal.id == proposal.id, conflicted(person_id))).first()
    return found is not None


def _newest_declaration(session: Session, person_id: UUID, proposal_id: UUID) -> bool | None:
    return session.exec(
        select(ConflictDeclaration.has_conflict).where(
            ConflictDeclaration.proposal_id == proposal_id,
            ConflictDeclaration.person_id == person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
    ).first()


def find_proposal(session: Session, reference: str) -> Proposal | None:
    """A proposal by reference, seen or unseen: the guard decides whether it may be shown."""
    return session.exec(select(Proposal).where(Proposal.reference == reference)).first()


def find_draft(session: Session, proposal_id: UUID) -> Proposal | None:
    """A proposal by its key, seen or unseen: the guard decides whether it may be shown."""
    return session.get(Proposal, proposal_id)
