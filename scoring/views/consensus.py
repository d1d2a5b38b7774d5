"""How does the secretariat write down what the assessors agreed on, in the browser?"""

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.models import Proposal
from intake.rules.agreement import agreement_of
from scoring import actions, queries
from scoring.forms import consensus_form
from scoring.views.blueprint import label_fields, scoring


@scoring.route("/proposals/<reference>/consensus", methods=["GET", "POST"])
@commits
@needs_case("consensus.record")
def consensus(case: Case) -> ResponseReturnValue:
    """The sheets side by side, and the level that counts for each dimension."""
    session, proposal = current_session(), case.proposal
    actions.need_no_own_sheet(session, proposal, case.actor)
    basis = queries.consensus_basis(session, proposal)
    known = queries.counting_consensus(session, proposal.id)
    form = consensus_form(basis.scale)(data=_shown(proposal, basis, known))
    label_fields(form)

    def act() -> ResponseReturnValue:
        if proposal.version == form.version.data and not basis.lacks and not form.demand_all(basis.lines):
            return make_response(show(), 422)
        actions.record_consensus(
            session, proposal, form.to_drafts(), version=form.version.data or 0, actor=case.actor, at=now()
        )
        return go(url_for("scoring.assessments", reference=proposal.reference), "Konsensus er registreret.")

    def show() -> str:
        return render_template(
            "scoring/consensus.html",
            proposal=proposal,
            form=form,
            basis=basis,
            agreement=agreement_of([line.spread for line in basis.lines]),
            departments=department_names(session, on=today(now())),
            known=known,
        )

    return apply_or_show(form, act, show)


def _shown(
    proposal: Proposal, basis: queries.ConsensusBasis, known: queries.CountingConsensus | None
) -> dict[str, object]:
    """What the rule proposes, and what was noted before; where it proposes nothing, people must agree anew."""
    shown: dict[str, object] = {"version": proposal.version}
    for line in basis.lines:
        shown[f"{line.dimension.value}_score"] = "" if line.proposed is None else str(line.proposed)
        shown[f"{line.dimension.value}_note"] = known.scores[line.dimension].note if known else ""
    return shown
