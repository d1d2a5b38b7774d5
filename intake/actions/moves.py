"""How does a proposal come from one state to the next, and where is it written down?"""

from datetime import datetime

from sqlmodel import Session

from foundation.audit import Event, record
from foundation.errors import Refused
from foundation.identity.roles import Actor
from foundation.moves import NotAMove
from intake.models import (
    Proposal,
)
from intake.rules.lifecycle import PROPOSAL_MOVES


def move_proposal(proposal: Proposal, action: str) -> None:
    """The one place that writes a proposal's state. Raises Refused when the table of moves has no such move."""
    try:
        proposal.state = PROPOSAL_MOVES.step(proposal.state, action)
    except NotAMove as wrong:
        raise Refused("Sagen er et andet sted i forløbet nu. Åbn den igen, og se, hvad der kan gøres.") from wrong


def record_on(session: Session, proposal: Proposal, happened: Event, *, actor: Actor | None, at: datetime) -> None:
    """Add an act to the case's history."""
    record(session, happened, subject_type="proposal", subject_id=proposal.id, actor=actor, at=at)
