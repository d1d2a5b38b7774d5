"""How do people meet calls, drafts, the formal check and routing in the browser?"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.fields import choice
from foundation.identity.actions import found_organisation
from foundation.identity.models import Organisation
from foundation.identity.queries import colleagues, department_names
from foundation.identity.roles import Role
from foundation.permissions import needs, open_to_all, signed_in
from foundation.web import apply_or_show, go, now, settings
from foundation.workdays import add_workdays
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import (
    ConflictForm,
    FormalCheckForm,
    RouteForm,
    SectionForm,
    StartProposalForm,
    section_form,
)
from intake.models import Call, Proposal
from intake.rules.call import CallState
from intake.rules.formal_check import run_formal_check
from intake.rules.lifecycle import State
from intake.rules.proposal import is_answered, missing_answers
from intake.rules.questions import QuestionSet, Section, question_set
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS, suggest_departments

intake = Blueprint("intake", __name__)


def label_fields(labels: Mapping[str, str]) -> None:
    """Tell the error page which words stand over each field, should the typed text have to be shown there."""
    g.field_labels = dict(labels)


# ---- calls ------------------------------------------------------------------------------------------------------


@intake.get("/")
@open_to_all
def front() -> ResponseReturnValue:
    calls = queries.public_calls(current_session(), at=now())
    shown = [(call, queries.state_of_call(call, at=now())) for call in calls]
    return render_template("intake/front.html", calls=shown, now=now())


@intake.get("/calls/<slug>")
@open_to_all
def call(slug: str) -> ResponseReturnValue:
    found = _call_or_404(slug)
    state = queries.state_of_call(found, at=now())
    return render_template(
        "intake/call.html",
        call=found,
        is_open=state is CallState.OPEN,
        state=state,
        areas=queries.focus_areas(current_session(), found.id),
        questions=question_set(found.question_set_id),
        now=now(),
    )


def _call_or_404(slug: str) -> Call:
    found = queries.public_call(current_session(), slug)
    if found is None:
        raise NotFound
    return found


@intake.route("/calls/<slug>/apply", methods=["GET", "POST"])
@commits
@needs("proposal.create")
def apply(slug: str) -> ResponseReturnValue:
    """Start a draft, for an organisation the person belongs to or for a new one."""
    found, actor, session = _call_or_404(slug), signed_in(), current_session()
    known = queries.organisations_of(session, actor)
    form = StartProposalForm()
    if queries.state_of_call(found, at=now()) is not CallState.OPEN:
        raise Refused("Callet tager ikke imod forslag nu. Se på forsiden, hvilke calls der er åbne.")

    def act() -> ResponseReturnValue:
        organisation = found_organisation(session, actor.person_id, name=form.name.data, cvr=form.cvr.data, at=now())
        return _started(found, organisation)

    def show() -> str:
        return render_template("intake/apply.html", call=found, form=form, known=known)

    if request.method == "POST" and request.form.get("organisation"):
        chosen = next((one for one in known if str(one.id) == request.form["organisation"]), None)
        if chosen is None:
            raise NotFound
        return _started(found, chosen)
    return apply_or_show(form, act, show)


def _started(found: Call, organisation: Organisation) -> ResponseReturnValue:
    draft = actions.start_proposal(current_session(), found, organisation, actor=signed_in(), at=now())
    return go(url_for("intake.draft", draft_id=draft.id))


# ---- the draft ----------------------------------------------------------------------------------------------------


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


# ---- the secretariat ----------------------------------------------------------------------------------------------


@intake.route("/proposals/<reference>/formal-check", methods=["GET", "POST"])
@commits
@needs_case("formalcheck.record")
def formal_check(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    found = queries.call_of(session, proposal)
    form = FormalCheckForm()
    label_fields({"note": form.note.label.text})

    def act() -> ResponseReturnValue:
        eligible = form.outcome.data == "ok"
        actions.record_formal_check(
            session, proposal, found, eligible=eligible, note=form.note.data, actor=case.actor, at=now()
        )
        if eligible:
            return go(url_for("intake.route", reference=proposal.reference), "Formalia er tjekket og i orden.")
        return go(url_for("desk.case", reference=proposal.reference), "Forslaget er afvist på formalia.")

    def show() -> str:
        checks = run_formal_check(queries.formal_facts(session, case.actor, proposal, found))
        return render_template("intake/formal_check.html", proposal=proposal, checks=checks, form=form)

    return apply_or_show(form, act, show)


@intake.route("/proposals/<reference>/route", methods=["GET", "POST"])
@commits
@needs_case("department.route")
def route(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    found = queries.call_of(session, proposal)
    form, suggestion = _route_form(proposal)

    def act() -> ResponseReturnValue:
        if form.due_on.data is None:
            raise NotFound  # The field is required, so this is never reached.
        routing = actions.Routing(
            lead=form.lead.data,
            others=tuple(form.others.data or ()),
            reviewer_id=UUID(form.reviewer.data),
            due_on=form.due_on.data,
        )
        actions.route_proposal(
            session, proposal, found, routing, actor=case.actor, at=now(), base_url=settings().base_url
        )
        return go(url_for("desk.case", reference=proposal.reference), "Forslaget er sendt til forvaltningen.")

    def show() -> str:
        return render_template("intake/route.html", proposal=proposal, form=form, suggestion=suggestion)

    return apply_or_show(form, act, show)


def _route_form(proposal: Proposal) -> tuple[RouteForm, str]:
    """The form with today's departments, the people who may score, and the suggestion filled in."""
    session, on = current_session(), today(now())
    if proposal.focus_area is None:
        raise NotFound
    suggestion = suggest_departments(proposal.focus_area)
    names = department_names(session, on=on)
    form = RouteForm(
        data={
            "lead": suggestion.lead,
            "others": list(suggestion.others),
            "due_on": add_workdays(on, ANSWER_WITHIN_WORKDAYS),
        }
    )
    departments = [choice(code, name) for code, name in names.items()]
    form.lead.choices = departments
    form.others.choices = departments
    reviewers = [
        choice(str(person.person_id), f"{person.name} ({person.department})")
        for person in colleagues(session, frozenset({Role.REVIEWER}))
    ]
    form.reviewer.choices = [choice("", "Vælg en vurderer"), *reviewers]
    return form, suggestion.ground


@intake.route("/proposals/<reference>/conflict", methods=["GET", "POST"])
@commits
@needs_case("conflict.declare")
def conflict(case: Case) -> ResponseReturnValue:
    """The first page a reviewer meets: organisation, title and one question."""
    form = ConflictForm()
    label_fields({"ground": form.ground.label.text})

    def act() -> ResponseReturnValue:
        has_conflict = form.has_conflict.data == "yes"
        actions.declare_conflict(
            current_session(),
            case.proposal,
            has_conflict=has_conflict,
            ground=form.ground.data,
            actor=case.actor,
            at=now(),
        )
        if has_conflict:
            return go(
                url_for("desk.my_tasks"),
                "Tak. Sagen er nu lukket for dig. Sekretariatet kan se dit svar i sagens historik.",
            )
        return go(url_for("desk.case", reference=case.proposal.reference))

    def show() -> str:
        return render_template("intake/conflict.html", proposal=case.proposal, form=form)

    return apply_or_show(form, act, show)
