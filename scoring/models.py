"""What is stored of assessments, department answers, facts of a case, the fund's figures and sorting runs?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from foundation.tables import Keyed, Versioned, enum_type, json_type
from intake.rules.agreement import Agreement
from intake.rules.track import Track
from scoring.rules.dimensions import Dimension
from scoring.rules.legal_figures import LegalFigureKind
from scoring.rules.payer import CanPay


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
    chosen_track: Track = Field(sa_type=enum_type(Track, name="chosen_track"))
    reason: str = ""
    run_by: UUID = Field(foreign_key="person.id")
    run_at: datetime
