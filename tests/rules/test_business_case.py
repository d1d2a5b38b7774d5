"""What does an intervention cost and save? The worked example, its edges, and what is true of every business case."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules.business_case import (
    BusinessCase,
    Cost,
    CostKind,
    Driver,
    Goal,
    Intake,
    Saving,
    ScenarioName,
    Sector,
    calculate,
)
from scoring.rules.discounting import RATES_2021, RATES_UNTIL_2021, discount_factors, rates_on

F = Fraction
SAVING = Saving("MSB", Sector.MUNICIPALITY, F(130_000), 2, 5, F("0.2"))
GOAL = Goal("Job i mindst seks måneder", F("0.35"), F("0.15"), (SAVING,))
WORKED = BusinessCase(
    intakes=(Intake(0, 60),),
    costs=(Cost(0, F(1_500_000), CostKind.DELIVERY), Cost(1, F(1_500_000), CostKind.DELIVERY)),
    goals=(GOAL,),
)
"""The worked example of domain.md B4; its numbers are invented."""


def ore(amount: Fraction) -> int:
    return int(amount * 100 + F(1, 2)) if amount >= 0 else -int(-amount * 100 + F(1, 2))


def with_goal(**changes: object) -> BusinessCase:
    return replace(WORKED, goals=(replace(GOAL, **changes),))


def with_saving(**changes: object) -> BusinessCase:
    return with_goal(savings=(replace(SAVING, **changes),))


def test_the_worked_example_comes_out_to_the_ore():
    answer = calculate(WORKED)

    assert (answer.cost, answer.saving, answer.net) == (3_000_000, 5_244_096, 2_244_096)
    assert [ore(value) for value in (answer.pv_cost, answer.pv_saving, answer.npv)] == [
        294_927_536,
        464_425_730,
        169_498_194,
    ]
    assert answer.cumulative == (-1_500_000, -3_000_000, -1_440_000, -192_000, 806_400, 1_605_120, 2_244_096)
    assert answer.payback_year == 4
    assert answer.break_even_success_share is not None
    assert round(answer.break_even_success_share, 4) == F("0.2770")
    assert answer.break_even_multiplier == answer.pv_cost / answer.pv_saving
    assert answer.by_payer == {"MSB": 5_244_096}
    assert answer.by_sector == {Sector.MUNICIPALITY: 5_244_096, Sector.REGION: 0, Sector.STATE: 0}
    assert (answer.transaction_share, answer.outside_share) == (0, 0)


def test_the_scenarios_move_the_success_share_ten_points():
    found = {one.name: (ore(one.npv), one.payback_year) for one in calculate(WORKED).scenarios}

    assert found == {
        ScenarioName.PESSIMISTIC: (-62_714_671, None),
        ScenarioName.EXPECTED: (169_498_194, 4),
        ScenarioName.OPTIMISTIC: (401_711_060, 3),
    }


def test_each_driver_is_the_case_with_that_one_thing_moved():
    """The shortcuts of the sensitivity give what calculating the changed case from the beginning gives."""
    low, high = F("0.8"), F("1.2")

    def npv(case: BusinessCase) -> Fraction:
        return calculate(case).npv

    def costs(factor: Fraction) -> BusinessCase:
        return replace(WORKED, costs=tuple(replace(cost, amount=cost.amount * factor) for cost in WORKED.costs))

    expected = {
        Driver.SUCCESS_SHARE: (npv(with_goal(success_share=F("0.28"))), npv(with_goal(success_share=F("0.42")))),
        Driver.DEADWEIGHT: (npv(with_goal(deadweight=F("0.12"))), npv(with_goal(deadweight=F("0.18")))),
        Driver.VALUE: (npv(with_saving(per_success=F(104_000))), npv(with_saving(per_success=F(156_000)))),
        Driver.PARTICIPANTS: tuple(npv(replace(WORKED, intakes=(Intake(0, people),))) for people in (48, 72)),
        Driver.COST: (npv(costs(low)), npv(costs(high))),
        Driver.DELAY: (npv(with_saving(starts_after=3)), npv(WORKED)),
    }
    assert {one.driver: (one.low, one.high) for one in calculate(WORKED).sensitivity} == expected
    assert ore(expected[Driver.VALUE][0]) == 76_613_048


def test_five_points_more_deadweight_and_a_shorter_effect_as_in_the_example():
    assert round(calculate(with_goal(deadweight=F("0.20"))).npv) == 533_918
    short = calculate(with_saving(years=3))
    assert (short.saving, round(short.npv)) == (3_806_400, 502_674)
    assert short.break_even_success_share is not None
    assert round(short.break_even_success_share, 4) == F("0.3209")


def test_an_exact_zero_is_earned_back():
    """Thirds and tenths do not end as floats; the running total of exactly 0 counts."""
    saving = replace(SAVING, per_success=F("0.1"), starts_after=0, years=3, drop_off=F(0))
    case = BusinessCase((Intake(0, 1),), (Cost(0, F("0.3"), CostKind.SETUP),), (Goal("x", F(1), F(0), (saving,)),))
    assert calculate(case).cumulative == (F("-0.2"), F("-0.1"), 0)
    assert calculate(case).payback_year == 2


@pytest.mark.parametrize("changes", [{"success_share": F("0.15")}, {"success_share": F("0.1")}], ids=["equal", "below"])
def test_without_a_net_effect_nothing_is_earned_back_but_the_break_even_stands(changes: dict[str, Fraction]):
    answer = calculate(with_goal(**changes))
    assert (answer.saving, answer.payback_year, answer.break_even_multiplier) == (0, None, None)
    assert answer.break_even_success_share is not None
    assert round(answer.break_even_success_share, 4) == F("0.2770")


def test_the_list_of_years_runs_to_the_last_flow_though_it_is_nothing():
    assert len(calculate(with_saving(per_success=F(0), years=60)).cumulative) == 62
    late_cost = replace(WORKED, costs=(*WORKED.costs, Cost(100, F(0), CostKind.EVALUATION)))
    assert len(calculate(late_cost).cumulative) == 101


def test_payback_does_not_come_before_the_first_saving():
    free = replace(WORKED, costs=(Cost(0, F(0), CostKind.SETUP),))
    assert calculate(free).payback_year == 2
    paid_late = replace(WORKED, costs=(Cost(50, F(1), CostKind.SETUP),))
    assert calculate(paid_late).payback_year == 2


def test_two_goals_have_no_common_break_even_share():
    assert calculate(replace(WORKED, goals=(GOAL, GOAL))).break_even_success_share is None


def test_a_share_never_leaves_its_bounds():
    sure = with_goal(success_share=F("0.95"), deadweight=F("0.9"))
    answer = calculate(sure)
    assert answer.scenarios[2].npv == calculate(with_goal(success_share=F(1), deadweight=F("0.9"))).npv
    assert answer.sensitivity[0].high == answer.scenarios[2].npv
    assert answer.sensitivity[1].high == -answer.pv_cost


def test_the_rates_are_those_of_the_day_and_fall_by_band():
    factors = discount_factors(RATES_2021, 71)
    published = {1: "0.966184", 5: "0.841973", 10: "0.708919", 35: "0.299977", 36: "0.292660", 70: "0.126402"}
    assert {year: f"{float(factors[year]):.6f}" for year in published} == published
    assert f"{float(factors[71]):.6f}" == "0.124534"
    assert rates_on(date(2021, 1, 7)) is RATES_2021
    assert rates_on(date(2021, 1, 6)) is RATES_UNTIL_2021
    assert calculate(WORKED, RATES_UNTIL_2021).pv_cost == 1_500_000 + F(1_500_000) / F("1.04")


SHARES = st.sampled_from([F(0), F("0.1"), F("0.15"), F("0.35"), F("0.9"), F(1)])
SAVINGS = st.builds(
    Saving,
    st.sampled_from(["MSB", "MBU", "Regionen"]),
    st.sampled_from(Sector),
    st.integers(0, 300_000).map(F),
    st.integers(0, 40),
    st.integers(1, 60),
    SHARES,
)
GOALS = st.builds(Goal, st.just("mål"), SHARES, SHARES, st.lists(SAVINGS, min_size=1, max_size=3).map(tuple))
CASES = st.builds(
    BusinessCase,
    st.lists(st.builds(Intake, st.integers(0, 5), st.integers(1, 400)), min_size=1, max_size=3).map(tuple),
    st.lists(
        st.builds(Cost, st.integers(0, 9), st.integers(0, 10**7).map(F), st.sampled_from(CostKind)),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.lists(GOALS, min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=150)
@given(CASES)
def test_whoever_saves_the_whole_is_the_same(case: BusinessCase):
    answer = calculate(case)
    assert sum(answer.by_sector.values()) == sum(answer.by_payer.values()) == answer.saving
    assert sum(answer.saving_by_year) == answer.saving
    assert sum(answer.by_kind.values()) == sum(answer.cost_by_year) == answer.cost
    assert answer.cumulative[-1] == answer.net
    assert answer.scenarios[1].npv == answer.npv
    assert set(answer.by_payer) == {saving.payer for goal in case.goals for saving in goal.savings}


@settings(max_examples=100)
@given(CASES, st.integers(2, 9))
def test_savings_are_linear_in_the_participants(case: BusinessCase, times: int):
    more = replace(case, intakes=tuple(replace(one, participants=one.participants * times) for one in case.intakes))
    once, often = calculate(case), calculate(more)
    assert (often.saving, often.pv_saving) == (once.saving * times, once.pv_saving * times)
    assert often.cost == once.cost


@settings(max_examples=100)
@given(CASES, st.sampled_from([F("0.01"), F("0.1"), F("0.5")]))
def test_more_success_is_never_worth_less(case: BusinessCase, step: Fraction):
    better = replace(
        case, goals=tuple(replace(goal, success_share=min(F(1), goal.success_share + step)) for goal in case.goals)
    )
    assert calculate(better).npv >= calculate(case).npv
    low, expected, high = (one.npv for one in calculate(case).scenarios)
    assert low <= expected <= high


@settings(max_examples=60)
@given(CASES)
def test_every_saving_falls_where_the_rule_says(case: BusinessCase):
    """The sum of the rule, written out flow by flow."""
    factors = discount_factors(RATES_2021, 200)
    total = -sum((factors[cost.year] * cost.amount for cost in case.costs), F(0))
    for goal in case.goals:
        for saving in goal.savings:
            for intake in case.intakes:
                for k in range(saving.years):
                    year = intake.year + saving.starts_after + k
                    net = intake.participants * max(F(0), goal.success_share - goal.deadweight)
                    total += factors[year] * net * saving.per_success * (1 - saving.drop_off) ** k
    assert calculate(case).npv == total
