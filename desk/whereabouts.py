"""What is known of where a case is, as far as this person may know it?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from desk.status import Heard, Pending, Whereabouts
from foundation.clock import today
from foundation.identity.queries import department_names
from intake.access import Case
from intake.queries import (
    call_of,
    case_worker_name,
    department_requests,
    formal_return,
    is_done,
    latest_formal_check,
    reviewers_of,
    state_of_call,
)
from intake.queries.secretariat import counting_sheets
from intake.queries.visibility import shut_out_of
from intake.rules.agreement import FEWEST_SHEETS
from intake.rules.call import CallState
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, may
from portfolio.queries import placement, sent_back
from portfolio.rules.agenda import Hindrance
from scoring.models import Hearing

Fill = Callable[[Session, Case, Whereabouts, datetime], Whereabouts]


def whereabouts(
    session: Session, case: Case, *, hearing: Hearing | None, hindrance: Hindrance | None = None, at: datetime
) -> Whereabouts:
    """Few reads, those that the state asks for; names only for those who are not the applicant.

    `hearing` is the newest that the person may know of. `hindrance` names people with a conflict of interest: it is
    given for those alone who can do something about it.
    """
    own = case.relation is Relation.OWN_APPLICANT
    known = Whereabouts(
        state=case.proposal.state,
        on=today(at),
        case_worker="" if own else case_worker_name(session, case.proposal),
        hearing=_heard(case, hearing),
        hindrance=hindrance.text if hindrance else "",
    )
    fill = _FILLS.get(case.proposal.state)
    return fill(session, case, known, at) if fill else known


def _heard(case: Case, hearing: Hearing | None) -> Heard | None:
    """The hearing where it is open, in a state in which one can be."""
    if hearing is None or hearing.closed_at is not None or hearing.due_on is None:
        return None
    if not may("hearing.close", Relation.SECRETARIAT, case.proposal.state):
        return None
    return Heard(hearing.due_on, is_answered=hearing.answered_at is not None)


def _until_deadline(session: Session, case: Case, known: Whereabouts, at: datetime) -> Whereabouts:
    call = call_of(session, case.proposal)
    is_open = state_of_call(call, at=at) is CallState.OPEN
    return replace(
        known, is_reopened=case.proposal.reopened_at is not None, closes_at=call.closes_at if is_open else None
    )


def _formal_check(session: Session, case: Case, known: Whereabouts, _at: datetime) -> Whereabouts:
    latest = latest_formal_check(session, case.proposal.id)
    return replace(known, is_through=latest is not None and latest.outcome is CheckOutcome.OK)


def _returned(session: Session, case: Case, known: Whereabouts, _at: datetime) -> Whereabouts:
    found = formal_return(session, case.proposal.id)
    return replace(known, return_due_on=found.due_on if found else None)


def _with_departments(session: Session, case: Case, known: Whereabouts, at: datetime) -> Whereabouts:
    waiting = [one for one in department_requests(session, case.proposal.id) if not is_done(one)]
    if not waiting:
        return known
    names = department_names(session, on=today(at))
    who = tuple(names.get(one.department_code, one.department_code) for one in waiting)
    return replace(known, departments=Pending(who, max(one.due_on for one in waiting)))


def _assessed(session: Session, case: Case, known: Whereabouts, _at: datetime) -> Whereabouts:
    scoring = _still_scoring(session, case.proposal.id)
    return replace(
        known,
        assessors=None if case.relation is Relation.OWN_APPLICANT else scoring,
        has_sheets=scoring is None and counting_sheets(session, case.proposal.id) >= FEWEST_SHEETS,
        has_consensus=case.proposal.agreement is not None,
    )


def _still_scoring(session: Session, proposal_id: UUID) -> Pending | None:
    shut = shut_out_of(session, proposal_id)
    rows = [
        (row, name)
        for row, name in reviewers_of(session, proposal_id)
        if row.scores and row.finished_at is None and row.person_id not in shut
    ]
    return Pending(tuple(name for _, name in rows), max(row.due_on for row, _ in rows)) if rows else None


def _sorted(session: Session, case: Case, known: Whereabouts, _at: datetime) -> Whereabouts:
    return replace(known, is_sent_back=sent_back(session, case.proposal.id) is not None)


def _at_council(session: Session, case: Case, known: Whereabouts, _at: datetime) -> Whereabouts:
    placed = placement(session, case.proposal.id)
    return replace(known, meeting_on=placed[1].held_on if placed else None)


_FILLS: dict[State, Fill] = {
    State.DRAFT: _until_deadline,
    State.SUBMITTED: _until_deadline,
    State.FORMAL_CHECK: _formal_check,
    State.RETURNED: _returned,
    State.WITH_DEPARTMENTS: _with_departments,
    State.MATURITY_ASSESSMENT: _assessed,
    State.SORTED: _sorted,
    State.AT_COUNCIL: _at_council,
}
