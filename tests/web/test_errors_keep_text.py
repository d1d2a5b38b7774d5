"""When something goes wrong, is the page Danish, is the typed text given back, and is nothing half written?"""

import logging
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.web_app import create_app
from foundation.clock import FixedClock
from foundation.db import begin_writing, commits, current_session, make_engine
from foundation.errors import ChangedMeanwhile, NotAllowed, NotFound, RaadslagError, Refused
from foundation.identity.models import Organisation, Person, WebSession
from foundation.identity.roles import Actor
from foundation.permissions import open_to_all
from foundation.settings import Settings
from intake.models import Proposal
from intake.rules.questions import NEWEST_SET
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

TYPED = 'Vi vil lave æblemost & "saft" <b>sammen</b>,\nså ingen er alene.'
SECTION = next(
    section for section in NEWEST_SET.sections if "problem" in {question.key for question in section.questions}
)
LABEL = next(question.label for question in SECTION.questions if question.key == "problem")

ENGLISH = re.compile(
    r"\b(the|this|field|required|error|not found|forbidden|bad request|invalid|token|missing|server|method|allowed|"
    r"unauthorized|conflict|request|unavailable|something|went|wrong|please|try|again|entity|large)\b",
    re.IGNORECASE,
)


def words_of(answer: TestResponse) -> str:
    """The main part of the page as a person reads it, the typed text and all."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return str(page.get_element_by_id("main-content").text_content())


def assert_danish_page(answer: TestResponse, *, heading: str, typed: str | None) -> None:
    """One Danish page with its heading, one title, and the typed text under the label it was typed under."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert page.get("lang") == "da"
    assert [h1.text_content().strip() for h1 in page.xpath("//h1")] == [heading]
    kept = [area.text.replace("\r\n", "\n").strip("\n") for area in page.xpath("//textarea[@readonly]")]
    assert (typed in kept) if typed is not None else kept == []
    for area in page.xpath("//textarea"):
        area.drop_tree()
    text = page.text_content()
    assert ENGLISH.findall(text) == []


def save(browser: FlaskClient, draft: Proposal, token: str) -> TestResponse:
    data = {"csrf_token": token, "revision": "0", "action": "stay", "problem": TYPED}
    return browser.post(f"/drafts/{draft.id}/sections/{SECTION.key}", data=data)


# ---- refusals of the walk -------------------------------------------------------------------------------------------


def test_text_of_a_draft_that_was_sent_meanwhile_is_kept(world: World, session: Session, browser_of: BrowserOf) -> None:
    sent = world.submitted()
    browser = browser_of(world.people["AO"])
    before = fingerprint(session)
    late = save(browser, sent, csrf_token(browser, "/privacy"))
    assert late.status_code == 409
    assert_danish_page(late, heading="Det kan ikke gøres nu", typed=TYPED)
    assert fingerprint(session) == before


