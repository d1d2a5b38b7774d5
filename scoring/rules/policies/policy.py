"""What does a policy lay down?"""

from dataclasses import dataclass
from fractions import Fraction

from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.maturity import LevelBounds


@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest score that a dimension needs."""

    dimension: Dimension
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every number that a sorting rests on. Once published it never changes: new numbers are a new policy.

    `investment_floors` holds the five floors of GATE2 and its "no dimension below 1" for the other three.
    Amounts are whole kroner.
    """

    id: str
    scale: Scale
    level_bounds: LevelBounds
    investment_floors: tuple[Floor, ...]
    investment_maturity: Fraction
    investment_participants: int
    own_drift_payback_months: int
    donation_cap: int
    donation_floors: tuple[Floor, ...]
    dialogue_maturity: Fraction
