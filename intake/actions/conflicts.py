"""How does a person declare a conflict of interest? Nothing here commits."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation.errors import Refused
from foundation.identity.roles import Actor
from intake.actions.moves import record_on
from intake.events import (
    ConflictDeclared,
)
from intake.models import (
    ConflictDeclaration,
    Proposal,
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
