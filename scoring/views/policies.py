"""How is a policy seen, drafted, tried, adopted and withdrawn in the browser?"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.identity.roles import Role
from foundation.permissions import PERMISSIONS, needs, signed_in
from foundation.web import apply_or_show, go, now
from intake.models import Call
from intake.rules.call_policy import policy_on
from scoring import policy_queries as queries
from scoring.actions import policies as actions
from scoring.forms.policies import AdoptPolicyForm, PolicyForm, WithdrawPolicyForm, policy_fields, policy_form
from scoring.models import PolicyRow
from scoring.policy_trial_queries import calls_to_try, sorted_before
from scoring.rules.policies import Policy
from scoring.rules.policies.catalogue import CatalogueEntry, PolicyState
from scoring.rules.policies.numbers import compared, numbers_of
from scoring.rules.policies.trial import try_policy
from scoring.views.blueprint import label_fields, scoring


def _entry(policy_id: str) -> CatalogueEntry:
    found = queries.find_entry(current_session(), policy_id)
    if found is None:
        raise NotFound
    return found


def _row(policy_id: str) -> PolicyRow:
    """A policy that was drafted in the browser; those of the program are not written in."""
    found = queries.policy_row(current_session(), policy_id, for_update=request.method == "POST")
    if found is None:
        raise NotFound
    return found


def _may(word: str) -> bool:
    return signed_in().role in PERMISSIONS[word]


# ---- seen ---------------------------------------------------------------------------------------------------------


@scoring.get("/policies")
@needs("policy.view")
def policies() -> ResponseReturnValue:
    """Every policy, from when it holds, and which calls sort by it."""
    session, on = current_session(), today(now())
    return render_template(
        "scoring/policies.html",
        entries=queries.catalogue(session),
        calls=queries.calls_by_policy(session),
        holding=policy_on(queries.policy_offers(session), on),
        may_draft=_may("policy.draft"),
    )


@scoring.get("/policies/<policy_id>")
@needs("policy.view")
def policy(policy_id: str) -> ResponseReturnValue:
    """All numbers of a policy beside those of the policy that it is based on, and what can be done with it."""
    session, actor, entry = current_session(), signed_in(), _entry(policy_id)
    row = queries.policy_row(session, policy_id)
    base = _base(entry)
    return render_template(
        "scoring/policy.html",
        entry=entry,
        row=row,
        base=base,
        lines=_lines(entry.policy, (base or entry).policy),
        people=None if row is None else queries.policy_people(session, row),
        calls=queries.calls_by_policy(session).get(policy_id, []),
        may_draft=_may("policy.draft"),
        may_edit=_may("policy.draft") and entry.state is PolicyState.DRAFT,
        may_adopt=_may("policy.adopt") and entry.state is PolicyState.DRAFT,
        wrote_it=row is not None and queries.has_written_in(session, row, actor.person_id),
        may_withdraw=row is not None and _may("policy.adopt") and entry.state is PolicyState.ADOPTED,
    )


def _base(entry: CatalogueEntry) -> CatalogueEntry | None:
    return queries.find_entry(current_session(), entry.based_on) if entry.based_on else None


def _lines(shown: Policy, before: Policy) -> Any:
    return compared(numbers_of(shown), numbers_of(before), shown.scale)


# ---- drafted ------------------------------------------------------------------------------------------------------


@scoring.route("/policies/new", methods=["GET", "POST"])
@commits
@needs("policy.draft")
def draft_policy() -> ResponseReturnValue:
    """A new policy that begins with the numbers of another."""
    session, base = current_session(), _entry(request.args.get("based_on", ""))
    form = _form(base.policy, title="", version=1)

    def act() -> ResponseReturnValue:
        made = actions.draft_policy(session, form.to_draft(), based_on=base.id, actor=signed_in(), at=now())
        return go(url_for("scoring.policy", policy_id=made.slug), "Politikken er gemt som kladde.")

    return apply_or_show(
        form, act, lambda: render_template("scoring/policy_edit.html", form=form, base=base, entry=None)
    )


def _form(shown: Policy, *, title: str, version: int, valid_from: date | None = None) -> PolicyForm:
    filled = policy_fields(title, numbers_of(shown)) | {"version": version, "valid_from": valid_from}
    form = policy_form(shown.scale)(data=filled)
    label_fields(form)
    return form


@scoring.route("/policies/<policy_id>/edit", methods=["GET", "POST"])
@commits
@needs("policy.draft")
def edit_policy(policy_id: str) -> ResponseReturnValue:
    session, row = current_session(), _row(policy_id)
    actions.need_draft(row, version=row.version)
    entry = queries.entry_of(row)
    form = _form(entry.policy, title=row.title, version=row.version, valid_from=row.valid_from)

    def act() -> ResponseReturnValue:
        version = form.version.data or 0
        actions.edit_policy(session, row, form.to_draft(), version=version, actor=signed_in(), at=now())
        return go(url_for("scoring.policy", policy_id=policy_id), "Kladden er gemt.")

    return apply_or_show(
        form, act, lambda: render_template("scoring/policy_edit.html", form=form, base=_base(entry), entry=entry)
    )


# ---- adopted, withdrawn -------------------------------------------------------------------------------------------


@scoring.route("/policies/<policy_id>/adopt", methods=["GET", "POST"])
@commits
@needs("policy.adopt")
def adopt_policy(policy_id: str) -> ResponseReturnValue:
    session, row = current_session(), _row(policy_id)
    actions.need_adoptable(session, row, actor=signed_in(), version=row.version)
    form = AdoptPolicyForm(data={"version": row.version})
    label_fields(form)

    def act() -> ResponseReturnValue:
        version = form.version.data or 0
        actions.adopt_policy(session, row, reason=form.reason.data, version=version, actor=signed_in(), at=now())
        return go(url_for("scoring.policy", policy_id=policy_id), "Politikken er vedtaget.")

    def show() -> str:
        entry = queries.entry_of(row)
        base = _base(entry)
        lines = [line for line in _lines(entry.policy, (base or entry).policy) if line.differs]
        return render_template("scoring/policy_adopt.html", form=form, entry=entry, base=base, lines=lines)

    return apply_or_show(form, act, show)


@scoring.route("/policies/<policy_id>/discard", methods=["GET", "POST"])
@commits
@needs("policy.draft")
def discard_policy(policy_id: str) -> ResponseReturnValue:
    row = _row(policy_id)
    actions.need_draft(row, version=row.version)
    return _end(row, actions.discard_policy, "Kladden er trukket tilbage.")


@scoring.route("/policies/<policy_id>/withdraw", methods=["GET", "POST"])
@commits
@needs("policy.adopt")
def withdraw_policy(policy_id: str) -> ResponseReturnValue:
    row = _row(policy_id)
    actions.need_adopted(row, version=row.version)
    return _end(row, actions.withdraw_policy, "Politikken er trukket tilbage.")


def _end(row: PolicyRow, act_on: Callable[..., None], told: str) -> ResponseReturnValue:
    """One page for a draft that is given up and for an adopted policy that new calls no longer take."""
    form = WithdrawPolicyForm(data={"version": row.version})
    label_fields(form)

    def act() -> ResponseReturnValue:
        version = form.version.data or 0
        act_on(current_session(), row, reason=form.reason.data, version=version, actor=signed_in(), at=now())
        return go(url_for("scoring.policies"), told)

    return apply_or_show(
        form, act, lambda: render_template("scoring/policy_withdraw.html", form=form, entry=queries.entry_of(row))
    )


# ---- tried --------------------------------------------------------------------------------------------------------


@scoring.get("/policies/<policy_id>/trial")
@needs("policy.trial")
def try_policy_on_call(policy_id: str) -> ResponseReturnValue:
    """What the policy would have answered for a call's sorted proposals; nothing is written.

    Each sees what the ranking would show. An administrator reads no case, and so gets the counts alone.
    """
    session, actor, entry = current_session(), signed_in(), _entry(policy_id)
    calls = calls_to_try(session)
    call = _asked_call(calls)
    trial = None if call is None else try_policy(sorted_before(session, actor, call.id), entry.policy)
    return render_template(
        "scoring/policy_trial.html",
        entry=entry,
        calls=calls,
        call=call,
        trial=trial,
        sees_cases=actor.role is not Role.ADMINISTRATOR,
    )


def _asked_call(calls: Any) -> Call | None:
    """The call of the address; none is asked for at first. Raises NotFound for one that has nothing to try."""
    slug = request.args.get("call", "")
    if not slug:
        return None
    for call in calls:
        if call.slug == slug:
            found: Call = call
            return found
    raise NotFound
