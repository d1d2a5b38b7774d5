"""How do assessors score, who reads the sheets, and how is one opened again, in the browser?"""

from uuid import UUID

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.charts import Picture, picture_for
from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.identity.models import Person
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now, settings
from intake.access import Case, needs_case
from intake.models import Proposal
from intake.queries import call_of, newest_version, questions_of
from intake.queries.secretariat import counting_sheets
from scoring import actions, queries
from scoring.commitment_queries import commitments
from scoring.forms import ReopenForm, ScoreSheetForm, score_sheet_form
from scoring.models import Assessment, AssessmentScore
from scoring.policy_queries import policy_of, scale_of
from scoring.rules.charts import maturity_profile
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.maturity import is_final, maturity_of
from scoring.rules.passages import passages_of
from scoring.views.blueprint import known_maturity, label_fields, level_of_call, scoring


@scoring.route("/proposals/<reference>/assessment", methods=["GET", "POST"])
@commits
@needs_case("assessment.edit")
def assessment(case: Case) -> ResponseReturnValue:
    """The proposal on one side, the score sheet on the other."""
    session, proposal = current_session(), case.proposal
    is_closed = actions.scoring_assignment(session, proposal, case.actor).finished_at is not None
    sheet = queries.own_assessment(session, proposal.id, case.actor.person_id)
    rows = queries.scores_of(session, sheet.id) if sheet else {}
    scale = scale_of(current_session(), sheet.scale_id) if sheet else _scale_of(proposal)
    form: ScoreSheetForm = score_sheet_form(scale)(data=_shown_scores(sheet, rows))
    label_fields(form)

    def act() -> ResponseReturnValue:
        finalise = request.form.get("action") == "finalise"
        if finalise and not is_closed:
            actions.need_newest_read(session, proposal, sheet)
            if not form.demand_all():
                return make_response(show(), 422)
        saved = actions.save_assessment(
            session, proposal, form.to_drafts(), scale=scale, version=form.version.data or 0, actor=case.actor, at=now()
        )
        if not finalise:
            return go(url_for("scoring.assessment", reference=proposal.reference), "Din vurdering er gemt som kladde.")
        actions.finalise_assessment(session, proposal, saved, actor=case.actor, at=now())
        return go(url_for("desk.case", reference=proposal.reference), "Din vurdering er afsluttet. Tak.")

    def show() -> str:
        return _assessment_page(case, form, scale, sheet, rows, is_closed=is_closed)

    return apply_or_show(form, act, show)


def _assessment_page(
    case: Case,
    form: ScoreSheetForm,
    scale: Scale,
    sheet: Assessment | None,
    rows: dict[Dimension, AssessmentScore],
    *,
    is_closed: bool,
) -> str:
    session, proposal = current_session(), case.proposal
    scores = {dimension: row.score for dimension, row in rows.items()}
    questions = questions_of(session, call_of(session, proposal))
    sections = frozenset(section.key for section in questions.sections)
    sent = newest_version(session, proposal.id)
    return render_template(
        "scoring/assessment.html",
        proposal=proposal,
        questions=questions,
        sheet=sheet,
        is_closed=is_closed,
        form=form,
        criteria=scale.criteria,
        passages={one.dimension: " ".join(passages_of(one.dimension, sections)) for one in scale.criteria},
        given=sum(score is not None for score in scores.values()),
        maturity=maturity_of(scores, scale),
        final=is_final(scores, scale),
        newest=sent.number if sent else 1,
    )


def _scale_of(proposal: Proposal) -> Scale:
    """The scale of the policy that the proposal's call was published with."""
    return policy_of(current_session(), call_of(current_session(), proposal).policy_id).scale


def _shown_scores(sheet: Assessment | None, rows: dict[Dimension, AssessmentScore]) -> dict[str, object]:
    shown: dict[str, object] = {"version": sheet.version if sheet else 0}
    for dimension, row in rows.items():
        shown[f"{dimension.value}_score"] = None if row.score is None else str(row.score)
        shown[f"{dimension.value}_reason"] = row.reason
        shown[f"{dimension.value}_evidence"] = row.evidence
    return shown


@scoring.get("/proposals/<reference>/assessments")
@needs_case("assessment.view")
def assessments(case: Case) -> ResponseReturnValue:
    """The answers, the consensus and the finished sheets, for those who may read them."""
    session, proposal = current_session(), case.proposal
    sees_scores = queries.sees_scores(session, case.actor, case.relation, proposal.id)
    maturity = known_maturity(proposal.maturity_e4) if sees_scores and case.may("sorting.view") else None
    consensus = queries.counting_consensus(session, proposal.id) if sees_scores else None
    return render_template(
        "scoring/assessments.html",
        case=case,
        proposal=proposal,
        departments=department_names(session, on=today(now())),
        asked=queries.asked_departments(session, proposal.id),
        promised={one.department_code: one for one in commitments(session, proposal.id) if one.promise},
        hearings=queries.hearings_of(session, proposal.id),
        sees_scores=sees_scores,
        finished=counting_sheets(session, proposal.id),
        consensus=consensus,
        profile=_profile(proposal, consensus) if consensus else None,
        sheets=queries.finished_sheets(session, proposal.id) if sees_scores else [],
        criteria=_scale_of(proposal).criteria,
        maturity=maturity,
        level=level_of_call(maturity, call_of(session, proposal).policy_id),
    )


def _profile(proposal: Proposal, consensus: queries.CountingConsensus) -> Picture:
    """The chart of what was agreed, against what an investment needs by the call's policy."""
    policy = policy_of(current_session(), call_of(current_session(), proposal).policy_id)
    scores = {dimension: row.score for dimension, row in consensus.scores.items()}
    return picture_for(current_session(), maturity_profile(scores, policy))


@scoring.route("/proposals/<reference>/assessments/<uuid:assessment_id>/reopen", methods=["GET", "POST"])
@commits
@needs_case("assessment.reopen")
def reopen(case: Case, assessment_id: UUID) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    sheet = queries.find_sheet(session, proposal.id, assessment_id)
    if sheet is None:
        raise NotFound
    form = ReopenForm()
    label_fields(form)

    def act() -> ResponseReturnValue:
        actions.reopen_assessment(
            session,
            proposal,
            sheet,
            reason=form.reason.data,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("scoring.assessments", reference=proposal.reference), "Vurderingen er åbnet igen.")

    def show() -> str:
        assessor = session.get_one(Person, sheet.assessor_id).name
        return render_template(
            "scoring/reopen.html",
            proposal=proposal,
            form=form,
            assessor=assessor,
            agreed=proposal.agreement is not None,
        )

    return apply_or_show(form, act, show)
