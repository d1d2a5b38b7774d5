"""How does a letter reach an applicant, with the very text that is kept? Nothing here commits."""

from datetime import datetime

from sqlmodel import Session

from foundation import mail
from foundation.identity.roles import Actor
from intake.models import Letter, Proposal
from intake.rules.letter import LetterKind


def send_letter(
    session: Session,
    proposal: Proposal,
    kind: LetterKind,
    subject: str,
    body: str,
    *,
    to: str,
    actor: Actor,
    at: datetime,
) -> Letter:
    """Keep the letter and queue the mail that carries it, word for word."""
    letter = Letter(
        proposal_id=proposal.id,
        kind=kind,
        subject=subject,
        body=body,
        to_address=to,
        sent_by=actor.person_id,
        sent_at=at,
    )
    session.add(letter)
    mail.queue(session, dedup_key=f"letter:{letter.id}", to=to, subject=subject, body=body, at=at, about_id=proposal.id)
    return letter
