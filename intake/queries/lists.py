"""Which proposals stand in a list, a queue or a count, for somebody who may see them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.roles import Actor
from intake.models import (
    ConflictDeclaration,
    Proposal,
    ReviewerAssignment,
)
from intake.queries.visibility import STAFF_RELATION, closed_cases, conflicted, in_states, visible_to
from intake.rules.call import FocusArea
from intake.rules.lifecycle import State
from intake.rules.proposal import Wish
from intake.rules.rights import Relation, states_for
from intake.rules.track import Track

PAGE_ROWS = 50
"""Rows of a list page (contract 8.15)."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """What a list shows of one proposal: columns alone, no row object behind it."""

    reference: str
    title: str
    organisation: str
    focus_area: FocusArea | None
    wish: Wish | None
    amount_ore: int | None
    participants: int | None
    state: State
    asked: int
    answered: int
    assessments: int
    maturity_e4: int | None
    track: Track | None
    received_at: datetime | None


_ROW_COLUMNS: tuple[Any, ...] = (
    Proposal.reference,
    Proposal.title,
    Proposal.organisation_name,
    Proposal.focus_area,
    Proposal.wish,
    Proposal.amount_sought_ore,
    Proposal.participants,
    Proposal.state,
    Proposal.departments_asked,
    Proposal.departments_answered,
    Proposal.assessments_final,
    Proposal.maturity_e4,
    Proposal.track,
    Proposal.received_at,
)
"""The columns of a ProposalRow, in its order."""


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One page of a list with the count of all rows, and of each state."""

    rows: tuple[ProposalRow, ...]
    total: int
    page: int
    counts: Mapping[State, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_ROWS))


SORTS: dict[str, tuple[Any, ...]] = {
    "sag": (col(Proposal.number).asc(),),
    "titel": (col(Proposal.title).asc(), col(Proposal.number).asc()),
    "belob": (sa.literal_column("coalesce(proposal.amount_sought_ore, -1)").desc(), col(Proposal.number).asc()),
    "modenhed": (sa.literal_column("coalesce(proposal.maturity_e4, -1)").desc(), col(Proposal.number).asc()),
    "status": (col(Proposal.state).asc(), col(Proposal.number).asc()),
}
"""What a list can be sorted by; anything else asked for is the first one.

What is missing comes last on both databases; the expressions are those of the indexes, letter for letter.
"""


def proposals_of_call(
    session: Session, actor: Actor, call_id: UUID, *, sort: str, state: State | None, page: int
) -> ProposalPage:
    """One page of a call's proposals for somebody who may see them; two queries whatever the number of rows."""
    where: list[Any] = [Proposal.call_id == call_id, visible_to(actor)]
    if state is not None:
        where.append(col(Proposal.state) == state)
    counts = counts_by_state(session, actor, call_id)
    total = sum(counts.values()) if state is None else counts.get(state, 0)
    page = max(1, min(page, -(-total // PAGE_ROWS) or 1))
    rows = session.execute(
        sa.select(*_ROW_COLUMNS)
        .where(*where)
        .order_by(*SORTS.get(sort, SORTS["sag"]))
        .limit(PAGE_ROWS)
        .offset((page - 1) * PAGE_ROWS)
    )
    return ProposalPage(tuple(ProposalRow(*row) for row in rows), total, page, counts)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case on a reviewer's desk. Before the declaration only what is needed to answer it."""

    reference: str
    title: str
    organisation: str
    due_on: date
    declared: bool


def review_queue(session: Session, actor: Actor) -> list[QueueRow]:
    """The cases a reviewer is to score, what is due first on top; a declared conflict closes the case."""
    has_conflict = (
        sa.select(ConflictDeclaration.has_conflict)  # type: ignore[call-overload]
        .where(
            col(ConflictDeclaration.proposal_id) == col(Proposal.id),
            col(ConflictDeclaration.person_id) == actor.person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Proposal.reference,
            Proposal.title,
            Proposal.organisation_name,
            ReviewerAssignment.due_on,
            has_conflict,
        )  # type: ignore[call-overload]
        .join(ReviewerAssignment, col(ReviewerAssignment.proposal_id) == col(Proposal.id))
        .where(
            ReviewerAssignment.person_id == actor.person_id,
            col(ReviewerAssignment.ended_at).is_(None),
            col(Proposal.state).in_(sorted(states_for("assessment.edit", Relation.ASSIGNED))),
            ~conflicted(actor.person_id),
        )
        .order_by(col(ReviewerAssignment.due_on), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )
    return [QueueRow(ref, title, org, due, conflict is not None) for ref, title, org, due, conflict in rows]


def counts_by_state(session: Session, actor: Actor, call_id: UUID) -> dict[State, int]:
    """How many of a call's proposals staff may see in each state: all that an index counts, less own conflicts."""
    relation = STAFF_RELATION[actor.role]
    where = (col(Proposal.call_id) == call_id, in_states(relation))
    counts = dict(_grouped(session, *where))
    keys = closed_cases(session, actor.person_id)
    for state, closed in _grouped(session, *where, col(Proposal.id).in_(keys)) if keys else ():
        counts[state] -= closed
    return counts


def _grouped(session: Session, *where: sa.ColumnElement[bool]) -> list[tuple[State, int]]:
    query = select(Proposal.state, sa.func.count()).where(*where).group_by(col(Proposal.state))
    return [(State(state), count) for state, count in session.exec(query)]


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """One case on somebody's desk: columns alone, the answers stay where they are."""

    reference: str
    title: str
    organisation: str
    state: State


def waiting_cases(session: Session, actor: Actor, states: frozenset[State]) -> list[WaitingCase]:
    """The cases in some states that the actor may see, oldest first."""
    rows = session.exec(
        select(Proposal.reference, Proposal.title, Proposal.organisation_name, Proposal.state)
        .where(visible_to(actor), col(Proposal.state).in_(sorted(states)))
        .order_by(col(Proposal.received_at))
        .limit(PAGE_ROWS)
    )
    return [WaitingCase(*row) for row in rows]


def own_proposals(session: Session, actor: Actor) -> Sequence[Proposal]:
    """The proposals of the actor's organisations, newest first."""
    return session.exec(
        select(Proposal).where(visible_to(actor)).order_by(col(Proposal.created_at).desc()).limit(PAGE_ROWS)
    ).all()
