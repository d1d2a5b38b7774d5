"""Which figures of a business case does a reader meet, rounded once and in the order of the page?

Amounts are whole kroner in øre, rounded half away from zero here and nowhere before (domain.md MON15).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from foundation.money import ORE_PER_KRONE, format_number
from scoring.rules.business_case import (
    BusinessCaseResult,
    CostKind,
    Driver,
    ScenarioName,
    Sector,
    Sensitivity,
)
from scoring.rules.discounting import RateTable
from scoring.rules.transaction_share import TransactionWarning, transaction_warning

NEVER: Final = "Bliver ikke tjent ind"


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One outcome with its words."""

    name: ScenarioName
    npv_ore: int
    payback: str
    break_even: str


@dataclass(frozen=True, slots=True)
class DriverLine:
    """How far the net present value moves with one driver; `part` is the span against the widest, 0 to 100."""

    driver: Driver
    low_ore: int
    high_ore: int
    span_ore: int
    part: int


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year's flows, undiscounted, with the running total; `calendar_year` is None where year 0 is not known."""

    year: int
    calendar_year: int | None
    cost_ore: int
    saving_ore: int
    total_ore: int


@dataclass(frozen=True, slots=True)
class SavedLine:
    """What somebody saves, undiscounted, and their share of all savings in percent; None without a saving."""

    who: str
    amount_ore: int
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCaseSheet:
    """The whole answer of one case as a page or a paper shows it."""

    cost_ore: int
    saving_ore: int
    net_ore: int
    pv_cost_ore: int
    pv_saving_ore: int
    npv_ore: int
    payback: str
    break_even: str
    break_even_success: str
    sectors: tuple[tuple[Sector, SavedLine], ...]
    payers: tuple[SavedLine, ...]
    kinds: tuple[tuple[CostKind, int], ...]
    outside: str
    transaction: str
    warning: TransactionWarning
    scenarios: tuple[ScenarioLine, ...]
    sensitivity: tuple[DriverLine, ...]
    years: tuple[YearLine, ...]
    rates: RateTable


def sheet_of(result: BusinessCaseResult, rates: RateTable, *, first_year: int | None) -> BusinessCaseSheet:
    """Everything a reader must see of a result (domain.md B5)."""
    return BusinessCaseSheet(
        cost_ore=whole_kroner(result.cost),
        saving_ore=whole_kroner(result.saving),
        net_ore=whole_kroner(result.net),
        pv_cost_ore=whole_kroner(result.pv_cost),
        pv_saving_ore=whole_kroner(result.pv_saving),
        npv_ore=whole_kroner(result.npv),
        payback=payback_in_words(result.payback_year, first_year),
        break_even=break_even_in_words(result.break_even_multiplier),
        break_even_success=percent_in_words(result.break_even_success_share, 2),
        sectors=tuple((one, _saved(one.value, result.by_sector[one], result.saving)) for one in Sector),
        payers=tuple(_saved(payer, amount, result.saving) for payer, amount in _largest_first(result)),
        kinds=tuple((one, whole_kroner(result.by_kind[one])) for one in CostKind),
        outside=percent_in_words(result.outside_share),
        transaction=percent_in_words(result.transaction_share),
        warning=transaction_warning(result.transaction_share),
        scenarios=tuple(
            ScenarioLine(
                one.name,
                whole_kroner(one.npv),
                payback_in_words(one.payback_year, first_year),
                break_even_in_words(one.break_even_multiplier),
            )
            for one in result.scenarios
        ),
        sensitivity=_drivers(result.sensitivity),
        years=tuple(_years(result, first_year)),
        rates=rates,
    )


def whole_kroner(amount: Fraction) -> int:
    """Kroner rounded to whole ones, half away from zero, in øre."""
    rounded = int(abs(amount) + Fraction(1, 2)) * ORE_PER_KRONE
    return -rounded if amount < 0 else rounded


def payback_in_words(year: int | None, first_year: int | None) -> str:
    """When the money is earned back: "4 år efter start (2031)"."""
    if year is None:
        return NEVER
    calendar = "" if first_year is None else f" ({first_year + year})"
    return f"{'I det første år' if year == 0 else f'{year} år efter start'}{calendar}"


def break_even_in_words(multiplier: Fraction | None) -> str:
    """How much of the expected net effect pays for the costs; "" where nothing is saved."""
    return "" if multiplier is None else f"{format_number(multiplier * 100, 1)} % af den forventede effekt"


def percent_in_words(share: Fraction | None, places: int = 1) -> str:
    """A share (0-1) as "12,5 %"; "" for one that cannot be calculated."""
    return "" if share is None else f"{format_number(share * 100, places)} %"


def _saved(who: str, amount: Fraction, of: Fraction) -> SavedLine:
    return SavedLine(who, whole_kroner(amount), percent_in_words(amount / of if of else None))


def _largest_first(result: BusinessCaseResult) -> Iterable[tuple[str, Fraction]]:
    return sorted(result.by_payer.items(), key=lambda one: (-one[1], one[0]))


def _drivers(found: Sequence[Sensitivity]) -> tuple[DriverLine, ...]:
    """The driver that moves the answer most comes first."""
    widest = max((one.span for one in found), default=Fraction(0))
    return tuple(
        DriverLine(
            one.driver,
            whole_kroner(one.low),
            whole_kroner(one.high),
            whole_kroner(one.span),
            int(one.span / widest * 100 + Fraction(1, 2)) if widest else 0,
        )
        for one in sorted(found, key=lambda one: -one.span)
    )


def _years(result: BusinessCaseResult, first_year: int | None) -> Iterable[YearLine]:
    flows = zip(result.cost_by_year, result.saving_by_year, result.cumulative, strict=True)
    for year, (cost, saving, total) in enumerate(flows):
        calendar = None if first_year is None else first_year + year
        yield YearLine(year, calendar, whole_kroner(cost), whole_kroner(saving), whole_kroner(total))
