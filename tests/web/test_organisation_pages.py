"""Do the pages of an organisation serve its members, refuse everybody else, and take every odd answer in good order?

Every test runs on both databases, and says what is stored: so both store the same.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from foundation.clock import FixedClock
from foundation.identity.models import Invitation, Membership, Organisation, Person
from foundation.identity.organisation_actions import found_organisation
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from intake.models import Proposal
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint
from tests.web.test_fields import assert_danish

BrowserOf = Callable[[Actor], FlaskClient]

FILLED = {
    "name": "Byhavens Venner",
    "kind": "association",
    "cvr": "99999926",
    "staff_years": "0",
    "turnover": "240.000",
    "address": "Havevej 1, 8220 Brabrand",
    "contact_name": "Formanden",
    "contact_email": "formand@byhaven.example",
    "contact_phone": "12 34 56 78",
}


@pytest.fixture
def page(world: World) -> str:
    return f"/organisations/{world.organisations['AO'].id}"


@pytest.fixture
def member(world: World, browser_of: BrowserOf) -> FlaskClient:
    return browser_of(world.people["AO"])


def stored(session: Session, world: World) -> Organisation:
    session.expire_all()
    return session.get_one(Organisation, world.organisations["AO"].id)


def send(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return browser.post(path, data={"csrf_token": csrf_token(browser), **fields})


def save(browser: FlaskClient, path: str, session: Session, world: World, **fields: Any) -> TestResponse:
    """The form as a browser sends it: everything that stands there, with these fields typed anew."""
    version = str(stored(session, world).version)
    return send(browser, path, **{**FILLED, "version": version, **fields})


def said(answer: TestResponse) -> str:
    return str(lxml.html.fromstring(answer.get_data(as_text=True)).get_element_by_id("main-content").text_content())


def message_at(answer: TestResponse, field: str) -> str:
    """What stands at the field; the test fails where nothing does."""
    found = lxml.html.fromstring(answer.get_data(as_text=True)).xpath(f"//*[@id='{field}-error']")
    assert len(found) == 1, field
    message = found[0].text_content().removeprefix("Fejl: ").strip()
    assert_danish([message])
    return str(message)


# ---- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sub", ["", "/members"])
@pytest.mark.parametrize(
    ("who", "status"), [("AO", 200), ("AO2", 200), ("AX", 404), ("SE", 403), ("AD", 403), ("RA", 403)]
)
def test_members_alone_see_the_organisation(
    world: World, browser_of: BrowserOf, page: str, who: str, status: int, sub: str
) -> None:
    answer = browser_of(world.people[who]).get(page + sub)
    assert answer.status_code == status
    assert ("Byhavens Venner" in answer.get_data(as_text=True)) is (status == 200)


def test_unknown_organisation_answers_like_one_of_others(world: World, browser_of: BrowserOf, page: str) -> None:
    browser = browser_of(world.people["AX"])
    unknown, foreign = browser.get(f"/organisations/{uuid4()}"), browser.get(page)
    assert (unknown.status_code, said(unknown)) == (foreign.status_code, said(foreign)) == (404, said(unknown))


def test_visitor_signs_in_first_and_closed_account_is_told(
    world: World, session: Session, client: FlaskClient, browser_of: BrowserOf, page: str
) -> None:
    asked = client.get(page)
    assert (asked.status_code, asked.headers["Location"]) == (302, f"/sign-in?next={page}")
    assert client.post(page, data={"csrf_token": csrf_token(client)}).status_code == 401
    closed = browser_of(world.people["AO"])
    session.get_one(Person, world.people["AO"].person_id).closed_at = world.at
    session.commit()
    assert closed.get(page).status_code == 401


def test_known_cvr_number_opens_nothing(world: World, session: Session, browser_of: BrowserOf, page: str) -> None:
    """AX takes over AO's number: AO's page stays closed, and nothing of it is told."""
    own = f"/organisations/{world.organisations['AX'].id}"
    browser = browser_of(world.people["AX"])
    answer = send(browser, own, version="1", name="Jobvejen", cvr="99999926")
    assert answer.status_code == 303
    assert browser.get(page).status_code == 404
    assert "Byhavens" not in said(browser.get(own))


# ---- details --------------------------------------------------------------------------------------------------------


def test_page_shows_what_is_stored_and_stores_what_is_typed(
    world: World, session: Session, member: FlaskClient, page: str
) -> None:
    shown = lxml.html.fromstring(member.get(page).get_data(as_text=True)).forms
    form = dict(next(one for one in shown if "version" in one.fields).form_values())
    assert {name: form[name] for name in FILLED} == FILLED

    answer = save(
        member,
        page,
        session,
        world,
        kind="municipal_department",
        cvr="",
        staff_years="1.250",
        turnover="kr. 9.600.000,-",
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    now = stored(session, world)
    assert (now.kind, now.cvr, now.staff_years, now.turnover_ore) == (
        OrganisationKind.MUNICIPAL_DEPARTMENT,
        None,
        1250,
        9_600_000_00,
    )
    assert "Oplysningerne er gemt." in said(member.get(page))


def test_everything_but_the_name_may_wait_and_the_page_tells_what_is_missing(
    world: World, session: Session, member: FlaskClient, page: str
) -> None:
    nothing = dict.fromkeys(FILLED, "")
    assert save(member, page, session, world, **{**nothing, "name": "Byhavens Venner"}).status_code == 303
    told = said(member.get(page))
    for text in ("Det mangler, før I kan sende et forslag", "otte cifre", "Vælg, hvilken slags", "årsværk"):
        assert text in told
    assert save(member, page, session, world).status_code == 303
    assert "Det mangler" not in said(member.get(page))


@pytest.mark.parametrize(("staff_years", "words"), [("10", "er I en mindre"), ("11", "er I ikke en mindre")])
def test_page_says_whether_it_is_a_small_organisation(
    world: World, session: Session, member: FlaskClient, page: str, staff_years: str, words: str
) -> None:
    save(member, page, session, world, staff_years=staff_years, turnover="9.000.000")
    assert words in said(member.get(page))


def test_page_leads_back_to_the_draft_that_sent_the_member(
    world: World, session: Session, member: FlaskClient, page: str
) -> None:
    here = f"{page}?next=/drafts/1/check"
    form = lxml.html.fromstring(member.get(here).get_data(as_text=True))
    assert form.xpath("//input[@name='next']/@value") == ["/drafts/1/check"]
    assert save(member, here, session, world, next="/drafts/1/check").headers["Location"] == "/drafts/1/check"
    for hostile in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert save(member, page, session, world, next=hostile).headers["Location"] == page
        assert "evil" not in member.get(page, query_string={"next": hostile}).get_data(as_text=True)


def test_second_of_two_members_keeps_the_text(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    other = browser_of(world.people["AO2"])
    first = send(member, page, version="1", **{**FILLED, "address": "Først"})
    assert first.status_code == 303
    before = fingerprint(session)

    late = send(other, page, version="1", **{**FILLED, "address": "Æblevej 7, som tog tid at finde"})

    assert late.status_code == 409
    assert "En anden har gemt imens" in said(late)
    typed = {
        label.text_content().strip(): label.getnext().text.strip()
        for label in lxml.html.fromstring(late.get_data(as_text=True)).xpath("//label[starts-with(@for, 'typed-')]")
    }
    assert typed["Adresse"] == "Æblevej 7, som tog tid at finde"
    assert typed["Kontaktperson"] == "Formanden"
    assert fingerprint(session) == before


def test_two_members_see_the_same_draft(world: World, session: Session, browser_of: BrowserOf) -> None:
    draft = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AO"].id,
        created_by=world.people["AO"].person_id,
        organisation_name="Byhavens Venner",
        title="Fælles kladde",
        created_at=world.at,
        saved_at=world.at,
    )
    session.add(draft)
    session.commit()
    for who, shown in (("AO", True), ("AO2", True), ("AX", False)):
        told = browser_of(world.people[who]).get("/my-tasks").get_data(as_text=True)
        assert (f"/drafts/{draft.id}" in told) is shown
        assert ("Fælles kladde" in told) is shown


# ---- odd answers ----------------------------------------------------------------------------------------------------

REFUSED = object()
A_RING = "Foreningen A\u030a"
CODE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "<iframe srcdoc='<script>1</script>'>",
    "javascript:alert(1)",
    "[klik](https://evil.example) **fed** https://evil.example",
    "{{7*7}} {% include 'x' %} ${7*7} #{7*7} %s %n {0.__class__}",
    "</w:t><w:p> <!-- ]]> &amp; { INCLUDETEXT } _x0041_",
    "'; DROP TABLE organisation; -- % _",
    "=1+1",
]
TEXTS: list[tuple[str, Any]] = [
    *[(blank, "") for blank in ("", "   ", "\u00a0\u2003", "\u200b", "\ufeff", "\u3164", "\u2800", "\u202e")],
    ("a\x00b", REFUSED),
    ("a\x01\x1bb\x0bc\x85d\te", "ab c d e"),
    ("a\ufffe\uffffb", "ab"),
    ("ab\u202ecd\u2066ef", "abcdef"),
    ("مرحبا עולם", "مرحبا עולם"),
    (A_RING, "Foreningen Å"),
    ("Ærø ð é Kalaallit 👩‍👩‍👧", "Ærø ð é Kalaallit 👩‍👩‍👧"),
    ("Byh\u0430ven", "Byh\u0430ven"),
    ("a" + "\u0336" * 1000, "a" + "\u0336" * 8),
    ("a" * 1_000_000, REFUSED),
    ("Bo 010190-1234", REFUSED),
    ("Bo 0101901234", REFUSED),
    *[(name, name) for name in ("null", "undefined", "None", "0", "O'Brien", "Test;DROP", "Ø", "-")],
    *[(code, code) for code in CODE],
]
LENGTHS = {"name": 200, "address": 300, "contact_name": 200, "contact_phone": 40}
"""The columns' lengths. An emoji counts as two, as in a browser."""


