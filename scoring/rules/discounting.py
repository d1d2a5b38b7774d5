"""What is a krone of a later year worth today, by the rates that hold on a day?

The rate belongs to the view of society as a whole; a department's own budget is cash, and is shown beside it
undiscounted (domain.md B3).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True)
class RateBand:
    """The yearly rate of the years up to and with `last_year`; None for all that follow."""

    last_year: int | None
    rate: Fraction


@dataclass(frozen=True, slots=True)
class RateTable:
    """A published set of rates; None as `valid_from` for the oldest that is known. Once used it never changes."""

    id: str
    valid_from: date | None
    bands: tuple[RateBand, ...]
    source: str

    def rate(self, year: int) -> Fraction:
        """The rate of one year, counted from 1; the last band has no end."""
        return next(band.rate for band in self.bands if band.last_year is None or year <= band.last_year)


RATES_UNTIL_2021: Final = RateTable(
    "before_2021",
    None,
    (RateBand(35, Fraction(4, 100)), RateBand(70, Fraction(3, 100)), RateBand(None, Fraction(2, 100))),
    "Finansministeriets samfundsøkonomiske diskonteringsrente før 7. januar 2021",
)
RATES_2021: Final = RateTable(
    "2021",
    date(2021, 1, 7),
    (RateBand(35, Fraction(35, 1000)), RateBand(70, Fraction(25, 1000)), RateBand(None, Fraction(15, 1000))),
    "Finansministeriets samfundsøkonomiske diskonteringsrente fra 7. januar 2021",
)
RATE_TABLES: Final = (RATES_2021, RATES_UNTIL_2021)
"""Newest first."""


def rates_on(day: date) -> RateTable:
    """The table that holds on a day."""
    return next(table for table in RATE_TABLES if table.valid_from is None or table.valid_from <= day)


def get_rates(rates_id: str) -> RateTable:
    """The table with that id; raises KeyError."""
    return {table.id: table for table in RATE_TABLES}[rates_id]


@cache
def discount_factors(rates: RateTable, years: int) -> tuple[Fraction, ...]:
    """The factor of each year from 0 to `years`: 1 in year 0, then each year divided by 1 and its own rate.

    A year takes the rate of its own band, and the factor is the product of all the years before it (domain.md B4).
    """
    factors = [Fraction(1)]
    for year in range(1, years + 1):
        factors.append(factors[-1] / (1 + rates.rate(year)))
    return tuple(factors)
