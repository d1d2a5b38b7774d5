"""Is a proposal in time up to and including the deadline, by the moment it had arrived, whatever the server's zone?"""

import io
import time as machine
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, select

from app.web_app import create_app
from foundation.clock import FixedClock, Turn, copenhagen_moment
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from foundation.settings import Settings
from intake.models import Proposal
from intake.rules.lifecycle import State
from tests.builders import World, csrf_token
from tests.conftest import NOON

BrowserOf = Callable[[Actor], FlaskClient]
MILLISECOND = timedelta(milliseconds=1)

DEADLINES = {
    "noon": copenhagen_moment(date(2027, 3, 1), time(12)),
    "last second of the day": copenhagen_moment(date(2027, 3, 1), time(23, 59, 59)),
    "in summer time": copenhagen_moment(date(2027, 7, 1), time(12)),
    "the first 2.30 of the night with two": copenhagen_moment(date(2026, 10, 25), time(2, 30), Turn.SUMMER_TIME),
    "the second 2.30 of the night with two": copenhagen_moment(date(2026, 10, 25), time(2, 30), Turn.WINTER_TIME),
    "the first moment after the hour that is left out": copenhagen_moment(date(2027, 3, 28), time(3)),
}
AROUND = tuple(timedelta(milliseconds=offset) for offset in (-1000, -100, -1, 0, 1, 100, 1000))


