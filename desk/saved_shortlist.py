"""What does the newest saved shortlist of a call say, and what has changed since it was saved?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from desk.ranking import CallRanking, sorting_open_to
from desk.shortlist_choices import LETTER_OF, field_of
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.money import format_kroner
from intake.models import Proposal
from intake.rules.track import Track
from intake.wording import WORDS
from portfolio.models import Shortlist, ShortlistItem
from scoring.rules.ranking import Ranked, Standing


@dataclass(frozen=True, slots=True)
class SavedItem:
    """One case as it was saved, and in Danish what is different now."""

    reference: str
    title: str
    track: Track
    place: int
    shares_place: bool
    amount_ore: int
    by_rule: Standing
    chosen: Standing
    reason: str
    changes: tuple[str, ...]

    @property
    def is_moved(self) -> bool:
        return self.chosen is not self.by_rule


@dataclass(frozen=True, slots=True)
class SavedShortlist:
    """The newest list as one person may see it; `added` are the references of those that came to the ranking since.

    `parts` is the address of the ranking as the list has it.
    """

    number: int
    saved_at: datetime
    saved_by: str
    items: list[SavedItem]
    added: list[str]
    parts: dict[str, Any]

    @property
    def recommended_ore(self) -> int:
        return sum(item.amount_ore for item in self.items if item.chosen is Standing.RECOMMENDED)

    @property
    def has_changed(self) -> bool:
        return bool(self.added) or any(item.changes for item in self.items)


def saved_shortlist(session: Session, actor: Actor, call_id: UUID, ranking: CallRanking) -> SavedShortlist | None:
    """The newest list of a call, without the cases that are closed to the actor; two queries whatever its length."""
    head = session.execute(
        sa.select(col(Shortlist.id), col(Shortlist.number), col(Shortlist.saved_at), col(Person.name))
        .join(Person, col(Person.id) == col(Shortlist.saved_by))
        .where(col(Shortlist.call_id) == call_id)
        .order_by(col(Shortlist.number).desc())
        .limit(1)
    ).first()
    if head is None:
        return None
    key, number, saved_at, saved_by = head
    now = {row.ranked.entrant.reference: row.ranked for row in ranking.funded}
    found = _found(session, actor, key)
    items = [_item(row, reference, title, now.get(reference)) for row, reference, title in found]
    listed = {item.reference for item in items}
    return SavedShortlist(
        number,
        saved_at,
        saved_by,
        items,
        added=[reference for reference in now if reference not in listed],
        parts=_parts(items, now),
    )


def _found(session: Session, actor: Actor, key: UUID) -> Any:
    """Investments before donations, each in the order of the day."""
    is_donation = sa.case((col(ShortlistItem.track) == Track.DONATION, 1), else_=0)
    return session.execute(
        sa.select(ShortlistItem, col(Proposal.reference), col(Proposal.title))
        .join(Proposal, col(Proposal.id) == col(ShortlistItem.proposal_id))
        .where(col(ShortlistItem.shortlist_id) == key, *sorting_open_to(actor))
        .order_by(is_donation, col(ShortlistItem.place), col(Proposal.reference))
    )


def _item(row: ShortlistItem, reference: str, title: str, now: Ranked | None) -> SavedItem:
    return SavedItem(
        reference=reference,
        title=title,
        track=row.track,
        place=row.place,
        shares_place=row.shares_place,
        amount_ore=row.amount_ore,
        by_rule=row.by_rule,
        chosen=row.chosen,
        reason=row.reason,
        changes=tuple(_changes(row, now)),
    )


def _changes(row: ShortlistItem, now: Ranked | None) -> list[str]:
    if now is None:
        return ["Sagen er ikke længere blandt dem, der er penge til nu."]
    found = []
    if now.entrant.track is not row.track:
        found.append(f"Sporet er nu {WORDS[Track][now.entrant.track]}.")
    if now.entrant.amount_ore != row.amount_ore:
        found.append(f"Beløbet er nu {format_kroner(now.entrant.amount_ore)}")
    return found


def _parts(items: list[SavedItem], now: Mapping[str, Ranked]) -> dict[str, Any]:
    return {
        field_of(item.reference): LETTER_OF[item.chosen]
        for item in items
        if item.reference in now and now[item.reference].standing is not item.chosen
    }
