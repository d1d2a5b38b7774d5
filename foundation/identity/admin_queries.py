"""Which people are there, what may each of them do, and where are they signed in?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.audit import AuditEvent, Happened, shown
from foundation.identity.models import Person, RoleGrant, WebSession
from foundation.identity.queries import not_over
from foundation.identity.roles import ROLE_WORDS, Role

PAGE_ROWS: Final = 50
SORTS: Final = ("navn", "mail", "nyeste")


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a person has or had."""

    id: UUID
    role: Role
    department: str | None
    granted_at: datetime
    ends_on: date | None
    ended_at: datetime | None

    @property
    def words(self) -> str:
        word = ROLE_WORDS[self.role]
        return f"{word} ({self.department})" if self.department else word


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person on the list, with the roles of today."""

    id: UUID
    name: str
    email: str
    is_closed: bool
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list; `total` counts all that match."""

    rows: list[PersonRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the address of the list says; a role means one that is held today."""

    text: str = ""
    role: Role | None = None
    closed: bool = False
    sort: str = SORTS[0]


def people(session: Session, asked: PeopleFilter, *, on: date, page: int) -> PeoplePage:
    """A page of people, three queries whatever their number."""
    where = [_matches(asked.text), _is_closed(asked.closed), _has_role(asked.role, on)]
    total = session.exec(select(sa.func.count()).select_from(Person).where(*where)).one()
    last = max(1, -(-total // PAGE_ROWS))
    number = min(page, last)
    found = session.exec(
        select(Person).where(*where).order_by(*_order(asked.sort)).limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)
    ).all()
    held = _roles_of(session, [one.id for one in found], on)
    rows = [
        PersonRow(one.id, one.name, one.email, one.closed_at is not None, tuple(held.get(one.id, ()))) for one in found
    ]
    return PeoplePage(rows, total, number)


def people_called(session: Session, text: str, *, most: int) -> tuple[UUID, ...]:
    """The keys of those whose name or address holds every word, closed accounts too."""
    return tuple(session.exec(select(Person.id).where(_matches(text)).order_by(col(Person.name)).limit(most)))


def _matches(text: str) -> sa.ColumnElement[bool]:
    """Every word stands in the name or the address, letter for letter: % and _ are letters, too.

    SQLite knows no capital Æ, Ø and Å, so a word is looked for in the three ways that people write it.
    """
    words = text.split()[:10]
    return sa.and_(sa.true(), *(_holds_word(word[:100]) for word in words))


def _holds_word(word: str) -> sa.ColumnElement[bool]:
    ways = dict.fromkeys((word.lower(), word.upper(), word.title()))
    return sa.or_(
        *(col(column).icontains(way, autoescape=True) for column in (Person.name, Person.email) for way in ways)
    )


def _is_closed(closed: bool) -> sa.ColumnElement[bool]:
    return col(Person.closed_at).is_not(None) if closed else col(Person.closed_at).is_(None)


def _has_role(role: Role | None, on: date) -> sa.ColumnElement[bool]:
    if role is None:
        return sa.true()
    return sa.exists().where(
        col(RoleGrant.person_id) == col(Person.id),
        col(RoleGrant.role) == role,
        col(RoleGrant.ended_at).is_(None),
        not_over(on),
    )


def _order(sort: str) -> tuple[Any, ...]:
    if sort == "mail":
        return (col(Person.email), col(Person.id))
    if sort == "nyeste":
        return (col(Person.created_at).desc(), col(Person.id))
    return (col(Person.name), col(Person.id))


def _roles_of(session: Session, people: Sequence[UUID], on: date) -> dict[UUID, list[HeldRole]]:
    rows = session.exec(
        select(RoleGrant)
        .where(col(RoleGrant.person_id).in_(people), col(RoleGrant.ended_at).is_(None), not_over(on))
        .order_by(col(RoleGrant.role), col(RoleGrant.department_code), col(RoleGrant.id))
    )
    held: dict[UUID, list[HeldRole]] = {}
    for row in rows:
        held.setdefault(row.person_id, []).append(_held(row))
    return held


def _held(row: RoleGrant) -> HeldRole:
    return HeldRole(row.id, row.role, row.department_code, row.granted_at, row.ends_on, row.ended_at)


# ---- one person -----------------------------------------------------------------------------------------------------


def all_roles(session: Session, person_id: UUID) -> list[HeldRole]:
    """Every role that the person has or had, those that are open first, the newest on top."""
    rows = session.exec(
        select(RoleGrant)
        .where(RoleGrant.person_id == person_id)
        .order_by(col(RoleGrant.ended_at).is_not(None), col(RoleGrant.granted_at).desc(), col(RoleGrant.id))
    )
    return [_held(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Browser:
    """A session as the administrator sees it. `last_act_at` is the person's last act in that role since it began.

    Reading writes nothing, so nobody can tell when somebody last looked.
    """

    id: UUID
    role_word: str
    device: str
    created_at: datetime
    expires_at: datetime
    last_act_at: datetime | None


def browsers(session: Session, person_id: UUID, *, at: datetime) -> list[Browser]:
    """Where the person is signed in now, newest first."""
    last_act: Any = (
        select(sa.func.max(AuditEvent.happened_at))
        .where(
            AuditEvent.person_id == person_id,
            col(AuditEvent.happened_at) >= col(WebSession.created_at),
            col(AuditEvent.role) == col(WebSession.role),
        )
        .correlate(WebSession)
        .scalar_subquery()
    )
    rows = session.exec(
        select(WebSession, last_act)
        .where(
            WebSession.person_id == person_id,
            col(WebSession.ended_at).is_(None),
            col(WebSession.expires_at) > at,
        )
        .order_by(col(WebSession.created_at).desc(), col(WebSession.id))
    )
    return [
        Browser(row.id, ROLE_WORDS[row.role], row.device, row.created_at, row.expires_at, last) for row, last in rows
    ]


ACCESS_KINDS: Final = (
    *("person_added", "role_revoked", "role_ran_out", "person_corrected"),
    *("account_closed", "account_reopened", "session_ended", "sessions_ended"),
)


def access_history(session: Session, person_id: UUID, *, most: int = 50) -> list[Happened]:
    """What administrators did about the person's access, newest first; not when the person signed in."""
    rows = session.exec(
        select(AuditEvent, Person.name)
        .join(Person, col(Person.id) == AuditEvent.person_id, isouter=True)
        .where(AuditEvent.subject_id == person_id, col(AuditEvent.kind).in_(ACCESS_KINDS))
        .order_by(col(AuditEvent.sequence).desc())
        .limit(most)
    )
    return [shown(row, name) for row, name in rows]
