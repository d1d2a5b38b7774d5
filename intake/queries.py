"""Which calls and proposals are there, and which of them may this person see?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Organisation, Person
from foundation.identity.roles import Actor, Role
from intake.models import (
    Call,
    CallFocusArea,
    ConflictDeclaration,
    DepartmentRequest,
    FormalCheck,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.rules.call import CallState, FocusArea, call_state
from intake.rules.formal_check import FormalFacts
from intake.rules.lifecycle import State
from intake.rules.proposal import ProposalDraft, Wish
from intake.rules.rights import Relation, states_for
from intake.rules.track import Track

PAGE_ROWS = 50
"""Rows of a list page (contract 8.15)."""

# ---- calls ------------------------------------------------------------------------------------------------------


def state_of_call(call: Call, *, at: datetime) -> CallState:
    """The call's state by the clock."""
    return call_state(
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        published_at=call.published_at,
        cancelled_at=call.cancelled_at,
        at=at,
    )


def public_calls(session: Session, *, at: datetime) -> list[Call]:
    """Published calls that are open or will open, the nearest deadline first."""
    return list(
        session.exec(
            select(Call)
            .where(
                col(Call.published_at).is_not(None),
                col(Call.cancelled_at).is_(None),
                col(Call.closes_at) >= at,
            )
            .order_by(col(Call.closes_at))
        )
    )


def all_calls(session: Session) -> list[Call]:
    """Every call, newest first, for the secretariat."""
    return list(session.exec(select(Call).order_by(col(Call.year).desc(), col(Call.number).desc())))


def public_call(session: Session, slug: str) -> Call | None:
    """A call that has been published, whatever its state by now."""
    return session.exec(select(Call).where(Call.slug == slug, col(Call.published_at).is_not(None))).first()


def call_of(session: Session, proposal: Proposal) -> Call:
    """The call that a proposal answers."""
    return session.get_one(Call, proposal.call_id)


def focus_areas(session: Session, call_id: UUID) -> list[FocusArea]:
    """The focus areas of a call, in the order of the vision."""
    chosen = set(session.exec(select(CallFocusArea.focus_area).where(CallFocusArea.call_id == call_id)))
    return [area for area in FocusArea if area in chosen]


# ---- who may see what ---------------------------------------------------------------------------------------------


def _no_conflict(person_id: UUID) -> sa.ColumnElement[bool]:
    return col(Proposal.id).not_in(
        select(ConflictDeclaration.proposal_id).where(
            ConflictDeclaration.person_id == person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
            col(ConflictDeclaration.has_conflict).is_(True),
        )
    )


def _declared_free(person_id: UUID) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ConflictDeclaration.proposal_id) == col(Proposal.id),
        col(ConflictDeclaration.person_id) == person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.has_conflict).is_(False),
    )


def _assigned(person_id: UUID) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == col(Proposal.id),
        col(ReviewerAssignment.person_id) == person_id,
        col(ReviewerAssignment.ended_at).is_(None),
    )


_STAFF_RELATION = {
    Role.SECRETARIAT: Relation.SECRETARIAT,
    Role.COUNCIL_MEMBER: Relation.COUNCIL,
    Role.MAYOR_APPROVER: Relation.MAYOR,
    Role.AUDITOR: Relation.AUDITOR,
    Role.ADMINISTRATOR: Relation.ADMINISTRATOR,
}


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition that every read of proposals begins with: page, list, count, export and mail show the same set."""
    if actor.role is Role.APPLICANT:
        return col(Proposal.organisation_id).in_(actor.organisation_ids)
    if actor.role is Role.REVIEWER:
        return sa.and_(_in_states(Relation.ASSIGNED), _assigned(actor.person_id), _declared_free(actor.person_id))
    return sa.and_(_in_states(_STAFF_RELATION[actor.role]), _no_conflict(actor.person_id))


def _in_states(relation: Relation) -> sa.ColumnElement[bool]:
    return col(Proposal.state).in_(sorted(states_for("proposal.view", relation)))


def relation_to(session: Session, actor: Actor, proposal: Proposal) -> Relation:
    """How the actor stands to one case; one question to the database for staff, none for applicants."""
    if actor.role is Role.APPLICANT:
        own = proposal.organisation_id in actor.organisation_ids
        return Relation.OWN_APPLICANT if own else Relation.OTHER_APPLICANT
    declared = _newest_declaration(session, actor.person_id, proposal.id)
    if declared:
        return Relation.CONFLICTED
    if actor.role is not Role.REVIEWER:
        return _STAFF_RELATION[actor.role]
    if not session.exec(select(sa.literal(True)).where(_assigned_to(actor.person_id, proposal.id))).first():
        return Relation.UNASSIGNED
    return Relation.UNDECLARED if declared is None else Relation.ASSIGNED


def _assigned_to(person_id: UUID, proposal_id: UUID) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == proposal_id,
        col(ReviewerAssignment.person_id) == person_id,
        col(ReviewerAssignment.ended_at).is_(None),
    )


def _newest_declaration(session: Session, person_id: UUID, proposal_id: UUID) -> bool | None:
    return session.exec(
        select(ConflictDeclaration.has_conflict).where(
            ConflictDeclaration.proposal_id == proposal_id,
            ConflictDeclaration.person_id == person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
    ).first()


def find_proposal(session: Session, reference: str) -> Proposal | None:
    """A proposal by reference, seen or unseen: the guard decides whether it may be shown."""
    return session.exec(select(Proposal).where(Proposal.reference == reference)).first()


def find_draft(session: Session, proposal_id: UUID) -> Proposal | None:
    """A proposal by its key, seen or unseen: the guard decides whether it may be shown."""
    return session.get(Proposal, proposal_id)


# ---- proposals ----------------------------------------------------------------------------------------------------


def draft_of(proposal: Proposal) -> ProposalDraft:
    """The proposal's answers as the frozen draft that rules and forms speak."""
    return ProposalDraft(answers=dict(proposal.answers))


