"""How mature is a proposal, as one exact number and as a level?"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from scoring.rules.dimensions import Dimension, Scale

Scores = Mapping[Dimension, int | None]
"""A score from 0 to 4 per dimension; None, like a missing key, is not assessed and never counts as 0."""


class Level(StrEnum):
    """The levels of domain.md MAT2; the values are printed (contract 4)."""

    IDEA = "idea"
    MATURING = "maturing"
    NEARLY_MATURE = "nearly_mature"
    MATURE = "mature"


LevelBounds = tuple[tuple[Level, Fraction], ...]
"""Each level with the lowest maturity that reaches it, from the lowest level to the highest."""


def unscored(scores: Scores, scale: Scale) -> tuple[Dimension, ...]:
    """The dimensions still without a score, in the order of the scale."""
    return tuple(criterion.dimension for criterion in scale.criteria if scores.get(criterion.dimension) is None)


def is_final(scores: Scores, scale: Scale) -> bool:
    """Whether every dimension is scored, so that the maturity is no longer provisional (MAT1)."""
    return not unscored(scores, scale)


def maturity_of(scores: Scores, scale: Scale) -> Fraction | None:
    """The weighted mean of the given scores (domain.md MAT1), exact; None when nothing is scored.

    It is provisional until `is_final`: the weights of what is missing are left out, not counted as zero.
    """
    points = weights = 0
    for criterion in scale.criteria:
        score = scores.get(criterion.dimension)
        if score is not None:
            points += criterion.weight * score
            weights += criterion.weight
    return Fraction(points, weights) if weights else None


def level_of(maturity: Fraction, bounds: LevelBounds) -> Level:
    """The highest level whose bound the unrounded maturity reaches (domain.md MAT2)."""
    return [level for level, least in bounds if maturity >= least][-1]


def maturity_e4(maturity: Fraction | None) -> int | None:
    """The maturity number times 10.000, rounded half up, so that a list can sort it; None when nothing is scored."""
    return None if maturity is None else int(maturity * 10_000 + Fraction(1, 2))
