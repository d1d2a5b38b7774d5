"""What does each role meet: my tasks, the pages of one case, the list of a call?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk.call_figures import GROUPS, key_figures
from desk.queries import case_work, done_by_reviewer, readable_cases, readable_history, reviewer_desk, secretariat_tasks
from exports.register import PAPERS
from foundation.clock import today
from foundation.db import current_session
from foundation.errors import NotFound
from foundation.formats import day, workdays_in_words
from foundation.identity.organisation_queries import invitations_to
from foundation.identity.queries import department_names
from foundation.identity.roles import Role
from foundation.permissions import PERMISSIONS, needs, signed_in
from foundation.web import now
from foundation.workdays import workdays_between
from intake import queries as intake_queries
from intake.access import Case, needs_case
from intake.queries import DepartmentRow, QueueRow
from intake.rules.call import CallState
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, may
from intake.wording import APPLICANT_STATUS, HEARING_STATUS, REOPENED_STATUS, STAFF_STATUS
from portfolio.queries import agenda, coming_meetings, placement, placing_hindrance, sent_back
from scoring.models import Hearing
from scoring.queries import hearings_to_answer, latest_run, scores_still_in, sent_hearings

desk = Blueprint("desk", __name__)


@desk.get("/my-tasks")
@needs("tasks.view")
def my_tasks() -> ResponseReturnValue:
    """The first page after sign-in: what waits for me."""
    actor, session = signed_in(), current_session()
    if actor.role is Role.APPLICANT:
        own = intake_queries.own_proposals(session, actor)
        calls = intake_queries.public_calls(session, at=now())
        return render_template(
            "desk/applicant.html",
            proposals=own,
            hearings=hearings_to_answer(
                session, [one.id for one in own if may("hearing.answer", Relation.OWN_APPLICANT, one.state)]
            ),
            statuses=APPLICANT_STATUS,
            reopened_status=REOPENED_STATUS,
            calls=calls,
            now=now(),
            invitations=invitations_to(session, actor),
            organisations=intake_queries.organisations_of(session, actor),
            returns=intake_queries.open_returns(session, own),
        )
    if actor.role is Role.REVIEWER:
        cases = reviewer_desk(session, actor)
        department = intake_queries.department_queue(session, actor)
        coordinated = intake_queries.coordinated_departments(session, actor.person_id, on=today(now()))
        return render_template(
            "desk/reviewer.html",
            cases=[one for one in cases if not one.is_done],
            done=[one for one in cases if one.is_done],
            department=department,
            is_coordinator=actor.department in coordinated,
            dues=_dues([one.row for one in cases], department),
        )
    if actor.role is Role.SECRETARIAT:
        tasks = secretariat_tasks(session, actor, on=today(now()))
        calls = intake_queries.all_calls(session)
        states = {call.id: intake_queries.state_of_call(call, at=now()) for call in calls}
        to_assess = [one for one in reviewer_desk(session, actor) if not one.is_done]
        return render_template(
            "desk/secretariat.html",
            tasks=tasks,
            calls=calls,
            states=states,
            own=to_assess,
            dues=_dues([one.row for one in to_assess], []),
        )
    coming = coming_meetings(session, on=today(now()))[:1] if actor.role is Role.COUNCIL_MEMBER else []
    return render_template(
        "desk/reader.html",
        meeting=next(iter(coming), None),
        agenda=[row for one in coming for row in agenda(session, actor, one)],
        cases=readable_cases(session, actor),
        calls=intake_queries.published_calls(session) if actor.role is Role.AUDITOR else [],
    )


def _dues(own: Sequence[QueueRow], department: Sequence[DepartmentRow]) -> "dict[date, Due]":
    """Every deadline of the page in words."""
    days = {row.due_on for row in own} | {row.due_on for row in department}
    return {on: due(on, today(now())) for on in days}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in words, and whether it has passed."""

    words: str
    is_late: bool


def due(on: date, today: date) -> Due:
    """How far away a deadline is, in working days: "om 3 arbejdsdage", "i dag", "2 arbejdsdage for sent"."""
    count = abs(workdays_between(today, on))
    if on == today:
        return Due("i dag", False)
    if on < today:
        return Due(f"{workdays_in_words(count)} for sent" if count else "fristen er udløbet", True)
    return Due(f"om {workdays_in_words(count)}" if count else "før næste arbejdsdag", False)


# ---- the case -----------------------------------------------------------------------------------------------------


