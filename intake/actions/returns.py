"""How is a proposal returned for what is missing, or rejected on formal grounds? Nothing here commits."""

from collections.abc import Iterable
from datetime import date, datetime
from textwrap import shorten

from sqlmodel import Session

from foundation import mail
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.formats import day
from foundation.identity.roles import Actor
from foundation.text import find_cpr
from intake.actions.formal_check import found_outcomes, record_outcome
from intake.actions.letters import send_letter
from intake.actions.moves import move_proposal, record_on
from intake.events import ProposalFormallyRejected, ProposalReturned
from intake.models import Call, FormalReturn, Proposal
from intake.queries import formal_return, questions_of, sent_by
from intake.rules.formal_check import DEMANDS, CheckOutcome, grounds_to_reject
from intake.rules.formal_return import APPLICANT, FILES, RejectionDraft, ReturnDraft, due_fault, unsaid_in_letter
from intake.rules.letter import LetterKind
from intake.rules.lifecycle import State

_NO_LETTER = "Lav et udkast til brevet, og læs det igennem, før du sender."
_SHOWN = 80
"""Characters of a longer text that a refusal repeats."""
_NO_GROUND = (
    "Vælg kun krav, som I har fundet ikke er opfyldt. Mangler der noget, skal forslaget først have været sendt retur."
)


def return_letter(
    session: Session, proposal: Proposal, call: Call, draft: ReturnDraft, *, at: datetime, base_url: str
) -> tuple[str, str]:
    """Subject and text of the letter that asks for what is missing. Raises Refused as the return itself would."""
    _check_return(session, proposal, call, draft, on=today(at))
    titles = {section.key: section.title for section in questions_of(session, call).sections}
    titles |= {APPLICANT: "Oplysninger om jeres organisation", FILES: "Bilag"}
    return mail.compose(
        "formal_return",
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation_name,
        call_title=call.title,
        asked_for=draft.asked_for,
        parts=[titles[part] for part in draft.sections],
        due_on=draft.due_on,
        address=f"{base_url}/proposals/{proposal.reference}",
        contact=call.contact_email,
    )


