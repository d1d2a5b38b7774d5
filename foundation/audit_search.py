"""Which acts does the log hold about a thing, by a person, of a kind, in a period: newest first, a page at a time?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.audit import AuditEvent, Happened, shown
from foundation.identity.models import Person

Cursor = tuple[datetime, int]
"""The moment and the number of the last row that was shown: the next page begins after it."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. None is not asked; an empty tuple is asked and finds nothing. `until` itself is not in."""

    by: tuple[UUID, ...] | None = None
    about: tuple[UUID, ...] | None = None
    kinds: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """One row of the log as a page shows it."""

    sequence: int
    kind: str
    subject_type: str
    subject_id: UUID
    facts: dict[str, Any]
    happened: Happened

    @property
    def cursor(self) -> Cursor:
        return self.happened.at, self.sequence


def search(
    session: Session,
    asked: Search,
    *,
    may_see: Sequence[sa.ColumnElement[bool]],
    before: Cursor | None = None,
    most: int,
) -> list[LoggedAct]:
    """At most so many acts, newest first. `may_see` says which rows the reader may know of at all."""
    rows = session.exec(
        select(AuditEvent, Person.name)
        .join(Person, col(Person.id) == AuditEvent.person_id, isouter=True)
        .where(*_asked_for(asked), *may_see, *_after(before))
        .order_by(*(column.desc() for column in _order()))
        .limit(most)
    )
    return [
        LoggedAct(row.sequence or 0, row.kind, row.subject_type, row.subject_id, row.facts, shown(row, name))
        for row, name in rows
    ]


def _order() -> tuple[Any, Any]:
    return col(AuditEvent.happened_at), col(AuditEvent.sequence)


def _asked_for(asked: Search) -> list[sa.ColumnElement[bool]]:
    one_of = ((AuditEvent.person_id, asked.by), (AuditEvent.subject_id, asked.about), (AuditEvent.kind, asked.kinds))
    where: list[sa.ColumnElement[bool]] = [col(column).in_(values) for column, values in one_of if values is not None]
    if asked.since is not None:
        where.append(col(AuditEvent.happened_at) >= asked.since)
    if asked.until is not None:
        where.append(col(AuditEvent.happened_at) < asked.until)
    return where


def _after(before: Cursor | None) -> list[sa.ColumnElement[bool]]:
    if before is None:
        return []
    values = (sa.literal(one, type_=column.type) for one, column in zip(before, _order(), strict=True))
    return [sa.tuple_(*_order()) < sa.tuple_(*values)]
