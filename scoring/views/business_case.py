"""How are business cases read, corrected and chosen in the browser?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from foundation.charts import Picture, charts_for
from foundation.clock import today
from foundation.db import commits, current_session
from foundation.fields import RowsField, choice, pressed, without_row
from foundation.money import format_kroner
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from scoring import actions
from scoring.business_case_queries import (
    BusinessCases,
    ChosenBusinessCase,
    SavedBusinessCase,
    business_cases,
    chosen_business_case,
    count_business_cases,
)
from scoring.forms import BusinessCaseForm, ChooseBusinessCaseForm, SomForm, shown_case
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.charts import business_case_drawings
from scoring.rules.transaction_share import TransactionWarning, transaction_warning
from scoring.views.blueprint import label_fields, scoring
from scoring.wording import words
from scoring.workbook_queries import workbooks_of

_ROW_NUMBER: Final = re.compile(r"[0-9]{1,3}")


@scoring.get("/proposals/<reference>/business-case")
@needs_case("business_case.view")
def business_case(case: Case) -> ResponseReturnValue:
    """The figures side by side, and the whole answer of the one that the case rests on."""
    session, proposal = current_session(), case.proposal
    cases = _cases(case)
    chosen = chosen_business_case(session, proposal.id)
    shown = _shown(cases, chosen)
    return render_template(
        "scoring/business_case.html",
        case=case,
        proposal=proposal,
        cases=list(cases.by_origin.values()),
        chosen=chosen,
        shown=shown,
        pictures=_pictures(shown),
        workbooks=workbooks_of(session, proposal.id),
        may_correct=case.may("business_case.save") and actions.may_correct(session, proposal, case.actor),
        may_choose=case.may("business_case.choose") and bool(_candidates(cases)),
    )


def _cases(case: Case) -> BusinessCases:
    return business_cases(current_session(), case.proposal, on=today(now()))


def _shown(cases: BusinessCases, chosen: ChosenBusinessCase | None) -> SavedBusinessCase | None:
    """What is shown whole: what the address asks for, else the chosen one, else the department's or the applicant's."""
    asked = request.args.get("figures", "")
    if asked in cases.by_origin:
        return cases.by_origin[BusinessCaseOrigin(asked)]
    if chosen is not None:
        return chosen.saved
    wanted = (BusinessCaseOrigin.DEPARTMENT, BusinessCaseOrigin.APPLICANT)
    found = (cases.by_origin.get(origin) for origin in wanted)
    return next((one for one in found if one is not None and one.result is not None), None)


def _pictures(shown: SavedBusinessCase | None) -> list[Picture]:
    """The charts of saved figures, as far as they are drawn; figures that stand only in the answers have none."""
    if shown is None or shown.id is None or shown.result is None:
        return []
    drawings = business_case_drawings(shown.result)
    pictures = charts_for(current_session(), drawings)
    return [pictures[drawing.content_hash] for drawing in drawings]


# ---- the figures ----------------------------------------------------------------------------------------------------


@scoring.route("/proposals/<reference>/business-case/edit", methods=["GET", "POST"])
@commits
@needs_case("business_case.save")
def edit_business_case(case: Case) -> ResponseReturnValue:
    """Show, add or take a row away without saving, or save."""
    actions.need_right_to_correct(current_session(), case.proposal, case.actor)
    form = _edit_form(case)
    g.field_labels = _labels(form)
    button = pressed(request.form)
    if button.act in {"add", "remove"} and isinstance(form._fields.get(button.part), RowsField):
        form[button.part].show_blank(1 if button.act == "add" else 0)
        return _edit_page(case, form)

    def save() -> ResponseReturnValue:
        actions.save_business_case(
            current_session(),
            case.proposal,
            form.to_draft(),
            origin=form.to_origin(),
            source=form.source.data,
            reason=form.reason.data,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return _back(case, "Tallene er gemt.")

    return apply_or_show(form, save, lambda: _edit_page(case, form))


def _edit_form(case: Case) -> BusinessCaseForm:
    """Filled in from the newest figures; only the secretariat is asked whose they are."""
    data = _known_figures(case)
    button = pressed(request.form)
    if button.act == "remove" and button.row is not None:
        form = BusinessCaseForm(formdata=_without(request.form, button.part, button.row), data=data)
    else:
        form = BusinessCaseForm(data=data)
    if not case.may("business_case.choose"):
        del form.origin
    return form


def _known_figures(case: Case) -> dict[str, Any]:
    """The newest figures of the department; before there are any, or where they are asked for, the applicant's."""
    cases, asked = _cases(case), request.args.get("figures", "")
    applicants = cases.by_origin[BusinessCaseOrigin.APPLICANT]
    own = asked == BusinessCaseOrigin.APPLICANT
    known = applicants if own else cases.by_origin.get(BusinessCaseOrigin.DEPARTMENT, applicants)
    data: dict[str, Any] = {"version": cases.version}
    if known.draft is not None:
        data |= shown_case(known.draft)
    if known.id is not None and own == (known.origin is BusinessCaseOrigin.APPLICANT):
        data |= {"source": known.source, "reason": known.reason}
    return data | {"origin": BusinessCaseOrigin.APPLICANT if own else BusinessCaseOrigin.DEPARTMENT}


