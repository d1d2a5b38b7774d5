"""Does the secretariat hear an applicant in the browser, and does the applicant, and nobody else, answer?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, select

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from intake.models import Letter, Proposal
from intake.rules.lifecycle import State
from intake.wording import HEARING_STATUS
from scoring.models import DepartmentAnswer, Hearing
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint
from tests.rights.stage import statements

BrowserOf = Callable[[Actor], FlaskClient]
DUE = "15.3.2027"
NOTE = "Internt: svaret overbeviser ikke."


def path(proposal: Proposal, page: str = "hearing") -> str:
    return f"/proposals/{proposal.reference}/{page}"


def post(browser: FlaskClient, where: str, data: dict[str, Any]) -> Any:
    return browser.post(where, data={"csrf_token": csrf_token(browser, "/privacy"), **data})


def ticked(world: World) -> Proposal:
    proposal = world.ready_to_sort()
    answer = world.session.exec(select(DepartmentAnswer).where(DepartmentAnswer.proposal_id == proposal.id)).one()
    answer.has_adverse_facts, answer.adverse_facts = True, "Lokalet er opsagt."
    world.session.commit()
    return proposal


def fields(browser: FlaskClient, where: str) -> dict[str, str]:
    """What the page's form holds, as it would be sent."""
    page = lxml.html.fromstring(browser.get(where).data)
    form = page.xpath("//main//form[.//input[@name='version']]")[0]
    # A browser drops the line break that stands first in a text area.
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values() if name != "csrf_token"}


def sent(world: World, browser_of: BrowserOf, proposal: Proposal) -> None:
    browser = browser_of(world.people["SE"])
    draft = post(browser, path(proposal), {**fields(browser, path(proposal)), "action": "draft"})
    letter = lxml.html.fromstring(draft.get_data(as_text=True)).get_element_by_id("letter").text.strip()
    assert "Lokalet er opsagt." in letter
    assert "15. marts 2027" in letter
    assert world.session.exec(select(Letter)).all() == []
    data = {**fields(browser, path(proposal)), "letter": letter, "action": "send"}
    assert post(browser, path(proposal), data).status_code == 303


def test_the_walk_of_a_hearing(world: World, session: Session, browser_of: BrowserOf, clock: FixedClock) -> None:
    proposal = ticked(world)
    secretariat, applicant = browser_of(world.people["SE"]), browser_of(world.people["AO"])
    form = fields(secretariat, path(proposal))
    assert (form["facts"], form["due_on"]) == ("Lokalet er opsagt.", DUE)
    assert "Gå til høringen" in secretariat.get(path(proposal, "sorting")).get_data(as_text=True)
    sent(world, browser_of, proposal)

    for page in ("/my-tasks", f"/proposals/{proposal.reference}"):
        assert "hearing-answer" in applicant.get(page).get_data(as_text=True), page
    assert HEARING_STATUS in applicant.get(f"/proposals/{proposal.reference}").get_data(as_text=True)
    shown = applicant.get(path(proposal, "hearing-answer")).get_data(as_text=True)
    assert "Lokalet er opsagt." in shown
    assert "15. marts 2027" in shown
    clock.move(clock.now() + timedelta(hours=1))
    answer = {**fields(applicant, path(proposal, "hearing-answer")), "answer": "Vi har et nyt lokale."}
    assert post(applicant, path(proposal, "hearing-answer"), answer).status_code == 303

    assert HEARING_STATUS not in applicant.get(f"/proposals/{proposal.reference}").get_data(as_text=True)
    assert "Vi har et nyt lokale." in secretariat.get(path(proposal)).get_data(as_text=True)
    clock.move(clock.now() + timedelta(hours=1))
    closing = {**fields(secretariat, path(proposal)), "note": NOTE}
    assert post(secretariat, path(proposal, "hearing/close"), closing).status_code == 303

    pages = ("", "/hearing-answer", "/history")
    told = "".join(applicant.get(f"/proposals/{proposal.reference}{page}").get_data(as_text=True) for page in pages)
    assert "lukkede høringen" in told
    assert NOTE not in told
    assert NOTE in secretariat.get(path(proposal)).get_data(as_text=True)
    on_page = {"version": fields(secretariat, path(proposal, "sorting"))["version"]}
    assert post(secretariat, path(proposal, "sorting/confirm"), on_page).status_code == 303


