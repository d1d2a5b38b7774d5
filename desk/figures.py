"""How many working days does each step of a call's cases take, and how long is a bar that shows a number?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from foundation.workdays import is_workday


class Milestone(StrEnum):
    """What a case passes on its way to the council, in this order."""

    RECEIVED = "received"
    CHECKED = "checked"
    ROUTED = "routed"
    ANSWERED = "answered"
    AGREED = "agreed"
    SORTED = "sorted"
    RELEASED = "released"
    COUNCIL = "council"


STEP_WORDS: Final = {
    (Milestone.RECEIVED, Milestone.CHECKED): "Fra modtaget til formalia er i orden",
    (Milestone.CHECKED, Milestone.ROUTED): "Til forvaltningerne er spurgt",
    (Milestone.ROUTED, Milestone.ANSWERED): "Til forvaltningerne har svaret",
    (Milestone.ANSWERED, Milestone.AGREED): "Til modenheden er vurderet",
    (Milestone.AGREED, Milestone.SORTED): "Til forslaget er sorteret",
    (Milestone.SORTED, Milestone.RELEASED): "Til indstillingen er klarmeldt",
    (Milestone.RELEASED, Milestone.COUNCIL): "Til rådsmødet",
}
WHOLE_WAY: Final = "Hele vejen, fra modtaget til rådsmødet"

Journey = Mapping[Milestone, date]
"""The days on which one case passed what it has passed so far."""


@dataclass(frozen=True, slots=True)
class StepFigure:
    """The working days that one step took in the cases that have taken it; `bar` is its median as a part of 100."""

    words: str
    cases: int
    median: Fraction | None
    longest: int | None
    bar: int = 0


def step_figures(journeys: Sequence[Journey]) -> tuple[StepFigure, ...]:
    """Each step in its order, the whole way last; a step that no case has taken is there without days."""
    count = _WorkdayCount(journeys)
    steps = [(words, first, second) for (first, second), words in STEP_WORDS.items()]
    steps.append((WHOLE_WAY, Milestone.RECEIVED, Milestone.COUNCIL))
    found = [_figure(words, [count.between(one, first, second) for one in journeys]) for words, first, second in steps]
    bars = shares([one.median or Fraction(0) for one in found])
    return tuple(
        StepFigure(one.words, one.cases, one.median, one.longest, bar) for one, bar in zip(found, bars, strict=True)
    )


def _figure(words: str, spans: Sequence[int | None]) -> StepFigure:
    days = sorted(one for one in spans if one is not None)
    return StepFigure(words, len(days), median(days), days[-1] if days else None)


def median(days: Sequence[int]) -> Fraction | None:
    """The middle of sorted numbers, or half of the two in the middle; None of nothing."""
    if not days:
        return None
    return Fraction(days[(len(days) - 1) // 2] + days[len(days) // 2], 2)


def shares(numbers: Sequence[int | Fraction]) -> list[int]:
    """How long the bar of each number is where the largest is 100; a number above 0 is never without a bar."""
    most = max(numbers, default=0)
    return [max(1, int(Fraction(one * 100) / most)) if one > 0 else 0 for one in numbers]


class _WorkdayCount:
    """Working days between any two days of some journeys, with each day of the calendar looked at once."""

    def __init__(self, journeys: Sequence[Journey]) -> None:
        days = [on for journey in journeys for on in journey.values()]
        self._counted: dict[date, int] = {}
        if days:
            on, last, counted = min(days), max(days), 0
            while on <= last:
                counted += is_workday(on)
                self._counted[on] = counted
                on += timedelta(days=1)

    def between(self, journey: Journey, first: Milestone, second: Milestone) -> int | None:
        """As `workdays_between`; None where the case has not passed both, or passed them the other way round."""
        start, end = journey.get(first), journey.get(second)
        if start is None or end is None or end < start:
            return None
        return self._counted[end] - self._counted[start]


ORDER: Final = tuple(Milestone)
if set(STEP_WORDS) != set(pairwise(ORDER)):
    raise ValueError("every step from one milestone to the next has its words")
