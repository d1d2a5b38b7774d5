"""Are people told what is kept when it is first asked for, and do the logs hold ids alone?"""

import logging
import re
from collections.abc import Callable

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, select

from foundation.db import commits, current_session
from foundation.identity.models import Organisation
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from foundation.permissions import open_to_all
from tests.builders import World, csrf_token

BrowserOf = Callable[[Actor], FlaskClient]


def main_of(page: str) -> str:
    return str(lxml.html.fromstring(page).get_element_by_id("main-content").text_content())


@pytest.mark.parametrize("who", [None, "AO", "SE", "AD"])
def test_everybody_can_read_what_is_kept(app: Flask, world: World, browser_of: BrowserOf, who: str | None) -> None:
    browser = browser_of(world.people[who]) if who else app.test_client()
    answer = browser.get("/privacy")
    told = " ".join(main_of(answer.get_data(as_text=True)).split())
    assert answer.status_code == 200
    for part in (
        "Aarhus Kommune er dataansvarlig",
        "artikel 6, stk. 1, litra e",
        "Databeskyttelsesloven",
        "databeskyttelsesrådgiver",
        "arkivloven",
        "aktindsigt",
        "Skriv aldrig CPR-numre",
        "oplysninger om bestemte borgere",
        "slette",
        "gøre indsigelse",
        "Datatilsynet",
        "mennesker, der beslutter",
    ):
        assert part in told, part
    assert ("/my-data" in answer.get_data(as_text=True)) is (who is not None)


def test_text_is_linked_from_every_page_and_told_where_data_is_first_asked_for(
    world: World, session: Session, client: FlaskClient, browser_of: BrowserOf
) -> None:
    member = browser_of(world.people["AO"])
    for browser, path in ((client, "/"), (client, "/none"), (member, "/my-tasks"), (member, "/drafts/none")):
        assert 'href="/privacy"' in browser.get(path).get_data(as_text=True), path
    form = {"email": world.people["AX"].email, "csrf_token": csrf_token(member)}
    member.post(f"/organisations/{world.organisations['AO'].id}/members", data=form)
    asked = (
        (client, "/sign-in"),
        (member, "/calls/nye-veje/apply"),
        (member, f"/organisations/{world.organisations['AO'].id}"),
        (browser_of(world.people["AX"]), "/my-tasks"),
    )
    for browser, path in asked:
        page = lxml.html.fromstring(browser.get(path).get_data(as_text=True))
        assert page.xpath("//main//a[@href='/privacy']"), path
    (letter,) = session.exec(select(OutgoingMail.body))
    assert "http://localhost/privacy" in letter


# ---- logs -----------------------------------------------------------------------------------------------------------

MARK = "kq9mærke"
TYPED = {
    "name": f"{MARK} forening",
    "kind": "association",
    "cvr": "99999942",
    "staff_years": "3",
    "turnover": "100.000",
    "address": f"{MARK} vej 1",
    "contact_name": f"{MARK} person",
    "contact_email": "kq9mark@x.example",
    "contact_phone": "98 76 54 32",
}


def secrets_of(session: Session, *browsers: FlaskClient) -> list[str]:
    """What stands in no log: links, cookies and tokens."""
    found = [(link or "").rpartition("/")[2] for link in session.exec(select(OutgoingMail.secret_link))]
    for browser in browsers:
        with browser.session_transaction() as cookie:
            found += [str(value) for value in cookie.values()]
    return [one for one in found if len(one) > 8]


def test_logs_hold_ids_alone(
    new_app: Flask, world: World, session: Session, browser_of: BrowserOf, caplog: pytest.LogCaptureFixture
) -> None:
    """Sign in, write, be refused, and meet a fault of ours: no record says what was typed, or who it was."""

    @new_app.post("/breaks")
    @commits
    @open_to_all
    def breaks() -> str:
        from flask import request

        typed = request.form["name"]
        current_session().add(Organisation(name=typed * 100, cvr=typed))  # No moment: the database refuses it.
        current_session().flush()
        raise AssertionError("unreachable")

    @new_app.post("/stumbles")
    @commits
    @open_to_all
    def stumbles() -> str:
        from flask import request

        raise RuntimeError(f"cannot read {request.form['name']} of {request.form['contact_email']}")

    caplog.set_level(logging.DEBUG)
    page = f"/organisations/{world.organisations['AO'].id}"
    guest, member = new_app.test_client(), new_app.test_client()
    with browser_of(world.people["AO"]).session_transaction() as known, member.session_transaction() as cookie:
        cookie["sid"] = known["sid"]
    guest.post("/sign-in", data={"csrf_token": csrf_token(guest), "email": "kq9mark@x.example"})
    hidden = secrets_of(session, guest, member)
    link = session.exec(select(OutgoingMail.secret_link)).one() or ""
    path = link.removeprefix("http://localhost")
    guest.post(path, data={"csrf_token": csrf_token(guest, path)})
    token = csrf_token(member)
    hidden += [token, *secrets_of(session, guest, member)]

    statuses = [
        member.post(address, data={**TYPED, "csrf_token": token, **extra}).status_code
        for address, extra in (
            (page, {"version": "1", "cvr": MARK, "contact_email": MARK}),
            (page, {"version": "1"}),
            (page, {"version": "1"}),
            (page, {"version": "2", "contact_name": f"{MARK} 010190-1234"}),
            (page, {"csrf_token": "old"}),
            (f"{page}/members", {"email": "kq9mark2@x.example"}),
            ("/breaks", {}),
            ("/stumbles", {}),
            ("/calls/nye-veje/apply", {"cvr": "kq9"}),
        )
    ]

    assert statuses == [422, 303, 409, 422, 400, 303, 500, 500, 422]
    records = [f"{one.name} {one.getMessage()} {one.exc_text or ''} {one.exc_info or ''}" for one in caplog.records]
    written = "\n".join(records)
    assert written.count("raadslag.web unexpected") == 2  # There is something to look through.
    for found in (MARK, "kq9", "98 76 54 32", "010190", "@x.example", "Ansøger", "Byhavens", "99999942", *hidden):
        assert found not in written, found
    assert re.findall(r"unexpected (\w+) \([0-9a-f]{8}\) at (\w+)", written)
