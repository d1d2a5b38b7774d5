"""How does an administrator let people in, correct them and show them out? Nothing here commits.

Every act locks the administrators first: of two at once the second sees what the first did, so that somebody is
always left who can let others in.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from foundation import mail
from foundation.audit import Event, record
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, NotAllowed, NotFound, Refused
from foundation.identity.actions import add_person
from foundation.identity.admin_rules import PersonDraft, RoleDraft, check_role
from foundation.identity.events import (
    AccountClosed,
    AccountReopened,
    PersonCorrected,
    RoleRanOut,
    RoleRevoked,
    SessionsEnded,
)
from foundation.identity.models import Person, RoleGrant, SignInLink, WebSession
from foundation.identity.queries import departments, not_over, person_by_email
from foundation.identity.roles import ROLE_WORDS, Actor, Role

NOT_ONESELF = "Du kan ikke ændre din egen adgang. Bed en anden administrator om det."
LAST_ONE = (
    "Personen er den sidste administrator uden slutdato. Giv en anden rollen uden slutdato først, "
    "så nogen stadig kan give adgang."
)
CLOSED = "Personens konto er lukket. Åbn den først."


def add_user(
    session: Session, who: PersonDraft, draft: RoleDraft, *, actor: Actor, at: datetime, base_url: str
) -> Person:
    """A person with a first role; a known address gets one more role and keeps its name. Raises Refused."""
    _need_administrator(session, actor, at=at)
    known = person_by_email(session, who.email)
    if known is not None:
        return grant_role(session, known.id, draft, actor=actor, at=at, base_url=base_url)
    return _give(session, who, draft, actor=actor, at=at, base_url=base_url)


def grant_role(
    session: Session, person_id: UUID, draft: RoleDraft, *, actor: Actor, at: datetime, base_url: str
) -> Person:
    """One more role. Raises Refused for oneself, a closed account, and a role that is held already."""
    person = _other(session, person_id, actor=actor, at=at)
    if person.closed_at is not None:
        raise Refused(CLOSED)
    return _give(session, PersonDraft(person.name, person.email), draft, actor=actor, at=at, base_url=base_url)


def _give(session: Session, who: PersonDraft, draft: RoleDraft, *, actor: Actor, at: datetime, base_url: str) -> Person:
    on = today(at)
    check_role(draft, departments={one.code for one in departments(session, on=on)}, today=on)
    person = add_person(
        session,
        email=who.email,
        name=who.name,
        role=draft.role,
        department=draft.department,
        ends_on=draft.ends_on,
        reason=draft.reason,
        actor=actor,
        at=at,
    )
    subject, body = mail.compose("role_given", role=ROLE_WORDS[draft.role], address=f"{base_url}/sign-in")
    key = f"role_given:{person.id}:{draft.role.value}:{draft.department or ''}:{at.isoformat()}"
    mail.queue(session, dedup_key=key, to=person.email, subject=subject, body=body, at=at)
    return person


def revoke_role(
    session: Session, person_id: UUID, grant_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> RoleGrant:
    """End a role and every session in it; the next request is refused. Raises NotFound and Refused."""
    _other(session, person_id, actor=actor, at=at)
    grant = session.get(RoleGrant, grant_id, populate_existing=True)
    if grant is None or grant.person_id != person_id:
        raise NotFound
    if grant.ended_at is not None:
        raise Refused("Rollen er allerede taget fra personen.")
    if grant.role is Role.ADMINISTRATOR:
        _need_another(session, person_id)
    _end_role(session, grant, at=at)
    _record(session, person_id, RoleRevoked(grant.role.value, grant.department_code, reason), actor=actor, at=at)
    return grant


def close_account(
    session: Session, person_id: UUID, reason: str, *, version: int, actor: Actor, at: datetime
) -> Person:
    """Nobody signs in on a closed account. Raises Refused for oneself and for the last administrator."""
    person = _other(session, person_id, actor=actor, at=at)
    _need_version(person, version)
    if person.closed_at is not None:
        raise Refused("Kontoen er allerede lukket.")
    _need_another(session, person_id)
    person.closed_at = at
    session.add(person)
    _end_sessions(session, person_id, at=at)
    _void_links(session, [person.email], at=at)
    mail.cancel_all(session, to=person.email, why="Modtagerens konto er lukket", at=at)
    _record(session, person_id, AccountClosed(reason), actor=actor, at=at)
    return person


def reopen_account(
    session: Session, person_id: UUID, reason: str, *, version: int, actor: Actor, at: datetime
) -> Person:
    """The person may sign in again in the roles that are left; sessions from before stay ended."""
    person = _other(session, person_id, actor=actor, at=at)
    _need_version(person, version)
    if person.closed_at is None:
        raise Refused("Kontoen er allerede åben.")
    person.closed_at = None
    session.add(person)
    _record(session, person_id, AccountReopened(reason), actor=actor, at=at)
    return person


def correct_person(
    session: Session, person_id: UUID, draft: PersonDraft, *, version: int, actor: Actor, at: datetime, base_url: str
) -> Person:
    """Another name or mail address. With another address all sessions and links end, and both mailboxes are told."""
    person = _other(session, person_id, actor=actor, at=at)
    _need_version(person, version)
    before = PersonDraft(person.name, person.email)
    if draft == before:
        return person
    person.name, person.email = draft.name, draft.email
    _store_address(session, person)
    if draft.email != before.email:
        _end_sessions(session, person_id, at=at)
        _void_links(session, [before.email, draft.email], at=at)
        _tell_of_address(session, person, before.email, at=at, base_url=base_url)
    _record(session, person_id, PersonCorrected(before.name, draft.name, before.email, draft.email), actor=actor, at=at)
    return person


def _store_address(session: Session, person: Person) -> None:
    """The database has the last word on whose address it is: somebody may sign up with it in this very moment."""
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as fault:
        raise Refused("Adressen hører til en anden konto. Giv den konto en rolle i stedet.", field="email") from fault


def _tell_of_address(session: Session, person: Person, old: str, *, at: datetime, base_url: str) -> None:
    """The old address is told too: whoever loses access by a change must be able to say that it was wrong."""
    for letter, to in (("address_left", old), ("address_taken", person.email)):
        subject, body = mail.compose(letter, email=person.email, address=f"{base_url}/sign-in")
        key = f"{letter}:{person.id}:{at.isoformat()}"
        mail.queue(session, dedup_key=key, to=to, subject=subject, body=body, at=at)


def end_all_sessions(session: Session, person_id: UUID, *, actor: Actor, at: datetime) -> int:
    """Sign the person out everywhere; returns of how many browsers. Raises Refused for oneself and where none is."""
    _other(session, person_id, actor=actor, at=at)
    count = _end_sessions(session, person_id, at=at)
    if not count:
        raise Refused("Personen er ikke logget ind nogen steder.")
    _record(session, person_id, SessionsEnded(count), actor=actor, at=at)
    return count


# ---- roles whose last day has passed --------------------------------------------------------------------------------


def roles_run_out(session: Session, *, at: datetime) -> Sequence[RoleGrant]:
    """The roles that are still open although their last day has passed."""
    return session.exec(_run_out(at)).all()


def _run_out(at: datetime) -> SelectOfScalar[RoleGrant]:
    return select(RoleGrant).where(col(RoleGrant.ended_at).is_(None), ~not_over(today(at)))


def end_roles_run_out(session: Session, *, at: datetime) -> int:
    """End them for good; returns how many. They opened nothing since midnight, whether this has run or not.

    Of several workers each takes what no other has locked, so that every end is told once.
    """
    found = session.exec(_run_out(at).with_for_update(skip_locked=True)).all()
    for grant in found:
        _end_role(session, grant, at=at)
        happened = RoleRanOut(grant.role.value, grant.department_code)
        record(session, happened, subject_type="person", subject_id=grant.person_id, actor=None, at=at)
    return len(found)


# ---- what every act begins with and ends with -----------------------------------------------------------------------


def _need_administrator(session: Session, actor: Actor, *, at: datetime) -> None:
    """Lock all administrators, and see that the actor still is one after waiting."""
    held = session.exec(
        select(RoleGrant)
        .where(RoleGrant.role == Role.ADMINISTRATOR, col(RoleGrant.ended_at).is_(None), not_over(today(at)))
        .order_by(col(RoleGrant.id))
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    is_closed = session.exec(select(Person.closed_at).where(Person.id == actor.person_id)).first() is not None
    if is_closed or actor.person_id not in {grant.person_id for grant in held}:
        raise NotAllowed


def _other(session: Session, person_id: UUID, *, actor: Actor, at: datetime) -> Person:
    """The person, locked until the commit. Raises NotFound, and Refused for the actor's own account."""
    _need_administrator(session, actor, at=at)
    if person_id == actor.person_id:
        raise Refused(NOT_ONESELF)
    person = session.exec(
        select(Person).where(Person.id == person_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).first()
    if person is None:
        raise NotFound
    return person


def _need_version(person: Person, version: int) -> None:
    if person.version != version:
        raise ChangedMeanwhile


def _need_another(session: Session, person_id: UUID) -> None:
    """Somebody else is an administrator without an end; those with a last day would leave nobody behind."""
    other = session.exec(
        select(RoleGrant.id)
        .join(Person, col(Person.id) == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.person_id != person_id,
            col(RoleGrant.ended_at).is_(None),
            col(RoleGrant.ends_on).is_(None),
            col(Person.closed_at).is_(None),
        )
        .limit(1)
    ).first()
    if other is None:
        raise Refused(LAST_ONE)


def _end_role(session: Session, grant: RoleGrant, *, at: datetime) -> None:
    grant.ended_at = at
    session.add(grant)
    same_department = (
        col(WebSession.department_code).is_(None)
        if grant.department_code is None
        else col(WebSession.department_code) == grant.department_code
    )
    _end_sessions(session, grant.person_id, col(WebSession.role) == grant.role, same_department, at=at)


def _end_sessions(session: Session, person_id: UUID, *which: sa.ColumnElement[bool], at: datetime) -> int:
    ended = session.execute(
        sa.update(WebSession)
        .where(
            col(WebSession.person_id) == person_id,
            col(WebSession.ended_at).is_(None),
            col(WebSession.expires_at) > at,
            *which,
        )
        .values(ended_at=at)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _void_links(session: Session, emails: list[str], *, at: datetime) -> None:
    """Use up the links that wait in a mailbox, so that an old one opens nothing."""
    session.execute(
        sa.update(SignInLink)
        .where(col(SignInLink.email).in_(emails), col(SignInLink.used_at).is_(None))
        .values(used_at=at)
    )


def _record(session: Session, person_id: UUID, happened: Event, *, actor: Actor, at: datetime) -> None:
    record(session, happened, subject_type="person", subject_id=person_id, actor=actor, at=at)
