"""What does each role meet on its first page: what waits, until when, and what may be read?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from flask import render_template
from sqlmodel import Session

from desk.notices import administrator_notices, secretariat_notices
from desk.queries import readable_cases, reviewer_desk, secretariat_tasks
from desk.status import Heard, Whereabouts, for_applicant
from foundation.clock import today
from foundation.formats import workdays_in_words
from foundation.identity.organisation_queries import invitations_to
from foundation.identity.roles import Actor, Role
from foundation.permissions import PERMISSIONS
from foundation.workdays import workdays_between
from intake import queries as intake_queries
from intake.models import Call, FormalReturn, Proposal
from intake.queries import DepartmentRow, QueueRow
from intake.rules.call import CallState
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, may
from portfolio.queries import agenda, coming_meetings
from scoring.models import Hearing
from scoring.queries import hearings_to_answer

NEAR: Final = timedelta(days=3)
"""How long before the deadline a draft is marked as urgent."""


def tasks_page(session: Session, actor: Actor, *, at: datetime) -> str:
    """The first page after sign-in, as the role of the session has it."""
    return _PAGES.get(actor.role, _reader)(session, actor, at)


# ---- the applicant --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a draft can be sent, and whether that is soon."""

    at: datetime
    is_near: bool


def _applicant(session: Session, actor: Actor, at: datetime) -> str:
    own = intake_queries.own_proposals(session, actor)
    calls = intake_queries.public_calls(session, at=at)
    hearings = hearings_to_answer(
        session, [one.id for one in own if may("hearing.answer", Relation.OWN_APPLICANT, one.state)]
    )
    returns = intake_queries.open_returns(session, own)
    closing = {call.id: call.closes_at for call in calls if intake_queries.state_of_call(call, at=at) is CallState.OPEN}
    return render_template(
        "desk/applicant.html",
        proposals=own,
        hearings={key: hearing for key, hearing in hearings.items() if hearing.answered_at is None},
        statuses={one.id: _own_status(one, closing, returns, hearings, at=at) for one in own},
        deadlines=draft_deadlines(own, closing, at=at),
        calls=calls,
        now=at,
        invitations=invitations_to(session, actor),
        organisations=intake_queries.organisations_of(session, actor),
        returns=returns,
    )


def _own_status(
    proposal: Proposal,
    closing: dict[UUID, datetime],
    returns: dict[UUID, FormalReturn],
    hearings: dict[UUID, Hearing],
    *,
    at: datetime,
) -> str:
    """The sentence of the case's own page, as far as the list knows the days of it."""
    returned, hearing = returns.get(proposal.id), hearings.get(proposal.id)
    due_on = hearing.due_on if hearing else None
    return for_applicant(
        Whereabouts(
            state=proposal.state,
            on=today(at),
            is_reopened=proposal.reopened_at is not None,
            closes_at=closing.get(proposal.call_id),
            return_due_on=returned.due_on if returned else None,
            hearing=Heard(due_on, is_answered=hearing.answered_at is not None) if hearing and due_on else None,
        )
    )


def draft_deadlines(own: Sequence[Proposal], closing: dict[UUID, datetime], *, at: datetime) -> dict[UUID, Deadline]:
    """By proposal: until when what is being written can still be sent; nothing where it cannot, or was."""
    return {
        one.id: Deadline(closing[one.call_id], closing[one.call_id] - at <= NEAR)
        for one in own
        if one.state is State.DRAFT and one.call_id in closing
    }


# ---- reviewers and coordinators -------------------------------------------------------------------------------------


def _reviewer(session: Session, actor: Actor, at: datetime) -> str:
    """What a coordinator hands out is all of the department's; others find their own cases once, as their own."""
    cases = reviewer_desk(session, actor)
    coordinated = intake_queries.coordinated_departments(session, actor.person_id, on=today(at))
    is_coordinator = actor.department in coordinated
    queue = intake_queries.department_queue if is_coordinator else intake_queries.colleagues_queue
    department = queue(session, actor)
    return render_template(
        "desk/reviewer.html",
        cases=[one for one in cases if not one.is_done],
        done=[one for one in cases if one.is_done],
        department=department,
        is_coordinator=is_coordinator,
        unattended=sum(not row.people for row in department),
        dues=_dues([one.row for one in cases], department, today(at)),
    )


def _dues(own: Sequence[QueueRow], department: Sequence[DepartmentRow], on: date) -> "dict[date, Due]":
    """Every deadline of the page in words."""
    days = {row.due_on for row in own} | {row.due_on for row in department}
    return {one: due(one, on) for one in days}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in words, and whether it has passed."""

    words: str
    is_late: bool


def due(on: date, today: date) -> Due:
    """How far away a deadline is, in working days: "om 3 arbejdsdage", "i dag", "2 arbejdsdage for sent"."""
    count = abs(workdays_between(today, on))
    if on == today:
        return Due("i dag", False)
    if on < today:
        return Due(f"{workdays_in_words(count)} for sent" if count else "fristen er udløbet", True)
    return Due(f"om {workdays_in_words(count)}" if count else "før næste arbejdsdag", False)


# ---- the secretariat ------------------------------------------------------------------------------------------------


def _secretariat(session: Session, actor: Actor, at: datetime) -> str:
    tasks = secretariat_tasks(session, actor, on=today(at))
    calls = intake_queries.all_calls(session)
    to_assess = [one for one in reviewer_desk(session, actor) if not one.is_done]
    waiting_for_agenda = sum(one.endpoint == "portfolio.place" for one in tasks)
    return render_template(
        "desk/secretariat.html",
        tasks=tasks,
        notices=secretariat_notices(session, calls, waiting_for_agenda=waiting_for_agenda, at=at),
        calls=calls,
        states={call.id: intake_queries.state_of_call(call, at=at) for call in calls},
        own=to_assess,
        dues=_dues([one.row for one in to_assess], [], today(at)),
    )


# ---- those who read and decide --------------------------------------------------------------------------------------


def _administrator(session: Session, actor: Actor, at: datetime) -> str:
    return render_template("desk/administrator.html", notices=administrator_notices(session, actor, on=today(at)))


def _reader(session: Session, actor: Actor, at: datetime) -> str:
    coming = coming_meetings(session, on=today(at))[:1] if actor.role is Role.COUNCIL_MEMBER else []
    cases = readable_cases(session, actor)
    return render_template(
        "desk/reader.html",
        meeting=next(iter(coming), None),
        agenda=[row for one in coming for row in agenda(session, actor, one)],
        cases=cases,
        past=readable_cases(session, actor, of_history=True) if actor.role is Role.MAYOR_APPROVER else [],
        calls=_calls_to_read(session, actor),
    )


def _calls_to_read(session: Session, actor: Actor) -> list[Call]:
    """The calls whose figures the person may read."""
    return intake_queries.published_calls(session) if actor.role in PERMISSIONS["call.figures"] else []


_PAGES: dict[Role, Callable[[Session, Actor, datetime], str]] = {
    Role.APPLICANT: _applicant,
    Role.REVIEWER: _reviewer,
    Role.SECRETARIAT: _secretariat,
    Role.ADMINISTRATOR: _administrator,
}