def answered_and_closed(world: World, browser_of: BrowserOf, clock: FixedClock, proposal: Proposal) -> None:
    sent(world, browser_of, proposal)
    applicant, secretariat = browser_of(world.people["AO"]), browser_of(world.people["SE"])
    clock.move(clock.now() + timedelta(hours=1))
    answer = {**fields(applicant, path(proposal, "hearing-answer")), "answer": "Vi har et nyt lokale."}
    assert post(applicant, path(proposal, "hearing-answer"), answer).status_code == 303
    clock.move(clock.now() + timedelta(hours=1))
    closing = {**fields(secretariat, path(proposal)), "note": NOTE}
    assert post(secretariat, path(proposal, "hearing/close"), closing).status_code == 303


@pytest.mark.parametrize("state", [State.AT_COUNCIL, State.CLOSED, State.WITHDRAWN])
def test_a_hearing_stays_readable_when_nothing_more_can_be_done(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock, state: State
) -> None:
    proposal = ticked(world)
    answered_and_closed(world, browser_of, clock, proposal)
    session.expire_all()
    proposal.state = state
    session.commit()

    applicant, secretariat = browser_of(world.people["AO"]), browser_of(world.people["SE"])
    own = applicant.get(path(proposal, "hearing-answer")).get_data(as_text=True)
    for words in ("Lokalet er opsagt.", "Vi har et nyt lokale.", "15. marts 2027"):
        assert words in own
    assert NOTE not in own
    overview = applicant.get(f"/proposals/{proposal.reference}").get_data(as_text=True)
    assert overview.count(f"/proposals/{proposal.reference}/hearing-answer") == 1
    assert NOTE not in overview
    staff = secretariat.get(path(proposal)).get_data(as_text=True)
    for words in ("Lokalet er opsagt.", "Vi har et nyt lokale.", NOTE):
        assert words in staff
    for page in (own, staff):
        assert lxml.html.fromstring(page).xpath("//main//form") == []
    before = fingerprint(session)
    for browser, where in (
        (applicant, path(proposal, "hearing-answer")),
        (secretariat, path(proposal)),
        (secretariat, path(proposal, "hearing/waive")),
        (secretariat, path(proposal, "hearing/close")),
    ):
        assert post(browser, where, {"answer": "Mere.", "note": "Mere."}).status_code == 409, where
    assert fingerprint(session) == before


def test_an_applicant_reads_every_hearing_that_was_sent(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = ticked(world)
    answered_and_closed(world, browser_of, clock, proposal)
    session.add(
        Hearing(
            proposal_id=proposal.id,
            facts="Lejen er steget.",
            due_on=clock.now().date() + timedelta(days=14),
            opened_by=world.people["SE"].person_id,
            opened_at=clock.now() + timedelta(hours=1),
        )
    )
    session.commit()
    applicant = browser_of(world.people["AO"])
    page = lxml.html.fromstring(applicant.get(path(proposal, "hearing-answer")).data)
    said = " ".join(page.xpath("//main")[0].text_content().split())
    assert [word in said for word in ("Lejen er steget.", "Lokalet er opsagt.", "Vi har et nyt lokale.", NOTE)] == [
        True,
        True,
        True,
        False,
    ]
    assert page.get_element_by_id("answer").text.strip() == ""


def test_who_may_read_a_hearing_reads_it_and_sends_none(world: World, browser_of: BrowserOf) -> None:
    proposal = ticked(world)
    sent(world, browser_of, proposal)
    for key, status in (("AU", 200), ("RA", 200), ("SE", 200), ("RO", 403), ("CM", 403), ("AO", 403), ("AX", 404)):
        answer = browser_of(world.people[key]).get(path(proposal))
        assert answer.status_code == status, key
        forms = lxml.html.fromstring(answer.data).xpath("//main//form")
        assert forms == [], key
    for key in ("SE", "RA", "AU"):
        assert browser_of(world.people[key]).get(path(proposal, "hearing-answer")).status_code == 403, key


def test_the_hearing_is_asked_for_once_a_page(world: World, browser_of: BrowserOf, connection: Connection) -> None:
    proposal = ticked(world)
    sent(world, browser_of, proposal)
    browser = browser_of(world.people["AO"])
    with statements(connection) as asked:
        said = browser.get(f"/proposals/{proposal.reference}").get_data(as_text=True)
    assert HEARING_STATUS in said
    assert len([one for one in asked.sent if "FROM hearing " in " ".join(one.split())]) == 1


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [("due_on", "13.3.2027", "due_on"), ("letter", "", "letter"), ("facts", "Borgeren er 010190-1234.", "facts")],
)
def test_a_hearing_that_is_not_right_comes_back_as_typed(
    world: World, session: Session, browser_of: BrowserOf, field: str, typed: str, error: str
) -> None:
    proposal = ticked(world)
    browser = browser_of(world.people["SE"])
    data = {**fields(browser, path(proposal)), "letter": "Svar senest 15. marts 2027.", "action": "send", field: typed}
    before = fingerprint(session)
    answer = post(browser, path(proposal), data)
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert page.xpath(f"//*[@id='{error}-error']")
    assert fingerprint(session) == before


