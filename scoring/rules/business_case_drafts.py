"""Which figures of a business case are there, what is missing or out of bounds, and what can be calculated from it?

The same draft comes from the form, from a workbook, from what was stored and from the applicant's own answers, so that
each meets the same bounds. Sources: contract 5, domain.md B4 and MON13.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from foundation.money import KRONER_LIMIT, ORE_PER_KRONE, format_number
from scoring.rules.business_case import (
    LAST_YEAR,
    MOST_SAVING_YEARS,
    BusinessCase,
    Cost,
    CostKind,
    Goal,
    Intake,
    Saving,
    Sector,
)

Value = TypeVar("Value")

MOST_INTAKES: Final = 15
MOST_COSTS: Final = 40
MOST_GOALS: Final = 6
MOST_SAVINGS: Final = 24
MOST_PARTICIPANTS: Final = 1_000_000
EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2099


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeLine:
    """Those who begin in a year, counted from 0."""

    year: int | None = None
    participants: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What is paid in a year, counted from 0."""

    year: int | None = None
    kind: CostKind | None = None
    amount_ore: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """A goal; the shares are percentages from 0 to 100, exact as typed."""

    name: str = ""
    success_percent: Decimal | None = None
    deadweight_percent: Decimal | None = None
    deadweight_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingLine:
    """What one net success saves a payer each year; `goal` is the number of its goal, from 1."""

    goal: int | None = None
    payer: str = ""
    sector: Sector | None = None
    per_success_ore: int | None = None
    starts_after: int | None = None
    years: int | None = None
    drop_off_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCaseDraft:
    """A business case as it was filled in; None and "" for what nobody gave. `first_year` is the calendar year 0."""

    first_year: int | None = None
    intakes: tuple[IntakeLine, ...] = ()
    costs: tuple[CostLine, ...] = ()
    goals: tuple[GoalLine, ...] = ()
    savings: tuple[SavingLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseGap:
    """Something to mend: the part, the row's place from 0, the cell, a Danish sentence, and a word for a list."""

    part: str
    place: int
    cell: str
    text: str
    word: str


PART_WORDS: Final = {"intakes": "Indtag", "costs": "Udgift", "goals": "Mål", "savings": "Besparelse"}
"""What one row is called."""

_AMOUNT_LIMIT: Final = KRONER_LIMIT * ORE_PER_KRONE


def gaps_of_case(draft: BusinessCaseDraft) -> tuple[CaseGap, ...]:
    """All that keeps the draft from being calculated, in the order of the form."""
    return (
        *_gap_of_first_year(draft),
        *_empty_parts(draft),
        *(gap for place, line in enumerate(draft.intakes) for gap in _intake(place, line)),
        *(gap for place, line in enumerate(draft.costs) for gap in _cost(place, line)),
        *(gap for place, line in enumerate(draft.goals) for gap in _goal(place, line, draft.savings, len(draft.goals))),
        *(gap for place, line in enumerate(draft.savings) for gap in _saving(place, line, len(draft.goals))),
    )


def missing_in_words(gaps: Sequence[CaseGap]) -> tuple[str, ...]:
    """One line for each row that lacks something: "Besparelse 1: hvem der sparer, beløbet"."""
    rows = defaultdict[tuple[str, int], list[str]](list)
    for gap in gaps:
        rows[gap.part, gap.place].append(gap.word)
    return tuple(
        f"{PART_WORDS[part]} {place + 1}: {', '.join(words)}" if part else ", ".join(words)
        for (part, place), words in rows.items()
    )


def _gap_of_first_year(draft: BusinessCaseDraft) -> Iterator[CaseGap]:
    if draft.first_year is None:
        yield CaseGap("", 0, "first_year", "Skriv, hvilket kalenderår der er år 0.", "det første år")
    elif not EARLIEST_YEAR <= draft.first_year <= LATEST_YEAR:
        text = f"Skriv et årstal fra {EARLIEST_YEAR} til {LATEST_YEAR}."
        yield CaseGap("", 0, "first_year", text, "det første år")


_EMPTY: Final = (
    ("intakes", "participants", MOST_INTAKES, "Skriv, hvor mange der begynder, og hvornår.", "hvor mange der begynder"),
    ("costs", "amount", MOST_COSTS, "Skriv mindst én udgift.", "hvad det koster"),
    ("goals", "name", MOST_GOALS, "Skriv mindst ét mål.", "hvad målet er"),
    ("savings", "per_success", MOST_SAVINGS, "Skriv mindst én besparelse.", "hvad der spares"),
)


def _empty_parts(draft: BusinessCaseDraft) -> Iterator[CaseGap]:
    for part, cell, most, text, word in _EMPTY:
        lines = getattr(draft, part)
        if not lines:
            yield CaseGap(part, 0, cell, text, word)
        elif len(lines) > most:
            too_many = f"Der er plads til {most} rækker, og der er {format_number(len(lines))}."
            yield CaseGap(part, most, cell, too_many, "for mange rækker")


def _intake(place: int, line: IntakeLine) -> Iterator[CaseGap]:
    yield from _whole("intakes", place, "year", line.year, (0, LAST_YEAR), "året", "Skriv et år fra 0 til 100.")
    text = f"Skriv, hvor mange der begynder, fra 1 til {format_number(MOST_PARTICIPANTS)}."
    yield from _whole("intakes", place, "participants", line.participants, (1, MOST_PARTICIPANTS), "antallet", text)


def _cost(place: int, line: CostLine) -> Iterator[CaseGap]:
    yield from _whole("costs", place, "year", line.year, (0, LAST_YEAR), "året", "Skriv et år fra 0 til 100.")
    if line.kind is None:
        yield CaseGap("costs", place, "kind", "Vælg, hvilken slags udgift det er.", "slags")
    yield from _amount("costs", place, "amount", line.amount_ore)


def _goal(place: int, line: GoalLine, savings: Sequence[SavingLine], goals: int) -> Iterator[CaseGap]:
    if not line.name:
        yield CaseGap("goals", place, "name", "Skriv, hvad målet er.", "navnet")
    text = "Skriv, hvor mange procent der når målet, fra 0 til 100."
    yield from _percent("goals", place, "success", line.success_percent, "andelen, der når målet", text)
    text = "Skriv, hvor mange procent der ville nå målet alligevel, fra 0 til 100."
    yield from _percent("goals", place, "deadweight", line.deadweight_percent, "andelen, der når det alligevel", text)
    if line.deadweight_percent == 0 and not line.deadweight_reason:
        text = "Skriv, hvorfor ingen ville nå målet alligevel. Det er sjældent helt nul."
        yield CaseGap("goals", place, "deadweight_reason", text, "hvorfor ingen når det alligevel")
    if savings and all(goal_of(saving, goals) != place + 1 for saving in savings):
        yield CaseGap("goals", place, "name", "Målet har ingen besparelse. Skriv en, eller fjern målet.", "besparelsen")


def _saving(place: int, line: SavingLine, goals: int) -> Iterator[CaseGap]:
    if goals and goal_of(line, goals) not in range(1, goals + 1):
        yield CaseGap("savings", place, "goal", "Vælg, hvilket mål besparelsen hører til.", "målet")
    if not line.payer:
        yield CaseGap("savings", place, "payer", "Skriv, hvem der sparer pengene.", "hvem der sparer")
    if line.sector is None:
        yield CaseGap("savings", place, "sector", "Vælg, om det er kommunen, regionen eller staten.", "sektor")
    yield from _amount("savings", place, "per_success", line.per_success_ore)
    text = f"Skriv, hvor mange år der går, fra 0 til {LAST_YEAR}."
    yield from _whole("savings", place, "starts_after", line.starts_after, (0, LAST_YEAR), "hvornår den begynder", text)
    text = f"Skriv, hvor mange år besparelsen varer, fra 1 til {MOST_SAVING_YEARS}."
    yield from _whole("savings", place, "years", line.years, (1, MOST_SAVING_YEARS), "hvor længe den varer", text)
    text = "Skriv, hvor mange procent der falder fra hvert år, fra 0 til 100. Er det ingenting, så skriv 0."
    yield from _percent("savings", place, "drop_off", line.drop_off_percent, "frafaldet", text)


def _whole(
    part: str, place: int, cell: str, value: int | None, bounds: tuple[int, int], word: str, text: str
) -> Iterator[CaseGap]:
    if value is None or not bounds[0] <= value <= bounds[1]:
        yield CaseGap(part, place, cell, text, word)


def _percent(part: str, place: int, cell: str, value: Decimal | None, word: str, text: str) -> Iterator[CaseGap]:
    if value is None or not value.is_finite() or not 0 <= value <= 100:
        yield CaseGap(part, place, cell, text, word)


def _amount(part: str, place: int, cell: str, ore: int | None) -> Iterator[CaseGap]:
    if ore is None:
        yield CaseGap(part, place, cell, "Skriv beløbet i hele kroner. Er det ingenting, så skriv 0.", "beløbet")
    elif not 0 <= ore < _AMOUNT_LIMIT:
        text = f"Skriv et beløb fra 0 til under {format_number(KRONER_LIMIT)} kr."
        yield CaseGap(part, place, cell, text, "beløbet")


def goal_of(line: SavingLine, goals: int) -> int | None:
    """The number of the goal that a saving belongs to; with one goal it need not be said."""
    return 1 if line.goal is None and goals == 1 else line.goal


# ---- what can be calculated -----------------------------------------------------------------------------------------


def business_case_of(draft: BusinessCaseDraft) -> BusinessCase:
    """The case that `calculate` takes. Raises ValueError for a draft with gaps: nothing is filled in for anybody."""
    if gaps_of_case(draft):
        raise ValueError("a business case with gaps cannot be calculated")
    return BusinessCase(
        tuple(Intake(given(line.year), given(line.participants)) for line in draft.intakes),
        tuple(Cost(given(line.year), _kroner(line.amount_ore), given(line.kind)) for line in draft.costs),
        tuple(
            Goal(
                line.name,
                _share(line.success_percent),
                _share(line.deadweight_percent),
                tuple(_saving_of(one) for one in draft.savings if goal_of(one, len(draft.goals)) == number),
            )
            for number, line in enumerate(draft.goals, start=1)
        ),
    )


def _saving_of(line: SavingLine) -> Saving:
    return Saving(
        payer=line.payer,
        sector=given(line.sector),
        per_success=_kroner(line.per_success_ore),
        starts_after=given(line.starts_after),
        years=given(line.years),
        drop_off=_share(line.drop_off_percent),
    )


def given(value: Value | None) -> Value:
    """A value that the gaps have shown to be there."""
    if value is None:
        raise ValueError("a figure is missing")
    return value


def _kroner(ore: int | None) -> Fraction:
    return Fraction(given(ore), ORE_PER_KRONE)


def _share(percent: Decimal | None) -> Fraction:
    return Fraction(given(percent)) / 100
