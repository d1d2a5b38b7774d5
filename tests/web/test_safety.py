"""Is every page guarded: tokens, headers, cookies, hosts, sizes, addresses to go on to, methods?"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.web_app import create_app
from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from foundation.settings import Settings
from foundation.web import safe_next
from intake.models import Proposal
from intake.rules.questions import NEWEST_SET
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


NOBODYS = {
    name: str(uuid4())
    for name in (
        "organisation_id",
        "membership_id",
        "invitation_id",
        "question_id",
        "file_id",
        "assessment_id",
        "row_id",
        "person_id",
        "grant_id",
        "mail_id",
    )
}
"""Keys of things that are not there, the same all through."""


ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Headers, hosts and methods are decided before any database is asked."""


def addresses(app: Flask, method: str, proposal: Proposal | None = None) -> Iterator[str]:
    """An address for each route that takes the method."""
    values = {
        "slug": "nye-veje",
        "reference": (proposal.reference if proposal else None) or "2027-01-001",
        "draft_id": str(proposal.id if proposal else uuid4()),
        "session_id": str(uuid4()),
        "token": "t" * 43,
        "key": "idea",
        "policy_id": "2099-1",
        "held_on": "2027-04-14",
        "filename": "css/site.css",
        **NOBODYS,
    }
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values[part[1]], rule.rule)


def cookie_of(answer: TestResponse) -> str:
    return next(value for name, value in answer.headers.items() if name == "Set-Cookie")


# ---- tokens against forged requests ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "AO"])
def test_post_without_token_is_refused_everywhere(
    app: Flask, world: World, session: Session, browser_of: BrowserOf, who: str | None
) -> None:
    draft = world.draft()
    browser = browser_of(world.people[who]) if who else app.test_client()
    before = fingerprint(session)

    answers = {path: browser.post(path, data={"name": "x"}).status_code for path in addresses(app, "POST", draft)}

    assert len(answers) >= 14
    assert set(answers.values()) == {400}, answers
    assert fingerprint(session) == before


def test_token_of_another_browser_is_refused(app: Flask, session: Session) -> None:
    foreign = csrf_token(app.test_client())
    mine = app.test_client()
    csrf_token(mine)  # This browser has a session, and the foreign token is not of it.
    for browser in (mine, app.test_client()):
        answer = browser.post("/sign-in", data={"csrf_token": foreign, "email": "ny@x.example"})
        assert answer.status_code == 400
    assert session.exec(select(OutgoingMail)).all() == []


def test_token_in_the_address_is_no_token(client: FlaskClient, session: Session) -> None:
    token = csrf_token(client)
    assert client.post(f"/sign-in?csrf_token={token}", data={"email": "ny@x.example"}).status_code == 400
    assert session.exec(select(OutgoingMail)).all() == []


