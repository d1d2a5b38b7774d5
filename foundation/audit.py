"""What happened, who did it, when and why? Rows are only added."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from foundation.identity.models import Person
from foundation.identity.roles import ROLE_WORDS, Actor, Role
from foundation.tables import enum_type, json_type


@dataclass(frozen=True, slots=True)
class Event:
    """The base of everything that happens: a frozen class with exactly its fields, named in the past tense."""

    kind: ClassVar[str] = ""


EventClass = TypeVar("EventClass", bound=type[Event])
_EVENTS: dict[str, type[Event]] = {}


def event(kind: str) -> Any:
    """Register an event class under the name that its rows and its partial `audit/<kind>.html` carry."""

    def register(made: EventClass) -> EventClass:
        if kind in _EVENTS:
            raise ValueError(f"two events are called {kind}")
        made.kind = kind
        _EVENTS[kind] = made
        return made

    return register


def event_kinds() -> dict[str, type[Event]]:
    """All registered events by kind, for the house test that looks for their partials."""
    return dict(_EVENTS)


class AuditEvent(SQLModel, table=True):
    """One act. `sequence` gives the order, whatever the clocks of several machines say."""

    __tablename__ = "audit_event"
    __table_args__ = (
        sa.Index("ix_audit_event_subject_id_happened_at", "subject_id", "happened_at", "sequence"),
        sa.Index("ix_audit_event_happened_at_sequence", "happened_at", "sequence"),
        sa.Index("ix_audit_event_person_id_happened_at", "person_id", "happened_at", "sequence"),
        sa.Index("ix_audit_event_kind_happened_at", "kind", "happened_at", "sequence"),
    )

    sequence: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    happened_at: datetime
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    role: Role | None = Field(default=None, sa_type=enum_type(Role))
    subject_type: str = Field(max_length=32)
    subject_id: UUID
    kind: str = Field(max_length=64)
    facts: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Happened:
    """An act as a page shows it: the typed event with who and when."""

    at: datetime
    who: str
    role_word: str
    event: Event


def record(
    session: Session,
    happened: Event,
    *,
    subject_type: str,
    subject_id: UUID,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Add the act to the transaction that carries it out: both are stored, or neither."""
    session.add(
        AuditEvent(
            happened_at=at,
            person_id=actor.person_id if actor else None,
            role=actor.role if actor else None,
            subject_type=subject_type,
            subject_id=subject_id,
            kind=happened.kind,
            facts=asdict(happened),
        )
    )


def first_act_at(session: Session) -> datetime | None:
    """When the first act that is known here happened."""
    return session.exec(select(sa.func.min(AuditEvent.happened_at))).one()


def history(session: Session, subject_id: UUID) -> list[Happened]:
    """Everything that happened to one thing, newest first."""
    rows = session.exec(
        select(AuditEvent, Person.name)
        .join(Person, col(Person.id) == AuditEvent.person_id, isouter=True)
        .where(AuditEvent.subject_id == subject_id)
        .order_by(col(AuditEvent.sequence).desc())
    )
    return [shown(row, name) for row, name in rows]


def shown(row: AuditEvent, name: str | None) -> Happened:
    """A row with the name of who did it, as a page shows it; without a name it was the system."""
    return Happened(
        at=row.happened_at,
        who=name or "Systemet",
        role_word=ROLE_WORDS[row.role] if row.role else "",
        event=_rebuilt(row),
    )


def _rebuilt(row: AuditEvent) -> Event:
    made = _EVENTS[row.kind]
    known = {field.name for field in fields(made)}
    return made(**{name: _untupled(value) for name, value in row.facts.items() if name in known})


def _untupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
