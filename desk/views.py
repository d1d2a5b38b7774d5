"""What does each role meet: my tasks, the pages of one case, the list of a call?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk.list_export import export_list
from desk.lists import all_proposals, proposals
from desk.my_tasks import tasks_page
from desk.past import past_status
from desk.queries import case_work, done_by_reviewer, promised_for, readable_history
from desk.status import for_applicant, for_staff
from desk.whereabouts import whereabouts
from exports.register import PAPERS
from foundation.clock import today
from foundation.db import current_session
from foundation.identity.queries import department_names
from foundation.permissions import needs, signed_in
from foundation.web import now
from intake import queries as intake_queries
from intake.access import Case, needs_case
from intake.rules.call import CallState
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.rights import Relation
from portfolio.queries import placement, placing_hindrance, sent_back
from portfolio.rules.agenda import Hindrance
from scoring.business_case_queries import chosen_business_case
from scoring.models import Hearing
from scoring.queries import latest_run, open_hearing, sent_hearings
from scoring.stability_queries import stability_of_run

desk = Blueprint("desk", __name__)


@desk.get("/my-tasks")
@needs("tasks.view")
def my_tasks() -> ResponseReturnValue:
    """The first page after sign-in: what waits for me."""
    return tasks_page(current_session(), signed_in(), at=now())


# ---- the case -----------------------------------------------------------------------------------------------------


def case_tabs(case: Case) -> list[tuple[str, str, bool]]:
    """The pages of a case that this person may open, as (word, address, is this one)."""
    pages = [
        ("Overblik", "desk.case", "proposal.view"),
        ("Forslag", "desk.proposal", "proposal.view"),
        ("Udgaver", "intake.versions", "revision.list"),
        ("Formalia", "intake.formalities", "formalcheck.view"),
        ("Vurdering", "scoring.assessments", "assessment.view"),
        ("Business case", "scoring.business_case", "business_case.view"),
        ("Høring", "scoring.hearing", "hearing.view"),
        ("Sortering", "scoring.sorting", "sorting.view"),
        ("Indstilling", "memo.sheet", "memo.compose"),
        ("Papirer", "desk.papers", "memo.export"),
        ("Breve", "intake.letters", "letter.view"),
        ("Notater", "intake.notes", "note.view"),
        ("Historik", "desk.history", "proposal.view"),
    ]
    return [
        (word, url_for(endpoint, reference=case.proposal.reference), request.endpoint == endpoint)
        for word, endpoint, action in pages
        if case.may(action)
    ]


@dataclass(frozen=True, slots=True)
class NextAct:
    """The one thing to do next on a case, for whoever may do it."""

    text: str
    url: str


_NEXT = (
    ("formalcheck.record", State.SUBMITTED, "Tjek formalia", "intake.formal_check"),
    ("department.route", State.FORMAL_CHECK, "Send til forvaltning", "intake.route"),
    ("formalcheck.record", State.FORMAL_CHECK, "Tjek formalia", "intake.formal_check"),
    ("formalcheck.reject", State.RETURNED, "Afvis på formalia", "intake.reject"),
    ("department.answer", State.WITH_DEPARTMENTS, "Svar for forvaltningen", "scoring.answer"),
    ("assessment.edit", State.WITH_DEPARTMENTS, "Vurder modenheden", "scoring.assessment"),
    ("assessment.edit", State.MATURITY_ASSESSMENT, "Vurder modenheden", "scoring.assessment"),
    ("casefacts.edit", State.WITH_DEPARTMENTS, "Skriv sagsgrundlaget", "scoring.case_facts"),
    ("consensus.record", State.MATURITY_ASSESSMENT, "Find konsensus", "scoring.consensus"),
    ("casefacts.edit", State.MATURITY_ASSESSMENT, "Skriv sagsgrundlaget", "scoring.case_facts"),
    ("sorting.confirm", State.MATURITY_ASSESSMENT, "Se sorteringen", "scoring.sorting"),
    ("memo.compose", State.SORTED, "Skriv indstillingen", "memo.sheet"),
    ("memo.export", State.SORTED, "Hent indstillingen", "desk.papers"),
    ("agenda.place", State.MEMO_READY, "Sæt på dagsorden", "portfolio.place"),
    ("memo.export", State.AT_COUNCIL, "Hent indstillingen", "desk.papers"),
)


def next_acts(case: Case) -> list[NextAct]:
    """What this person can and need still do with the case, the most useful first."""
    if case.proposal.state is State.DRAFT and case.may("proposal.edit"):
        return [NextAct("Skriv videre", url_for("intake.check", draft_id=case.proposal.id))]
    if case.proposal.state is State.RETURNED and case.may("proposal.edit"):
        return [NextAct("Se, hvad der mangler, og svar", url_for("intake.draft", draft_id=case.proposal.id))]
    if hearing_to_answer(case) is not None:
        return [NextAct("Svar på høringen", url_for("scoring.own_hearing", reference=case.proposal.reference))]
    done = frozenset({"consensus.record"} if case.proposal.agreement is not None else ())
    if case.relation is Relation.ASSIGNED:
        done = done_by_reviewer(current_session(), case)
    if case.proposal.state is State.FORMAL_CHECK and case.may("department.route"):
        done = frozenset() if _is_through(case) else frozenset({"department.route"})
    return _before_the_agenda(case) or [
        NextAct(text, url_for(endpoint, reference=case.proposal.reference))
        for action, state, text, endpoint in _NEXT
        if case.proposal.state is state and case.may(action) and action not in done
    ]


def _before_the_agenda(case: Case) -> list[NextAct]:
    """What must be done before an agenda takes a case whose memo is released; nothing for any other case."""
    found = hindrance_of(case)
    if found is None:
        return []
    text, endpoint = (
        ("Gå til høringen", "scoring.hearing") if found.is_hearing else ("Send indstillingen tilbage", "memo.send_back")
    )
    return [NextAct(text, url_for(endpoint, reference=case.proposal.reference))]


def hindrance_of(case: Case) -> Hindrance | None:
    """What keeps a released case from an agenda, for whoever sets one; asked once a request."""
    if not case.may("agenda.place"):
        return None
    known: dict[UUID, Hindrance | None] = g.setdefault("hindrances", {})
    if case.proposal.id not in known:
        known[case.proposal.id] = placing_hindrance(current_session(), case.proposal.id)
    return known[case.proposal.id]


def _is_through(case: Case) -> bool:
    """Are the formalities in order, so that the departments can be asked?"""
    latest = intake_queries.latest_formal_check(current_session(), case.proposal.id)
    return latest is not None and latest.outcome is CheckOutcome.OK


def case_worker_of(case: Case) -> str | None:
    """The name of who has the case, empty where nobody has; None for applicants, who are not told."""
    if case.relation is Relation.OWN_APPLICANT:
        return None
    return intake_queries.case_worker_name(current_session(), case.proposal)


def heard_about(case: Case) -> Hearing | None:
    """The newest hearing that the applicant was sent; asked once a request, though page, acts and status tell of it."""
    if not case.may("hearing.follow"):
        return None
    known: dict[UUID, Hearing | None] = g.setdefault("heard_about", {})
    if case.proposal.id not in known:
        known[case.proposal.id] = next(iter(sent_hearings(current_session(), case.proposal.id)), None)
    return known[case.proposal.id]


def hearing_to_answer(case: Case) -> Hearing | None:
    """The hearing that the applicant can answer now."""
    heard = heard_about(case)
    return heard if heard is not None and heard.closed_at is None and case.may("hearing.answer") else None


def status_of(case: Case) -> str:
    """Where the case is, who has it and what happens next, in the words of the reader's role."""
    if case.proposal.is_history:
        return past_status(case)
    session = current_session()
    hearing = open_hearing(session, case.proposal.id) if case.may("hearing.view") else heard_about(case)
    known = whereabouts(session, case, hearing=hearing, hindrance=hindrance_of(case), at=now())
    return for_applicant(known) if case.relation is Relation.OWN_APPLICANT else for_staff(known)


