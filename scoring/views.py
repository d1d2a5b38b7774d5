"""How do departments answer and score, and how does the secretariat sort, in the browser?"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import Refused
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.models import Proposal
from intake.queries import call_of, questions_of
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
from scoring.models import Assessment, AssessmentScore, DepartmentAnswer, FundFiguresRow, SortingRun
from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.grounds import Ground, Section
from scoring.rules.maturity import Level, is_final, level_of, maturity_of
from scoring.rules.policies import get_policy, get_scale
from scoring.rules.sorting import Sorting

scoring = Blueprint("scoring", __name__)


@scoring.route("/proposals/<reference>/answer", methods=["GET", "POST"])
@commits
@needs_case("department.answer")
def answer(case: Case) -> ResponseReturnValue:
    known = _known_answer(case)
    form = AnswerForm(data=_shown_answer(known))
    g.field_labels = {field.name: field.label.text for field in form}

    def act() -> ResponseReturnValue:
        actions.answer_for_department(
            current_session(),
            case.proposal,
            form.to_draft(),
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("desk.case", reference=case.proposal.reference), "Forvaltningens svar er sendt.")

    def show() -> str:
        return render_template("scoring/answer.html", proposal=case.proposal, form=form, known=known)

    return apply_or_show(form, act, show)


def _known_answer(case: Case) -> DepartmentAnswer | None:
    """What the actor's department has answered before, so that it is mended and not written anew."""
    asked = queries.asked_departments(current_session(), case.proposal.id)
    return next((one.answer for one in asked if one.request.department_code == case.actor.department), None)


def _shown_answer(known: DepartmentAnswer | None) -> dict[str, object]:
    if known is None:
        return {"version": 0}
    return {
        "version": known.version,
        "statement": known.statement,
        "confirms_gap": {True: "yes", False: "no", None: "unknown"}[known.confirms_gap],
        "can_pay": known.can_pay.value,
        "budget_line": known.budget_line,
        "backed_by": known.backed_by,
    }


@scoring.route("/proposals/<reference>/assessment", methods=["GET", "POST"])
@commits
@needs_case("assessment.edit")
def assessment(case: Case) -> ResponseReturnValue:
    """The proposal on one side, the score sheet on the other."""
    session, proposal = current_session(), case.proposal
    sheet = queries.own_assessment(session, proposal.id, case.actor.person_id)
    rows = queries.scores_of(session, sheet.id) if sheet else {}
    scale = get_scale(sheet.scale_id) if sheet else _scale_of(proposal)
    form: ScoreSheetForm = score_sheet_form(scale)(data=_shown_scores(sheet, rows))
    g.field_labels = {field.name: field.label.text for field in form}

    def act() -> ResponseReturnValue:
        finalise = request.form.get("action") == "finalise"
        if finalise and not form.demand_all():
            return make_response(show(), 422)
        saved = actions.save_assessment(
            session, proposal, form.to_drafts(), scale=scale, version=form.version.data or 0, actor=case.actor, at=now()
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
            questions=questions_of(session, call_of(session, proposal)),
            sheet=sheet,
            form=form,
            criteria=scale.criteria,
            given=sum(score is not None for score in scores.values()),
            maturity=maturity_of(scores, scale),
            final=is_final(scores, scale),
        )

    return apply_or_show(form, act, show)


def _scale_of(proposal: Proposal) -> Scale:
    """The scale of the policy that the proposal's call was published with."""
    return get_policy(call_of(current_session(), proposal).policy_id).scale


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
    maturity = _known_maturity(proposal.maturity_e4) if case.may("sorting.view") else None
    return render_template(
        "scoring/assessments.html",
        case=case,
        proposal=proposal,
        departments=department_names(session, on=today(now())),
        asked=queries.asked_departments(session, proposal.id),
        sheets=_readable_sheets(case),
        criteria=_scale_of(case.proposal).criteria,
        maturity=maturity,
        level=_level(maturity, call_of(session, proposal).policy_id),
    )


def _known_maturity(maturity_e4: int | None) -> Fraction | None:
    return None if maturity_e4 is None else Fraction(maturity_e4, 10_000)


def _level(maturity: Fraction | None, policy_id: str) -> Level | None:
    return None if maturity is None else level_of(maturity, get_policy(policy_id).level_bounds)


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


@dataclass(frozen=True, slots=True)
class GroundGroup:
    """The grounds of one section as the page folds them; `mark` is met, not_met or unknown."""

    section: Section
    grounds: list[Ground]
    mark: str
    summary: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules answered, now or when the proposal was sorted, with the figures that it rests on."""

    track: Track
    rule: str | None
    deciding: str
    groups: list[GroundGroup]
    maturity: Fraction | None
    level: Level | None
    final: bool
    fund: FundFiguresRow

    @property
    def unknown(self) -> int:
        """How many of the conditions that decided nobody has answered: they counted as not met."""
        return sum(ground.decides and not ground.known for group in self.groups for ground in group.grounds)


def _sorting_page(case: Case, form: SortingForm) -> str:
    session, proposal = current_session(), case.proposal
    runs = queries.sorting_runs(session, proposal.id)
    inputs, today_answer = actions.run_sorting(session, proposal, call_of(session, proposal), at=now())
    run = runs[0][0] if runs else None
    return render_template(
        "scoring/sorting.html",
        case=case,
        proposal=proposal,
        answer=_stored_answer(run) if run else _fresh_answer(inputs, today_answer),
        run=run,
        runs=runs,
        today_track=today_answer.track,
        form=form,
        undetermined=today_answer.track is Track.UNDETERMINED,
    )


def _fresh_answer(inputs: queries.SortingInputs, answered: Sorting) -> Answer:
    return Answer(
        track=answered.track,
        rule=answered.rule,
        deciding=deciding_paragraph(answered),
        groups=_grouped(answered.grounds),
        maturity=answered.maturity,
        level=answered.level,
        final=answered.final,
        fund=inputs.fund_row,
    )


def _stored_answer(run: SortingRun) -> Answer:
    maturity = _known_maturity(run.maturity_e4)
    return Answer(
        track=run.track,
        rule=run.rule,
        deciding=run.deciding,
        groups=_grouped(tuple(map(_stored_ground, run.grounds))),
        maturity=maturity,
        level=_level(maturity, run.policy_id),
        final=run.final,
        fund=queries.fund_figures_used(current_session(), run),
    )


def _stored_ground(kept: dict[str, Any]) -> Ground:
    dimension = kept["dimension"]
    return Ground(
        **{
            **kept,
            "section": Section(kept["section"]),
            "dimension": None if dimension is None else Dimension(dimension),
        }
    )


def _grouped(grounds: tuple[Ground, ...]) -> list[GroundGroup]:
    return [_group(section, list(found)) for section, found in groupby(grounds, key=lambda ground: ground.section)]


def _group(section: Section, grounds: list[Ground]) -> GroundGroup:
    met, known = [g for g in grounds if g.holds], [g for g in grounds if g.known]
    failing = [g for g in grounds if not g.holds]
    mark = "met" if not failing else "not_met" if any(g in known for g in failing) else "unknown"
    summary = f"{len(met)} af {len(grounds)}"
    if section is Section.OWN_DRIFT:
        summary = {"met": "ja", "not_met": "nej", "unknown": "ikke oplyst"}[mark]
    return GroundGroup(section, grounds, mark, summary, is_open=any(g.decides for g in failing))


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
