"""Which proposals stand in a list, a queue or a count, for somebody who may see them?"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Person
from foundation.identity.roles import Actor, Role
from foundation.plain_rows import plain_rows
from intake.models import (
    ConflictDeclaration,
    DepartmentRequest,
    Proposal,
    ReviewerAssignment,
)
from intake.queries.visibility import (
    is_conflicted,
    reviews_for,
    shut_by_membership,
    somebody,
    values_of_reader,
    visible_to,
    works_on,
)
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, states_for

PAGE_ROWS = 50
"""Rows of a list page (contract 8.15)."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case on the desk of somebody who was given it. Before the declaration only what is needed to answer it.

    `department` is the one that the person works on the case for, None for the secretariat; `owes_answer` says that it
    has neither answered nor been let off, `is_finished` that the person's score sheet is.
    """

    reference: str
    title: str
    organisation: str
    due_on: date
    department: str | None
    scores: bool
    is_finished: bool
    owes_answer: bool
    declared: bool


def review_queue(session: Session, actor: Actor) -> list[QueueRow]:
    """The cases that somebody was given, what is due first on top; a conflict of interest closes the case."""
    rows = plain_rows(session, _review_queue(actor.role), values_of_reader(actor))
    return [QueueRow(*row) for row in rows]


@functools.cache
def _review_queue(role: Role) -> Any:
    actor = somebody(role)
    has_declared = sa.exists().where(
        col(ConflictDeclaration.proposal_id) == col(Proposal.id),
        col(ConflictDeclaration.person_id) == actor.person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
    )
    owes_answer = sa.exists().where(
        col(DepartmentRequest.proposal_id) == col(Proposal.id),
        col(DepartmentRequest.department_code) == col(ReviewerAssignment.department_code),
        *_is_waited_for(),
    )
    return (
        sa.select(
            Proposal.reference,
            Proposal.title,
            Proposal.organisation_name,
            ReviewerAssignment.due_on,
            ReviewerAssignment.department_code,
            ReviewerAssignment.scores,
            col(ReviewerAssignment.finished_at).is_not(None),
            owes_answer,
            has_declared,
        )  # type: ignore[call-overload]
        .join(ReviewerAssignment, col(ReviewerAssignment.proposal_id) == col(Proposal.id))
        .where(
            ReviewerAssignment.person_id == actor.person_id,
            col(ReviewerAssignment.ended_at).is_(None),
            *([reviews_for(actor.department)] if actor.role is Role.REVIEWER else []),
            _is_worked_on(),
            ~is_conflicted(col(ReviewerAssignment.proposal_id), actor.person_id),
        )
        .order_by(col(ReviewerAssignment.due_on), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )


def _is_worked_on() -> sa.ColumnElement[bool]:
    """The case is in a state in which departments answer and assessors score."""
    return col(Proposal.state).in_(sorted(states_for("assessment.edit", Relation.ASSIGNED)))


def _is_waited_for() -> tuple[sa.ColumnElement[bool], ...]:
    """The department is asked, and has neither answered nor been let off."""
    return (
        col(DepartmentRequest.withdrawn_at).is_(None),
        col(DepartmentRequest.answered_at).is_(None),
        col(DepartmentRequest.exempt_at).is_(None),
    )


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One case that a department owes an answer to, with the names of those who have it."""

    reference: str
    title: str
    organisation: str
    due_on: date
    people: tuple[str, ...]


def department_queue(session: Session, actor: Actor) -> list[DepartmentRow]:
    """The cases that wait for the actor's department, what is due first on top, less those with a conflict."""
    return _department_rows(session, actor, _department_queue())


def colleagues_queue(session: Session, actor: Actor) -> list[DepartmentRow]:
    """`department_queue` less the cases that the actor was given for the department."""
    return _department_rows(session, actor, _colleagues_queue())


def _department_rows(session: Session, actor: Actor, question: Any) -> list[DepartmentRow]:
    found = plain_rows(session, question, values_of_reader(actor))
    people = _who_has(session, [row[0] for row in found], actor.department)
    return [
        DepartmentRow(reference, title, organisation, due_on, tuple(people.get(key, ())))
        for key, reference, title, organisation, due_on in found
    ]


@functools.cache
def _colleagues_queue() -> Any:
    actor = somebody(Role.REVIEWER)
    return _department_queue().where(~works_on(actor.person_id, reviews_for(actor.department)))


@functools.cache
def _department_queue() -> Any:
    actor = somebody(Role.REVIEWER)
    return (
        sa.select(
            Proposal.id,
            Proposal.reference,
            Proposal.title,
            Proposal.organisation_name,
            DepartmentRequest.due_on,
        )  # type: ignore[call-overload]
        .join(DepartmentRequest, col(DepartmentRequest.proposal_id) == col(Proposal.id))
        .where(
            DepartmentRequest.department_code == actor.department,
            *_is_waited_for(),
            _is_worked_on(),
            ~is_conflicted(col(DepartmentRequest.proposal_id), actor.person_id),
        )
        .order_by(col(DepartmentRequest.due_on), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )


def _who_has(session: Session, keys: Sequence[UUID], department: str | None) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = {}
    for key, name in plain_rows(session, _WHO_HAS, {"cases": keys, "department": department}):
        names.setdefault(key, []).append(name)
    return names


_WHO_HAS: Final = (
    select(ReviewerAssignment.proposal_id, Person.name)
    .join(Person, col(Person.id) == ReviewerAssignment.person_id)
    .where(
        col(ReviewerAssignment.proposal_id).in_(sa.bindparam("cases", type_=sa.Uuid(), expanding=True)),
        col(ReviewerAssignment.department_code) == sa.bindparam("department", type_=sa.String()),
        col(ReviewerAssignment.ended_at).is_(None),
        ~shut_by_membership(),
    )
    .order_by(Person.name)
)


@dataclass(frozen=True, slots=True)
class StateSum:
    """How many proposals are in a state, and what they seek together."""

    count: int
    sought_ore: int


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """One case on somebody's desk: columns alone, the answers stay where they are."""

    reference: str
    title: str
    organisation: str
    state: State


def waiting_cases(
    session: Session, actor: Actor, states: frozenset[State], *, of_history: bool = False
) -> list[WaitingCase]:
    """The cases in some states that the actor may see, oldest first; those of before Rådslag, or all others."""
    rows = session.exec(
        select(Proposal.reference, Proposal.title, Proposal.organisation_name, Proposal.state)
        .where(visible_to(actor), col(Proposal.state).in_(sorted(states)), col(Proposal.is_history).is_(of_history))
        .order_by(col(Proposal.received_at))
        .limit(PAGE_ROWS)
    )
    return [WaitingCase(*row) for row in rows]


def own_proposals(session: Session, actor: Actor) -> Sequence[Proposal]:
    """The proposals of the actor's organisations, newest first."""
    return session.exec(
        select(Proposal).where(visible_to(actor)).order_by(col(Proposal.created_at).desc()).limit(PAGE_ROWS)
    ).all()
