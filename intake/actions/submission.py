"""How is a proposal sent, and what follows from it? Nothing here commits."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation import mail
from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.models import Organisation
from foundation.identity.organisation_rules import Organised, organisation_gaps, organisation_snapshot
from foundation.identity.roles import Actor
from intake.actions.drafts import show_in_lists
from intake.actions.moves import move_proposal, record_on
from intake.actions.search import note_search
from intake.events import ProposalSubmitted
from intake.models import Attachment, Call, FormalReturn, Proposal, ProposalVersion
from intake.queries import attachments_of, formal_return, newest_version, questions_of, state_of_call
from intake.rules.call import CallState, reference
from intake.rules.lifecycle import State
from intake.rules.proposal import ProposalDraft, gaps_of, holds_cpr


def submit_proposal(
    session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime, base_url: str
) -> None:
    """Send a draft, or what was asked for: reference, frozen version, history and receipt in one transaction.

    `at` is the moment when the request had arrived whole (contract 8.9). What is sent back after a return keeps the
    first moment, whatever the call's deadline (decision 0012). Raises Refused when the call is not open at that
    moment, when something is missing or does not add up, or when a text holds what looks like a CPR number.
    """
    organisation = session.get_one(Organisation, proposal.organisation_id)
    _check_may_submit(session, proposal, call, organisation, at=at)
    if proposal.reference is None:
        give_reference(session, proposal, call)
    asked = _answered_return(session, proposal, at=at)
    move_proposal(proposal, "proposal.submit")
    show_in_lists(proposal, ProposalDraft(proposal.answers))
    if asked is None:
        proposal.received_at = at
    proposal.reopened_at = None
    proposal.unsent_answers = None
    proposal.organisation_name, proposal.organisation_cvr = organisation.name, organisation.cvr
    session.add(proposal)
    note_search(session, proposal)
    version = freeze(session, proposal, organisation, sent_by=actor.person_id, at=at)
    sent = ProposalSubmitted(
        proposal.reference or "",
        version.number,
        answers_return=asked is not None,
        late=asked is not None and today(at) > asked.due_on,
    )
    record_on(session, proposal, sent, actor=actor, at=at)
    queue_receipt(session, proposal, call, version, to=actor.email, at=at, base_url=base_url)


def _check_may_submit(
    session: Session, proposal: Proposal, call: Call, organisation: Organisation, *, at: datetime
) -> None:
    if proposal.state is not State.RETURNED and state_of_call(call, at=at) is not CallState.OPEN:
        raise Refused(
            "Fristen er udløbet, så forslaget kan ikke sendes. Jeres tekst og filer er gemt som kladde. Skriv til "
            f"sekretariatet, hvis I mener, det er en fejl: {call.contact_email}."
        )
    told = [gap.text for gap in organisation_gaps(organisation)]
    told += [gap.text for gap in gaps_of(questions_of(session, call), proposal.answers)]
    if told:
        raise Refused("Ret dette, før I sender forslaget: " + " ".join(told))
    if holds_cpr(proposal.answers):
        raise Refused("Et af svarene indeholder noget, der ligner et CPR-nummer. Slet det, før I sender forslaget.")


def _answered_return(session: Session, proposal: Proposal, *, at: datetime) -> FormalReturn | None:
    """Mark the return as answered, late or not; None where the proposal was not returned."""
    if proposal.state is not State.RETURNED:
        return None
    asked = formal_return(session, proposal.id)
    if asked is not None:
        asked.answered_at = at
        session.add(asked)
    return asked


def give_reference(session: Session, proposal: Proposal, call: Call) -> None:
    """Take the call's next number; the update locks the call's row, so that no number is given twice."""
    taken = session.execute(
        sa.update(Call)
        .where(col(Call.id) == call.id)
        .values(last_number=Call.last_number + 1)
        .returning(col(Call.last_number))
        .execution_options(synchronize_session=False)
    ).scalar_one()
    if call.number is None:
        raise ValueError("a call that was never published has no proposals")
    proposal.number = taken
    proposal.reference = reference(call.year, call.number, taken)


def freeze(
    session: Session, proposal: Proposal, organisation: Organised, *, sent_by: UUID, at: datetime
) -> ProposalVersion:
    """What is sent now, as a version that nothing changes any more."""
    earlier = newest_version(session, proposal.id)
    version = ProposalVersion(
        proposal_id=proposal.id,
        number=earlier.number + 1 if earlier else 1,
        received_at=at,
        sent_by=sent_by,
        content={
            "organisation": organisation_snapshot(organisation),
            "answers": dict(proposal.answers),
            "files": [_as_sent(one) for one in attachments_of(session, proposal.id)],
        },
    )
    session.add(version)
    return version


def _as_sent(attachment: Attachment) -> dict[str, Any]:
    return {
        "id": str(attachment.id),
        "file_name": attachment.file_name,
        "size_bytes": attachment.size_bytes,
        "sha256": attachment.sha256,
    }


def queue_receipt(
    session: Session,
    proposal: Proposal,
    call: Call,
    version: ProposalVersion,
    *,
    to: str,
    at: datetime,
    base_url: str,
    letter: str = "receipt",
) -> None:
    """Tell whoever sent the proposal that it is here, with a copy of it; `letter` says in which words."""
    subject, body = mail.compose(
        letter,
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation_name,
        call_title=call.title,
        received_at=version.received_at,
        number=version.number,
        closes_at=None if proposal.state is State.FORMAL_CHECK else call.closes_at,
        address=f"{base_url}/proposals/{proposal.reference}",
        contact=call.contact_email,
    )
    mail.queue(
        session,
        dedup_key=f"receipt:{proposal.id}:{version.number}",
        to=to,
        subject=subject,
        body=body,
        at=at,
        about_id=proposal.id,
        attachment=f"proposal-copy:{version.id}",
    )
