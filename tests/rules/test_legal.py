"""Does the legal check hold, fail or stay open as the law's figures and what is known of a case say?"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from foundation.money import NO_BREAK_SPACE
from scoring.rules.legal import (
    DataProtection,
    LegalFacts,
    LegalPart,
    ProcurementRegime,
    ProcurementRoute,
    check_law,
    is_long,
)
from scoring.rules.legal_figures import LegalFigures

LIGHT, SERVICES, GRANT = ProcurementRegime.LIGHT, ProcurementRegime.SERVICES, ProcurementRegime.GRANT
FIGURES = LegalFigures(
    on=date(2025, 6, 1),
    light_kroner=Decimal(5_581_350),
    services_kroner=Decimal(1_644_638),
    de_minimis_euro=Decimal(300_000),
    kroner_per_100_euro=Decimal("746.00"),
)
NONE_ENTERED = LegalFigures(on=date(2026, 3, 1))
SETTLED = LegalFacts(
    regime=GRANT,
    regime_reason="Kommunen får ingen ydelse for pengene.",
    economic_activity=False,
    amount_ore=3_000_000_00,
    starts_on=date(2027, 8, 1),
    ends_on=date(2029, 7, 31),
    data_protection=DataProtection.NO_SHARING,
    data_protection_reason="Der deles kun tal.",
)
PURCHASE = replace(
    SETTLED,
    regime=LIGHT,
    contract_value_ore=5_581_349_00,
    route=ProcurementRoute.DIRECT,
    route_reason="Der er kun en leverandør.",
    cross_border=False,
)
SELLING = replace(SETTLED, economic_activity=True, de_minimis_received_ore=0, register_checked=True)


def plain(part: LegalPart) -> tuple[bool | None, str]:
    return part.holds, part.text.replace(NO_BREAK_SPACE, " ")


def test_four_parts_hold_together() -> None:
    check = check_law(SETTLED, FIGURES)
    assert [part.holds for part in (check.procurement, check.state_aid, check.duration, check.data_protection)] == [
        True
    ] * 4
    assert check.answer is True


def test_one_part_that_fails_decides_even_where_another_is_missing() -> None:
    assert check_law(replace(SETTLED, regime=None), FIGURES).answer is None
    unsettled = replace(SETTLED, regime=None, data_protection=DataProtection.UNSETTLED)
    assert check_law(unsettled, FIGURES).answer is False
    assert check_law(LegalFacts(), FIGURES).answer is None


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        (replace(SETTLED, regime=None), None),
        (replace(SETTLED, regime_reason=""), None),
        (SETTLED, True),
        (PURCHASE, True),
        (replace(PURCHASE, route=None), None),
        (replace(PURCHASE, route_reason=""), None),
        (replace(PURCHASE, contract_value_ore=None), None),
        (replace(PURCHASE, contract_value_ore=5_581_350_00), False),
        (replace(PURCHASE, contract_value_ore=5_581_350_00, route=ProcurementRoute.LIGHT_PROCEDURE), True),
        (replace(PURCHASE, contract_value_ore=9_000_000_00, route=ProcurementRoute.ADVERTISED), False),
        (replace(PURCHASE, contract_value_ore=None, route=ProcurementRoute.EU_TENDER), True),
        (replace(PURCHASE, regime=SERVICES), False),
        (replace(PURCHASE, regime=SERVICES, contract_value_ore=1_644_637_00), True),
        (replace(PURCHASE, regime=SERVICES, contract_value_ore=1_644_638_00), False),
        (replace(PURCHASE, regime=SERVICES, route=ProcurementRoute.LIGHT_PROCEDURE), False),
        (replace(PURCHASE, cross_border=None), None),
        (replace(PURCHASE, cross_border=True), False),
        (replace(PURCHASE, cross_border=True, route=ProcurementRoute.QUOTES), False),
        (replace(PURCHASE, cross_border=True, route=ProcurementRoute.ADVERTISED), True),
    ],
)
def test_procurement_holds_fails_or_is_open(facts: LegalFacts, holds: bool | None) -> None:
    assert check_law(facts, FIGURES).procurement.holds is holds


def test_procurement_says_the_figures() -> None:
    assert plain(check_law(PURCHASE, FIGURES).procurement) == (
        True,
        "Kontrakten er på 5.581.349 kr. og ligger under tærsklen på 5.581.350 kr. "
        "Der er ingen klar grænseoverskridende interesse.",
    )
    at_limit = replace(PURCHASE, contract_value_ore=5_581_350_00)
    assert plain(check_law(at_limit, FIGURES).procurement) == (
        False,
        "Kontrakten er på 5.581.350 kr. og når tærsklen på 5.581.350 kr. Den skal sendes i udbud.",
    )


def test_a_threshold_that_nobody_entered_leaves_it_open_unless_there_is_a_tender_anyway() -> None:
    assert plain(check_law(PURCHASE, NONE_ENTERED).procurement) == (
        None,
        "Tærsklen for 2026 er ikke skrevet ind. Derfor kan kontraktens værdi ikke holdes op imod den.",
    )
    for route in (ProcurementRoute.EU_TENDER, ProcurementRoute.LIGHT_PROCEDURE):
        assert check_law(replace(PURCHASE, route=route), NONE_ENTERED).procurement.holds is True
    assert check_law(SETTLED, NONE_ENTERED).procurement.holds is True


CEILING_ORE = 2_238_000_00  # 300.000 euro at 7,46


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        (replace(SETTLED, economic_activity=None), None),
        (SETTLED, True),
        (SELLING, False),  # 3.000.000 kr. is above the ceiling by itself.
        (replace(SELLING, amount_ore=CEILING_ORE), True),
        (replace(SELLING, amount_ore=CEILING_ORE + 1_00), False),
        (replace(SELLING, amount_ore=CEILING_ORE - 1_00, de_minimis_received_ore=1_00), True),
        (replace(SELLING, amount_ore=CEILING_ORE, de_minimis_received_ore=1_00), False),
        (replace(SELLING, amount_ore=85_000_00, de_minimis_received_ore=None), None),
        (replace(SELLING, amount_ore=None), None),
    ],
)
def test_state_aid_holds_fails_or_is_open(facts: LegalFacts, holds: bool | None) -> None:
    assert check_law(facts, FIGURES).state_aid.holds is holds


def test_state_aid_says_the_figures() -> None:
    over = replace(SELLING, amount_ore=CEILING_ORE, de_minimis_received_ore=1_00)
    assert plain(check_law(over, FIGURES).state_aid) == (
        False,
        "De minimis-støtten over tre år bliver 2.238.001 kr. og går over loftet på 300.000 euro (2.238.000 kr.).",
    )


@pytest.mark.parametrize(("checked", "holds"), [(True, True), (False, False), (None, None)])
def test_the_register_is_asked_from_the_day_it_opens(checked: bool | None, holds: bool | None) -> None:
    facts = replace(SELLING, amount_ore=85_000_00, register_checked=checked)
    assert check_law(facts, FIGURES).state_aid.holds is True
    opened = replace(FIGURES, on=date(2026, 1, 1))
    assert check_law(facts, opened).state_aid.holds is holds
    assert check_law(facts, replace(FIGURES, on=date(2025, 12, 31))).state_aid.holds is True


@pytest.mark.parametrize("missing", ["de_minimis_euro", "kroner_per_100_euro"])
def test_state_aid_is_open_without_ceiling_or_rate(missing: str) -> None:
    figures = replace(FIGURES, **{missing: None})
    assert check_law(replace(SELLING, amount_ore=1_00), figures).state_aid.holds is None


@pytest.mark.parametrize(
    ("starts", "ends", "long"),
    [
        (date(2027, 8, 1), date(2030, 7, 31), False),
        (date(2027, 8, 1), date(2030, 8, 1), True),
        (date(2028, 2, 29), date(2031, 2, 27), False),
        (date(2028, 2, 29), date(2031, 2, 28), True),
        (date(2027, 8, 1), date(2027, 8, 1), False),
    ],
)
def test_three_years_are_counted_to_the_last_day(starts: date, ends: date, long: bool) -> None:
    assert is_long(starts, ends) is long


@pytest.mark.parametrize(("looked", "holds"), [(True, True), (False, False), (None, None)])
def test_a_long_agreement_needs_a_lawyer(looked: bool | None, holds: bool | None) -> None:
    facts = replace(SETTLED, ends_on=date(2031, 1, 1), lawyer_looked=looked)
    assert check_law(facts, FIGURES).duration.holds is holds
    assert check_law(replace(facts, ends_on=date(2028, 1, 1)), FIGURES).duration.holds is True
    undated = replace(facts, starts_on=None)
    assert check_law(undated, FIGURES).duration.holds is (True if looked else None)


@pytest.mark.parametrize(
    ("choice", "reason", "holds"),
    [
        (None, "Skrevet", None),
        (DataProtection.UNSETTLED, "", False),
        (DataProtection.PROCESSOR, "", None),
        (DataProtection.PROCESSOR, "Aftalen er lavet.", True),
        (DataProtection.OWN_CONTROLLER, "Ansøgeren har egne journaler.", True),
    ],
)
def test_data_protection_needs_a_choice_and_a_reason(
    choice: DataProtection | None, reason: str, holds: bool | None
) -> None:
    facts = replace(SETTLED, data_protection=choice, data_protection_reason=reason)
    assert check_law(facts, FIGURES).data_protection.holds is holds
