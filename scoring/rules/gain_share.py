"""Which share of a department's gain is proposed to go back to the fund (domain.md MON11)?"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final


class GainKind(StrEnum):
    """What a gain is like: vague and years away, or concrete and seen at once."""

    LONG_TERM = "long_term"
    IMMEDIATE = "immediate"


PROPOSED_GAIN_PERCENT: Final[Mapping[GainKind, Decimal]] = {
    GainKind.LONG_TERM: Decimal(25),
    GainKind.IMMEDIATE: Decimal(75),
}
"""What is proposed; another share from 0 to 100 is agreed on with a reason."""
