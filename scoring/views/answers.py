"""How does a department answer in the browser?"""

from dataclasses import dataclass
from uuid import UUID

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.db import audits, commits, current_session
from foundation.downloads import as_download
from foundation.errors import NotFound
from foundation.fields import RowsField, pressed, without_row
from foundation.uploads import Received, received_files, storage, takes_files
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.actions import record_on
from intake.queries import find_internal_file
from intake.rules.attachments import name_fault
from scoring import actions, queries
from scoring.commitment_queries import Letter, letter_belongs, promise_of
from scoring.events import LetterDownloaded
from scoring.forms import AnswerForm, FullAnswerForm, StatementForm, first_shares, full_answer_form, shown_promise
from scoring.models import DepartmentAnswer
from scoring.rules.commitment import Promise, YearAmount, is_commitment_asked
from scoring.rules.goal_payers import goals_of
from scoring.rules.payer import CanPay
from scoring.views.blueprint import label_fields, scoring


@dataclass(frozen=True, slots=True)
class Known:
    """What the actor's department has answered before, so that it is mended and not written anew."""

    answer: DepartmentAnswer | None
    leads: bool
    promise: Promise | None
    letter: Letter | None


@scoring.route("/proposals/<reference>/answer", methods=["GET", "POST"])
@takes_files
@commits
@needs_case("department.answer")
def answer(case: Case) -> ResponseReturnValue:
    """Show, add or take away a row ("add:KEY", "remove:KEY:NUMBER"), or send the answer with its letter."""
    known = _known(case)
    form = _form(case, known)
    label_fields(form)
    button = pressed(request.form)
    if button.act in ("add", "remove"):
        _add_row(form, button.part if button.act == "add" else "")
        return _page(case, form, known)
    received = received_files()

    def send() -> ResponseReturnValue:
        if fault := _letter_fault(received):
            return make_response(_page(case, form, known, letter_fault=fault), 422)
        actions.answer_for_department(
            current_session(),
            case.proposal,
            form.to_draft(),
            version=form.version.data or 0,
            letter=received[0] if received else None,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("desk.case", reference=case.proposal.reference), "Forvaltningens svar er sendt.")

    def show() -> str:
        if request.method == "GET":
            _show_blanks(form)
        return _page(case, form, known, lost_letter=bool(received))

    return apply_or_show(form, send, show)


def _known(case: Case) -> Known:
    session = current_session()
    asked = queries.asked_departments(session, case.proposal.id)
    own = next((one for one in asked if one.request.department_code == case.actor.department), None)
    if own is None:
        return Known(None, False, None, None)
    promise, letter = promise_of(session, own.answer.id) if own.answer else (None, None)
    return Known(own.answer, own.request.is_lead, promise, letter)


def _form(case: Case, known: Known) -> StatementForm:
    shown = _shown_answer(known.answer)
    if not is_commitment_asked(case.proposal.wish):
        return AnswerForm(data=shown)
    goals = goals_of(case.proposal.answers)
    made = full_answer_form(goals, leads=known.leads)
    shown |= shown_promise(known.promise, goals) if known.promise else _first_shown(known)
    if not shown["shares"]:
        shown["shares"] = first_shares(goals)
    button = pressed(request.form)
    if button.act == "remove" and button.row is not None:
        return made(formdata=without_row(request.form, button.part, button.row), data=shown)
    return made(data=shown)


def _first_shown(known: Known) -> dict[str, object]:
    """An answer of before, which told all years together: its budget and amount stand in a row that lacks the year."""
    shown = shown_promise(Promise(), ())
    answer = known.answer
    if answer is not None and answer.can_pay is not CanPay.NO and answer.amount_ore is not None:
        shown["amounts"] = [{"year": None, "budget_line": answer.budget_line, "amount": answer.amount_ore}]
    return shown


def _add_row(form: StatementForm, key: str) -> None:
    if key in form and isinstance(form[key], RowsField):
        form[key].show_blank(1)


def _show_blanks(form: StatementForm) -> None:
    """An empty row to begin with, where there must be one."""
    if isinstance(form, FullAnswerForm) and not form.amounts.entries:
        form.amounts.show_blank(1)


def _letter_fault(received: list[Received]) -> str:
    if len(received) > 1:
        return "Læg ét brev ved."
    for one in received:
        if fault := one.fault or name_fault(one.file_name):
            return f"{one.file_name}: {fault}"
    return ""


def _page(case: Case, form: StatementForm, known: Known, *, letter_fault: str = "", lost_letter: bool = False) -> str:
    return render_template(
        "scoring/answer.html",
        proposal=case.proposal,
        form=form,
        known=known,
        full=isinstance(form, FullAnswerForm),
        sums=_sums(form),
        letter_fault=letter_fault,
        lost_letter=lost_letter or bool(letter_fault),
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """The amounts as they stand on the page, year by year and in all, in øre."""

    by_year: tuple[tuple[int, int], ...]
    total_ore: int


def _sums(form: StatementForm) -> Sums | None:
    """The sums of the rows that can be read; None while there is none."""
    if not isinstance(form, FullAnswerForm):
        return None
    rows = form.amounts.data
    promise = Promise(
        amounts=tuple(YearAmount(row["year"], "", row["amount"]) for row in rows if row["year"] and row["amount"])
    )
    return Sums(promise.by_year, promise.total_ore) if promise.amounts else None


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


@scoring.get("/proposals/<reference>/answer-letters/<uuid:file_id>")
@audits
@commits
@needs_case("assessment.view")
def letter(case: Case, file_id: UUID) -> ResponseReturnValue:
    """The letter of a department, for those who may read its answer: a download that no browser opens as a page."""
    session = current_session()
    found = find_internal_file(session, case.proposal.id, file_id)
    if found is None or not letter_belongs(session, case.proposal.id, file_id):
        raise NotFound
    content = storage().open(found.stored_name, found.sha256)
    record_on(session, case.proposal, LetterDownloaded(found.file_name), actor=case.actor, at=now())
    return as_download(content, found.file_type, found.file_name)
