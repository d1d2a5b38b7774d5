"""Are Danish working days counted as DL6 says?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.workdays import add_workdays, easter_sunday, holidays, is_workday, workdays_between

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "easter",
    [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(1954, 4, 18),
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2023, 4, 9),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2049, 4, 18),
        date(2076, 4, 19),
    ],
)
def test_easter_falls_where_the_almanac_has_it(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


def test_holidays_of_a_year_are_exactly_these() -> None:
    assert holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 4, 2),
        date(2026, 4, 3),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 5, 25),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 31),
    }


def test_prayer_day_was_a_holiday_up_to_2023() -> None:
    assert not is_workday(date(2023, 5, 5))
    assert is_workday(date(2024, 4, 26))
    assert len(holidays(2023)) - len(holidays(2024)) == 1


def test_constitution_day_is_closed_only_by_setting() -> None:
    friday = date(2026, 6, 5)
    assert is_workday(friday)
    assert not is_workday(friday, constitution_day_closed=True)
    assert add_workdays(date(2026, 6, 4), 1) == friday
    assert add_workdays(date(2026, 6, 4), 1, constitution_day_closed=True) == date(2026, 6, 8)
    assert workdays_between(date(2026, 6, 4), date(2026, 6, 8)) == 2
    assert workdays_between(date(2026, 6, 4), date(2026, 6, 8), constitution_day_closed=True) == 1


def test_weekend_is_off_and_other_days_are_not() -> None:
    week = [date(2026, 11, 16) + timedelta(days=days) for days in range(7)]
    assert [is_workday(on) for on in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        (date(2026, 4, 1), 1, date(2026, 4, 7)),
        (date(2026, 4, 7), -1, date(2026, 4, 1)),
        (date(2026, 12, 23), 3, date(2026, 12, 30)),
        (date(2026, 12, 30), 1, date(2027, 1, 4)),
        (date(2026, 5, 13), 1, date(2026, 5, 15)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 20), 20, date(2026, 12, 18)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
    ],
)
def test_working_days_are_added(on: date, days: int, expected: date) -> None:
    assert add_workdays(on, days) == expected


@given(DAYS, st.integers(-300, 300).filter(bool), st.booleans())
def test_adding_and_counting_agree(on: date, days: int, closed: bool) -> None:
    reached = add_workdays(on, days, constitution_day_closed=closed)
    assert is_workday(reached, constitution_day_closed=closed)
    assert workdays_between(on, reached, constitution_day_closed=closed) == days


@given(DAYS)
def test_nothing_lies_between_a_day_and_itself(on: date) -> None:
    assert workdays_between(on, on) == 0
