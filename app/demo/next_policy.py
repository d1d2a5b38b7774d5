"""Which policies for coming years does the demo have: one that is adopted, and one that is still a draft?"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from foundation.clock import today
from foundation.identity.roles import Actor
from scoring.actions.policies import adopt_policy, draft_policy
from scoring.models import PolicyRow
from scoring.rules.policies import CURRENT_POLICY_ID, get_policy
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import PolicyNumbers, numbers_of


def add_next_policies(session: Session, *, drafter: Actor, adopter: Actor, at: datetime) -> None:
    """The adopted one holds from a day after the last that a call of the demo opens on, so that none must take it."""
    year = today(at).year
    numbers = numbers_of(get_policy(CURRENT_POLICY_ID))
    adopted = _draft(session, year + 2, replace(numbers, investment_participants=30), drafter, at=at)
    reason = "Erfaringen fra de første calls er, at færre end 30 borgere sjældent kan betale udgiften til ordningen."
    adopt_policy(session, adopted, reason=reason, version=adopted.version, actor=adopter, at=at + timedelta(hours=1))
    stricter = replace(numbers, dialogue_maturity=Decimal("2.25"))
    _draft(session, year + 1, stricter, drafter, at=at + timedelta(hours=2))


def _draft(session: Session, year: int, numbers: PolicyNumbers, drafter: Actor, *, at: datetime) -> PolicyRow:
    draft = PolicyDraft(f"Politik {year}", date(year, 1, 1), numbers)
    return draft_policy(session, draft, based_on=CURRENT_POLICY_ID, actor=drafter, at=at)
