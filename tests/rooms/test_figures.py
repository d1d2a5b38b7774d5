"""Are the figures of the fund and of the law only added, dated, and used by the day?"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from foundation.audit import history
from foundation.errors import Refused
from scoring import actions, queries
from scoring.events import FundFiguresEntered, LegalFigureEntered
from scoring.models import FundFiguresRow, LegalFigureRow, SortingRun
from scoring.rules.fund import FundFiguresDraft
from scoring.rules.legal_figures import LegalFigureDraft, LegalFigureKind, LegalFigures
from tests.builders import World
from tests.conftest import NOON

TODAY = NOON.date()
FUND = FundFiguresDraft(
    as_of=TODAY,
    capital_ore=24_000_000_00,
    reserved_ore=3_150_000_00,
    outcome_fund_balance_ore=2_000_000_00,
    donation_pool_left_ore=0,
    source="Økonomisystemet",
)
LIGHT = LegalFigureDraft(
    figure=LegalFigureKind.LIGHT_REGIME_KRONER,
    value=Decimal(5_700_000),
    valid_from=date(2026, 1, 1),
    valid_to=date(2027, 12, 31),
    source="Bekendtgørelsen",
)


def enter(world: World, draft: FundFiguresDraft, *, minutes: int = 1) -> tuple[FundFiguresRow, bool]:
    at = NOON + timedelta(minutes=minutes)
    entered = actions.enter_fund_figures(world.session, draft, actor=world.people["SE"], at=at)
    world.session.commit()
    return entered


def enter_law(world: World, draft: LegalFigureDraft, *, minutes: int = 1) -> LegalFigureRow:
    at = NOON + timedelta(minutes=minutes)
    row = actions.enter_legal_figure(world.session, draft, actor=world.people["AD"], at=at)
    world.session.commit()
    return row


def spans(world: World, figure: LegalFigureKind = LIGHT.figure) -> list[tuple[str, date, date | None]]:
    rows = world.session.exec(
        select(LegalFigureRow)
        .where(LegalFigureRow.kind == figure)
        .order_by(col(LegalFigureRow.valid_from), col(LegalFigureRow.entered_at))
    )
    return [(row.value, row.valid_from, row.valid_to) for row in rows]


# ---- the fund -------------------------------------------------------------------------------------------------------


def test_free_capital_is_what_is_left_when_running_costs_are_held_back(world: World, session: Session) -> None:
    row, replaces = enter(world, replace(FUND, as_of=TODAY - timedelta(days=1)))
    assert (row.free_capital_ore, row.entered_by, replaces) == (20_850_000_00, world.people["SE"].person_id, False)
    assert [one.event for one in history(session, row.id)] == [
        FundFiguresEntered("2027-02-28", 20_850_000_00, 2_000_000_00, 0, False)
    ]


def test_of_one_day_the_figures_entered_last_count_for_new_sortings(world: World, session: Session) -> None:
    proposal = world.sorted()
    row, replaces = enter(world, FUND)
    assert replaces
    assert queries.fund_figures(session, on=TODAY) == row
    [run] = session.exec(select(SortingRun).where(SortingRun.proposal_id == proposal.id)).all()
    assert queries.fund_figures_used(session, run).source == "Tal til test"
    assert [(entry.row.source, entry.counts) for entry in queries.all_fund_figures(session)] == [
        ("Økonomisystemet", True),
        ("Tal til test", False),
    ]


def test_figures_of_a_later_day_are_not_used_for_an_earlier_one(world: World, session: Session) -> None:
    earlier, _ = enter(world, replace(FUND, as_of=TODAY - timedelta(days=30)))
    assert queries.fund_figures(session, on=TODAY - timedelta(days=1)) == earlier
    assert queries.fund_figures(session, on=TODAY - timedelta(days=31)) is None
    newest = queries.fund_figures(session, on=TODAY)
    assert newest is not None
    assert newest.source == "Tal til test"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"as_of": TODAY + timedelta(days=1)}, "as_of"),
        ({"as_of": date(2017, 3, 1)}, "as_of"),
        ({"reserved_ore": 24_000_001_00}, "reserved"),
    ],
)
def test_figures_that_cannot_be_are_refused(
    world: World, session: Session, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        enter(world, replace(FUND, **change))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert len(queries.all_fund_figures(session)) == 1


def test_the_same_figures_are_not_entered_twice(world: World, session: Session) -> None:
    enter(world, FUND)
    with pytest.raises(Refused, match="står her allerede"):
        enter(world, FUND, minutes=2)
    enter(world, replace(FUND, donation_pool_left_ore=1_00), minutes=3)
    assert len(queries.all_fund_figures(session)) == 3


def test_all_capital_may_be_held_back(world: World) -> None:
    row, _ = enter(world, replace(FUND, reserved_ore=FUND.capital_ore))
    assert row.free_capital_ore == 0


def test_the_database_holds_the_sum(world: World, session: Session) -> None:
    row, _ = enter(world, FUND)
    row.free_capital_ore += 1
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


# ---- the law --------------------------------------------------------------------------------------------------------


def test_the_known_figures_are_there_from_the_beginning(world: World, session: Session) -> None:
    in_2025 = date(2025, 12, 31)
    assert queries.legal_figures(session, on=in_2025) == LegalFigures(
        on=in_2025,
        light_kroner=Decimal(5_581_350),
        services_kroner=Decimal(1_644_638),
        de_minimis_euro=Decimal(300_000),
        kroner_per_100_euro=Decimal(746),
    )
    in_2026 = date(2026, 1, 1)
    assert queries.legal_figures(session, on=in_2026) == LegalFigures(
        on=in_2026, de_minimis_euro=Decimal(300_000), kroner_per_100_euro=Decimal(746)
    )
    assert queries.legal_figures(session, on=date(2023, 12, 31)) == LegalFigures(on=date(2023, 12, 31))


def test_a_new_figure_ends_the_former_the_day_before(world: World, session: Session) -> None:
    rate = replace(LIGHT, figure=LegalFigureKind.KRONER_PER_100_EURO, value=Decimal("745.50"), valid_to=None)
    row = enter_law(world, rate)
    assert spans(world, rate.figure) == [
        ("746.00", date(2024, 1, 1), date(2025, 12, 31)),
        ("745.50", date(2026, 1, 1), None),
    ]
    assert [one.event for one in history(session, row.id)] == [
        LegalFigureEntered("kroner_per_100_euro", "745.50", "2026-01-01", "Bekendtgørelsen")
    ]


def test_a_former_figure_that_ended_by_itself_keeps_its_end(world: World) -> None:
    enter_law(world, replace(LIGHT, valid_from=date(2026, 3, 1)))
    assert spans(world)[0] == ("5581350", date(2024, 1, 1), date(2025, 12, 31))


def test_a_figure_of_the_same_day_takes_over_and_the_wrong_one_stays_readable(world: World, session: Session) -> None:
    enter_law(world, LIGHT)
    enter_law(world, replace(LIGHT, value=Decimal(5_800_000)), minutes=2)
    assert queries.legal_figures(session, on=TODAY).light_kroner == Decimal(5_800_000)
    told = [(one.row.value, one.holds) for one in queries.all_legal_figures(session, on=TODAY)][:3]
    assert told == [("5800000", True), ("5700000", False), ("5581350", False)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": date(2017, 1, 1), "valid_to": None}, "valid_from"),
        ({"valid_to": date(2025, 12, 31)}, "valid_to"),
    ],
)
def test_days_that_cannot_be_are_refused(world: World, change: dict[str, object], field: str) -> None:
    before = spans(world)
    with pytest.raises(Refused) as refused:
        enter_law(world, replace(LIGHT, **change))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert spans(world) == before


def test_an_earlier_day_than_the_newest_is_refused(world: World) -> None:
    enter_law(world, LIGHT)
    with pytest.raises(Refused, match="Det nyeste tal gælder fra 1") as refused:
        enter_law(world, replace(LIGHT, valid_from=date(2025, 12, 31)), minutes=2)
    assert refused.value.field == "valid_from"
