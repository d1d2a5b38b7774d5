"""How does a department answer in the browser?"""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from scoring import actions, queries
from scoring.forms import AnswerForm
from scoring.models import DepartmentAnswer
from scoring.views.blueprint import label_fields, scoring


@scoring.route("/proposals/<reference>/answer", methods=["GET", "POST"])
@commits
@needs_case("department.answer")
def answer(case: Case) -> ResponseReturnValue:
    known = _known_answer(case)
    form = AnswerForm(data=_shown_answer(known))
    label_fields(form)

    def act() -> ResponseReturnValue:
        actions.answer_for_department(
            current_session(),
            case.proposal,
            form.to_draft(),
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("desk.case", reference=case.proposal.reference), "Forvaltningens svar er sendt.")

    def show() -> str:
        return render_template("scoring/answer.html", proposal=case.proposal, form=form, known=known)

    return apply_or_show(form, act, show)


def _known_answer(case: Case) -> DepartmentAnswer | None:
    """What the actor's department has answered before, so that it is mended and not written anew."""
    asked = queries.asked_departments(current_session(), case.proposal.id)
    return next((one.answer for one in asked if one.request.department_code == case.actor.department), None)


def _shown_answer(known: DepartmentAnswer | None) -> dict[str, object]:
    if known is None:
        return {"version": 0}
    return {
        "version": known.version,
        "statement": known.statement,
        "confirms_gap": {True: "yes", False: "no", None: "unknown"}[known.confirms_gap],
        "can_pay": known.can_pay.value,
        "budget_line": known.budget_line,
        "amount": known.amount_ore,
        "years": known.years,
        "backed_by": known.backed_by,
        "has_adverse_facts": "yes" if known.has_adverse_facts else "no",
        "adverse_facts": known.adverse_facts,
    }
