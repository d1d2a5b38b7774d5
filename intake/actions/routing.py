"""How does a proposal reach its departments, and when are they done with it? Nothing here commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from intake.actions.assignments import close_assignment, count_sheets, follows, give_case, need_free_to_take
from intake.actions.moves import move_proposal, record_on
from intake.actions.notices import tell_asked, tell_assigned, tell_coordinators, tell_ended
from intake.events import (
    DepartmentExempted,
    DepartmentsAllAnswered,
    ProposalRerouted,
    ProposalRouted,
)
from intake.models import DepartmentRequest, Proposal
from intake.queries import department_requests, every_request, is_done, latest_formal_check, reviewers_of
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.routing import may_be_due

_NOT_A_DAY = "Fristen skal være en arbejdsdag efter i dag. Vælg en anden dag."
_OWN_CASE = "Forvaltningen søger selv, så en anden skal have hovedansvaret. Den kan stadig spørges."

# ---- sending a checked proposal -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Routing:
    """Which departments are asked, who scores, and by when.

    Without a `reviewer_id` the lead department's coordinator chooses; the secretariat need not have an assessor yet.
    """

    lead: str
    others: tuple[str, ...]
    reviewer_id: UUID | None
    due_on: date
    secretariat_assessor_id: UUID | None = None


def route_proposal(
    session: Session,
    proposal: Proposal,
    routing: Routing,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> tuple[str, ...]:
    """Send a checked proposal to its departments and its assessors. Raises Refused at the field that is wrong.

    Returns the departments in which nobody could be told, so that the secretariat must choose somebody itself.
    """
    people = _checked(session, proposal, routing, actor=actor, at=at)
    move_proposal(proposal, "department.route")
    asked = [routing.lead, *(code for code in dict.fromkeys(routing.others) if code != routing.lead)]
    for code in asked:
        session.add(_request(proposal, code, routing.due_on, is_lead=code == routing.lead, actor=actor, at=at))
    proposal.departments_asked = len(asked)
    session.add(proposal)
    names = _give_to_all(session, proposal, people, routing.due_on, actor=actor, at=at, base_url=base_url)
    record_on(
        session,
        proposal,
        ProposalRouted(asked[0], tuple(asked[1:]), routing.due_on.isoformat(), *names),
        actor=actor,
        at=at,
    )
    return tuple(
        code
        for code in asked
        if not tell_asked(session, proposal, code, due_on=routing.due_on, at=at, base_url=base_url)
    )


def _checked(
    session: Session, proposal: Proposal, routing: Routing, *, actor: Actor, at: datetime
) -> Mapping[str | None, Person]:
    """The assessors by department, after everything that could be wrong was looked at."""
    latest = latest_formal_check(session, proposal.id)
    if latest is None or latest.outcome is not CheckOutcome.OK:
        raise Refused("Formalia skal være tjekket og i orden, før forslaget kan sendes til en forvaltning.")
    if routing.lead == proposal.applicant_department:
        raise Refused(_OWN_CASE, field="lead")
    people: dict[str | None, Person] = {}
    for key, department, field in (
        (routing.reviewer_id, routing.lead, "reviewer"),
        (routing.secretariat_assessor_id, None, "assessor"),
    ):
        if key is not None:
            people[department] = need_free_to_take(session, proposal, key, department, actor=actor, field=field)
    if routing.reviewer_id is not None and routing.reviewer_id == routing.secretariat_assessor_id:
        raise Refused("Vælg to forskellige personer.", field="assessor")
    if not may_be_due(routing.due_on, today=today(at)):
        raise Refused(_NOT_A_DAY, field="due_on")
    return people


def _give_to_all(
    session: Session,
    proposal: Proposal,
    people: Mapping[str | None, Person],
    due_on: date,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> tuple[str, str]:
    """Give the case to each assessor; returns the names of the department's and of the secretariat's, or ""."""
    for department, person in people.items():
        assignment = give_case(session, proposal, person, department, due_on=due_on, actor=actor, at=at)
        tell_assigned(session, proposal, assignment, at=at, base_url=base_url)
    reviewer = next((person.name for department, person in people.items() if department is not None), "")
    return reviewer, people[None].name if None in people else ""


def _request(
    proposal: Proposal, code: str, due_on: date, *, is_lead: bool, actor: Actor, at: datetime
) -> DepartmentRequest:
    return DepartmentRequest(
        proposal_id=proposal.id,
        department_code=code,
        is_lead=is_lead,
        due_on=due_on,
        asked_by=actor.person_id,
        asked_at=at,
    )


# ---- changing whom was asked ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rerouting:
    """Who leads, every department that is to answer still, with its deadline, and why.

    Departments that are done stay as they are and need not be named; others that are left out are withdrawn.
    """

    lead: str
    due: tuple[tuple[str, date], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What a Rerouting comes to, against the requests as they stand."""

    rows: Mapping[str, DepartmentRequest]
    lead: str
    added: tuple[str, ...]
    withdrawn: tuple[str, ...]
    moved: tuple[str, ...]


