"""What can happen to a policy that is drafted in the browser?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("policy_drafted")
@dataclass(frozen=True, slots=True)
class PolicyDrafted(Event):
    """`slug` is the policy's id, `based_on` that of the one it begins from, `valid_from` the day as an ISO text."""

    slug: str
    title: str
    based_on: str
    valid_from: str


@event("policy_edited")
@dataclass(frozen=True, slots=True)
class PolicyEdited(Event):
    """`changed` are the keys of the numbers, or `title` and `valid_from`."""

    slug: str
    changed: tuple[str, ...]


@event("policy_adopted")
@dataclass(frozen=True, slots=True)
class PolicyAdopted(Event):
    """`valid_from` is the day as an ISO text."""

    slug: str
    title: str
    valid_from: str
    reason: str


@event("policy_withdrawn")
@dataclass(frozen=True, slots=True)
class PolicyWithdrawn(Event):
    """`was_adopted` says that new calls could sort by it until then."""

    slug: str
    title: str
    was_adopted: bool
    reason: str
