"""Which shortlist of a call is the newest, and which cases must one hold?"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from intake.models import Proposal
from intake.rules.lifecycle import LETTERS
from intake.rules.track import FUNDED_TRACKS
from portfolio.models import Shortlist

RANKED_STATES = frozenset(LETTERS[letter] for letter in "ghi")
"""Sorted, and not decided on yet."""


def newest_shortlist(session: Session, call_id: UUID) -> Shortlist | None:
    """The list of a call that counts."""
    return session.exec(
        select(Shortlist).where(Shortlist.call_id == call_id).order_by(col(Shortlist.number).desc()).limit(1)
    ).first()


def newest_number(session: Session, call_id: UUID) -> int:
    """The number of the list that counts, 0 while there is none."""
    found = session.exec(select(sa.func.max(Shortlist.number)).where(Shortlist.call_id == call_id)).one()
    return found or 0


def cases_to_list(session: Session, call_id: UUID) -> frozenset[UUID]:
    """The keys of all cases that compete for the money of a call, seen or unseen by whoever asks."""
    return frozenset(
        session.exec(
            select(Proposal.id).where(
                Proposal.call_id == call_id,
                col(Proposal.state).in_(sorted(RANKED_STATES)),
                col(Proposal.track).in_(sorted(FUNDED_TRACKS)),
            )
        )
    )
