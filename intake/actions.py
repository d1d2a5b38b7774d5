"""How is a proposal written, sent, checked and routed? Nothing here commits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation import mail
from foundation.audit import Event, record
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.models import Organisation, Person
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from foundation.moves import NotAMove
from foundation.text import find_cpr
from intake.events import (
    ConflictDeclared,
    DepartmentsAllAnswered,
    FormalCheckRecorded,
    ProposalFormallyRejected,
    ProposalRouted,
    ProposalStarted,
    ProposalSubmitted,
)
from intake.models import (
    Call,
    ConflictDeclaration,
    DepartmentRequest,
    FormalCheck,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.queries import department_requests, formal_facts, has_conflict, latest_formal_check, state_of_call
from intake.rules.call import CallState, reference
from intake.rules.formal_check import CheckOutcome, run_formal_check
from intake.rules.lifecycle import PROPOSAL_MOVES, State
from intake.rules.proposal import ProposalDraft, missing_answers
from intake.rules.questions import question_set


def move_proposal(proposal: Proposal, action: str) -> None:
    """The one place that writes a proposal's state. Raises Refused when the table of moves has no such move."""
    try:
        proposal.state = PROPOSAL_MOVES.step(proposal.state, action)
    except NotAMove as wrong:
        raise Refused("Sagen er et andet sted i forløbet nu. Åbn den igen, og se, hvad der kan gøres.") from wrong


def record_on(session: Session, proposal: Proposal, happened: Event, *, actor: Actor | None, at: datetime) -> None:
    """Add an act to the case's history."""
    record(session, happened, subject_type="proposal", subject_id=proposal.id, actor=actor, at=at)


def start_proposal(session: Session, call: Call, organisation: Organisation, *, actor: Actor, at: datetime) -> Proposal:
    """A new draft for an organisation in an open call. Raises Refused when the call is not open."""
    if state_of_call(call, at=at) is not CallState.OPEN:
        raise Refused("Callet tager ikke imod forslag nu. Se på forsiden, hvilke calls der er åbne.")
    proposal = Proposal(
        call_id=call.id,
        organisation_id=organisation.id,
        created_by=actor.person_id,
        organisation_name=organisation.name,
        organisation_cvr=organisation.cvr,
        created_at=at,
        saved_at=at,
    )
    session.add(proposal)
    session.flush()
    record_on(session, proposal, ProposalStarted(organisation.name), actor=actor, at=at)
    return proposal


def save_draft(session: Session, proposal: Proposal, draft: ProposalDraft, *, version: int, at: datetime) -> None:
    """Store the answers. Raises ChangedMeanwhile when somebody else saved after `version` was read."""
    if proposal.version != version:
        raise ChangedMeanwhile
    proposal.answers = {key: value for key, value in draft.answers.items() if value is not None}
    proposal.title = draft.title[:200]
    proposal.focus_area = draft.focus_area
    proposal.wish = draft.wish
    proposal.amount_sought_ore = draft.amount_sought_ore
    proposal.participants = draft.participants
    proposal.saved_at = at
    session.add(proposal)


def submit_proposal(
    session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime, base_url: str
) -> None:
    """Send a draft: reference, frozen version, history and receipt in one transaction.

    `at` is the moment when the request had arrived whole (contract 8.9). Raises Refused when the call is not open
    at that moment, when answers are missing, or when a text holds what looks like a CPR number.
    """
    _check_may_submit(proposal, call, at=at)
    _give_reference(session, proposal, call)
    move_proposal(proposal, "proposal.submit")
    proposal.received_at = at
    session.add(proposal)
    session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=1,
            received_at=at,
            sent_by=actor.person_id,
            content=_frozen_content(proposal),
        )
    )
    record_on(session, proposal, ProposalSubmitted(proposal.reference or "", 1), actor=actor, at=at)
    _queue_receipt(session, proposal, call, actor=actor, at=at, base_url=base_url)


