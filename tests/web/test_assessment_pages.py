"""Does the browser answer, score, finish once and open again, and are others' scores hidden until then?"""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from foundation.identity.roles import Actor
from intake.models import Proposal
from intake.queries import find_assignment
from scoring import queries
from scoring.models import Assessment, AssessmentScore, Consensus, DepartmentAnswer
from scoring.rules.dimensions import Dimension
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]
MARKER = "Grund for evidence"

ANSWER = {
    "statement": "Vi ser gerne idéen prøvet.",
    "confirms_gap": "yes",
    "can_pay": "yes",
    "budget_line": "Forsørgelse",
    "amount": "600.000",
    "years": "3",
    "backed_by": "Afdelingschef",
    "has_adverse_facts": "yes",
    "adverse_facts": "Lokalet er opsagt.",
}
SHEET = {
    f"{dimension.value}_{part}": text
    for dimension in Dimension
    for part, text in (("score", "3"), ("reason", "Set i forslaget"), ("evidence", "Afsnit 2"))
}


def path(proposal: Proposal, page: str) -> str:
    return f"/proposals/{proposal.reference}/{page}"


def post(browser: FlaskClient, address: str, data: dict[str, Any]) -> Any:
    return browser.post(address, data={"csrf_token": csrf_token(browser, "/privacy"), **data})


def text_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return " ".join(lxml.html.fromstring(answer.get_data(as_text=True)).text_content().split())


# ---- the department's answer ----------------------------------------------------------------------------------------


