"""Does the browser show the formal check, and take a proposal through return, answer, rejection, letters and notes?"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from foundation.clock import FixedClock
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from intake import actions
from intake.models import CaseNote, FormalCheck, FormalReturn, Letter, Proposal
from intake.queries import verified_items
from intake.rules.formal_check import DEMANDS, CheckOutcome, ItemDraft
from intake.rules.lifecycle import State
from tests.builders import ANSWERS, World, a_png, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]
NO_BUDGET = ItemDraft(CheckOutcome.MISSING, "Skriv, hvad koordinatoren skal lave.")
MARKER = "Hemmeligt notat 4711"


def page_of(answer: TestResponse) -> Any:
    return lxml.html.fromstring(answer.get_data(as_text=True))


def words_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", str(page_of(answer).get_element_by_id("main-content").text_content()))


def filled(answer: TestResponse) -> dict[str, Any]:
    """The page's largest form as a browser would send it."""
    form = max(page_of(answer).forms, key=lambda one: len(one.fields))
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        if name in sent:
            sent[name] = [*(sent[name] if isinstance(sent[name], list) else [sent[name]]), value]
        else:
            sent[name] = value
    return sent


def post(browser: FlaskClient, path: str, data: dict[str, Any], **own: Any) -> TestResponse:
    return browser.post(path, data={**data, **own})


def checked_as(answer: TestResponse, rule: str) -> list[str]:
    return [str(one.get("value")) for one in page_of(answer).xpath(f"//input[@name='{rule}_outcome'][@checked]")]


# ---- the check ------------------------------------------------------------------------------------------------------


def test_page_fills_in_what_the_machine_is_sure_of_alone(world: World, browser_of: BrowserOf) -> None:
    proposal = world.submitted(ties="yes", ties_explained="Kassereren er gift med en ansat.")
    shown = browser_of(world.people["SE"]).get(f"/proposals/{proposal.reference}/formal-check")
    assert {rule: checked_as(shown, rule) for rule in DEMANDS} == {
        rule: [] if rule == "EL17" else ["ok"] for rule in DEMANDS
    }
    assert "»Kassereren er gift med en ansat.«" in words_of(shown)


def test_check_is_saved_and_shown_with_name_and_date(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.submitted()
    path = f"/proposals/{proposal.reference}/formal-check"
    browser = browser_of(world.people["SE"])

    answer = post(browser, path, filled(browser.get(path)), EL10_outcome="missing", EL10_note="Skriv mere.")

    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).state is State.FORMAL_CHECK
    shown = browser.get(path)
    assert checked_as(shown, "EL10") == ["missing"]
    assert "Set efter af Medarbejder SE 1. marts 2027" in words_of(shown)
    assert f'href="/proposals/{proposal.reference}/return"' in shown.get_data(as_text=True)
    assert f'href="/proposals/{proposal.reference}/reject"' not in shown.get_data(as_text=True)


