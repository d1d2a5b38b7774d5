"""How is an organisation founded and described, and how do its members come and go? Nothing here commits."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation import mail
from foundation.audit import Event, record
from foundation.errors import ChangedMeanwhile, NotFound, Refused
from foundation.identity.events import (
    InvitationAnswered,
    InvitationWithdrawn,
    MemberInvited,
    MemberRemoved,
    OrganisationEdited,
    OrganisationFounded,
)
from foundation.identity.models import Invitation, Membership, Organisation
from foundation.identity.organisation_queries import (
    invitation_to,
    members_of,
    membership,
    open_invitations,
    recent_invitations,
)
from foundation.identity.organisation_rules import OrganisationDraft, changed_fields, name_in_mail
from foundation.identity.roles import Actor

MOST_OPEN_INVITATIONS = 20
MOST_INVITATIONS_AN_HOUR = 10


def found_organisation(session: Session, draft: OrganisationDraft, *, founder: Actor, at: datetime) -> Organisation:
    """A new organisation with its founder as the first member. A known CVR number opens no existing one."""
    return register_organisation(session, draft, member_id=founder.person_id, actor=founder, at=at)


def register_organisation(
    session: Session, draft: OrganisationDraft, *, member_id: UUID | None, actor: Actor | None, at: datetime
) -> Organisation:
    """A new organisation that somebody else enters; without a member nobody can act for it."""
    organisation = Organisation(created_at=at, **_columns(draft))
    session.add(organisation)
    session.flush()
    if member_id is not None:
        add_member(session, member_id, organisation.id, at=at)
    _record(session, organisation.id, OrganisationFounded(), actor=actor, at=at)
    return organisation


def _columns(draft: OrganisationDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in OrganisationDraft.__slots__}


def add_member(session: Session, person_id: UUID, organisation_id: UUID, *, at: datetime) -> None:
    """Make the person a member; somebody who was one before is one again."""
    known = membership(session, person_id, organisation_id)
    if known is None:
        session.add(Membership(person_id=person_id, organisation_id=organisation_id, joined_at=at))
    elif known.ended_at is not None:
        known.joined_at, known.ended_at = at, None
        session.add(known)
    session.flush()


def edit_organisation(
    session: Session, organisation_id: UUID, draft: OrganisationDraft, *, version: int, actor: Actor, at: datetime
) -> None:
    """Store what a member wrote. Raises ChangedMeanwhile when somebody else saved after `version` was read.

    Proposals that were sent keep their own snapshot, so everything may be changed, the CVR number too.
    """
    organisation = _own(session, organisation_id, actor)
    if organisation.version != version:
        raise ChangedMeanwhile
    changed = changed_fields(organisation, draft)
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, getattr(draft, name))
    session.add(organisation)
    _record(session, organisation_id, OrganisationEdited(changed), actor=actor, at=at)


def invite_member(
    session: Session, organisation_id: UUID, email: str, *, actor: Actor, at: datetime, base_url: str
) -> None:
    """Ask an address to join, by mail. Nobody becomes a member of it before its owner has signed in and said yes."""
    organisation = _own(session, organisation_id, actor)
    waiting = open_invitations(session, organisation_id)
    if email in {member.email for member in members_of(session, organisation_id)}:
        raise Refused("Personen med den adresse er allerede medlem.", field="email")
    if email in {one.email for one in waiting}:
        raise Refused(
            "Adressen er allerede inviteret. Træk invitationen tilbage, hvis du vil sende en ny.", field="email"
        )
    if len(waiting) >= MOST_OPEN_INVITATIONS:
        raise Refused(
            f"I har {MOST_OPEN_INVITATIONS} invitationer, som ingen har svaret på. Træk en tilbage først.",
            field="email",
        )
    if recent_invitations(session, organisation_id, actor.person_id, at=at) >= MOST_INVITATIONS_AN_HOUR:
        raise Refused(
            f"I kan sende {MOST_INVITATIONS_AN_HOUR} invitationer i timen. Vent lidt, og prøv igen.", field="email"
        )
    invitation = Invitation(organisation_id=organisation_id, email=email, invited_by=actor.person_id, invited_at=at)
    session.add(invitation)
    _queue_invitation(session, organisation, invitation, actor=actor, at=at, base_url=base_url)
    _record(session, organisation_id, MemberInvited(str(invitation.id)), actor=actor, at=at)


def _queue_invitation(
    session: Session, organisation: Organisation, invitation: Invitation, *, actor: Actor, at: datetime, base_url: str
) -> None:
    subject, body = mail.compose(
        "invitation",
        organisation=name_in_mail(organisation.name),
        inviter=actor.email,
        email=invitation.email,
        address=f"{base_url}/my-tasks",
        privacy_address=f"{base_url}/privacy",
    )
    mail.queue(
        session,
        dedup_key=f"invitation:{invitation.id}",
        to=invitation.email,
        subject=subject,
        body=body,
        about_id=organisation.id,
        at=at,
    )


def withdraw_invitation(
    session: Session, organisation_id: UUID, invitation_id: UUID, *, actor: Actor, at: datetime
) -> None:
    """Take an invitation back. Raises Refused when it has been answered; nothing happens to one taken back before."""
    _own(session, organisation_id, actor)
    found = session.exec(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation_id),
        execution_options={"populate_existing": True},
    ).first()
    if found is None:
        raise NotFound
    if _close(session, Invitation.id == invitation_id, withdrawn_at=at):
        _record(session, organisation_id, InvitationWithdrawn(str(invitation_id)), actor=actor, at=at)
    elif found.answered_at is not None:
        raise Refused("Personen har allerede svaret på invitationen. Se, hvem der er medlem, herunder.")


def accept_invitation(session: Session, invitation_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The invited person's own yes, the only way to become a member. Raises NotFound and Refused."""
    invitation = _answered(session, invitation_id, accepted=True, actor=actor, at=at)
    add_member(session, actor.person_id, invitation.organisation_id, at=at)


