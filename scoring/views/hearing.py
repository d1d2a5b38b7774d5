"""How is an applicant heard, and how does the applicant answer, in the browser?"""

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now, settings
from foundation.workdays import add_workdays
from intake.access import Case, needs_case
from intake.queries import call_of
from scoring import actions, queries
from scoring.forms import CloseHearingForm, HearingAnswerForm, HearingForm, WaiverForm
from scoring.models import Hearing
from scoring.rules.drafts import HearingDraft
from scoring.rules.hearing import is_late, mark_of
from scoring.views.blueprint import label_fields, scoring

ANSWER_WITHIN_WORKDAYS = 10
"""How long an applicant has by default (domain.md DL1)."""


@scoring.get("/proposals/<reference>/hearing")
@needs_case("hearing.view")
def hearing(case: Case) -> ResponseReturnValue:
    """The hearings of a case, as long as the case is there; where one can be sent, the form to do it."""
    return _hearing_page(case, HearingForm(data=_proposed(case)))


@scoring.post("/proposals/<reference>/hearing")
@commits
@needs_case("hearing.open")
def send_hearing(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    form = HearingForm(data=_proposed(case))
    label_fields(form)

    def act() -> ResponseReturnValue:
        due_on = _day_of(form)
        subject, body = actions.hearing_letter(
            proposal,
            call_of(session, proposal),
            facts=form.facts.data,
            due_on=due_on,
            base_url=settings().base_url,
        )
        if request.form.get("action") == "draft":
            form.letter.data = body
            return _hearing_page(case, form, drafted=True)
        draft = HearingDraft(form.facts.data, due_on, subject, form.letter.data)
        actions.send_hearing(session, proposal, draft, version=form.version.data or 0, actor=case.actor, at=now())
        return go(url_for("scoring.hearing", reference=proposal.reference), "Høringen er sendt til ansøgeren.")

    return apply_or_show(form, act, lambda: _hearing_page(case, form))


def _day_of(form: HearingForm) -> date:
    if form.due_on.data is None:
        raise Refused("Skriv en dato, for eksempel 14.4.2027.", field="due_on")
    return form.due_on.data


def _proposed(case: Case) -> dict[str, object]:
    """What the departments have ticked and nobody has been told of yet, and the usual deadline."""
    unheard = queries.unheard_facts(current_session(), case.proposal.id)
    return {
        "version": case.proposal.version,
        "facts": "\n\n".join(answer.adverse_facts for answer in unheard),
        "due_on": add_workdays(today(now()), ANSWER_WITHIN_WORKDAYS),
    }


def _hearing_page(case: Case, form: HearingForm | CloseHearingForm, *, drafted: bool = False) -> str:
    session, proposal = current_session(), case.proposal
    unheard = {answer.id for answer in queries.unheard_facts(session, proposal.id)}
    told = [
        one for one in queries.asked_departments(session, proposal.id) if one.answer and one.answer.has_adverse_facts
    ]
    return render_template(
        "scoring/hearing.html",
        case=case,
        proposal=proposal,
        form=form,
        drafted=drafted,
        closing=CloseHearingForm(data={"version": proposal.version}) if isinstance(form, HearingForm) else form,
        told=told,
        unheard=unheard,
        hearing=queries.open_hearing(session, proposal.id),
        hearings=queries.hearings_of(session, proposal.id),
        is_late=is_late,
        day_of=today,
        today=today(now()),
        departments=department_names(session, on=today(now())),
    )


@scoring.route("/proposals/<reference>/hearing/waive", methods=["GET", "POST"])
@commits
@needs_case("hearing.open")
def waive_hearing(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    form = WaiverForm(data={"version": proposal.version})
    label_fields(form)

    def act() -> ResponseReturnValue:
        actions.waive_hearing(
            session, proposal, reason=form.reason.data, version=form.version.data or 0, actor=case.actor, at=now()
        )
        return go(
            url_for("scoring.hearing", reference=proposal.reference), "Det er noteret, at en høring ikke er nødvendig."
        )

    def show() -> str:
        unheard = queries.unheard_facts(session, proposal.id)
        return render_template("scoring/hearing_waive.html", proposal=proposal, form=form, unheard=unheard)

    return apply_or_show(form, act, show)


@scoring.post("/proposals/<reference>/hearing/close")
@commits
@needs_case("hearing.close")
def close_hearing(case: Case) -> ResponseReturnValue:
    form = CloseHearingForm()
    label_fields(form)

    def act() -> ResponseReturnValue:
        actions.close_hearing(
            current_session(),
            case.proposal,
            note=form.note.data,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return go(url_for("scoring.hearing", reference=case.proposal.reference), "Høringen er lukket.")

    def show() -> str:
        actions.need_open_hearing(current_session(), case.proposal)  # Without it the page has no place for this form.
        return _hearing_page(case, form)

    return apply_or_show(form, act, show)


@scoring.get("/proposals/<reference>/hearing-answer")
@needs_case("hearing.follow")
def own_hearing(case: Case) -> ResponseReturnValue:
    """What the applicant was told, as it was sent, and the applicant's own answer, as long as the case is there."""
    sent = _sent(case)
    return _answer_page(case, sent, _answer_form(sent[0]))


@scoring.post("/proposals/<reference>/hearing-answer")
@commits
@needs_case("hearing.answer")
def answer_hearing(case: Case) -> ResponseReturnValue:
    session, proposal, sent = current_session(), case.proposal, _sent(case)
    form = _answer_form(sent[0])
    label_fields(form)

    def act() -> ResponseReturnValue:
        actions.answer_hearing(
            session, proposal, answer=form.answer.data, mark=form.version.data or "", actor=case.actor, at=now()
        )
        return go(url_for("desk.case", reference=proposal.reference), "Jeres svar på høringen er sendt.")

    return apply_or_show(form, act, lambda: _answer_page(case, sent, form))


def _sent(case: Case) -> list[Hearing]:
    """The hearings that the applicant was sent, the newest first; never none."""
    sent = queries.sent_hearings(current_session(), case.proposal.id)
    if not sent:
        raise NotFound
    return sent


def _answer_form(hearing: Hearing) -> HearingAnswerForm:
    return HearingAnswerForm(data={"version": mark_of(hearing.id, hearing.answered_at), "answer": hearing.answer})


def _answer_page(case: Case, sent: list[Hearing], form: HearingAnswerForm) -> str:
    newest, *earlier = sent
    return render_template(
        "scoring/hearing_answer.html",
        proposal=case.proposal,
        form=form,
        hearing=newest,
        earlier=earlier,
        can_answer=newest.closed_at is None and case.may("hearing.answer"),
        is_late=is_late(newest.due_on, today(now())),
    )
