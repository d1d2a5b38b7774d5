"""How are the departments' names, coordinators and default focus areas seen and changed in the browser?"""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.fields import choice
from foundation.formats import day
from foundation.identity.queries import colleagues, department_names
from foundation.identity.roles import Role
from foundation.permissions import needs, signed_in
from foundation.web import apply_or_show, go, now
from intake import actions, queries
from intake.forms import AddCoordinatorForm, AddDepartmentForm, EndCoordinatorForm, FocusAreaForm, RenameDepartmentForm
from intake.rules.call import FocusArea
from intake.views.blueprint import intake, label_fields


@intake.get("/departments")
@needs("department.view")
def departments() -> ResponseReturnValue:
    """The departments with their names by date, who hands out their cases, and what they are asked about."""
    session, on = current_session(), today(now())
    return render_template(
        "intake/departments.html",
        departments=queries.all_departments(session),
        coordinators=queries.all_coordinators(session, on=on),
        focus_rows=queries.all_focus_rows(session),
        names=department_names(session, on=on),
        today=on,
        may_edit=signed_in().role is Role.ADMINISTRATOR,
    )


@intake.route("/departments/new", methods=["GET", "POST"])
@commits
@needs("department.edit")
def add_department() -> ResponseReturnValue:
    session, form = current_session(), AddDepartmentForm(data={"valid_from": today(now())})
    label_fields({"code": form.code.label.text, "name": form.name.label.text})

    def act() -> ResponseReturnValue:
        if form.valid_from.data is None:
            raise NotFound  # The field is required, so this is never reached.
        actions.add_department(
            session, form.code.data, form.name.data, form.valid_from.data, actor=signed_in(), at=now()
        )
        return go(url_for("intake.departments"), "Forvaltningen er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/add_department.html", form=form))


@intake.route("/departments/name", methods=["GET", "POST"])
@commits
@needs("department.edit")
def rename_department() -> ResponseReturnValue:
    session, form = current_session(), RenameDepartmentForm()
    label_fields({"name": form.name.label.text})
    form.department.choices = [choice("", "Vælg en forvaltning"), *_departments()]

    def act() -> ResponseReturnValue:
        if form.valid_from.data is None:
            raise NotFound  # The field is required, so this is never reached.
        actions.rename_department(
            session, form.department.data, form.name.data, form.valid_from.data, actor=signed_in(), at=now()
        )
        return go(url_for("intake.departments"), "Navnet er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/rename_department.html", form=form))


@intake.route("/departments/coordinators", methods=["GET", "POST"])
@commits
@needs("department.edit")
def add_coordinator() -> ResponseReturnValue:
    session = current_session()
    form = AddCoordinatorForm(data={"valid_from": today(now())})
    form.person.choices = [
        choice("", "Vælg en person"),
        *(
            choice(f"{one.department}:{one.person_id}", f"{one.name} ({one.department})")
            for one in colleagues(session, frozenset({Role.REVIEWER}))
        ),
    ]

    def act() -> ResponseReturnValue:
        if form.valid_from.data is None:
            raise NotFound  # The field is required, so this is never reached.
        code, _, person_id = form.person.data.partition(":")
        actions.add_coordinator(session, code, UUID(person_id), form.valid_from.data, actor=signed_in(), at=now())
        return go(url_for("intake.departments"), "Koordinatoren er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/add_coordinator.html", form=form))


@intake.route("/departments/coordinators/end", methods=["GET", "POST"])
@commits
@needs("department.edit")
def end_coordinator() -> ResponseReturnValue:
    session, on = current_session(), today(now())
    form = EndCoordinatorForm(data={"valid_to": on})
    form.coordinator.choices = [
        choice("", "Vælg en person"),
        *(
            choice(str(one.id), f"{one.name} ({one.department}), fra {day(one.valid_from)}")
            for one in queries.all_coordinators(session, on=on)
        ),
    ]

    def act() -> ResponseReturnValue:
        if form.valid_to.data is None:
            raise NotFound  # The field is required, so this is never reached.
        actions.end_coordinator(session, UUID(form.coordinator.data), form.valid_to.data, actor=signed_in(), at=now())
        return go(url_for("intake.departments"), "Den sidste dag er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/end_coordinator.html", form=form))


@intake.route("/departments/focus-areas", methods=["GET", "POST"])
@commits
@needs("department.edit")
def route_focus_area() -> ResponseReturnValue:
    session, form = current_session(), FocusAreaForm()
    label_fields({"ground": form.ground.label.text, "others_ground": form.others_ground.label.text})
    form.lead.choices = [choice("", "Vælg en forvaltning"), *_departments()]
    form.others.choices = _departments()

    def act() -> ResponseReturnValue:
        if form.valid_from.data is None:
            raise NotFound  # The field is required, so this is never reached.
        draft = actions.FocusDraft(
            focus_area=FocusArea(form.focus_area.data),
            lead=form.lead.data,
            ground=form.ground.data,
            others=tuple(form.others.data or ()),
            others_ground=form.others_ground.data,
            valid_from=form.valid_from.data,
        )
        actions.set_default_departments(session, draft, actor=signed_in(), at=now())
        return go(url_for("intake.departments"), "Forvaltningerne for hovedområdet er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/route_focus_area.html", form=form))


@intake.post("/departments/names/<uuid:row_id>/withdraw")
@commits
@needs("department.edit")
def withdraw_department_name(row_id: UUID) -> ResponseReturnValue:
    actions.withdraw_department_name(current_session(), row_id, actor=signed_in(), at=now())
    return go(url_for("intake.departments"), "Navnet er fortrudt.")


@intake.post("/departments/coordinators/<uuid:row_id>/withdraw")
@commits
@needs("department.edit")
def withdraw_coordinator(row_id: UUID) -> ResponseReturnValue:
    actions.withdraw_coordinator(current_session(), row_id, actor=signed_in(), at=now())
    return go(url_for("intake.departments"), "Koordinatoren er fortrudt.")


@intake.post("/departments/focus-areas/<uuid:row_id>/withdraw")
@commits
@needs("department.edit")
def withdraw_default_departments(row_id: UUID) -> ResponseReturnValue:
    actions.withdraw_default_departments(current_session(), row_id, actor=signed_in(), at=now())
    return go(url_for("intake.departments"), "Ændringen for hovedområdet er fortrudt.")


def _departments() -> list[Any]:
    names = department_names(current_session(), on=today(now()))
    return [choice(code, name) for code, name in names.items()]
