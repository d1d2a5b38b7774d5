"""How does a person get a case to work on, and lose it again? Nothing here commits."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from foundation.clock import today
from foundation.errors import NotAllowed, Refused
from foundation.identity.models import Person
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from intake.actions.moves import record_on
from intake.actions.notices import tell_assigned, tell_ended
from intake.events import AssignmentEnded, ReviewerAssigned
from intake.models import DepartmentRequest, Proposal, ReviewerAssignment
from intake.queries import (
    any_assignment,
    coordinated_departments,
    department_requests,
    find_assignment,
    has_conflict,
    has_declared,
    shut_out_of,
)
from intake.queries.secretariat import counting_sheets
from intake.rules.routing import REOPENED_WORKDAYS, due_when_given

FINISHED = "Vurderingen er afsluttet, så sagen kan ikke gives til en anden. Bed sekretariatet om at åbne den igen."

# ---- getting a case -------------------------------------------------------------------------------------------------


def assign_reviewer(
    session: Session,
    proposal: Proposal,
    person_id: UUID,
    department: str | None,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> ReviewerAssignment:
    """Give the case to one more person, for a department that is asked or, where it is None, for the secretariat.

    Raises NotAllowed where a coordinator reaches beyond the own department, Refused for somebody who may not have it.
    """
    need_scope(session, department, actor=actor, at=at)
    person = need_free_to_take(session, proposal, person_id, department, actor=actor, field="person")
    due_on = _asked_until(session, proposal, department)
    assignment = give_case(session, proposal, person, department, due_on=due_on, actor=actor, at=at)
    record_on(session, proposal, ReviewerAssigned(person.name, department or ""), actor=actor, at=at)
    tell_assigned(session, proposal, assignment, at=at, base_url=base_url)
    return assignment


def need_scope(session: Session, department: str | None, *, actor: Actor, at: datetime) -> None:
    """The secretariat hands out every case, a coordinator those of the own department."""
    if actor.role is Role.REVIEWER and (
        department is None or department not in coordinated_departments(session, actor.person_id, on=today(at))
    ):
        raise NotAllowed


def need_free_to_take(
    session: Session, proposal: Proposal, person_id: UUID, department: str | None, *, actor: Actor, field: str
) -> Person:
    """The person, who works there, has an open account, no conflict, and not the case already (contract 8.5, 8.6)."""
    person = session.get(Person, person_id)
    role = (Role.SECRETARIAT, None) if department is None else (Role.REVIEWER, department)
    if person is None or person.closed_at is not None or role not in held_roles(session, person_id):
        raise Refused(_not_there(department), field=field)
    if has_conflict(session, person_id, proposal):
        raise Refused("Personen er inhabil i sagen. Vælg en anden.", field=field)
    if department is None and person_id in {proposal.case_worker_id, actor.person_id}:
        raise Refused("Sagsbehandleren vurderer ikke selv. Vælg en anden i sekretariatet.", field=field)
    if find_assignment(session, person_id, proposal.id) is not None:
        raise Refused("Personen har allerede sagen. Vælg en anden.", field=field)
    return person


def _not_there(department: str | None) -> str:
    if department is None:
        return "Vælg en anden person fra sekretariatet."
    return f"Vælg en vurderer fra forvaltningen {department}."


def _asked_until(session: Session, proposal: Proposal, department: str | None) -> date:
    """When the department, or for the secretariat the one that leads, is to be done."""
    asked = department_requests(session, proposal.id)
    request = next((one for one in asked if follows(department, one)), None)
    if request is None:
        raise Refused("Forvaltningen er ikke spurgt om sagen.", field="person")
    return request.due_on


def follows(department: str | None, request: DepartmentRequest) -> bool:
    """Is the request the one whose deadline the department has? The secretariat (None) has the lead department's."""
    return request.is_lead if department is None else request.department_code == department


