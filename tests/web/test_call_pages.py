"""Do the pages of a call do their work, refuse what they must, and keep what was typed?"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, func, select
from werkzeug.test import TestResponse

from foundation.audit import AuditEvent
from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from intake import actions
from intake.models import Call, CallQuestion
from intake.queries import call_draft, focus_areas, questions_of
from intake.rules.call import ExtraKind, FocusArea
from intake.rules.call_draft import QuestionDraft
from scoring.rules.dimensions import SCALE_2026
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

BARE = {
    "title": "Grønne fællesskaber",
    "opens_on": "1.4.2027",
    "opens_time": "9.00",
    "closes_on": "14.5.2027",
    "closes_time": "kl. 12",
}
WHOLE: dict[str, Any] = {
    **BARE,
    "purpose": "Rådet søger indsatser,\nder samler folk.",
    "who_can_apply": "Foreninger med CVR-nummer.",
    "focus_areas": ["homelessness", "deprived_areas"],
    "frame": "9.000.000",
    "per_project_cap": "kr. 3.000.000,-",
    "max_projects": "3",
    "policy": "2026",
    "contact_name": "Sekretariatet",
    "contact_email": "sekretariat@raadslag.example",
}
QUESTION = {"label": "Hvor mange er I?", "kind": "number", "is_required": "y"}
CHOICE = {"label": "Hvor?", "kind": "choice", "options": "Nord\r\n\r\n  Syd  \r\n"}


class Desk:
    """The secretariat's browser, with its token, and the call that it works on."""

    def __init__(self, browser: FlaskClient, session: Session) -> None:
        self.browser, self.session = browser, session
        self.token = csrf_token(browser, "/privacy")
        self.slug = "groenne-faellesskaber"

    @property
    def call(self) -> Call:
        self.session.expire_all()
        return self.session.exec(select(Call).where(Call.slug == self.slug)).one()

    def post(self, page: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        sent = {"csrf_token": self.token, **(data or {}), **more}
        return self.browser.post(page if page.startswith("/") else f"/calls/{self.slug}/{page}", data=sent)

    def read(self, page: str) -> dict[str, Any]:
        """The version that stands on a page."""
        found = re.search(r'name="version"[^>]*value="(\d+)"', self.text(page))
        assert found, page
        return {"version": found[1]}

    def text(self, page: str) -> str:
        return shown(self.browser.get(page if page.startswith("/") else f"/calls/{self.slug}/{page}"))

    def created(self, data: dict[str, Any] = WHOLE) -> Desk:
        answer = self.post("/calls/new", data)
        assert answer.status_code == 303, messages(answer)
        self.slug = answer.headers["Location"].split("/")[2]
        return self

    def published(self) -> Desk:
        answer = self.created().post("publish", self.read("publish"))
        assert answer.status_code == 303, messages(answer)
        return self


def shown(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def words(answer: TestResponse) -> str:
    """What a page says, without its markup."""
    text: str = lxml.html.fromstring(answer.get_data(as_text=True)).text_content()
    return text.replace("\u00a0", " ")


def messages(answer: TestResponse) -> dict[str, str]:
    """The message at each field of a page."""
    found = re.findall(r'id="(\w+)-error"><span class="sr-only">Fejl: </span>(.*?)</span>', shown(answer), re.S)
    return dict(found)


@pytest.fixture
def desk(world: World, session: Session, browser_of: BrowserOf) -> Desk:
    return Desk(browser_of(world.people["SE"]), session)


# ---- the walk of one call -----------------------------------------------------------------------------------------


def test_call_is_created_written_and_published_in_the_browser(desk: Desk) -> None:
    assert "Opret et call" in desk.text("/my-tasks")
    desk.created(BARE)
    assert "Grønne fællesskaber" in desk.text("/my-tasks")
    assert "9 ting mangler, før det kan offentliggøres." in desk.text("manage")

    assert 'value="1.4.2027"' in desk.text("edit")
    assert desk.post("edit", WHOLE, **desk.read("edit")).status_code == 303
    draft = call_draft(desk.session, desk.call)
    assert (draft.opens_at, draft.closes_at) == (
        datetime(2027, 4, 1, 7, tzinfo=UTC),
        datetime(2027, 5, 14, 10, tzinfo=UTC),
    )
    assert (draft.frame_ore, draft.per_project_cap_ore, draft.max_projects) == (9_000_000_00, 3_000_000_00, 3)
    assert draft.focus_areas == (FocusArea.HOMELESSNESS, FocusArea.DEPRIVED_AREAS)
    assert draft.purpose == "Rådet søger indsatser,\nder samler folk."

    assert desk.post("questions", CHOICE, **desk.read("questions")).status_code == 303
    assert "Forhåndsvisning" in desk.text("preview")
    assert "Alt er på plads" in desk.text("publish")
    assert desk.post("publish", desk.read("publish")).status_code == 303
    assert (desk.call.year, desk.call.number) == (2027, 2)
    assert "Callet blev offentliggjort som nummer 2 i 2027. Det åbner 1. april 2027 kl. 09.00" in desk.text("manage")


def test_published_call_is_extended_and_cancelled_in_the_browser(desk: Desk, world: World) -> None:
    """The world's own call is open, and two people of AO write in it."""
    desk.slug = world.call.slug
    actions.start_proposal(desk.session, world.call, world.organisations["AO"], actor=world.people["AO"], at=world.at)
    desk.session.commit()
    later = {"closes_on": "1.4.2027", "closes_time": "12.00", "reason": "Skolerne har ferie."}

    assert "Fristen er nu 11. marts 2027 kl. 12.00" in words(desk.browser.get(f"/calls/{desk.slug}/extend"))
    assert desk.post("extend", later, **desk.read("extend")).status_code == 303
    assert desk.call.closes_at == datetime(2027, 4, 1, 10, tzinfo=UTC)
    page = desk.text("manage")
    assert "Fristen blev udsat fra 11. marts 2027 kl. 12.00 til 1. april 2027 kl. 12.00." in page
    assert "Begrundelse: Skolerne har ferie." in page
    assert "ao@x.example" in desk.session.exec(select(OutgoingMail.to_address)).all()

    contact = {"contact_name": "Nyt navn", "contact_email": "nyt@x.example"}
    assert desk.post("contact", contact, **desk.read("contact")).status_code == 303
    assert "Kontaktens navn, Kontaktens mailadresse." in desk.text("manage")

    assert desk.post("cancel", {"reason": "Der er ikke penge nok."}, **desk.read("cancel")).status_code == 303
    public = shown(desk.browser.get(f"/calls/{desk.slug}"))
    assert "Callet er aflyst" in public
    assert "Der er ikke penge nok." in public
    assert "Start et forslag" not in public
    assert desk.browser.get("/").get_data(as_text=True).count("Nye veje") == 0


def test_own_questions_in_the_browser(desk: Desk) -> None:
    desk.created()
    assert "Callet har ingen egne spørgsmål endnu." in desk.text("questions")
    for data in (QUESTION, CHOICE):
        assert desk.post("questions", data, **desk.read("questions")).status_code == 303
    first, second = desk.session.exec(select(CallQuestion).order_by(col(CallQuestion.position))).all()
    assert (second.kind, second.options, second.is_required) == (ExtraKind.CHOICE, ["Nord", "Syd"], False)

    page = f"questions/{second.id}"
    assert "Nord\nSyd</textarea>" in desk.text(page).replace("\r", "")
    assert desk.post(page, {**CHOICE, "label": "Hvor i byen?"}, **desk.read(page)).status_code == 303
    assert desk.post(f"{page}/move", desk.read(page), direction="up").status_code == 303
    text = desk.text("questions")
    assert text.index("1. Hvor i byen?") < text.index("2. Hvor mange er I?")
    assert desk.post(f"questions/{first.id}/remove", desk.read(page)).status_code == 303
    assert "Hvor mange er I?" not in desk.text("questions").split("Tilføj et spørgsmål")[0]
    assert desk.browser.get(f"/calls/{desk.slug}/questions/{first.id}").status_code == 404


def test_question_of_another_call_is_not_found(desk: Desk, world: World) -> None:
    other = desk.created().call
    actions.add_call_question(
        desk.session,
        other,
        QuestionDraft(ExtraKind.NUMBER, "Hvor mange?"),
        version=other.version,
        actor=world.people["SE"],
        at=world.at,
    )
    desk.session.commit()
    question = desk.session.exec(select(CallQuestion.id)).one()
    desk.created()
    before = fingerprint(desk.session)
    assert desk.browser.get(f"/calls/{desk.slug}/questions/{question}").status_code == 404
    for act in ("", "/move", "/remove"):
        version = {"version": str(desk.call.version)}
        assert desk.post(f"questions/{question}{act}", {**QUESTION, **version}).status_code == 404
    assert fingerprint(desk.session) == before


# ---- the public page ----------------------------------------------------------------------------------------------


def test_everything_is_told_before_anybody_signs_in(desk: Desk, client: FlaskClient) -> None:
    desk.created()
    for data in (QUESTION, CHOICE):
        desk.post("questions", data, **desk.read("questions"))
    desk.post("publish", desk.read("publish"))

    page = words(client.get(f"/calls/{desk.slug}"))

    for text in (
        *("Rådet søger indsatser,\nder samler folk.", "Foreninger med CVR-nummer.", "Flere hjemløse i egen bolig"),
        *("Der er 9.000.000 kr. i alt.", "Hvert projekt kan højst få 3.000.000 kr.", "Højst 3 projekter kan få penge."),
        *("En donation kan højst være 100.000 kr.", "1. april 2027 kl. 09.00", "14. maj 2027 kl. 12.00"),
        *("Formalia: senest cirka 31. maj 2027.", "Rådet: senest cirka 20. september 2027."),
        *("PDF, Word (docx), Excel (xlsx), PNG og JPG", "10 MB", "50 filer", "sekretariat@raadslag.example"),
        *("Callets egne spørgsmål", "Hvor mange er I?", "Vælg mellem: Nord · Syd", "Modningsdialog eller afslag."),
    ):
        assert (text in page) is True, text
    assert "Flere unge i job" not in page
    for question in questions_of(desk.session, desk.call).questions:
        for part in (question.label, question.hint, question.why, question.example):
            assert part in page, part
        assert all(column.label in page for column in question.columns)
    for criterion in SCALE_2026.criteria:
        assert criterion.name in page
        assert all(level in page for level in criterion.levels)


def test_preview_is_the_public_page_as_it_will_be(desk: Desk, client: FlaskClient) -> None:
    desk.created()
    assert client.get(f"/calls/{desk.slug}").status_code == 404
    preview = desk.text("preview")
    assert "Callet er en kladde. Kun sekretariatet kan se det." in preview
    assert desk.post("publish", desk.read("publish")).status_code == 303
    public = shown(client.get(f"/calls/{desk.slug}"))

    def content(page: str) -> str:
        return page.split('class="two-column-main"')[1].split("<footer>")[0]

    assert content(preview) == content(public)
    assert desk.browser.get(f"/calls/{desk.slug}/preview").status_code == 409


def test_preview_of_a_call_with_nothing_in_it_stands(desk: Desk) -> None:
    desk.created({**BARE, "policy": ""})
    assert "Ikke oplyst" in desk.text("preview")


# ---- before publication -------------------------------------------------------------------------------------------


def test_publication_says_all_that_is_missing_and_where_to_mend_it(desk: Desk) -> None:
    desk.created({**BARE, "policy": ""})
    page = desk.text("publish")
    assert "Offentliggør callet</button>" not in page
    for field in (
        *("purpose", "who_can_apply", "focus_areas-0", "frame", "per_project_cap", "max_projects", "policy"),
        *("contact_name", "contact_email"),
    ):
        assert f"/calls/{desk.slug}/edit#{field}" in page
        assert f'id="{field}"' in desk.text("edit")
    before = fingerprint(desk.session)
    answer = desk.post("publish", version=str(desk.call.version))
    assert answer.status_code == 409
    assert "Skriv, hvad Rådet søger." in shown(answer)
    assert fingerprint(desk.session) == before


def test_call_whose_opening_has_passed_is_not_published(desk: Desk, clock: FixedClock) -> None:
    desk.created({**WHOLE, "opens_on": "1.3.2027", "opens_time": "12.05"})
    read = desk.read("publish")
    clock.move(clock.now() + timedelta(minutes=6))
    answer = desk.post("publish", read)
    assert answer.status_code == 409
    assert "Åbningen ligger før nu." in shown(answer)


# ---- the nights when the clock is turned --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["opens", "closes"])
def test_hour_that_does_not_exist_is_refused_at_its_field(desk: Desk, name: str) -> None:
    data = {**WHOLE, "closes_on": "28.3.2027", "opens_on": "28.3.2027", "opens_time": "1.30", "closes_time": "4.30"}
    before = fingerprint(desk.session)
    answer = desk.post("/calls/new", {**data, f"{name}_time": "2.30"})
    assert answer.status_code == 422
    assert list(messages(answer)) == [f"{name}_time"]
    assert "Klokken 02.30 den 28.3.2027 findes ikke" in messages(answer)[f"{name}_time"]
    assert "Rådet søger indsatser,\nder samler folk.</textarea>" in shown(answer).replace("\r", "")
    assert f'name="{name}_turn"' not in shown(answer)
    assert fingerprint(desk.session) == before


@pytest.mark.parametrize(("turn", "hour"), [("summer_time", 0), ("winter_time", 1)])
@pytest.mark.parametrize("name", ["opens", "closes"])
def test_hour_that_comes_twice_is_asked_about(desk: Desk, name: str, turn: str, hour: int) -> None:
    data = {**WHOLE, "opens_on": "30.10.2027", "closes_on": "30.11.2027"}
    if name == "closes":
        data["opens_on"] = "1.10.2027"
    data |= {f"{name}_on": "31.10.2027", f"{name}_time": "2.30"}
    asked = desk.post("/calls/new", data)
    assert asked.status_code == 422
    assert "findes to gange" in messages(asked)[f"{name}_turn"]
    assert shown(asked).count(f'name="{name}_turn"') == 2
    assert 'value="Grønne fællesskaber"' in shown(asked)

    desk.created({**data, f"{name}_turn": turn})
    at = getattr(desk.call, f"{name}_at")
    assert at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
    edit = desk.text("edit")
    assert re.search(rf'checked[^>]*name="{name}_turn"[^>]*value="{turn}"', edit)
    assert desk.post("edit", {**data, f"{name}_turn": turn}, **desk.read("edit")).status_code == 303
    assert getattr(desk.call, f"{name}_at") == at


def test_turn_is_only_asked_where_it_is_needed(desk: Desk) -> None:
    assert "_turn" not in desk.text("/calls/new")
    desk.created({**WHOLE, "opens_turn": "winter_time"})
    assert desk.call.opens_at == datetime(2027, 4, 1, 7, tzinfo=UTC)
    assert "_turn" not in desk.text("edit")


def test_extension_to_both_nights(desk: Desk, world: World) -> None:
    desk.slug = world.call.slug
    night = {"closes_on": "28.3.2027", "closes_time": "2.30", "reason": "Ferie", **desk.read("extend")}
    assert list(messages(desk.post("extend", night))) == ["closes_time"]
    double = {**night, "closes_on": "31.10.2027"}
    assert list(messages(desk.post("extend", double))) == ["closes_turn"]
    assert desk.post("extend", {**double, "closes_turn": "winter_time"}).status_code == 303
    assert desk.call.closes_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


# ---- two at once --------------------------------------------------------------------------------------------------


def test_later_writer_is_told_and_keeps_the_text(desk: Desk) -> None:
    read = desk.created().read("edit")
    question = desk.read("questions")
    assert desk.post("edit", {**WHOLE, "title": "Den første"}, **read).status_code == 303
    before = fingerprint(desk.session)
    for page, data in (
        ("edit", {**WHOLE, "purpose": "Min lange tekst om fællesskab"}),
        ("questions", {**QUESTION, "label": "Min lange tekst om fællesskab"}),
    ):
        late = desk.post(page, data, **(read if page == "edit" else question))
        assert late.status_code == 409
        assert "En anden har gemt imens" in shown(late)
        assert "Min lange tekst om fællesskab" in shown(late)
        assert ("Hvad søger Rådet?" if page == "edit" else "Spørgsmålet") in shown(late)
    assert desk.post("publish", read).status_code == 409
    assert fingerprint(desk.session) == before


@pytest.mark.parametrize("page", ["edit", "questions", "publish", "contact", "extend", "cancel"])
def test_version_that_is_missing_or_made_up_writes_nothing(desk: Desk, world: World, page: str) -> None:
    if page in ("contact", "extend", "cancel"):
        desk.slug = world.call.slug
    else:
        desk.created()
    data = {**WHOLE, **QUESTION, "closes_on": "1.6.2027", "reason": "Fordi"}
    before = fingerprint(desk.session)
    assert desk.post(page, data).status_code in (409, 422)
    for version in ("", "x", "-1", "99999999999999999999", "7000"):
        assert desk.post(page, {**data, "version": version}).status_code in (409, 422), version
    assert fingerprint(desk.session) == before


# ---- bad answers --------------------------------------------------------------------------------------------------

NOTHING = ["", "   ", "\u00a0", "\u200b", "\ufeff", "\u3164", "\u2800", "\u202e", "\x00"]
ODD = [
    *("a\x00b", "a\x01\x0b\x0c\x1b\x85b", "a\ufffeb\uffff", "a\u202eb\u2066c", "مرحبا", "שלום"),
    *("A\u030a \u0131 ð ĸ", "👩\u200d👩\u200d👧", "а\u0441", "e" + "\u0301" * 1000, "x" * 100_000, "ord " * 30_000),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>", "javascript:alert(1)"),
    *("[link](https://ond.example)", "{{7*7}}", "{% include 'x' %}", "${7*7} #{7*7} %s %n {0.__class__}"),
    *("</w:t><w:p>", "<!-- ]]> &amp; { INCLUDETEXT }", "'; DROP TABLE call;--", "%_%", "=1+1", "@SUM(A1)", "\t=1"),
    *(
        "NaN",
        "Infinity",
        "-1",
        "-0",
        "0",
        "0,001",
        "1e5",
        "1_000",
        "0x10",
        "½",
        "IX",
        "١٢٣",
        "१२३",
        "１２３",
        "10" * 2500,
    ),
    *("100,000.00", "100,000", "10.00", "1.0.0", "9223372036854775808", "1000000000000"),
    *("31-02-2027", "29.2.2027", "1.1.0001", "31.12.9999", "2026-1-1", "01/02", "i morgen", "1.1.1950", "1.4.2067"),
    *("24.00", "12.60", "kl.", "25", "12.5", "1200", "-1.00", "12.00.00", "kl. 99"),
    *("a@b.dk\nBcc: x@y.dk", "a@b.dk, c@d.dk", "Bo <bo@x.example>", "010190-1234"),
]
TAKEN: dict[str, set[str]] = {
    **{name: set() for name in ("opens_on", "closes_on", "contact_email", "most_words")},
    **{name: set() for name in ("policy", "kind", "focus_areas")},
    **{name: {"0", "10.00"} for name in ("opens_time", "closes_time")},
    **{name: {"25", "1200"} for name in ("frame", "per_project_cap")},
    "max_projects": {"25"},
}
"""What of ODD a field that reads a date, a time, a number, an address or a choice may take: all others read text."""
CHOSEN = {"policy", "kind", "focus_areas", "is_required"}

REQUIRED = {
    "/calls/new": ("title", "opens_on", "opens_time", "closes_on", "closes_time"),
    "questions": ("label", "kind"),
    "contact": ("contact_name", "contact_email"),
    "extend": ("closes_on", "closes_time", "reason"),
    "cancel": ("reason",),
}
FORMS: dict[str, dict[str, Any]] = {
    "/calls/new": WHOLE,
    "questions": {**QUESTION, "hint": "", "most_words": "", "options": ""},
    "contact": {"contact_name": "Nyt navn", "contact_email": "nyt@x.example"},
    "extend": {"closes_on": "1.6.2027", "closes_time": "12.00", "reason": "Ferie"},
    "cancel": {"reason": "Ingen penge"},
}


def counts(session: Session) -> list[int]:
    tables = (Call, CallQuestion, AuditEvent, OutgoingMail)
    return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def on_form(desk: Desk, world: World, page: str) -> dict[str, Any]:
    """The good answers of a page, with the version that stands on it."""
    if page == "questions":
        desk.created()
    elif page != "/calls/new":
        desk.slug = world.call.slug
    return {**FORMS[page], **({} if page == "/calls/new" else desk.read(page))}


@pytest.mark.parametrize("page", FORMS)
def test_what_must_be_there_is_asked_for_at_its_field(desk: Desk, world: World, page: str) -> None:
    good = on_form(desk, world, page)
    before = fingerprint(desk.session)
    for field in REQUIRED[page]:
        for nothing in NOTHING:
            answer = desk.post(page, {**good, field: nothing})
            assert (answer.status_code, list(messages(answer))) == (422, [field]), (field, nothing)
        without = {name: value for name, value in good.items() if name != field}
        assert list(messages(desk.post(page, without))) == [field], field
    assert fingerprint(desk.session) == before


@pytest.mark.parametrize("page", FORMS)
def test_odd_answers_are_refused_at_their_field_or_stored_as_text(desk: Desk, world: World, page: str) -> None:
    """An odd answer stands in all fields of a sort at once.

    Those that read something must each say so, those that take text may say so, and what is taken alone by a field
    that reads something is on its list.
    """
    good = on_form(desk, world, page)
    read, written = set(FORMS[page]) & set(TAKEN), set(FORMS[page]) - set(TAKEN)
    for number, odd in enumerate(ODD):
        faulty = {name for name in read if odd not in TAKEN[name] and (name not in CHOSEN or number < 3)}
        # A day is held against the other day and the hours, and only where all of them can be read.
        days = [{name} for name in faulty if name.endswith("_on")]
        for names in filter(None, [*days, faulty - set().union(*days)]):
            told, status = try_odd(desk, page, good, dict.fromkeys(names, odd))
            assert status == 422, (odd[:30], told)
            assert names <= set(told) <= names | {"opens_on", "closes_on"}, (odd[:30], told)
        taken = {name for name in read - faulty if odd in TAKEN[name]} | (written - CHOSEN)
        for names in ({name} for name in taken) if taken - written else (taken,):
            # A title of its own, or the search for a free address would be what takes the time.
            told, status = try_odd(desk, page, good, {"title": f"Call {number}", **dict.fromkeys(names, odd)})
            assert set(told) <= names | {"opens_on", "closes_on"}, (odd[:30], told)
            if status == 303 and page != "/calls/new":
                good = {**FORMS[page], "version": return_to(desk, world)}


def try_odd(desk: Desk, page: str, good: dict[str, Any], changed: dict[str, str]) -> tuple[dict[str, str], int]:
    """What is told at which field, and the status; a refusal stores nothing."""
    before = counts(desk.session)
    answer = desk.post(page, {**good, **changed})
    assert answer.status_code in {303, 422}, (list(changed), answer.status_code)
    if answer.status_code == 422:
        assert messages(answer)
        assert counts(desk.session) == before, list(changed)
    return messages(answer), answer.status_code


def return_to(desk: Desk, world: World) -> str:
    """The call as it was before a good answer, so that the next one can be tried; its version."""
    call = desk.call
    call.cancelled_at, call.cancel_reason = None, ""
    call.closes_at = world.at + timedelta(days=40 if call.published_at is None else 10)
    desk.session.add(call)
    for row in (*desk.session.exec(select(CallQuestion)), *desk.session.exec(select(OutgoingMail))):
        desk.session.delete(row)
    desk.session.commit()
    return str(call.version)


@pytest.mark.parametrize(
    ("field", "most"), [("title", 200), ("purpose", 10_000), ("who_can_apply", 10_000), ("contact_name", 200)]
)
def test_text_of_just_the_length_is_taken_and_one_more_is_not(desk: Desk, field: str, most: int) -> None:
    for text in ("x" * most, "😀" * (most // 2), "x\r\n" * ((most - 2) // 2) + "xx" if most > 200 else "y" * most):
        desk.created({**WHOLE, field: text})
    for text in ("x" * (most + 1), "😀" * (most // 2) + "x"):
        answer = desk.post("/calls/new", {**WHOLE, field: text})
        assert (answer.status_code, list(messages(answer))) == (422, [field])
        assert "Forkort den med 1 tegn." in messages(answer)[field]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"closes_on": "1.4.2027", "closes_time": "9.00"}, "closes_on"),
        ({"closes_on": "1.3.2027"}, "closes_on"),
        ({"closes_on": "1.5.2067"}, "closes_on"),
        ({"opens_on": "1.5.1950"}, "opens_on"),
        ({"opens_on": "1.5.2067", "closes_on": "1.6.2067"}, "opens_on"),
        ({"focus_areas": ["homelessness", "x"]}, "focus_areas"),
        ({"policy": "1999"}, "policy"),
        ({"max_projects": "1000"}, "max_projects"),
    ],
)
def test_answers_that_do_not_fit_are_refused(desk: Desk, changed: dict[str, Any], field: str) -> None:
    before = fingerprint(desk.session)
    answer = desk.post("/calls/new", {**WHOLE, **changed})
    assert (answer.status_code, list(messages(answer))) == (422, [field])
    assert fingerprint(desk.session) == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "essay"}, "kind"),
        ({"kind": "long_text"}, "most_words"),
        ({"kind": "long_text", "most_words": "2001"}, "most_words"),
        ({"most_words": "20"}, "most_words"),
        ({"options": "Ja\nNej"}, "options"),
        ({"kind": "choice", "options": "Ja"}, "options"),
        ({"kind": "choice", "options": "Ja\nJA"}, "options"),
        ({"kind": "choice", "options": "Ja\n" + "x" * 101}, "options"),
        ({"kind": "choice", "options": "\n".join(map(str, range(21)))}, "options"),
        ({"hint": "x" * 501}, "hint"),
    ],
)
def test_question_that_cannot_be_asked_is_refused_and_kept(desk: Desk, changed: dict[str, Any], field: str) -> None:
    read = desk.created().read("questions")
    before = fingerprint(desk.session)
    answer = desk.post("questions", {**QUESTION, **changed, **read})
    assert (answer.status_code, list(messages(answer))) == (422, [field])
    assert 'value="Hvor mange er I?"' in shown(answer)
    assert fingerprint(desk.session) == before


