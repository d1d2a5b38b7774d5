"""From and to which days may a name, a coordinator or a default department hold?"""

from datetime import date, timedelta
from typing import Final

from foundation.formats import day

MOST_YEARS: Final = 2
"""How far back, or ahead, master data is written: a slip of the pen in the year is further off."""


def fault_of_day(on: date, *, today: date) -> str:
    """What is wrong with a first or last day of master data, in Danish; empty where nothing is."""
    first, last = _years_away(today, -MOST_YEARS), _years_away(today, MOST_YEARS)
    if first <= on <= last:
        return ""
    return f"Vælg en dag fra {day(first)} til {day(last)}. Årstallet kan være skrevet forkert."


def _years_away(on: date, years: int) -> date:
    """The same day of another year; the 28th where there is no 29 February."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)


def day_before(on: date) -> date:
    """The last day of what holds until something else does."""
    return on - timedelta(days=1)
