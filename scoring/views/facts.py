"""How does the secretariat write the facts of a case in the browser?"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from scoring import actions, queries
from scoring.forms import case_facts_form, shown_facts
from scoring.forms.facts import CaseFactsBase
from scoring.rules.case_facts import (
    FACT_QUESTIONS,
    QUESTION_OF,
    FactDraft,
    FactGroup,
    FactKind,
    FactQuestion,
    answer_slug,
)
from scoring.rules.goal_payers import GoalPayer, goals_of, paired
from scoring.rules.suggestions import Suggestion
from scoring.views.blueprint import label_fields, scoring


@scoring.route("/proposals/<reference>/case-facts", methods=["GET", "POST"])
@commits
@needs_case("casefacts.edit")
def case_facts(case: Case) -> ResponseReturnValue:
    """Show, fill in from what the case points at ("take:KEY"), or store."""
    session, proposal = current_session(), case.proposal
    records, suggested = queries.fact_records(session, proposal.id), queries.fact_suggestions(session, proposal)
    form = _form(case, records)
    label_fields(form)
    taken = request.form.get("action", "").partition("take:")[2]
    if taken:
        _take(form, taken, suggested)
        return _page(case, form, records, suggested)

    def act() -> ResponseReturnValue:
        if not form.demand_defence(suggested):
            return _page(case, form, records, suggested), 422
        actions.record_case_facts(
            session, proposal, form.to_drafts(), version=form.version.data or 0, actor=case.actor, at=now()
        )
        target = "scoring.sorting" if case.may("sorting.view") else "desk.case"
        return go(url_for(target, reference=proposal.reference), "Sagsgrundlaget er gemt.")

    return apply_or_show(form, act, lambda: _page(case, form, records, suggested))


def _form(case: Case, records: Mapping[str, queries.FactRecord]) -> CaseFactsBase:
    proposal = case.proposal
    drafts = {key: FactDraft(one.value, one.source, one.reason) for key, one in records.items()}
    shown = shown_facts(drafts, queries.goal_payers(current_session(), proposal))
    return case_facts_form(goals_of(proposal.answers))(data={**shown, "version": proposal.version})


def _take(form: CaseFactsBase, key: str, suggested: Mapping[str, Suggestion]) -> None:
    if key not in suggested:
        raise BadRequest("no such suggestion")
    form.take(key, suggested[key])


@dataclass(frozen=True, slots=True)
class FactSection:
    """One heading of the page: its questions, and those of them that nobody has answered."""

    group: FactGroup
    questions: list[FactQuestion]
    missing: list[FactQuestion]


def _page(
    case: Case,
    form: CaseFactsBase,
    records: Mapping[str, queries.FactRecord],
    suggested: Mapping[str, Suggestion],
) -> str:
    session, proposal = current_session(), case.proposal
    missing = queries.missing_facts(session, proposal)
    return render_template(
        "scoring/case_facts.html",
        proposal=proposal,
        form=form,
        sections=[_section(group, missing) for group in FactGroup],
        records=records,
        suggested={key: _line(form, key, one) for key, one in suggested.items()},
        goals=_goal_rows(case, form),
        asked=queries.asked_departments(session, proposal.id),
        legal=queries.legal_check(session, proposal, on=today(now())),
    )


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    """What the case points at: the answer as a slug, payers goal by goal, the source, and whether it stands there."""

    slug: str
    goals: tuple[GoalPayer, ...]
    source: str
    is_taken: bool


def _line(form: CaseFactsBase, key: str, suggestion: Suggestion) -> SuggestionLine:
    question = QUESTION_OF[key]
    goals = paired(form.goals, suggestion.value) if question.kind is FactKind.GOALS else ()
    slug = answer_slug(question, suggestion.value)
    return SuggestionLine(slug, goals, suggestion.source, form.holds(key, suggestion))


def _section(group: FactGroup, missing: frozenset[str]) -> FactSection:
    asked = [one for one in FACT_QUESTIONS if one.group is group]
    return FactSection(group, asked, [one for one in asked if one.key in missing])


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal as the page shows it: its number in the form, its words, and who the applicant thinks saves money."""

    number: int
    goal: str
    applicant_says: str

    @property
    def place(self) -> int:
        """The number that a person reads; those in the form begin with 0."""
        return self.number + 1


def _goal_rows(case: Case, form: CaseFactsBase) -> list[GoalRow]:
    said = case.proposal.answers.get("result_goals")
    rows = said if isinstance(said, list) else []
    told = [str(row.get("payer") or "") for row in rows] or [""] * len(form.goals)
    return [GoalRow(number, goal, told[number]) for number, goal in enumerate(form.goals)]
