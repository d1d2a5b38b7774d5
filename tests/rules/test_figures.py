"""Are working days per step counted as people count them, and bars as long as their numbers?"""

from datetime import date
from fractions import Fraction

import pytest

from desk.figures import STEP_WORDS, WHOLE_WAY, Journey, Milestone, StepFigure, median, shares, step_figures

MONDAY, FRIDAY, NEXT_MONDAY = date(2027, 3, 1), date(2027, 3, 5), date(2027, 3, 8)
BEFORE_EASTER, AFTER_EASTER = date(2027, 3, 24), date(2027, 3, 30)
FIRST = STEP_WORDS[Milestone.RECEIVED, Milestone.CHECKED]


@pytest.mark.parametrize(
    ("days", "middle"), [([], None), ([4], 4), ([1, 9], 5), ([1, 2, 9], 2), ([1, 2, 3, 9], Fraction(5, 2))]
)
def test_median_is_the_one_in_the_middle(days: list[int], middle: int | Fraction | None) -> None:
    assert median(days) == middle


@pytest.mark.parametrize(
    ("numbers", "bars"), [([], []), ([0, 0], [0, 0]), ([5], [100]), ([1, 3], [33, 100]), ([1, 1000], [1, 100])]
)
def test_bars_are_parts_of_the_longest(numbers: list[int], bars: list[int]) -> None:
    assert shares(numbers) == bars


@pytest.mark.parametrize(
    ("journeys", "figure"),
    [
        ([], StepFigure(FIRST, 0, None, None)),
        ([{Milestone.RECEIVED: MONDAY}], StepFigure(FIRST, 0, None, None)),
        (
            [
                {Milestone.RECEIVED: MONDAY, Milestone.CHECKED: MONDAY},
                {Milestone.RECEIVED: FRIDAY, Milestone.CHECKED: NEXT_MONDAY},
                {Milestone.RECEIVED: BEFORE_EASTER, Milestone.CHECKED: AFTER_EASTER},
                {Milestone.RECEIVED: NEXT_MONDAY, Milestone.CHECKED: MONDAY},
            ],
            StepFigure(FIRST, 3, Fraction(1), 1, 100),
        ),
        (
            [
                {Milestone.RECEIVED: MONDAY, Milestone.CHECKED: FRIDAY},
                {Milestone.RECEIVED: MONDAY, Milestone.CHECKED: NEXT_MONDAY},
            ],
            StepFigure(FIRST, 2, Fraction(9, 2), 5, 100),
        ),
    ],
)
def test_a_step_counts_working_days_of_the_cases_that_took_it(journeys: list[Journey], figure: StepFigure) -> None:
    assert step_figures(journeys)[0] == figure


def test_the_whole_way_comes_last_and_bars_are_of_one_measure() -> None:
    journey = {
        Milestone.RECEIVED: MONDAY,
        Milestone.CHECKED: date(2027, 3, 2),
        Milestone.RELEASED: FRIDAY,
        Milestone.COUNCIL: NEXT_MONDAY,
    }
    found = {one.words: one for one in step_figures([journey])}

    assert list(found) == [*STEP_WORDS.values(), WHOLE_WAY]
    assert found[WHOLE_WAY] == StepFigure(WHOLE_WAY, 1, Fraction(5), 5, 100)
    assert found[FIRST].bar == 20
    assert found[STEP_WORDS[Milestone.RELEASED, Milestone.COUNCIL]].longest == 1
