"""How are internal notes and the case worker of a case handled in the browser?"""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.fields import choice
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import CaseWorkerForm, NoteForm
from intake.models import Proposal
from intake.views.blueprint import intake, label_fields


@intake.get("/proposals/<reference>/notes")
@needs_case("note.view")
def notes(case: Case) -> ResponseReturnValue:
    """Every note, and a place to write one for those who may."""
    return _show_notes(case, _note_form())


@intake.post("/proposals/<reference>/notes")
@commits
@needs_case("note.write")
def write_note(case: Case) -> ResponseReturnValue:
    form = _note_form()

    def act() -> ResponseReturnValue:
        if form.happened_on.data is None:
            raise NotFound  # The field is required, so this is never reached.
        actions.write_note(
            current_session(),
            case.proposal,
            text=form.text.data,
            happened_on=form.happened_on.data,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("intake.notes", reference=case.proposal.reference), "Notatet er gemt.")

    return apply_or_show(form, act, lambda: _show_notes(case, form))


def _note_form() -> NoteForm:
    form = NoteForm(data={"happened_on": today(now())})
    label_fields({field.name: field.label.text for field in form})
    return form


def _show_notes(case: Case, form: NoteForm) -> str:
    found = queries.notes_of(current_session(), case.proposal.id)
    return render_template("intake/notes.html", case=case, proposal=case.proposal, notes=found, form=form)


@intake.route("/proposals/<reference>/case-worker", methods=["GET", "POST"])
@commits
@needs_case("caseworker.assign")
def case_worker(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    form = _case_worker_form(proposal)

    def act() -> ResponseReturnValue:
        actions.assign_case_worker(
            session,
            proposal,
            UUID(form.case_worker.data),
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
            base_url=settings().base_url,
        )
        return go(url_for("desk.case", reference=proposal.reference), "Sagsbehandleren er gemt.")

    def show() -> str:
        now_with = queries.case_worker_name(session, proposal)
        return render_template("intake/case_worker.html", proposal=proposal, now_with=now_with, form=form)

    return apply_or_show(form, act, show)


def _case_worker_form(proposal: Proposal) -> CaseWorkerForm:
    chosen = str(proposal.case_worker_id) if proposal.case_worker_id else ""
    form = CaseWorkerForm(data={"version": proposal.version, "case_worker": chosen})
    people = queries.possible_case_workers(current_session(), proposal)
    form.case_worker.choices = [
        choice("", "Vælg en sagsbehandler"),
        *(choice(str(one.person_id), one.name) for one in people),
    ]
    return form
