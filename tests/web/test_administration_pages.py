"""Do the administrator's pages give and take access, at the next request, without a word of any case?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from app.worker import end_roles
from foundation.clock import FixedClock, today
from foundation.identity.models import Person, RoleGrant, WebSession
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from intake.models import CaseNote, ConflictDeclaration
from intake.rules.lifecycle import State
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint
from tests.rights.stage import MARKS, Stage, add_file, marked_case

BrowserOf = Callable[[Actor], FlaskClient]
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What stands on a page is the same on both; the rights matrix asks each of them on both."""


class Office:
    """An administrator at work on one person."""

    def __init__(self, world: World, browser: FlaskClient, whom: str = "RA") -> None:
        self.session, self.world, self.browser = world.session, world, browser
        self.whom = world.people[whom].person_id
        self.token = csrf_token(browser, "/admin")

    def post(self, path: str, **form: Any) -> int:
        self.session.expire_all()
        version = self.session.get_one(Person, self.whom).version
        sent = {"csrf_token": self.token, "reason": "Ny stilling", "version": version, **form}
        return self.browser.post(f"/admin/people/{self.whom}{path}", data=sent).status_code

    def take_role(self) -> int:
        rows = select(RoleGrant.id).where(RoleGrant.person_id == self.whom, col(RoleGrant.ended_at).is_(None))
        role = self.session.exec(rows.order_by(col(RoleGrant.granted_at))).first()
        return self.post(f"/roles/{role}/revoke")


def _changes_department(office: Office, clock: FixedClock) -> list[int]:
    clock.move(clock.now() + timedelta(minutes=1))
    return [office.post("/roles/new", role="reviewer", department="MBU"), office.take_role()]


def _ends_session(office: Office, clock: FixedClock) -> list[int]:
    row = office.session.exec(select(WebSession.id).where(WebSession.person_id == office.whom)).one()
    sent = {"csrf_token": office.token, "next": f"/admin/people/{office.whom}"}
    return [office.browser.post(f"/sessions/{row}/end", data=sent).status_code]


def _passes_last_day(office: Office, clock: FixedClock) -> list[int]:
    office.session.expire_all()
    role = office.session.exec(
        select(RoleGrant).where(RoleGrant.person_id == office.whom, RoleGrant.role == Role.REVIEWER)
    ).one()
    role.ends_on = today(clock.now())
    office.session.commit()
    clock.move(office.world.at + timedelta(hours=12))  # The world begins at noon in Copenhagen: this is midnight.
    return [303]


def _passes_last_day_of_one(office: Office, clock: FixedClock) -> list[int]:
    """The person has another role left, and nobody has ended the session."""
    return [office.post("/roles/new", role="auditor"), *_passes_last_day(office, clock)]


ENDS: dict[str, tuple[Callable[[Office, FixedClock], list[int]], int]] = {
    "role revoked": (lambda office, _clock: [office.take_role()], 401),
    "department changed": (_changes_department, 302),
    "account closed": (lambda office, _clock: [office.post("/close")], 401),
    "last day passed": (_passes_last_day, 401),
    "last day of one role passed": (_passes_last_day_of_one, 302),
    "session ended": (_ends_session, 302),
    "all sessions ended": (lambda office, _clock: [office.post("/sessions/end")], 302),
    "address changed": (lambda office, _clock: [office.post("/edit", name="RA", email="ny@x.example")], 302),
}


@pytest.mark.parametrize("end", ENDS)
def test_right_that_ends_is_refused_at_the_next_request(
    end: str, world: World, browser_of: BrowserOf, clock: FixedClock, session: Session
) -> None:
    """Whoever has a role left is sent to sign in again; to anybody else the access is closed."""
    case = world.declared()
    clock.move(world.at + timedelta(hours=1))  # So that at midnight the session itself still lasts an hour.
    reviewer, office = browser_of(world.people["RA"]), Office(world, browser_of(world.people["AD"]))
    page, notes = f"/proposals/{case.reference}", f"/proposals/{case.reference}/notes"
    note = {"csrf_token": csrf_token(reviewer, notes), "happened_on": "1.3.2027", "text": "Et notat"}
    assert reviewer.get(page).status_code == 200

    act, status = ENDS[end]
    assert set(act(office, clock)) == {303}
    before = fingerprint(session)

    assert (reviewer.post(notes, data=note).status_code, reviewer.get(page).status_code) == (401, status)
    assert session.exec(select(CaseNote)).all() == []
    assert fingerprint(session) == before


def test_worker_ends_what_has_run_out(world: World, session: Session, app: Any, clock: FixedClock) -> None:
    role = session.exec(select(RoleGrant).where(RoleGrant.person_id == world.people["RA"].person_id)).one()
    role.ends_on = today(clock.now())
    session.commit()
    sessions = app.extensions["raadslag.sessions"]
    assert [end_roles(sessions, at=clock.now() + timedelta(days=days)) for days in (0, 1, 1)] == [0, 1, 0]


