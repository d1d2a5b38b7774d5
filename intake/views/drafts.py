"""How is a draft written, looked through and sent in the browser?"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import (
    SectionForm,
    section_form,
)
from intake.models import Proposal
from intake.rules.call import CallState
from intake.rules.lifecycle import State
from intake.rules.proposal import is_answered, missing_answers
from intake.rules.questions import QuestionSet, Section, question_set
from intake.views.blueprint import intake, label_fields


@dataclass(frozen=True, slots=True)
class Step:
    """One section in the guide at the side, with how far it has come."""

    title: str
    url: str
    mark: str
    current: bool


def _steps(proposal: Proposal, questions: QuestionSet, here: str) -> list[Step]:
    sections = [
        Step(
            section.title,
            url_for("intake.draft_section", draft_id=proposal.id, key=section.key),
            _mark(section, proposal.answers),
            section.key == here,
        )
        for section in questions.sections
    ]
    ready = not missing_answers(questions, proposal.answers)
    check = Step(
        "Se svarene igennem",
        url_for("intake.check", draft_id=proposal.id),
        "in_progress" if ready else "not_started",
        here == "check",
    )
    return [*sections, check]


def _mark(section: Section, answers: Mapping[str, str | int | None]) -> str:
    answered = [question for question in section.questions if is_answered(answers, question.key)]
    if all(question in answered for question in section.questions if question.required):
        return "done"
    return "in_progress" if answered else "not_started"


@intake.get("/drafts/<uuid:draft_id>")
@needs_case("proposal.view")
def draft(case: Case) -> ResponseReturnValue:
    """The way in to a draft; once it is sent, the address leads to the case."""
    if case.proposal.state is not State.DRAFT:
        return redirect(url_for("desk.case", reference=case.proposal.reference))
    first = _questions(case.proposal).sections[0]
    return redirect(url_for("intake.draft_section", draft_id=case.proposal.id, key=first.key))


def _questions(proposal: Proposal) -> QuestionSet:
    return question_set(queries.call_of(current_session(), proposal).question_set_id)


@intake.route("/drafts/<uuid:draft_id>/sections/<key>", methods=["GET", "POST"])
@commits
@needs_case("proposal.edit")
def draft_section(case: Case, key: str) -> ResponseReturnValue:
    proposal, session = case.proposal, current_session()
    found = queries.call_of(session, proposal)
    questions = question_set(found.question_set_id)
    section = _section_or_404(questions, key)
    label_fields({question.key: question.label for question in section.questions})
    made = section_form(section, tuple(queries.focus_areas(session, found.id)))
    form: SectionForm = made(data={**proposal.answers, "version": proposal.version})

    def act() -> ResponseReturnValue:
        answers = form.to_draft(proposal.answers)
        actions.save_draft(session, proposal, answers, version=form.read_version, at=now())
        return _after_save(proposal, questions, section)

    def show() -> str:
        return render_template(
            "intake/draft_section.html",
            call=found,
            proposal=proposal,
            section=section,
            form=form,
            steps=_steps(proposal, questions, key),
            position=questions.sections.index(section) + 1,
            total=len(questions.sections),
        )

    return apply_or_show(form, act, show)


def _section_or_404(questions: QuestionSet, key: str) -> Section:
    for section in questions.sections:
        if section.key == key:
            return section
    raise NotFound


def _after_save(proposal: Proposal, questions: QuestionSet, section: Section) -> ResponseReturnValue:
    """ "Gem kladde" stays where one was; "Gem og fortsæt" goes to the next section, and at last to the check."""
    if request.form.get("action") == "stay":
        return go(url_for("intake.draft_section", draft_id=proposal.id, key=section.key), "Kladden er gemt.")
    following = questions.sections.index(section) + 1
    if following == len(questions.sections):
        return go(url_for("intake.check", draft_id=proposal.id))
    return go(url_for("intake.draft_section", draft_id=proposal.id, key=questions.sections[following].key))


@intake.get("/drafts/<uuid:draft_id>/check")
@needs_case("proposal.edit")
def check(case: Case) -> ResponseReturnValue:
    """Every answer once more, what is missing on top, and the button that sends."""
    proposal, session = case.proposal, current_session()
    found = queries.call_of(session, proposal)
    questions = question_set(found.question_set_id)
    return render_template(
        "intake/check.html",
        call=found,
        proposal=proposal,
        questions=questions,
        missing=missing_answers(questions, proposal.answers),
        section_of={q.key: section for section in questions.sections for q in section.questions},
        steps=_steps(proposal, questions, "check"),
        is_open=queries.state_of_call(found, at=now()) is CallState.OPEN,
    )


@intake.post("/drafts/<uuid:draft_id>/submit")
@commits
@needs_case("proposal.submit")
def submit(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    found = queries.call_of(session, proposal)
    actions.submit_proposal(session, proposal, found, actor=case.actor, at=now(), base_url=settings().base_url)
    return go(url_for("intake.receipt", reference=proposal.reference))


@intake.get("/proposals/<reference>/receipt")
@needs_case("receipt.view")
def receipt(case: Case) -> ResponseReturnValue:
    return render_template(
        "intake/receipt.html",
        proposal=case.proposal,
        call=queries.call_of(current_session(), case.proposal),
        email=queries.sent_by(current_session(), case.proposal),
    )
