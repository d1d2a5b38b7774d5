"""How does the secretariat create, write, publish, extend and cancel a call in the browser?"""

from collections.abc import Callable
from uuid import UUID

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlmodel import Session

from foundation.audit import history
from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.fields import choice
from foundation.formats import day
from foundation.permissions import needs, signed_in
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.forms import (
    ActOnCallForm,
    CallContactForm,
    CallForm,
    CallQuestionForm,
    CancelCallForm,
    EditCallForm,
    ExtendDeadlineForm,
    call_fields,
    moment_fields,
    question_fields,
)
from intake.models import Call, CallQuestion
from intake.rules.call import CallState
from intake.rules.call_check import Gap, check_call, stops
from intake.rules.call_draft import MOST_QUESTIONS
from intake.rules.call_policy import PolicyOffer, policy_on
from intake.views.blueprint import intake, label_fields
from intake.views.calls import call_page


def _any_call(slug: str) -> Call:
    found = queries.any_call(current_session(), slug)
    if found is None:
        raise NotFound
    return found


def _draft_call(slug: str) -> Call:
    """A call that may still be written in; for a published one the refusal that says what can be done instead."""
    found = _any_call(slug)
    actions.need_draft(found, version=found.version)
    return found


def _label(form: FlaskForm) -> None:
    label_fields({field.name: field.label.text for field in form})


def _state(found: Call) -> CallState:
    return queries.state_of_call(found, at=now())


# ---- written as a draft -------------------------------------------------------------------------------------------


def _policies() -> tuple[PolicyOffer, ...]:
    """The policies that a call may sort by, and those that it may have: the application hands down who knows them."""
    ask: Callable[[Session], tuple[PolicyOffer, ...]] = current_app.extensions["raadslag.policies"]
    return ask(current_session())


def _offer_policies(form: CallForm) -> None:
    form.policy.choices = [
        choice("", "Vælg en politik"),
        *(
            choice(one.id, f"{one.name} (for calls, der åbner fra {day(one.valid_from)})")
            for one in _policies()
            if one.may_be_chosen
        ),
    ]


def _newest_policy() -> str:
    """What a call that opened today would sort by: the guess that a new call begins with."""
    found = policy_on(_policies(), today(now()))
    return found.id if found else ""


def _policy_name(policy_id: str) -> str:
    return next((one.name for one in _policies() if one.id == policy_id), "")


def _gaps(found: Call) -> tuple[Gap, ...]:
    return check_call(queries.call_facts(current_session(), found, at=now(), policies=_policies()))


@intake.route("/calls/new", methods=["GET", "POST"])
@commits
@needs("call.create")
def new_call() -> ResponseReturnValue:
    form = CallForm(data={"policy": _newest_policy()})
    _offer_policies(form)
    _label(form)

    def act() -> ResponseReturnValue:
        made = actions.create_call(current_session(), form.to_draft(), actor=signed_in(), at=now())
        return go(url_for("intake.manage_call", slug=made.slug), "Callet er oprettet som kladde.")

    return apply_or_show(form, act, lambda: render_template("intake/call_edit.html", call=None, form=form))


@intake.route("/calls/<slug>/edit", methods=["GET", "POST"])
@commits
@needs("call.edit")
def edit_call(slug: str) -> ResponseReturnValue:
    found, session = _draft_call(slug), current_session()
    form = EditCallForm(data={**call_fields(queries.call_draft(session, found)), "version": found.version})
    _offer_policies(form)
    _label(form)

    def act() -> ResponseReturnValue:
        actions.edit_call(session, found, form.to_draft(), version=form.version.data or 0, actor=signed_in(), at=now())
        return go(url_for("intake.manage_call", slug=slug), "Callet er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/call_edit.html", call=found, form=form))


