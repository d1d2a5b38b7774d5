"""Which sections of a proposal does an assessor read for each dimension?"""

from typing import Final

from scoring.rules.dimensions import Dimension

PASSAGES: Final[dict[Dimension, tuple[str, ...]]] = {
    Dimension.TARGET_GROUP: ("target_group", "intervention"),
    Dimension.NEED: ("idea",),
    Dimension.THEORY_OF_CHANGE: ("intervention",),
    Dimension.EVIDENCE: ("intervention",),
    Dimension.RESULT_GOALS: ("results",),
    Dimension.ECONOMY: ("money", "results"),
    Dimension.PAYER: ("results", "organisation"),
    Dimension.CAPACITY: ("organisation",),
}
"""Keys of sections, the weightiest first. A question set without one of them has its questions in the next."""


def passages_of(dimension: Dimension, sections: frozenset[str]) -> tuple[str, ...]:
    """The sections of a question set that a dimension rests on, in the order to read them."""
    return tuple(key for key in PASSAGES[dimension] if key in sections)
