"""How are department answers, scores, facts and sortings recorded? Nothing here commits."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlmodel import Session, select

from foundation.clock import today
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.roles import Actor
from foundation.money import format_number
from intake.actions import move_proposal, note_department_answer, record_on
from intake.models import Call, DepartmentRequest, Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring.events import (
    AssessmentFinalised,
    CaseFactsRecorded,
    DepartmentAnswered,
    SortingConfirmed,
    SortingOverridden,
)
from scoring.models import Assessment, AssessmentScore, CaseFact, DepartmentAnswer, SortingRun
from scoring.queries import SortingInputs, case_facts, own_assessment, scores_of, sorting_inputs
from scoring.rules.case_facts import FactValue
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.drafts import AnswerDraft, ScoreDraft
from scoring.rules.maturity import maturity_of
from scoring.rules.payer import CanPay
from scoring.rules.policies import get_policy, get_scale
from scoring.rules.sorting import Sorting, sort_proposal

# ---- the department's answer ------------------------------------------------------------------------------------


def answer_for_department(
    session: Session, proposal: Proposal, draft: AnswerDraft, *, version: int, actor: Actor, at: datetime
) -> None:
    """Record the answer of the actor's department; the last answer asked for moves the case on.

    Raises ChangedMeanwhile when a colleague answered after `version` was read (0: no answer yet), NotAllowed when
    the actor's department was not asked, Refused when a yes names no budget line.
    """
    request = session.exec(
        select(DepartmentRequest).where(
            DepartmentRequest.proposal_id == proposal.id,
            DepartmentRequest.department_code == actor.department,
        )
    ).first()
    if request is None:
        raise NotAllowed("Din forvaltning er ikke spurgt om dette forslag.")
    if draft.can_pay is not CanPay.NO and not draft.budget_line:
        raise Refused("Skriv, hvilket budget der skal betale (konto eller bevilling).", field="budget_line")
    answer = session.exec(select(DepartmentAnswer).where(DepartmentAnswer.request_id == request.id)).first()
    if (answer.version if answer else 0) != version:
        raise ChangedMeanwhile
    if answer is None:
        answer = DepartmentAnswer(request_id=request.id, proposal_id=proposal.id, **_answered(draft, actor, at))
    else:
        answer.sqlmodel_update(_answered(draft, actor, at))
    session.add(answer)
    record_on(
        session,
        proposal,
        DepartmentAnswered(request.department_code, draft.can_pay.value, draft.budget_line),
        actor=actor,
        at=at,
    )
    note_department_answer(session, proposal, request, at=at)


def _answered(draft: AnswerDraft, actor: Actor, at: datetime) -> dict[str, Any]:
    return {**asdict(draft), "answered_by": actor.person_id, "answered_at": at}


# ---- scores -------------------------------------------------------------------------------------------------------


def save_assessment(
    session: Session,
    proposal: Proposal,
    drafts: Mapping[Dimension, ScoreDraft],
    *,
    scale: Scale,
    version: int,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Store the assessor's own sheet. Raises ChangedMeanwhile for an old `version` (0: none), Refused once final."""
    sheet = own_assessment(session, proposal.id, actor.person_id)
    if (sheet.version if sheet else 0) != version:
        raise ChangedMeanwhile
    if sheet is None:
        sheet = _new_sheet(session, proposal, scale, actor=actor, at=at)
    if sheet.finalised_at is not None:
        raise Refused("Din vurdering er afsluttet og kan ikke ændres. Bed sekretariatet om at åbne den igen.")
    rows = scores_of(session, sheet.id)
    for dimension, draft in drafts.items():
        row = rows.get(dimension) or AssessmentScore(assessment_id=sheet.id, dimension=dimension)
        row.score, row.reason, row.evidence = draft.score, draft.reason, draft.evidence
        session.add(row)
    sheet.saved_at = at
    session.add(sheet)
    session.flush()
    return sheet


def _new_sheet(session: Session, proposal: Proposal, scale: Scale, *, actor: Actor, at: datetime) -> Assessment:
    sheet = Assessment(
        proposal_id=proposal.id,
        assessor_id=actor.person_id,
        department_code=actor.department or "",
        scale_id=scale.id,
        proposal_version=1,
        saved_at=at,
    )
    session.add(sheet)
    session.flush()
    return sheet


def finalise_assessment(session: Session, proposal: Proposal, sheet: Assessment, *, actor: Actor, at: datetime) -> None:
    """Close a sheet, so that it counts. Raises Refused while a score or a reason is missing."""
    rows, scale = scores_of(session, sheet.id), get_scale(sheet.scale_id)
    lacking = [
        criterion.name
        for criterion in scale.criteria
        if criterion.dimension not in rows
        or rows[criterion.dimension].score is None
        or not rows[criterion.dimension].reason
    ]
    if lacking:
        raise Refused(
            "Din vurdering er gemt, men kan ikke afsluttes endnu. Giv point og begrundelse for: " + ", ".join(lacking)
        )
    sheet.finalised_at = at
    session.add(sheet)
    maturity = maturity_of({dimension: row.score for dimension, row in rows.items()}, scale)
    proposal.assessments_final += 1
    proposal.maturity_e4 = maturity_e4(maturity)
    session.add(proposal)
    record_on(
        session,
        proposal,
        AssessmentFinalised(sheet.department_code, _in_words(maturity)),
        actor=actor,
        at=at,
    )