@intake.get("/calls/<slug>/manage")
@needs("call.edit")
def manage_call(slug: str) -> ResponseReturnValue:
    """The secretariat's own page of a call: where it is, what can be done now, and its history."""
    found, session = _any_call(slug), current_session()
    return render_template(
        "intake/call_manage.html",
        call=found,
        state=_state(found),
        is_finished=queries.is_finished(session, found, at=now()),
        gaps=_gaps(found),
        own_questions=queries.call_questions(session, found.id),
        policy=_policy_name(found.policy_id),
        areas=queries.focus_areas(session, found.id),
        happened=history(session, found.id),
        now=now(),
    )


@intake.get("/calls/<slug>/preview")
@needs("call.edit")
def preview_call(slug: str) -> ResponseReturnValue:
    """The public page of a draft, as it will stand when the call is published."""
    return call_page(_draft_call(slug), is_preview=True)


# ---- its own questions --------------------------------------------------------------------------------------------


@intake.route("/calls/<slug>/questions", methods=["GET", "POST"])
@commits
@needs("call.edit")
def call_questions(slug: str) -> ResponseReturnValue:
    """The call's own questions, and a form for one more."""
    found, session = _draft_call(slug), current_session()
    form = CallQuestionForm(data={"version": found.version, "is_required": True})
    _label(form)

    def act() -> ResponseReturnValue:
        actions.add_call_question(
            session, found, form.to_draft(), version=form.version.data or 0, actor=signed_in(), at=now()
        )
        return go(url_for("intake.call_questions", slug=slug), "Spørgsmålet er tilføjet.")

    def show() -> str:
        return render_template(
            "intake/call_questions.html",
            call=found,
            own_questions=queries.call_questions(session, found.id),
            form=form,
            most=MOST_QUESTIONS,
        )

    return apply_or_show(form, act, show)


def _own_question(found: Call, question_id: UUID) -> CallQuestion:
    row = queries.call_question(current_session(), found.id, question_id)
    if row is None:
        raise NotFound
    return row


@intake.route("/calls/<slug>/questions/<uuid:question_id>", methods=["GET", "POST"])
@commits
@needs("call.edit")
def call_question(slug: str, question_id: UUID) -> ResponseReturnValue:
    found, session = _draft_call(slug), current_session()
    row = _own_question(found, question_id)
    form = CallQuestionForm(data={**question_fields(queries.question_draft(row)), "version": found.version})
    _label(form)

    def act() -> ResponseReturnValue:
        actions.edit_call_question(
            session, found, row, form.to_draft(), version=form.version.data or 0, actor=signed_in(), at=now()
        )
        return go(url_for("intake.call_questions", slug=slug), "Spørgsmålet er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/call_question.html", call=found, form=form))


def _read_version() -> int:
    """The version that stood on the page with the button. Raises Refused when the button sent none."""
    form = ActOnCallForm()
    if not form.validate() or form.version.data is None:
        raise Refused("Siden mangler oplysning om, hvad du retter i. Åbn siden igen, og prøv en gang til.")
    return form.version.data


@intake.post("/calls/<slug>/questions/<uuid:question_id>/move")
@commits
@needs("call.edit")
def move_call_question(slug: str, question_id: UUID) -> ResponseReturnValue:
    found, session = _draft_call(slug), current_session()
    row = _own_question(found, question_id)
    steps = -1 if request.form.get("direction") == "up" else 1
    actions.move_call_question(session, found, row, steps=steps, version=_read_version(), actor=signed_in(), at=now())
    return go(url_for("intake.call_questions", slug=slug), "Rækkefølgen er ændret.")


@intake.post("/calls/<slug>/questions/<uuid:question_id>/remove")
@commits
@needs("call.edit")
def remove_call_question(slug: str, question_id: UUID) -> ResponseReturnValue:
    found, session = _draft_call(slug), current_session()
    row = _own_question(found, question_id)
    actions.remove_call_question(session, found, row, version=_read_version(), actor=signed_in(), at=now())
    return go(url_for("intake.call_questions", slug=slug), "Spørgsmålet er slettet.")


