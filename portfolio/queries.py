"""Which memos, meetings and agendas are there?"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Person
from foundation.identity.roles import Actor, Role
from foundation.plain_rows import plain_rows
from intake.models import Proposal
from intake.queries import visible_to
from intake.queries.visibility import conflicted, has_conflict, learns_later, opened_by, works_on
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio.models import AgendaItem, CouncilMeeting, DecisionMemo, DecisionMemoText, ReleasedMemo
from portfolio.rules.agenda import Hindrance, hindrance
from portfolio.rules.memo_texts import TEXT_OF
from portfolio.touching import touched_by_shut
from scoring.models import Hearing
from scoring.queries import is_hearing_pending, latest_run

# ---- the memo -------------------------------------------------------------------------------------------------------


def memo_of(session: Session, proposal_id: UUID) -> DecisionMemo | None:
    """What the secretariat wrote beside the memo's texts; None before anybody wrote in the memo."""
    return session.get(DecisionMemo, proposal_id)


@dataclass(frozen=True, slots=True)
class EditedText:
    """A text that a person wrote over the one from the case, which then said `replaced`."""

    text: str
    replaced: str
    editor: str
    edited_at: datetime
    by_conflicted: bool = False


def edited_texts(session: Session, proposal_id: UUID) -> Mapping[str, EditedText]:
    """The texts of a memo that were edited, by their keys."""
    rows = session.exec(
        select(DecisionMemoText, Person.name)
        .join(Person, col(Person.id) == col(DecisionMemoText.edited_by))
        .where(DecisionMemoText.proposal_id == proposal_id)
        .order_by(col(DecisionMemoText.key))
    ).all()
    shut = _conflicted(session, session.get_one(Proposal, proposal_id), [row.edited_by for row, _ in rows])
    return {
        row.key: EditedText(row.text, row.replaced, name, row.edited_at, row.edited_by in shut) for row, name in rows
    }


def released_memo(session: Session, proposal_id: UUID) -> ReleasedMemo | None:
    """The memo that counts: the newest that was released and not sent back; None before."""
    return session.exec(
        select(ReleasedMemo).where(ReleasedMemo.proposal_id == proposal_id, col(ReleasedMemo.sent_back_at).is_(None))
    ).first()


