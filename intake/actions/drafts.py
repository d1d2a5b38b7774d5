"""How is a proposal started, written, opened again, and given up? Nothing here commits."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation import mail
from foundation.errors import Refused
from foundation.identity.models import Organisation
from foundation.identity.roles import Actor
from intake.actions.moves import move_proposal, note_partners, record_on
from intake.actions.search import note_search
from intake.events import DraftDeleted, ProposalReopened, ProposalRestored, ProposalStarted, ProposalWithdrawn
from intake.models import Attachment, Call, Proposal, ProposalVersion, SavedSection
from intake.queries import newest_version, opened_parts, reopened_past_deadline, state_of_call
from intake.rules.call import CallState
from intake.rules.danish_order import danish_key
from intake.rules.formal_return import is_opened
from intake.rules.lifecycle import State
from intake.rules.proposal import Answers, ProposalDraft


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


def save_section(
    session: Session, proposal: Proposal, key: str, answers: Answers, *, actor: Actor, at: datetime
) -> None:
    """Store one section's answers beside those of the others, and who saved them.

    Raises Refused for a section that a returned proposal was not opened for.
    """
    need_opened(session, proposal, key)
    save_draft(session, proposal, ProposalDraft({**proposal.answers, **answers}), at=at)
    saved = session.get(SavedSection, (proposal.id, key)) or SavedSection(
        proposal_id=proposal.id, key=key, revision=0, saved_by=actor.person_id, saved_at=at
    )
    saved.revision += 1
    saved.saved_by = actor.person_id
    saved.saved_at = at
    session.add(saved)


def need_opened(session: Session, proposal: Proposal, part: str) -> None:
    """Raises Refused for a part of a returned proposal that the secretariat did not open."""
    if not is_opened(part, opened_parts(session, proposal)):
        raise Refused("Den del af forslaget er lukket. I kan kun rette i det, som sekretariatet har bedt om.")


def save_draft(session: Session, proposal: Proposal, draft: ProposalDraft, *, at: datetime) -> None:
    """Store all answers, and repeat in columns what lists show.

    What lists show of a returned proposal is what was sent, until it is sent again.
    """
    _write(proposal, draft)
    proposal.saved_at = at
    session.add(proposal)
    note_partners(session, proposal)
    note_search(session, proposal)


def _write(proposal: Proposal, draft: ProposalDraft) -> None:
    proposal.answers = {key: value for key, value in draft.answers.items() if value is not None}
    if proposal.state is not State.RETURNED:
        show_in_lists(proposal, draft)


def show_in_lists(proposal: Proposal, draft: ProposalDraft) -> None:
    """Repeat in columns what lists, and the head of the case, show of the answers."""
    proposal.title = draft.title[:200]
    proposal.title_key = danish_key(proposal.title)
    proposal.focus_area = draft.focus_area
    proposal.wish = draft.wish
    proposal.amount_sought_ore = draft.amount_sought_ore
    proposal.participants = draft.participants


def reopen_proposal(session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime) -> None:
    """Make a sent proposal a draft again, with its reference kept. Raises Refused after the deadline."""
    if state_of_call(call, at=at) is not CallState.OPEN:
        raise Refused("Fristen er udløbet, så I kan ikke rette i forslaget mere. Det, I har sendt, gælder.")
    move_proposal(proposal, "proposal.reopen")
    proposal.reopened_at = at
    session.add(proposal)
    record_on(session, proposal, ProposalReopened(), actor=actor, at=at)


def restore_proposal(session: Session, proposal: Proposal, *, actor: Actor | None, at: datetime) -> None:
    """Let what was last sent count again; what was written since is kept beside it.

    The applicant may ask for it, and the deadline does it for a proposal that was opened and not sent again.
    Raises Refused for a draft that was never sent.
    """
    sent = newest_version(session, proposal.id)
    if sent is None:
        raise Refused("Forslaget har ikke været sendt, så der er ikke noget at gå tilbage til.")
    move_proposal(proposal, "proposal.restore")
    if proposal.answers != sent.content["answers"]:
        proposal.unsent_answers = proposal.answers
    _write(proposal, ProposalDraft(sent.content["answers"]))
    note_partners(session, proposal)
    note_search(session, proposal)
    _restore_files(session, proposal, sent)
    proposal.reopened_at = None
    session.add(proposal)
    record_on(session, proposal, ProposalRestored(sent.number), actor=actor, at=at)


def restore_after_deadline(session: Session, *, before: datetime, at: datetime) -> int:
    """Restore every proposal that was opened and not sent again before its deadline; returns how many.

    Each row is locked and looked at anew, since somebody may have sent it, or another worker restored it, meanwhile.
    """
    restored = 0
    for proposal in reopened_past_deadline(session, before=before):
        session.refresh(proposal, with_for_update=True)
        if proposal.state is State.DRAFT and proposal.reopened_at is not None:
            restore_proposal(session, proposal, actor=None, at=at)
            restored += 1
    return restored


def _restore_files(session: Session, proposal: Proposal, sent: ProposalVersion) -> None:
    """The files that were sent stand again; those that came after are taken out, and swept away later."""
    kept = {one["id"] for one in sent.content.get("files", [])}
    for attachment in session.exec(select(Attachment).where(Attachment.proposal_id == proposal.id)):
        if str(attachment.id) in kept:
            attachment.removed_at = None
            session.add(attachment)
        else:
            session.delete(attachment)


def withdraw_proposal(
    session: Session, proposal: Proposal, call: Call, *, reason: str, actor: Actor, at: datetime, base_url: str
) -> None:
    """Take a proposal back before the council decides; the case stays on record. Tells applicant and secretariat."""
    move_proposal(proposal, "proposal.withdraw")
    session.add(proposal)
    record_on(session, proposal, ProposalWithdrawn(reason), actor=actor, at=at)
    subject, body = mail.compose(
        "withdrawn",
        reference=proposal.reference,
        title=proposal.title,
        call_title=call.title,
        withdrawn_at=at,
        address=f"{base_url}/proposals/{proposal.reference}",
        contact=call.contact_email,
    )
    for number, address in enumerate(dict.fromkeys((actor.email, call.contact_email)), start=1):
        mail.queue(
            session,
            dedup_key=f"withdrawn:{proposal.id}:{number}",
            to=address,
            subject=subject,
            body=body,
            at=at,
            about_id=proposal.id,
        )


def delete_draft(session: Session, proposal: Proposal, *, actor: Actor, at: datetime) -> None:
    """Remove a draft that was never sent; only that it was there stays in the log. Raises Refused for a sent one."""
    if proposal.reference is not None:
        raise Refused(
            "Forslaget har været sendt, så det kan ikke slettes. I kan lade det, I har sendt, gælde igen, og derefter "
            "trække det tilbage."
        )
    record_on(session, proposal, DraftDeleted(), actor=actor, at=at)
    session.execute(sa.delete(Attachment).where(col(Attachment.proposal_id) == proposal.id))
    session.delete(proposal)
