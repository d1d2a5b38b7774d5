"""Which cases wait for the secretariat, and what for?"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from foundation.identity.models import Person
from foundation.identity.roles import Actor, Role
from foundation.plain_rows import plain_rows
from intake.models import (
    ConflictDeclaration,
    DepartmentRequest,
    FormalCheck,
    FormalReturn,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.queries.lists import PAGE_ROWS
from intake.queries.visibility import in_states, not_a_secretarys, shut_by_membership, somebody, values_of_reader
from intake.rules.agreement import FEWEST_SHEETS
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.rights import Relation


class WaitsFor(StrEnum):
    """What a case waits for the secretariat to do."""

    FORMAL_CHECK = "formal_check"
    ROUTING = "routing"
    OVERDUE_RETURN = "overdue_return"
    OVERDUE_DEPARTMENT = "overdue_department"
    OWN_ASSESSOR = "own_assessor"
    CONSENSUS = "consensus"
    SORTING = "sorting"
    MORE_ASSESSORS = "more_assessors"
    LATE_ASSESSOR = "late_assessor"
    SHUT_ASSESSOR = "shut_assessor"
    CONFLICT_REVIEW = "conflict_review"
    HEARING = "hearing"
    HEARING_TO_OPEN = "hearing_to_open"
    MEMO = "memo"
    AGENDA = "agenda"
    NEW_RELEASE = "new_release"
    CONFLICTED_RELEASE = "conflicted_release"
    FAILED_MAIL = "failed_mail"
    LEFT_BY_CASE_WORKER = "left_by_case_worker"
    LEFT_BY_ASSESSOR = "left_by_assessor"


@dataclass(frozen=True, slots=True)
class SecretariatCase:
    """One case on the secretariat's desk; `case_worker` is empty where nobody has taken it."""

    reference: str
    title: str
    organisation: str
    case_worker: str
    waits_for: WaitsFor


def secretariat_queue(session: Session, actor: Actor, *, on: date) -> list[SecretariatCase]:
    """The cases in which the secretariat is the one to act, the oldest first; one query whatever the number of rows."""
    rows = plain_rows(session, _queue(), values_of_reader(actor) | {"on": on})
    return [SecretariatCase(ref, title, org, name or "", WaitsFor(what)) for ref, title, org, name, what in rows]


THE_DAY: Final[Any] = sa.bindparam("on", type_=sa.Date())
"""The day in a question that is put together once, asked with a value named `on`."""


@functools.cache
def _queue() -> Any:
    """The question of the queue: putting it together takes many times as long as its answer.

    Each state is read in the order of its index until there are enough, however many cases lie there.
    """
    parts = (_oldest(state, waits_for).subquery() for state, waits_for in _waits_for(THE_DAY).items())
    oldest, worker = sa.union_all(*(part.select() for part in parts)).subquery(), aliased(Person)
    return (
        sa.select(oldest.c.reference, oldest.c.title, oldest.c.organisation_name, worker.name, oldest.c.waits_for)  # type: ignore[call-overload]
        .select_from(oldest)
        .outerjoin(worker, col(worker.id) == oldest.c.case_worker_id)
        .order_by(oldest.c.received_at, oldest.c.reference)
        .limit(PAGE_ROWS)
    )