# ---- published ----------------------------------------------------------------------------------------------------


@intake.route("/calls/<slug>/publish", methods=["GET", "POST"])
@commits
@needs("call.publish")
def publish_call(slug: str) -> ResponseReturnValue:
    """What is missing, with the way to each of it, and the button once nothing is."""
    found, session = _draft_call(slug), current_session()
    gaps = _gaps(found)
    missing = stops(gaps)
    if request.method == "POST" and not missing:
        actions.publish_call(session, found, version=_read_version(), actor=signed_in(), at=now(), policies=_policies())
        return go(url_for("intake.manage_call", slug=slug), "Callet er offentliggjort.")
    page = render_template("intake/call_publish.html", call=found, gaps=gaps, missing=missing)
    return make_response(page, 409 if request.method == "POST" else 200)


@intake.route("/calls/<slug>/contact", methods=["GET", "POST"])
@commits
@needs("call.edit")
def call_contact(slug: str) -> ResponseReturnValue:
    """Name and address of the contact: the one thing that may be changed after publication."""
    found = _any_call(slug)
    if found.published_at is None:
        raise Refused("Callet er en kladde. Ret kontakten sammen med resten af callet.")
    form = CallContactForm(
        data={"contact_name": found.contact_name, "contact_email": found.contact_email, "version": found.version}
    )
    _label(form)

    def act() -> ResponseReturnValue:
        actions.change_contact(
            current_session(),
            found,
            name=form.contact_name.data,
            email=form.contact_email.data or "",
            version=form.version.data or 0,
            actor=signed_in(),
            at=now(),
        )
        return go(url_for("intake.manage_call", slug=slug), "Kontakten er gemt.")

    return apply_or_show(form, act, lambda: render_template("intake/call_contact.html", call=found, form=form))


@intake.route("/calls/<slug>/extend", methods=["GET", "POST"])
@commits
@needs("call.extend_deadline")
def extend_deadline(slug: str) -> ResponseReturnValue:
    found, session = _any_call(slug), current_session()
    actions.need_open(found, at=now())
    form = ExtendDeadlineForm(data={**moment_fields("closes", found.closes_at), "version": found.version})
    _label(form)

    def act() -> ResponseReturnValue:
        closes_at = form.moment("closes")
        if closes_at is None:
            raise NotFound  # The form was validated, so this is never reached.
        told = actions.extend_deadline(
            session,
            found,
            closes_at=closes_at,
            reason=form.reason.data,
            version=form.version.data or 0,
            actor=signed_in(),
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("intake.manage_call", slug=slug), f"Fristen er udsat. {_told(told)}")

    def show() -> str:
        told = len(queries.people_with_drafts(session, found.id))
        return render_template("intake/call_extend.html", call=found, form=form, told=told)

    return apply_or_show(form, act, show)


def _told(count: int) -> str:
    if count == 0:
        return "Ingen har en kladde, så der er ikke sendt mail."
    return "1 person får en mail." if count == 1 else f"{count} personer får en mail."


@intake.route("/calls/<slug>/cancel", methods=["GET", "POST"])
@commits
@needs("call.cancel")
def cancel_call(slug: str) -> ResponseReturnValue:
    found, session = _any_call(slug), current_session()
    actions.need_cancellable(session, found, at=now())
    form = CancelCallForm(data={"version": found.version})
    _label(form)

    def act() -> ResponseReturnValue:
        actions.cancel_call(
            session,
            found,
            reason=form.reason.data,
            version=form.version.data or 0,
            actor=signed_in(),
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("intake.manage_call", slug=slug), "Callet er aflyst.")

    def show() -> str:
        told = len(queries.people_with_open_proposals(session, found.id))
        return render_template("intake/call_cancel.html", call=found, form=form, told=told)

    return apply_or_show(form, act, show)
