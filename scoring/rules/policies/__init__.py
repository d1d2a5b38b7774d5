"""Which policies are published?"""

from typing import Final

from scoring.rules.dimensions import Scale
from scoring.rules.policies.policy import Floor, Policy
from scoring.rules.policies.policy_2026 import POLICY_2026

__all__ = ["CURRENT_POLICY_ID", "POLICIES", "Floor", "Policy", "UnknownPolicy", "get_policy", "get_scale"]

POLICIES: Final = (POLICY_2026,)
CURRENT_POLICY_ID: Final = POLICY_2026.id


class UnknownPolicy(ValueError):
    """No policy has that id. The text is Danish and names those that exist."""

    def __init__(self, policy_id: str) -> None:
        known = ", ".join(policy.id for policy in POLICIES)
        super().__init__(f"Politikken {policy_id!r} findes ikke. Vælg en af disse: {known}.")


def get_policy(policy_id: str) -> Policy:
    """The published policy with that id; raises UnknownPolicy."""
    for policy in POLICIES:
        if policy.id == policy_id:
            return policy
    raise UnknownPolicy(policy_id)


def get_scale(scale_id: str) -> Scale:
    """The published scale with that id; raises KeyError for one that no policy has ever used."""
    return {policy.scale.id: policy.scale for policy in POLICIES}[scale_id]
