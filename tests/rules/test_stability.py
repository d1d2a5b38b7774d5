"""Is a track called sure only when no small change gives another, and does every tip really tip?"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rules.track import Track
from scoring.rules.business_case import calculate
from scoring.rules.dimensions import Dimension
from scoring.rules.discounting import RATES_2021
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.maturity import Scores
from scoring.rules.resorting import SortingBasis
from scoring.rules.sorting import sort_proposal
from scoring.rules.stability import (
    CaseFigures,
    Stability,
    Verdict,
    Witnesses,
    plain_stability,
    read_stability,
    stability,
)
from scoring.rules.what_if import what_would_change
from tests.rules.policy_builders import CALL, DONATION, FUND, INVESTMENT, POLICY, scores, with_score
from tests.rules.test_business_case import GOAL, SAVING, WORKED
from tests.rules.test_policy_properties import CALLS, FUNDS, PROPOSALS, by_dimension, policy_settings

ALL_FOUR = scores(4, 4, 4, 4, 4, 4, 4, 4)
TWO_SHEETS = (("sekretariatet", ALL_FOUR), ("Børn og Unge", ALL_FOUR))
ALIKE = Witnesses(TWO_SHEETS, None)
EARNED_BACK_IN_YEAR_2 = replace(
    WORKED, goals=(replace(GOAL, savings=(replace(SAVING, per_success=Fraction(250_000), drop_off=Fraction(0)),)),)
)
"""Its running total is exactly 0 in year 2, and a year later with a success share a tenth lower."""


def how_sure(
    facts: ProposalFacts,
    witnesses: Witnesses = ALIKE,
    call: CallLimits = CALL,
    fund: FundFigures = FUND,
) -> Stability | None:
    changes = what_would_change(facts, call, fund, POLICY)
    return stability(SortingBasis(facts, call, fund), POLICY, changes, witnesses)


def told(found: Stability | None) -> list[str]:
    assert found is not None
    return [f"{tip.sentence}: {tip.track.value}".replace("\u00a0", " ") for tip in found.tips]


def small_changes(facts: ProposalFacts, witnesses: Witnesses) -> list[ProposalFacts]:
    """Every small change once more, made by hand and without the code under test."""
    moved = [
        with_score(facts, dimension, score + step)
        for dimension, score in facts.scores.items()
        if score is not None
        for step in (1, -1)
        if 0 <= score + step <= 4
    ]
    if len(witnesses.sheets) == 2:  # The other's sheet alone.
        (_, one), (_, other) = witnesses.sheets
        moved += [replace(facts, scores=dict(sheet)) for sheet in (one, other)]
    for factor in (Fraction(11, 10), Fraction(9, 10)):
        amount = facts.amount * factor
        moved.append(replace(facts, amount=max(1, int(amount) + (amount - int(amount) >= Fraction(1, 2)))))
        if witnesses.figures is not None:
            goal = witnesses.figures.case.goals[0]
            case = replace(
                witnesses.figures.case, goals=(replace(goal, success_share=min(1, goal.success_share * factor)),)
            )
            year = calculate(case).payback_year
            moved.append(replace(facts, payback_months=None if year is None else Decimal(12 * year)))
    return moved


SHEETS = st.lists(st.one_of(st.integers(0, 4), st.integers(2, 4)), min_size=8, max_size=8).map(by_dimension)
PAIRS = st.tuples(SHEETS, SHEETS).map(lambda pair: (("A", pair[0]), ("B", pair[1])))
FIGURES = st.sampled_from([None, CaseFigures(EARNED_BACK_IN_YEAR_2, RATES_2021)])


@settings(policy_settings)
@given(PROPOSALS, CALLS, FUNDS, PAIRS, FIGURES)
def test_a_tip_tips_and_a_sure_track_holds_under_every_small_change(
    facts: ProposalFacts,
    call: CallLimits,
    fund: FundFigures,
    sheets: tuple[tuple[str, Scores], tuple[str, Scores]],
    figures: CaseFigures | None,
) -> None:
    if figures is not None:
        facts = replace(facts, payback_months=Decimal(24), department_funds_itself=True)
    witnesses = Witnesses(sheets, figures)
    present = sort_proposal(facts, call, fund, POLICY).track
    found = how_sure(facts, witnesses, call, fund)
    if present is Track.UNDETERMINED:
        assert found is None
        return
    others = [sort_proposal(one, call, fund, POLICY).track for one in small_changes(facts, witnesses)]
    expected = sorted(track.value for track in others if track not in (present, Track.UNDETERMINED))

    assert found is not None
    assert sorted(tip.track.value for tip in found.tips) == expected
    assert found.verdict is (Verdict.ON_EDGE if expected else Verdict.SURE)
    assert read_stability(plain_stability(found)) == found


def test_an_investment_on_its_floors_says_which_scores_tip_it() -> None:
    found = how_sure(INVESTMENT)

    assert told(found) == [
        "Hvis Resultatmål og måling var 2 i stedet for 3: maturing_dialogue",
        "Hvis Økonomi var 2 i stedet for 3: maturing_dialogue",
        "Hvis Betaler og forankring var 2 i stedet for 3: maturing_dialogue",
        "Hvis beløbet var 10 % højere (3.300.000 kr.): maturing_dialogue",
    ]
    assert found is not None
    assert found.tipping_scores == ("result_goals", "economy", "payer")


def test_a_mature_investment_well_within_its_limits_is_sure() -> None:
    found = how_sure(replace(INVESTMENT, scores=ALL_FOUR, amount=2_000_000))

    assert found == Stability(
        Verdict.SURE, (), ("Det er ikke prøvet at ændre andelen, der lykkes: der er ikke valgt en business case.",)
    )


def test_of_two_assessors_the_other_one_alone_may_give_another_track() -> None:
    kinder = {**ALL_FOUR, Dimension.EVIDENCE: 1}
    sheets = (("sekretariatet", kinder), ("Børn og Unge", ALL_FOUR))
    found = how_sure(replace(INVESTMENT, scores=ALL_FOUR, amount=2_000_000), Witnesses(sheets, None))

    assert told(found) == ["Hvis vurderingen fra Børn og Unge ikke var med: maturing_dialogue"]


def test_of_three_assessors_the_lower_median_of_the_others_counts() -> None:
    low = {**ALL_FOUR, Dimension.ECONOMY: 2}
    middle = {**ALL_FOUR, Dimension.ECONOMY: 3}
    sheets = (("A", low), ("B", middle), ("C", middle))
    found = how_sure(replace(INVESTMENT, scores=middle, amount=2_000_000), Witnesses(sheets, None))

    assert [line for line in told(found) if "vurderingen" in line] == [
        "Hvis vurderingen fra B ikke var med: maturing_dialogue",
        "Hvis vurderingen fra C ikke var med: maturing_dialogue",
    ]


def test_a_sheet_that_lacks_a_dimension_is_no_other_track_and_is_said() -> None:
    sheets = (("A", {**ALL_FOUR, Dimension.NEED: None}), ("B", ALL_FOUR))
    found = how_sure(replace(INVESTMENT, scores=ALL_FOUR, amount=2_000_000), Witnesses(sheets, None))

    assert found is not None
    assert (found.verdict, found.untested[0]) == (
        Verdict.SURE,
        "Hvis vurderingen fra B ikke var med, kan reglerne ikke svare: ikke alle otte dimensioner har et niveau.",
    )


def test_the_amount_moves_by_a_tenth_rounded_half_up() -> None:
    found = how_sure(replace(DONATION, amount=90_915))

    assert [line for line in told(found) if "beløbet" in line] == [
        "Hvis beløbet var 10 % højere (100.007 kr.): maturing_dialogue"
    ]
    assert "beløbet" not in "".join(told(how_sure(replace(DONATION, amount=90_909))))


def test_the_success_share_moves_the_payback_of_the_chosen_business_case() -> None:
    facts = replace(
        INVESTMENT,
        scores=ALL_FOUR,
        amount=2_000_000,
        department_funds_itself=True,
        payback_months=Decimal(24),
    )
    chosen = Witnesses(TWO_SHEETS, CaseFigures(EARNED_BACK_IN_YEAR_2, RATES_2021))

    assert told(how_sure(facts, chosen)) == ["Hvis andelen, der lykkes, var 10 % lavere: social_investment"]
    other = how_sure(replace(facts, payback_months=Decimal(20)), chosen)
    assert other is not None
    assert (other.verdict, other.untested) == (
        Verdict.SURE,
        (
            "Det er ikke prøvet at ændre andelen, der lykkes: "
            "sagsgrundlaget har en anden tilbagebetaling end den valgte business case.",
        ),
    )


def test_a_success_share_goes_no_further_than_all() -> None:
    saving = replace(SAVING, per_success=Fraction(57_000), drop_off=Fraction(0))
    nearly_all = replace(WORKED, goals=(replace(GOAL, success_share=Fraction("0.95"), savings=(saving,)),))
    facts = replace(
        INVESTMENT, scores=ALL_FOUR, amount=2_000_000, department_funds_itself=True, payback_months=Decimal(36)
    )

    found = how_sure(facts, Witnesses(TWO_SHEETS, CaseFigures(nearly_all, RATES_2021)))

    assert found == Stability(Verdict.SURE, (), ())


def test_without_assessors_it_says_so_and_without_a_track_there_is_nothing_to_say() -> None:
    found = how_sure(INVESTMENT, Witnesses((), None))

    assert found is not None
    assert found.untested[0] == "Det er ikke prøvet at lade en vurderer ude: der er ikke to afsluttede vurderinger."
    assert how_sure(replace(INVESTMENT, hearing_open=True)) is None
