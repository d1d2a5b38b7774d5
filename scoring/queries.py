"""Which scores, answers, facts and sorting runs are there about a proposal?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.money import ORE_PER_KRONE
from intake.models import Call, DepartmentRequest, Proposal
from intake.queries import department_requests, latest_formal_check
from intake.rules.formal_check import CheckOutcome
from scoring.models import (
    Assessment,
    AssessmentScore,
    CaseFact,
    DepartmentAnswer,
    FundFiguresRow,
    SortingRun,
)
from scoring.rules.case_facts import FactValue, decimal_fact, reason_fact, yes_no_fact
from scoring.rules.dimensions import Dimension
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.maturity import Scores


def own_assessment(session: Session, proposal_id: UUID, assessor_id: UUID) -> Assessment | None:
    """The assessor's own score sheet, begun or finished."""
    return session.exec(
        select(Assessment).where(Assessment.proposal_id == proposal_id, Assessment.assessor_id == assessor_id)
    ).first()


def scores_of(session: Session, assessment_id: UUID) -> dict[Dimension, AssessmentScore]:
    """A sheet's rows by dimension."""
    rows = session.exec(select(AssessmentScore).where(AssessmentScore.assessment_id == assessment_id))
    return {row.dimension: row for row in rows}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished score sheet with the assessor's name and the rows by dimension."""

    assessment: Assessment
    assessor: str
    scores: Mapping[Dimension, AssessmentScore]


def final_sheets(session: Session, proposal_id: UUID) -> list[Sheet]:
    """The finished sheets of a proposal, the first finished first."""
    rows = session.exec(
        select(Assessment, Person.name)
        .join(Person, col(Person.id) == Assessment.assessor_id)
        .where(Assessment.proposal_id == proposal_id, col(Assessment.finalised_at).is_not(None))
        .order_by(col(Assessment.finalised_at))
    ).all()
    scores: dict[UUID, dict[Dimension, AssessmentScore]] = {sheet.id: {} for sheet, _ in rows}
    for row in session.exec(select(AssessmentScore).where(col(AssessmentScore.assessment_id).in_(scores))):
        scores[row.assessment_id][row.dimension] = row
    return [Sheet(sheet, name, scores[sheet.id]) for sheet, name in rows]


def counting_scores(session: Session, proposal_id: UUID) -> Scores:
    """The scores that a sorting rests on: those of the finished sheet; without one nothing is assessed."""
    sheets = final_sheets(session, proposal_id)
    if not sheets:
        return dict.fromkeys(Dimension)
    return {dimension: row.score for dimension, row in sheets[0].scores.items()}


@dataclass(frozen=True, slots=True)
class AskedDepartment:
    """A department that was asked, with its answer when there is one."""

    request: DepartmentRequest
    answer: DepartmentAnswer | None


def asked_departments(session: Session, proposal_id: UUID) -> list[AskedDepartment]:
    """The departments asked, the lead first, each with its answer."""
    answers = session.exec(select(DepartmentAnswer).where(DepartmentAnswer.proposal_id == proposal_id))
    by_request = {answer.request_id: answer for answer in answers}
    return [
        AskedDepartment(request, by_request.get(request.id)) for request in department_requests(session, proposal_id)
    ]


def case_facts(session: Session, proposal_id: UUID) -> dict[str, FactValue]:
    """The recorded facts by key; what nobody recorded is not there."""
    rows = session.exec(select(CaseFact).where(CaseFact.proposal_id == proposal_id))
    return {row.key: row.value for row in rows}


def fund_figures(session: Session, *, on: date) -> FundFiguresRow | None:
    """The newest figures of the fund up to a day."""
    return session.exec(
        select(FundFiguresRow)
        .where(col(FundFiguresRow.as_of) <= on)
        .order_by(col(FundFiguresRow.as_of).desc(), col(FundFiguresRow.entered_at).desc())
        .limit(1)
    ).first()


def fund_figures_used(session: Session, run: SortingRun) -> FundFiguresRow:
    """The fund's figures that a stored sorting rests on."""
    return session.get_one(FundFiguresRow, run.fund_figures_id)


@dataclass(frozen=True, slots=True)
class SortingInputs:
    """Everything that one sorting rests on."""

    facts: ProposalFacts
    limits: CallLimits
    fund: FundFigures
    fund_row: FundFiguresRow
    policy_id: str


def sorting_inputs(session: Session, proposal: Proposal, call: Call, *, on: date) -> SortingInputs:
    """Gather the facts of a case for the rules. Raises Refused when the fund's figures are not entered."""
    fund_row = fund_figures(session, on=on)
    if fund_row is None:
        raise Refused("Fondens tal mangler. De skal være skrevet ind, før et forslag kan sorteres.")
    return SortingInputs(
        facts=_proposal_facts(session, proposal),
        limits=CallLimits(per_project_cap=call.per_project_cap_ore // ORE_PER_KRONE),
        fund=FundFigures(
            free_capital=fund_row.free_capital_ore // ORE_PER_KRONE,
            outcome_fund_balance=fund_row.outcome_fund_balance_ore // ORE_PER_KRONE,
            donation_pool_left=fund_row.donation_pool_left_ore // ORE_PER_KRONE,
        ),
        fund_row=fund_row,
        policy_id=call.policy_id,
    )


def _proposal_facts(session: Session, proposal: Proposal) -> ProposalFacts:
    recorded = case_facts(session, proposal.id)
    check = latest_formal_check(session, proposal.id)
    return ProposalFacts(
        eligible=check.outcome is CheckOutcome.OK if check else None,
        stop=yes_no_fact(recorded, "stop"),
        hearing_open=False,  # A hearing cannot be opened yet, so none is open.
        payback_months=decimal_fact(recorded, "payback_months"),
        department_funds_itself=yes_no_fact(recorded, "department_funds_itself"),
        scores=counting_scores(session, proposal.id),
        participants=proposal.participants or 0,
        small_group_reason=reason_fact(recorded, "small_group_reason"),
        payers_confirmed=yes_no_fact(recorded, "payers_confirmed"),
        legal_checked=yes_no_fact(recorded, "legal_checked"),
        risk_assessed=yes_no_fact(recorded, "risk_assessed"),
        outcome_fund_share=decimal_fact(recorded, "outcome_fund_share") or Decimal(0),
        amount=(proposal.amount_sought_ore or 0) // ORE_PER_KRONE,
        municipal=yes_no_fact(recorded, "municipal"),
        small_organisation=yes_no_fact(recorded, "small_organisation"),
        small_organisation_waiver=reason_fact(recorded, "small_organisation_waiver"),
        innovative=yes_no_fact(recorded, "innovative"),
        innovative_waiver=reason_fact(recorded, "innovative_waiver"),
        needs_fund=yes_no_fact(recorded, "needs_fund"),
        assessment_written=yes_no_fact(recorded, "assessment_written"),
        learning_purpose=yes_no_fact(recorded, "learning_purpose"),
        lead_department_asked=any(request.is_lead for request in department_requests(session, proposal.id)),
    )


def sorting_runs(session: Session, proposal_id: UUID) -> Sequence[tuple[SortingRun, str]]:
    """Every stored sorting with the name of who ran it, newest first."""
    return session.exec(
        select(SortingRun, Person.name)
        .join(Person, col(Person.id) == SortingRun.run_by)
        .where(SortingRun.proposal_id == proposal_id)
        .order_by(col(SortingRun.run_at).desc())
    ).all()


def latest_run(session: Session, proposal_id: UUID) -> SortingRun | None:
    """The sorting that counts: the newest."""
    runs = sorting_runs(session, proposal_id)
    return runs[0][0] if runs else None
