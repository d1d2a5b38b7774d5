"""Which days are Danish working days, and how are deadlines counted in them?

Source: domain.md DL6. Weekends and church holidays are off; Store Bededag was a holiday up to and
including 2023; 24-26 December, 31 December and 1 January are off for counting deadlines. Whether 5 June is a
closing day is each municipality's own setting, so every function takes `constitution_day_closed`.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

LAST_YEAR_WITH_PRAYER_DAY: Final = 2023

_ONE_DAY = timedelta(days=1)
_PRAYER_DAY_AFTER_EASTER = 26
_MOVABLE_DAYS_AFTER_EASTER = (-3, -2, 0, 1, 39, 49, 50)
"""Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday and Monday."""
_FIXED_DAYS = ((1, 1), (12, 24), (12, 25), (12, 26), (12, 31))


def easter_sunday(year: int) -> date:
    """Easter Sunday of a Gregorian year, by the anonymous (Meeus/Jones/Butcher) computus."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def holidays(year: int, *, constitution_day_closed: bool = False) -> frozenset[date]:
    """The days of a year that are off whatever the weekday."""
    easter = easter_sunday(year)
    after_easter = list(_MOVABLE_DAYS_AFTER_EASTER)
    if year <= LAST_YEAR_WITH_PRAYER_DAY:
        after_easter.append(_PRAYER_DAY_AFTER_EASTER)
    fixed = [*_FIXED_DAYS, (6, 5)] if constitution_day_closed else list(_FIXED_DAYS)
    movable_dates = [easter + timedelta(days=days) for days in after_easter]
    return frozenset([*movable_dates, *(date(year, month, day) for month, day in fixed)])


def is_workday(on: date, *, constitution_day_closed: bool = False) -> bool:
    """Whether offices work on that day."""
    if on.isoweekday() > 5:
        return False
    return on not in holidays(on.year, constitution_day_closed=constitution_day_closed)


def add_workdays(on: date, days: int, *, constitution_day_closed: bool = False) -> date:
    """The working day that comes `days` working days after `on`, or before it where `days` is negative.

    `on` itself is never counted. With 0 it is `on`, or the first working day after it.
    """
    step = _ONE_DAY if days >= 0 else -_ONE_DAY
    if days == 0:
        on, days = on - _ONE_DAY, 1
    left = abs(days)
    while left:
        on += step
        left -= is_workday(on, constitution_day_closed=constitution_day_closed)
    return on


def workdays_between(start: date, end: date, *, constitution_day_closed: bool = False) -> int:
    """How many working days to count from `start` to reach `end`: `start` is not counted, `end` is.

    Negative where `end` is before `start`. So `add_workdays(start, n)` is n working days away.
    """
    step = _ONE_DAY if end >= start else -_ONE_DAY
    counted, on = 0, start
    while on != end:
        on += step
        counted += is_workday(on, constitution_day_closed=constitution_day_closed)
    return counted if end >= start else -counted