def newest_release(session: Session, proposal_id: UUID) -> int:
    """The number of the memo that was released last, sent back or not; 0 before."""
    return (
        session.exec(select(sa.func.max(ReleasedMemo.number)).where(ReleasedMemo.proposal_id == proposal_id)).one() or 0
    )


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why a released memo was sent back, by whom and when."""

    reason: str
    who: str
    at: datetime


def sent_back(session: Session, proposal_id: UUID) -> SentBack | None:
    """Why the memo that was released last was sent back; None where it was not, or was released again since."""
    found = session.exec(
        select(ReleasedMemo.sent_back_reason, Person.name, ReleasedMemo.sent_back_at)
        .outerjoin(Person, col(Person.id) == col(ReleasedMemo.sent_back_by))
        .where(ReleasedMemo.proposal_id == proposal_id)
        .order_by(col(ReleasedMemo.number).desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    reason, who, at = found
    return None if at is None else SentBack(reason, who, at)


def placing_hindrance(session: Session, proposal_id: UUID) -> Hindrance | None:
    """What keeps a case with a released memo from an agenda; None where nothing does."""
    ((pending, heard, touched),) = plain_rows(session, _hindering(), {"proposal": proposal_id})
    return hindrance(
        hearing_pending=pending,
        heard_since=heard,
        touched_by=touched_by_conflicted(session, proposal_id) if touched else [],
    )


@functools.cache
def _hindering() -> Any:
    return sa.select(*hinders_placing()).where(col(Proposal.id) == sa.bindparam("proposal", type_=sa.Uuid()))


@functools.cache
def hinders_placing() -> tuple[sa.ColumnElement[bool], ...]:
    """Three conditions on a case: a hearing is pending, one ended after the release, somebody conflicted touched it.

    The last finds at least those of which `touched_by_conflicted` names somebody.
    """
    heard_since = sa.exists().where(
        col(ReleasedMemo.proposal_id) == col(Proposal.id),
        col(Hearing.proposal_id) == col(Proposal.id),
        col(ReleasedMemo.sent_back_at).is_(None),
        col(Hearing.waived).is_(False),
        col(Hearing.closed_at) > col(ReleasedMemo.released_at),
    )
    return is_hearing_pending(col(Proposal.id)), heard_since, touched_by_shut()


def conflicted_sorter(session: Session, proposal: Proposal) -> str:
    """The name of whoever decided the sorting that counts and now has a conflict of interest; empty where nobody."""
    run = latest_run(session, proposal.id)
    return "".join(_conflicted(session, proposal, [run.run_by] if run else []).values())


def conflicted_saver(session: Session, proposal: Proposal) -> str:
    """The name of whoever saved the memo last and now has a conflict of interest; empty where nobody."""
    memo = memo_of(session, proposal.id)
    return "".join(_conflicted(session, proposal, [memo.saved_by] if memo else []).values())


def touched_by_conflicted(session: Session, proposal_id: UUID) -> list[str]:
    """The names of those who sorted the case, wrote in its memo or released it, and now have a conflict of interest."""
    proposal, released = session.get_one(Proposal, proposal_id), released_memo(session, proposal_id)
    kind = released.content["facts"]["kind"] if released else None
    texts = edited_texts(session, proposal_id).items()
    names = [
        conflicted_sorter(session, proposal),
        conflicted_saver(session, proposal),
        *(one.editor for key, one in texts if one.by_conflicted and kind in (None, *TEXT_OF[key].kinds)),
        *_conflicted(session, proposal, [released.released_by] if released else []).values(),
    ]
    return list(dict.fromkeys(filter(None, names)))


def _conflicted(session: Session, proposal: Proposal, people: Sequence[UUID]) -> dict[UUID, str]:
    """Those of the people who have a conflict of interest on the case, with their names."""
    shut = [one for one in dict.fromkeys(people) if has_conflict(session, one, proposal)]
    return {one: session.get_one(Person, one).name for one in shut}


# ---- meetings and their agendas -------------------------------------------------------------------------------------


def meetings(session: Session) -> Sequence[CouncilMeeting]:
    """All meetings of the council, the latest first."""
    return session.exec(select(CouncilMeeting).order_by(col(CouncilMeeting.held_on).desc())).all()


def coming_meetings(session: Session, *, on: date) -> Sequence[CouncilMeeting]:
    """The meetings from that day on, the next one first."""
    return session.exec(
        select(CouncilMeeting).where(CouncilMeeting.held_on >= on).order_by(col(CouncilMeeting.held_on))
    ).all()


def meeting_on(session: Session, held_on: date) -> CouncilMeeting | None:
    """The meeting of a day."""
    return session.exec(select(CouncilMeeting).where(CouncilMeeting.held_on == held_on)).first()


def items_of(session: Session, meeting_id: UUID) -> list[AgendaItem]:
    """The items of an agenda in their order, seen or unseen; those that were taken off are not there."""
    return list(
        session.exec(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id, col(AgendaItem.removed_at).is_(None))
            .order_by(col(AgendaItem.position), col(AgendaItem.placed_at))
        )
    )


def was_used(session: Session, meeting_id: UUID) -> bool:
    """Has a case ever stood on the agenda of a meeting?"""
    return session.exec(select(sa.exists().where(col(AgendaItem.meeting_id) == meeting_id))).one()


def placement(session: Session, proposal_id: UUID) -> tuple[AgendaItem, CouncilMeeting] | None:
    """Where a case stands, and on the agenda of which meeting."""
    found = session.exec(
        select(AgendaItem, CouncilMeeting)
        .join(CouncilMeeting, col(CouncilMeeting.id) == col(AgendaItem.meeting_id))
        .where(AgendaItem.proposal_id == proposal_id, col(AgendaItem.removed_at).is_(None))
    ).first()
    return None if found is None else (found[0], found[1])


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One item as somebody may see it; of a case that was withdrawn and is hidden by that, the position alone.

    `amount_ore` is what the released memo recommends. `position` is the real one, whatever stands hidden before it.
    `has_paper` is false for whoever scored the case for the secretariat and may not fetch its memo (contract 8.5); for
    them `is_scored` is true, and there is neither track nor amount.
    """

    item_id: UUID
    proposal_id: UUID
    position: int
    reference: str
    title: str
    organisation: str
    track: Track | None
    amount_ore: int | None
    is_withdrawn: bool
    is_open: bool
    has_paper: bool
    is_scored: bool = False


