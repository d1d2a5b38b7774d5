"""How do departments answer and score, and how does the secretariat sort, in the browser?"""

from fractions import Fraction
from itertools import groupby

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import Refused
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.queries import call_of
from intake.rules.lifecycle import State
from intake.rules.questions import question_set
from intake.rules.rights import Relation
from intake.rules.track import Track
from scoring import actions, queries
from scoring.forms import (
    AnswerForm,
    ScoreSheetForm,
    SortingForm,
    case_facts_form,
    score_sheet_form,
    shown_facts,
)
from scoring.models import Assessment, AssessmentScore
from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.grounds import Ground, Section
from scoring.rules.maturity import is_final, level_of, maturity_of
from scoring.rules.policies import get_policy

scoring = Blueprint("scoring", __name__)


@scoring.route("/proposals/<reference>/answer", methods=["GET", "POST"])
@commits
@needs_case("department.answer")
def answer(case: Case) -> ResponseReturnValue:
    form = AnswerForm()
    g.field_labels = {field.name: field.label.text for field in form}

    def act() -> ResponseReturnValue:
        actions.answer_for_department(current_session(), case.proposal, form.to_draft(), actor=case.actor, at=now())
        return go(url_for("desk.case", reference=case.proposal.reference), "Forvaltningens svar er sendt.")

    return apply_or_show(form, act, lambda: render_template("scoring/answer.html", proposal=case.proposal, form=form))


@scoring.route("/proposals/<reference>/assessment", methods=["GET", "POST"])
@commits
@needs_case("assessment.edit")
def assessment(case: Case) -> ResponseReturnValue:
    """The proposal on one side, the score sheet on the other."""
    session, proposal = current_session(), case.proposal
    sheet = queries.own_assessment(session, proposal.id, case.actor.person_id)
    rows = queries.scores_of(session, sheet.id) if sheet else {}
    form: ScoreSheetForm = score_sheet_form()(data=_shown_scores(sheet, rows))
    g.field_labels = {field.name: field.label.text for field in form}

    def act() -> ResponseReturnValue:
        finalise = request.form.get("action") == "finalise"
        if finalise and not form.demand_all():
            return make_response(show(), 422)
        saved = actions.save_assessment(
            session, proposal, form.to_drafts(), version=form.version.data or 0, actor=case.actor, at=now()
        )
        if not finalise:
            return go(
                url_for("scoring.assessment", reference=proposal.reference),
                "Din vurdering er gemt som kladde.",
            )
        actions.finalise_assessment(session, proposal, saved, actor=case.actor, at=now())
        return go(url_for("desk.case", reference=proposal.reference), "Din vurdering er afsluttet. Tak.")

    def show() -> str:
        scores = {dimension: row.score for dimension, row in rows.items()}
        return render_template(
            "scoring/assessment.html",
            proposal=proposal,
            questions=question_set(call_of(session, proposal).question_set_id),
            sheet=sheet,
            form=form,
            criteria=SCALE_2026.criteria,
            given=sum(score is not None for score in scores.values()),
            maturity=maturity_of(scores, SCALE_2026),
            final=is_final(scores, SCALE_2026),
        )

    return apply_or_show(form, act, show)


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
    """The answers and the finished sheets, for those who may read them."""
    session, proposal = current_session(), case.proposal
    return render_template(
        "scoring/assessments.html",
        case=case,
        proposal=proposal,
        departments=department_names(session, on=today(now())),
        asked=queries.asked_departments(session, proposal.id),
        sheets=_readable_sheets(case),
        criteria=SCALE_2026.criteria,
        maturity=None
        if not case.may("sorting.view") or proposal.maturity_e4 is None
        else Fraction(proposal.maturity_e4, 10_000),
    )


def _readable_sheets(case: Case) -> list[queries.Sheet]:
    """Finished sheets; an assessor sees others' only when the own one is in."""
    sheets = queries.final_sheets(current_session(), case.proposal.id)
    own = [sheet for sheet in sheets if sheet.assessment.assessor_id == case.actor.person_id]
    return sheets if own or case.relation is not Relation.ASSIGNED else []


@scoring.route("/proposals/<reference>/case-facts", methods=["GET", "POST"])
@commits
@needs_case("casefacts.edit")
def case_facts(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    known = queries.case_facts(session, proposal.id)
    form = case_facts_form()(data={**shown_facts(known), "version": proposal.version})
    g.field_labels = {field.name: field.label.text for field in form}

    def act() -> ResponseReturnValue:
        actions.record_case_facts(
            session, proposal, form.to_facts(), version=form.read_version, actor=case.actor, at=now()
        )
        target = "scoring.sorting" if case.may("sorting.view") else "desk.case"
        return go(url_for(target, reference=proposal.reference), "Sagsgrundlaget er gemt.")

    def show() -> str:
        return render_template("scoring/case_facts.html", proposal=proposal, form=form, questions=FACT_QUESTIONS)

    return apply_or_show(form, act, show)


@scoring.get("/proposals/<reference>/sorting")
@needs_case("sorting.view")
def sorting(case: Case) -> ResponseReturnValue:
    """What the rules answer and why; once sorted, what was stored."""
    return _sorting_page(case, SortingForm())


def _sorting_page(case: Case, form: SortingForm) -> str:
    session, proposal = current_session(), case.proposal
    found = call_of(session, proposal)
    runs = queries.sorting_runs(session, proposal.id)
    inputs, answered = actions.run_sorting(session, proposal, found, at=now())
    policy = get_policy(inputs.policy_id)
    return render_template(
        "scoring/sorting.html",
        case=case,
        proposal=proposal,
        sorting=answered,
        deciding=deciding_paragraph(answered),
        groups=_grouped(answered.grounds),
        level=level_of(answered.maturity, policy.level_bounds) if answered.maturity is not None else None,
        fund=inputs.fund_row,
        runs=runs,
        form=form,
        may_decide=case.may("sorting.confirm") or case.may("sorting.override"),
        undetermined=answered.track is Track.UNDETERMINED,
        is_sorted=proposal.state is not State.MATURITY_ASSESSMENT,
    )


def _grouped(grounds: tuple[Ground, ...]) -> list[tuple[Section, list[Ground]]]:
    return [(section, list(found)) for section, found in groupby(grounds, key=lambda ground: ground.section)]


@scoring.post("/proposals/<reference>/sorting/confirm")
@commits
@needs_case("sorting.confirm")
def confirm(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    actions.confirm_sorting(session, proposal, call_of(session, proposal), actor=case.actor, at=now())
    return go(url_for("scoring.sorting", reference=proposal.reference), "Sorteringen er bekræftet.")


@scoring.post("/proposals/<reference>/sorting/override")
@commits
@needs_case("sorting.override")
def override(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    form = SortingForm()
    g.field_labels = {"reason": form.reason.label.text}

    def act() -> ResponseReturnValue:
        if not form.track.data:
            raise Refused("Vælg det spor, forslaget skal have.", field="track")
        actions.override_sorting(
            session,
            proposal,
            call_of(session, proposal),
            track=Track(form.track.data),
            reason=form.reason.data,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("scoring.sorting", reference=proposal.reference), "Forslaget er sorteret anderledes.")

    return apply_or_show(form, act, lambda: _sorting_page(case, form))
