"""Do a policy's numbers survive form, database and comparison, and are those refused that make no sense?"""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from intake.rules.call_policy import PolicyOffer, policy_on
from scoring.rules.dimensions import Dimension
from scoring.rules.policies import POLICIES, get_policy
from scoring.rules.policies.catalogue import PUBLISHED_FROM, published_entries
from scoring.rules.policies.draft import slug_for
from scoring.rules.policies.numbers import (
    compared,
    faults_of,
    numbers_from_json,
    numbers_of,
    numbers_to_json,
    policy_with,
)

P2026 = get_policy("2026")
NUMBERS = numbers_of(P2026)


def test_the_numbers_of_a_published_policy_make_that_policy_again() -> None:
    for policy in POLICIES:
        kept = json.loads(json.dumps(numbers_to_json(numbers_of(policy))))
        assert policy_with(policy.id, numbers_from_json(kept), policy.scale) == policy
        assert faults_of(numbers_of(policy)) == ()


def test_every_published_policy_has_a_first_day() -> None:
    assert PUBLISHED_FROM.keys() == {policy.id for policy in POLICIES}
    assert [entry.id for entry in published_entries()] == [policy.id for policy in POLICIES]


def test_other_weights_make_a_scale_of_their_own_with_the_same_words() -> None:
    heavier = policy_with("x-1", replace(NUMBERS, weights={**NUMBERS.weights, Dimension.NEED: 9}), P2026.scale)
    assert (heavier.scale.id, [one.weight for one in heavier.scale.criteria]) == ("x-1", [1, 9, 1, 2, 2, 2, 2, 1])
    assert numbers_of(heavier).weights[Dimension.NEED] == 9
    assert policy_with("x-1", NUMBERS, P2026.scale).scale is P2026.scale


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, ()),
        ({"maturing_from": Decimal(0)}, ("maturing_from",)),
        ({"nearly_mature_from": Decimal(1)}, ("nearly_mature_from",)),
        ({"nearly_mature_from": Decimal("1.01")}, ()),
        ({"mature_from": Decimal(2)}, ("mature_from",)),
        ({"mature_from": Decimal("4.01")}, ("mature_from",)),
        ({"dialogue_maturity": Decimal("2.76")}, ("dialogue_maturity",)),
        ({"dialogue_maturity": Decimal("2.75")}, ()),
        ({"weights": {**NUMBERS.weights, Dimension.NEED: 0}}, ("weights_need",)),
        ({"weights": {**NUMBERS.weights, Dimension.NEED: 10}}, ("weights_need",)),
        ({"donation_floors": {**NUMBERS.donation_floors, Dimension.PAYER: 5}}, ("donation_floors_payer",)),
        ({"investment_floors": {**NUMBERS.investment_floors, Dimension.PAYER: -1}}, ("investment_floors_payer",)),
    ],
)
def test_numbers_that_make_no_sense_are_named_at_their_field(changed: dict[str, Any], fields: tuple[str, ...]) -> None:
    assert tuple(fault.field for fault in faults_of(replace(NUMBERS, **changed))) == fields


def test_two_policies_are_compared_number_by_number() -> None:
    other = replace(
        NUMBERS,
        donation_cap=120_000,
        mature_from=Decimal("2.8"),
        donation_floors={**NUMBERS.donation_floors, Dimension.PAYER: 1},
    )
    lines = compared(other, NUMBERS, P2026.scale)
    assert len(lines) == 3 * 8 + 8
    assert [(one.label, one.value, one.before) for one in lines if one.differs] == [
        ("Mindste point til donation: Betaler og forankring", "1", "Intet krav"),
        ("Moden fra modenhed", "2,80", "2,75"),
        ("Kroner, som en donation højst kan være", "120.000\xa0kr.", "100.000\xa0kr."),
    ]
    assert not any(one.differs for one in compared(NUMBERS, NUMBERS, P2026.scale))


def test_a_new_policy_gets_the_first_free_number_of_its_year() -> None:
    assert slug_for(date(2028, 5, 1), ["2026", "2028-1", "2028-3", "2027-2"]) == "2028-2"


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "2026"),
        (date(2027, 12, 31), "2026"),
        (date(2028, 1, 1), "2028-1"),
        (date(2031, 1, 1), "2028-1"),
    ],
)
def test_a_call_takes_the_newest_policy_that_holds_and_was_not_withdrawn(on: date, due: str | None) -> None:
    offers = (
        PolicyOffer("2026", "", date(2026, 1, 1)),
        PolicyOffer("2028-1", "", date(2028, 1, 1)),
        PolicyOffer("2029-1", "", date(2029, 1, 1), may_be_chosen=False),
    )
    found = policy_on(offers, on)
    assert (found.id if found else None) == due