def _check_may_submit(proposal: Proposal, call: Call, *, at: datetime) -> None:
    if state_of_call(call, at=at) is not CallState.OPEN:
        raise Refused(
            "Fristen er udløbet, så forslaget kan ikke sendes. Jeres kladde er gemt. Skriv til sekretariatet, "
            f"hvis I mener, det er en fejl: {call.contact_email}."
        )
    missing = missing_answers(question_set(call.question_set_id), proposal.answers)
    if missing:
        raise Refused("Forslaget mangler svar, før det kan sendes: " + ", ".join(q.label for q in missing))
    if any(find_cpr(value) for value in proposal.answers.values() if isinstance(value, str)):
        raise Refused("Et af svarene indeholder noget, der ligner et CPR-nummer. Slet det, før I sender forslaget.")


def _give_reference(session: Session, proposal: Proposal, call: Call) -> None:
    """Take the call's next number; the update locks the call's row, so that no number is given twice."""
    taken = session.execute(
        sa.update(Call)
        .where(col(Call.id) == call.id)
        .values(last_number=Call.last_number + 1)
        .returning(col(Call.last_number))
        .execution_options(synchronize_session=False)
    ).scalar_one()
    proposal.number = taken
    proposal.reference = reference(call.year, call.number, taken)


def _frozen_content(proposal: Proposal) -> dict[str, object]:
    return {
        "organisation": {"name": proposal.organisation_name, "cvr": proposal.organisation_cvr},
        "answers": dict(proposal.answers),
    }


def _queue_receipt(
    session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime, base_url: str
) -> None:
    subject, body = mail.compose(
        "receipt",
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation_name,
        call_title=call.title,
        received_at=at,
        address=f"{base_url}/proposals/{proposal.reference}",
        contact=call.contact_email,
    )
    mail.queue(
        session,
        dedup_key=f"receipt:{proposal.id}:1",
        to=actor.email,
        subject=subject,
        body=body,
        at=at,
        about_id=proposal.id,
    )


def record_formal_check(
    session: Session, proposal: Proposal, call: Call, *, eligible: bool, note: str, actor: Actor, at: datetime
) -> None:
    """Record the outcome of the formal check by name, with what the machine found.

    A proposal that is not eligible is formally rejected and needs its main considerations (domain.md L7).
    """
    outcome = CheckOutcome.OK if eligible else CheckOutcome.NOT_ELIGIBLE
    if not eligible and not note:
        raise Refused("Skriv, hvorfor forslaget ikke opfylder de formelle krav.", field="note")
    findings = [asdict(check) for check in run_formal_check(formal_facts(session, actor, proposal, call))]
    session.add(
        FormalCheck(
            proposal_id=proposal.id,
            outcome=outcome,
            note=note,
            findings=findings,
            checked_by=actor.person_id,
            checked_at=at,
        )
    )
    if proposal.state is State.SUBMITTED:
        move_proposal(proposal, "formalcheck.record")
    record_on(session, proposal, FormalCheckRecorded(outcome.value, note), actor=actor, at=at)
    if not eligible:
        move_proposal(proposal, "formalcheck.reject")
        record_on(session, proposal, ProposalFormallyRejected(note), actor=actor, at=at)
    session.add(proposal)


@dataclass(frozen=True, slots=True)
class Routing:
    """Which departments are asked, who scores, and by when."""

    lead: str
    others: tuple[str, ...]
    reviewer_id: UUID
    due_on: date


