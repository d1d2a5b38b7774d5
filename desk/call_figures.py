"""Which few figures say how far a call has come?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from intake.queries.lists import StateSum
from intake.rules.lifecycle import LETTERS, State


def _states(letters: str) -> frozenset[State]:
    return frozenset(LETTERS[letter] for letter in letters)


GROUPS: Final[dict[str, frozenset[State]]] = {
    "received": _states("bcdefghijklmnopqrs"),
    "eligible": _states("efghijklmnopq"),
    "with-departments": _states("e"),
    "sorted": _states("ghijklmnopq"),
}
"""What a list can be narrowed down to, beside a single state; the name stands in the address."""

STILL_SOUGHT: Final = GROUPS["received"] - _states("rs")
"""Whose amounts are held against the frame of the call: neither withdrawn nor rejected on formalities."""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """How many proposals of each group there are, and what those seek that are STILL_SOUGHT."""

    counts: Mapping[str, int]
    sought_ore: int


def key_figures(sums: Mapping[State, StateSum]) -> KeyFigures:
    """The figures of what one person may see."""
    return KeyFigures(
        counts={name: sum(sums[state].count for state in states if state in sums) for name, states in GROUPS.items()},
        sought_ore=sum(sums[state].sought_ore for state in STILL_SOUGHT if state in sums),
    )
