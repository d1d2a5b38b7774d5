"""How does a department answer for itself? Nothing here commits."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlmodel import Session, select

from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.roles import Actor
from foundation.uploads import Received
from intake.actions import note_department_answer, record_on
from intake.models import DepartmentRequest, Proposal
from intake.queries import find_assignment
from scoring.actions.commitments import keep_promise, need_whole_promise, with_promise
from scoring.events import DepartmentAnswered
from scoring.models import DepartmentAnswer
from scoring.queries import newest_hearing
from scoring.rules.answers import gaps_of_answer, settled
from scoring.rules.drafts import AnswerDraft


def answer_for_department(
    session: Session,
    proposal: Proposal,
    draft: AnswerDraft,
    *,
    version: int,
    letter: Received | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Record the answer of the actor's department; the last answer asked for moves the case on.

    Where an investment may come of the proposal, the answer holds a promise in full; `letter` is kept with it, and one
    that was sent before stays while none is.

    Raises ChangedMeanwhile when a colleague answered after `version` was read (0: no answer yet), NotAllowed when
    the actor does not work on the case for a department that was asked, Refused at the field that lacks something
    and when the department is no longer to answer.
    """
    request = _open_request(session, proposal, actor)
    draft = with_promise(proposal, draft)
    for field, text in gaps_of_answer(draft):
        raise Refused(text, field=field)
    need_whole_promise(proposal, request, draft)
    answer = session.exec(select(DepartmentAnswer).where(DepartmentAnswer.request_id == request.id)).first()
    if (answer.version if answer else 0) != version:
        raise ChangedMeanwhile
    said = {
        **{key: value for key, value in asdict(settled(draft)).items() if key != "promise"},
        "answered_by": actor.person_id,
        "answered_at": _moment(session, proposal, answer, draft, at),
    }
    if answer is None:
        answer = DepartmentAnswer(request_id=request.id, proposal_id=proposal.id, **said)
    else:
        answer.sqlmodel_update(said)
    session.add(answer)
    session.flush()
    named = keep_promise(session, proposal, request, answer, draft, letter=letter, actor=actor, at=at)
    event = DepartmentAnswered(request.department_code, draft.can_pay.value, answer.budget_line, named)
    record_on(session, proposal, event, actor=actor, at=at)
    note_department_answer(session, proposal, request, at=at)


def _open_request(session: Session, proposal: Proposal, actor: Actor) -> DepartmentRequest:
    """What the actor's department was asked; nobody answers for a department without working on the case for it."""
    request = session.exec(
        select(DepartmentRequest).where(
            DepartmentRequest.proposal_id == proposal.id,
            DepartmentRequest.department_code == actor.department,
        )
    ).first()
    if request is None:
        raise NotAllowed("Din forvaltning er ikke spurgt om dette forslag.")
    assignment = find_assignment(session, actor.person_id, proposal.id)
    if assignment is None or assignment.department_code != request.department_code:
        raise NotAllowed("Du har ikke sagen for din forvaltning. Bed koordinatoren om at give dig den.")
    if request.withdrawn_at is not None:
        raise Refused("Sekretariatet har trukket spørgsmålet til din forvaltning tilbage. I skal ikke svare.")
    if request.exempt_at is not None:
        raise Refused("Din forvaltning er fritaget for at svare på dette forslag.")
    return request


def _moment(
    session: Session, proposal: Proposal, known: DepartmentAnswer | None, draft: AnswerDraft, at: datetime
) -> datetime:
    """When the answer came; what is corrected around the same adverse facts does not make them new to the applicant."""
    new = settled(draft)
    if known is not None and new.has_adverse_facts and known.adverse_facts == new.adverse_facts:
        return known.answered_at
    return _after_hearing(session, proposal, at)


def _after_hearing(session: Session, proposal: Proposal, at: datetime) -> datetime:
    """The moment of an answer; one that had to wait while a hearing was stored still comes after that hearing.

    Otherwise an adverse fact that the hearing does not hold would look as if it did.
    """
    hearing = newest_hearing(session, proposal.id)
    return at if hearing is None or hearing.opened_at < at else hearing.opened_at + timedelta(microseconds=1)