def test_token_is_still_good_after_thirteen_hours(
    client: FlaskClient, clock: FixedClock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time", lambda: real() - 13 * 3600)  # The library's own clock signs the token.
        token = csrf_token(client)
    clock.move(clock.now() + timedelta(hours=13))

    answer = client.post("/sign-in", data={"csrf_token": token, "email": "ny@x.example"})

    assert answer.status_code == 200
    assert session.exec(select(OutgoingMail.to_address)).all() == ["ny@x.example"]


PROSE = "En lang tekst om æblehaven,\nsom tog hele aftenen at skrive."


def _save(browser: FlaskClient, draft: Proposal, token: str, headers: dict[str, str]) -> TestResponse:
    data = {"csrf_token": token, "revision": "0", "action": "stay", "problem": PROSE}
    return browser.post(f"/drafts/{draft.id}/sections/{_section_with('problem')}", data=data, headers=headers)


def _section_with(key: str) -> str:
    return next(
        section.key for section in NEWEST_SET.sections if key in {question.key for question in section.questions}
    )


def test_own_page_may_send_the_same_text_again(world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = world.draft()
    browser = browser_of(world.people["AO"])

    refused = _save(browser, draft, "old", {"Sec-Fetch-Site": "same-origin"})

    assert refused.status_code == 400
    page = lxml.html.fromstring(refused.get_data(as_text=True))
    (form,) = [form for form in page.forms if "Send igen" in form.text_content()]
    again = browser.post(form.action, data=dict(form.form_values()))
    assert again.status_code == 303
    session.expire_all()
    assert session.get_one(Proposal, draft.id).answers["problem"] == PROSE


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_page_of_others_gets_no_button_to_send_again(world: World, browser_of: BrowserOf, site: str | None) -> None:
    draft = world.draft()
    headers = {} if site is None else {"Sec-Fetch-Site": site}

    refused = _save(browser_of(world.people["AO"]), draft, "old", headers)

    text = refused.get_data(as_text=True)
    assert refused.status_code == 400
    assert "Send igen" not in text
    assert PROSE.replace("\n", "\r\n") in text or PROSE in text


# ---- headers --------------------------------------------------------------------------------------------------------


@ONE_DATABASE
@pytest.mark.parametrize("who", [None, "SE"])
def test_headers_stand_on_every_answer(app: Flask, world: World, browser_of: BrowserOf, who: str | None) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people[who]) if who else app.test_client()
    paths = [*addresses(app, "GET", proposal), "/none", "/static/none.css", "/calls/none"]

    for path in paths:
        answer = browser.get(path, buffered=True)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        if path != "/static/css/site.css":
            assert answer.headers["Cache-Control"] == "no-store", path
            assert "Cookie" in answer.headers["Vary"], path
        assert answer.status_code < 500, path
        if answer.mimetype == "text/html" and answer.status_code != 302:
            assert_nothing_inline(answer, path)
    for path in addresses(app, "POST", proposal):
        answer = browser.post(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        assert answer.headers["Cache-Control"] == "no-store", path
    assert "Strict-Transport-Security" not in browser.get("/").headers


def assert_nothing_inline(answer: TestResponse, path: str) -> None:
    """No script, style or address that the policy would stop."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert page.xpath("//style | //script[not(@src)] | //*[@style] | //iframe | //object | //base") == [], path
    assert page.xpath("//@*[starts-with(name(), 'on')]") == [], path
    assert [url for url in page.xpath("//script/@src | //link/@href | //img/@src") if not url.startswith("/")] == [], (
        path
    )


# ---- the cookie -----------------------------------------------------------------------------------------------------


def test_cookie_on_plain_http_has_a_plain_name(lone_client: FlaskClient) -> None:
    cookie = cookie_of(lone_client.get("/sign-in"))
    assert cookie.startswith("raadslag=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.fixture
def secure_app(connection: Connection, settings: Settings, clock: FixedClock) -> Flask:
    secure = replace(settings, env="production", base_url="https://raadslag.example")
    return create_app(
        secure,
        clock=clock,
        sessions=lambda: Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False),
    )


def test_cookie_on_https_is_bound_to_the_host(secure_app: Flask) -> None:
    answer = secure_app.test_client().get("/sign-in", base_url="https://raadslag.example")
    cookie = cookie_of(answer)
    assert cookie.startswith("__Host-raadslag=")
    assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_production_answers_under_its_own_host_alone(secure_app: Flask, host: str) -> None:
    assert secure_app.test_client().get("/healthz", base_url=f"https://{host}").status_code == 400


def test_weird_cookie_is_a_visitor_who_is_not_signed_in(app: Flask, world: World, browser_of: BrowserOf) -> None:
    good = browser_of(world.people["SE"]).get_cookie("raadslag")
    assert good is not None
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    visitor = app.test_client(use_cookies=False)
    for weird in (
        f"raadslag={good.value[:-6]}AAAAAA",
        f"raadslag={good.value[:20]}",
        "raadslag=" + "A" * 10_000,
        "raadslag=",
        f"raadslag=x; raadslag={good.value[:-1]}",
        "raadslag=æøå\x01; ==;;",
        f"raadslag={serializer.dumps({'sid': ['a', 1], 'csrf_token': 7})}",
        f"raadslag={serializer.dumps({'sid': chr(0)})}",
    ):
        headers = {"Cookie": weird.encode().decode("latin-1")}
        asked = visitor.get("/my-tasks", headers=headers)
        assert (asked.status_code, asked.headers.get("Location")) == (302, "/sign-in?next=/my-tasks"), weird
        assert visitor.get("/sign-in", headers=headers).status_code == 200, weird
        assert visitor.post("/sign-in", headers=headers).status_code == 400, weird


def test_cookie_kept_from_before_sign_out_opens_nothing(app: Flask, world: World, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    kept = browser.get_cookie("raadslag")
    assert kept is not None
    assert browser.get("/my-tasks").status_code == 200
    browser.post("/sign-out", data={"csrf_token": csrf_token(browser)})

    thief = app.test_client()
    thief.set_cookie("raadslag", kept.value)
    assert thief.get("/my-tasks").status_code == 302


# ---- hosts ----------------------------------------------------------------------------------------------------------


@ONE_DATABASE
def test_foreign_host_is_refused_on_every_route(
    app: Flask, world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.draft()
    browser = browser_of(world.people["AO"])
    data = {"csrf_token": csrf_token(browser), "email": "offer@x.example"}
    before = fingerprint(session)

    for host in ("evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""):
        for path in addresses(app, "GET", proposal):
            assert browser.get(path, buffered=True, headers={"Host": host}).status_code == 400, (host, path)
        for path in addresses(app, "POST", proposal):
            answer = browser.post(path, data=data, headers={"Host": host})
            assert (answer.status_code, answer.get_data(as_text=True)) == (
                400,
                "Adressen hører ikke til Rådslag.\n",
            ), (host, path)

    assert fingerprint(session) == before


@pytest.mark.parametrize("hops", [0, 1])
def test_forwarded_host_is_not_believed(
    connection: Connection, settings: Settings, clock: FixedClock, session: Session, hops: int
) -> None:
    app = create_app(
        replace(settings, proxy_hops=hops),
        clock=clock,
        sessions=lambda: Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False),
    )
    browser = app.test_client()
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}
    data = {"csrf_token": csrf_token(browser), "email": "ny@x.example"}

    answer = browser.post("/sign-in", data=data, headers=headers)

    assert answer.status_code == 200
    assert "evil.example" not in answer.get_data(as_text=True)
    (letter,) = session.exec(select(OutgoingMail)).all()
    assert (letter.secret_link or "").startswith("http://localhost/sign-in/")
    assert "evil" not in letter.body
    assert browser.get("/my-tasks", headers=headers).headers["Location"] == "/sign-in?next=/my-tasks"


# ---- sizes and kinds of bodies --------------------------------------------------------------------------------------


@pytest.fixture
def lone_client(settings: Settings, clock: FixedClock, tmp_path: Path) -> FlaskClient:
    """A browser on an application without any table: what should never reach the database does not find one."""
    return create_app(
        replace(settings, database_url=f"sqlite:///{tmp_path / 'none.sqlite'}"), clock=clock
    ).test_client()


def _refused_in_a_second(client: FlaskClient, **sent: object) -> int:
    began = time.process_time()
    status = client.post("/sign-in", **sent).status_code  # type: ignore[arg-type]
    assert time.process_time() - began < 1
    return status


FORM = "application/x-www-form-urlencoded"


def _parts(count: int) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
    return part * count + b"--b--\r\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"email=" + b"a" * 5_000_000, FORM, 413),
        (b"&".join(b"f%d=1" % number for number in range(20_000)), FORM, 413),
        (b"&".join(b"f=1" for _ in range(5_000)), FORM, 413),
        (_parts(1_001), "multipart/form-data; boundary=b", 413),
        (
            b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n' + b"\r\n" * 1_500_000,
            "multipart/form-data; boundary=b",
            413,
        ),
        (b'{"email": "a@b.dk"}', "application/json", 415),
        (b"<email>a@b.dk</email>", "application/xml", 415),
        (b"email=a@b.dk", "text/plain", 415),
        (b"\x1f\x8b\x08\x00", FORM, 400),
        (b"email=%ff%ed%a0%80&csrf_token=%ff", FORM, 400),
        (b"\xff\xfe\xed\xa0\x80=1", FORM, 400),
        (b"", FORM, 400),
        (b"no parts", "multipart/form-data; boundary=b", 400),
        (b"no boundary", "multipart/form-data", 400),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", 400),
    ],
    ids=[
        "5MB",
        "20000fields",
        "5000entries",
        "1001parts",
        "newlines",
        "json",
        "xml",
        "text",
        "gzip",
        "latin",
        "bytes",
        "empty",
        "noparts",
        "noboundary",
        "noname",
    ],
)
def test_body_that_is_no_form_of_ours_is_refused(lone_client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    assert _refused_in_a_second(lone_client, data=body, content_type=kind) == status


def test_largest_form_of_ours_is_taken(client: FlaskClient) -> None:
    """The limits do not stand in the way of a page of eight answers, each as long as may be."""
    data = {"csrf_token": csrf_token(client), "email": "ny@x.example", **{f"q{n}": "æ" * 20_000 for n in range(8)}}
    assert client.post("/sign-in", data=data).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"email": ["ny@x.example", "ond@x.example"]},
        {"email[]": "ny@x.example"},
        {
            "email": "ny@x.example",
            "is_admin": "1",
            "role": "administrator",
            "id": "0",
            "created_at": "1",
            "version": "-1",
        },
        {"role": "administrator"},
    ],
)
def test_odd_fields_never_make_an_error(
    client: FlaskClient, session: Session, data: dict[str, str | list[str]]
) -> None:
    answer = client.post("/sign-in", data={"csrf_token": csrf_token(client), **data})
    assert answer.status_code in (200, 422)
    assert session.exec(select(OutgoingMail.to_address)).all() in ([], ["ny@x.example"])


# ---- where to go on to ----------------------------------------------------------------------------------------------

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/%252f%252fevil.example",
    "https:evil.example",
    "https://evil.example/",
    "https:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/@evil.example",
    "@evil.example",
    "localhost@evil.example",
    "evil.example",
    "//localhost@evil.example",
    "/a//evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/\x00",
    "/\u2028",
    "/æøå",
    "\u2215\u2215evil.example",
    " //evil.example",
    "/ /evil.example",
    "/.//evil.example/..",
    "/" + "a" * 600,
    "",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_next_leads_home(path: str) -> None:
    assert safe_next(path) == "/"


def test_hostile_next_never_reaches_the_sign_in_page(lone_client: FlaskClient) -> None:
    for path in HOSTILE:
        answer = lone_client.get("/sign-in", query_string={"next": path})
        assert answer.status_code == (404 if "\0" in path else 200)
        if answer.status_code == 200:
            page = lxml.html.fromstring(answer.get_data(as_text=True))
            assert page.xpath("//input[@name='next']/@value") == ["/"], path


@pytest.mark.parametrize(
    "path", ["/my-tasks", "/proposals/2027-01-001", "/calls/nye-veje/proposals?page=2&sort=title", "/"]
)
def test_own_next_is_kept(path: str) -> None:
    assert safe_next(path) == path


# ---- methods and addresses ------------------------------------------------------------------------------------------


@ONE_DATABASE
def test_other_methods_are_refused(app: Flask, world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = world.draft()
    browser = browser_of(world.people["AO"])
    data = {"csrf_token": csrf_token(browser), "_method": "POST"}
    before = fingerprint(session)
    methods = ("TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "NONSENSE")
    for path in {*addresses(app, "GET", draft), *addresses(app, "POST", draft)}:
        for method in methods:
            assert browser.open(path, method=method, data=data).status_code == 405, (method, path)
    assert fingerprint(session) == before


@ONE_DATABASE
def test_post_routes_answer_no_get(app: Flask, world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = world.draft()
    browser = browser_of(world.people["AO"])
    before = fingerprint(session)
    only_post = set(addresses(app, "POST", draft)) - set(addresses(app, "GET", draft))
    assert len(only_post) >= 6
    for path in only_post:
        for method in ("GET", "HEAD"):
            # The demo's sign-in lies under an address that a mailed link could have.
            allowed = {409} if path == "/sign-in/demo" else {405}
            assert browser.open(path, method=method).status_code in allowed, path
        assert browser.open(path, method="OPTIONS").status_code == 200
        assert browser.post(path, data={"_method": "GET"}).status_code == 400
    assert fingerprint(session) == before


STRANGE = [
    ("/" + "a" * 65_000, {414}),
    ("/?" + "&".join(f"a{n}=1" for n in range(10_000)), {414}),
    ("/calls/%00", {404}),
    ("/sign-in/a%00b", {404}),
    ("/sign-in?next=%00", {404}),
    ("/calls/%ff%ed%a0%80", {404}),
    ("/calls/%2e%2e%2f%2e%2e%2fetc%2fpasswd", {404}),
    ("/calls/%252e%252e%252f", {404}),
    ("/static/%2e%2e/pyproject.toml", {404}),
    ("/static/..%2f..%2fpyproject.toml", {404}),
    ("/static//etc/passwd", {404, 308}),
    ("/calls/a;b=c", {404}),
    ("/drafts/../sign-in", {404}),
    ("/CALLS/nye-veje", {404}),
    ("/proposals/2027-01-001%0d%0aSet-Cookie:a=b", {302, 404}),
    ("/?a=%0d%0aSet-Cookie:a=b", {200}),
]


def test_strange_addresses_are_refused(client: FlaskClient) -> None:
    for path, statuses in STRANGE:
        answer = client.get(path, buffered=True)
        assert answer.status_code in statuses, path
        assert "a=b" not in answer.headers.get("Set-Cookie", "")


def test_get_changes_nothing_but_the_log_of_downloads(
    app: Flask, world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people["SE"])
    before = fingerprint(session)
    for path in addresses(app, "GET", proposal):
        browser.get(path, buffered=True)
    after = fingerprint(session)
    added = [row for row in after.pop("audit_event") if row not in before["audit_event"]]
    del before["audit_event"]
    assert after == before
    kinds = [kind for row in added for kind in re.findall(r"'(\w+_exported)'", row)]
    # The workbook of the call, the memo, the copy of the proposal, and one's own data.
    assert sorted(kinds) == ["list_exported", "own_data_exported", "paper_exported", "paper_exported"]
    assert len(kinds) == len(added)


def test_signed_in_page_is_not_shown_from_a_cache_to_the_next_person(world: World, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    page = browser.get("/my-tasks")
    assert "Medarbejder SE" in page.get_data(as_text=True)
    conditional = browser.get(
        "/my-tasks", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-None-Match": "*"}
    )
    assert conditional.status_code == 200