def case_tabs(case: Case) -> list[tuple[str, str, bool]]:
    """The pages of a case that this person may open, as (word, address, is this one)."""
    pages = [
        ("Overblik", "desk.case", "proposal.view"),
        ("Forslag", "desk.proposal", "proposal.view"),
        ("Formalia", "intake.formalities", "formalcheck.view"),
        ("Vurdering", "scoring.assessments", "assessment.view"),
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
    if not case.may("agenda.place"):
        return []
    found = placing_hindrance(current_session(), case.proposal.id)
    if found is None:
        return []
    text, endpoint = (
        ("Gå til høringen", "scoring.hearing") if found.is_hearing else ("Send indstillingen tilbage", "memo.send_back")
    )
    return [NextAct(text, url_for(endpoint, reference=case.proposal.reference))]


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
    """One sentence on where the case is and who has it, in the words of the reader's role."""
    if case.proposal.state is State.DRAFT and case.proposal.reference is not None:
        return REOPENED_STATUS
    if case.relation is not Relation.OWN_APPLICANT:
        return STAFF_STATUS[case.proposal.state]
    hearing = hearing_to_answer(case)
    if hearing is not None and hearing.answered_at is None:
        return HEARING_STATUS
    placed = placed_on(case)
    if placed is not None:
        return f"Rådet behandler jeres forslag den {day(placed)}. I skal ikke gøre noget."
    return APPLICANT_STATUS[case.proposal.state]


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
    return render_template(
        "desk/case.html",
        case=case,
        proposal=proposal,
        call=call,
        acts=next_acts(case),
        work=case_work(session, proposal.id, on=today(now())) if case.may("assessment.view") else None,
        departments=department_names(session, on=today(now())),
        run=latest_run(session, proposal.id) if case.may("sorting.view") else None,
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


# ---- the list of a call -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pages:
    """The links under a list, as the pagination macro takes them."""

    current: int
    total: int
    first: str | None
    previous: str | None
    next: str | None
    last: str | None
    links: list[tuple[int | None, str | None]]


@desk.get("/calls/<slug>/proposals")
@needs("proposal.list")
def proposals(slug: str) -> ResponseReturnValue:
    """A call's proposals, 50 rows a page, sorted and filtered by the address alone."""
    session, actor = current_session(), signed_in()
    call = intake_queries.public_call(session, slug)
    if call is None:
        raise NotFound
    still_scores = scores_still_in(session, actor.person_id, call.id)
    sees_maturity = actor.role is Role.SECRETARIAT and not still_scores
    # The order of a column is as telling as its numbers: whoever may not see them may not sort by them.
    sorts = [one for one in intake_queries.SORTS if sees_maturity or one != "modenhed"]
    sort = request.args.get("sort", "sag")
    sort = sort if sort in sorts else "sag"
    state = next((one for one in State if one.value == request.args.get("status")), None)
    group = request.args.get("group") if state is None else None
    group = group if group in GROUPS else None
    page = intake_queries.proposals_of_call(
        session,
        actor,
        call.id,
        sort=sort,
        states=GROUPS[group] if group else frozenset({state}) if state else None,
        page=_page_number(request.args.get("page", "1")),
    )
    return render_template(
        "desk/proposals.html",
        call=call,
        page=page,
        sort=sort,
        sorts=sorts,
        state=state,
        states=[one for one in State if one is not State.DRAFT],
        counts=page.counts,
        group=group,
        figures=key_figures(page.sums),
        may_rank=actor.role in PERMISSIONS["ranking.view"],
        state_address=url_for("desk.proposals", slug=slug, sort=sort, status="-").removesuffix("-"),
        pages=_pages(slug, sort, state, group, page),
        address=url_for("desk.case", reference="-").removesuffix("-"),
        sees_maturity=sees_maturity,
        sorted_states=frozenset() if still_scores else _SORTED,
    )


_SORTED = frozenset(list(State)[6:17])


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1


def _pages(slug: str, sort: str, state: State | None, group: str | None, page: intake_queries.ProposalPage) -> Pages:
    def address(number: int) -> str:
        status = state.value if state else None
        return url_for("desk.proposals", slug=slug, sort=sort, status=status, group=group, page=number)

    current, total = page.page, page.pages
    return Pages(
        current=current,
        total=total,
        first=address(1) if current > 1 else None,
        previous=address(current - 1) if current > 1 else None,
        next=address(current + 1) if current < total else None,
        last=address(total) if current < total else None,
        links=[(number, address(number) if number else None) for number in _shown(current, total)],
    )


def _shown(current: int, total: int) -> list[int | None]:
    """The page numbers under a list, with None for a gap."""
    if total <= 7:
        return list(range(1, total + 1))
    if current < 5:
        return [1, 2, 3, 4, 5, None, total]
    if current + 4 > total:
        return [1, None, *range(total - 4, total + 1)]
    return [1, None, current - 1, current, current + 1, None, total]