def test_an_answer_is_sent_and_shown(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.declared()
    browser = browser_of(world.people["RA"])

    assert post(browser, path(proposal, "answer"), {**ANSWER, "version": "0"}).status_code == 303

    row = session.exec(select(DepartmentAnswer)).one()
    assert (row.amount_ore, row.years, row.adverse_facts) == (600_000_00, 3, "Lokalet er opsagt.")
    shown = text_of(browser_of(world.people["SE"]), path(proposal, "assessments"))
    for words in ("Forsørgelse", "600.000 kr.", "Over hvor mange år? 3", "Ja. Lokalet er opsagt."):
        assert words in shown


@pytest.mark.parametrize("field", ["budget_line", "amount", "years", "backed_by", "has_adverse_facts", "adverse_facts"])
def test_an_answer_with_a_gap_keeps_what_was_typed(
    world: World, session: Session, browser_of: BrowserOf, field: str
) -> None:
    proposal = world.declared()
    answer = post(browser_of(world.people["RA"]), path(proposal, "answer"), {**ANSWER, "version": "0", field: ""})
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert page.get_element_by_id("statement").text.strip() == "Vi ser gerne idéen prøvet."
    assert page.xpath(f"//*[@id='{field}-error']")
    assert session.exec(select(DepartmentAnswer)).all() == []


@pytest.mark.parametrize("years", ["0", "21"])
def test_a_budget_lasts_from_one_to_twenty_years(world: World, browser_of: BrowserOf, years: str) -> None:
    proposal = world.declared()
    data = {**ANSWER, "version": "0", "years": years}
    assert post(browser_of(world.people["RA"]), path(proposal, "answer"), data).status_code == 422


# ---- the score sheet ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["RA", "S2"])
def test_a_sheet_is_finished_once(world: World, session: Session, browser_of: BrowserOf, key: str) -> None:
    proposal = world.answered()
    browser, address = browser_of(world.people[key]), path(proposal, "assessment")
    finish = {**SHEET, "version": "0", "action": "finalise"}
    assert post(browser, address, finish).status_code == 303
    session.expire_all()
    before = fingerprint(session)

    again = post(browser, address, finish)

    assert again.status_code == 409
    assert "Din vurdering er afsluttet" in again.get_data(as_text=True)
    assert fingerprint(session) == before


@pytest.mark.parametrize("part", ["score", "reason", "evidence"])
def test_a_sheet_with_a_gap_is_saved_but_not_finished(
    world: World, session: Session, browser_of: BrowserOf, part: str
) -> None:
    proposal = world.answered()
    browser, address = browser_of(world.people["RA"]), path(proposal, "assessment")
    gaps = {f"need_{part}": "", f"capacity_{part}": ""}
    sent = {**SHEET, **gaps, "version": "0"}

    refused = post(browser, address, {**sent, "action": "finalise"})

    assert refused.status_code == 422
    listed = lxml.html.fromstring(refused.data).xpath("//nav[@aria-labelledby='error-summary-heading']//a")
    told = {
        "score": ("Vælg et niveau for {}.", "need_score-0", "capacity_score-0"),
        "reason": ("Skriv en begrundelse for {}.", "need_reason", "capacity_reason"),
        "evidence": ("Skriv, hvor det står ({}).", "need_evidence", "capacity_evidence"),
    }[part]
    names = ("behov og supplement", "leverandørkapacitet og samarbejde")
    assert [(one.text, one.get("href")) for one in listed] == [
        (told[0].format(name), f"#{anchor}") for name, anchor in zip(names, told[1:], strict=True)
    ]
    assert session.exec(select(Assessment)).all() == []
    assert post(browser, address, {**sent, "action": "save"}).status_code == 303
    assert session.exec(select(Assessment.finalised_at)).all() == [None]


def test_no_level_is_chosen_beforehand_and_the_page_tells_what_script_needs(
    world: World, browser_of: BrowserOf
) -> None:
    proposal = world.answered()
    page = lxml.html.fromstring(browser_of(world.people["RA"]).get(path(proposal, "assessment")).data)
    assert page.xpath("//input[@type='radio'][@checked]") == []
    parts = page.xpath("//*[@data-dimension]")
    assert [part.get("data-dimension") for part in parts] == [dimension.value for dimension in Dimension]
    assert [part.get("data-weight") for part in parts] == ["1", "1", "1", "2", "2", "2", "2", "1"]
    sections = {element.get("id") for element in page.xpath("//h2")}
    for part in parts:
        assert {f"section-{key}" for key in part.get("data-passages").split()} <= sections
        assert part.get("data-passages")
    assert page.xpath("//script[contains(@src, 'assessment.js')][@defer]")


def test_the_sheet_tells_which_version_is_scored(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.answered()
    sheet = world.score("RA", proposal, finalise=False)
    browser, address = browser_of(world.people["RA"]), path(proposal, "assessment")
    assert "Du vurderer udgave 1" in text_of(browser, address)
    sheet.proposal_version = 7
    session.commit()
    assert "Forslaget er sendt i en ny udgave" in text_of(browser, address)

    early = post(browser, address, {**SHEET, "version": str(sheet.version), "action": "finalise"})

    assert early.status_code == 409
    assert "Set i forslaget" in early.get_data(as_text=True)
    session.expire_all()
    version = session.get_one(Assessment, sheet.id).version
    assert post(browser, address, {**SHEET, "version": str(version), "action": "save"}).status_code == 303
    session.expire_all()
    version = session.get_one(Assessment, sheet.id).version
    assert post(browser, address, {**SHEET, "version": str(version), "action": "finalise"}).status_code == 303


def test_a_sheet_is_closed_to_who_does_not_score(world: World, browser_of: BrowserOf) -> None:
    proposal = world.answered()
    world.assigned("RO", proposal, scores=False)
    answer = browser_of(world.people["RO"]).get(path(proposal, "assessment"))
    assert answer.status_code == 403
    assert "ikke give point" in answer.get_data(as_text=True)


def test_a_sheet_of_another_case_is_left_alone(world: World, session: Session, browser_of: BrowserOf) -> None:
    mine, other = world.answered(), world.answered()
    sheet = world.score("RA", other, finalise=False)
    data = {**SHEET, "version": "0", "reference": other.reference, "assessment_id": str(sheet.id)}
    assert post(browser_of(world.people["RA"]), path(mine, "assessment"), data).status_code == 303
    session.expire_all()
    kept = session.get_one(AssessmentScore, (sheet.id, Dimension.NEED))
    assert (kept.score, kept.reason) == (2, "Grund for need")
    reopen = f"/proposals/{mine.reference}/assessments/{sheet.id}/reopen"
    assert post(browser_of(world.people["SE"]), reopen, {"reason": "Forkert sag"}).status_code == 404


def test_an_old_page_keeps_the_text(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.answered()
    world.score("RA", proposal, finalise=False)
    stale = post(browser_of(world.people["RA"]), path(proposal, "assessment"), {**SHEET, "version": "0"})
    assert stale.status_code == 409
    assert "Set i forslaget" in stale.get_data(as_text=True)


def test_a_finished_sheet_is_opened_again(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.agreed()
    sheet = queries.own_assessment(session, proposal.id, world.people["RA"].person_id)
    assert sheet is not None
    browser = browser_of(world.people["SE"])
    assert f"/assessments/{sheet.id}/reopen" in browser.get(path(proposal, "assessments")).get_data(as_text=True)
    address = path(proposal, f"assessments/{sheet.id}/reopen")
    assert post(browser, address, {"reason": ""}).status_code == 422
    assert post(browser, address, {"reason": "Der mangler en kilde."}).status_code == 303
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).assessments_final == 1
    assert post(browser_of(world.people["S2"]), address, {"reason": "Mig selv"}).status_code == 403


# ---- hidden scores --------------------------------------------------------------------------------------------------


def test_others_scores_are_hidden_until_the_own_sheet_is_in(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.answered()
    world.assigned("RO", proposal, scores=False)
    world.score("RA", proposal)
    browsers = {key: browser_of(world.people[key]) for key in ("S2", "RO", "RA", "SE")}
    pages = ("", "/proposal", "/assessments", "/history")

    def told(key: str) -> bool:
        texts = [browsers[key].get(f"/proposals/{proposal.reference}{page}") for page in pages]
        return any(MARKER in answer.get_data(as_text=True) for answer in texts)

    assert {key: told(key) for key in browsers} == {"S2": False, "RO": False, "RA": True, "SE": True}
    assert "1 vurdering er afsluttet" in text_of(browsers["S2"], path(proposal, "assessments"))
    world.score("S2", proposal)
    assert {key: told(key) for key in browsers} == {"S2": True, "RO": False, "RA": True, "SE": True}
    world.agree(proposal)
    assert told("RO")


def test_history_tells_who_scores_nothing_of_the_scores(world: World, browser_of: BrowserOf) -> None:
    proposal = world.agreed()
    world.assigned("RU", proposal)
    told = text_of(browser_of(world.people["RU"]), path(proposal, "history"))
    assert "Vurderernes konsensus" not in told
    assert "1,42" not in told
    assert "1,42" in text_of(browser_of(world.people["SE"]), path(proposal, "history"))


def test_a_begun_sheet_hides_old_numbers_in_the_history(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.agreed()
    world.assigned("IH", proposal)
    world.score("IH", proposal, finalise=False)
    browser, history = browser_of(world.people["IH"]), path(proposal, "history")
    assignment = find_assignment(session, world.people["IH"].person_id, proposal.id)
    assert assignment is not None
    assignment.ended_at = world.at
    session.commit()
    assert "1,42" in text_of(browser, history)

    session.exec(select(Consensus)).one().superseded_at = world.at
    session.commit()

    assert "1,42" not in text_of(browser, history)
    assert MARKER not in text_of(browser, path(proposal, "assessments"))
    assert "1,42" in text_of(browser_of(world.people["SE"]), history)


def test_a_department_finds_its_way_back_to_its_answer(world: World, browser_of: BrowserOf) -> None:
    proposal = world.answered()
    pages = {key: text_of(browser_of(world.people[key]), path(proposal, "assessments")) for key in ("RA", "SE")}
    assert {key: "Ret svaret" in said for key, said in pages.items()} == {"RA": True, "SE": False}


def test_the_list_shows_no_maturity_to_who_is_still_to_score(world: World, browser_of: BrowserOf) -> None:
    done = world.agreed()
    open_case = world.answered()
    browsers = {key: browser_of(world.people[key]) for key in ("SE", "S2")}
    address = "/calls/nye-veje/proposals"
    assert "1,42" in text_of(browsers["SE"], address)
    assert "Enige" in text_of(browsers["SE"], address)
    blind = text_of(browsers["S2"], f"{address}?sort=modenhed")
    assert "1,42" not in blind
    assert "Enige" not in blind
    assert "sort=modenhed" not in browsers["S2"].get(address).get_data(as_text=True)

    world.score("S2", open_case)

    assert "1,42" in text_of(browsers["S2"], address)
    assert done.reference is not None