def decline_invitation(session: Session, invitation_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The invited person's no: nothing but the answer is kept. Raises NotFound and Refused."""
    _answered(session, invitation_id, accepted=False, actor=actor, at=at)


def _answered(session: Session, invitation_id: UUID, *, accepted: bool, actor: Actor, at: datetime) -> Invitation:
    """Use the invitation up by one guarded update: of two windows that answer, one does."""
    addressed = Invitation.email == actor.email
    used = _close(session, Invitation.id == invitation_id, addressed, answered_at=at, accepted=accepted)
    found = invitation_to(session, invitation_id, actor.email)
    if found is None:
        raise NotFound
    if not used:
        raise Refused(
            "Du har allerede svaret på invitationen, eller den er trukket tilbage. "
            "Gå til din forside, og se, hvad du er medlem af."
        )
    happened = InvitationAnswered(str(invitation_id), accepted)
    _record(session, found.organisation_id, happened, actor=actor, at=at)
    return found


def remove_member(session: Session, organisation_id: UUID, membership_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a membership, one's own too; access ends at the next request. Raises Refused for the last member.

    Invitations that the removed person sent are taken back, since they could be a way in again. Those of somebody
    who leaves by own wish stay: it may be their successor.
    """
    _own(session, organisation_id, actor)
    members = {one.membership_id: one for one in members_of(session, organisation_id)}
    leaving = members.get(membership_id)
    if leaving is None:
        _not_theirs(session, organisation_id, membership_id)
        return
    if len(members) == 1:
        raise Refused("Du er det eneste medlem. Inviter en anden først, så nogen kan følge jeres forslag.")
    session.execute(sa.update(Membership).where(col(Membership.id) == membership_id).values(ended_at=at))
    by_own_wish = leaving.person_id == actor.person_id
    if not by_own_wish:
        _close(
            session,
            Invitation.organisation_id == organisation_id,
            Invitation.invited_by == leaving.person_id,
            withdrawn_at=at,
        )
    happened = MemberRemoved(str(leaving.person_id), by_own_wish)
    _record(session, organisation_id, happened, actor=actor, at=at)


def _not_theirs(session: Session, organisation_id: UUID, membership_id: UUID) -> None:
    """A membership that ended before is no fault: the button was pressed twice. Raises NotFound for any other."""
    ended = session.get(Membership, membership_id)
    if ended is None or ended.organisation_id != organisation_id:
        raise NotFound


def _own(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    """The organisation, locked until the commit, so that its members and invitations stand still meanwhile.

    Raises NotFound for anybody who is no member any more, also one whose membership ended while waiting here.
    """
    organisation = session.exec(
        select(Organisation).where(Organisation.id == organisation_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).first()
    if organisation is None or actor.person_id not in {one.person_id for one in members_of(session, organisation_id)}:
        raise NotFound
    return organisation


def _close(session: Session, *which: Any, **values: object) -> int:
    """Close the open ones among the invitations; returns how many."""
    is_open = (col(Invitation.answered_at).is_(None), col(Invitation.withdrawn_at).is_(None))
    closed = session.execute(sa.update(Invitation).where(*which, *is_open).values(**values))
    return int(closed.rowcount)  # type: ignore[attr-defined]


def _record(session: Session, organisation_id: UUID, happened: Event, *, actor: Actor | None, at: datetime) -> None:
    record(session, happened, subject_type="organisation", subject_id=organisation_id, actor=actor, at=at)
