"""What is stored of the decision memos, the shortlists, and of the council's meetings and their agendas?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from foundation.tables import Keyed, Versioned, enum_type, json_type
from intake.rules.track import Track
from scoring.rules.ranking import Standing


class DecisionMemo(Versioned, SQLModel, table=True):
    """What the secretariat recommends in one case, beside the texts.

    `amount_ore` is the amount recommended, None while it is the amount sought; a smaller one has its reason.
    `case_number` is the municipality's own, in its system for records; empty while only our reference is known.
    `follow_ups` holds an ISO day and a text each.
    """

    __tablename__ = "decision_memo"
    __table_args__ = (sa.CheckConstraint("amount_ore IS NULL OR amount_ore > 0", name="amount_positive"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True)
    case_number: str = Field(default="", max_length=40)
    amount_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    smaller_reason: str = ""
    outcome_fund_max_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    conditions: list[str] = Field(default_factory=list, sa_type=json_type)  # type: ignore[call-overload]
    report_on: date | None = None
    follow_ups: list[dict[str, str]] = Field(default_factory=list, sa_type=json_type)  # type: ignore[call-overload]
    annexes: list[str] = Field(default_factory=list, sa_type=json_type)  # type: ignore[call-overload]
    saved_by: UUID = Field(foreign_key="person.id")
    saved_at: datetime


class DecisionMemoText(SQLModel, table=True):
    """A text of the memo that a person wrote over the one prefilled from the case; without a row that one stands.

    `replaced` is the prefilled text as it was then, so that the page can tell when the case has changed since.
    """

    __tablename__ = "decision_memo_text"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True)
    key: str = Field(max_length=40, primary_key=True)
    text: str
    replaced: str = ""
    edited_by: UUID = Field(foreign_key="person.id")
    edited_at: datetime


class ReleasedMemo(Keyed, table=True):
    """A memo as it was released to the council: all that it says, frozen, so that the same paper can be made again.

    The newest that was not sent back counts. `amount_ore` is what it recommends; `content` is read by the
    paper's own page (`exports/memo_snapshot.py`).
    """

    __tablename__ = "released_memo"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "number"),
        sa.Index(
            "uq_released_memo_one_counts",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("sent_back_at IS NULL"),
            postgresql_where=sa.text("sent_back_at IS NULL"),
        ),
        sa.CheckConstraint("sent_back_at IS NULL OR sent_back_reason <> ''", name="sent_back_has_reason"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    number: int
    amount_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    content: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]
    released_by: UUID = Field(foreign_key="person.id")
    released_at: datetime
    sent_back_by: UUID | None = Field(default=None, foreign_key="person.id")
    sent_back_at: datetime | None = None
    sent_back_reason: str = ""


class CouncilMeeting(Keyed, Versioned, table=True):
    """A meeting of the council, with its agenda."""

    __tablename__ = "council_meeting"

    held_on: date = Field(unique=True)
    planned_by: UUID = Field(foreign_key="person.id")
    planned_at: datetime


class AgendaItem(Keyed, table=True):
    """A case on a meeting's agenda; `position` begins with 1. An item that was taken off is kept with its reason."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        sa.Index("ix_agenda_item_meeting_id_position", "meeting_id", "position"),
        sa.Index(
            "uq_agenda_item_one_counts",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
        sa.CheckConstraint("position > 0", name="position_positive"),
        sa.CheckConstraint("removed_at IS NULL OR removed_reason <> ''", name="removed_has_reason"),
    )

    meeting_id: UUID = Field(foreign_key="council_meeting.id")
    proposal_id: UUID = Field(foreign_key="proposal.id")
    position: int
    placed_by: UUID = Field(foreign_key="person.id")
    placed_at: datetime
    removed_by: UUID | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = None
    removed_reason: str = ""


class Shortlist(Keyed, table=True):
    """What the secretariat would recommend in a call, saved as one list. Rows are only added; the newest counts."""

    __tablename__ = "shortlist"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    call_id: UUID = Field(foreign_key="call.id")
    number: int
    saved_by: UUID = Field(foreign_key="person.id")
    saved_at: datetime


class ShortlistItem(SQLModel, table=True):
    """One case of a saved shortlist as it was that day: where the rule put it, where people did, and why."""

    __tablename__ = "shortlist_item"
    __table_args__ = (
        sa.CheckConstraint("place > 0", name="place_positive"),
        sa.CheckConstraint("chosen = by_rule OR reason <> ''", name="moved_has_reason"),
    )

    shortlist_id: UUID = Field(foreign_key="shortlist.id", primary_key=True, ondelete="CASCADE")
    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, index=True)
    track: Track = Field(sa_type=enum_type(Track))
    place: int
    shares_place: bool
    amount_ore: int = Field(sa_type=sa.BigInteger)
    outcome_ore: int = Field(sa_type=sa.BigInteger)
    by_rule: Standing = Field(sa_type=enum_type(Standing))
    chosen: Standing = Field(sa_type=enum_type(Standing, name="chosen"))
    reason: str = ""
