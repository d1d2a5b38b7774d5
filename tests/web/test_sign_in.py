"""Does signing in by a mailed link let the right person in, once, in a role of their own, and nobody else?"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine
from sqlmodel import Session, col, select

from app.web_app import create_app
from foundation.clock import FixedClock
from foundation.errors import Refused
from foundation.identity.actions import _use_up, add_person, send_sign_in_link, use_sign_in_link
from foundation.identity.models import Person, RoleGrant, SignInLink, WebSession
from foundation.identity.queries import token_hash
from foundation.identity.roles import Actor, Role
from foundation.mail import LINK_PLACE, OutgoingMail, send_waiting
from foundation.settings import Settings
from tests.builders import World, csrf_token
from tests.conftest import NOON
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]


def ask_for_link(browser: FlaskClient, email: str, next_path: str = "/") -> str:
    """Fill in the sign-in page; the answer's text."""
    data = {"csrf_token": csrf_token(browser), "email": email, "next": next_path}
    answer = browser.post("/sign-in", data=data)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def newest_link(session: Session) -> str:
    """The path of the newest mailed link."""
    link = session.exec(
        select(OutgoingMail.secret_link)
        .where(col(OutgoingMail.secret_link).is_not(None))
        .order_by(col(OutgoingMail.queued_at).desc())
    ).first()
    assert link is not None
    return link.removeprefix("http://localhost")


def use(browser: FlaskClient, path: str, **chosen: str) -> tuple[int, str | None]:
    """Press the button on the page behind a link: the status, and where it leads."""
    answer = browser.post(path, data={"csrf_token": csrf_token(browser), **chosen})
    return answer.status_code, answer.headers.get("Location")


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/my-tasks").status_code == 200


# ---- the link -------------------------------------------------------------------------------------------------------


def test_link_is_mailed_and_only_its_hash_is_kept(client: FlaskClient, world: World, session: Session) -> None:
    ask_for_link(client, "se@x.example", "/my-tasks")

    (letter,) = session.exec(select(OutgoingMail)).all()
    (link,) = session.exec(select(SignInLink)).all()
    token = (letter.secret_link or "").removeprefix("http://localhost/sign-in/")
    assert (letter.to_address, letter.subject) == ("se@x.example", "Dit link til Rådslag")
    assert LINK_PLACE in letter.body
    assert token not in letter.body
    assert len(token) >= 43
    assert (link.email, link.token_hash, link.next_path) == ("se@x.example", token_hash(token), "/my-tasks")
    assert (link.created_at, link.expires_at, link.used_at) == (world.at, world.at + timedelta(minutes=30), None)
    rows = fingerprint(session, without=("outgoing_mail",))
    assert token not in str(rows)