def give_case(
    session: Session,
    proposal: Proposal,
    person: Person,
    department: str | None,
    *,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> ReviewerAssignment:
    """Store the assignment, anew where the person had the case before; a deadline that has passed becomes a later one.

    Whoever has answered about conflicts of interest before has nothing left to accept.
    """
    session.flush()
    assignment = any_assignment(session, person.id, proposal.id) or ReviewerAssignment(
        proposal_id=proposal.id,
        person_id=person.id,
        due_on=due_on,
        assigned_by=actor.person_id,
        assigned_at=at,
    )
    assignment.department_code = department
    assignment.scores = department is None or _leads(session, proposal, department)
    assignment.due_on = due_when_given(due_on, today=today(at))
    assignment.assigned_by, assignment.assigned_at = actor.person_id, at
    assignment.accepted_at = at if has_declared(session, person.id, proposal.id) else None
    assignment.declined, assignment.end_reason, assignment.ended_at = None, "", None
    assignment.reminded_at, assignment.overdue_reminded_at = None, None
    session.add(assignment)
    session.flush()
    return assignment


def _leads(session: Session, proposal: Proposal, department: str) -> bool:
    """Only the lead department scores, and never the one that applies itself (contract 8.5)."""
    asked = department_requests(session, proposal.id)
    return department != proposal.applicant_department and any(
        one.is_lead and one.department_code == department for one in asked
    )


# ---- losing a case --------------------------------------------------------------------------------------------------


def end_assignment(
    session: Session,
    proposal: Proposal,
    person_id: UUID,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Take the case from a person. Raises Refused without a reason, and for whoever has finished the score sheet.

    Who belongs to the applicant or a partner cannot keep it: that sheet does not count (FVL § 3).
    """
    assignment = need_assignment(session, proposal, person_id)
    need_scope(session, assignment.department_code, actor=actor, at=at)
    is_shut = person_id in shut_out_of(session, proposal.id)
    if not is_shut:
        need_unfinished(assignment, field="person")
    if not reason:
        raise Refused("Skriv, hvorfor personen ikke længere skal have sagen.", field="reason")
    sheet = "dropped" if assignment.finished_at is not None else ""
    note_reopened(session, proposal, person_id, at=at)
    close_assignment(session, assignment, reason, at=at)
    name = session.get_one(Person, person_id).name
    record_on(session, proposal, AssignmentEnded(name, reason, sheet), actor=actor, at=at)
    tell_ended(session, proposal, assignment, at=at)


def substitute_reviewer(
    session: Session,
    proposal: Proposal,
    person_id: UUID,
    substitute_id: UUID,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Take the case from one person and give it to another of the same department."""
    department = need_assignment(session, proposal, person_id).department_code
    need_free_to_take(session, proposal, substitute_id, department, actor=actor, field="substitute")
    end_assignment(session, proposal, person_id, reason, actor=actor, at=at)
    assign_reviewer(session, proposal, substitute_id, department, actor=actor, at=at, base_url=base_url)


def need_assignment(session: Session, proposal: Proposal, person_id: UUID) -> ReviewerAssignment:
    """The person's open assignment. Raises Refused where there is none any more."""
    assignment = find_assignment(session, person_id, proposal.id)
    if assignment is None:
        raise Refused("Personen har ikke længere sagen. Åbn siden igen.")
    return assignment


def need_unfinished(assignment: ReviewerAssignment, *, field: str | None = None) -> None:
    """A finished sheet counts, so its assessor keeps the case."""
    if assignment.finished_at is not None:
        raise Refused(FINISHED, field=field)


def close_assignment(session: Session, assignment: ReviewerAssignment, reason: str, *, at: datetime) -> None:
    """End an assignment; the row stays, as what was done on it does."""
    assignment.ended_at, assignment.end_reason = at, reason
    session.add(assignment)


# ---- the score sheet ------------------------------------------------------------------------------------------------


def note_finished(session: Session, proposal: Proposal, person_id: UUID, *, at: datetime) -> None:
    """The person's score sheet is finished and counts from now on."""
    assignment = need_assignment(session, proposal, person_id)
    assignment.finished_at = at
    session.add(assignment)
    count_sheets(session, proposal)
    forget_agreement(session, proposal, at=at)


def note_reopened(session: Session, proposal: Proposal, person_id: UUID, *, at: datetime) -> None:
    """The person's finished score sheet no longer counts, until it is finished again."""
    assignment = any_assignment(session, person_id, proposal.id)
    if assignment is None or assignment.finished_at is None:
        return
    assignment.finished_at = None
    if assignment.due_on < today(at):
        assignment.due_on = due_when_given(assignment.due_on, today=today(at), workdays=REOPENED_WORKDAYS)
        assignment.reminded_at = assignment.overdue_reminded_at = None
    session.add(assignment)
    count_sheets(session, proposal)
    forget_agreement(session, proposal, at=at)


def count_sheets(session: Session, proposal: Proposal) -> None:
    """How many finished sheets count stands on the proposal, for the lists."""
    session.flush()
    proposal.assessments_final = counting_sheets(session, proposal.id)
    session.add(proposal)


def forget_agreement(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """What the assessors agreed on rests on other sheets than those that count now."""
    proposal.maturity_e4 = proposal.agreement = None
    proposal.saved_at = at
    session.add(proposal)