def sent_by(session: Session, proposal: Proposal) -> str:
    """The mail address that the newest receipt went to; empty for a proposal that was never sent."""
    found = session.exec(
        select(Person.email)
        .join(ProposalVersion, col(ProposalVersion.sent_by) == col(Person.id))
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(col(ProposalVersion.number).desc())
        .limit(1)
    ).first()
    return found or ""


def organisations_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations that the actor may act for."""
    return session.exec(
        select(Organisation).where(col(Organisation.id).in_(actor.organisation_ids)).order_by(Organisation.name)
    ).all()


def own_proposals(session: Session, actor: Actor) -> Sequence[Proposal]:
    """The proposals of the actor's organisations, newest first."""
    return session.exec(
        select(Proposal).where(visible_to(actor)).order_by(col(Proposal.created_at).desc()).limit(PAGE_ROWS)
    ).all()


def formal_facts(session: Session, proposal: Proposal, call: Call) -> FormalFacts:
    """What the formal check looks at. Raises ValueError for a proposal that was never sent."""
    if proposal.received_at is None or proposal.focus_area is None or proposal.wish is None:
        raise ValueError("an unsent proposal has no formal check")
    return FormalFacts(
        received_at=proposal.received_at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        call_areas=frozenset(focus_areas(session, call.id)),
        focus_area=proposal.focus_area,
        cvr=proposal.organisation_cvr,
        same_cvr_in_call=_same_cvr(session, proposal),
        amount_ore=proposal.amount_sought_ore or 0,
        wish=proposal.wish,
        per_project_cap_ore=call.per_project_cap_ore,
        free_text="\n".join(value for value in proposal.answers.values() if isinstance(value, str)),
    )


def _same_cvr(session: Session, proposal: Proposal) -> tuple[str, ...]:
    if proposal.organisation_cvr is None:
        return ()
    rows = session.exec(
        select(Proposal.reference).where(
            Proposal.call_id == proposal.call_id,
            Proposal.organisation_cvr == proposal.organisation_cvr,
            Proposal.id != proposal.id,
            col(Proposal.reference).is_not(None),
            Proposal.state != State.WITHDRAWN,
        )
    )
    return tuple(sorted(reference for reference in rows if reference))


def latest_formal_check(session: Session, proposal_id: UUID) -> FormalCheck | None:
    return session.exec(
        select(FormalCheck)
        .where(FormalCheck.proposal_id == proposal_id)
        .order_by(col(FormalCheck.checked_at).desc())
        .limit(1)
    ).first()


def department_requests(session: Session, proposal_id: UUID) -> Sequence[DepartmentRequest]:
    """The departments asked, the lead first."""
    return session.exec(
        select(DepartmentRequest)
        .where(DepartmentRequest.proposal_id == proposal_id)
        .order_by(col(DepartmentRequest.is_lead).desc(), DepartmentRequest.department_code)
    ).all()


def reviewers_of(session: Session, proposal_id: UUID) -> Sequence[tuple[ReviewerAssignment, str]]:
    """The people who are to score, with their names."""
    return session.exec(
        select(ReviewerAssignment, Person.name)
        .join(Person, col(Person.id) == ReviewerAssignment.person_id)
        .where(ReviewerAssignment.proposal_id == proposal_id, col(ReviewerAssignment.ended_at).is_(None))
        .order_by(Person.name)
    ).all()


# ---- lists --------------------------------------------------------------------------------------------------------


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
            _no_conflict(actor.person_id),
        )
        .order_by(col(ReviewerAssignment.due_on), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )
    return [QueueRow(ref, title, org, due, conflict is not None) for ref, title, org, due, conflict in rows]


def counts_by_state(session: Session, actor: Actor, call_id: UUID) -> dict[State, int]:
    """How many of a call's proposals staff may see in each state: all that an index counts, less own conflicts."""
    relation = _STAFF_RELATION[actor.role]
    where = (col(Proposal.call_id) == call_id, _in_states(relation))
    counts = dict(_grouped(session, *where))
    for state, conflicted in _grouped(session, *where, ~_no_conflict(actor.person_id)):
        counts[state] -= conflicted
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
