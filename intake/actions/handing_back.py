"""How does somebody who was given a case hand it back or on? Nothing here commits."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from foundation.errors import Refused
from foundation.identity.roles import Actor
from intake.actions.assignments import close_assignment, give_case, need_assignment, need_free_to_take, need_unfinished
from intake.actions.conflicts import declare_conflict
from intake.actions.moves import record_on
from intake.actions.notices import tell_assigned, tell_handed_back
from intake.events import AssignmentDeclined, AssignmentPassedOn
from intake.models import Proposal
from intake.rules.assignment import DeclineReason


def decline_assignment(
    session: Session,
    proposal: Proposal,
    reason: DeclineReason,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Hand the case back to the coordinator and the case worker; a conflict of interest is declared too.

    Raises Refused without the text that a conflict or another reason needs, and once the own sheet is finished; a
    conflict is told at any time.
    """
    assignment = need_assignment(session, proposal, actor.person_id)
    if reason is not DeclineReason.CONFLICT:
        need_unfinished(assignment)
    if not text and reason in {DeclineReason.CONFLICT, DeclineReason.OTHER}:
        raise Refused("Skriv kort hvorfor.", field="text")
    if reason is DeclineReason.CONFLICT:
        record_on(session, proposal, AssignmentDeclined(reason.value, ""), actor=actor, at=at)
        declare_conflict(session, proposal, has_conflict=True, ground=text, actor=actor, at=at, base_url=base_url)
        return
    assignment.declined = reason
    close_assignment(session, assignment, text, at=at)
    record_on(session, proposal, AssignmentDeclined(reason.value, text), actor=actor, at=at)
    tell_handed_back(session, proposal, assignment.department_code, at=at, base_url=base_url)


def pass_on_assignment(
    session: Session,
    proposal: Proposal,
    colleague_id: UUID,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Give the own case to a colleague who works in the same place; a sheet that was begun is kept.

    Raises Refused for somebody who may not have the case, and once the own sheet is finished.
    """
    own = need_assignment(session, proposal, actor.person_id)
    need_unfinished(own)
    colleague = need_free_to_take(session, proposal, colleague_id, own.department_code, actor=actor, field="colleague")
    if not reason:
        raise Refused("Skriv kort hvorfor.", field="reason")
    close_assignment(session, own, reason, at=at)
    given = give_case(session, proposal, colleague, own.department_code, due_on=own.due_on, actor=actor, at=at)
    record_on(session, proposal, AssignmentPassedOn(colleague.name, reason), actor=actor, at=at)
    tell_assigned(session, proposal, given, at=at, base_url=base_url)
