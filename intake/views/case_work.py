"""How is a proposal sent to departments in the browser, and how are they asked anew or let off?"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.fields import choice
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now, settings
from foundation.workdays import add_workdays
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import (
    ExemptForm,
    RouteForm,
    reroute_form,
)
from intake.models import DepartmentRequest, Proposal
from intake.rules.lifecycle import State
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS, DepartmentSuggestion, suggest_departments
from intake.views.blueprint import intake


@intake.route("/proposals/<reference>/route", methods=["GET", "POST"])
@commits
@needs_case("department.route")
def route(case: Case) -> ResponseReturnValue:
    """Send a checked proposal to departments, or change whom was asked while they have it."""
    return _reroute(case) if case.proposal.state is State.WITH_DEPARTMENTS else _route(case)


def _route(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    form, suggestion = _route_form(case)

    def act() -> ResponseReturnValue:
        if form.due_on.data is None:
            raise NotFound  # The field is required, so this is never reached.
        routing = actions.Routing(
            lead=form.lead.data,
            others=tuple(form.others.data or ()),
            reviewer_id=UUID(form.reviewer.data) if form.reviewer.data else None,
            due_on=form.due_on.data,
            secretariat_assessor_id=UUID(form.assessor.data) if form.assessor.data else None,
        )
        unattended = actions.route_proposal(
            session, proposal, routing, actor=case.actor, at=now(), base_url=settings().base_url
        )
        return go(
            url_for("desk.case", reference=proposal.reference),
            _with_warning("Forslaget er sendt til forvaltningen.", unattended),
        )

    def show() -> str:
        names = department_names(session, on=today(now()))
        return render_template(
            "intake/route.html", proposal=proposal, form=form, suggestion=suggestion, departments=names
        )

    return apply_or_show(form, act, show)


def _with_warning(message: str, unattended: Sequence[str]) -> str:
    """What was done, and which departments have nobody who was told of it."""
    if not unattended:
        return message
    return f"{message} Ingen koordinator har fået besked i {', '.join(unattended)}. Vælg selv en dér."


def _route_form(case: Case) -> tuple[RouteForm, DepartmentSuggestion | None]:
    """The form with today's departments, the people who may score, and the suggestion filled in."""
    session, proposal, on = current_session(), case.proposal, today(now())
    if proposal.focus_area is None:
        raise NotFound
    defaults = queries.default_departments(session, proposal.focus_area, on=on)
    suggestion = suggest_departments(defaults, applicant=proposal.applicant_department)
    form = RouteForm(
        data={
            "lead": suggestion.lead.department if suggestion else None,
            "others": [one.department for one in suggestion.others] if suggestion else [],
            "due_on": add_workdays(on, ANSWER_WITHIN_WORKDAYS),
        }
    )
    names = department_names(session, on=on)
    form.lead.choices = [choice("", "Vælg en forvaltning"), *_department_choices(names)]
    form.others.choices = _department_choices(names)
    people = queries.candidates(session, proposal)
    form.reviewer.choices = [
        choice("", "Koordinatoren vælger"),
        *(choice(str(one.person_id), f"{one.name} ({one.department})") for one in people if one.department),
    ]
    form.assessor.choices = [
        choice("", "Vælg senere"),
        *(
            choice(str(one.person_id), one.name)
            for one in people
            if one.department is None and one.person_id not in {case.actor.person_id, proposal.case_worker_id}
        ),
    ]
    return form, suggestion


def _department_choices(names: Mapping[str, str]) -> list[Any]:
    return [choice(code, name) for code, name in names.items()]


def _reroute(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    asked = queries.department_requests(session, proposal.id)
    names = department_names(session, on=today(now()))
    form = _form_to_reroute(proposal, asked, names)

    def act() -> ResponseReturnValue:
        wanted = {form.lead.data, *form.asked.data}
        due = tuple((code, form[f"due_{code}"].data) for code in names if code in wanted and f"due_{code}" in form)
        unattended = actions.reroute_proposal(
            session,
            proposal,
            actions.Rerouting(lead=form.lead.data, due=due, reason=form.reason.data),
            version=form.version.data,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("desk.case", reference=proposal.reference), _with_warning("Ændringen er gemt.", unattended))

    def show() -> str:
        return render_template("intake/reroute.html", proposal=proposal, form=form, asked=asked, departments=names)

    return apply_or_show(form, act, show)


def _form_to_reroute(proposal: Proposal, asked: Sequence[DepartmentRequest], names: Mapping[str, str]) -> Any:
    """A deadline for each department that is not done, as it is now or as one that is asked today."""
    done = {one.department_code for one in asked if queries.is_done(one)}
    known = {one.department_code: one.due_on for one in asked}
    open_names = {code: name for code, name in names.items() if code not in done}
    usual = add_workdays(today(now()), ANSWER_WITHIN_WORKDAYS)
    form: Any = reroute_form(
        open_names,
        data={
            "lead": next((one.department_code for one in asked if one.is_lead), None),
            "asked": [one.department_code for one in asked],
            "version": proposal.version,
            **{f"due_{code}": known.get(code, usual) for code in open_names},
        },
    )
    form.lead.choices = _department_choices(names)
    form.asked.choices = _department_choices(open_names)
    return form


@intake.route("/proposals/<reference>/exempt", methods=["GET", "POST"])
@commits
@needs_case("department.exempt")
def exempt(case: Case) -> ResponseReturnValue:
    """Let a department off answering."""
    session, proposal = current_session(), case.proposal
    names = department_names(session, on=today(now()))
    waiting = [
        one.department_code for one in queries.department_requests(session, proposal.id) if not queries.is_done(one)
    ]
    form = ExemptForm(data={"version": proposal.version})
    form.department.choices = [
        choice("", "Vælg en forvaltning"),
        *(choice(code, names.get(code, code)) for code in waiting),
    ]

    def act() -> ResponseReturnValue:
        actions.exempt_department(
            session,
            proposal,
            form.department.data,
            form.reason.data,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("desk.case", reference=proposal.reference), "Forvaltningen skal ikke svare.")

    return apply_or_show(form, act, lambda: render_template("intake/exempt.html", proposal=proposal, form=form))
