"""Who pays for each goal of a proposal, and has each payer confirmed it?

Source: domain.md GATE5: for every paying goal a payer with confirmed ability (department, outcome fund, other).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

WHOLE_PROPOSAL: Final = "Forslagets mål"
"""The one goal of a proposal whose goals are plain text."""


class PayerKind(StrEnum):
    """Who can pay for a goal."""

    DEPARTMENT = "department"
    OUTCOME_FUND = "outcome_fund"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class GoalPayer:
    """One goal with its payer; `confirmed` None is "ikke oplyst"."""

    goal: str
    payer: PayerKind | None = None
    name: str = ""
    confirmed: bool | None = None


def goals_of(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The goals of a proposal by their indicator, in order; plain text counts as one goal."""
    goals = answers.get("result_goals")
    if isinstance(goals, str):
        return (WHOLE_PROPOSAL,) if goals.strip() else ()
    return tuple(str(row.get("indicator") or "") for row in goals or ())


def paired(goals: Sequence[str], stored: object) -> tuple[GoalPayer, ...]:
    """The proposal's goals, each with the payer that was stored for it; a new goal has none yet.

    A goal is known again by its words, so that goals may change places.
    """
    left = [_read(entry) for entry in stored] if isinstance(stored, list) else []
    found = []
    for goal in goals:
        known = next((one for one in left if one.goal == goal), None)
        if known is not None:
            left.remove(known)
        found.append(known or GoalPayer(goal))
    return tuple(found)


def _read(entry: Mapping[str, Any]) -> GoalPayer:
    payer = entry["payer"]
    return GoalPayer(entry["goal"], PayerKind(payer) if payer else None, entry["name"], entry["confirmed"])


def as_stored(goals: Sequence[GoalPayer]) -> list[dict[str, Any]] | None:
    """The goals in the types that JSON holds; None where nobody has answered anything."""
    if not any(goal.payer or goal.name or goal.confirmed is not None for goal in goals):
        return None
    return [{**asdict(goal), "payer": goal.payer.value if goal.payer else None} for goal in goals]


def all_confirmed(goals: Sequence[GoalPayer]) -> bool | None:
    """The fact `payers_confirmed`: every goal, and at least one, has a payer who confirmed it."""
    answers = [goal.confirmed for goal in goals]
    if False in answers:
        return False
    return True if answers and None not in answers else None


def gaps_of_goals(goals: Sequence[GoalPayer]) -> Iterator[tuple[int, str, str]]:
    """Number of the goal, field and Danish text of all that a confirmed payer lacks."""
    for number, goal in enumerate(goals):
        if goal.confirmed and goal.payer is None:
            yield number, "payer", f"Vælg, hvem der betaler for målet »{goal.goal}«."
        if goal.confirmed and goal.payer in {PayerKind.DEPARTMENT, PayerKind.OTHER} and not goal.name:
            yield number, "name", f"Skriv, hvem der betaler for målet »{goal.goal}«."
