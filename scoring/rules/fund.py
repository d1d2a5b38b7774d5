"""What does the office write of the fund's money on a day, and how much is held back for running costs?

Sources: domain.md GATE8, and the council's rules of 2020 on what secretariat and honoraria cost a year.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

SECRETARIAT_ORE: Final = 300_000_00
HONORARIA_ORE: Final = 150_000_00
"""What secretariat and members' honoraria cost in a year."""

MOST_YEARS_LEFT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFiguresDraft:
    """The fund's figures as they were filled in, in øre."""

    as_of: date
    capital_ore: int
    reserved_ore: int
    outcome_fund_balance_ore: int
    donation_pool_left_ore: int
    source: str

    @property
    def free_capital_ore(self) -> int:
        """What is left when running costs are held back; below nothing where more is held back than there is."""
        return self.capital_ore - self.reserved_ore


@dataclass(frozen=True, slots=True)
class RunningCosts:
    """What a number of years costs."""

    years: int
    total_ore: int


def running_costs() -> tuple[RunningCosts, ...]:
    """What is to be held back, by the years that the council still has."""
    yearly = SECRETARIAT_ORE + HONORARIA_ORE
    return tuple(RunningCosts(years, years * yearly) for years in range(1, MOST_YEARS_LEFT + 1))