@ONE_DATABASE
def test_administrator_lets_somebody_in_with_a_role_and_a_last_day(
    world: World, browser_of: BrowserOf, session: Session
) -> None:
    browser = browser_of(world.people["AD"])
    form = {
        **{"csrf_token": csrf_token(browser, "/admin/people/new"), "name": "Ny vurderer", "email": "NY@x.example"},
        **{"role": "reviewer", "department": "", "ends_on": "1.2.2027", "reason": ""},
    }
    refused = browser.post("/admin/people/new", data=form)
    assert refused.status_code == 422
    assert "NY@x.example" in refused.get_data(as_text=True)
    assert browser.post("/admin/people/new", data={**form, "reason": "Ferie"}).status_code == 422
    given = {**form, "reason": "Ferie", "department": "MSB", "ends_on": "1.6.2027"}

    answer = browser.post("/admin/people/new", data=given)

    person = session.exec(select(Person).where(Person.email == "ny@x.example")).one()
    assert answer.headers["Location"] == f"/admin/people/{person.id}"
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'Til og med <time datetime="2027-06-01">1. juni 2027</time>' in page
    assert "Begrundelse: Ferie" in page
    assert held_roles(session, person.id) == [(Role.REVIEWER, "MSB")]


@ONE_DATABASE
def test_own_page_offers_nothing_and_every_own_form_is_refused(world: World, browser_of: BrowserOf) -> None:
    office = Office(world, browser_of(world.people["AD"]), "AD")
    said = lxml.html.fromstring(office.browser.get(f"/admin/people/{office.whom}").data)
    forms = [one.action for one in said.forms]
    assert set(forms) == {"/sign-out"}
    assert not said.xpath(
        "//main//a[contains(@href, '/edit') or contains(@href, '/close') or contains(@href, 'roles')]"
    )
    for path in ("/edit", "/close", "/reopen", "/roles/new", "/sessions/end"):
        assert office.post(path, name="X", email="x@x.example", role="auditor") == 409, path
    assert office.take_role() == 409


@ONE_DATABASE
@pytest.mark.parametrize("state", [State.WITH_DEPARTMENTS, State.SORTED], ids=str)
def test_administrator_reads_no_word_and_no_number_of_a_case(
    state: State, app: Any, world: World, browser_of: BrowserOf, tmp_path: Any, clock: FixedClock
) -> None:
    """Its people, letters and log rows are there; its reference, title and texts are not."""
    case = marked_case(world, state)
    add_file(Stage(tmp_path, clock.now()), world, case)
    browser, auditor = browser_of(world.people["AD"]), browser_of(world.people["AU"])
    hidden = {**{key: mark for key, mark in MARKS.items() if mark.startswith("kq7")}, "reference": str(case.reference)}
    people = [f"/admin/people/{one.person_id}" for one in world.people.values()]
    for path in ["/admin", "/admin/outbox", "/audit", f"/audit?case={case.reference}", *people]:
        said = browser.get(path).get_data(as_text=True)
        shown = said.replace(f"case={case.reference}", "")
        assert [key for key, mark in hidden.items() if mark in shown] == [], path
    assert str(case.reference) in auditor.get("/admin/outbox").get_data(as_text=True)
    assert str(case.reference) in auditor.get("/audit").get_data(as_text=True)


@ONE_DATABASE
def test_auditor_reads_no_letter_about_a_case_of_a_conflict(world: World, browser_of: BrowserOf) -> None:
    case = world.declared()
    auditor = browser_of(world.people["AU"])
    paths = ("/admin/outbox", "/audit", f"/audit?case={case.reference}", f"/audit/export?case={case.reference}")
    before = [auditor.get(path).get_data(as_text=True).count(str(case.reference)) for path in paths]
    world.session.add(
        ConflictDeclaration(
            proposal_id=case.id, person_id=world.people["AU"].person_id, has_conflict=True, declared_at=world.at
        )
    )
    world.session.commit()
    after = [
        auditor.get(path)
        .get_data(as_text=True)
        .replace(f"case={case.reference}", "")
        .replace(f'value="{case.reference}"', "")
        for path in paths
    ]
    assert min(before) > 0
    assert [said.count(str(case.reference)) for said in after] == [0, 0, 0, 0]


@ONE_DATABASE
def test_failed_letter_is_sent_again_by_its_button(world: World, browser_of: BrowserOf, session: Session) -> None:
    at = world.at
    failed = {"tries": 10, "failed_at": at, "last_error": "SMTPRecipientsRefused: {'hemmelig'}"}
    letter = OutgoingMail(
        dedup_key="receipt:x",
        to_address="ao@x.example",
        subject="kq7emne",
        body="kq7tekst",
        queued_at=at,
        due_at=at,
        **failed,
    )
    session.add(letter)
    session.commit()
    browser = browser_of(world.people["AD"])
    page = lxml.html.fromstring(browser.get("/admin/outbox?status=failed").data)
    said = page.text_content()
    assert "Mail om en sag" in said
    assert "adressen ikke findes" in said
    assert not any(word in said for word in ("kq7emne", "kq7tekst", "hemmelig"))
    form = next(one for one in page.forms if (one.action or "").endswith(f"/{letter.id}/retry"))

    answers = [browser.post(form.action, data=dict(form.form_values())).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert session.get_one(OutgoingMail, letter.id, populate_existing=True).failed_at is None
