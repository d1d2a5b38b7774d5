"""Are days of master data near, on both sides of today?"""

from datetime import date

import pytest

from intake.rules.master_data import fault_of_day


@pytest.mark.parametrize(
    ("on", "is_near"),
    [
        (date(2025, 2, 28), False),
        (date(2025, 3, 1), True),
        (date(2029, 3, 1), True),
        (date(2029, 3, 2), False),
        (date(1900, 1, 1), False),
    ],
)
def test_a_day_is_at_most_two_years_away(on: date, is_near: bool) -> None:
    said = fault_of_day(on, today=date(2027, 3, 1))
    assert said == (
        "" if is_near else "Vælg en dag fra 1. marts 2025 til 1. marts 2029. Årstallet kan være skrevet forkert."
    )


def test_a_leap_day_has_a_window_too() -> None:
    assert fault_of_day(date(2030, 2, 28), today=date(2028, 2, 29)) == ""
    assert "28. februar 2026 til 28. februar 2030" in fault_of_day(date(2030, 3, 1), today=date(2028, 2, 29))
