"""How does the office write the figures of the fund and of the law? Rows are only added; nothing here commits."""

from datetime import date, datetime

from sqlmodel import Session, select

from foundation.audit import record
from foundation.clock import today
from foundation.errors import Refused
from foundation.formats import day
from foundation.identity.roles import Actor
from intake.rules.master_data import day_before, fault_of_day
from scoring.events import FundFiguresEntered, LegalFigureEntered
from scoring.models import FundFiguresRow, LegalFigureRow
from scoring.queries import fund_figures, newest_legal_figure
from scoring.rules.fund import FundFiguresDraft
from scoring.rules.legal_figures import LegalFigureDraft


def enter_fund_figures(
    session: Session, draft: FundFiguresDraft, *, actor: Actor, at: datetime
) -> tuple[FundFiguresRow, bool]:
    """Add a row of the fund's figures; also says whether it takes the place of an earlier one of the same day.

    Raises Refused for a day to come or far away, for more held back than there is, and for what stands there already.
    """
    if draft.as_of > today(at):
        raise Refused("Dagen er ikke kommet endnu. Vælg i dag eller en tidligere dag.", field="as_of")
    if fault := fault_of_day(draft.as_of, today=today(at)):
        raise Refused(fault, field="as_of")
    if draft.free_capital_ore < 0:
        raise Refused("Der kan ikke holdes mere tilbage, end fonden har.", field="reserved")
    before = _of_the_day(session, draft.as_of)
    if before is not None and _says(before) == _draft_says(draft):
        raise Refused("De tal står her allerede for den dag.", field="capital")
    row = FundFiguresRow(
        as_of=draft.as_of,
        capital_ore=draft.capital_ore,
        reserved_ore=draft.reserved_ore,
        free_capital_ore=draft.free_capital_ore,
        outcome_fund_balance_ore=draft.outcome_fund_balance_ore,
        donation_pool_left_ore=draft.donation_pool_left_ore,
        source=draft.source,
        entered_by=actor.person_id,
        entered_at=at,
    )
    session.add(row)
    happened = FundFiguresEntered(
        row.as_of.isoformat(),
        row.free_capital_ore,
        row.outcome_fund_balance_ore,
        row.donation_pool_left_ore,
        before is not None,
    )
    record(session, happened, subject_type="fund_figures", subject_id=row.id, actor=actor, at=at)
    return row, before is not None


def _of_the_day(session: Session, on: date) -> FundFiguresRow | None:
    newest = fund_figures(session, on=on)
    return newest if newest is not None and newest.as_of == on else None


def _says(row: FundFiguresRow) -> tuple[object, ...]:
    amounts = (row.capital_ore, row.reserved_ore, row.outcome_fund_balance_ore, row.donation_pool_left_ore)
    return (*amounts, row.source)


def _draft_says(draft: FundFiguresDraft) -> tuple[object, ...]:
    amounts = (draft.capital_ore, draft.reserved_ore, draft.outcome_fund_balance_ore, draft.donation_pool_left_ore)
    return (*amounts, draft.source)


def enter_legal_figure(session: Session, draft: LegalFigureDraft, *, actor: Actor, at: datetime) -> LegalFigureRow:
    """Add a limit or a rate; what held before ends the day before, unless both begin on one day.

    Raises Refused for a day far away or before the newest row's first, and for a last day before the first.
    """
    if fault := fault_of_day(draft.valid_from, today=today(at)):
        raise Refused(fault, field="valid_from")
    if draft.valid_to is not None and draft.valid_to < draft.valid_from:
        raise Refused("Den sidste dag skal komme efter den første.", field="valid_to")
    before = newest_legal_figure(session, draft.figure)
    if before is not None:
        _end(session, before, draft.valid_from)
    row = LegalFigureRow(
        kind=draft.figure,
        value=format(draft.value, "f"),
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        source=draft.source,
        entered_by=actor.person_id,
        entered_at=at,
    )
    session.add(row)
    happened = LegalFigureEntered(row.kind.value, row.value, row.valid_from.isoformat(), row.source)
    record(session, happened, subject_type="legal_figure", subject_id=row.id, actor=actor, at=at)
    return row


def _end(session: Session, newest: LegalFigureRow, valid_from: date) -> None:
    """Let the newest row end where the next begins. One of the same day is only put in the shade: it stays readable."""
    before = session.exec(select(LegalFigureRow).where(LegalFigureRow.id == newest.id).with_for_update()).one()
    if valid_from < before.valid_from:
        raise Refused(
            f"Det nyeste tal gælder fra {day(before.valid_from)}. Vælg den dag eller en senere.", field="valid_from"
        )
    if valid_from > before.valid_from and (before.valid_to is None or before.valid_to >= valid_from):
        before.valid_to = day_before(valid_from)
        session.add(before)