def return_proposal(
    session: Session,
    proposal: Proposal,
    call: Call,
    draft: ReturnDraft,
    *,
    version: int,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Send a proposal back, once, with what is missing, until when, and the parts that are opened for it.

    Raises ChangedMeanwhile for an old `version`; Refused when it was returned before, when nothing is found missing,
    or at the field that is wrong.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    subject, _ = return_letter(session, proposal, call, draft, at=at, base_url=base_url)
    _check_letter(draft.letter, must_say=draft.asked_for)
    _need_deadline(draft)
    move_proposal(proposal, "proposal.return")
    session.add(
        FormalReturn(
            proposal_id=proposal.id,
            asked_for=[{"text": text} for text in draft.asked_for],
            sections=list(draft.sections),
            due_on=draft.due_on,
            returned_by=actor.person_id,
            returned_at=at,
        )
    )
    proposal.saved_at = at
    session.add(proposal)
    _send(session, proposal, LetterKind.FORMAL_RETURN, subject, draft.letter, actor=actor, at=at)
    record_on(session, proposal, ProposalReturned(draft.due_on.isoformat(), tuple(draft.sections)), actor=actor, at=at)


def _check_return(session: Session, proposal: Proposal, call: Call, draft: ReturnDraft, *, on: date) -> None:
    if formal_return(session, proposal.id) is not None:
        raise Refused(
            "Forslaget har været sendt retur én gang og kan ikke sendes retur igen. Godkend formalia, eller afvis."
        )
    if CheckOutcome.MISSING not in found_outcomes(session, proposal).values():
        raise Refused("Skriv først i formalitjekket, hvad der mangler.")
    if fault := due_fault(draft.due_on, today=on):
        raise Refused(fault, field="due_on")
    known = {APPLICANT, FILES, *(section.key for section in questions_of(session, call).sections)}
    if not draft.sections or not known.issuperset(draft.sections):
        raise Refused("Vælg mindst én del, som ansøgeren kan rette i.", field="sections")
    if not draft.asked_for:
        raise Refused("Skriv, hvad der mangler.", field="asked_for")


def rejection_letter(
    session: Session, proposal: Proposal, call: Call, draft: RejectionDraft, *, actor: Actor, at: datetime
) -> tuple[str, str]:
    """Subject and text of the letter that rejects (domain.md E3). Raises Refused as the rejection itself would."""
    _check_rejection(session, proposal, draft, at=at)
    return mail.compose(
        "formal_rejection",
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation_name,
        call_title=call.title,
        on=today(at),
        demands=[DEMANDS[rule] for rule in draft.rules],
        considerations=draft.considerations,
        was_returned=formal_return(session, proposal.id) is not None,
        sender=actor.name,
        contact=call.contact_email,
    )


def reject_formally(
    session: Session,
    proposal: Proposal,
    call: Call,
    draft: RejectionDraft,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Reject a proposal that does not meet the formal demands, with its main considerations (domain.md L7).

    Raises ChangedMeanwhile for an old `version`; Refused before the deadline of a return has passed, or at the field
    that is wrong.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    subject, _ = rejection_letter(session, proposal, call, draft, actor=actor, at=at)
    _check_letter(draft.letter, must_say=[draft.considerations])
    record_outcome(session, proposal, call, CheckOutcome.NOT_ELIGIBLE, note=draft.considerations, actor=actor, at=at)
    move_proposal(proposal, "formalcheck.reject")
    proposal.saved_at = at
    session.add(proposal)
    _send(session, proposal, LetterKind.FORMAL_REJECTION, subject, draft.letter, actor=actor, at=at)
    record_on(session, proposal, ProposalFormallyRejected(draft.considerations), actor=actor, at=at)


def _check_rejection(session: Session, proposal: Proposal, draft: RejectionDraft, *, at: datetime) -> None:
    asked = formal_return(session, proposal.id) if proposal.state is State.RETURNED else None
    if asked is not None and today(at) <= asked.due_on:
        raise Refused("Ansøgerens frist for at svare er ikke udløbet. Forslaget kan først afvises bagefter.")
    found = found_outcomes(session, proposal)
    if not found:
        raise Refused("Gem formalitjekket, før du afviser forslaget.")
    if not draft.rules:
        raise Refused("Vælg mindst ét krav, som ikke er i orden i formalitjekket.", field="rules")
    was_returned = formal_return(session, proposal.id) is not None
    if not set(grounds_to_reject(found, was_returned=was_returned)).issuperset(draft.rules):
        raise Refused(_NO_GROUND, field="rules")
    if not draft.considerations:
        raise Refused("Skriv, hvad der er lagt vægt på.", field="considerations")


def _check_letter(letter: str, *, must_say: Iterable[str]) -> None:
    if not letter:
        raise Refused(_NO_LETTER, field="letter")
    if find_cpr(letter):
        raise Refused("Brevet indeholder noget, der ligner et CPR-nummer. Slet det.", field="letter")
    for text in unsaid_in_letter(letter, must_say):
        said = shorten(text, _SHOWN, placeholder=" …")
        raise Refused(f"Brevet nævner ikke »{said}«. Lav et nyt udkast, eller ret brevet.", field="letter")


def _need_deadline(draft: ReturnDraft) -> None:
    """The applicant is held to the deadline that is stored, so the letter names that one."""
    if day(draft.due_on) not in draft.letter:
        raise Refused(
            f"Brevet nævner ikke fristen, {day(draft.due_on)}. Lav et nyt udkast, eller ret brevet.", field="letter"
        )


def _send(
    session: Session, proposal: Proposal, kind: LetterKind, subject: str, body: str, *, actor: Actor, at: datetime
) -> None:
    """To whoever sent the proposal last and is still there, or to the organisation."""
    send_letter(session, proposal, kind, subject, body, to=sent_by(session, proposal), actor=actor, at=at)