def test_link_and_mail_are_stored_together_or_not_at_all(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.add(OutgoingMail(dedup_key="taken", to_address="a", subject="", body="", queued_at=NOON, due_at=NOON))
    session.commit()
    send_sign_in_link(session, "ny@x.example", next_path="/", base_url="http://localhost", at=NOON)
    letter = next(row for row in session.new if isinstance(row, OutgoingMail))
    letter.dedup_key = "taken"  # The mail's row fails, as it would on a full disk.

    with pytest.raises(Exception, match=r"(?i)unique"):
        session.commit()
    session.rollback()

    assert session.exec(select(SignInLink)).all() == []


def test_looking_at_a_link_does_not_use_it_up(client: FlaskClient, world: World, session: Session) -> None:
    ask_for_link(client, "se@x.example")
    path = newest_link(session)
    before = fingerprint(session)

    for _ in range(3):
        page = client.get(path)
        client.head(path)
        assert (page.status_code, "se@x.example" in page.get_data(as_text=True)) == (200, True)
    assert fingerprint(session) == before
    assert not is_signed_in(client)

    assert use(client, path) == (303, "/my-tasks")
    assert is_signed_in(client)


def test_link_works_once(app: Flask, client: FlaskClient, world: World, session: Session) -> None:
    ask_for_link(client, "se@x.example")
    path = newest_link(session)
    second = app.test_client()
    token = csrf_token(second)
    assert use(client, path)[0] == 303
    before = fingerprint(session)

    assert second.get(path).status_code == 409
    answer = second.post(path, data={"csrf_token": token})

    assert (answer.status_code, "Linket virker ikke længere" in answer.get_data(as_text=True)) == (409, True)
    assert not is_signed_in(second)
    assert fingerprint(session) == before


@pytest.mark.parametrize(("minutes", "status"), [(29, 303), (30, 409), (31, 409)])
def test_link_is_good_for_half_an_hour(
    client: FlaskClient, world: World, session: Session, clock: FixedClock, minutes: int, status: int
) -> None:
    ask_for_link(client, "se@x.example")
    token = csrf_token(client)
    clock.move(clock.now() + timedelta(minutes=minutes))

    assert client.post(newest_link(session), data={"csrf_token": token}).status_code == status
    assert len(session.exec(select(WebSession)).all()) == (1 if status == 303 else 0)


def test_unknown_link_is_refused(client: FlaskClient, session: Session) -> None:
    token = csrf_token(client)
    for path in ("/sign-in/x", "/sign-in/" + "t" * 43, "/sign-in/æøå", "/sign-in/" + "a" * 3000):
        assert client.get(path).status_code == 409
        assert client.post(path, data={"csrf_token": token}).status_code == 409
    assert session.exec(select(WebSession)).all() == []


def test_unknown_address_becomes_an_applicant_by_the_first_link(
    client: FlaskClient, world: World, session: Session
) -> None:
    ask_for_link(client, "Ny.Person@Forening.Example")
    assert session.exec(select(Person).where(Person.email == "Ny.Person@forening.example")).first() is None

    assert use(client, newest_link(session)) == (303, "/my-tasks")

    person = session.exec(select(Person).where(Person.email == "Ny.Person@forening.example")).one()
    grants = session.exec(select(RoleGrant.role, RoleGrant.department_code).where(RoleGrant.person_id == person.id))
    assert [tuple(grant) for grant in grants] == [(Role.APPLICANT, None)]
    ask_for_link(client, "Ny.Person@forening.example")
    assert len(session.exec(select(Person).where(Person.email == "Ny.Person@forening.example")).all()) == 1


def test_page_says_the_same_to_known_unknown_closed_and_greedy(
    client: FlaskClient, world: World, session: Session
) -> None:
    session.get_one(Person, world.people["CM"].person_id).closed_at = world.at
    session.commit()
    pages = {}
    for email in ("se@x.example", "xx@x.example", "cm@x.example", "ra@x.example"):
        rounds = 6 if email == "ra@x.example" else 1
        for _ in range(rounds):
            page = ask_for_link(client, email)
        main = lxml.html.fromstring(page).get_element_by_id("main-content")
        pages[email] = " ".join(main.text_content().split()).replace(email, "(adressen)")

    assert len(set(pages.values())) == 1, pages
    sent = session.exec(select(OutgoingMail.to_address)).all()
    assert sorted(sent) == ["ra@x.example"] * 5 + ["se@x.example", "xx@x.example"]


def test_five_links_an_hour_and_no_more(client: FlaskClient, session: Session, clock: FixedClock) -> None:
    for _ in range(8):
        ask_for_link(client, "ny@x.example")
    assert len(session.exec(select(SignInLink)).all()) == 5
    ask_for_link(client, "anden@x.example")
    assert len(session.exec(select(SignInLink)).all()) == 6
    clock.move(clock.now() + timedelta(minutes=61))
    ask_for_link(client, "ny@x.example")
    assert len(session.exec(select(OutgoingMail)).all()) == 7


NO_ADDRESSES = [
    "a@b.dk\nBcc: x@evil.example",
    "a@b.dk\r\nSubject: hej",
    "a@b.dk, c@d.dk",
    "a@b.dk;c@d.dk",
    "Navn <a@b.dk>",
    '"a b"@c.dk',
    "a" * 65 + "@b.dk",
    "a@b.dk\u2028x",
    "a@b.dk\x00",
    "a@[127.0.0.1]",
    "a@localhost",
    "a@b..dk",
    "=?utf-8?q?ond=40evil.dk=2C?=@x.dk",
    "=?utf-8?q?=0ABcc=3A_ond=40evil.example?=@x.dk",
    "æ@b.dk",
    "",
    " ",
    "\u200b",
    "a" * 100_000,
]


def test_what_is_no_plain_address_gets_no_link(client: FlaskClient, session: Session) -> None:
    token = csrf_token(client)
    for address in NO_ADDRESSES:
        answer = client.post("/sign-in", data={"csrf_token": token, "email": address})
        assert answer.status_code == 422, address
    assert session.exec(select(SignInLink)).all() == []
    assert session.exec(select(OutgoingMail)).all() == []


def test_no_live_link_is_left_after_sending(client: FlaskClient, session: Session) -> None:
    sent: list[EmailMessage] = []

    ask_for_link(client, "ny@x.example")
    path = newest_link(session)
    connection = session.connection()
    count = send_waiting(
        lambda: Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False),
        sent.append,
        sender="raadslag@kommune.example",
        host="localhost",
        now=lambda: NOON,
    )

    assert count == 1
    assert f"http://localhost{path}" in sent[0].get_content()
    session.expire_all()
    (letter,) = session.exec(select(OutgoingMail)).all()
    assert letter.secret_link is None
    assert path.removeprefix("/sign-in/") not in str(fingerprint(session))


