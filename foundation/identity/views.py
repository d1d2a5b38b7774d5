"""How does a person sign in and out in the browser?"""

from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.fields import choice
from foundation.identity import actions, queries
from foundation.identity.devices import device_words
from foundation.identity.forms import SignInForm, UseLinkForm
from foundation.identity.models import Person
from foundation.identity.roles import ALL_ROLES, ROLE_WORDS, Role
from foundation.permissions import needs, open_to_all, signed_in
from foundation.web import (
    apply_or_show,
    error_page,
    forget_session,
    go,
    now,
    remember_session,
    safe_next,
    settings,
)

identity = Blueprint("identity", __name__)


@identity.route("/sign-in", methods=["GET", "POST"])
@commits
@open_to_all
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    next_path = safe_next(request.values.get("next", "/"))

    def act() -> ResponseReturnValue:
        actions.send_sign_in_link(
            current_session(), form.email.data or "", next_path=next_path, base_url=settings().base_url, at=now()
        )
        return render_template("identity/link_sent.html", email=form.email.data)

    def show() -> str:
        people = queries.colleagues(current_session(), ALL_ROLES) if settings().is_demo else []
        return render_template("identity/sign_in.html", form=form, next_path=next_path, people=people)

    return apply_or_show(form, act, show)


@identity.route("/sign-in/<token>", methods=["GET", "POST"])
@commits
@open_to_all
def use_link(token: str) -> ResponseReturnValue:
    """A page with a button: looking at a link does not use it up."""
    link = queries.usable_link(current_session(), token, at=now())
    if link is None:
        return error_page(
            409,
            "Linket virker ikke længere",
            "Det er brugt eller ældre end 30 minutter. Bed om et nyt link på siden Log ind.",
        )
    form = UseLinkForm()
    person = queries.person_by_email(current_session(), link.email)
    held = queries.held_roles(current_session(), person.id, on=today(now())) if person else []
    form.role.choices = [choice(f"{role.value}|{code or ''}", _role_words(role, code)) for role, code in held]
    if len(held) < 2:
        del form.role

    def act() -> ResponseReturnValue:
        role, department = _chosen(form)
        cookie, next_path = actions.use_sign_in_link(
            current_session(), token, role=role, department=department, at=now(), device=_device()
        )
        g.setdefault("after_commit", []).append(lambda: remember_session(cookie))
        return go(safe_next(next_path) if next_path not in ("", "/") else url_for("desk.my_tasks"))

    return apply_or_show(form, act, lambda: render_template("identity/use_link.html", form=form, email=link.email))


def _device() -> str:
    return device_words(request.user_agent.string)


def _role_words(role: Role, department: str | None) -> str:
    return f"{ROLE_WORDS[role]} ({department})" if department else ROLE_WORDS[role]


def _chosen(form: Form) -> tuple[Role | None, str | None]:
    if "role" not in form or not form["role"].data:
        return None, None
    role, _, department = str(form["role"].data).partition("|")
    return Role(role), department or None


@identity.post("/sign-in/demo")
@commits
@open_to_all
def demo_sign_in() -> ResponseReturnValue:
    """One button a person, in the demo alone."""
    if not settings().is_demo:
        raise NotFound
    session = current_session()
    person = session.get(Person, _uuid(request.form.get("person", "")))
    held = queries.held_roles(session, person.id, on=today(now())) if person else []
    if person is None or not held or person.closed_at is not None:
        raise Refused("Personen findes ikke i prøveversionen. Vælg en af knapperne på siden Log ind.")
    cookie = actions.open_session(session, person, held[0], at=now(), device=_device())
    g.setdefault("after_commit", []).append(lambda: remember_session(cookie))
    next_path = safe_next(request.form.get("next", "/"))
    return go(next_path if next_path != "/" else url_for("desk.my_tasks"))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise NotFound from fault


@identity.post("/sign-out")
@commits
@needs("session.own")
def sign_out() -> ResponseReturnValue:
    actions.sign_out(current_session(), signed_in(), at=now())
    g.setdefault("after_commit", []).append(forget_session)
    return go("/", "Du er logget ud.")


@identity.get("/sessions")
@needs("session.revoke")
def sessions() -> ResponseReturnValue:
    """Who is signed in, for the administrator."""
    return render_template("identity/sessions.html", sessions=queries.live_sessions(current_session(), at=now()))


@identity.post("/sessions/<uuid:session_id>/end")
@commits
@needs("session.revoke")
def end_session(session_id: UUID) -> ResponseReturnValue:
    actions.end_session(current_session(), session_id, actor=signed_in(), at=now())
    back = safe_next(request.form.get("next", ""))
    return go(
        back if back != "/" else url_for("identity.sessions"),
        "Sessionen er afsluttet. Personen er logget ud ved næste klik.",
    )
