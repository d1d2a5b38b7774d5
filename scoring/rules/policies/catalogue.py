"""From which day does a policy hold for new calls, and where is it between draft and withdrawn?"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from scoring.rules.policies import POLICIES
from scoring.rules.policies.policy import Policy

PUBLISHED_FROM: Final = {"2026": date(2026, 1, 1)}
"""The first day of each policy that is published with the program."""


class PolicyState(StrEnum):
    """Where a policy is; a withdrawn one that was adopted still holds for the calls that sort by it."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A policy with what people say of it. `based_on` is empty for one that is published with the program."""

    policy: Policy
    title: str
    valid_from: date
    state: PolicyState
    based_on: str = ""
    was_adopted: bool = True

    @property
    def id(self) -> str:
        return self.policy.id


def published_entries() -> tuple[CatalogueEntry, ...]:
    """The policies that are published with the program, in the order of their publication."""
    return tuple(
        CatalogueEntry(policy, f"Politik {policy.id}", PUBLISHED_FROM[policy.id], PolicyState.ADOPTED)
        for policy in POLICIES
    )
