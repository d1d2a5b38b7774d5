"""How do members keep their organisation's details, and invite and take leave of each other, in the browser?"""

from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from foundation.audit import history
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.identity import organisation_actions as actions
from foundation.identity import organisation_queries as queries
from foundation.identity.models import Organisation
from foundation.identity.organisation_forms import InviteForm, OrganisationForm
from foundation.identity.organisation_rules import is_small, organisation_gaps, organisation_snapshot
from foundation.permissions import needs, signed_in
from foundation.web import apply_or_show, go, now, safe_next, settings

organisations = Blueprint("organisations", __name__)

ACTS_SHOWN = 20


def _own_or_404(organisation_id: UUID) -> Organisation:
    """The organisation, for its members; for every other applicant it is not there."""
    if organisation_id not in signed_in().organisation_ids:
        raise NotFound
    return current_session().get_one(Organisation, organisation_id)


def _label_fields(form: Form) -> None:
    """Tell the error page which words stand over each field, should the typed text have to be shown there."""
    g.field_labels = {field.name: field.label.text for field in form}


@organisations.route("/organisations/<uuid:organisation_id>", methods=["GET", "POST"])
@commits
@needs("organisation.edit")
def organisation(organisation_id: UUID) -> ResponseReturnValue:
    """What is known of the organisation. `next` is the page of ours that sent the person here, such as a draft."""
    found = _own_or_404(organisation_id)
    stored = {**organisation_snapshot(found), "turnover": found.turnover_ore, "version": found.version}
    form = OrganisationForm(data=stored)
    _label_fields(form)
    next_path = safe_next(request.values.get("next", "/"))

    def act() -> ResponseReturnValue:
        actions.edit_organisation(
            current_session(),
            organisation_id,
            form.to_draft(),
            version=form.version.data or 0,
            actor=signed_in(),
            at=now(),
        )
        here = url_for("organisations.organisation", organisation_id=organisation_id)
        return go(here if next_path == "/" else next_path, "Oplysningerne er gemt.")

    def show() -> str:
        return render_template(
            "identity/organisation.html",
            organisation=found,
            form=form,
            gaps=organisation_gaps(found),
            small=is_small(found.staff_years, found.turnover_ore),
            next_path=next_path,
        )

    return apply_or_show(form, act, show)


@organisations.route("/organisations/<uuid:organisation_id>/members", methods=["GET", "POST"])
@commits
@needs("organisation.edit")
def members(organisation_id: UUID) -> ResponseReturnValue:
    """Who may act for the organisation, who is invited, and a field to invite one more."""
    found, session = _own_or_404(organisation_id), current_session()
    form = InviteForm()
    _label_fields(form)

    def act() -> ResponseReturnValue:
        email = form.email.data or ""
        actions.invite_member(
            session, organisation_id, email, actor=signed_in(), at=now(), base_url=settings().base_url
        )
        return go(_members_page(organisation_id), f"Invitationen er sendt til {email}.")

    def show() -> str:
        return render_template(
            "identity/members.html",
            organisation=found,
            members=queries.members_of(session, organisation_id),
            invitations=queries.open_invitations(session, organisation_id),
            happened=history(session, organisation_id)[:ACTS_SHOWN],
            form=form,
        )

    return apply_or_show(form, act, show)


def _members_page(organisation_id: UUID) -> str:
    return url_for("organisations.members", organisation_id=organisation_id)


@organisations.post("/organisations/<uuid:organisation_id>/members/<uuid:membership_id>/remove")
@commits
@needs("organisation.edit")
def remove_member(organisation_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """Take leave of a member, or leave oneself."""
    _own_or_404(organisation_id)
    session, actor = current_session(), signed_in()
    own = queries.membership(session, actor.person_id, organisation_id)
    actions.remove_member(session, organisation_id, membership_id, actor=actor, at=now())
    if own is not None and own.id == membership_id:
        return go(url_for("desk.my_tasks"), "Du er ikke længere medlem.")
    return go(_members_page(organisation_id), "Personen er ikke længere medlem.")


@organisations.post("/organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>/withdraw")
@commits
@needs("organisation.edit")
def withdraw_invitation(organisation_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    _own_or_404(organisation_id)
    actions.withdraw_invitation(current_session(), organisation_id, invitation_id, actor=signed_in(), at=now())
    return go(_members_page(organisation_id), "Invitationen er trukket tilbage.")


@organisations.post("/invitations/<uuid:invitation_id>/accept")
@commits
@needs("organisation.edit")
def accept_invitation(invitation_id: UUID) -> ResponseReturnValue:
    actions.accept_invitation(current_session(), invitation_id, actor=signed_in(), at=now())
    return go(url_for("desk.my_tasks"), "Du er nu medlem. Jeres fælles forslag står herunder.")


@organisations.post("/invitations/<uuid:invitation_id>/decline")
@commits
@needs("organisation.edit")
def decline_invitation(invitation_id: UUID) -> ResponseReturnValue:
    actions.decline_invitation(current_session(), invitation_id, actor=signed_in(), at=now())
    return go(url_for("desk.my_tasks"), "Du har sagt nej tak til invitationen.")