def route_proposal(
    session: Session,
    proposal: Proposal,
    call: Call,
    routing: Routing,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Send a checked proposal to its departments and its assessor. Raises Refused at the field that is wrong."""
    if _latest_outcome(session, proposal) is not CheckOutcome.OK:
        raise Refused("Formalia skal være tjekket og i orden, før forslaget kan sendes til en forvaltning.")
    if routing.due_on <= at.date():
        raise Refused("Fristen skal ligge efter i dag.", field="due_on")
    reviewer = session.get(Person, routing.reviewer_id)
    if reviewer is None or not _may_score(session, proposal, reviewer, routing.lead):
        raise Refused("Vælg en vurderer fra den forvaltning, der har hovedansvaret.", field="reviewer")
    move_proposal(proposal, "department.route")
    asked = [routing.lead, *(code for code in routing.others if code != routing.lead)]
    _add_requests(session, proposal, asked, routing, actor=actor, at=at)
    proposal.departments_asked = len(asked)
    session.add(proposal)
    record_on(
        session,
        proposal,
        ProposalRouted(asked[0], tuple(asked[1:]), routing.due_on.isoformat(), reviewer.name),
        actor=actor,
        at=at,
    )
    _queue_routed_mail(session, proposal, call, reviewer, routing.due_on, at=at, base_url=base_url)


def _may_score(session: Session, proposal: Proposal, reviewer: Person, lead: str) -> bool:
    """A reviewer of the lead department with an open account and no known conflict (contract 8.5 and 8.6)."""
    return (
        reviewer.closed_at is None
        and (Role.REVIEWER, lead) in held_roles(session, reviewer.id)
        and not has_conflict(session, reviewer.id, proposal)
    )


def _latest_outcome(session: Session, proposal: Proposal) -> CheckOutcome | None:
    latest = latest_formal_check(session, proposal.id)
    return latest.outcome if latest else None


def _add_requests(
    session: Session,
    proposal: Proposal,
    asked: Sequence[str],
    routing: Routing,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    for code in asked:
        session.add(
            DepartmentRequest(
                proposal_id=proposal.id,
                department_code=code,
                is_lead=code == routing.lead,
                due_on=routing.due_on,
                asked_by=actor.person_id,
                asked_at=at,
            )
        )
    session.add(
        ReviewerAssignment(
            proposal_id=proposal.id,
            person_id=routing.reviewer_id,
            department_code=routing.lead,
            due_on=routing.due_on,
            assigned_by=actor.person_id,
            assigned_at=at,
        )
    )


def _queue_routed_mail(
    session: Session,
    proposal: Proposal,
    call: Call,
    reviewer: Person,
    due_on: date,
    *,
    at: datetime,
    base_url: str,
) -> None:
    subject, body = mail.compose(
        "routed",
        reference=proposal.reference,
        call_title=call.title,
        due_on=due_on,
        address=f"{base_url}/proposals/{proposal.reference}",
    )
    mail.queue(
        session,
        dedup_key=f"routed:{proposal.id}:{reviewer.id}",
        to=reviewer.email,
        subject=subject,
        body=body,
        at=at,
        about_id=proposal.id,
    )


def declare_conflict(
    session: Session, proposal: Proposal, *, has_conflict: bool, ground: str, actor: Actor, at: datetime
) -> None:
    """Record a person's own answer about conflicts of interest; the newest counts, all are kept.

    A conflict that was declared is never taken back by the person alone. Raises Refused without a ground.
    """
    if has_conflict and not ground:
        raise Refused("Skriv kort, hvorfor du er inhabil.", field="ground")
    session.execute(
        sa.update(ConflictDeclaration)
        .where(
            col(ConflictDeclaration.proposal_id) == proposal.id,
            col(ConflictDeclaration.person_id) == actor.person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
        .values(superseded_at=at)
    )
    session.add(
        ConflictDeclaration(
            proposal_id=proposal.id,
            person_id=actor.person_id,
            has_conflict=has_conflict,
            ground=ground,
            declared_at=at,
        )
    )
    record_on(session, proposal, ConflictDeclared(has_conflict), actor=actor, at=at)


def note_department_answer(session: Session, proposal: Proposal, request: DepartmentRequest, *, at: datetime) -> None:
    """Count a department's answer; when the last one asked has answered, the case moves on to be assessed."""
    if request.answered_at is None:
        request.answered_at = at
        proposal.departments_answered += 1
        session.add(request)
        session.add(proposal)
        session.flush()
    open_requests = [asked for asked in department_requests(session, proposal.id) if asked.answered_at is None]
    if proposal.state is State.WITH_DEPARTMENTS and not open_requests:
        move_proposal(proposal, "departments.all_answered")
        record_on(session, proposal, DepartmentsAllAnswered(proposal.departments_asked), actor=None, at=at)