def _oldest(state: State, waits_for: Any) -> Any:
    """A select of the cases in a state that wait for the secretariat, the oldest first."""
    shown = (Proposal.reference, Proposal.title, Proposal.organisation_name, Proposal.case_worker_id)
    return (
        sa.select(*shown, Proposal.received_at, waits_for.label("waits_for"))  # type: ignore[call-overload]
        .where(col(Proposal.state) == state, _is_secretarys(), waits_for.is_not(None))
        .order_by(col(Proposal.received_at), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )


@functools.cache
def _is_secretarys() -> sa.ColumnElement[bool]:
    """A case that the reader may work on as secretariat: `visible_to`, less those that the reader scores.

    Few are not; their keys are found once for the whole question, which else asked of every case.
    """
    few = not_a_secretarys(somebody(Role.SECRETARIAT).person_id).cte("not_a_secretarys")
    return sa.and_(in_states(Relation.SECRETARIAT), col(Proposal.id).not_in(sa.select(few)))


def _waits_for(on: date) -> dict[State, Any]:
    """By state, the first thing that a case waits for the secretariat to do; null where it waits for somebody else."""

    def first(*things: tuple[sa.ColumnElement[bool], WaitsFor], otherwise: Any = None) -> Any:
        return sa.case(*((condition, thing.value) for condition, thing in things), else_=otherwise)

    shut = (_has_assignment(shut_by_membership()), WaitsFor.SHUT_ASSESSOR)
    return {
        State.SUBMITTED: sa.literal(WaitsFor.FORMAL_CHECK.value),
        State.FORMAL_CHECK: first((_passed(), WaitsFor.ROUTING), otherwise=WaitsFor.FORMAL_CHECK.value),
        State.RETURNED: first((_return_overdue(on), WaitsFor.OVERDUE_RETURN)),
        State.WITH_DEPARTMENTS: first(
            shut,
            (~_has_assessor(_is_own()), WaitsFor.OWN_ASSESSOR),
            (_department_overdue(on), WaitsFor.OVERDUE_DEPARTMENT),
        ),
        State.MATURITY_ASSESSMENT: first(shut, otherwise=_assessment_waits_for(on)),
        State.SORTED: sa.literal(WaitsFor.MEMO.value),
        State.MEMO_READY: sa.literal(WaitsFor.AGENDA.value),
    }


def _assessment_waits_for(on: date) -> Any:
    """What a case that is assessed waits for; null where somebody who is to score has it, and still has time."""
    return sa.case(
        (_is_scored_by(col(ReviewerAssignment.due_on) < on), WaitsFor.LATE_ASSESSOR.value),
        (sa.and_(_has_enough_sheets(), _is_scored_by()), None),
        (sa.and_(_has_enough_sheets(), col(Proposal.maturity_e4).is_not(None)), WaitsFor.SORTING.value),
        (_has_enough_sheets(), WaitsFor.CONSENSUS.value),
        (~_has_assessor(_is_own()), WaitsFor.OWN_ASSESSOR.value),
        (sa.or_(~_is_scored_by(), ~_has_assessor(_leads())), WaitsFor.MORE_ASSESSORS.value),
        else_=None,
    )


@functools.cache
def _passed() -> sa.ColumnElement[bool]:
    """The formalities of what was last sent are in order, and nobody has found otherwise since."""
    newer = sa.exists().where(
        col(ProposalVersion.proposal_id) == col(FormalCheck.proposal_id),
        col(ProposalVersion.received_at) > col(FormalCheck.checked_at),
    )
    later = aliased(FormalCheck)
    taken_back = sa.exists().where(
        col(later.proposal_id) == col(FormalCheck.proposal_id), col(later.checked_at) > col(FormalCheck.checked_at)
    )
    return sa.exists().where(
        col(FormalCheck.proposal_id) == col(Proposal.id),
        col(FormalCheck.outcome) == CheckOutcome.OK,
        ~newer,
        ~taken_back,
    )


def _return_overdue(on: date) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(FormalReturn.proposal_id) == col(Proposal.id), col(FormalReturn.due_on) < on)


def _department_overdue(on: date) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(DepartmentRequest.proposal_id) == col(Proposal.id),
        col(DepartmentRequest.answered_at).is_(None),
        col(DepartmentRequest.exempt_at).is_(None),
        col(DepartmentRequest.withdrawn_at).is_(None),
        col(DepartmentRequest.due_on) < on,
    )


def _is_own() -> sa.ColumnElement[bool]:
    return col(ReviewerAssignment.department_code).is_(None)


@functools.cache
def _leads() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(DepartmentRequest.proposal_id) == col(ReviewerAssignment.proposal_id),
        col(DepartmentRequest.department_code) == col(ReviewerAssignment.department_code),
        col(DepartmentRequest.is_lead).is_(True),
        col(DepartmentRequest.withdrawn_at).is_(None),
    )


@functools.cache
def sheet_counts() -> sa.ColumnElement[bool]:
    """The assignment is one for the secretariat or for the department that leads now: no other sheet counts.

    Nor does that of somebody who became a member of the applicant or a partner (FVL § 3).
    """
    return sa.and_(sa.or_(_is_own(), _leads()), ~shut_by_membership())


