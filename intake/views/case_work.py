"""How are the formal check, routing and conflicts of interest done in the browser?"""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.fields import choice
from foundation.identity.queries import colleagues, department_names
from foundation.identity.roles import Role
from foundation.web import apply_or_show, go, now, settings
from foundation.workdays import add_workdays
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import (
    ConflictForm,
    FormalCheckForm,
    RouteForm,
)
from intake.models import Proposal
from intake.rules.formal_check import run_formal_check
from intake.rules.routing import ANSWER_WITHIN_WORKDAYS, suggest_departments
from intake.views.blueprint import intake, label_fields


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
        return render_template(
            "intake/conflict.html", proposal=case.proposal, form=form, partners=_partners(case.proposal)
        )

    return apply_or_show(form, act, show)


def _partners(proposal: Proposal) -> str:
    """The partners by name, as whoever declares must know them."""
    partners = proposal.answers.get("partners")
    if isinstance(partners, list):
        return ", ".join(row.get("name", "") for row in partners)
    return partners or ""
