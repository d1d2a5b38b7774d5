"""How do people get a link, sign in, sign out, and get or lose a role?"""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from foundation import mail
from foundation.audit import record
from foundation.clock import today
from foundation.errors import NotFound, Refused
from foundation.identity.events import PersonAdded, PersonSignedIn, PersonSignedOut, SessionEnded
from foundation.identity.models import Person, RoleGrant, SignInLink, WebSession
from foundation.identity.queries import held_roles, person_by_email, recent_links, token_hash, usable_link
from foundation.identity.roles import Actor, Role

LINK_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=12)
MOST_LINKS_AN_HOUR = 5


def send_sign_in_link(session: Session, email: str, *, next_path: str, base_url: str, at: datetime) -> None:
    """Queue a link to the address, known or not; more than five an hour are dropped without a word.

    The page says the same in every case, so that nobody learns which addresses have an account.
    """
    if recent_links(session, email, at=at) >= MOST_LINKS_AN_HOUR:
        return
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        token_hash=token_hash(token),
        email=email,
        next_path=next_path,
        created_at=at,
        expires_at=at + LINK_LIFE,
    )
    session.add(link)
    person = person_by_email(session, email)
    if person is not None and person.closed_at is not None:
        return
    subject, body = mail.compose("sign_in_link", link=mail.LINK_PLACE)
    mail.queue(
        session,
        dedup_key=f"sign_in:{link.id}",
        to=email,
        subject=subject,
        body=body,
        secret_link=f"{base_url}/sign-in/{token}",
        at=at,
    )


def use_sign_in_link(
    session: Session, token: str, *, role: Role | None, department: str | None, at: datetime, device: str = ""
) -> tuple[str, str]:
    """Use a link up and open a session; returns the cookie's token and the path to go to.

    Raises Refused when the link is used, expired or unknown, or when the role is not the person's own.
    """
    link = usable_link(session, token, at=at)
    if link is None or not _use_up(session, link.id, at=at):
        raise Refused("Linket er brugt eller for gammelt. Bed om et nyt link herunder.")
    person = person_by_email(session, link.email) or _new_applicant(session, link.email, at=at)
    chosen = _chosen_role(session, person, role, department, on=today(at))
    return open_session(session, person, chosen, at=at, device=device), link.next_path


def _use_up(session: Session, link_id: UUID, *, at: datetime) -> bool:
    """One guarded update: of two who use a link at the same time, one gets in."""
    used = session.execute(
        sa.update(SignInLink).where(col(SignInLink.id) == link_id, col(SignInLink.used_at).is_(None)).values(used_at=at)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def _new_applicant(session: Session, email: str, *, at: datetime) -> Person:
    """An account for an address that nobody had; of two links used in the same instant, the first makes it."""
    try:
        with session.begin_nested():
            return add_person(
                session, email=email, name=email.partition("@")[0], role=Role.APPLICANT, actor=None, at=at
            )
    except IntegrityError:
        made = person_by_email(session, email)
        if made is None:
            raise
        return made


def _chosen_role(
    session: Session, person: Person, role: Role | None, department: str | None, *, on: date
) -> tuple[Role, str | None]:
    held = held_roles(session, person.id, on=on)
    if not held or person.closed_at is not None:
        raise Refused("Din adgang er lukket. Kontakt sekretariatet, hvis det er en fejl.")
    if role is None and len(held) == 1:
        return held[0]
    for choice in held:
        if choice == (role, department):
            return choice
    raise Refused("Vælg den rolle, du vil arbejde i.", field="role")


def open_session(
    session: Session, person: Person, chosen: tuple[Role, str | None], *, at: datetime, device: str = ""
) -> str:
    """A new session row; returns the random token that only the cookie knows."""
    token = secrets.token_urlsafe(32)
    row = WebSession(
        token_hash=token_hash(token),
        person_id=person.id,
        role=chosen[0],
        department_code=chosen[1],
        device=device,
        created_at=at,
        expires_at=at + SESSION_LIFE,
    )
    session.add(row)
    session.flush()
    actor = Actor(person.id, person.name, person.email, chosen[0], chosen[1], frozenset(), row.id)
    record(
        session,
        PersonSignedIn(chosen[0].value),
        subject_type="person",
        subject_id=person.id,
        actor=actor,
        at=at,
    )
    return token


def sign_out(session: Session, actor: Actor, *, at: datetime) -> None:
    """End the actor's own session."""
    _end(session, actor.session_id, at=at)
    record(session, PersonSignedOut(), subject_type="person", subject_id=actor.person_id, actor=actor, at=at)


def end_session(session: Session, session_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End somebody's session; it is over at that browser's next request. Raises NotFound, and Refused for one's own."""
    row = session.get(WebSession, session_id)
    if row is None:
        raise NotFound
    if row.person_id == actor.person_id:
        raise Refused("Du kan ikke afslutte dine egne sessioner her. Brug Log ud øverst på siden.")
    _end(session, session_id, at=at)
    record(
        session,
        SessionEnded(str(session_id)),
        subject_type="person",
        subject_id=row.person_id,
        actor=actor,
        at=at,
    )


def _end(session: Session, session_id: UUID, *, at: datetime) -> None:
    session.execute(
        sa.update(WebSession)
        .where(col(WebSession.id) == session_id, col(WebSession.ended_at).is_(None))
        .values(ended_at=at)
    )


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    actor: Actor | None,
    at: datetime,
    department: str | None = None,
    ends_on: date | None = None,
    reason: str = "",
) -> Person:
    """A person with a role, or one more role for a known address. Raises Refused when the role is held already."""
    if (role is Role.REVIEWER) != (department is not None):
        raise Refused("En vurderer skal have en forvaltning, og kun en vurderer har en.", field="department")
    person = person_by_email(session, email)
    if person is None:
        person = Person(email=email, name=name, created_at=at)
        session.add(person)
        session.flush()
    if (role, department) in held_roles(session, person.id, on=today(at)):
        raise Refused("Personen har allerede rollen.", field="role")
    grant = RoleGrant(person_id=person.id, role=role, department_code=department, granted_at=at, ends_on=ends_on)
    session.add(grant)
    session.flush()
    record(
        session,
        PersonAdded(role.value, department, reason, ends_on.isoformat() if ends_on else ""),
        subject_type="person",
        subject_id=person.id,
        actor=actor,
        at=at,
    )
    return person
