"""What is stored of assessments, department answers, facts of a case, the fund's figures and sorting runs?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from foundation.tables import Keyed, Versioned, enum_type, json_type
from intake.rules.agreement import Agreement
from intake.rules.track import Track
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.dimensions import Dimension
from scoring.rules.gain_share import GainKind
from scoring.rules.goal_payers import PayerKind
from scoring.rules.legal_figures import LegalFigureKind
from scoring.rules.payer import CanPay
from scoring.rules.policies.catalogue import PolicyState


class Assessment(Keyed, Versioned, table=True):
    """One person's scores of one proposal, tied to the version that was read."""

    __tablename__ = "assessment"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "assessor_id"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    assessor_id: UUID = Field(foreign_key="person.id", index=True)
    department_code: str = Field(max_length=8)
    scale_id: str = Field(max_length=40)
    proposal_version: int
    saved_at: datetime
    finalised_at: datetime | None = None


class AssessmentScore(SQLModel, table=True):
    """One dimension of an assessment; a score that is null is not assessed and never counts as 0."""

    __tablename__ = "assessment_score"
    __table_args__ = (sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 4", name="score_0_to_4"),)

    assessment_id: UUID = Field(foreign_key="assessment.id", primary_key=True, ondelete="CASCADE")
    dimension: Dimension = Field(sa_type=enum_type(Dimension), primary_key=True)
    score: int | None = None
    reason: str = ""
    evidence: str = ""


class DepartmentAnswer(Keyed, Versioned, table=True):
    """What a department says of a proposal, apart from the scores.

    `answered_at` stays where a correction leaves the facts against the proposal as they were: they are not new.
    """

    __tablename__ = "department_answer"
    __table_args__ = (
        sa.CheckConstraint("amount_ore IS NULL OR amount_ore > 0", name="amount_positive"),
        sa.CheckConstraint("years IS NULL OR years BETWEEN 1 AND 20", name="years_1_to_20"),
        sa.CheckConstraint("adverse_facts = '' OR has_adverse_facts", name="adverse_facts_ticked"),
    )

    request_id: UUID = Field(foreign_key="department_request.id", unique=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    statement: str
    confirms_gap: bool | None = None
    can_pay: CanPay = Field(sa_type=enum_type(CanPay))
    budget_line: str = Field(default="", max_length=200)
    amount_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    years: int | None = None
    backed_by: str = Field(default="", max_length=200)
    has_adverse_facts: bool = False
    adverse_facts: str = ""
    answered_by: UUID = Field(foreign_key="person.id")
    answered_at: datetime


class Commitment(SQLModel, table=True):
    """What a department promises in full, beside its answer; asked where an investment may come of it.

    `reason` says why a no is a no and a part is a part. `gain_percent` is a decimal number as text: the share of the
    gain that is proposed to go back to the fund. `letter_id` is the letter that confirms it.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        sa.CheckConstraint("(gain_kind IS NULL) = (gain_percent IS NULL)", name="gain_has_kind_and_percent"),
    )

    answer_id: UUID = Field(foreign_key="department_answer.id", primary_key=True, ondelete="CASCADE")
    reason: str = ""
    gain_kind: GainKind | None = Field(default=None, sa_type=enum_type(GainKind))
    gain_percent: str | None = Field(default=None, max_length=30)
    gain_reason: str = ""
    letter_id: UUID | None = Field(default=None, foreign_key="attachment.id")


class CommittedAmount(Keyed, table=True):
    """What one budget of a department pays in one year."""

    __tablename__ = "committed_amount"
    __table_args__ = (
        sa.UniqueConstraint("answer_id", "place"),
        sa.UniqueConstraint("answer_id", "year", "budget_line"),
        sa.CheckConstraint("year BETWEEN 2020 AND 2099", name="year_2020_to_2099"),
        sa.CheckConstraint("budget_line <> ''", name="has_budget_line"),
        sa.CheckConstraint("amount_ore > 0", name="amount_positive"),
    )

    answer_id: UUID = Field(foreign_key="commitment.answer_id", ondelete="CASCADE")
    place: int
    year: int
    budget_line: str = Field(max_length=200)
    amount_ore: int = Field(sa_type=sa.BigInteger)


class CoPayerRow(Keyed, table=True):
    """Somebody besides the department who would pay, as the department knows it."""

    __tablename__ = "co_payer"
    __table_args__ = (
        sa.UniqueConstraint("answer_id", "place"),
        sa.CheckConstraint("payer <> 'department'", name="is_no_department"),
        sa.CheckConstraint("payer <> 'other' OR name <> ''", name="other_has_name"),
        sa.CheckConstraint("amount_ore > 0", name="amount_positive"),
    )

    answer_id: UUID = Field(foreign_key="commitment.answer_id", ondelete="CASCADE")
    place: int
    payer: PayerKind = Field(sa_type=enum_type(PayerKind))
    name: str = Field(default="", max_length=200)
    amount_ore: int = Field(sa_type=sa.BigInteger)
    confirmed: bool = False


class PayerShareRow(Keyed, table=True):
    """How many percent of a goal's payment one payer carries; those of a goal are 100 together (domain.md MON10)."""

    __tablename__ = "payer_share"
    __table_args__ = (
        sa.UniqueConstraint("answer_id", "place"),
        sa.CheckConstraint("payer <> 'other' OR name <> ''", name="other_has_name"),
    )

    answer_id: UUID = Field(foreign_key="commitment.answer_id", ondelete="CASCADE")
    place: int
    goal: str
    payer: PayerKind = Field(sa_type=enum_type(PayerKind))
    name: str = Field(default="", max_length=200)
    percent: str = Field(max_length=30)


class Consensus(Keyed, table=True):
    """The scores that the assessors agreed on. The newest that is not superseded counts; all are kept."""

    __tablename__ = "consensus"
    __table_args__ = (
        sa.Index(
            "uq_consensus_one_counts",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.Index("ix_consensus_proposal_id_recorded_at", "proposal_id", "recorded_at"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    scale_id: str = Field(max_length=40)
    proposal_version: int
    agreement: Agreement = Field(sa_type=enum_type(Agreement))
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime
    superseded_at: datetime | None = None


class ConsensusScore(SQLModel, table=True):
    """One dimension of a consensus, with how far apart the assessors were and what they said of it."""

    __tablename__ = "consensus_score"
    __table_args__ = (
        sa.CheckConstraint("score BETWEEN 0 AND 4", name="score_0_to_4"),
        sa.CheckConstraint("spread BETWEEN 0 AND 4", name="spread_0_to_4"),
        sa.CheckConstraint("spread < 2 OR note <> ''", name="wide_spread_has_note"),
    )

    consensus_id: UUID = Field(foreign_key="consensus.id", primary_key=True, ondelete="CASCADE")
    dimension: Dimension = Field(sa_type=enum_type(Dimension), primary_key=True)
    score: int
    spread: int
    note: str = ""


class Hearing(Keyed, table=True):
    """A partshøring (FVL § 19): what the applicant was told, what was answered, and how it ended.

    `waived` means that no hearing was needed, with the reason in `closing_note`.
    """

    __tablename__ = "hearing"
    __table_args__ = (
        sa.Index(
            "uq_hearing_one_open",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_hearing_proposal_id_opened_at", "proposal_id", "opened_at"),
        sa.CheckConstraint("closed_at IS NULL OR closing_note <> ''", name="closed_has_note"),
        sa.CheckConstraint("waived OR due_on IS NOT NULL", name="sent_has_deadline"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    facts: str
    due_on: date | None = None
    waived: bool = False
    opened_by: UUID = Field(foreign_key="person.id")
    opened_at: datetime
    answer: str = ""
    answered_by: UUID | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = None
    closed_by: UUID | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = None
    closing_note: str = ""


class CaseFact(SQLModel, table=True):
    """One fact of the catalogue `scoring/rules/case_facts.py` for one case, with source, reason, who and when."""

    __tablename__ = "case_fact"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True)
    key: str = Field(max_length=40, primary_key=True)
    value: Any = Field(default=None, sa_type=json_type)  # type: ignore[call-overload]
    source: str = Field(default="", max_length=300)
    reason: str = ""
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime


class FundFiguresRow(Keyed, table=True):
    """What the fund had on a day, with its source; sorting runs name the row they used.

    `free_capital_ore` is what the rules use: `capital_ore` less `reserved_ore`, the running costs held back for the
    years to come (GATE8). Rows are only added; of two rows of one day the one entered last counts.
    """

    __tablename__ = "fund_figures"
    __table_args__ = (
        sa.Index("uq_fund_figures_as_of_entered_at", "as_of", "entered_at", unique=True),
        sa.CheckConstraint(
            "free_capital_ore >= 0 AND outcome_fund_balance_ore >= 0 AND donation_pool_left_ore >= 0",
            name="amounts_not_negative",
        ),
        sa.CheckConstraint(
            "capital_ore IS NULL OR free_capital_ore = capital_ore - reserved_ore",
            name="free_capital_is_what_is_left",
        ),
    )

    as_of: date
    capital_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    reserved_ore: int | None = Field(default=None, sa_type=sa.BigInteger)
    free_capital_ore: int = Field(sa_type=sa.BigInteger)
    outcome_fund_balance_ore: int = Field(sa_type=sa.BigInteger)
    donation_pool_left_ore: int = Field(sa_type=sa.BigInteger)
    source: str = Field(max_length=300)
    entered_by: UUID | None = Field(default=None, foreign_key="person.id")
    entered_at: datetime


class LegalFigureRow(Keyed, table=True):
    """A limit or a rate that the law gives, from a day on, with its source. Rows are only added.

    `value` is a decimal number as text, in the unit of its kind (`scoring/rules/legal_figures.py`).
    """

    __tablename__ = "legal_figure"
    __table_args__ = (
        sa.Index("ix_legal_figure_kind_valid_from", "kind", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_beginning"),
    )

    kind: LegalFigureKind = Field(sa_type=enum_type(LegalFigureKind))
    value: str = Field(max_length=30)
    valid_from: date
    valid_to: date | None = None
    source: str = Field(max_length=300)
    entered_by: UUID | None = Field(default=None, foreign_key="person.id")
    entered_at: datetime


class BusinessCaseRow(Keyed, table=True):
    """A business case as it was saved. Rows are only added; the newest of an origin counts.

    `content` holds decimals as text (`scoring/rules/business_case_stored.py`). `attachment_id` is the workbook that it
    was read from.
    """

    __tablename__ = "business_case"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "saved_at"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    origin: BusinessCaseOrigin = Field(sa_type=enum_type(BusinessCaseOrigin))
    content: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]
    rates_id: str = Field(max_length=20)
    source: str = Field(default="", max_length=300)
    reason: str = ""
    proposal_version: int
    attachment_id: UUID | None = Field(default=None, foreign_key="attachment.id")
    saved_by: UUID = Field(foreign_key="person.id")
    saved_at: datetime


class BusinessCaseChoice(Keyed, table=True):
    """Which business case the case rests on, and why. Rows are only added; the newest counts.

    `transaction_reason` defends a large share of administration (domain.md GATE9).
    """

    __tablename__ = "business_case_choice"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "chosen_at"),
        sa.CheckConstraint("reason <> ''", name="has_reason"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    business_case_id: UUID = Field(foreign_key="business_case.id")
    reason: str
    transaction_reason: str = ""
    chosen_by: UUID = Field(foreign_key="person.id")
    chosen_at: datetime


class SortingRun(Keyed, table=True):
    """One sorting with everything that it rested on: inputs, policy, the machine's answer, and what a person did."""

    __tablename__ = "sorting_run"
    __table_args__ = (
        sa.Index("uq_sorting_run_proposal_id_run_at", "proposal_id", "run_at", unique=True),
        sa.CheckConstraint("chosen_track = track OR reason <> ''", name="override_has_reason"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    policy_id: str = Field(max_length=40)
    fund_figures_id: UUID = Field(foreign_key="fund_figures.id")
    inputs: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]
    track: Track = Field(sa_type=enum_type(Track))
    rule: str | None = Field(default=None, max_length=8)
    maturity_e4: int | None = None
    final: bool
    deciding: str
    grounds: list[dict[str, Any]] = Field(sa_type=json_type)  # type: ignore[call-overload]
    stability: dict[str, Any] | None = Field(default=None, sa_type=json_type)  # type: ignore[call-overload]
    chosen_track: Track = Field(sa_type=enum_type(Track, name="chosen_track"))
    reason: str = ""
    run_by: UUID = Field(foreign_key="person.id")
    run_at: datetime


class PolicyRow(Keyed, Versioned, table=True):
    """A policy that is drafted in the browser. Once adopted it can only be withdrawn: the database sees to it.

    `content` holds its numbers (`scoring/rules/policies/numbers.py`), `slug` is its id as calls and sortings name it.
    """

    __tablename__ = "drafted_policy"
    __table_args__ = (
        sa.CheckConstraint("adopted_by IS NULL OR adopted_by <> drafted_by", name="two_people"),
        sa.CheckConstraint(
            "(adopted_by IS NULL) = (adopted_at IS NULL) AND (adopted_at IS NULL OR adoption_reason <> '')",
            name="adopted_whole",
        ),
        sa.CheckConstraint(
            "state = 'withdrawn' OR ((state = 'adopted') = (adopted_at IS NOT NULL))", name="state_is_what_happened"
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL OR withdrawal_reason <> '')",
            name="withdrawn_whole",
        ),
    )

    slug: str = Field(max_length=40, unique=True)
    title: str = Field(max_length=200)
    valid_from: date
    based_on: str = Field(max_length=40)
    content: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]
    state: PolicyState = Field(sa_type=enum_type(PolicyState))
    drafted_by: UUID = Field(foreign_key="person.id")
    drafted_at: datetime
    adopted_by: UUID | None = Field(default=None, foreign_key="person.id")
    adopted_at: datetime | None = None
    adoption_reason: str = ""
    withdrawn_by: UUID | None = Field(default=None, foreign_key="person.id")
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
