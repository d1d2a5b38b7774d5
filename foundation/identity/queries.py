"""Who is signed in, which roles may a person choose, and which departments are there on a day?"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.clock import today
from foundation.identity.models import Department, Membership, Person, RoleGrant, SignInLink, WebSession
from foundation.identity.roles import ROLE_WORDS, Actor, Role


def token_hash(token: str) -> str:
    """What is stored of a secret token: its SHA-256, from which the token cannot be found."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class SessionLookup:
    """What a session cookie leads to: an actor, a closed account, or nothing (`ended`)."""

    actor: Actor | None = None
    access_closed: bool = False


def hold_session(session: Session, token: str) -> None:
    """Keep the session from being ended until this transaction is over.

    Whoever ends it waits for what it is doing now, or came first, and then `find_session` sees that it has ended. Else
    a right could be used after it was taken away, by a request that had been let in before (reliability F25).
    """
    session.exec(select(WebSession.id).where(WebSession.token_hash == token_hash(token)).with_for_update()).first()


def not_over(on: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """The role's last day, where it has one, has not passed."""
    return sa.or_(col(RoleGrant.ends_on).is_(None), col(RoleGrant.ends_on) >= on)


_HOLDER_COLUMNS: Final[tuple[Any, ...]] = (
    *(WebSession.id, WebSession.expires_at, WebSession.ended_at, WebSession.role, WebSession.department_code),
    *(Person.id, Person.name, Person.email, Person.closed_at, RoleGrant.role, RoleGrant.department_code),
)
_HOLDER: Final = (
    sa.select(*_HOLDER_COLUMNS)
    .select_from(WebSession)
    .join(Person, col(Person.id) == WebSession.person_id)
    .outerjoin(
        RoleGrant,
        sa.and_(
            col(RoleGrant.person_id) == Person.id,
            col(RoleGrant.ended_at).is_(None),
            not_over(sa.bindparam("on", type_=sa.Date())),
        ),
    )
    .where(col(WebSession.token_hash) == sa.bindparam("token_hash"))
)
"""A session and its person, once for each role held on a day: asked at every request, so put together only once."""


def find_session(session: Session, token: str, *, at: datetime) -> SessionLookup:
    """The actor behind a cookie. Rights are read anew at each request, so that what ended yesterday ends today.

    Whoever has another role left is told to sign in again; whoever has none, that the access is closed.
    """
    rows = session.execute(_HOLDER, {"token_hash": token_hash(token), "on": today(at)}).all()
    if not rows:
        return SessionLookup()
    key, expires_at, ended_at, role, department, person_id, name, email, closed_at, *_ = rows[0]
    held = [] if closed_at is not None else [row[-2:] for row in rows if row[-2] is not None]
    if not held:
        return SessionLookup(access_closed=True)
    if ended_at is not None or expires_at <= at or (role, department) not in held:
        return SessionLookup()
    organisation_ids = _organisations(session, person_id, role)
    return SessionLookup(Actor(person_id, name, email, role, department, organisation_ids, session_id=key))


def _organisations(session: Session, person_id: UUID, role: Role) -> frozenset[UUID]:
    if role is not Role.APPLICANT:
        return frozenset()
    return frozenset(
        session.exec(
            select(Membership.organisation_id).where(
                Membership.person_id == person_id, col(Membership.ended_at).is_(None)
            )
        )
    )


def held_roles(session: Session, person_id: UUID, *, on: date | None = None) -> list[tuple[Role, str | None]]:
    """The roles that a person may choose between at sign-in, with the department of each.

    With a day, not those whose last day has passed: the worker ends them only a little later.
    """
    lasts = sa.true() if on is None else not_over(on)
    rows = session.exec(
        select(RoleGrant.role, RoleGrant.department_code)
        .where(RoleGrant.person_id == person_id, col(RoleGrant.ended_at).is_(None), lasts)
        .order_by(RoleGrant.role, RoleGrant.department_code)  # type: ignore[arg-type]
    )
    return [(Role(role), department) for role, department in rows]


def person_by_email(session: Session, email: str) -> Person | None:
    return session.exec(select(Person).where(Person.email == email)).first()


def usable_link(session: Session, token: str, *, at: datetime) -> SignInLink | None:
    """An unused, unexpired link; looking at it does not use it up (mail scanners open links)."""
    return session.exec(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash(token),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > at,
        )
    ).first()


def recent_links(session: Session, email: str, *, at: datetime) -> int:
    """How many links an address was sent in the last hour."""
    return session.exec(
        select(sa.func.count())
        .select_from(SignInLink)
        .where(SignInLink.email == email, col(SignInLink.created_at) > at - timedelta(hours=1))
    ).one()


def departments(session: Session, *, on: date) -> Sequence[Department]:
    """The departments of a day, by name."""
    return session.exec(
        select(Department)
        .where(
            col(Department.valid_from) <= on,
            sa.or_(col(Department.valid_to).is_(None), col(Department.valid_to) >= on),
        )
        .order_by(Department.name)
    ).all()


def department_names(session: Session, *, on: date) -> dict[str, str]:
    """Code -> Danish name of the departments of a day."""
    return {department.code: department.name for department in departments(session, on=on)}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person in one role, for a choice on a form or a sign-in button."""

    person_id: UUID
    name: str
    role: Role
    department: str | None

    @property
    def role_word(self) -> str:
        return ROLE_WORDS[self.role]


def colleagues(session: Session, roles: frozenset[Role]) -> list[Colleague]:
    """All open accounts that hold one of the roles."""
    rows = session.exec(
        select(Person.id, Person.name, RoleGrant.role, RoleGrant.department_code)
        .join(RoleGrant, col(RoleGrant.person_id) == Person.id)
        .where(col(RoleGrant.role).in_(roles), col(RoleGrant.ended_at).is_(None), col(Person.closed_at).is_(None))
        .order_by(Person.name)
    )
    return [Colleague(person_id=key, name=name, role=Role(role), department=code) for key, name, role, code in rows]


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A signed-in browser as the administrator sees it."""

    id: UUID
    person_id: UUID
    name: str
    role_word: str
    created_at: datetime
    expires_at: datetime


def live_sessions(session: Session, *, at: datetime, most: int = 200) -> list[LiveSession]:
    """Who is signed in now, newest first."""
    rows = session.exec(
        select(WebSession, Person.name)
        .join(Person, col(Person.id) == WebSession.person_id)
        .where(col(WebSession.ended_at).is_(None), col(WebSession.expires_at) > at, col(Person.closed_at).is_(None))
        .order_by(col(WebSession.created_at).desc())
        .limit(most)
    )
    return [
        LiveSession(row.id, row.person_id, name, ROLE_WORDS[row.role], row.created_at, row.expires_at)
        for row, name in rows
    ]