# ---- two at once, with connections of their own ---------------------------------------------------------------------


def test_link_used_twice_at_once_opens_one_session(committed: Engine, settings: Settings, clock: FixedClock) -> None:
    """Ten links, each pressed in two browsers at the same moment."""
    app = create_app(settings, clock=clock, sessions=lambda: Session(committed, expire_on_commit=False))
    with Session(committed) as session:
        add_person(session, email="se@x.example", name="SE", role=Role.SECRETARIAT, actor=None, at=clock.now())
        session.commit()
    for number in range(10):
        clock.move(clock.now() + timedelta(hours=1))
        first, second = app.test_client(), app.test_client()
        ask_for_link(first, "se@x.example")
        with Session(committed) as session:
            path = newest_link(session)
        statuses = at_once([_presser(first, path), _presser(second, path)])
        assert sorted(statuses) == [303, 409], number
        assert sorted([is_signed_in(first), is_signed_in(second)]) == [False, True]
    with Session(committed) as session:
        assert len(session.exec(select(WebSession)).all()) == 10


def _presser(browser: FlaskClient, path: str) -> Callable[[], int]:
    token = csrf_token(browser)
    return lambda: browser.post(path, data={"csrf_token": token}).status_code


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """Do all at the same moment, each in a thread of its own; their answers in order."""
    barrier, answers = threading.Barrier(len(acts)), dict[int, int]()

    def run(number: int, act: Callable[[], int]) -> None:
        barrier.wait()
        answers[number] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(acts))]


def test_of_two_who_have_seen_an_unused_link_one_uses_it_up(committed: Engine) -> None:
    with Session(committed) as session:
        send_sign_in_link(session, "ny@x.example", next_path="/", base_url="http://localhost", at=NOON)
        session.commit()
        link = session.exec(select(SignInLink)).one()
    answers = []
    for _ in range(2):  # Neither looks again: both come straight from having seen it unused.
        with Session(committed) as session:
            answers.append(_use_up(session, link.id, at=NOON))
            session.commit()
    assert answers == [True, False]


# ---- roles ----------------------------------------------------------------------------------------------------------