def test_formalities_in_order_leads_on_to_the_departments(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.submitted()
    path = f"/proposals/{proposal.reference}/formal-check"
    browser = browser_of(world.people["SE"])

    answer = post(browser, path, filled(browser.get(path)), action="pass")

    assert answer.status_code == 303
    assert answer.location == f"/proposals/{proposal.reference}/route"
    assert session.exec(select(FormalCheck.outcome)).all() == [CheckOutcome.OK]


def test_pass_with_something_open_saves_nothing_and_says_what(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.submitted()
    path = f"/proposals/{proposal.reference}/formal-check"
    browser = browser_of(world.people["SE"])
    data = filled(browser.get(path))
    before = fingerprint(session)

    answer = post(browser, path, data, EL3_outcome="missing", EL3_note="Nummeret er slettet.", action="pass")

    assert answer.status_code == 422
    assert "EL3" in words_of(answer)
    assert "Nummeret er slettet." in answer.get_data(as_text=True)
    assert fingerprint(session) == before


def test_note_is_asked_for_at_its_field_and_the_rest_is_kept(world: World, browser_of: BrowserOf) -> None:
    proposal = world.submitted()
    path = f"/proposals/{proposal.reference}/formal-check"
    browser = browser_of(world.people["SE"])
    answer = post(browser, path, filled(browser.get(path)), EL4_outcome="not_eligible", EL9_note="Bliver stående.")
    assert answer.status_code == 422
    assert page_of(answer).xpath("//*[@id='EL4_note-error']")
    assert "Bliver stående." in answer.get_data(as_text=True)


def test_stale_check_keeps_what_was_typed(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.submitted()
    path = f"/proposals/{proposal.reference}/formal-check"
    browser = browser_of(world.people["SE"])
    old = filled(browser.get(path))
    post(browser, path, old)

    answer = post(browser, path, old, EL10_outcome="missing", EL10_note="Koordinatorens timer mangler.")

    assert answer.status_code == 409
    assert "En anden har gemt" in words_of(answer)
    assert "Koordinatorens timer mangler." in answer.get_data(as_text=True)
    session.expire_all()
    assert verified_items(session, proposal.id)["EL10"].item.outcome is CheckOutcome.OK


def test_department_that_applies_is_asked_for(world: World, session: Session, browser_of: BrowserOf) -> None:
    organisation = world.organisations["AO"]
    organisation.kind = OrganisationKind.MUNICIPAL_DEPARTMENT
    session.add(organisation)
    proposal = world.submitted()
    path = f"/proposals/{proposal.reference}/formal-check"
    browser = browser_of(world.people["SE"])
    data = filled(browser.get(path))

    refused = post(browser, path, data, action="pass")
    assert refused.status_code == 422
    assert page_of(refused).xpath("//*[@id='applicant_department-error']")

    assert post(browser, path, data, action="pass", applicant_department="MBU").status_code == 303
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).applicant_department == "MBU"


# ---- the return -----------------------------------------------------------------------------------------------------


def test_letter_is_drafted_without_writing_and_sent_as_it_stands(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.submitted()
    world.verified(proposal, EL10=NO_BUDGET)
    path = f"/proposals/{proposal.reference}/return"
    browser = browser_of(world.people["SE"])
    data = filled(browser.get(path))
    assert (data["sections"], data["due_on"], data["asked_for"].strip()) == ("money", "15.3.2027", NO_BUDGET.note)
    before = fingerprint(session)

    drafted = post(browser, path, data, action="draft")

    assert drafted.status_code == 200
    assert fingerprint(session) == before
    data = filled(drafted)
    assert "- Skriv, hvad koordinatoren skal lave." in data["letter"]

    sent = post(browser, path, data, letter=data["letter"].strip() + "\r\nKærlig hilsen", action="send")

    assert sent.status_code == 303
    letter = session.exec(select(Letter)).one()
    mail = session.exec(select(OutgoingMail).where(OutgoingMail.dedup_key == f"letter:{letter.id}")).one()
    assert letter.body == data["letter"].strip().replace("\r\n", "\n") + "\nKærlig hilsen"
    assert (mail.body, mail.to_address, mail.subject) == (
        letter.body,
        "ao@x.example",
        f"Der mangler noget i jeres forslag {proposal.reference}",
    )
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).state is State.RETURNED


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"due_on": "13.3.2027"}, "due_on"),
        ({"due_on": "1.3.2027"}, "due_on"),
        ({"letter": ""}, "letter"),
        ({"asked_for": " "}, "asked_for"),
        ({"sections": []}, "sections"),
    ],
)
def test_return_with_something_wrong_keeps_the_letter(
    world: World, session: Session, browser_of: BrowserOf, own: dict[str, Any], field: str
) -> None:
    proposal = world.submitted()
    world.verified(proposal, EL10=NO_BUDGET)
    path = f"/proposals/{proposal.reference}/return"
    browser = browser_of(world.people["SE"])
    data = {**filled(browser.get(path)), "letter": "Et brev, der er skrevet.", **own}
    before = fingerprint(session)
    answer = post(browser, path, data, action="send")
    assert answer.status_code == 422
    assert page_of(answer).xpath(f"//*[@id='{field}-error']")
    assert ("Et brev, der er skrevet." in answer.get_data(as_text=True)) is ("letter" not in own)
    assert fingerprint(session) == before