def _without(sent: MultiDict[str, str], part: str, number: int) -> MultiDict[str, Any]:
    """What was sent without one row; the savings of a goal that is gone belong to none, those after it move up."""
    kept = without_row(sent, part, number)
    if part != "goals":
        return kept
    places = sorted({int(found[1]) for name in sent if (found := re.match(r"goals-([0-9]{1,3})-", name))})
    gone = places.index(number) + 1 if number in places else len(places) + 1
    pairs = [(name, _moved(value, gone) if _names_goal(name) else value) for name, value in kept.items(multi=True)]
    return MultiDict(pairs)


def _names_goal(name: str) -> bool:
    return re.fullmatch(r"savings-[0-9]{1,3}-goal", name) is not None


def _moved(goal: str, gone: int) -> str:
    if not _ROW_NUMBER.fullmatch(goal) or int(goal) < gone:
        return goal
    return "" if int(goal) == gone else str(int(goal) - 1)


def _labels(form: BusinessCaseForm) -> Mapping[str, str]:
    """Under which words the text was typed, for the page of somebody who is refused."""
    labels = {field.name: field.label.text for field in form}
    for field in form:
        for place, entry in enumerate(field.entries if isinstance(field, RowsField) else (), start=1):
            labels |= {cell.name: f"{field.row_name} {place}: {cell.label.text}" for cell in entry.form}
    return labels


def _edit_page(case: Case, form: BusinessCaseForm) -> str:
    form.show_empty()
    applicant = _cases(case).by_origin[BusinessCaseOrigin.APPLICANT]
    return render_template(
        "scoring/business_case_edit.html",
        case=case,
        proposal=case.proposal,
        form=form,
        applicant=applicant,
        may_type_applicants=case.may("business_case.choose"),
    )


@scoring.route("/proposals/<reference>/business-case/som", methods=["GET", "POST"])
@commits
@needs_case("business_case.save")
def enter_som_result(case: Case) -> ResponseReturnValue:
    actions.need_right_to_correct(current_session(), case.proposal, case.actor)
    form = SomForm(data={"version": count_business_cases(current_session(), case.proposal.id)})
    label_fields(form)

    def save() -> ResponseReturnValue:
        actions.save_som_result(
            current_session(),
            case.proposal,
            form.to_result(),
            source=form.source.data,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return _back(case, "Resultatet fra SØM er gemt.")

    return apply_or_show(
        form, save, lambda: render_template("scoring/business_case_som.html", proposal=case.proposal, form=form)
    )


# ---- the choice -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that can be chosen, with the warning that its share of administration gives."""

    saved: SavedBusinessCase
    warning: TransactionWarning


def _candidates(cases: BusinessCases) -> list[Candidate]:
    return [
        Candidate(one, transaction_warning(one.transaction_share))
        for one in cases.by_origin.values()
        if one.id is not None and one.is_calculated
    ]


@scoring.route("/proposals/<reference>/business-case/choose", methods=["GET", "POST"])
@commits
@needs_case("business_case.choose")
def choose_business_case(case: Case) -> ResponseReturnValue:
    cases = _cases(case)
    candidates = _candidates(cases)
    form = ChooseBusinessCaseForm(data={"version": cases.version})
    form.business_case.choices = [choice(str(one.saved.id), _candidate_word(one)) for one in candidates]
    label_fields(form)

    def choose() -> ResponseReturnValue:
        actions.choose_business_case(
            current_session(),
            case.proposal,
            form.to_id(),
            reason=form.reason.data,
            transaction_reason=form.transaction_reason.data,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return _back(case, "Valget er gemt.")

    return apply_or_show(form, choose, lambda: _choose_page(case, form, candidates))


def _choose_page(case: Case, form: ChooseBusinessCaseForm, candidates: list[Candidate]) -> str:
    return render_template(
        "scoring/business_case_choose.html", proposal=case.proposal, form=form, candidates=candidates
    )


def _back(case: Case, message: str) -> ResponseReturnValue:
    return go(url_for("scoring.business_case", reference=case.proposal.reference), message)


def _candidate_word(one: Candidate) -> str:
    """Whose figures they are and what they say: "Resultatet fra SØM: 120.000 kr. i nettonutidsværdi"."""
    figures = one.saved.key_figures
    npv = "" if figures is None else f": {format_kroner(figures.npv_ore)} i nettonutidsværdi"
    return f"{words(one.saved.origin)}{npv}"