def placed_on(case: Case) -> date | None:
    """The day of the meeting at which the council decides; None before the case is on an agenda, and afterwards."""
    if case.proposal.state is not State.AT_COUNCIL:
        return None
    placed = placement(current_session(), case.proposal.id)
    return placed[1].held_on if placed else None


@desk.get("/proposals/<reference>")
@needs_case("proposal.view")
def case(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    call = intake_queries.call_of(session, proposal)
    is_open = intake_queries.state_of_call(call, at=now()) is CallState.OPEN
    run = latest_run(session, proposal.id) if case.may("sorting.view") else None
    return render_template(
        "desk/case.html",
        case=case,
        proposal=proposal,
        call=call,
        acts=next_acts(case),
        work=case_work(session, proposal.id, on=today(now())) if case.may("assessment.view") else None,
        departments=department_names(session, on=today(now())),
        run=run,
        how_sure=None if run is None else stability_of_run(run),
        promised=promised_for(session, case),
        business_case=chosen_business_case(session, proposal.id) if case.may("business_case.view") else None,
        hearing=hearing_to_answer(case),
        heard=heard_about(case),
        may_change=is_open and case.may("proposal.reopen"),
        returned=intake_queries.open_returns(session, [proposal]).get(proposal.id),
        placed_on=placed_on(case),
        sent_back=sent_back(session, proposal.id) if case.may("memo.compose") else None,
    )


@desk.get("/proposals/<reference>/proposal")
@needs_case("proposal.view")
def proposal(case: Case) -> ResponseReturnValue:
    """The applicant reads what is written, others what was sent: a returned proposal is written in meanwhile."""
    session, own = current_session(), case.relation is Relation.OWN_APPLICANT
    call = intake_queries.call_of(session, case.proposal)
    sent = None if own else intake_queries.newest_version(session, case.proposal.id)
    return render_template(
        "desk/proposal.html",
        case=case,
        proposal=case.proposal,
        acts=next_acts(case),
        questions=intake_queries.questions_of(session, call),
        given=sent.content["answers"] if sent else case.proposal.answers,
        files=intake_queries.sent_files(session, sent)
        if sent
        else intake_queries.attachments_of(session, case.proposal.id),
    )


@desk.get("/proposals/<reference>/papers")
@needs_case("memo.export")
def papers(case: Case) -> ResponseReturnValue:
    run = latest_run(current_session(), case.proposal.id)
    offered = [paper for paper in PAPERS.values() if case.may(paper.action)]
    return render_template("desk/papers.html", case=case, proposal=case.proposal, run=run, papers=offered)


@desk.get("/proposals/<reference>/history")
@needs_case("proposal.view")
def history(case: Case) -> ResponseReturnValue:
    return render_template(
        "desk/history.html",
        case=case,
        proposal=case.proposal,
        acts=next_acts(case),
        happened=readable_history(current_session(), case),
    )


# ---- the lists ----------------------------------------------------------------------------------------------------

desk.add_url_rule("/calls/<slug>/proposals", "proposals", proposals)
desk.add_url_rule("/calls/<slug>/proposals.xlsx", "export_list", export_list)
desk.add_url_rule("/proposals", "all_proposals", all_proposals)
