"""How does an administrator let people in, correct them and show them out in the browser?"""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.identity import admin_actions, admin_queries
from foundation.identity.admin_forms import AccountForm, AddPersonForm, PersonForm, ReasonForm, RoleForm
from foundation.identity.admin_queries import SORTS, HeldRole, PeopleFilter
from foundation.identity.models import Person
from foundation.identity.queries import department_names
from foundation.identity.roles import ROLE_WORDS, Role
from foundation.permissions import needs, signed_in
from foundation.text import clean_line
from foundation.web import apply_or_show, go, now, settings
from intake.queries.handover import workload

administration = Blueprint("administration", __name__)


@administration.get("/admin")
@needs("user.view")
def people() -> ResponseReturnValue:
    """Everybody there is, 50 rows a page; the address alone says what is shown."""
    asked = _filter()
    found = admin_queries.people(current_session(), asked, on=today(now()), page=_page_number())
    return render_template(
        "identity/people.html",
        page=found,
        asked=asked,
        sorts=SORTS,
        roles=ROLE_WORDS,
        back=_list_address(asked, found.page - 1) if found.page > 1 else None,
        on=_list_address(asked, found.page + 1) if found.page < found.pages else None,
    )


def _filter() -> PeopleFilter:
    role = next((one for one in Role if one.value == request.args.get("role")), None)
    sort = request.args.get("sort", "")
    return PeopleFilter(
        text=clean_line(request.args.get("text", ""))[:200],
        role=role,
        closed=request.args.get("closed") == "y",
        sort=sort if sort in SORTS else SORTS[0],
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _list_address(asked: PeopleFilter, page: int) -> str:
    role = asked.role.value if asked.role else None
    closed = "y" if asked.closed else None
    return url_for("administration.people", text=asked.text, role=role, closed=closed, sort=asked.sort, page=page)


@administration.get("/admin/people/<uuid:person_id>")
@needs("user.view")
def person(person_id: UUID) -> ResponseReturnValue:
    """One person: roles, browsers, how much waits for them, and what was done about their access."""
    session, found = current_session(), _person(person_id)
    return render_template(
        "identity/person.html",
        person=found,
        roles=admin_queries.all_roles(session, person_id),
        browsers=admin_queries.browsers(session, person_id, at=now()) if found.closed_at is None else [],
        work=workload(session, person_id, on=today(now())),
        happened=admin_queries.access_history(session, person_id),
        is_self=person_id == signed_in().person_id,
        today=today(now()),
    )


def _person(person_id: UUID) -> Person:
    found = current_session().get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def _other(person_id: UUID) -> Person:
    """The person of a form; one's own account has none."""
    if person_id == signed_in().person_id:
        raise Refused(admin_actions.NOT_ONESELF)
    return _person(person_id)


def _go(person_id: UUID, said: str) -> ResponseReturnValue:
    """Back to the person, who shows what the act has changed."""
    return go(url_for("administration.person", person_id=person_id), said)


@administration.route("/admin/people/new", methods=["GET", "POST"])
@commits
@needs("user.create")
def add_person() -> ResponseReturnValue:
    form = _with_departments(AddPersonForm())

    def act() -> ResponseReturnValue:
        made = admin_actions.add_user(
            current_session(), form.to_person(), form.to_draft(), actor=signed_in(), at=now(), base_url=_base_url()
        )
        return _go(made.id, "Personen har fået rollen og en mail om det.")

    return apply_or_show(form, act, lambda: render_template("identity/add_person.html", form=form))


@administration.route("/admin/people/<uuid:person_id>/roles/new", methods=["GET", "POST"])
@commits
@needs("role.grant")
def grant_role(person_id: UUID) -> ResponseReturnValue:
    found, form = _other(person_id), _with_departments(RoleForm())

    def act() -> ResponseReturnValue:
        admin_actions.grant_role(
            current_session(), person_id, form.to_draft(), actor=signed_in(), at=now(), base_url=_base_url()
        )
        return _go(person_id, "Personen har fået rollen og en mail om det.")

    return apply_or_show(form, act, lambda: render_template("identity/grant_role.html", form=form, person=found))


def _with_departments(form: Any) -> Any:
    form.offer(department_names(current_session(), on=today(now())))
    return form


def _base_url() -> str:
    return settings().base_url


@administration.route("/admin/people/<uuid:person_id>/roles/<uuid:grant_id>/revoke", methods=["GET", "POST"])
@commits
@needs("role.revoke")
def revoke_role(person_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    session, found, form = current_session(), _other(person_id), ReasonForm()
    held = _held(person_id, grant_id)

    def act() -> ResponseReturnValue:
        admin_actions.revoke_role(session, person_id, grant_id, form.reason.data, actor=signed_in(), at=now())
        return _go(person_id, f"Personen har ikke længere rollen {held.words} og er logget ud af den.")

    def show() -> str:
        work = workload(session, person_id, on=today(now()))
        return render_template("identity/revoke_role.html", form=form, person=found, held=held, work=work)

    return apply_or_show(form, act, show)


def _held(person_id: UUID, grant_id: UUID) -> HeldRole:
    held = next((one for one in admin_queries.all_roles(current_session(), person_id) if one.id == grant_id), None)
    if held is None:
        raise NotFound
    return held


@administration.route("/admin/people/<uuid:person_id>/edit", methods=["GET", "POST"])
@commits
@needs("user.edit")
def correct_person(person_id: UUID) -> ResponseReturnValue:
    found = _other(person_id)
    form = PersonForm(obj=found)

    def act() -> ResponseReturnValue:
        admin_actions.correct_person(
            current_session(),
            person_id,
            form.to_person(),
            version=form.version.data or 0,
            actor=signed_in(),
            at=now(),
            base_url=_base_url(),
        )
        return _go(person_id, "Navn og mailadresse er gemt.")

    return apply_or_show(form, act, lambda: render_template("identity/correct_person.html", form=form, person=found))


@administration.route("/admin/people/<uuid:person_id>/close", methods=["GET", "POST"])
@commits
@needs("user.close")
def close_account(person_id: UUID) -> ResponseReturnValue:
    session, found = current_session(), _other(person_id)
    form = AccountForm(obj=found)

    def act() -> ResponseReturnValue:
        version = form.version.data or 0
        admin_actions.close_account(session, person_id, form.reason.data, version=version, actor=signed_in(), at=now())
        return _go(person_id, "Kontoen er lukket, og personen er logget ud overalt.")

    def show() -> str:
        work = workload(session, person_id, on=today(now()))
        return render_template("identity/close_account.html", form=form, person=found, work=work)

    return apply_or_show(form, act, show)


@administration.route("/admin/people/<uuid:person_id>/reopen", methods=["GET", "POST"])
@commits
@needs("user.close")
def reopen_account(person_id: UUID) -> ResponseReturnValue:
    found = _other(person_id)
    form = AccountForm(obj=found)

    def act() -> ResponseReturnValue:
        version = form.version.data or 0
        admin_actions.reopen_account(
            current_session(), person_id, form.reason.data, version=version, actor=signed_in(), at=now()
        )
        return _go(person_id, "Kontoen er åben igen.")

    return apply_or_show(form, act, lambda: render_template("identity/reopen_account.html", form=form, person=found))


@administration.post("/admin/people/<uuid:person_id>/sessions/end")
@commits
@needs("session.revoke")
def end_all_sessions(person_id: UUID) -> ResponseReturnValue:
    admin_actions.end_all_sessions(current_session(), person_id, actor=signed_in(), at=now())
    return _go(person_id, "Personen er logget ud overalt.")
