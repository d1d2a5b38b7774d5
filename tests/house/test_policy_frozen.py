"""Has a published policy or scale stayed exactly as it was published?

A memo of 2026 can be made again in 2031 only when nothing here moves. Do not mend this test: a new threshold
or a new wording is a new policy under a new id. Its line is added below; the others never change.
"""

import hashlib
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import pytest

from scoring.rules.policies import CURRENT_POLICY_ID, POLICIES, Policy, UnknownPolicy, get_policy

PUBLISHED = {"2026": "4c58df450a5907a46b7d9f00164a6fe36a656f49c0046f376796cd77fc1f381d"}


def fingerprint(policy: Policy) -> str:
    """A hash over every field, nested ones too: frozen dataclasses write all of themselves in their repr."""
    return hashlib.sha256(repr(policy).encode()).hexdigest()


def test_published_policies_are_unchanged():
    assert {policy.id: fingerprint(policy) for policy in POLICIES} == PUBLISHED


def test_the_fingerprint_sees_a_changed_threshold_and_a_changed_word():
    policy = get_policy("2026")
    first, *rest = policy.scale.criteria
    reworded = replace(policy.scale, criteria=(replace(first, levels=(*first.levels[:4], "Andet.")), *rest))

    changed = [replace(policy, investment_maturity=Fraction(5, 2)), replace(policy, scale=reworded)]

    assert len({fingerprint(version) for version in (policy, *changed)}) == 3


def test_a_policy_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        get_policy("2026").donation_cap = 1  # type: ignore[misc]


def test_the_current_policy_is_published_and_an_unknown_one_is_named():
    assert get_policy(CURRENT_POLICY_ID).id == "2026"
    with pytest.raises(UnknownPolicy, match=r"'2031' findes ikke\. Vælg en af disse: 2026\."):
        get_policy("2031")
