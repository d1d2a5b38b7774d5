"""How does a ground write its figures, so that the sentence never contradicts the verdict?"""

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from foundation.money import NO_BREAK_SPACE, ORE_PER_KRONE, format_kroner, format_number

EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP)
"""Sums and products of decimals as written, with nothing rounded away."""

_BEYOND_WORDS: Final = 10**15
"""From here on a figure is no longer spelt out: a policy file may hold numbers of thousands of digits."""


def kroner(amount: int | Decimal, *, limit: int | None = None) -> str:
    """Kroner as "100.000 kr.". Øre are shown only where there are any, rounded, but never across `limit`."""
    if amount >= _BEYOND_WORDS:
        return f"over {format_kroner((_BEYOND_WORDS - 1) * ORE_PER_KRONE)}"
    return format_kroner(int(EXACT.multiply(_rounded(Decimal(amount), 2, limit), Decimal(ORE_PER_KRONE))))


def number(amount: int | Decimal, *, limit: int | None = None) -> str:
    """A number with at most two decimals, "24,5"; rounded, but never across `limit`."""
    if amount >= _BEYOND_WORDS:
        return f"over {format_number(_BEYOND_WORDS - 1)}"
    return format_number(_rounded(Decimal(amount), 2, limit))


def percent(share: Decimal) -> str:
    """A percentage as "33,3 %"; a share above nothing is never shown as 0."""
    shown = _rounded(share, 2, 0)
    return f"{format_number(shown)}{NO_BREAK_SPACE}%"


def maturity(value: Fraction, *, limit: Fraction | None = None) -> str:
    """A maturity with two decimals, "2,75"; below `limit` it is never rounded up to it."""
    shown = format_number(value, 2)
    if limit is not None and value < limit and shown == format_number(limit, 2):
        return format_number(Fraction(int(value * 100), 100), 2)
    return shown


def _rounded(value: Decimal, places: int, limit: int | None) -> Decimal:
    step = Decimal(1).scaleb(-places)
    shown = value.quantize(step, rounding=ROUND_HALF_UP, context=EXACT)
    if limit is not None and value > limit >= shown:
        return value.quantize(step, rounding=ROUND_CEILING, context=EXACT)
    if limit is not None and value < limit <= shown:
        return value.quantize(step, rounding=ROUND_FLOOR, context=EXACT)
    return shown
