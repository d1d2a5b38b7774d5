"""How does an applicant open a sent proposal again, go back to what was sent, withdraw it, or delete a draft?"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import WithdrawForm
from intake.views.blueprint import intake, label_fields


@intake.post("/proposals/<reference>/reopen")
@commits
@needs_case("proposal.reopen")
def reopen(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    actions.reopen_proposal(session, proposal, queries.call_of(session, proposal), actor=case.actor, at=now())
    return go(
        url_for("intake.check", draft_id=proposal.id),
        "I kan rette i forslaget. Send det igen, før fristen udløber. Ellers gælder det, I har sendt.",
    )


@intake.post("/drafts/<uuid:draft_id>/restore")
@commits
@needs_case("proposal.restore")
def restore(case: Case) -> ResponseReturnValue:
    """Give up the changes: what was sent counts."""
    actions.restore_proposal(current_session(), case.proposal, actor=case.actor, at=now())
    return go(url_for("desk.case", reference=case.proposal.reference), "Det, I har sendt, gælder.")


@intake.route("/proposals/<reference>/withdraw", methods=["GET", "POST"])
@commits
@needs_case("proposal.withdraw")
def withdraw(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    found = queries.call_of(session, proposal)
    form = WithdrawForm()
    label_fields({"reason": form.reason.label.text})

    def act() -> ResponseReturnValue:
        actions.withdraw_proposal(
            session,
            proposal,
            found,
            reason=form.reason.data,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("desk.case", reference=proposal.reference), "Forslaget er trukket tilbage.")

    return apply_or_show(form, act, lambda: render_template("intake/withdraw.html", proposal=proposal, form=form))


@intake.route("/drafts/<uuid:draft_id>/delete", methods=["GET", "POST"])
@commits
@needs_case("draft.delete")
def delete_draft(case: Case) -> ResponseReturnValue:
    if request.method == "POST":
        actions.delete_draft(current_session(), case.proposal, actor=case.actor, at=now())
        return go(url_for("desk.my_tasks"), "Kladden er slettet.")
    files = len(queries.attachments_of(current_session(), case.proposal.id))
    return render_template("intake/delete_draft.html", proposal=case.proposal, files=files)
