"""How does anybody meet the open calls, and start a proposal?"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.identity.actions import found_organisation
from foundation.identity.models import Organisation
from foundation.permissions import needs, open_to_all, signed_in
from foundation.web import apply_or_show, go, now
from intake import actions, queries
from intake.forms import (
    StartProposalForm,
)
from intake.models import Call
from intake.rules.call import CallState
from intake.rules.questions import question_set
from intake.views.blueprint import intake


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
