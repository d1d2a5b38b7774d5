"""Which organisations and members are there, and which invitations wait for an answer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Invitation, Membership, Organisation, Person
from foundation.identity.roles import Actor, Role

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Member:
    """A person who may act for an organisation."""

    membership_id: UUID
    person_id: UUID
    name: str
    email: str
    joined_at: datetime


def members_of(session: Session, organisation_id: UUID) -> list[Member]:
    """The members of now, by name."""
    rows = session.exec(
        select(Membership, Person.name, Person.email)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, col(Membership.ended_at).is_(None))
        .order_by(Person.name, Person.email)
    )
    return [Member(one.id, one.person_id, name, email, one.joined_at) for one, name, email in rows]


def membership(session: Session, person_id: UUID, organisation_id: UUID) -> Membership | None:
    """The person's membership, current or ended: there is at most one."""
    return session.exec(
        select(Membership).where(Membership.person_id == person_id, Membership.organisation_id == organisation_id)
    ).first()


def open_invitations(session: Session, organisation_id: UUID) -> Sequence[Invitation]:
    """Whom the organisation has asked and not heard from, the oldest first."""
    return session.exec(
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, *_is_open())
        .order_by(col(Invitation.invited_at), Invitation.email)
    ).all()


def _is_open() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Invitation.answered_at).is_(None), col(Invitation.withdrawn_at).is_(None)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as the invited person meets it."""

    id: UUID
    organisation: str
    invited_at: datetime


def invitations_to(session: Session, actor: Actor) -> list[Invited]:
    """The open invitations to the actor's address, the newest first; nothing for staff, who cannot be invited."""
    if actor.role is not Role.APPLICANT:
        return []
    rows = session.exec(
        select(Invitation.id, Organisation.name, Invitation.invited_at)
        .join(Organisation, col(Organisation.id) == Invitation.organisation_id)
        .where(Invitation.email == actor.email, *_is_open())
        .order_by(col(Invitation.invited_at).desc())
        .limit(MOST_SHOWN)
    )
    return [Invited(key, name, invited_at) for key, name, invited_at in rows]


def invitation_to(session: Session, invitation_id: UUID, email: str) -> Invitation | None:
    """An invitation by its key, for the owner of the address that it went to and for nobody else."""
    return session.exec(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.email == email),
        execution_options={"populate_existing": True},
    ).first()


def recent_invitations(session: Session, organisation_id: UUID, person_id: UUID, *, at: datetime) -> int:
    """How many invitations the organisation, or the person for any organisation, has sent in the last hour."""
    return session.exec(
        select(sa.func.count())
        .select_from(Invitation)
        .where(
            sa.or_(Invitation.organisation_id == organisation_id, Invitation.invited_by == person_id),  # type: ignore[arg-type]
            col(Invitation.invited_at) > at - timedelta(hours=1),
        )
    ).one()
