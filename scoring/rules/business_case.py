"""What does an intervention cost and save, for whom, when is it earned back, and how sure is that?

Everything is exact: decimals are taken as written, and no figure is rounded before it is shown. Flows fall at the end
of a year, and year 0 is not discounted. Sources: contract 5, domain.md B3-B5.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import Final

from scoring.rules.discounting import RATES_2021, RateTable, discount_factors

LAST_YEAR: Final = 100
"""The last year in which a cost, an intake or the beginning of a saving may fall."""
MOST_SAVING_YEARS: Final = 60
SENSITIVITY_STEP: Final = Fraction(1, 5)
SCENARIO_STEP: Final = Fraction(1, 10)


class CostKind(StrEnum):
    """What a cost is for; `ADMINISTRATION` is what the arrangement itself costs (domain.md GATE9)."""

    SETUP = "setup"
    DELIVERY = "delivery"
    EVALUATION = "evaluation"
    ADMINISTRATION = "administration"


class Sector(StrEnum):
    """Whose money is saved."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    STATE = "state"


class ScenarioName(StrEnum):
    """How well it goes: every success share ten percentage points lower, as expected, or ten higher."""

    PESSIMISTIC = "pessimistic"
    EXPECTED = "expected"
    OPTIMISTIC = "optimistic"


class Driver(StrEnum):
    """What is moved alone to see how much the answer rests on it."""

    SUCCESS_SHARE = "success_share"
    DEADWEIGHT = "deadweight"
    VALUE = "value"
    PARTICIPANTS = "participants"
    COST = "cost"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Intake:
    """Those who begin in a year."""

    year: int
    participants: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Kroner paid in a year."""

    year: int
    amount: Fraction
    kind: CostKind


@dataclass(frozen=True, slots=True)
class Saving:
    """Kroner saved a year for each net success: from `starts_after` years after the intake and for `years` years.

    Each year `drop_off` (0-1) of what was left falls away.
    """

    payer: str
    sector: Sector
    per_success: Fraction
    starts_after: int
    years: int
    drop_off: Fraction

    def pattern(self) -> Iterator[tuple[int, Fraction]]:
        """Years after the intake, and the kroner that one net success saves in each."""
        amount = self.per_success
        for year in range(self.starts_after, self.starts_after + self.years):
            yield year, amount
            amount *= 1 - self.drop_off


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal with the share (0-1) that reaches it, and the share that would have reached it anyway."""

    name: str
    success_share: Fraction
    deadweight: Fraction
    savings: tuple[Saving, ...]