def test_a_hearing_is_waived_with_a_reason(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = ticked(world)
    browser, where = browser_of(world.people["SE"]), path(proposal, "hearing/waive")
    assert post(browser, where, {**fields(browser, where), "reason": ""}).status_code == 422
    assert post(browser, where, {**fields(browser, where), "reason": "Det står i forslaget."}).status_code == 303
    hearing = session.exec(select(Hearing)).one()
    assert (hearing.waived, hearing.closing_note) == (True, "Det står i forslaget.")
    assert browser_of(world.people["AO"]).get(path(proposal, "hearing-answer")).status_code == 404
    history = browser_of(world.people["AO"]).get(path(proposal, "history")).get_data(as_text=True)
    assert "Det står i forslaget." not in history


def test_an_old_page_keeps_the_text(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = ticked(world)
    browser = browser_of(world.people["SE"])
    data = {**fields(browser, path(proposal)), "letter": "Svar senest 15. marts 2027.", "action": "send"}
    answer = post(browser, path(proposal), {**data, "version": str(proposal.version - 1)})
    assert answer.status_code == 409
    assert "Svar senest 15. marts 2027." in answer.get_data(as_text=True)
    assert session.exec(select(Hearing)).all() == []


def test_a_hearing_that_a_colleague_closed_is_refused_and_keeps_the_note(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = ticked(world)
    browser, where = browser_of(world.people["SE"]), path(proposal, "hearing/close")
    before = fingerprint(session)
    for note in ("", "Borgeren er 010190-1234.", NOTE):
        answer = post(browser, where, {"version": str(proposal.version), "note": note})
        assert answer.status_code == 409, note
        assert "Høringen er allerede lukket" in answer.get_data(as_text=True)
        assert note in answer.get_data(as_text=True)
    assert fingerprint(session) == before


def test_nobody_else_answers(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = ticked(world)
    sent(world, browser_of, proposal)
    for key, status in (("AX", 404), ("SE", 403), ("RA", 403)):
        browser = browser_of(world.people[key])
        data = {"answer": "Ikke mit.", "version": str(proposal.version)}
        assert post(browser, path(proposal, "hearing-answer"), data).status_code == status
    for page in ("hearing", "hearing/waive"):
        assert browser_of(world.people["AO"]).get(path(proposal, page)).status_code == 403
    assert session.exec(select(Hearing)).one().answer == ""


def test_an_answer_with_a_cpr_number_is_refused(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = ticked(world)
    sent(world, browser_of, proposal)
    browser, where = browser_of(world.people["AO"]), path(proposal, "hearing-answer")
    data = {**fields(browser, where), "answer": "Borgeren er 010190-1234."}
    assert post(browser, where, data).status_code == 422
    session.expire_all()
    assert session.exec(select(Hearing)).one().answer == ""


def test_a_late_answer_is_kept_and_marked(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = ticked(world)
    sent(world, browser_of, proposal)
    clock.move(clock.now() + timedelta(days=20))
    browser, where = browser_of(world.people["AO"]), path(proposal, "hearing-answer")
    assert "Fristen er gået" in browser.get(where).get_data(as_text=True)
    assert post(browser, where, {**fields(browser, where), "answer": "Undskyld."}).status_code == 303
    assert "Efter fristen" in browser_of(world.people["SE"]).get(path(proposal)).get_data(as_text=True)
