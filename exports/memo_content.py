"""What does the decision memo of one case say, before it is words on paper?

Frozen, so that what was released can be kept and printed again (`exports.memo_snapshot`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    year: int
    kind: str
    text: str
    amount_ore: int | None


@dataclass(frozen=True, kw_only=True)
class DepartmentStatement:
    department: str
    role: str
    statement: str = ""
    gap: str = ""
    can_pay: str = ""
    budget_line: str = ""


@dataclass(frozen=True, kw_only=True)
class TrackOverride:
    """The officer sorted otherwise than the rules; `track` is the officer's, in Danish words."""

    track: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`state` is "met", "not_met" or "not_stated"."""

    rule: str
    text: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Score:
    dimension: str
    weight: int
    score: int | None
    level_text: str = ""
    reason: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class FundFigures:
    as_of: date
    source: str
    free_capital_ore: int | None = None
    outcome_fund_ore: int | None = None
    donation_pool_left_ore: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    name: str
    net_present_value_ore: int | None = None
    payback: str = ""
    break_even: str = ""


@dataclass(frozen=True, kw_only=True)
class SensitivityRow:
    """The net present value with one thing a fifth less and a fifth more."""

    driver: str
    low_ore: int | None = None
    high_ore: int | None = None
    span_ore: int | None = None


@dataclass(frozen=True, kw_only=True)
class CaseYearRow:
    """`year` is the year after the start with its calendar year; amounts are undiscounted."""

    year: str
    cost_ore: int | None = None
    saving_ore: int | None = None
    total_ore: int | None = None


@dataclass(frozen=True, kw_only=True)
class SaverRow:
    who: str
    amount_ore: int | None = None
    share: str = ""


@dataclass(frozen=True, kw_only=True)
class BusinessCaseFacts:
    """The business case that was chosen; SØM's result has neither sensitivity, years nor savers.

    `charts` are the names, by content, of what the answer rests on and of the cash flow.
    """

    whose: str
    reason: str = ""
    rates: str = ""
    outside_share: str = ""
    transaction_share: str = ""
    sensitivity: tuple[SensitivityRow, ...] = ()
    years: tuple[CaseYearRow, ...] = ()
    savers: tuple[SaverRow, ...] = ()
    charts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class GoalRow:
    """A goal that can be counted, in the applicant's words."""

    indicator: str
    baseline: str = ""
    target: str = ""
    measuring_points: str = ""
    data_source: str = ""
    success_share: str = ""
    deadweight: str = ""
    payer: str = ""


@dataclass(frozen=True, kw_only=True)
class CofundingRow:
    funder: str
    status: str = ""
    amount_ore: int | None = None


@dataclass(frozen=True, kw_only=True)
class PartnerRow:
    name: str
    cvr: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnAnswer:
    """The answer to a question that this call alone asks."""

    label: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionMemoFacts:
    """All a decision memo says, in Danish words and plain values; `kind` is one of `MemoKind`.

    `case_number` is the municipality's own number, empty while there is none. `sought_ore` is what the applicant asked
    for; a smaller `amount_ore` has its `smaller_reason`. A draft says on every page that it is one.
    """

    kind: str
    reference: str
    title: str
    organisation: str
    dated_on: date
    organisation_cvr: str = ""
    call_title: str = ""
    focus_area: str = ""
    wish: str = ""
    to: str = "Rådet for Sociale Investeringer"
    from_: str = "Sekretariatet, Borgmesterens Afdeling"
    case_worker: str = ""
    contact: str = ""
    amount_ore: int | None = None
    participants: int | None = None
    co_funding_ore: int | None = None
    summary: str = ""
    for_whom: str = ""
    money_from: str = ""
    payment_plan: str = ""
    recommendation: str = ""
    next_step: str = ""
    problem: str = ""
    supplement: str = ""
    intervention: str = ""
    target_group: str = ""
    theory_of_change: str = ""
    evidence: str = ""
    result_goals: str = ""
    learning: str = ""
    partners: str = ""
    capacity: str = ""
    continuation: str = ""
    budget: str = ""
    budget_rows: tuple[BudgetRow, ...] = ()
    statements: tuple[DepartmentStatement, ...] = ()
    track: str = ""
    rule: str = ""
    deciding_text: str = ""
    machine_track: str = ""
    machine_rule: str = ""
    override: TrackOverride | None = None
    grounds: tuple[Ground, ...] = ()
    maturity: str = ""
    level: str = ""
    scores: tuple[Score, ...] = ()
    funds: FundFigures | None = None
    baseline: str = ""
    success_share: str = ""
    deadweight: str = ""
    measuring_points: str = ""
    net_present_value_ore: int | None = None
    payback: str = ""
    break_even: str = ""
    scenarios: tuple[Scenario, ...] = ()
    risk: str = ""
    tariffs: str = ""
    payers: str = ""
    outcome_fund_max_ore: int | None = None
    gain_share: str = ""
    conflicts_of_interest: str = ""
    procurement: str = ""
    state_aid: str = ""
    municipal_power: str = ""
    data_protection: str = ""
    conditions: tuple[str, ...] = ()
    report_on: date | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    annexes: tuple[str, ...] = ()
    case_number: str = ""
    sought_ore: int | None = None
    smaller_reason: str = ""
    goals: tuple[GoalRow, ...] = ()
    cofunding: tuple[CofundingRow, ...] = ()
    own_questions: tuple[OwnAnswer, ...] = ()
    partner_rows: tuple[PartnerRow, ...] = ()
    business_case: BusinessCaseFacts | None = None
    stability: tuple[str, ...] = ()
    released_on: date | None = None
    is_draft: bool = False