def test_text_of_a_stranger_is_kept_and_the_case_stays_hidden(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    draft = world.draft(title="Hemmelig titel")
    for who, status, heading in (("AX", 404, "Siden findes ikke"), ("SE", 403, "Du har ikke adgang til denne side")):
        browser = browser_of(world.people[who])
        token = csrf_token(browser, "/privacy")
        before = fingerprint(session)
        answer = save(browser, draft, token)
        assert answer.status_code == status
        assert_danish_page(answer, heading=heading, typed=TYPED)
        assert "Hemmelig titel" not in answer.get_data(as_text=True)
        assert fingerprint(session) == before


def test_text_of_one_whose_session_ended_is_kept_and_can_be_sent_after_signing_in(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    draft = world.draft()
    browser = browser_of(world.people["AO"])
    token = csrf_token(browser, "/privacy")
    clock.move(clock.now() + timedelta(hours=13))
    before = fingerprint(session)

    ended = save(browser, draft, token)

    assert ended.status_code == 401
    assert_danish_page(ended, heading="Log ind for at fortsætte", typed=TYPED)
    assert "Du er logget ud" in words_of(ended)
    assert fingerprint(session) == before

    again = browser_of(world.people["AO"])
    assert save(again, draft, csrf_token(again, "/privacy")).status_code == 303
    session.expire_all()
    assert session.get_one(Proposal, draft.id).answers["problem"] == TYPED


def test_text_of_one_who_is_not_signed_in_is_kept(world: World, session: Session, client: FlaskClient) -> None:
    draft = world.draft()
    before = fingerprint(session)
    answer = save(client, draft, csrf_token(client))
    assert answer.status_code == 401
    assert_danish_page(answer, heading="Log ind for at fortsætte", typed=TYPED)
    assert fingerprint(session) == before


def test_text_of_a_closed_account_is_kept(world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = world.draft()
    browser = browser_of(world.people["AO"])
    token = csrf_token(browser, "/privacy")
    session.get_one(Person, world.people["AO"].person_id).closed_at = world.at
    session.commit()
    before = fingerprint(session)
    answer = save(browser, draft, token)
    assert answer.status_code == 401
    assert_danish_page(answer, heading="Din adgang er lukket", typed=TYPED)
    assert fingerprint(session) == before


def test_text_sent_from_too_old_a_page_is_kept(world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = world.draft()
    before = fingerprint(session)
    answer = save(browser_of(world.people["AO"]), draft, "gammelt")
    assert answer.status_code == 400
    assert_danish_page(answer, heading="Siden var for gammel til at blive sendt", typed=TYPED)
    after = fingerprint(session)
    assert {**after, "web_session": [], "audit_event": []} == {**before, "web_session": [], "audit_event": []}
    assert len(session.exec(select(WebSession)).all()) == 1


def test_faulty_form_comes_back_as_it_was_typed(world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = world.draft()
    browser = browser_of(world.people["AO"])
    section = next(
        section for section in NEWEST_SET.sections if "participants" in {question.key for question in section.questions}
    )
    path = f"/drafts/{draft.id}/sections/{section.key}"
    token = csrf_token(browser, "/privacy")
    data = {question.key: "Tekst, der blev skrevet" for question in section.questions}
    before = fingerprint(session)

    answer = browser.post(path, data={**data, "participants": "cirka tredive", "csrf_token": token, "revision": "0"})

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'value="cirka tredive"' in page
    assert "Tekst, der blev skrevet" in page
    assert fingerprint(session) == before


def test_organisation_that_a_faulty_page_made_is_not_left_behind(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    """Two writes, of which the second is refused: neither stays."""
    browser = browser_of(world.people["AX"])
    token = csrf_token(browser, "/privacy")
    world.call.cancelled_at = world.at
    session.add(world.call)
    session.commit()
    before = fingerprint(session)
    answer = browser.post("/calls/nye-veje/apply", data={"csrf_token": token, "name": "Ny forening", "cvr": "99999942"})
    assert answer.status_code in (404, 409)
    assert fingerprint(session) == before


# ---- every kind of error, by a view that fails after it has written -------------------------------------------------


@pytest.fixture
def failing(new_app: Flask) -> Callable[[Exception], FlaskClient]:
    """A browser on an application with a page that writes, and then fails in the given way."""
    app, errors = new_app, list[Exception]()

    @app.post("/fails")
    @commits
    @open_to_all
    def fails() -> str:
        session = current_session()
        session.add(Organisation(name="Halvt skrevet", created_at=app.extensions["raadslag.clock"].now()))
        session.flush()
        raise errors[-1]

    def browser(error: Exception) -> FlaskClient:
        errors.append(error)
        return app.test_client()

    return browser


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (Refused("Nej."), 409, "Det kan ikke gøres nu"),
        (ChangedMeanwhile(), 409, "En anden har gemt imens"),
        (NotAllowed(), 403, "Du har ikke adgang til denne side"),
        (NotFound(), 404, "Siden findes ikke"),
        (RaadslagError("Nej."), 400, "Det kunne ikke lade sig gøre"),
        (PoolTimeout("no connection"), 503, "Vi kan ikke gemme lige nu"),
        (RuntimeError(TYPED), 500, "Der er sket en fejl hos os"),
        (KeyError(TYPED), 500, "Der er sket en fejl hos os"),
        (UnicodeEncodeError("utf-8", TYPED, 0, 1, "x"), 500, "Der er sket en fejl hos os"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_error_is_a_danish_page_with_the_text_and_nothing_written(
    failing: Callable[[Exception], FlaskClient],
    session: Session,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    heading: str,
) -> None:
    browser = failing(error)
    token = csrf_token(browser)
    before = fingerprint(session)

    answer = browser.post(
        "/fails", data={"csrf_token": token, "note": TYPED, "version": "3", "next": "/", "empty": " "}
    )

    assert answer.status_code == status
    assert_danish_page(answer, heading=heading, typed=TYPED)
    kept = lxml.html.fromstring(answer.get_data(as_text=True)).xpath("//textarea[@readonly]")
    assert len(kept) == 1  # Keys, versions, tokens and what is empty are nothing that a person typed.
    assert fingerprint(session) == before
    assert "æblemost" not in caplog.text
    assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)


def test_error_500_has_a_number_that_the_log_has_too(
    failing: Callable[[Exception], FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    browser = failing(RuntimeError(TYPED))
    with caplog.at_level(logging.INFO):
        answer = browser.post("/fails", data={"csrf_token": csrf_token(browser), "note": TYPED})

    (number,) = lxml.html.fromstring(answer.get_data(as_text=True)).xpath("//main//strong/text()")
    assert re.fullmatch("[0-9a-f]{8}", number)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "raadslag.web"]
    assert f"unexpected RuntimeError ({number}) at fails" in line
    assert "in fails" in line  # Where it happened is there,
    assert "æblemost" not in caplog.text  # and what was typed is not.


def test_database_error_with_the_text_in_it_does_not_reach_the_log(
    new_app: Flask, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    app = new_app

    @app.post("/breaks-a-rule")
    @commits
    @open_to_all
    def breaks_a_rule() -> str:
        for _ in range(2):
            organisation = Organisation(name=TYPED, cvr="99999918", created_at=app.extensions["raadslag.clock"].now())
            organisation.id = app.extensions["one id"]
            current_session().add(organisation)
            current_session().flush()
            current_session().expunge_all()
        return "stored"

    app.extensions["one id"] = uuid4()
    browser = app.test_client()
    before = fingerprint(session)
    answer = browser.post("/breaks-a-rule", data={"csrf_token": csrf_token(browser), "note": TYPED})
    assert answer.status_code == 500
    assert "IntegrityError" in caplog.text
    assert "æblemost" not in caplog.text
    assert fingerprint(session) == before


def test_first_write_is_gone_when_the_answer_is_a_fault(new_app: Flask, session: Session) -> None:
    """One commit a request: a page that answers 422, or that is only looked at, stores nothing."""
    app = new_app

    @app.route("/writes/<int:status>", methods=["GET", "POST"])
    @commits
    @open_to_all
    def writes(status: int) -> tuple[str, int]:
        current_session().add(Organisation(name=f"{status}", created_at=app.extensions["raadslag.clock"].now()))
        current_session().flush()
        return "", status

    browser = app.test_client()
    token = csrf_token(browser)
    for status in (400, 404, 409, 422, 500):
        browser.post(f"/writes/{status}", data={"csrf_token": token})
    browser.get("/writes/200")
    browser.head("/writes/200")
    assert session.exec(select(Organisation.name)).all() == []
    browser.post("/writes/200", data={"csrf_token": token})
    browser.post("/writes/303", data={"csrf_token": token})
    assert sorted(session.exec(select(Organisation.name)).all()) == ["200", "303"]


# ---- the database is away -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all.sqlite", "postgresql+psycopg://x@127.0.0.1:1/x?connect_timeout=1"],
    ids=["sqlite", "postgres"],
)
def test_database_that_is_away_gives_503_with_the_text(
    settings: Settings, clock: FixedClock, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = create_app(replace(settings, database_url=url), clock=clock).test_client()
    token = csrf_token(browser)

    answer = browser.post("/sign-in", data={"csrf_token": token, "email": "ny@x.example", "note": TYPED})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert_danish_page(answer, heading="Vi kan ikke gemme lige nu", typed=TYPED)
    assert "æblemost" not in caplog.text
    assert browser.get("/").status_code == 503
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200


def test_page_comes_back_when_the_database_does(
    settings: Settings, clock: FixedClock, tmp_path: Path, migrated_sqlite: Path
) -> None:
    folder = tmp_path / "database"
    url = f"sqlite:///{folder / 'a.sqlite'}"
    browser = create_app(replace(settings, database_url=url), clock=clock).test_client()
    assert browser.get("/").status_code == 503
    folder.mkdir()
    shutil.copyfile(migrated_sqlite, folder / "a.sqlite")
    assert browser.get("/").status_code == 200
    assert browser.get("/readyz").status_code == 200


def test_database_that_is_busy_gives_503_with_the_text(
    settings: Settings, clock: FixedClock, tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer holds the place for longer than a page waits."""
    monkeypatch.setattr("foundation.db.LONGEST_WAIT_SECONDS", 0)
    engine = make_engine(f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'busy.sqlite')}")
    app = create_app(settings, clock=clock, sessions=lambda: Session(engine, expire_on_commit=False))
    browser = app.test_client()
    data = {"csrf_token": csrf_token(browser), "email": "ny@x.example", "note": TYPED}
    with Session(engine) as other:
        begin_writing(other)
        answer = browser.post("/sign-in", data=data)
        assert browser.get("/").status_code == 200  # Readers go on.
    assert answer.status_code == 503
    assert_danish_page(answer, heading="Vi kan ikke gemme lige nu", typed=TYPED)
    assert browser.post("/sign-in", data=data).status_code == 200
    engine.dispose()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_page_is_danish(client: FlaskClient, method: str) -> None:
    answer = client.open("/findes-ikke", method=method, data={"note": TYPED} if method == "POST" else None)
    assert answer.status_code == 404
    assert_danish_page(answer, heading="Siden findes ikke", typed=TYPED if method == "POST" else None)


def test_other_faults_of_http_are_danish(client: FlaskClient) -> None:
    for answer, status, heading in (
        (client.put("/"), 405, "Det kan ikke gøres på denne måde"),
        (client.get("/" + "a" * 9000), 414, "Adressen er for lang"),
        (client.post("/sign-in", data={"a": "b" * 3_000_000}), 413, "Det er for meget på én gang"),
    ):
        assert answer.status_code == status
        assert_danish_page(answer, heading=heading, typed=None)


def test_secret_that_was_changed_ends_old_sessions_cleanly(
    connection: Connection, settings: Settings, clock: FixedClock, world: World, browser_of: BrowserOf
) -> None:
    cookie = browser_of(world.people["SE"]).get_cookie("raadslag")
    assert cookie is not None
    changed = create_app(
        replace(settings, secret_key="another-key-0123456789-abcdefghijklm"),
        clock=clock,
        sessions=lambda: Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False),
    ).test_client()
    changed.set_cookie("raadslag", cookie.value)
    assert changed.get("/my-tasks").status_code == 302
    assert changed.get("/sign-in").status_code == 200
