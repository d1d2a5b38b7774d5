"""Is too much of the cost spent on the arrangement itself?

Shares above 15 % are shown in amber; above 25 % in red, and then the choice needs a reason (domain.md GATE9).
"""

from enum import StrEnum
from fractions import Fraction
from typing import Final

AMBER_ABOVE: Final = Fraction(15, 100)
RED_ABOVE: Final = Fraction(25, 100)


class TransactionWarning(StrEnum):
    """How much the share of administration should worry a reader."""

    NONE = "none"
    AMBER = "amber"
    RED = "red"


def transaction_warning(share: Fraction | None) -> TransactionWarning:
    """The warning of a share (0-1); an unknown one gives none."""
    if share is None or share <= AMBER_ABOVE:
        return TransactionWarning.NONE
    return TransactionWarning.RED if share > RED_ABOVE else TransactionWarning.AMBER