def test_person_with_two_roles_chooses_one(client: FlaskClient, world: World, session: Session) -> None:
    add_person(session, email="se@x.example", name="SE", role=Role.REVIEWER, department="MSB", actor=None, at=world.at)
    session.commit()
    ask_for_link(client, "se@x.example")
    path = newest_link(session)
    page = lxml.html.fromstring(client.get(path).get_data(as_text=True))
    assert page.xpath("//input[@name='role']/@value") == ["reviewer|MSB", "secretariat|"]

    for wrong in ({}, {"role": ""}, {"role": "administrator|"}, {"role": "reviewer|MBU"}, {"role": "x"}, {"role": "|"}):
        assert use(client, path, **wrong)[0] == 422, wrong
    assert session.exec(select(SignInLink.used_at)).all() == [None]
    assert session.exec(select(WebSession)).all() == []

    assert use(client, path, role="reviewer|MSB")[0] == 303
    row = session.exec(select(WebSession)).one()
    assert (row.role, row.department_code) == (Role.REVIEWER, "MSB")


def test_role_that_is_not_held_is_refused_behind_the_form_too(world: World, session: Session) -> None:
    send_sign_in_link(session, "se@x.example", next_path="/", base_url="http://localhost", at=world.at)
    session.commit()
    token = newest_link(session).removeprefix("/sign-in/")
    for role, department in ((Role.ADMINISTRATOR, None), (Role.SECRETARIAT, "MSB"), (Role.REVIEWER, "MSB")):
        with pytest.raises(Refused):
            use_sign_in_link(session, token, role=role, department=department, at=world.at)
        session.rollback()
    assert session.exec(select(WebSession)).all() == []


def test_single_role_cannot_be_swapped_by_an_extra_field(client: FlaskClient, world: World, session: Session) -> None:
    ask_for_link(client, "ao@x.example")
    assert use(client, newest_link(session), role="administrator|", department="MSB")[0] == 303
    assert session.exec(select(WebSession.role)).all() == [Role.APPLICANT]


# ---- the session ----------------------------------------------------------------------------------------------------