def too_long(field: str) -> list[tuple[str, Any]]:
    most = LENGTHS[field]
    return [
        ("x" * most, "x" * most),
        ("x" * (most + 1), REFUSED),
        ("😀" * (most // 2), "😀" * (most // 2)),
        ("😀" * (most // 2) + "x" * (1 + most % 2), REFUSED),
    ]


NUMBERS: list[tuple[str, Any]] = [
    *[(blank, None) for blank in ("", " ", "\u00a0", "\u200b")],
    ("0", 0),
    ("12", 12),
    *[(text, REFUSED) for text in ("-1", "−1", "2,5", "0,001", "NaN", "sNaN", "Infinity", "1e5", "1_000", "0x10")],
    *[(text, REFUSED) for text in ("١٢", "１２", "½", "IX", "ti", "10.00", "1,234,567", "1.0.0", "a\x00b")],
    *[(text, REFUSED) for text in ("1" + "0" * 12, "1" + "0" * 30, "9" * 5000, str(2**63), "<script>", "{{7*7}}")],
]
MAILS_REFUSED = [
    *["a@b.dk\nBcc: x@y.dk", "a@b.dk, c@d.dk", "a@b.dk c@d.dk", "Bo <a@b.dk>", '"a b"@b.dk', "a@[192.0.2.1]"],
    *["a@192.0.2.1", "a" * 65 + "@b.dk", "a@b.dk.", "a@b", "a@b.dk\u2028x", "a@b.dk\x00", "æ@b.dk", "=?x?=@b.dk"],
    *["<script>@b.dk", "null", "a@" + "b." * 130 + "dk", "x" * 1_000_000],
]
ODD: dict[str, list[tuple[Any, Any]]] = {
    "name": [(text, REFUSED if result == "" else result) for text, result in TEXTS] + too_long("name"),
    "address": TEXTS + too_long("address") + [("Rue 1, 0000 X", "Rue 1, 0000 X"), ("99999 Berlin", "99999 Berlin")],
    "contact_name": TEXTS + too_long("contact_name"),
    "contact_phone": [
        ("+45 12 34 56 78", "+45 12 34 56 78"),
        ("12345678 lok. 12", "12345678 lok. 12"),
        ("(0049) 30/123-456 ext 7", "(0049) 30/123-456 ext 7"),
        ("004512345678", "004512345678"),
        *[(text, REFUSED) for text in ("ring til mig", "-", "<script>", "١٢٣", "010190-1234", "1" * 41, "1\x00")],
        *[(blank, "") for blank in ("", " ", "\u200b", "\u202e")],
        ("1" * 40, "1" * 40),
        ("1" + "😀" * 20, REFUSED),
    ],
    "cvr": [
        *[(text, "55133018") for text in ("55133018", "DK55133018", "dk 55 13 30 18", " 55133018\u00a0")],
        *[(text, REFUSED) for text in ("5513301", "551330180", "DK", "00000000", "12345678", "５５１３３０１８")],
        *[(text, REFUSED) for text in ("SE55133018", "55-13-30-18", "x", "55133018\x00x", "9" * 5000, "' OR 1=1")],
        *[(blank, None) for blank in ("", " ", "\u200b")],
    ],
    "staff_years": [*NUMBERS, ("1.000", 1000), ("100.000", 100_000), ("100.001", REFUSED)],
    "turnover": [
        *[
            (text, None if result is None else result if result is REFUSED else result * 100)
            for text, result in NUMBERS
        ],
        *[
            (text, 100_000_00)
            for text in ("100.000,00", "100.000", "100000", "kr. 100.000", "100\u202f000", "100.000 kr.", "100.000,-")
        ],
        *[(text, REFUSED) for text in ("100,000.00", "100,000", "1000.50", "100000,50")],
        ("999.999.999.999", 999_999_999_999_00),
    ],
    "kind": [
        *[(kind.value, kind) for kind in OrganisationKind],
        ("", None),
        *[(text, REFUSED) for text in ("company", "ASSOCIATION", "association ", "0", "<script>", "a\x00", "x" * 9000)],
    ],
    "contact_email": [
        ("bo@blåbær.dk", "bo@xn--blbr-roah.dk"),
        ("Bo.Hansen+x@Forening.example", "Bo.Hansen+x@forening.example"),
        *[(blank, "") for blank in ("", " ", "\u200b")],
        *[(text, REFUSED) for text in MAILS_REFUSED],
    ],
}
COLUMN = {"turnover": "turnover_ore"}


@pytest.mark.parametrize("field", ODD)
def test_odd_answer_is_stored_by_one_rule_or_refused_at_its_field(
    world: World, session: Session, member: FlaskClient, page: str, field: str
) -> None:
    neighbour = "contact_name" if field != "contact_name" else "address"
    whole = {**FILLED, "csrf_token": csrf_token(member), neighbour: "Sara & Bo"}
    before = fingerprint(session)
    for typed in (typed for typed, result in ODD[field] if result is REFUSED):
        answer = member.post(page, data={**whole, "version": "1", field: typed})
        assert answer.status_code == 422, typed[:40]
        message_at(answer, field)
        kept = lxml.html.fromstring(answer.get_data(as_text=True)).xpath(f"//*[@name='{neighbour}']/@value")
        assert kept == ["Sara & Bo"], typed[:40]
    assert fingerprint(session) == before

    for typed, result in ODD[field]:
        if result is not REFUSED:
            version = stored(session, world).version
            answer = member.post(page, data={**whole, "version": str(version), field: typed})
            assert answer.status_code == 303, typed[:40]
            assert getattr(stored(session, world), COLUMN.get(field, field)) == result, typed[:40]


@pytest.mark.parametrize("field", ["cvr", "staff_years", "turnover", "contact_email"])
def test_refused_answer_stands_as_it_was_typed(
    world: World, session: Session, member: FlaskClient, page: str, field: str
) -> None:
    answer = save(member, page, session, world, **{field: 'cirka "12" & <b>'})
    assert answer.status_code == 422
    kept = lxml.html.fromstring(answer.get_data(as_text=True)).xpath(f"//*[@name='{field}']/@value")
    assert kept == ['cirka "12" & <b>']


@pytest.mark.parametrize("field", [*FILLED, "version"])
def test_field_that_is_missing_twice_a_list_or_a_file_is_no_fault_of_ours(
    world: World, session: Session, member: FlaskClient, page: str, field: str
) -> None:
    version = str(stored(session, world).version)
    whole: dict[str, Any] = {**FILLED, "version": version, "csrf_token": csrf_token(member)}
    without = {name: value for name, value in whole.items() if name != field}
    demanded = field in {"name", "version"}

    twice = member.post(page, data={**whole, field: [whole[field], "andet"]})
    assert twice.status_code == 303
    assert stored(session, world).name == "Byhavens Venner"
    for odd in (without, {**without, f"{field}[]": whole[field]}, {**without, field: (BytesIO(b"1"), "1.txt")}):
        answer = member.post(
            page, data={**odd, **({} if field == "version" else {"version": stored(session, world).version})}
        )
        assert answer.status_code == (422 if demanded else 303), odd
    assert member.post(page, json=whole).status_code in {400, 415}
    assert member.post(page, data="<name>x</name>", content_type="application/xml").status_code in {400, 415}


def test_bytes_that_are_no_text_are_stored_alike(
    world: World, session: Session, member: FlaskClient, page: str
) -> None:
    token = csrf_token(member)
    body = f"csrf_token={token}&version=1&name=a%ff%ed%a0%80b".encode()
    answer = member.post(page, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert stored(session, world).name == "a%FF%ED%A0%80b"


def test_form_of_three_megabytes_is_refused(world: World, member: FlaskClient, page: str) -> None:
    assert send(member, page, version="1", name="a" * 3_000_000).status_code == 413


def test_what_no_field_asks_for_is_not_written(world: World, session: Session, member: FlaskClient, page: str) -> None:
    other = world.organisations["AX"].id
    answer = save(
        member,
        page,
        session,
        world,
        id=str(other),
        organisation_id=str(other),
        created_at="1",
        is_admin="1",
        turnover_ore="1",
    )
    assert answer.status_code == 303
    now = stored(session, world)
    assert (now.id, now.created_at, now.turnover_ore) == (world.organisations["AO"].id, world.at, 240_000_00)
    for version in ("", "x", "-1", "1e3", "9" * 30, "0"):
        assert send(member, page, **{**FILLED, "version": version}).status_code in {409, 422}, version
    assert stored(session, world).version == now.version


@pytest.mark.parametrize("code", CODE)
def test_code_in_a_name_is_shown_letter_for_letter(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str, code: str
) -> None:
    assert save(member, page, session, world, name=code, contact_name=code).status_code == 303
    send(member, f"{page}/members", email=world.people["AX"].email)
    for browser, path in (
        (member, page),
        (member, f"{page}/members"),
        (member, "/my-tasks"),
        (browser_of(world.people["AX"]), "/my-tasks"),
        (member, "/calls/nye-veje/apply"),
    ):
        answer = browser.get(path)
        tree = lxml.html.fromstring(answer.get_data(as_text=True))
        assert answer.status_code == 200
        assert code in tree.text_content() or code in tree.xpath("//@value"), path
        assert tree.xpath("//script[not(@src)] | //iframe | //img[@src='x'] | //@onerror | //@onload") == [], path
    letter = session.exec(select(OutgoingMail.body)).one()
    assert not re.search(r"evil\.example|https://evil", letter)


# ---- members and invitations ----------------------------------------------------------------------------------------


def invitation_of(session: Session, email: str) -> Invitation:
    return session.exec(select(Invitation).where(Invitation.email == email)).one()


def test_invited_person_says_yes_on_the_first_page(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    newcomer = world.add_applicant("NY")
    session.commit()
    sent = send(member, f"{page}/members", email=newcomer.email)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{page}/members")
    assert newcomer.email in said(member.get(f"{page}/members"))
    guest = browser_of(newcomer)
    assert guest.get(page).status_code == 404

    first_page = lxml.html.fromstring(guest.get("/my-tasks").get_data(as_text=True))
    (form,) = [one for one in first_page.forms if "Bliv medlem" in one.text_content()]
    assert guest.post(form.action, data=dict(form.form_values())).status_code == 303

    assert guest.get(page).status_code == 200
    assert "Ansøger NY" in said(member.get(f"{page}/members"))
    assert guest.post(form.action, data=dict(form.form_values())).status_code == 409
    assert "Bliv medlem af" not in said(guest.get("/my-tasks"))


def test_no_thanks_takes_the_question_away(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    send(member, f"{page}/members", email=world.people["AX"].email)
    guest = browser_of(world.people["AX"])
    assert "Bliv medlem af Byhavens Venner?" in said(guest.get("/my-tasks"))
    key = invitation_of(session, world.people["AX"].email).id
    assert send(guest, f"/invitations/{key}/decline").status_code == 303
    assert "Byhavens" not in said(guest.get("/my-tasks"))
    assert guest.get(page).status_code == 404


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_invitation_is_for_its_own_address_and_never_for_staff(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str, answer: str
) -> None:
    """Else an applicant could make a reviewer inhabil, or anybody could walk in with a known key."""
    for email in (world.people["AX"].email, world.people["SE"].email, world.people["RA"].email):
        send(member, f"{page}/members", email=email)
    before = fingerprint(session, without=("web_session", "audit_event"))
    for who, whose, status in (
        ("AO2", "AX", 404),
        ("AX", "SE", 404),
        ("SE", "SE", 403),
        ("RA", "RA", 403),
        ("AD", "AX", 403),
    ):
        key = invitation_of(session, world.people[whose].email).id
        browser = browser_of(world.people[who])
        assert send(browser, f"/invitations/{key}/{answer}").status_code == status, who
        assert "Byhavens" not in said(browser.get("/my-tasks")) or who in {"AO2", "AX"}, who
    assert fingerprint(session, without=("web_session", "audit_event")) == before


def test_staff_who_are_invited_still_see_the_case(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    case = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AO"].id,
        created_by=world.people["AO"].person_id,
        state="submitted",
        number=1,
        reference="2027-01-001",
        organisation_name="Byhavens Venner",
        title="Sendt forslag",
        created_at=world.at,
        saved_at=world.at,
        received_at=world.at,
    )
    session.add(case)
    session.commit()
    send(member, f"{page}/members", email=world.people["SE"].email)
    assert "Sendt forslag" in said(browser_of(world.people["SE"]).get("/my-tasks"))


def test_odd_addresses_are_refused_at_the_field(world: World, session: Session, member: FlaskClient, page: str) -> None:
    before, token = fingerprint(session), csrf_token(member)
    for typed in ["", " ", "\u200b", world.people["AO2"].email, *MAILS_REFUSED]:
        answer = member.post(f"{page}/members", data={"csrf_token": token, "email": typed})
        assert answer.status_code == 422, typed[:40]
        message_at(answer, "email")
    assert member.post(f"{page}/members", data={"csrf_token": token}).status_code == 422
    assert fingerprint(session) == before


def test_invitation_is_taken_back(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    send(member, f"{page}/members", email=world.people["AX"].email)
    key = invitation_of(session, world.people["AX"].email).id
    foreign = f"/organisations/{world.organisations['AX'].id}/invitations/{key}/withdraw"
    assert send(browser_of(world.people["AX"]), foreign).status_code == 404
    for _twice in range(2):
        assert send(member, f"{page}/invitations/{key}/withdraw").status_code == 303
    guest = browser_of(world.people["AX"])
    assert "Byhavens" not in said(guest.get("/my-tasks"))
    assert send(guest, f"/invitations/{key}/accept").status_code == 409
    assert guest.get(page).status_code == 404


def member_key(session: Session, world: World, who: str) -> UUID:
    return session.exec(select(Membership.id).where(Membership.person_id == world.people[who].person_id)).one()


def test_removed_member_is_out_at_the_next_click(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    other = browser_of(world.people["AO2"])
    assert other.get(page).status_code == 200
    key = member_key(session, world, "AO2")
    assert send(member, f"{page}/members/{key}/remove").headers["Location"] == f"{page}/members"
    assert other.get(page).status_code == 404
    assert send(other, page, version="1", **FILLED).status_code == 404
    assert "Byhavens" not in said(other.get("/my-tasks"))


def test_member_leaves_and_the_last_one_stays(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    other = browser_of(world.people["AO2"])
    assert "Forlad Byhavens Venner" in said(other.get(f"{page}/members"))
    left = send(other, f"{page}/members/{member_key(session, world, 'AO2')}/remove")
    assert (left.status_code, left.headers["Location"]) == (303, "/my-tasks")
    assert "Forlad Byhavens Venner" not in said(member.get(f"{page}/members"))
    alone = send(member, f"{page}/members/{member_key(session, world, 'AO')}/remove")
    assert alone.status_code == 409
    assert "eneste medlem" in said(alone)


def test_members_page_tells_what_happened(
    world: World, session: Session, browser_of: BrowserOf, member: FlaskClient, page: str
) -> None:
    newcomer = world.add_applicant("NY")
    session.commit()
    save(member, page, session, world, cvr="99999942")
    send(member, f"{page}/members", email=newcomer.email)
    send(member, f"{page}/members", email="anden@x.example")
    send(browser_of(newcomer), f"/invitations/{invitation_of(session, newcomer.email).id}/accept")
    send(member, f"{page}/invitations/{invitation_of(session, 'anden@x.example').id}/withdraw")
    send(member, f"{page}/members/{member_key(session, world, 'NY')}/remove")
    told = said(member.get(f"{page}/members"))
    for sentence in (
        "Ansøger AO oprettede organisationen.",
        "Ansøger AO rettede CVR-nummeret.",
        "Ansøger AO inviterede en person.",
        "Ansøger NY sagde ja til en invitation og blev medlem.",
        "Ansøger AO trak en invitation tilbage.",
        "Ansøger AO fjernede et medlem.",
    ):
        assert sentence in told


def test_limit_of_invitations_is_told_at_the_field(
    world: World, session: Session, member: FlaskClient, page: str, clock: FixedClock
) -> None:
    for number in range(10):
        assert send(member, f"{page}/members", email=f"n{number}@x.example").status_code == 303
    answer = send(member, f"{page}/members", email="n10@x.example")
    assert answer.status_code == 422
    assert "10 invitationer i timen" in message_at(answer, "email")
    clock.move(clock.now() + timedelta(minutes=61))
    assert send(member, f"{page}/members", email="n10@x.example").status_code == 303


# ---- the first time -------------------------------------------------------------------------------------------------

APPLY = "/calls/nye-veje/apply"
NEW = {"name": "Ny forening", "kind": "foundation", "cvr": "99999942"}


def counted(session: Session) -> int:
    return len(session.exec(select(Organisation.id)).all())


def test_new_organisation_is_made_with_its_kind(world: World, session: Session, member: FlaskClient) -> None:
    answer = send(member, APPLY, **NEW)
    assert answer.status_code == 303
    made = session.exec(select(Organisation).where(Organisation.name == "Ny forening")).one()
    assert (made.kind, made.cvr, made.staff_years) == (OrganisationKind.FOUNDATION, "99999942", None)


def test_municipal_department_needs_no_number_of_its_own(world: World, session: Session, member: FlaskClient) -> None:
    assert send(member, APPLY, name="Forvaltningen", kind="municipal_department", cvr="").status_code == 303
    made = session.exec(select(Organisation).where(Organisation.name == "Forvaltningen")).one()
    assert made.cvr is None


@pytest.mark.parametrize("field", NEW)
def test_odd_answers_make_no_organisation(world: World, session: Session, member: FlaskClient, field: str) -> None:
    token, before = csrf_token(member), counted(session)
    blank = [("", REFUSED), ("\u200b", REFUSED)]
    for typed, result in [*ODD[field], *blank]:
        if result is REFUSED or result is None:
            answer = member.post(APPLY, data={**NEW, "csrf_token": token, field: typed})
            assert answer.status_code == 422, typed[:40]
            message_at(answer, field)
    assert member.post(APPLY, data={"csrf_token": token}).status_code == 422
    assert counted(session) == before


def test_organisation_of_others_is_not_offered(world: World, session: Session, browser_of: BrowserOf) -> None:
    stranger = world.add_applicant("NY")
    found_organisation(session, OrganisationDraft(name="Kun min"), founder=stranger, at=world.at)
    session.commit()
    told = said(browser_of(stranger).get(APPLY))
    assert "Kun min" in told
    assert "Byhavens" not in told


def test_role_of_staff_offers_no_organisation(world: World, app: Flask, browser_of: BrowserOf) -> None:
    for who in ("SE", "RA", "CM", "AD", "AU"):
        assert world.people[who].role is not Role.APPLICANT
        assert "/organisations/" not in browser_of(world.people[who]).get("/my-tasks").get_data(as_text=True)


def test_filled_form_of_these_tests_is_the_world(world: World, session: Session) -> None:
    """`FILLED` is what stands there already, so that a test changes one thing alone."""
    draft = asdict(OrganisationDraft(name=""))
    assert set(draft) == {COLUMN.get(name, name) for name in FILLED}
