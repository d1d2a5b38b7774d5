"""How is a conflict of interest declared, and reviewed, in the browser?"""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.fields import choice
from foundation.formats import day
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import ConflictForm, ReviewConflictForm
from intake.queries import Candidate, DeclaredConflict
from intake.views.assignments import partners_in_words
from intake.views.blueprint import intake, label_fields


@intake.route("/proposals/<reference>/conflict", methods=["GET", "POST"])
@commits
@needs_case("conflict.declare")
def conflict(case: Case) -> ResponseReturnValue:
    """The first page that assessors and the secretariat meet: organisation, title and one question."""
    form = ConflictForm()
    label_fields({"ground": form.ground.label.text})

    def act() -> ResponseReturnValue:
        has_conflict = form.has_conflict.data == "yes"
        actions.declare_conflict(
            current_session(),
            case.proposal,
            has_conflict=has_conflict,
            ground=form.ground.data,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        if has_conflict:
            return go(
                url_for("desk.my_tasks"),
                "Tak. Sagen er nu lukket for dig. Sekretariatet kan se dit svar i sagens historik.",
            )
        return go(url_for("desk.case", reference=case.proposal.reference))

    def show() -> str:
        return render_template(
            "intake/conflict.html",
            case=case,
            proposal=case.proposal,
            form=form,
            partners=partners_in_words(case.proposal),
        )

    return apply_or_show(form, act, show)


@intake.route("/proposals/<reference>/conflicts", methods=["GET", "POST"])
@commits
@needs_case("conflict.review")
def conflicts(case: Case) -> ResponseReturnValue:
    """Every answer about conflicts of interest, and the secretariat's decision on those that say yes."""
    session, proposal = current_session(), case.proposal
    declared = queries.declarations_of(session, proposal.id)
    waiting = [one for one in declared if one.declaration.has_conflict and one.declaration.superseded_at is None]
    form = _review_form(case, waiting)

    def act() -> ResponseReturnValue:
        actions.review_conflict(
            session,
            proposal,
            UUID(form.declaration.data),
            upheld=form.outcome.data == "upheld",
            note=form.note.data,
            substitute_id=UUID(form.substitute.data) if form.substitute.data else None,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("intake.conflicts", reference=proposal.reference), "Afgørelsen er gemt.")

    def show() -> str:
        return render_template(
            "intake/conflicts.html",
            case=case,
            proposal=proposal,
            declared=declared,
            found=queries.found_by_number(session, proposal),
            waiting=waiting,
            form=form,
        )

    return apply_or_show(form, act, show)


def _review_form(case: Case, waiting: list[DeclaredConflict]) -> ReviewConflictForm:
    """The form with the answers that say yes, but for the actor's own, and those who could take over."""
    others = [one for one in waiting if one.declaration.person_id != case.actor.person_id]
    newest = next((one for one in others if one.declaration.reviewed_at is None), None)
    form = ReviewConflictForm(
        data={
            "declaration": str(newest.declaration.id) if newest else None,
            "version": case.proposal.version,
        }
    )
    form.declaration.choices = [choice("", "Vælg et svar"), *(_declared_choice(one) for one in others)]
    form.substitute.choices = [
        choice("", "Ingen nu"),
        *(
            choice(str(one.person_id), f"{one.name} ({one.department or 'Sekretariatet'})")
            for one in _substitutes(case, others)
        ),
    ]
    return form


def _substitutes(case: Case, declared: list[DeclaredConflict]) -> list[Candidate]:
    """Who could take over what one of them leaves behind, with no part in the case already."""
    session, proposal = current_session(), case.proposal
    parts = [actions.replaceable_part(session, proposal, one.declaration.person_id) for one in declared]
    departments = {part.department for part in parts if part is not None}
    taken = {row.person_id for row, _name in queries.reviewers_of(session, proposal.id)} | {proposal.case_worker_id}
    people = queries.candidates(session, proposal, without={key for key in taken if key})
    return [one for one in people if one.department in departments]


def _declared_choice(one: DeclaredConflict) -> Any:
    return choice(str(one.declaration.id), f"{one.name}, {day(today(one.declaration.declared_at))}")