def test_session_lasts_twelve_hours(world: World, browser_of: BrowserOf, clock: FixedClock) -> None:
    browser = browser_of(world.people["SE"])
    clock.move(world.at + timedelta(hours=12) - timedelta(seconds=1))
    assert is_signed_in(browser)
    clock.move(world.at + timedelta(hours=12))
    answer = browser.get("/my-tasks", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/my-tasks")


def test_administrator_ends_a_session_at_once(world: World, session: Session, browser_of: BrowserOf) -> None:
    reviewer, administrator = browser_of(world.people["RA"]), browser_of(world.people["AD"])
    row = session.exec(select(WebSession).where(WebSession.person_id == world.people["RA"].person_id)).one()
    assert is_signed_in(reviewer)

    answer = administrator.post(f"/sessions/{row.id}/end", data={"csrf_token": csrf_token(administrator, "/sessions")})

    assert answer.status_code == 303
    assert not is_signed_in(reviewer)
    assert is_signed_in(administrator)
    refused = reviewer.post("/sign-out", data={"csrf_token": csrf_token(reviewer)})
    assert refused.status_code == 401


def test_ending_a_session_needs_the_administrator(world: World, session: Session, browser_of: BrowserOf) -> None:
    reviewer, other = browser_of(world.people["RA"]), browser_of(world.people["SE"])
    row = session.exec(select(WebSession).where(WebSession.person_id == world.people["RA"].person_id)).one()
    assert other.post(f"/sessions/{row.id}/end", data={"csrf_token": csrf_token(other, "/my-tasks")}).status_code == 403
    assert is_signed_in(reviewer)


def test_closed_account_is_refused_at_the_next_request(world: World, session: Session, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    token = csrf_token(browser, "/my-tasks")
    session.get_one(Person, world.people["SE"].person_id).closed_at = world.at
    session.commit()

    asked, sent = browser.get("/my-tasks"), browser.post("/sign-out", data={"csrf_token": token})

    assert (asked.status_code, sent.status_code) == (401, 401)
    assert "Din adgang er lukket" in asked.get_data(as_text=True)
    assert "Medarbejder SE" not in asked.get_data(as_text=True)


def test_closed_account_gets_no_session_from_an_old_link(client: FlaskClient, world: World, session: Session) -> None:
    ask_for_link(client, "se@x.example")
    path = newest_link(session)
    session.get_one(Person, world.people["SE"].person_id).closed_at = world.at
    session.commit()
    assert use(client, path)[0] == 409
    assert session.exec(select(WebSession)).all() == []


def test_revoked_role_is_refused_at_the_next_request(world: World, session: Session, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    grant = session.exec(select(RoleGrant).where(RoleGrant.person_id == world.people["SE"].person_id)).one()
    grant.ended_at = world.at
    session.add(grant)
    session.commit()
    assert browser.get("/my-tasks").status_code == 401


def test_sign_out_ends_row_and_cookie(world: World, session: Session, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    answer = browser.post("/sign-out", data={"csrf_token": csrf_token(browser, "/my-tasks")})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert session.exec(select(WebSession.ended_at)).all() == [world.at]
    assert not is_signed_in(browser)
    with browser.session_transaction() as cookie:
        assert "sid" not in cookie


def test_signing_in_replaces_the_whole_cookie(client: FlaskClient, world: World, session: Session) -> None:
    """A cookie that somebody planted before the sign-in is worth nothing after it."""
    ask_for_link(client, "se@x.example")
    with client.session_transaction() as cookie:
        cookie["sid"] = "planted"
        cookie["left"] = "over"
    before = csrf_token(client)

    assert use(client, newest_link(session))[0] == 303

    with client.session_transaction() as cookie:
        assert "left" not in cookie
        assert token_hash(cookie["sid"]) == session.exec(select(WebSession.token_hash)).one()
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    assert is_signed_in(client)


# ---- the demo -------------------------------------------------------------------------------------------------------


def _app(connection: Connection, settings: Settings, clock: FixedClock) -> Flask:
    return create_app(
        settings,
        clock=clock,
        sessions=lambda: Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False),
    )


def test_demo_signs_in_by_a_button(
    connection: Connection, settings: Settings, clock: FixedClock, world: World, session: Session
) -> None:
    demo = _app(connection, replace(settings, env="demo"), clock).test_client()
    page = lxml.html.fromstring(demo.get("/sign-in").get_data(as_text=True))
    buttons = {form.xpath("string(.//button)").strip(): form for form in page.forms if form.action == "/sign-in/demo"}
    assert len(buttons) == len(world.people)

    answer = demo.post("/sign-in/demo", data=dict(buttons["Medarbejder SE"].form_values()))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-tasks")
    assert session.exec(select(WebSession.role)).all() == [Role.SECRETARIAT]
    token = csrf_token(demo, "/my-tasks")
    for person, status in (("x", 404), ("", 404), ("00000000-0000-4000-8000-000000000000", 409)):
        assert demo.post("/sign-in/demo", data={"csrf_token": token, "person": person}).status_code == status


def test_demo_buttons_and_mailbox_are_for_the_demo_alone(
    connection: Connection, settings: Settings, clock: FixedClock, world: World, session: Session
) -> None:
    for env, base in (("test", "http://localhost"), ("production", "https://raadslag.example")):
        browser = _app(connection, replace(settings, env=env, base_url=base), clock).test_client()
        page = browser.get("/sign-in", base_url=base).get_data(as_text=True)
        assert "Medarbejder SE" not in page
        token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        data = {"csrf_token": token, "person": str(world.people["AD"].person_id)}
        answer = browser.post("/sign-in/demo", data=data, base_url=base, headers={"Referer": f"{base}/sign-in"})
        assert answer.status_code == 404
        assert browser.get("/mailbox", base_url=base).status_code == 404
    assert session.exec(select(WebSession)).all() == []