def maturity_e4(maturity: Fraction | None) -> int | None:
    """The maturity number times 10.000, rounded half up, so that a list can sort it; None when nothing is scored."""
    return None if maturity is None else int(maturity * 10_000 + Fraction(1, 2))


def _in_words(maturity: Fraction | None) -> str:
    return "" if maturity is None else format_number(maturity, 2)


# ---- facts of the case --------------------------------------------------------------------------------------------


def record_case_facts(
    session: Session,
    proposal: Proposal,
    facts: Mapping[str, FactValue],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Store what the secretariat found out; only what changed is written, with who and when."""
    if proposal.version != version:
        raise ChangedMeanwhile
    known = case_facts(session, proposal.id)
    changed = tuple(key for key, value in facts.items() if known.get(key) != value)
    for key in changed:
        row = session.get(CaseFact, (proposal.id, key))
        row = row or CaseFact(proposal_id=proposal.id, key=key, recorded_by=actor.person_id, recorded_at=at)
        row.value, row.recorded_by, row.recorded_at = facts[key], actor.person_id, at
        session.add(row)
    if changed:
        proposal.saved_at = at
        session.add(proposal)
        record_on(session, proposal, CaseFactsRecorded(changed), actor=actor, at=at)


# ---- sorting ------------------------------------------------------------------------------------------------------


def run_sorting(session: Session, proposal: Proposal, call: Call, *, at: datetime) -> tuple[SortingInputs, Sorting]:
    """What the rules answer now, from the facts as they stand. Nothing is stored."""
    inputs = sorting_inputs(session, proposal, call, on=today(at))
    return inputs, sort_proposal(inputs.facts, inputs.limits, inputs.fund, get_policy(inputs.policy_id))


def confirm_sorting(session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime) -> None:
    """A person follows the rules' answer. Raises Refused while there is none."""
    inputs, sorting = _decidable(session, proposal, call, actor=actor, at=at)
    move_proposal(proposal, "sorting.confirm")
    _store_run(session, proposal, inputs, sorting, chosen=sorting.track, reason="", actor=actor, at=at)
    maturity = _in_words(sorting.maturity)
    record_on(
        session,
        proposal,
        SortingConfirmed(sorting.track.value, sorting.rule or "", maturity),
        actor=actor,
        at=at,
    )


def override_sorting(
    session: Session, proposal: Proposal, call: Call, *, track: Track, reason: str, actor: Actor, at: datetime
) -> None:
    """A person sorts otherwise, with a reason; the rules' answer stays beside it (domain.md G, SORT12)."""
    inputs, sorting = _decidable(session, proposal, call, actor=actor, at=at)
    if not reason:
        raise Refused("Skriv, hvorfor forslaget skal sorteres anderledes, end reglerne siger.", field="reason")
    if track is sorting.track:
        raise Refused("Det er det samme spor, som reglerne giver. Vælg Bekræft i stedet.", field="track")
    if proposal.state is not State.SORTED:
        move_proposal(proposal, "sorting.override")
    _store_run(session, proposal, inputs, sorting, chosen=track, reason=reason, actor=actor, at=at)
    record_on(
        session,
        proposal,
        SortingOverridden(sorting.track.value, sorting.rule or "", track.value, reason),
        actor=actor,
        at=at,
    )


def _decidable(
    session: Session, proposal: Proposal, call: Call, *, actor: Actor, at: datetime
) -> tuple[SortingInputs, Sorting]:
    if own_assessment(session, proposal.id, actor.person_id) is not None:
        raise Refused("Du har selv vurderet forslaget. En anden i sekretariatet skal sortere det.")
    inputs, sorting = run_sorting(session, proposal, call, at=at)
    if sorting.track is Track.UNDETERMINED:
        raise Refused(deciding_paragraph(sorting))
    return inputs, sorting


def _store_run(
    session: Session,
    proposal: Proposal,
    inputs: SortingInputs,
    sorting: Sorting,
    *,
    chosen: Track,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    session.add(
        SortingRun(
            proposal_id=proposal.id,
            policy_id=inputs.policy_id,
            fund_figures_id=inputs.fund_row.id,
            inputs=_plain({"facts": asdict(inputs.facts), "call": asdict(inputs.limits), "fund": asdict(inputs.fund)}),
            track=sorting.track,
            rule=sorting.rule,
            maturity_e4=maturity_e4(sorting.maturity),
            final=sorting.final,
            deciding=deciding_paragraph(sorting),
            grounds=[_plain(asdict(ground)) for ground in sorting.grounds],
            chosen_track=chosen,
            reason=reason,
            run_by=actor.person_id,
            run_at=at,
        )
    )
    proposal.track = chosen
    proposal.maturity_e4 = maturity_e4(sorting.maturity)
    session.add(proposal)


def _plain(value: Any) -> Any:
    """The same facts in the types that JSON holds; decimals stay exact as text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value