def agenda(session: Session, actor: Actor, meeting: CouncilMeeting) -> list[AgendaRow]:
    """The items of a meeting's agenda that the actor may see, in their order."""
    rows = session.execute(
        sa.select(
            AgendaItem.id,
            Proposal.id,
            AgendaItem.position,
            Proposal.reference,
            Proposal.title,
            Proposal.organisation_name,
            Proposal.track,
            ReleasedMemo.amount_ore,
            Proposal.state,
            visible_to(actor),
            _has_paper(actor),
            learns_later(actor),
        )  # type: ignore[call-overload]
        .join(Proposal, col(Proposal.id) == col(AgendaItem.proposal_id))
        .outerjoin(
            ReleasedMemo,
            sa.and_(col(ReleasedMemo.proposal_id) == col(Proposal.id), col(ReleasedMemo.sent_back_at).is_(None)),
        )
        .where(
            AgendaItem.meeting_id == meeting.id,
            col(AgendaItem.removed_at).is_(None),
            sa.or_(visible_to(actor), _is_withdrawn_from(actor)),
        )
        .order_by(col(AgendaItem.position))
    )
    return [_agenda_row(*row) for row in rows]


def _has_paper(actor: Actor) -> sa.ColumnElement[bool]:
    released = sa.and_(col(ReleasedMemo.id).is_not(None), col(Proposal.state) != State.WITHDRAWN)
    return sa.and_(released, ~works_on(actor.person_id)) if actor.role is Role.SECRETARIAT else released


def has_memos_to_fetch(session: Session, actor: Actor, call_id: UUID) -> bool:
    """Is there a released memo of the call that the actor could fetch now, without a question to answer first?"""
    open_to = (visible_to(actor), _has_paper(actor), *opened_by(actor))
    found = session.execute(
        sa.select(sa.literal(value=True))
        .select_from(Proposal)
        .join(ReleasedMemo, col(ReleasedMemo.proposal_id) == col(Proposal.id))
        .where(col(Proposal.call_id) == call_id, col(ReleasedMemo.sent_back_at).is_(None), *open_to)
        .limit(1)
    )
    return found.first() is not None


def _is_withdrawn_from(actor: Actor) -> sa.ColumnElement[bool]:
    """Withdrawn, and so out of sight for the council, but not because of a conflict of interest."""
    return sa.and_(col(Proposal.state) == State.WITHDRAWN, ~conflicted(actor.person_id))


def _agenda_row(
    item_id: UUID,
    proposal_id: UUID,
    position: int,
    reference: str,
    title: str,
    organisation: str,
    track: Track | None,
    amount_ore: int | None,
    state: State,
    is_open: bool,
    has_paper: bool,
    is_scored: bool,
) -> AgendaRow:
    withdrawn = state is State.WITHDRAWN
    if not is_open:
        return AgendaRow(
            item_id, proposal_id, position, "", "", "", None, None, withdrawn, is_open=False, has_paper=False
        )
    return AgendaRow(
        item_id,
        proposal_id,
        position,
        reference,
        title,
        organisation,
        None if is_scored else track,
        None if is_scored else amount_ore,
        withdrawn,
        is_open=True,
        has_paper=has_paper,
        is_scored=is_scored,
    )


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting, and how many cases on its agenda the actor may see; those that were withdrawn do not count."""

    held_on: date
    cases: int


def meeting_rows(session: Session, actor: Actor) -> list[MeetingRow]:
    """All meetings, the latest first; one query whatever the number of meetings."""
    counted = (
        sa.select(sa.func.count())
        .select_from(AgendaItem)
        .join(Proposal, col(Proposal.id) == col(AgendaItem.proposal_id))
        .where(
            col(AgendaItem.meeting_id) == col(CouncilMeeting.id),
            col(AgendaItem.removed_at).is_(None),
            col(Proposal.state) != State.WITHDRAWN,
            visible_to(actor),
        )
        .correlate(CouncilMeeting)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(CouncilMeeting.held_on, counted).order_by(col(CouncilMeeting.held_on).desc())  # type: ignore[call-overload]
    )
    return [MeetingRow(*row) for row in rows]