def reroute_proposal(
    session: Session,
    proposal: Proposal,
    rerouting: Rerouting,
    *,
    version: int,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> tuple[str, ...]:
    """Ask other departments, or by another day, while they have the case; whoever has answered is not asked again.

    Assessors of a department that led before no longer score; a finished sheet is kept and does not count. Returns the
    departments in which nobody could be told of it. Raises ChangedMeanwhile for an old `version`, Refused at the field
    that is wrong.
    """
    if proposal.version != version or proposal.state is not State.WITH_DEPARTMENTS:
        raise ChangedMeanwhile
    change = _change(session, proposal, rerouting, at=at)
    due = dict(rerouting.due)
    for code in change.withdrawn:
        _withdraw(session, proposal, change.rows[code], at=at, base_url=base_url)
    if change.lead:
        _take_lead(session, proposal)
    for code in change.added:
        _ask(session, proposal, change.rows.get(code), code, due[code], actor=actor, at=at)
    if change.lead:
        _give_lead(session, proposal, change.lead, at=at, base_url=base_url)
    for code in change.moved:
        _move_deadline(session, proposal, change.rows[code], due[code])
    session.flush()
    newly = {*change.added, change.lead} - {""}
    asked = [one for one in department_requests(session, proposal.id) if one.department_code in newly]
    unattended = tuple(
        one.department_code
        for one in asked
        if not tell_asked(session, proposal, one.department_code, due_on=one.due_on, at=at, base_url=base_url)
    )
    record_on(
        session,
        proposal,
        ProposalRerouted(change.lead, change.added, change.withdrawn, change.moved, rerouting.reason),
        actor=actor,
        at=at,
    )
    proposal.saved_at = at
    count_sheets(session, proposal)
    _recount(session, proposal, at=at)
    return unattended


def _change(session: Session, proposal: Proposal, rerouting: Rerouting, *, at: datetime) -> _Change:
    """What differs from the requests as they stand. Raises Refused for what cannot be, and where nothing differs."""
    rows = {row.department_code: row for row in every_request(session, proposal.id)}
    asked = {code: row for code, row in rows.items() if row.withdrawn_at is None}
    waiting = {code: row for code, row in asked.items() if not is_done(row)}
    due = {code: on for code, on in rerouting.due if code not in asked or code in waiting}
    leads = next((code for code, row in asked.items() if row.is_lead), "")
    change = _Change(
        rows=rows,
        lead=rerouting.lead if rerouting.lead != leads else "",
        added=tuple(code for code in due if code not in asked),
        withdrawn=tuple(code for code in waiting if code not in due),
        moved=tuple(code for code, on in due.items() if code in waiting and on != waiting[code].due_on),
    )
    _check_change(proposal, rerouting, change, still=(asked.keys() | due.keys()) - set(change.withdrawn), at=at)
    return change


def _check_change(
    proposal: Proposal, rerouting: Rerouting, change: _Change, *, still: Collection[str], at: datetime
) -> None:
    due = dict(rerouting.due)
    if rerouting.lead == proposal.applicant_department:
        raise Refused(_OWN_CASE, field="lead")
    if rerouting.lead not in still:
        raise Refused("Den, der har hovedansvaret, skal også spørges.", field="lead")
    for code in (*change.added, *change.moved):
        if not may_be_due(due[code], today=today(at)):
            raise Refused(_NOT_A_DAY, field=f"due_{code}")
    if not rerouting.reason:
        raise Refused("Skriv, hvorfor I ændrer, hvem der er spurgt.", field="reason")
    if not (change.lead or change.added or change.withdrawn or change.moved):
        raise Refused("Der er ikke ændret noget. Ret det, der skal være anderledes, eller gå tilbage til sagen.")


def _withdraw(session: Session, proposal: Proposal, request: DepartmentRequest, *, at: datetime, base_url: str) -> None:
    """Stop asking a department: its people no longer have the case, and are told."""
    request.withdrawn_at = at
    session.add(request)
    for assignment, _name in reviewers_of(session, proposal.id):
        if assignment.department_code == request.department_code:
            close_assignment(session, assignment, "Forvaltningen skal ikke længere svare.", at=at)
            tell_ended(session, proposal, assignment, at=at)
    tell_coordinators(
        session,
        proposal,
        request.department_code,
        "department_withdrawn",
        due_on=request.due_on,
        at=at,
        base_url=base_url,
    )


def _ask(
    session: Session,
    proposal: Proposal,
    known: DepartmentRequest | None,
    code: str,
    due_on: date,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Ask one more department, or again one that was withdrawn."""
    request = known or _request(proposal, code, due_on, is_lead=False, actor=actor, at=at)
    request.withdrawn_at, request.due_on = None, due_on
    request.asked_by, request.asked_at = actor.person_id, at
    request.reminded_at = request.overdue_reminded_at = None
    session.add(request)


def _take_lead(session: Session, proposal: Proposal) -> None:
    """Nobody leads for a moment: the database holds that there are never two.

    A finished sheet is kept; whether it counts is asked of the department that leads.
    """
    for request in every_request(session, proposal.id):
        if request.is_lead:
            request.is_lead = False
            session.add(request)
    for assignment, _name in reviewers_of(session, proposal.id):
        if assignment.department_code is not None and assignment.finished_at is None:
            assignment.scores = False
            session.add(assignment)
    session.flush()


def _give_lead(session: Session, proposal: Proposal, lead: str, *, at: datetime, base_url: str) -> None:
    """The new lead's people score from now on, and are asked to."""
    for request in department_requests(session, proposal.id):
        if request.department_code == lead:
            request.is_lead = True
            session.add(request)
    session.flush()
    for assignment, _name in reviewers_of(session, proposal.id):
        if assignment.department_code == lead and not assignment.scores:
            assignment.scores = True
            session.add(assignment)
            tell_assigned(session, proposal, assignment, at=at, base_url=base_url)


def _move_deadline(session: Session, proposal: Proposal, request: DepartmentRequest, due_on: date) -> None:
    """Another day for the department and its people; a reminder of the old day is no reminder of the new one."""
    rows = [one for one, _name in reviewers_of(session, proposal.id) if follows(one.department_code, request)]
    for row in (request, *rows):
        row.due_on = due_on
        row.reminded_at = row.overdue_reminded_at = None
        session.add(row)


# ---- done with it ---------------------------------------------------------------------------------------------------


def exempt_department(
    session: Session, proposal: Proposal, department: str, reason: str, *, version: int, actor: Actor, at: datetime
) -> None:
    """Let a department off answering, with a reason; it counts as done.

    Raises ChangedMeanwhile for an old `version`, Refused for a department that does not owe an answer.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    request = next(
        (one for one in department_requests(session, proposal.id) if one.department_code == department), None
    )
    if request is None or is_done(request):
        raise Refused("Forvaltningen skal ikke svare. Vælg en, der mangler.", field="department")
    if not reason:
        raise Refused("Skriv, hvorfor forvaltningen ikke skal svare.", field="reason")
    request.exempt_at, request.exempt_by, request.exempt_reason = at, actor.person_id, reason
    session.add(request)
    record_on(session, proposal, DepartmentExempted(department, reason), actor=actor, at=at)
    _recount(session, proposal, at=at)


def note_department_answer(session: Session, proposal: Proposal, request: DepartmentRequest, *, at: datetime) -> None:
    """Count a department's first answer; when the last one asked is done, the case moves on to be assessed."""
    if request.answered_at is None:
        request.answered_at = at
        session.add(request)
    _recount(session, proposal, at=at)


def _recount(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """How many are asked and done stands on the proposal, and the case moves on when all are (contract section 7)."""
    session.flush()
    asked = department_requests(session, proposal.id)
    counts = (len(asked), sum(is_done(one) for one in asked))
    proposal.departments_asked, proposal.departments_answered = counts
    session.add(proposal)
    if proposal.state is State.WITH_DEPARTMENTS and asked and counts[0] == counts[1]:
        move_proposal(proposal, "departments.all_answered")
        record_on(session, proposal, DepartmentsAllAnswered(counts[0]), actor=None, at=at)
