"""What is stored of assessments, department answers, facts of a case, the fund's figures and sorting runs?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from foundation.tables import Keyed, Versioned, enum_type, json_type
from intake.rules.track import Track
from scoring.rules.dimensions import Dimension
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
    """What a department says of a proposal, apart from the scores."""

    __tablename__ = "department_answer"

    request_id: UUID = Field(foreign_key="department_request.id", unique=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    statement: str
    confirms_gap: bool | None = None
    can_pay: CanPay = Field(sa_type=enum_type(CanPay))
    budget_line: str = Field(default="", max_length=200)
    backed_by: str = Field(default="", max_length=200)
    answered_by: UUID = Field(foreign_key="person.id")
    answered_at: datetime


class CaseFact(SQLModel, table=True):
    """One fact of the catalogue `scoring/rules/case_facts.py` for one case, with who recorded it and when."""

    __tablename__ = "case_fact"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True)
    key: str = Field(max_length=40, primary_key=True)
    value: Any = Field(default=None, sa_type=json_type)  # type: ignore[call-overload]
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime


class FundFiguresRow(Keyed, table=True):
    """What the fund had on a day, with its source; sorting runs name the row they used."""

    __tablename__ = "fund_figures"
    __table_args__ = (
        sa.CheckConstraint(
            "free_capital_ore >= 0 AND outcome_fund_balance_ore >= 0 AND donation_pool_left_ore >= 0",
            name="amounts_not_negative",
        ),
    )

    as_of: date = Field(index=True)
    free_capital_ore: int = Field(sa_type=sa.BigInteger)
    outcome_fund_balance_ore: int = Field(sa_type=sa.BigInteger)
    donation_pool_left_ore: int = Field(sa_type=sa.BigInteger)
    source: str = Field(max_length=300)
    entered_at: datetime


class SortingRun(Keyed, table=True):
    """One sorting with everything that it rested on: inputs, policy, the machine's answer, and what a person did."""

    __tablename__ = "sorting_run"
    __table_args__ = (
        sa.Index("ix_sorting_run_proposal_id_run_at", "proposal_id", "run_at"),
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