def counting_sheets(session: Session, proposal_id: UUID) -> int:
    """How many finished sheets of a case count."""
    return session.exec(
        select(sa.func.count())
        .select_from(ReviewerAssignment)
        .where(
            ReviewerAssignment.proposal_id == proposal_id,
            col(ReviewerAssignment.finished_at).is_not(None),
            sheet_counts(),
        )
    ).one()


@functools.cache
def rests_on_shut_sheet() -> sa.ColumnElement[bool]:
    """The case has a finished sheet that would count, had its assessor not become a member since."""
    return _has_assignment(
        col(ReviewerAssignment.finished_at).is_not(None), sa.or_(_is_own(), _leads()), shut_by_membership()
    )


def _has_assignment(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Somebody has the case, by such an assignment."""
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == col(Proposal.id), col(ReviewerAssignment.ended_at).is_(None), *where
    )


def _has_assessor(where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Somebody of such an assignment is to score, or has finished."""
    return sa.exists().where(
        col(ReviewerAssignment.proposal_id) == col(Proposal.id),
        col(ReviewerAssignment.scores).is_(True),
        sa.or_(col(ReviewerAssignment.ended_at).is_(None), col(ReviewerAssignment.finished_at).is_not(None)),
        where,
    )


@functools.cache
def is_still_to_score() -> sa.ColumnElement[bool]:
    """The assignment is open, its person is to score, can open the case, and has not finished."""
    return sa.and_(
        ~shut_by_membership(),
        col(ReviewerAssignment.scores).is_(True),
        col(ReviewerAssignment.ended_at).is_(None),
        col(ReviewerAssignment.finished_at).is_(None),
    )


def _is_scored_by(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Somebody has the case, is to score it, and has not finished."""
    return sa.exists().where(col(ReviewerAssignment.proposal_id) == col(Proposal.id), is_still_to_score(), *where)


@functools.cache
def _has_enough_sheets() -> sa.ColumnElement[bool]:
    """As many sheets count as a consensus needs (contract 8.5)."""
    finished: Any = (
        sa.select(sa.func.count())
        .select_from(ReviewerAssignment)
        .where(
            col(ReviewerAssignment.proposal_id) == col(Proposal.id),
            col(ReviewerAssignment.finished_at).is_not(None),
            sheet_counts(),
        )
        .correlate(Proposal)
        .scalar_subquery()
    )
    return sa.cast(finished >= FEWEST_SHEETS, sa.Boolean)


def unreviewed_conflicts(actor: Actor) -> Any:
    """A select of the cases where a colleague has declared a conflict of interest that nobody has reviewed."""
    return select(ConflictDeclaration.proposal_id).where(
        col(ConflictDeclaration.has_conflict).is_(True),
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.upheld).is_(None),
        ConflictDeclaration.person_id != actor.person_id,
    )


def cases_waiting(
    session: Session, actor: Actor, asked: Callable[[Actor, date], Mapping[WaitsFor, Any]], *, on: date
) -> list[SecretariatCase]:
    """The cases that the actor may see of each select of proposal ids: by what they wait for, then the oldest first.

    `asked` gives the selects for an actor and a day; it is called once, and its question asked with other values.
    """
    question, what = _waiting(asked)
    rows = plain_rows(session, question, values_of_reader(actor) | {"on": on})
    return [SecretariatCase(ref, title, org, name or "", what[place]) for ref, title, org, name, place in rows]


@functools.cache
def _waiting(asked: Callable[[Actor, date], Mapping[WaitsFor, Any]]) -> tuple[Any, list[WaitsFor]]:
    actor = somebody(Role.SECRETARIAT)
    selects = asked(actor, THE_DAY)
    found = [keys.subquery() for keys in selects.values()]
    keys = sa.union(
        *(sa.select(one.c[0].label("case_id"), sa.literal(place).label("place")) for place, one in enumerate(found))
    ).subquery("waiting")
    worker = aliased(Person)
    question: Any = (
        sa.select(Proposal.reference, Proposal.title, Proposal.organisation_name, worker.name, keys.c.place)  # type: ignore[call-overload]
        .join(keys, keys.c.case_id == col(Proposal.id))
        .outerjoin(worker, col(worker.id) == col(Proposal.case_worker_id))
        .where(_is_secretarys())
        .order_by(keys.c.place, col(Proposal.received_at), col(Proposal.reference))
        .limit(PAGE_ROWS)
    )
    return question, list(selects)
