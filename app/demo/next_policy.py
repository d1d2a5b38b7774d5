"""Which policy for the coming year does the demo have: a draft that the secretariat can try and somebody else adopt."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from foundation.clock import today
from foundation.identity.roles import Actor
from scoring.actions.policies import draft_policy
from scoring.rules.policies import CURRENT_POLICY_ID, get_policy
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import numbers_of


def add_next_policy(session: Session, *, drafter: Actor, at: datetime) -> None:
    """A draft: an adopted one stays for ever, and calls of its days must take it."""
    year = today(at).year + 1
    numbers = numbers_of(get_policy(CURRENT_POLICY_ID))
    stricter = replace(numbers, investment_participants=30, dialogue_maturity=Decimal("2.25"))
    draft = PolicyDraft(f"Politik {year}", date(year, 1, 1), stricter)
    draft_policy(session, draft, based_on=CURRENT_POLICY_ID, actor=drafter, at=at)