def test_a_second_return_is_refused_and_not_offered(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.returned()
    clock.move(clock.now() + timedelta(days=2))
    actions.submit_proposal(
        session, proposal, world.call, actor=world.people["AO"], at=clock.now(), base_url="http://localhost"
    )
    session.commit()
    world.verified(proposal, EL10=NO_BUDGET)
    browser = browser_of(world.people["SE"])
    check = browser.get(f"/proposals/{proposal.reference}/formal-check").get_data(as_text=True)
    assert f'href="/proposals/{proposal.reference}/return"' not in check
    path = f"/proposals/{proposal.reference}/return"
    shown = browser.get(path)
    assert "kun sendes retur én gang" in words_of(shown)
    assert post(browser, path, filled(shown), letter="Brev", action="send").status_code == 409
    assert len(session.exec(select(FormalReturn)).all()) == 1


# ---- the applicant's answer -----------------------------------------------------------------------------------------


def test_applicant_is_told_what_is_missing_and_until_when(world: World, browser_of: BrowserOf) -> None:
    proposal = world.returned()
    browser = browser_of(world.people["AO"])
    for path in ("/my-tasks", f"/proposals/{proposal.reference}", f"/drafts/{proposal.id}/sections/money"):
        words = words_of(browser.get(path))
        assert NO_BUDGET.note in words, path
        assert "senest 15. marts 2027" in words, path
    assert browser.get(f"/drafts/{proposal.id}").location == f"/drafts/{proposal.id}/sections/idea"


def test_what_is_missing_stands_first_on_the_applicants_page(world: World, browser_of: BrowserOf) -> None:
    proposal, _newer = world.returned(), world.submitted(title="Et nyere forslag")
    page = page_of(browser_of(world.people["AO"]).get("/my-tasks"))
    (told,) = page.xpath("//*[@role='alert']")
    assert told.xpath(".//li/text()") == ["Skriv, hvad koordinatoren skal lave."]
    assert told.xpath(".//a/@href") == [f"/drafts/{proposal.id}"]
    assert "senest 15. marts 2027" in " ".join(told.text_content().split())
    assert not page.xpath("//*[@role='alert']/preceding::ul[@class='task-list']")


def test_only_what_was_opened_can_be_changed(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.returned(sections=("money",))
    browser = browser_of(world.people["AO"])
    closed = browser.get(f"/drafts/{proposal.id}/sections/idea")
    assert closed.status_code == 200
    assert "Denne del er lukket" in words_of(closed)
    assert ANSWERS["summary"] in words_of(closed)
    assert page_of(closed).xpath("//textarea") == []
    files = browser.get(f"/drafts/{proposal.id}/files")
    assert "Bilagene er lukket" in words_of(files)
    assert page_of(files).xpath("//input[@type='file']") == []
    token = csrf_token(browser, "/privacy")
    before = fingerprint(session)

    saved = post(
        browser,
        f"/drafts/{proposal.id}/sections/idea",
        {"csrf_token": token, "revision": "0", "summary": "Helt nyt resumé", "action": "stay"},
    )
    attached = post(
        browser,
        f"/drafts/{proposal.id}/files/add",
        {"csrf_token": token, "files": (BytesIO(a_png()), "plan.png")},
    )

    assert saved.status_code == 409
    assert "Helt nyt resumé" in saved.get_data(as_text=True)
    assert attached.status_code == 422
    assert "lukket" in words_of(attached)
    assert fingerprint(session) == before


def test_answer_is_sent_after_the_call_has_closed_and_the_check_shows_it(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.returned()
    clock.move(world.call.closes_at + timedelta(days=1))
    browser = browser_of(world.people["AO"])
    path = f"/drafts/{proposal.id}/sections/idea"
    data = {**filled(browser.get(path)), "summary": "En have, og nu med koordinator.", "action": "next"}
    saved = post(browser, path, data)
    assert saved.location == f"/drafts/{proposal.id}/sections/money"
    check = browser.get(f"/drafts/{proposal.id}/check")
    assert "Send forslaget" in words_of(check)
    assert "Fortryd" not in words_of(check)
    assert f"/drafts/{proposal.id}/sections/results" not in check.get_data(as_text=True)

    sent = post(browser, f"/drafts/{proposal.id}/submit", {"csrf_token": csrf_token(browser, "/privacy")})

    assert sent.status_code == 303
    officer = browser_of(world.people["SE"])
    shown = officer.get(f"/proposals/{proposal.reference}/formal-check")
    words = words_of(shown)
    assert "Det har ansøgeren ændret" in words
    changed = page_of(shown).xpath("//section[@class='changed-answers']//dd")
    assert [one.text_content() for one in changed] == [ANSWERS["summary"], "En have, og nu med koordinator."]
    assert "Hvilket problem vil I løse" not in words
    assert "Set efter af" not in words
    assert checked_as(shown, "EL10") == ["ok"]
    history = words_of(officer.get(f"/proposals/{proposal.reference}/history"))
    assert "sendte det, der manglede (udgave 2)" in history


def test_others_read_what_was_sent_while_the_applicant_writes(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.returned()
    actions.save_section(session, proposal, "idea", {"summary": "Halvt skrevet"}, actor=world.people["AO"], at=world.at)
    session.commit()
    for who, seen in (("AO", True), ("SE", False), ("AU", False)):
        words = words_of(browser_of(world.people[who]).get(f"/proposals/{proposal.reference}/proposal"))
        assert ("Halvt skrevet" in words) is seen
        assert (str(ANSWERS["summary"]) in words) is not seen


# ---- the rejection --------------------------------------------------------------------------------------------------


def test_rejection_is_drafted_edited_and_sent(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.submitted()
    world.verified(proposal, EL10=ItemDraft(CheckOutcome.NOT_ELIGIBLE, NO_BUDGET.note), EL12=NO_BUDGET)
    path = f"/proposals/{proposal.reference}/reject"
    browser = browser_of(world.people["SE"])
    data = filled(browser.get(path))
    assert data["rules"] == "EL10"  # What is missing and was never asked for is no ground.
    assert data["considerations"].strip() == NO_BUDGET.note
    before = fingerprint(session)
    drafted = post(browser, path, data, action="draft")
    assert fingerprint(session) == before
    data = filled(drafted)
    assert "Ankestyrelsen" in data["letter"]

    sent = post(browser, path, data, action="send")

    assert sent.status_code == 303
    letter = session.exec(select(Letter)).one()
    assert letter.body == data["letter"].strip().replace("\r\n", "\n")
    words = words_of(browser_of(world.people["AO"]).get(f"/proposals/{proposal.reference}/letters"))
    assert "partsaktindsigt" in words


def test_rejection_before_the_deadline_of_a_return_is_refused(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.returned()
    path = f"/proposals/{proposal.reference}/reject"
    browser = browser_of(world.people["SE"])
    letter = f"Vi må sige nej. {NO_BUDGET.note}"
    data = {**filled(browser.get(path)), "letter": letter, "action": "send"}
    before = fingerprint(session)
    refused = post(browser, path, data)
    assert refused.status_code == 409
    assert "Vi må sige nej." in refused.get_data(as_text=True)
    assert fingerprint(session) == before

    clock.move(clock.now() + timedelta(days=15))
    browser = browser_of(world.people["SE"])
    data = {**filled(browser.get(path)), "letter": letter, "action": "send"}
    assert post(browser, path, data).status_code == 303


# ---- letters, notes, the case worker --------------------------------------------------------------------------------


def test_applicant_reads_the_letters_but_not_who_wrote_them(world: World, browser_of: BrowserOf) -> None:
    proposal = world.returned()
    path = f"/proposals/{proposal.reference}/letters"
    for who, named in (("AO", False), ("SE", True), ("AU", True)):
        words = words_of(browser_of(world.people[who]).get(path))
        assert NO_BUDGET.note in words
        assert "til ao@x.example" in words
        assert ("af Medarbejder SE" in words) is named
    assert browser_of(world.people["AX"]).get(path).status_code == 404


def test_applicant_is_told_of_no_case_worker(world: World, browser_of: BrowserOf) -> None:
    proposal = world.checked()
    path = f"/proposals/{proposal.reference}"
    assert "Sagsbehandler: Medarbejder SE" in words_of(browser_of(world.people["SE"]).get(path))
    assert "Medarbejder SE" not in browser_of(world.people["AO"]).get(path).get_data(as_text=True)


def test_note_is_written_and_shown_with_both_days(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.checked()
    path = f"/proposals/{proposal.reference}/notes"
    browser = browser_of(world.people["SE"])
    answer = post(browser, path, filled(browser.get(path)), text=MARKER, happened_on="26.2.2027")
    assert answer.status_code == 303
    words = words_of(browser.get(path))
    assert f"Skete 26. februar 2027, skrevet 1. marts 2027 kl. 12.00 af Medarbejder SE {MARKER}" in words


@pytest.mark.parametrize(
    ("own", "field"),
    [({"text": "CPR 010203-1234"}, "text"), ({"text": ""}, "text"), ({"happened_on": "2.3.2027"}, "happened_on")],
)
def test_note_that_must_not_be_comes_back(
    world: World, session: Session, browser_of: BrowserOf, own: dict[str, str], field: str
) -> None:
    proposal = world.checked()
    path = f"/proposals/{proposal.reference}/notes"
    browser = browser_of(world.people["SE"])
    answer = post(browser, path, {**filled(browser.get(path)), "text": "Et møde.", **own})
    assert answer.status_code == 422
    assert page_of(answer).xpath(f"//*[@id='{field}-error']")
    assert session.exec(select(CaseNote)).all() == []


def test_notes_never_reach_the_applicant(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.returned()
    officer = world.people["SE"]
    actions.write_note(session, proposal, text=MARKER, happened_on=world.at.date(), actor=officer, at=world.at)
    both = replace(officer, person_id=world.people["AO"].person_id)  # The same person also works for the office.
    actions.write_note(session, proposal, text=MARKER, happened_on=world.at.date(), actor=both, at=world.at)
    session.commit()
    browser = browser_of(world.people["AO"])
    reference = proposal.reference
    pages = [
        "/my-tasks",
        f"/proposals/{reference}",
        f"/proposals/{reference}/proposal",
        f"/proposals/{reference}/history",
        f"/proposals/{reference}/letters",
        f"/proposals/{reference}/versions",
        f"/drafts/{proposal.id}/check",
        "/my-data/download",
    ]
    for path in pages:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        text = answer.get_data(as_text=True)
        assert MARKER not in text, path
        assert "notat" not in text.lower(), path
    assert browser.get(f"/proposals/{reference}/notes").status_code == 403
    shown = browser_of(officer)
    assert MARKER in shown.get(f"/proposals/{reference}/notes").get_data(as_text=True)
    assert MARKER in shown.get("/my-data/download").get_data(as_text=True)
    assert MARKER not in shown.get(f"/proposals/{reference}/history").get_data(as_text=True)


def test_case_worker_is_chosen_among_those_who_may(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.checked()
    path = f"/proposals/{proposal.reference}/case-worker"
    browser = browser_of(world.people["SE"])
    shown = browser.get(path)
    offered = [option.text for option in page_of(shown).xpath("//select[@name='case_worker']/option")]
    assert offered == ["Vælg en sagsbehandler", "Medarbejder IH", "Medarbejder S2", "Medarbejder SE"]
    chosen = str(world.people["S2"].person_id)

    assert post(browser, path, filled(shown), case_worker=chosen).status_code == 303

    session.expire_all()
    assert str(session.get_one(Proposal, proposal.id).case_worker_id) == chosen
    refused = post(browser, path, filled(browser.get(path)), case_worker=str(world.people["RA"].person_id))
    assert refused.status_code == 422
