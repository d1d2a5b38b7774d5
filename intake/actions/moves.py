"""How does a proposal come from one state to the next, and where is it written down?"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.audit import Event, record
from foundation.errors import Refused
from foundation.identity.roles import Actor
from foundation.moves import NotAMove
from intake.models import Proposal, ProposalPartner
from intake.rules.lifecycle import PROPOSAL_MOVES

_CVR_DIGITS = 8


def move_proposal(proposal: Proposal, action: str) -> None:
    """The one place that writes a proposal's state. Raises Refused when the table of moves has no such move."""
    try:
        proposal.state = PROPOSAL_MOVES.step(proposal.state, action)
    except NotAMove as wrong:
        raise Refused("Sagen er et andet sted i forløbet nu. Åbn den igen, og se, hvad der kan gøres.") from wrong


def record_on(session: Session, proposal: Proposal, happened: Event, *, actor: Actor | None, at: datetime) -> None:
    """Add an act to the case's history."""
    record(session, happened, subject_type="proposal", subject_id=proposal.id, actor=actor, at=at)


def note_partners(session: Session, proposal: Proposal) -> None:
    """Repeat the partners' CVR numbers in rows, so that whoever belongs to one of them is shut out of the case."""
    named = _partner_numbers(proposal)
    of_this = col(ProposalPartner.proposal_id) == proposal.id
    known = set(session.exec(select(ProposalPartner.cvr).where(of_this)))
    if known - named:
        session.execute(sa.delete(ProposalPartner).where(of_this, col(ProposalPartner.cvr).in_(known - named)))
    session.add_all(ProposalPartner(proposal_id=proposal.id, cvr=cvr) for cvr in sorted(named - known))


def _partner_numbers(proposal: Proposal) -> set[str]:
    """The numbers that the answers name; the oldest question set asks for partners in words alone."""
    partners = proposal.answers.get("partners")
    rows = partners if isinstance(partners, list) else []
    return {row["cvr"] for row in rows if len(row.get("cvr") or "") == _CVR_DIGITS}
