"""How are cases given to people, handed back and passed on in the browser?"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.fields import choice
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import AssignForm, DeclineForm, EndAssignmentForm, PassOnForm
from intake.models import Proposal
from intake.queries import Candidate, Part
from intake.rules.assignment import DeclineReason
from intake.rules.rights import Relation
from intake.views.blueprint import intake, label_fields

_SECRETARIAT = "Sekretariatet"
_MEMBER = "Er med i ansøgerens eller en partners organisation."
"""The reason that is proposed where a membership closes the case to the person."""


@intake.route("/proposals/<reference>/assignments", methods=["GET", "POST"])
@commits
@needs_case("reviewer.assign")
def assignments(case: Case) -> ResponseReturnValue:
    """Who has the case, and one more person who gets it. A coordinator sees the own department's part and no more."""
    session, proposal = current_session(), case.proposal
    parts, names = _own_parts(case), department_names(session, on=today(now()))
    form = AssignForm(data={"person": None})
    form.person.choices = [choice("", "Vælg en person"), *_person_choices(_may_be_given(case, parts))]

    def act() -> ResponseReturnValue:
        department, _, person_id = form.person.data.partition(":")
        actions.assign_reviewer(
            session,
            proposal,
            UUID(person_id),
            department or None,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("intake.assignments", reference=proposal.reference), "Personen har fået sagen.")

    def show() -> str:
        return render_template(
            "intake/assignments.html",
            case=case,
            proposal=proposal,
            parts=parts,
            departments=names,
            partners=partners_in_words(proposal),
            form=form,
            is_coordinator=case.relation is Relation.COORDINATOR,
        )

    return apply_or_show(form, act, show)


def _own_parts(case: Case) -> list[Part]:
    """The parts of the case that the actor hands out."""
    session = current_session()
    parts = queries.parts_of(session, case.proposal)
    if case.relation is not Relation.COORDINATOR:
        return parts
    own = queries.coordinated_departments(session, case.actor.person_id, on=today(now()))
    return [part for part in parts if part.department in own]


def _may_be_given(case: Case, parts: Iterable[Part]) -> list[Candidate]:
    """Who works in one of those parts, is free of conflicts, and has not the case already."""
    parts = list(parts)
    taken = {one.person_id for part in parts for one in part.people}
    asked = {part.department for part in parts}
    not_secretariat = {case.actor.person_id, case.proposal.case_worker_id}
    return [
        one
        for one in queries.candidates(current_session(), case.proposal, without=taken)
        if one.department in asked and (one.department is not None or one.person_id not in not_secretariat)
    ]


def _person_choices(people: Iterable[Candidate]) -> list[Any]:
    """The value says for which department, since a person can work in two."""
    return [
        choice(f"{one.department or ''}:{one.person_id}", f"{one.name} ({one.department or _SECRETARIAT})")
        for one in people
    ]


@intake.route("/proposals/<reference>/assignments/end", methods=["GET", "POST"])
@commits
@needs_case("reviewer.assign")
def end_assignment(case: Case) -> ResponseReturnValue:
    """Take the case from a person, and give it to another at once where one is chosen."""
    session, proposal, parts = current_session(), case.proposal, _own_parts(case)
    chosen = request.args.get("person")
    people = [(one, part) for part in parts for one in part.people if not one.keeps_case]
    is_shut = any(one.is_shut and str(one.person_id) == chosen for one, _part in people)
    form = EndAssignmentForm(data={"person": chosen, "reason": _MEMBER if is_shut else ""})
    label_fields({"reason": form.reason.label.text})
    form.person.choices = [
        choice("", "Vælg en person"),
        *(choice(str(one.person_id), f"{one.name} ({part.department or _SECRETARIAT})") for one, part in people),
    ]
    form.substitute.choices = [choice("", "Ingen nu"), *_person_choices(_may_be_given(case, parts))]

    def act() -> ResponseReturnValue:
        person_id, reason = UUID(form.person.data), form.reason.data
        if form.substitute.data:
            actions.substitute_reviewer(
                session,
                proposal,
                person_id,
                UUID(form.substitute.data.partition(":")[2]),
                reason,
                actor=case.actor,
                at=now(),
                base_url=settings().base_url,
            )
        else:
            actions.end_assignment(session, proposal, person_id, reason, actor=case.actor, at=now())
        return go(url_for("intake.assignments", reference=proposal.reference), "Personen har ikke længere sagen.")

    def show() -> str:
        return render_template("intake/end_assignment.html", proposal=proposal, form=form, people=people)

    return apply_or_show(form, act, show)


@intake.route("/proposals/<reference>/decline", methods=["GET", "POST"])
@commits
@needs_case("assignment.decline")
def decline(case: Case) -> ResponseReturnValue:
    """Hand the own case back."""
    session, proposal = current_session(), case.proposal
    form = DeclineForm()
    label_fields({"text": form.text.label.text})

    def act() -> ResponseReturnValue:
        actions.decline_assignment(
            session,
            proposal,
            DeclineReason(form.reason.data),
            form.text.data,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("desk.my_tasks"), "Tak. Du har ikke længere sagen, og der bliver fundet en anden.")

    return apply_or_show(form, act, lambda: render_template("intake/decline.html", proposal=proposal, form=form))


@intake.route("/proposals/<reference>/pass-on", methods=["GET", "POST"])
@commits
@needs_case("assignment.pass_on")
def pass_on(case: Case) -> ResponseReturnValue:
    """Give the own case to a colleague."""
    session, proposal = current_session(), case.proposal
    own = queries.find_assignment(session, case.actor.person_id, proposal.id)
    if own is None:
        raise NotFound  # The guard lets nobody in who has no assignment.
    form = PassOnForm()
    label_fields({"reason": form.reason.label.text})
    taken = {row.person_id for row, _name in queries.reviewers_of(session, proposal.id)}
    form.colleague.choices = [
        choice("", "Vælg en kollega"),
        *(
            choice(str(one.person_id), one.name)
            for one in queries.candidates(session, proposal, without=taken)
            if one.department == own.department_code
            and (one.department is not None or one.person_id != proposal.case_worker_id)
        ),
    ]

    def act() -> ResponseReturnValue:
        actions.pass_on_assignment(
            session,
            proposal,
            UUID(form.colleague.data),
            form.reason.data,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("desk.my_tasks"), "Tak. Din kollega har fået sagen.")

    return apply_or_show(form, act, lambda: render_template("intake/pass_on.html", proposal=proposal, form=form))


def partners_in_words(proposal: Proposal) -> str:
    """The partners by name, as whoever declares must know them."""
    partners = proposal.answers.get("partners")
    if isinstance(partners, list):
        return ", ".join(row.get("name", "") for row in partners)
    return partners or ""