def test_fields_that_are_not_on_the_form_are_not_read(desk: Desk, world: World) -> None:
    """Mass assignment, doubles, arrays, and files where a text belongs."""
    foreign = {
        **{"id": str(world.call.id), "slug": "nye-veje", "year": "1999", "number": "77", "published_at": "2027-01-01"},
        **{"question_set_id": "core-2026", "last_number": "5", "cancelled_at": "2027-01-01", "state": "open"},
        **{"opens_at": "2027-01-01", "frame_ore": "1", "title[]": "x", "call_id": str(world.call.id)},
    }
    call = desk.created({**WHOLE, **foreign, "version": "9"}).call
    assert (call.slug, call.year, call.number, call.published_at, call.cancelled_at, call.last_number) == (
        *("groenne-faellesskaber", 2027, None),
        *(None, None, 0),
    )
    assert (call.frame_ore, call.question_set_id) == (9_000_000_00, "core-2027")
    desk.created({**WHOLE, "title": ["Den første", "Den anden"]})
    assert desk.call.title == "Den første"
    answer = desk.post("/calls/new", {**WHOLE, "title": (BytesIO(b"x"), "titel.txt")})
    assert list(messages(answer)) == ["title"]


@pytest.mark.parametrize(
    "page", ["/calls/new", *(f"/calls/nye-veje/{page}" for page in ("contact", "extend", "cancel"))]
)
def test_body_of_another_kind_is_refused(desk: Desk, page: str) -> None:
    before = fingerprint(desk.session)
    headers = {"X-CSRFToken": desk.token}
    for body, kind in ((b'{"title": "x"}', "application/json"), (b"<title>x</title>", "application/xml")):
        assert desk.browser.post(page, data=body, content_type=kind, headers=headers).status_code == 415
    raw = f"csrf_token={desk.token}&title=%ff%ed%a0%80&reason=%ff".encode()
    answer = desk.browser.post(page, data=raw, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert fingerprint(desk.session) == before


HOSTILE = '<script>alert("x")</script> {{7*7}} </w:t> & "citat"'


def test_hostile_text_is_shown_as_text_everywhere(desk: Desk, client: FlaskClient) -> None:
    desk.created({**WHOLE, "title": HOSTILE, "purpose": HOSTILE, "who_can_apply": HOSTILE, "contact_name": HOSTILE})
    data = {"label": HOSTILE, "kind": "choice", "hint": HOSTILE, "options": f"{HOSTILE}\nNej"}
    assert desk.post("questions", data, **desk.read("questions")).status_code == 303
    pages = [desk.browser.get(f"/calls/{desk.slug}/{page}") for page in ("edit", "questions", "preview", "publish")]
    assert desk.post("publish", desk.read("publish")).status_code == 303
    pages += [desk.browser.get(f"/calls/{desk.slug}/{page}") for page in ("manage", "contact", "cancel")]
    pages += [desk.browser.get("/my-tasks"), client.get("/"), client.get(f"/calls/{desk.slug}")]
    for page in pages:
        raw = page.get_data(as_text=True)
        assert page.status_code == 200
        assert "<script>alert" not in raw
        assert ">49<" not in raw
        assert "{{7*7}}" in raw


def test_front_page_shows_no_draft(desk: Desk, client: FlaskClient) -> None:
    desk.created()
    assert "Grønne fællesskaber" not in shown(client.get("/"))


def test_auditor_is_offered_published_calls_alone(desk: Desk, world: World, browser_of: BrowserOf) -> None:
    desk.created()
    page = shown(browser_of(world.people["AU"]).get("/my-tasks"))
    assert ("Nye veje" in page, "Grønne fællesskaber" in page) == (True, False)


def test_focus_areas_can_be_taken_away_again(desk: Desk) -> None:
    desk.created()
    without = {name: value for name, value in WHOLE.items() if name != "focus_areas"}
    assert desk.post("edit", without, **desk.read("edit")).status_code == 303
    assert focus_areas(desk.session, desk.call.id) == []
