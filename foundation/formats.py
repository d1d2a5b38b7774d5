"""How are amounts, numbers, days and moments shown on a page?

The Jinja filters. Written with fixed Danish words, because a list page calls them hundreds of times.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from foundation.clock import COPENHAGEN, in_utc
from foundation.money import format_kroner, format_number

MONTHS: Final = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)

_ONE_MINUTE = timedelta(minutes=1)
_ONE_HOUR = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


def kroner(ore: int) -> str:
    """Øre as "100.000 kr."."""
    return format_kroner(ore)


def number(value: int | Fraction | Decimal) -> str:
    """A number as "1.234,5": at most two decimals, and only those that are needed."""
    return format_number(value)


def decimals(value: int | Fraction | Decimal, places: int) -> str:
    """A number with exactly `places` decimals, "2,75"."""
    return format_number(value, places)


def day(on: date) -> str:
    """A date as "1. marts 2025". A moment is refused, since its date depends on the time zone."""
    if isinstance(on, datetime):
        raise TypeError("day shows dates; show a moment with the filter moment")
    return f"{on.day}. {MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime) -> str:
    """An aware moment as Copenhagen time, "1. marts 2025 kl. 12.00"."""
    local = in_utc(at).astimezone(COPENHAGEN)
    return f"{day(local.date())} kl. {local.hour:02}.{local.minute:02}"


def time_left(until: datetime, now: datetime) -> str:
    """How long there is left, in its two largest units: "3 dage og 4 timer". "ingen tid" when it is over."""
    left = in_utc(until) - in_utc(now)
    if left <= timedelta(0):
        return "ingen tid"
    if left < _ONE_MINUTE:
        return "under et minut"
    days, rest = divmod(left, _ONE_DAY)
    hours, rest = divmod(rest, _ONE_HOUR)
    minutes = rest // _ONE_MINUTE
    larger = [(days, "dag", "dage"), (hours, "time", "timer"), (minutes, "minut", "minutter")]
    shown = larger[:2] if days else larger[1:]
    return " og ".join(_counted(count, one, many) for count, one, many in shown if count)


def file_size(size_bytes: int) -> str:
    """How large a file is: "340 kB", "1,2 MB"."""
    if size_bytes < 1024 * 1024:
        return f"{format_number(max(1, round(Fraction(size_bytes, 1024))))} kB"
    return f"{format_number(Fraction(round(Fraction(size_bytes * 10, 1024 * 1024)), 10))} MB"


def workdays_in_words(count: int) -> str:
    """A number of working days: "1 arbejdsdag", "5 arbejdsdage", "ingen arbejdsdage"."""
    if count == 0:
        return "ingen arbejdsdage"
    return _counted(count, "arbejdsdag", "arbejdsdage")


def _counted(count: int, one: str, many: str) -> str:
    return f"{format_number(count)} {one if count == 1 else many}"


FILTERS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "kroner": kroner,
        "number": number,
        "decimals": decimals,
        "day": day,
        "moment": moment,
        "time_left": time_left,
        "file_size": file_size,
        "workdays_in_words": workdays_in_words,
    }
)
"""What the Jinja environment takes: `environment.filters.update(FILTERS)`."""
