"""How does anybody meet the open calls, and start a proposal?"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.identity.models import Organisation
from foundation.identity.organisation_actions import found_organisation
from foundation.identity.organisation_forms import NewOrganisationForm
from foundation.permissions import needs, open_to_all, signed_in
from foundation.web import apply_or_show, go, now
from intake import actions, queries
from intake.call_words import demands_of
from intake.models import Call
from intake.rules.call import CallState
from intake.rules.timetable import timetable
from intake.views.blueprint import intake, label_fields


@intake.get("/")
@open_to_all
def front() -> ResponseReturnValue:
    calls = queries.public_calls(current_session(), at=now())
    shown = [(call, queries.state_of_call(call, at=now())) for call in calls]
    return render_template("intake/front.html", calls=shown, now=now())


@intake.get("/calls/<slug>")
@open_to_all
def call(slug: str) -> ResponseReturnValue:
    return call_page(_call_or_404(slug))


def call_page(found: Call, *, is_preview: bool = False) -> ResponseReturnValue:
    """Everything about a call that an applicant should know before signing in.

    The preview is the same page as it will stand once the call is published.
    """
    session = current_session()
    state = CallState.SCHEDULED if is_preview else queries.state_of_call(found, at=now())
    questions = queries.questions_of(session, found)
    return render_template(
        "intake/call.html",
        call=found,
        is_preview=is_preview,
        is_open=state is CallState.OPEN,
        state=state,
        areas=queries.focus_areas(session, found.id),
        questions=questions,
        demands=demands_of(questions),
        timetable=timetable(today(found.closes_at)),
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
    form = NewOrganisationForm()
    label_fields({field.name: field.label.text for field in form})
    if queries.state_of_call(found, at=now()) is not CallState.OPEN:
        raise Refused("Callet tager ikke imod forslag nu. Se på forsiden, hvilke calls der er åbne.")

    def act() -> ResponseReturnValue:
        organisation = found_organisation(session, form.to_draft(), founder=actor, at=now())
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
