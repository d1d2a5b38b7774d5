"""Which facts does the sorting of one proposal rest on?"""

from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.maturity import Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """What is known about one proposal, with the names of the policy file (contract 4).

    `amount` is whole kroner, `outcome_fund_share` the percentage of it that the outcome fund would pay,
    `payback_months` None where no payback time is known. A waiver or reason that is None or blank is none.
    A yes-or-no fact that is None is "ikke oplyst": it never counts as met.
    """

    eligible: bool | None
    stop: bool | None
    hearing_open: bool | None
    payback_months: Decimal | None
    department_funds_itself: bool | None
    scores: Scores
    participants: int
    small_group_reason: str | None
    payers_confirmed: bool | None
    legal_checked: bool | None
    risk_assessed: bool | None
    outcome_fund_share: Decimal
    amount: int
    municipal: bool | None
    small_organisation: bool | None
    small_organisation_waiver: str | None
    innovative: bool | None
    innovative_waiver: str | None
    needs_fund: bool | None
    assessment_written: bool | None
    learning_purpose: bool | None
    lead_department_asked: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """What the call sets, in whole kroner."""

    per_project_cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFigures:
    """What the fund has, in whole kroner; `free_capital` is what is left when running costs are held back."""

    free_capital: int
    outcome_fund_balance: int
    donation_pool_left: int
