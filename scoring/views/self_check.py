"""How does somebody with an idea ask, before anything is written, whether it is mature?

The answers are sent in the body of a form, so that they stand in no address and no log, and nothing of them is kept.
"""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import current_session, only_asks
from foundation.money import ORE_PER_KRONE
from foundation.permissions import open_to_all
from foundation.web import now
from intake.queries import public_calls, state_of_call
from intake.rules.call import CallState
from intake.rules.call_policy import policy_on
from scoring.forms.self_check import SelfCheckForm
from scoring.policy_queries import policy_of, policy_offers
from scoring.rules.policies import CURRENT_POLICY_ID, Policy
from scoring.rules.self_check import USUAL_CAP, SelfCheckResult, check_idea
from scoring.views.blueprint import label_fields, scoring


@scoring.route("/self-check", methods=["GET", "POST"])
@only_asks
@open_to_all
def self_check() -> ResponseReturnValue:
    """Eight questions, and what the rules would probably say."""
    form = SelfCheckForm()
    label_fields(form)
    if request.method == "GET":
        return _page(form, None)
    if not form.validate():
        return make_response(_page(form, None), 422)
    found = check_idea(form.to_answers(), _policy(), per_project_cap=_cap())
    return _page(form, found)


def _page(form: SelfCheckForm, found: SelfCheckResult | None) -> str:
    return render_template("scoring/self_check.html", form=form, found=found)


def _policy() -> Policy:
    """The policy that a call would sort by that opened today."""
    session = current_session()
    holding = policy_on(policy_offers(session), today(now()))
    return policy_of(session, CURRENT_POLICY_ID if holding is None else holding.id)


def _cap() -> int:
    """The most that one of the open calls gives a project, in whole kroner; the usual cap while none is open."""
    calls = public_calls(current_session(), at=now())
    caps = [call.per_project_cap_ore for call in calls if state_of_call(call, at=now()) is CallState.OPEN]
    return max(caps, default=0) // ORE_PER_KRONE or USUAL_CAP
