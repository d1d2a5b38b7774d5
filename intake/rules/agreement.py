"""How far apart are the assessors of a proposal: in points, and in one word?

Contract 8.8; features.md B14.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

FEWEST_SHEETS = 2
"""How many independent sheets an agreement needs at least (contract 8.5)."""


class Agreement(StrEnum):
    """The word for a spread: 0 points apart, 1 point, or more."""

    AGREED = "agreed"
    DIVIDED = "divided"
    DISAGREED = "disagreed"


def spread_of(scores: Iterable[int | None]) -> int:
    """The highest less the lowest score given; 0 where fewer than two are given."""
    given = [score for score in scores if score is not None]
    return max(given) - min(given) if given else 0


def agreement_of(spreads: Sequence[int]) -> Agreement:
    """One word for all dimensions: the widest spread decides."""
    widest = max(spreads, default=0)
    if widest == 0:
        return Agreement.AGREED
    return Agreement.DIVIDED if widest == 1 else Agreement.DISAGREED
