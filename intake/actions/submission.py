"""How is a proposal sent, and what follows from it? Nothing here commits."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation import mail
from foundation.errors import Refused
from foundation.identity.roles import Actor
from foundation.text import find_cpr
from intake.actions.moves import move_proposal, record_on
from intake.events import (
    ProposalSubmitted,
)
from intake.models import (
    Call,
    Proposal,
    ProposalVersion,
)
from intake.queries import state_of_call
from intake.rules.call import CallState, reference
from intake.rules.proposal import missing_answers
from intake.rules.questions import question_set


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
    proposal.reference = reference(call.year, call.number or 0, taken)


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
