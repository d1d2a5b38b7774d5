"""Which proposal, call and fund do the tests of the policy start from?"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from scoring.rules.dimensions import Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.policies import get_policy
from scoring.rules.sorting import Sorting, sort_proposal

POLICY = get_policy("2026")
CALL = CallLimits(per_project_cap=3_000_000)
FUND = FundFigures(free_capital=21_000_000, outcome_fund_balance=1_000_000, donation_pool_left=200_000)


def scores(*values: int | None) -> dict[Dimension, int | None]:
    """Eight scores in the order of DIM1 to DIM8."""
    return dict(zip(Dimension, values, strict=True))


# An investment that meets every gate (SORT4).
INVESTMENT = ProposalFacts(
    eligible=True,
    stop=False,
    hearing_open=False,
    payback_months=None,
    department_funds_itself=False,
    scores=scores(3, 3, 3, 3, 3, 3, 3, 3),
    participants=60,
    small_group_reason=None,
    payers_confirmed=True,
    legal_checked=True,
    risk_assessed=True,
    outcome_fund_share=Decimal(0),
    amount=3_000_000,
    municipal=False,
    small_organisation=True,
    small_organisation_waiver=None,
    innovative=False,
    innovative_waiver=None,
    needs_fund=False,
    assessment_written=True,
    learning_purpose=False,
    lead_department_asked=True,
)
# A donation that meets every gate (SORT7), with a maturity of 17/12.
DONATION = replace(
    INVESTMENT,
    scores=scores(2, 3, 2, 1, 1, 1, 1, 2),
    participants=12,
    amount=85_000,
    innovative=True,
    needs_fund=True,
    learning_purpose=True,
)


def sort(facts: ProposalFacts, *, call: CallLimits = CALL, fund: FundFigures = FUND, **changes: Any) -> Sorting:
    """Sort the facts with some of them changed."""
    return sort_proposal(replace(facts, **changes), call, fund, POLICY)


def with_score(facts: ProposalFacts, dimension: Dimension, score: int | None) -> ProposalFacts:
    return replace(facts, scores={**facts.scores, dimension: score})