@pytest.fixture(params=["UTC", "America/New_York"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The zone that the machine is set to."""
    with monkeypatch.context() as zone:
        zone.setenv("TZ", request.param)
        machine.tzset()
        yield
    machine.tzset()


def close_at(world: World, deadline: datetime) -> None:
    world.call.opens_at, world.call.closes_at = deadline - timedelta(days=30), deadline
    world.session.add(world.call)
    world.session.commit()


def send(browser: FlaskClient, draft: Proposal) -> tuple[int, str]:
    answer = browser.post(f"/drafts/{draft.id}/submit", data={"csrf_token": csrf_token(browser)})
    return answer.status_code, answer.get_data(as_text=True)


def test_deadlines_are_copenhagen_time() -> None:
    assert DEADLINES["noon"] == datetime(2027, 3, 1, 11, tzinfo=UTC)
    assert DEADLINES["last second of the day"] == datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC)
    assert DEADLINES["in summer time"] == datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert DEADLINES["the first 2.30 of the night with two"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert DEADLINES["the second 2.30 of the night with two"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert DEADLINES["the first moment after the hour that is left out"] == datetime(2027, 3, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize("deadline", DEADLINES.values(), ids=DEADLINES)
def test_in_time_up_to_and_including_the_deadline(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock, server_zone: None, deadline: datetime
) -> None:
    close_at(world, deadline)
    world.at = deadline - timedelta(days=1)
    drafts = {offset: world.draft() for offset in AROUND}
    for offset, draft in drafts.items():
        clock.move(deadline + offset)
        status, text = send(browser_of(world.people["AO"]), draft)
        session.expire_all()
        if offset <= timedelta(0):
            assert (status, draft.state, draft.received_at) == (303, State.SUBMITTED, deadline + offset)
        else:
            assert (status, draft.state, draft.received_at, draft.reference) == (409, State.DRAFT, None, None)
            assert "Fristen er udløbet" in text
            assert draft.answers["title"] == "Byhaven på torvet"
    assert len(session.exec(select(OutgoingMail)).all()) == 4
    assert world.call.last_number == 4


def test_receipt_and_page_say_the_moment_in_danish_time(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock, server_zone: None
) -> None:
    close_at(world, DEADLINES["last second of the day"])
    draft = world.draft()
    clock.move(DEADLINES["last second of the day"])
    browser = browser_of(world.people["AO"])
    assert send(browser, draft)[0] == 303
    session.refresh(draft)
    letter = session.exec(select(OutgoingMail)).one()
    assert "Modtaget: 1. marts 2027 kl. 23.59" in letter.body
    page = browser.get(f"/proposals/{draft.reference}/receipt").get_data(as_text=True)
    assert "1. marts 2027 kl. 23.59" in page.replace("\u00a0", " ")


class RunningClock:
    """A clock that goes on a second each time somebody looks."""

    def __init__(self, at: datetime) -> None:
        self.next = at
        self.looks = 0

    def now(self) -> datetime:
        self.looks += 1
        shown, self.next = self.next, self.next + timedelta(seconds=1)
        return shown


@pytest.fixture
def app_with(connection: Connection, settings: Settings) -> Callable[..., Flask]:
    """The application by another clock; `while_opening` happens while it waits for the database."""

    def make(clock: FixedClock | RunningClock, while_opening: Callable[[], None] = lambda: None) -> Flask:
        def sessions() -> Session:
            while_opening()
            return Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

        return create_app(settings, clock=clock, sessions=sessions)

    return make


def _same_browser(app: Flask, browser: FlaskClient) -> FlaskClient:
    cookie = browser.get_cookie("raadslag")
    assert cookie is not None
    copy = app.test_client()
    copy.set_cookie("raadslag", cookie.value)
    return copy


def test_clock_is_read_once_a_request(
    world: World, session: Session, browser_of: BrowserOf, app_with: Callable[..., Flask]
) -> None:
    """Were it read again after a wait, a proposal in time would be late."""
    close_at(world, NOON)
    draft = world.draft()
    signed_in = browser_of(world.people["AO"])
    token = csrf_token(signed_in)
    running = RunningClock(NOON)
    browser = _same_browser(app_with(running), signed_in)

    assert browser.post(f"/drafts/{draft.id}/submit", data={"csrf_token": token}).status_code == 303

    session.expire_all()
    assert (draft.received_at, running.looks) == (NOON, 1)


def test_waiting_for_the_database_makes_nobody_late(
    world: World, session: Session, browser_of: BrowserOf, app_with: Callable[..., Flask]
) -> None:
    close_at(world, NOON)
    draft = world.draft()
    signed_in = browser_of(world.people["AO"])
    token = csrf_token(signed_in)
    clock = FixedClock(NOON)
    waited = app_with(clock, while_opening=lambda: clock.move(NOON + timedelta(seconds=4)))

    answer = _same_browser(waited, signed_in).post(f"/drafts/{draft.id}/submit", data={"csrf_token": token})

    assert answer.status_code == 303
    assert clock.now() > NOON
    session.expire_all()
    assert draft.received_at == NOON


class SlowBody(io.BytesIO):
    """A body of which the last part arrives later."""

    def __init__(self, content: bytes, clock: FixedClock, at: datetime) -> None:
        super().__init__(content)
        self._arrive = lambda: clock.move(at)

    def read(self, size: int | None = -1) -> bytes:
        self._arrive()
        return super().read(size)

    def readinto(self, into: object) -> int:  # type: ignore[override]
        self._arrive()
        return super().readinto(into)  # type: ignore[arg-type]


@pytest.mark.parametrize(("arrives", "status"), [(NOON, 303), (NOON + MILLISECOND, 409)])
def test_moment_is_when_the_whole_body_has_arrived(
    world: World,
    browser_of: BrowserOf,
    app_with: Callable[..., Flask],
    arrives: datetime,
    status: int,
) -> None:
    close_at(world, NOON)
    draft = world.draft()
    signed_in = browser_of(world.people["AO"])
    body = f"csrf_token={csrf_token(signed_in)}".encode()
    clock = FixedClock(NOON - timedelta(minutes=1))
    answer = _same_browser(app_with(clock), signed_in).post(
        f"/drafts/{draft.id}/submit",
        input_stream=SlowBody(body, clock, arrives),
        content_length=len(body),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status
    assert clock.now() == arrives


def test_draft_of_a_closed_call_can_still_be_read_and_saved(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    """What was written is not lost when the deadline passes."""
    close_at(world, NOON)
    draft = world.draft()
    clock.move(NOON + timedelta(hours=1))
    browser = browser_of(world.people["AO"])
    assert browser.get(f"/drafts/{draft.id}/check").status_code == 200
    assert "Byhaven på torvet" in browser.get(f"/drafts/{draft.id}/check").get_data(as_text=True)
    assert session.get_one(Proposal, draft.id).state is State.DRAFT


def test_nobody_starts_a_draft_after_the_deadline(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    close_at(world, NOON)
    for moment, status in ((NOON, 303), (NOON + MILLISECOND, 409)):
        clock.move(moment)
        browser = browser_of(world.people["AO"])
        data = {"csrf_token": csrf_token(browser), "organisation": str(world.organisations["AO"].id)}
        assert browser.post("/calls/nye-veje/apply", data=data).status_code == status
    assert len(session.exec(select(Proposal)).all()) == 1
