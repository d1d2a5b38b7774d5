"""How does the secretariat write the facts of a case, and sort it, in the browser?"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.errors import Refused
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.queries import call_of
from intake.rules.track import Track
from scoring import actions, queries
from scoring.forms import SortingForm, case_facts_form, shown_facts
from scoring.models import FundFiguresRow, SortingRun
from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.deciding import deciding_paragraph
from scoring.rules.dimensions import Dimension
from scoring.rules.grounds import Ground, Section
from scoring.rules.maturity import Level
from scoring.rules.sorting import Sorting
from scoring.views.blueprint import known_maturity, level_of_call, scoring


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
            session, proposal, form.to_facts(), version=form.version.data or 0, actor=case.actor, at=now()
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
        consensus=queries.counting_consensus(session, proposal.id),
        hearing_pending=queries.hearing_pending(session, proposal.id),
        unfinished=queries.unfinished_assessors(session, proposal.id),
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
    maturity = known_maturity(run.maturity_e4)
    return Answer(
        track=run.track,
        rule=run.rule,
        deciding=run.deciding,
        groups=_grouped(tuple(map(_stored_ground, run.grounds))),
        maturity=maturity,
        level=level_of_call(maturity, run.policy_id),
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
