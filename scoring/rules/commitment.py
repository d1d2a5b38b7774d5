"""What does a department promise in full, and what does a promise lack?

Sources: domain.md GATE5, MON10 and MON11. Yes, no and partly are all documented: who does not pay, or not all of it,
says why.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from foundation.money import format_number
from intake.rules.proposal import Wish
from scoring.rules.figures import EXACT
from scoring.rules.gain_share import PROPOSED_GAIN_PERCENT, GainKind
from scoring.rules.goal_payers import PayerKind
from scoring.rules.payer import CanPay

MOST_AMOUNTS: Final = 30
MOST_CO_PAYERS: Final = 10
MOST_SHARES: Final = 40
MOST_PAYING_YEARS: Final = 20
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2099
PERCENT_PLACES: Final = 4
_WHOLE: Final = Decimal(100)
_LONGEST_LINE: Final = 200


@dataclass(frozen=True, slots=True)
class YearAmount:
    """What one budget pays in one year."""

    year: int
    budget_line: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class CoPayer:
    """Somebody besides the department who would pay, and whether they have said so themselves."""

    payer: PayerKind
    name: str
    amount_ore: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class PayerShare:
    """How many percent of a goal's payment one payer carries."""

    goal: str
    payer: PayerKind
    name: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Promise:
    """What a department promises in full; `reason` says why a no is a no and a part is a part."""

    reason: str = ""
    amounts: tuple[YearAmount, ...] = ()
    co_payers: tuple[CoPayer, ...] = ()
    shares: tuple[PayerShare, ...] = ()
    gain_kind: GainKind | None = None
    gain_percent: Decimal | None = None
    gain_reason: str = ""

    @property
    def total_ore(self) -> int:
        """What the department pays in all years together."""
        return sum(one.amount_ore for one in self.amounts)

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which the department pays, each once."""
        return tuple(sorted({one.year for one in self.amounts}))

    @property
    def span(self) -> str:
        """The first and the last year: "2027-2029", or one year alone."""
        years = self.years
        return "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"

    @property
    def by_year(self) -> tuple[tuple[int, int], ...]:
        """Year and øre of all budgets together, the first year first."""
        found: dict[int, int] = defaultdict(int)
        for one in self.amounts:
            found[one.year] += one.amount_ore
        return tuple(sorted(found.items()))

    @property
    def budget_lines(self) -> str:
        """Every budget that pays, each once; short enough for one line."""
        lines = list(dict.fromkeys(one.budget_line for one in self.amounts))
        named = "; ".join(lines)
        if len(named) <= _LONGEST_LINE:
            return named
        more = f" og {len(lines) - 1} mere" if len(lines) > 1 else ""
        return lines[0][: _LONGEST_LINE - len(more)] + more


@dataclass(frozen=True, slots=True)
class Gap:
    """What a promise lacks: the field, for rows the number of the row and the column, and a Danish text.

    A goal that nobody pays for has no row: `goal` names it.
    """

    field: str
    text: str
    row: int | None = None
    column: str = ""
    goal: str = ""


def shown_percent(percent: Decimal) -> str:
    """A percentage with every decimal that was typed and no zeros at the end: 99,999 is never shown as 100."""
    return format_number(percent, PERCENT_PLACES).rstrip("0").rstrip(",")


def is_commitment_asked(wish: Wish | None) -> bool:
    """Is the full promise asked for? A donation has no payer; anything else may become an investment."""
    return wish is not Wish.DONATION


def kept(draft: Promise, can_pay: CanPay, *, leads: bool) -> Promise:
    """The promise without what its own answers make untrue: a no promises nothing, and the lead alone splits goals."""
    if can_pay is CanPay.NO:
        return Promise(reason=draft.reason, co_payers=draft.co_payers)
    agreed = draft.gain_kind is not None and draft.gain_percent == PROPOSED_GAIN_PERCENT[draft.gain_kind]
    return replace(
        draft,
        reason="" if can_pay is CanPay.YES else draft.reason,
        shares=draft.shares if leads else (),
        gain_reason="" if agreed else draft.gain_reason,
    )


def gaps_of_commitment(draft: Promise, can_pay: CanPay, goals: Sequence[str], *, leads: bool) -> Iterator[Gap]:
    """All that is missing or does not add up; `goals` are those of the proposal, split by the lead alone."""
    if can_pay is not CanPay.YES and not draft.reason:
        yield Gap("reason", _WHY[can_pay])
    yield from _gaps_of_co_payers(draft.co_payers)
    if can_pay is CanPay.NO:
        return
    yield from _gaps_of_amounts(draft)
    if leads:
        yield from _gaps_of_shares(draft.shares, goals)
    yield from _gaps_of_gain(draft)


_WHY: Final = {
    CanPay.NO: "Skriv, hvorfor der ikke er et budget, der kan og vil betale.",
    CanPay.PARTLY: "Skriv, hvad der mangler, før budgettet kan og vil betale det hele.",
}


def _gaps_of_co_payers(co_payers: Sequence[CoPayer]) -> Iterator[Gap]:
    for number, one in enumerate(co_payers):
        if one.payer is PayerKind.DEPARTMENT:
            yield Gap("co_payers", "Skriv forvaltningens egne penge i rækkerne ovenfor.", number, "payer")
        if one.payer is PayerKind.OTHER and not one.name:
            yield Gap("co_payers", "Skriv, hvem der betaler.", number, "name")


def _gaps_of_amounts(draft: Promise) -> Iterator[Gap]:
    if not draft.amounts:
        yield Gap("amounts", "Skriv mindst ét år med budget og beløb.")
    if len(draft.years) > MOST_PAYING_YEARS:
        yield Gap("amounts", f"Der er plads til {MOST_PAYING_YEARS} forskellige år.", len(draft.amounts) - 1, "year")
    seen = Counter[tuple[int, str]]()
    for number, one in enumerate(draft.amounts):
        key = (one.year, one.budget_line.casefold())
        seen[key] += 1
        if seen[key] == 2:
            yield Gap(
                "amounts", f"{one.year} står to gange med samme budget. Læg de to beløb sammen.", number, "budget_line"
            )


def _gaps_of_shares(shares: Sequence[PayerShare], goals: Sequence[str]) -> Iterator[Gap]:
    last: dict[str, int] = {}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for number, one in enumerate(shares):
        last[one.goal], sums[one.goal] = number, EXACT.add(sums[one.goal], one.percent)
        if one.payer is PayerKind.OTHER and not one.name:
            yield Gap("shares", "Skriv, hvem der betaler.", number, "name")
        if one.percent <= 0:
            yield Gap("shares", "Skriv mere end 0, eller fjern rækken.", number, "percent")
    for goal in dict.fromkeys(goals):
        if goal not in last:
            yield Gap("shares", f"Fordel 100 % på dem, der betaler for målet »{goal}«.", goal=goal)
        elif sums[goal] != _WHOLE:
            said = f"Andelene for målet »{goal}« er {shown_percent(sums[goal])} % tilsammen. De skal være 100 %."
            yield Gap("shares", said, last[goal], "percent")


def _gaps_of_gain(draft: Promise) -> Iterator[Gap]:
    if draft.gain_kind is None:
        yield Gap("gain_kind", "Vælg, hvordan gevinsten er.")
    if draft.gain_percent is None:
        yield Gap("gain_percent", "Skriv, hvor stor en del af gevinsten der går tilbage til fonden.")
    if draft.gain_kind is None or draft.gain_percent is None or draft.gain_reason:
        return
    proposed = PROPOSED_GAIN_PERCENT[draft.gain_kind]
    if draft.gain_percent != proposed:
        yield Gap(
            "gain_reason", f"Der foreslås {shown_percent(proposed)} %. Skriv, hvorfor det skal være en anden andel."
        )
