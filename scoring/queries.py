"""Which scores, answers, facts and sorting runs are there about a proposal?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.money import ORE_PER_KRONE
from intake.models import Call, DepartmentRequest, Proposal, ReviewerAssignment
from intake.queries import call_of, department_requests, find_assignment, latest_formal_check
from intake.queries.secretariat import is_still_to_score, rests_on_shut_sheet, sheet_counts
from intake.queries.visibility import shut_by_membership
from intake.rules.agreement import FEWEST_SHEETS
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, states_for
from intake.rules.routing import furthest_reminded
from scoring.fact_queries import FactRecord as FactRecord
from scoring.fact_queries import all_fund_figures as all_fund_figures
from scoring.fact_queries import all_legal_figures as all_legal_figures
from scoring.fact_queries import case_facts as case_facts
from scoring.fact_queries import fact_records as fact_records
from scoring.fact_queries import fact_suggestions as fact_suggestions
from scoring.fact_queries import fund_figures as fund_figures
from scoring.fact_queries import goal_payers as goal_payers
from scoring.fact_queries import legal_check as legal_check
from scoring.fact_queries import legal_figures as legal_figures
from scoring.fact_queries import missing_facts as missing_facts
from scoring.fact_queries import newest_legal_figure as newest_legal_figure
from scoring.models import (
    Assessment,
    AssessmentScore,
    Consensus,
    ConsensusScore,
    DepartmentAnswer,
    FundFiguresRow,
    Hearing,
    SortingRun,
)
from scoring.policy_queries import policy_of, scale_of
from scoring.rules.case_facts import decimal_fact, reason_fact, yes_no_fact
from scoring.rules.consensus import Line, proposed_consensus
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.maturity import Scores
from scoring.rules.policies import Policy


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
    """A finished score sheet with the assessor's name and the rows by dimension.

    `counts` is false for that of a department which does not lead any more, or is not asked any more.
    """

    assessment: Assessment
    assessor: str
    scores: Mapping[Dimension, AssessmentScore]
    counts: bool


def final_sheets(session: Session, proposal_id: UUID) -> list[Sheet]:
    """The finished sheets of a proposal that count, the first finished first."""
    return [sheet for sheet in finished_sheets(session, proposal_id) if sheet.counts]


def finished_sheets(session: Session, proposal_id: UUID) -> list[Sheet]:
    """The finished sheets of a proposal, the first finished first, those that do not count too.

    None of somebody who declared a conflict of interest before the sorting (FVL § 3): the assignment says so; nor of
    somebody who became a member of the applicant or a partner before it.
    """
    rows = session.exec(
        select(Assessment, Person.name, sheet_counts())
        .join(Person, col(Person.id) == Assessment.assessor_id)
        .join(
            ReviewerAssignment,
            sa.and_(
                col(ReviewerAssignment.proposal_id) == col(Assessment.proposal_id),
                col(ReviewerAssignment.person_id) == col(Assessment.assessor_id),
            ),
        )
        .where(
            Assessment.proposal_id == proposal_id,
            col(ReviewerAssignment.finished_at).is_not(None),
            ~shut_by_membership(),
        )
        .order_by(col(ReviewerAssignment.finished_at), Person.name)
    ).all()
    scores: dict[UUID, dict[Dimension, AssessmentScore]] = {sheet.id: {} for sheet, _, _ in rows}
    for row in session.exec(select(AssessmentScore).where(col(AssessmentScore.assessment_id).in_(scores))):
        scores[row.assessment_id][row.dimension] = row
    return [Sheet(sheet, name, scores[sheet.id], counts) for sheet, name, counts in rows]


def find_sheet(session: Session, proposal_id: UUID, assessment_id: UUID) -> Assessment | None:
    """A score sheet of this proposal and of no other."""
    return session.exec(
        select(Assessment).where(Assessment.id == assessment_id, Assessment.proposal_id == proposal_id)
    ).first()


def unfinished_assessors(session: Session, proposal_id: UUID) -> Sequence[str]:
    """The names of those who are to score and have not finished."""
    return session.exec(
        select(Person.name)
        .join(ReviewerAssignment, col(ReviewerAssignment.person_id) == col(Person.id))
        .where(ReviewerAssignment.proposal_id == proposal_id, is_still_to_score())
        .order_by(Person.name)
    ).all()


def shut_assessors(session: Session, proposal_id: UUID) -> Sequence[str]:
    """The names of those who have finished, still have the case, and became members of the applicant or a partner."""
    return session.exec(
        select(Person.name)
        .join(ReviewerAssignment, col(ReviewerAssignment.person_id) == col(Person.id))
        .where(
            ReviewerAssignment.proposal_id == proposal_id,
            col(ReviewerAssignment.finished_at).is_not(None),
            col(ReviewerAssignment.ended_at).is_(None),
            shut_by_membership(),
        )
        .order_by(Person.name)
    ).all()


def late_assessors(session: Session, on: date) -> Sequence[ReviewerAssignment]:
    """The assignments to score that are due soon, or late, and whose person was not told of both yet."""
    return session.exec(
        select(ReviewerAssignment)
        .join(Proposal, col(Proposal.id) == col(ReviewerAssignment.proposal_id))
        .where(
            col(Proposal.state).in_(sorted(states_for("assessment.edit", Relation.ASSIGNED))),
            is_still_to_score(),
            col(ReviewerAssignment.due_on) <= furthest_reminded(on),
            col(ReviewerAssignment.overdue_reminded_at).is_(None),
        )
        .order_by(col(ReviewerAssignment.due_on), col(ReviewerAssignment.id))
    ).all()


def scores_still_in(session: Session, person_id: UUID, call_id: UUID) -> bool:
    """Is there a case of the call that the person is to score and has not finished?"""
    found = session.exec(
        select(ReviewerAssignment.id)
        .join(Proposal, col(Proposal.id) == col(ReviewerAssignment.proposal_id))
        .where(ReviewerAssignment.person_id == person_id, Proposal.call_id == call_id, is_still_to_score())
        .limit(1)
    ).first()
    return found is not None


@dataclass(frozen=True, slots=True)
class CountingConsensus:
    """The consensus that counts, with the name of who recorded it and its rows by dimension."""

    consensus: Consensus
    recorder: str
    scores: Mapping[Dimension, ConsensusScore]


def counting_consensus(session: Session, proposal_id: UUID) -> CountingConsensus | None:
    """What the assessors agreed on and nobody has superseded; None before, and after a sheet was opened again.

    The proposal forgets the agreement when a sheet no longer counts: a consensus is nothing without it. Somebody who
    became a member of the applicant or a partner makes it nothing at once, before the case is taken from the person.
    """
    found = session.exec(
        select(Consensus, Person.name)
        .join(Person, col(Person.id) == col(Consensus.recorded_by))
        .join(Proposal, col(Proposal.id) == col(Consensus.proposal_id))
        .where(
            Consensus.proposal_id == proposal_id,
            col(Consensus.superseded_at).is_(None),
            col(Proposal.agreement).is_not(None),
            ~rests_on_shut_sheet(),
        )
    ).first()
    if found is None:
        return None
    rows = session.exec(select(ConsensusScore).where(ConsensusScore.consensus_id == found[0].id))
    return CountingConsensus(*found, {row.dimension: row for row in rows})


def counting_scores(session: Session, proposal_id: UUID) -> Scores:
    """The scores that a sorting rests on: those of the consensus; without one nothing is assessed."""
    found = counting_consensus(session, proposal_id)
    if found is None:
        return dict.fromkeys(Dimension)
    return {dimension: row.score for dimension, row in found.scores.items()}


def sees_scores(session: Session, actor: Actor, relation: Relation, proposal_id: UUID) -> bool:
    """May this person read what the assessors gave?

    Whoever scores sees no other score before the own sheet is finished; whoever works on the case without scoring
    sees them when the assessors have agreed (contract 8.5). A sheet that was begun and never finished keeps them hidden
    until then, also from somebody who has handed the case back: it may be given to the same person again.
    """
    assignment = find_assignment(session, actor.person_id, proposal_id)
    if relation is Relation.ASSIGNED and assignment is not None and assignment.scores:
        return assignment.finished_at is not None
    sheet = own_assessment(session, proposal_id, actor.person_id)
    has_begun = sheet is not None and sheet.finalised_at is None
    if relation is Relation.ASSIGNED or has_begun:
        return counting_consensus(session, proposal_id) is not None
    return True


@dataclass(frozen=True, slots=True)
class ConsensusBasis:
    """What a consensus is found on; `lacks` says in Danish what must come first, or is empty.

    `left_out` tells in Danish whose finished sheets do not count, or is empty.
    """

    sheets: list[Sheet]
    scale: Scale
    lines: tuple[Line, ...]
    lacks: str
    left_out: str


def consensus_basis(session: Session, proposal: Proposal) -> ConsensusBasis:
    """The finished sheets, how far apart they are, and whether anybody is still missing."""
    finished = finished_sheets(session, proposal.id)
    sheets = [sheet for sheet in finished if sheet.counts]
    if sheets:
        scale = scale_of(session, sheets[0].assessment.scale_id)
    else:
        scale = policy_of(session, call_of(session, proposal).policy_id).scale
    scores = [{key: row.score for key, row in sheet.scores.items()} for sheet in sheets]
    left_out = _left_out([sheet.assessor for sheet in finished if not sheet.counts])
    lacks = _lacks(len(sheets), unfinished_assessors(session, proposal.id), shut_assessors(session, proposal.id))
    return ConsensusBasis(sheets, scale, proposed_consensus(scores, scale), lacks, left_out)


def _left_out(assessors: Sequence[str]) -> str:
    if not assessors:
        return ""
    return (
        f"Vurderingen fra {', '.join(assessors)} tæller ikke, "
        "fordi forvaltningen ikke længere leder vurderingen. Den bliver stående i sagen."
    )


def _lacks(finished: int, unfinished: Sequence[str], shut: Sequence[str]) -> str:
    if shut:
        return (
            f"En vurdering tæller ikke, fordi den, der har lavet den, er med i ansøgerens eller en partners "
            f"organisation: {', '.join(shut)}. Tag sagen fra personen, og giv den til en anden, før I finder konsensus."
        )
    if unfinished:
        return f"Ikke alle har afsluttet deres vurdering endnu. Der mangler: {', '.join(unfinished)}."
    if finished < FEWEST_SHEETS:
        return (
            f"Der skal være mindst to afsluttede vurderinger, og der er {finished}. "
            "Vælg en vurderer mere, før I finder konsensus."
        )
    return ""


def hearings_of(session: Session, proposal_id: UUID) -> Sequence[Hearing]:
    """Every hearing of a case, and every note that none was needed, the newest first."""
    return session.exec(
        select(Hearing).where(Hearing.proposal_id == proposal_id).order_by(col(Hearing.opened_at).desc())
    ).all()


def newest_hearing(session: Session, proposal_id: UUID) -> Hearing | None:
    """The hearing that was opened last, or the note that none was needed."""
    return next(iter(hearings_of(session, proposal_id)), None)


def sent_hearings(session: Session, proposal_id: UUID) -> list[Hearing]:
    """The hearings that the applicant knows of, open or closed, the newest first; where one is open, it is that.

    A note that none was needed is not one.
    """
    return [one for one in hearings_of(session, proposal_id) if not one.waived]


def open_hearing(session: Session, proposal_id: UUID) -> Hearing | None:
    """The hearing that the applicant can answer."""
    return session.exec(
        select(Hearing).where(Hearing.proposal_id == proposal_id, col(Hearing.closed_at).is_(None))
    ).first()


def hearings_to_answer(session: Session, proposal_ids: Sequence[UUID]) -> dict[UUID, Hearing]:
    """The open hearings of some cases."""
    rows = session.exec(
        select(Hearing).where(col(Hearing.proposal_id).in_(proposal_ids), col(Hearing.closed_at).is_(None))
    )
    return {row.proposal_id: row for row in rows}


def unheard_facts(session: Session, proposal_id: UUID) -> Sequence[DepartmentAnswer]:
    """The answers with facts against the proposal that came after the newest hearing, or after the note of none."""
    return session.exec(
        select(DepartmentAnswer)
        .where(DepartmentAnswer.proposal_id == proposal_id, _is_unheard())
        .order_by(col(DepartmentAnswer.answered_at))
    ).all()


def _is_unheard() -> sa.ColumnElement[bool]:
    heard = sa.exists().where(
        col(Hearing.proposal_id) == col(DepartmentAnswer.proposal_id),
        col(Hearing.opened_at) >= col(DepartmentAnswer.answered_at),
    )
    return sa.and_(col(DepartmentAnswer.has_adverse_facts).is_(True), ~heard)


def hearing_pending(session: Session, proposal_id: UUID) -> bool:
    """Must the applicant still be heard, or is a hearing still open (FVL § 19)?"""
    return session.execute(sa.select(is_hearing_pending(proposal_id))).scalar() is True


def is_hearing_pending(proposal_id: Any) -> sa.ColumnElement[bool]:
    """`hearing_pending` as a condition."""
    is_open = sa.exists().where(col(Hearing.proposal_id) == proposal_id, col(Hearing.closed_at).is_(None))
    unheard = sa.exists().where(col(DepartmentAnswer.proposal_id) == proposal_id, _is_unheard())
    return sa.or_(is_open, unheard)


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
    policy: Policy

    @property
    def policy_id(self) -> str:
        return self.policy.id


def sorting_inputs(session: Session, proposal: Proposal, call: Call, *, on: date) -> SortingInputs:
    """Gather the facts of a case for the rules. Raises Refused when the fund's figures are not entered."""
    fund_row = fund_figures(session, on=on)
    if fund_row is None:
        raise Refused("Fondens tal mangler. De skal være skrevet ind, før et forslag kan sorteres.")
    return SortingInputs(
        facts=_proposal_facts(session, proposal, on=on),
        limits=CallLimits(per_project_cap=call.per_project_cap_ore // ORE_PER_KRONE),
        fund=FundFigures(
            free_capital=fund_row.free_capital_ore // ORE_PER_KRONE,
            outcome_fund_balance=fund_row.outcome_fund_balance_ore // ORE_PER_KRONE,
            donation_pool_left=fund_row.donation_pool_left_ore // ORE_PER_KRONE,
        ),
        fund_row=fund_row,
        policy=policy_of(session, call.policy_id),
    )


def _proposal_facts(session: Session, proposal: Proposal, *, on: date) -> ProposalFacts:
    recorded = case_facts(session, proposal.id, on=on)
    check = latest_formal_check(session, proposal.id)
    return ProposalFacts(
        eligible=check.outcome is CheckOutcome.OK if check else None,
        stop=yes_no_fact(recorded, "stop"),
        hearing_open=hearing_pending(session, proposal.id),
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
    return session.exec(
        select(SortingRun).where(SortingRun.proposal_id == proposal_id).order_by(col(SortingRun.run_at).desc()).limit(1)
    ).first()


def hearings_to_close(on: date) -> Any:
    """A select of the cases whose open hearing is answered or past its deadline: the secretariat ends it."""
    return select(Hearing.proposal_id).where(
        _is_in(col(Hearing.proposal_id), states_for("hearing.close", Relation.SECRETARIAT)),
        col(Hearing.closed_at).is_(None),
        sa.or_(col(Hearing.answered_at).is_not(None), col(Hearing.due_on) < on),
    )


def hearings_to_open() -> Any:
    """A select of the cases with facts that the applicant must be heard about, and no hearing open: `unheard_facts`."""
    is_open = sa.exists().where(
        col(Hearing.proposal_id) == col(DepartmentAnswer.proposal_id), col(Hearing.closed_at).is_(None)
    )
    return select(DepartmentAnswer.proposal_id).where(
        _is_in(col(DepartmentAnswer.proposal_id), states_for("hearing.open", Relation.SECRETARIAT)),
        _is_unheard(),
        ~is_open,
    )


def _is_in(proposal_id: Any, states: Collection[State]) -> sa.ColumnElement[bool]:
    """The case is in one of the states: asked of the few rows that name it, and not of all cases in those states."""
    return sa.exists().where(col(Proposal.id) == proposal_id, col(Proposal.state).in_(sorted(states)))
