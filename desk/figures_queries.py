"""What have the proposals of a call come to, by focus area, department and track, and how fast, for this reader?"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from desk.call_figures import GROUPS, STILL_SOUGHT
from desk.figures import Journey, Milestone, StepFigure, median, shares, step_figures
from foundation.clock import today
from foundation.identity.queries import department_names
from foundation.identity.roles import Actor
from foundation.workdays import workdays_between
from intake.models import Call, DepartmentRequest, FormalCheck, FormalReturn, Proposal
from intake.queries import visible_to
from intake.queries.visibility import STAFF_RELATION, learns_later, opened_by
from intake.rules.call import FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import LETTERS, State
from intake.rules.rights import states_for
from intake.rules.track import Track
from portfolio.models import AgendaItem, CouncilMeeting, ReleasedMemo
from scoring.models import Consensus, SortingRun
from scoring.policy_queries import policy_of
from scoring.queries import scores_still_in
from scoring.rules.maturity import Level, level_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many cases there are, how far they came, and what they seek (STILL_SOUGHT).

    `bar` is their number as a part of 100.
    """

    cases: int
    eligible: int
    returned: int
    rejected: int
    withdrawn: int
    at_council: int
    sought_ore: int
    bar: int = 0


@dataclass(frozen=True, slots=True)
class DepartmentFigure:
    """How a department has answered: `late` counts answers that came, or are missing, after the deadline."""

    name: str
    asked: int
    answered: int
    exempt: int
    late: int
    median: Fraction | None
    bar: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases there are of one kind; `bar` is their number as a part of 100."""

    kind: StrEnum
    cases: int
    bar: int = 0


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The figures of a call of the cases that the reader may see.

    `tracks` and `levels` are None for whoever still scores a case of the call; `untold` is how many sorted cases are
    left out of them for the reader.
    """

    whole: Outcome
    areas: tuple[tuple[FocusArea | None, Outcome], ...]
    departments: tuple[DepartmentFigure, ...]
    tracks: tuple[Counted, ...] | None
    levels: tuple[Counted, ...] | None
    untold: int
    steps: tuple[StepFigure, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """What is read of one proposal."""

    id: UUID
    state: State
    focus_area: FocusArea | None
    track: Track | None
    maturity_e4: int | None
    sought_ore: int | None
    received_at: datetime | None
    tells_track: bool
    was_returned: bool


def call_figures(session: Session, actor: Actor, call: Call, *, at: datetime) -> CallFigures:
    """Ten reads whatever the number of proposals."""
    rows = _rows(session, actor, call)
    told = [row for row in rows if row.tells_track and row.track is not None]
    shows_tracks = not scores_still_in(session, actor.person_id, call.id)
    sorted_states = states_for("sorting.view", STAFF_RELATION[actor.role]) & GROUPS["sorted"]
    return CallFigures(
        whole=_outcome(rows),
        areas=_by_area(rows),
        departments=_departments(session, call, {row.id for row in rows}, on=today(at)),
        tracks=_counted(Track, [row.track for row in told]) if shows_tracks else None,
        levels=_counted(Level, _levels(session, call, told)) if shows_tracks else None,
        untold=sum(1 for row in rows if row.state in sorted_states and not row.tells_track),
        steps=step_figures(_journeys(session, call, rows, on=today(at))),
    )


def _rows(session: Session, actor: Actor, call: Call) -> list[_Row]:
    tells_track = sa.and_(
        col(Proposal.state).in_(sorted(states_for("sorting.view", STAFF_RELATION[actor.role]))),
        ~learns_later(actor),
        *opened_by(actor),
    )
    returned = sa.exists().where(col(FormalReturn.proposal_id) == col(Proposal.id))
    columns: list[Any] = [
        Proposal.id,
        Proposal.state,
        Proposal.focus_area,
        Proposal.track,
        Proposal.maturity_e4,
        Proposal.amount_sought_ore,
        Proposal.received_at,
        tells_track,
        returned,
    ]
    found = session.execute(sa.select(*columns).where(col(Proposal.call_id) == call.id, visible_to(actor)))
    return [_Row(*row) for row in found]


_AT_COUNCIL = frozenset(LETTERS[letter] for letter in "ijklmnopq")


def _outcome(rows: Iterable[_Row]) -> Outcome:
    known = list(rows)

    def among(states: frozenset[State]) -> int:
        return sum(1 for row in known if row.state in states)

    return Outcome(
        cases=len(known),
        eligible=among(GROUPS["eligible"]),
        returned=sum(1 for row in known if row.was_returned),
        rejected=among(frozenset({State.FORMALLY_REJECTED})),
        withdrawn=among(frozenset({State.WITHDRAWN})),
        at_council=among(_AT_COUNCIL),
        sought_ore=sum(row.sought_ore or 0 for row in known if row.state in STILL_SOUGHT),
    )


def _by_area(rows: list[_Row]) -> tuple[tuple[FocusArea | None, Outcome], ...]:
    """The focus areas in their own order; what has none comes last, and only where there is such a case."""
    areas: list[FocusArea | None] = [*FocusArea]
    if any(row.focus_area is None for row in rows):
        areas.append(None)
    found = [_outcome(row for row in rows if row.focus_area is area) for area in areas]
    bars = shares([one.cases for one in found])
    return tuple((area, replace(one, bar=bar)) for area, one, bar in zip(areas, found, bars, strict=True))


def _levels(session: Session, call: Call, rows: list[_Row]) -> list[Level]:
    bounds = policy_of(session, call.policy_id).level_bounds
    return [level_of(Fraction(row.maturity_e4, 10_000), bounds) for row in rows if row.maturity_e4 is not None]


def _counted(kinds: type[StrEnum], found: Sequence[StrEnum | None]) -> tuple[Counted, ...]:
    """Every kind in its own order, those of which there is none too."""
    counts = [found.count(kind) for kind in kinds]
    return tuple(Counted(kind, count, bar) for kind, count, bar in zip(kinds, counts, shares(counts), strict=True))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is read of a question to a department."""

    proposal_id: UUID
    department: str
    due_on: date
    asked_at: datetime
    answered_at: datetime | None
    exempt_at: datetime | None


def _departments(session: Session, call: Call, seen: Collection[UUID], *, on: date) -> tuple[DepartmentFigure, ...]:
    request = DepartmentRequest
    columns: list[Any] = [
        request.proposal_id,
        request.department_code,
        request.due_on,
        request.asked_at,
        request.answered_at,
        request.exempt_at,
    ]
    rows = session.execute(
        sa.select(*columns)
        .join(Proposal, col(Proposal.id) == col(request.proposal_id))
        .where(col(Proposal.call_id) == call.id, col(request.withdrawn_at).is_(None))
    )
    asked: dict[str, list[_Asked]] = {}
    for row in (_Asked(*row) for row in rows):
        if row.proposal_id in seen:
            asked.setdefault(row.department, []).append(row)
    names, span = department_names(session, on=on), cache(workdays_between)
    found = [_department(names.get(code, code), asked[code], span, on=on) for code in sorted(asked)]
    bars = shares([one.asked for one in found])
    return tuple(replace(one, bar=bar) for one, bar in zip(found, bars, strict=True))


def _department(name: str, asked: list[_Asked], span: Callable[[date, date], int], *, on: date) -> DepartmentFigure:
    answered = [(one, today(one.answered_at)) for one in asked if one.answered_at is not None]
    days = sorted(span(today(one.asked_at), answered_on) for one, answered_on in answered)
    exempt = [one for one in asked if one.answered_at is None and one.exempt_at is not None]
    waiting = [one for one in asked if one.answered_at is None and one.exempt_at is None]
    late = sum(answered_on > one.due_on for one, answered_on in answered) + sum(one.due_on < on for one in waiting)
    return DepartmentFigure(name, len(asked), len(answered), len(exempt), late, median(days))


def _journeys(session: Session, call: Call, rows: Sequence[_Row], *, on: date) -> list[Journey]:
    """The days on which each case passed each milestone; one read a milestone."""
    journeys: dict[UUID, dict[Milestone, date]] = {
        row.id: {Milestone.RECEIVED: today(row.received_at)} if row.received_at else {} for row in rows
    }
    for milestone, moment, key, where in _MOMENTS:
        found = session.execute(
            sa.select(key, moment)
            .join(Proposal, col(Proposal.id) == key)
            .where(col(Proposal.call_id) == call.id, *where)
            .group_by(key)
        )
        for proposal_id, at in found:
            if proposal_id in journeys and at is not None:
                journeys[proposal_id][milestone] = today(at)
    for proposal_id, held_on in session.execute(_meetings(call)):
        if proposal_id in journeys and held_on <= on:
            journeys[proposal_id][Milestone.COUNCIL] = held_on
    return list(journeys.values())


_request = DepartmentRequest
_done_at = sa.func.coalesce(_request.answered_at, _request.exempt_at)
_MOMENTS: tuple[tuple[Milestone, Any, Any, tuple[Any, ...]], ...] = (
    (
        Milestone.CHECKED,
        sa.func.max(FormalCheck.checked_at),
        col(FormalCheck.proposal_id),
        (col(FormalCheck.outcome) == CheckOutcome.OK,),
    ),
    (
        Milestone.ROUTED,
        sa.func.min(_request.asked_at),
        col(_request.proposal_id),
        (col(_request.withdrawn_at).is_(None),),
    ),
    (
        Milestone.ANSWERED,
        sa.case((sa.func.count() == sa.func.count(_done_at), sa.func.max(_done_at))),
        col(_request.proposal_id),
        (col(_request.withdrawn_at).is_(None),),
    ),
    (
        Milestone.AGREED,
        sa.func.max(Consensus.recorded_at),
        col(Consensus.proposal_id),
        (col(Consensus.superseded_at).is_(None),),
    ),
    (Milestone.SORTED, sa.func.min(SortingRun.run_at), col(SortingRun.proposal_id), ()),
    (
        Milestone.RELEASED,
        sa.func.max(ReleasedMemo.released_at),
        col(ReleasedMemo.proposal_id),
        (col(ReleasedMemo.sent_back_at).is_(None),),
    ),
)
"""Each milestone with the moment that counts for it, the key of its case, and which of the rows count."""


def _meetings(call: Call) -> Any:
    return (
        sa.select(col(AgendaItem.proposal_id), col(CouncilMeeting.held_on))
        .join(CouncilMeeting, col(CouncilMeeting.id) == col(AgendaItem.meeting_id))
        .join(Proposal, col(Proposal.id) == col(AgendaItem.proposal_id))
        .where(col(Proposal.call_id) == call.id, col(AgendaItem.removed_at).is_(None))
    )
