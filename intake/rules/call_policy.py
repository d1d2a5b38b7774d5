"""Which policy does a call sort by, when it opens on a given day?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PolicyOffer:
    """A policy as those see it who write calls. `may_be_chosen` is false for one that was withdrawn."""

    id: str
    name: str
    valid_from: date
    may_be_chosen: bool = True


def policy_on(offers: Sequence[PolicyOffer], day: date) -> PolicyOffer | None:
    """The newest policy that holds on a day: what a call that opens then sorts by. None before the first of all."""
    holding = [offer for offer in offers if offer.may_be_chosen and offer.valid_from <= day]
    return max(holding, key=lambda offer: offer.valid_from, default=None)