@dataclass(frozen=True, slots=True)
class BusinessCase:
    """Who begins when, what it costs, and what comes of it; none of the three is empty."""

    intakes: tuple[Intake, ...]
    costs: tuple[Cost, ...]
    goals: tuple[Goal, ...]

    @property
    def participants(self) -> int:
        """All who begin, in all years."""
        return sum(intake.participants for intake in self.intakes)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One outcome: kroner today, the year in which it is earned back, and how much of the effect must come true."""

    name: ScenarioName
    npv: Fraction
    payback_year: int | None
    break_even_multiplier: Fraction | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The net present value with one driver a fifth lower and a fifth higher.

    For `DELAY`, `low` is every saving a year later and `high` the expected case.
    """

    driver: Driver
    low: Fraction
    high: Fraction

    @property
    def span(self) -> Fraction:
        """How far apart the two are."""
        return abs(self.high - self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCaseResult:
    """The answer in kroner; lists by year begin in year 0 and end in the last year with a flow.

    `break_even_multiplier` is the share of the expected net effect that pays for the costs, None without savings;
    `break_even_success_share` stands only where there is one goal.
    """

    cost: Fraction
    saving: Fraction
    pv_cost: Fraction
    pv_saving: Fraction
    payback_year: int | None
    break_even_multiplier: Fraction | None
    break_even_success_share: Fraction | None
    by_sector: Mapping[Sector, Fraction]
    by_payer: Mapping[str, Fraction]
    by_kind: Mapping[CostKind, Fraction]
    cost_by_year: tuple[Fraction, ...]
    saving_by_year: tuple[Fraction, ...]
    scenarios: tuple[Scenario, ...]
    sensitivity: tuple[Sensitivity, ...]

    @property
    def npv(self) -> Fraction:
        """Net present value."""
        return self.pv_saving - self.pv_cost

    @property
    def net(self) -> Fraction:
        """What is left when nothing is discounted."""
        return self.saving - self.cost

    @property
    def cumulative(self) -> tuple[Fraction, ...]:
        """Undiscounted running total of savings less costs."""
        return _running_total(self.saving_by_year, self.cost_by_year)

    @property
    def transaction_share(self) -> Fraction | None:
        """The share (0-1) of the cost that is administration; None without a cost (domain.md GATE9)."""
        return self.by_kind[CostKind.ADMINISTRATION] / self.cost if self.cost else None

    @property
    def outside_share(self) -> Fraction | None:
        """The share (0-1) of the saving that others than the municipality have; None without a saving."""
        return 1 - self.by_sector[Sector.MUNICIPALITY] / self.saving if self.saving else None


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a goal would save if every participant were a net success: by year, and today's worth on time and late."""

    by_year: tuple[Fraction, ...]
    present_value: Fraction
    present_value_late: Fraction


def calculate(case: BusinessCase, rates: RateTable = RATES_2021) -> BusinessCaseResult:
    """The whole answer, scenarios and sensitivity included (contract 5)."""
    last_year = _last_year(case)
    # One year more, since a delay moves the last saving a year.
    factors = discount_factors(rates, last_year + 1)
    costs = _by_year(((cost.year, cost.amount) for cost in case.costs), last_year)
    units = tuple(_unit(goal, case.intakes, factors, last_year) for goal in case.goals)
    pv_cost = _present_value(costs, factors)
    shares = tuple(net_share(goal.success_share, goal.deadweight) for goal in case.goals)
    savings = _savings(units, shares, last_year)
    pv_saving = _worth(units, shares)
    return BusinessCaseResult(
        cost=sum(costs, Fraction(0)),
        saving=sum(savings, Fraction(0)),
        pv_cost=pv_cost,
        pv_saving=pv_saving,
        payback_year=_payback_year(savings, costs),
        break_even_multiplier=pv_cost / pv_saving if pv_saving else None,
        break_even_success_share=_break_even_success_share(case.goals, units, pv_cost),
        by_sector=_by_sector(case, shares),
        by_payer=_by_payer(case, shares),
        by_kind={
            kind: sum((cost.amount for cost in case.costs if cost.kind is kind), Fraction(0)) for kind in CostKind
        },
        cost_by_year=costs,
        saving_by_year=savings,
        scenarios=tuple(_scenarios(case.goals, units, costs, pv_cost)),
        sensitivity=tuple(_sensitivity(case.goals, units, pv_cost, pv_saving)),
    )


def net_share(success_share: Fraction, deadweight: Fraction) -> Fraction:
    """The share that succeeds because of the intervention, never below 0 (domain.md B4)."""
    return max(Fraction(0), success_share - deadweight)


def _last_year(case: BusinessCase) -> int:
    last_intake = max(intake.year for intake in case.intakes)
    last_saving = max(saving.starts_after + saving.years - 1 for goal in case.goals for saving in goal.savings)
    return max(last_intake + last_saving, max(cost.year for cost in case.costs))


def _by_year(flows: Iterable[tuple[int, Fraction]], last_year: int) -> tuple[Fraction, ...]:
    found = [Fraction(0)] * (last_year + 1)
    for year, amount in flows:
        found[year] += amount
    return tuple(found)


def _unit(goal: Goal, intakes: Sequence[Intake], factors: Sequence[Fraction], last_year: int) -> _Unit:
    pattern, beginners = defaultdict[int, Fraction](Fraction), defaultdict[int, int](int)
    for saving in goal.savings:
        for after, amount in saving.pattern():
            pattern[after] += amount
    for intake in intakes:
        beginners[intake.year] += intake.participants
    flows = ((year + after, people * amount) for year, people in beginners.items() for after, amount in pattern.items())
    by_year = _by_year(flows, last_year)
    return _Unit(by_year, _present_value(by_year, factors), _present_value(by_year, factors[1:]))


def _present_value(by_year: Sequence[Fraction], factors: Sequence[Fraction]) -> Fraction:
    return sum((amount * factor for amount, factor in zip(by_year, factors, strict=False) if amount), start=Fraction(0))


def _savings(units: Sequence[_Unit], shares: Sequence[Fraction], last_year: int) -> tuple[Fraction, ...]:
    return tuple(
        sum((share * unit.by_year[year] for unit, share in zip(units, shares, strict=True)), start=Fraction(0))
        for year in range(last_year + 1)
    )


def _worth(units: Sequence[_Unit], shares: Sequence[Fraction]) -> Fraction:
    return sum((share * unit.present_value for unit, share in zip(units, shares, strict=True)), start=Fraction(0))


def _running_total(savings: Sequence[Fraction], costs: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(accumulate(saving - cost for saving, cost in zip(savings, costs, strict=True)))


def _payback_year(savings: Sequence[Fraction], costs: Sequence[Fraction]) -> int | None:
    """The first year, not before the first saving, in which the undiscounted running total is at least 0."""
    first = next((year for year, saving in enumerate(savings) if saving > 0), None)
    if first is None:
        return None
    totals = _running_total(savings, costs)
    return next((year for year in range(first, len(totals)) if totals[year] >= 0), None)


def _break_even_success_share(goals: Sequence[Goal], units: Sequence[_Unit], pv_cost: Fraction) -> Fraction | None:
    if len(goals) > 1 or not units[0].present_value:
        return None
    return goals[0].deadweight + pv_cost / units[0].present_value


def _saved(case: BusinessCase, shares: Sequence[Fraction]) -> Iterator[tuple[Saving, Fraction]]:
    """Every saving with what it comes to in all years, undiscounted."""
    for goal, share in zip(case.goals, shares, strict=True):
        for saving in goal.savings:
            once = sum((amount for _, amount in saving.pattern()), start=Fraction(0))
            yield saving, share * case.participants * once


def _by_sector(case: BusinessCase, shares: Sequence[Fraction]) -> dict[Sector, Fraction]:
    found = dict.fromkeys(Sector, Fraction(0))
    for saving, amount in _saved(case, shares):
        found[saving.sector] += amount
    return found


def _by_payer(case: BusinessCase, shares: Sequence[Fraction]) -> dict[str, Fraction]:
    found = defaultdict[str, Fraction](Fraction)
    for saving, amount in _saved(case, shares):
        found[saving.payer] += amount
    return dict(found)


def _by_kind(costs: Sequence[Cost]) -> dict[CostKind, Fraction]:
    found = dict.fromkeys(CostKind, Fraction(0))
    for cost in costs:
        found[cost.kind] += cost.amount
    return found


def _scenarios(
    goals: Sequence[Goal], units: Sequence[_Unit], costs: Sequence[Fraction], pv_cost: Fraction
) -> Iterator[Scenario]:
    moves = zip(ScenarioName, (-SCENARIO_STEP, Fraction(0), SCENARIO_STEP), strict=True)
    for name, move in moves:
        shares = [net_share(_within_0_1(goal.success_share + move), goal.deadweight) for goal in goals]
        worth = _worth(units, shares)
        payback = _payback_year(_savings(units, shares, len(costs) - 1), costs)
        yield Scenario(name, worth - pv_cost, payback, pv_cost / worth if worth else None)


def _sensitivity(
    goals: Sequence[Goal], units: Sequence[_Unit], pv_cost: Fraction, pv_saving: Fraction
) -> Iterator[Sensitivity]:
    less, more = 1 - SENSITIVITY_STEP, 1 + SENSITIVITY_STEP
    expected = pv_saving - pv_cost

    def with_success(factor: Fraction) -> Fraction:
        return _worth(units, [net_share(_within_0_1(goal.success_share * factor), goal.deadweight) for goal in goals])

    def with_deadweight(factor: Fraction) -> Fraction:
        return _worth(units, [net_share(goal.success_share, _within_0_1(goal.deadweight * factor)) for goal in goals])

    yield Sensitivity(Driver.SUCCESS_SHARE, with_success(less) - pv_cost, with_success(more) - pv_cost)
    yield Sensitivity(Driver.DEADWEIGHT, with_deadweight(less) - pv_cost, with_deadweight(more) - pv_cost)
    # A fifth more of the value and a fifth more participants both save a fifth more; they are two questions.
    for driver in (Driver.VALUE, Driver.PARTICIPANTS):
        yield Sensitivity(driver, pv_saving * less - pv_cost, pv_saving * more - pv_cost)
    yield Sensitivity(Driver.COST, pv_saving - pv_cost * less, pv_saving - pv_cost * more)
    shares = [net_share(goal.success_share, goal.deadweight) for goal in goals]
    late = sum((share * unit.present_value_late for share, unit in zip(shares, units, strict=True)), start=Fraction(0))
    yield Sensitivity(Driver.DELAY, late - pv_cost, expected)


def _within_0_1(share: Fraction) -> Fraction:
    return min(Fraction(1), max(Fraction(0), share))
