"""Which sorted proposals would change track under another policy, and why?

Each is sorted again from what its newest sorting rested on: the same facts, the same limits, other numbers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from intake.rules.track import Track
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.policies.policy import Policy
from scoring.rules.resorting import SortingBasis
from scoring.rules.sorting import sort_proposal


@dataclass(frozen=True, slots=True)
class SortedBefore:
    """A proposal as it was sorted: the rules' own track and what decided; `chosen` is the track it was given.

    `basis` is None where the sorting was kept before all that is asked today was asked.
    """

    reference: str
    title: str
    basis: SortingBasis | None
    track: Track
    deciding: str
    chosen: Track


@dataclass(frozen=True, slots=True)
class Moved:
    """A proposal that would change track: before and after, each with what decides, in Danish sentences."""

    before: SortedBefore
    track: Track
    deciding: str


@dataclass(frozen=True, slots=True)
class TrackCount:
    """How many proposals the rules put on a track, before and after."""

    track: Track
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PolicyTrial:
    """What a policy would have answered. `left_out` is the number of proposals without a whole basis."""

    moved: tuple[Moved, ...]
    counts: tuple[TrackCount, ...]
    tried: int
    left_out: int


def try_policy(proposals: Iterable[SortedBefore], policy: Policy) -> PolicyTrial:
    """Sort each proposal again by the policy; nothing of it is kept."""
    before, after, moved, left_out = Counter[Track](), Counter[Track](), list[Moved](), 0
    for proposal in proposals:
        if proposal.basis is None:
            left_out += 1
            continue
        basis = proposal.basis
        sorting = sort_proposal(basis.facts, basis.call, basis.fund, policy)
        before[proposal.track] += 1
        after[sorting.track] += 1
        if sorting.track is not proposal.track:
            moved.append(Moved(proposal, sorting.track, deciding_paragraph(sorting)))
    counts = tuple(TrackCount(track, before[track], after[track]) for track in Track if before[track] or after[track])
    return PolicyTrial(tuple(moved), counts, tried=before.total(), left_out=left_out)
