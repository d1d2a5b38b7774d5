"""Does a sorted proposal say what has changed since, whichever fact, score or figure it is?"""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.resorting import Difference, Seen, SortingBasis, differences, plain_inputs, read_inputs
from tests.rules.policy_builders import CALL, DONATION, FUND, INVESTMENT, with_score
from tests.rules.test_policy_properties import CALLS, FUNDS, PROPOSALS, policy_settings

BASIS = SortingBasis(DONATION, CALL, FUND)


def stored(basis: SortingBasis) -> dict[str, Any]:
    """As it comes back from a database."""
    found: dict[str, Any] = json.loads(json.dumps(plain_inputs(basis)))
    return found


def changed(basis: SortingBasis) -> list[tuple[str, str, str, str]]:
    return [
        (one.key, one.label, one.before.replace("\u00a0", " "), one.after.replace("\u00a0", " "))
        for one in differences(stored(BASIS), stored(basis), SCALE_2026)
    ]


def with_facts(**changes: Any) -> SortingBasis:
    return replace(BASIS, facts=replace(DONATION, **changes))


def test_nothing_changed_is_no_difference():
    assert changed(BASIS) == []


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (with_facts(innovative=None), ("innovative", "Ny og uprøvet løsning", "ja", "ikke oplyst")),
        (with_facts(risk_assessed=False), ("risk_assessed", "Risikovurdering", "ja", "nej")),
        (with_facts(amount=90_000), ("amount", "Beløb", "85.000 kr.", "90.000 kr.")),
        (with_facts(participants=30), ("participants", "Borgere", "12", "30")),
        (
            with_facts(payback_months=Decimal("24.5")),
            ("payback_months", "Måneder, til besparelsen er tjent hjem", "ikke oplyst", "24,5"),
        ),
        (
            with_facts(innovative_waiver="Ny i Danmark."),
            ("innovative_waiver", "Begrundelse for, at løsningen ikke er ny", "ikke oplyst", "Ny i Danmark."),
        ),
        (
            with_facts(outcome_fund_share=Decimal("33.3")),
            ("outcome_fund_share", "Resultatbetalingspuljens andel", "0 %", "33,3 %"),
        ),
        (
            replace(BASIS, facts=with_score(DONATION, Dimension.EVIDENCE, 2)),
            ("evidence", "Evidens", "1", "2"),
        ),
        (
            replace(BASIS, call=CallLimits(per_project_cap=4_000_000)),
            ("per_project_cap", "Callets loft for et forslag", "3.000.000 kr.", "4.000.000 kr."),
        ),
        (
            replace(BASIS, fund=replace(FUND, donation_pool_left=50_000)),
            ("donation_pool_left", "Rest i årets donationspulje", "200.000 kr.", "50.000 kr."),
        ),
    ],
)
def test_a_change_is_told_in_words_before_and_after(basis, said):
    assert changed(basis) == [said]


def test_the_same_number_written_otherwise_and_a_blank_reason_are_no_difference():
    before = with_facts(outcome_fund_share=Decimal("33.30"), payback_months=Decimal(24), innovative_waiver="")
    after = with_facts(outcome_fund_share=Decimal("33.3"), payback_months=Decimal("24.0"), innovative_waiver=None)

    assert differences(stored(before), stored(after), SCALE_2026) == ()


def test_a_sorting_from_before_a_fact_was_asked_names_it_and_is_not_read():
    kept = stored(BASIS)
    del kept["facts"]["learning_purpose"]

    assert differences(kept, stored(BASIS), SCALE_2026) == (
        Difference("learning_purpose", "Formål med at lære", "ikke oplyst", "ja"),
    )
    assert read_inputs(kept) is None


@policy_settings
@given(PROPOSALS, CALLS, FUNDS)
def test_what_is_stored_is_read_again_as_it_was(facts: ProposalFacts, call: CallLimits, fund: FundFigures):
    basis = SortingBasis(facts, call, fund)

    assert read_inputs(stored(basis)) == basis
    seen = Seen(stored(basis), "a run")
    assert Seen.from_text(seen.to_text()) == seen


@policy_settings
@given(PROPOSALS, PROPOSALS)
def test_every_fact_that_differs_is_told_once(one: ProposalFacts, other: ProposalFacts):
    before, after = SortingBasis(one, CALL, FUND), SortingBasis(other, CALL, FUND)
    told = [difference.key for difference in differences(stored(before), stored(after), SCALE_2026)]
    blank = {None, "", " \u00a0"}
    expected = {
        name
        for name in set(ProposalFacts.__slots__) - {"scores"}
        if getattr(one, name) != getattr(other, name)
        and not (getattr(one, name) in blank and getattr(other, name) in blank)
    } | {dimension.value for dimension in Dimension if one.scores.get(dimension) != other.scores.get(dimension)}

    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", '{"inputs": {}, "run": ""}', '{"inputs": 1, "run": 2}'])
def test_a_text_that_no_page_carries_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Seen.from_text(text)


def test_an_investment_and_a_donation_differ_in_what_their_sentences_say():
    found = differences(
        stored(SortingBasis(INVESTMENT, CALL, FUND)), stored(SortingBasis(DONATION, CALL, FUND)), SCALE_2026
    )

    assert [one.key for one in found][:2] == ["target_group", "theory_of_change"]
    assert {"innovative", "needs_fund", "amount", "participants"} < {one.key for one in found}
