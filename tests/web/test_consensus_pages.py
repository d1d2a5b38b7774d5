"""Does the secretariat see the sheets side by side, and record what the assessors agreed on?"""

from collections.abc import Callable
from typing import Any

import lxml.html
from flask.testing import FlaskClient
from sqlmodel import Session, select

from foundation.identity.roles import Actor
from intake.models import DepartmentRequest, Proposal
from scoring.models import Consensus
from scoring.rules.dimensions import Dimension
from tests.builders import YOUNG, World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]
WIDE = {**YOUNG, Dimension.EVIDENCE: 4, Dimension.NEED: 3}


def address(proposal: Proposal) -> str:
    return f"/proposals/{proposal.reference}/consensus"


def apart(world: World) -> Proposal:
    """RA gave evidence 1 and need 2, S2 gave 4 and 3."""
    proposal = world.answered()
    world.score("RA", proposal)
    world.score("S2", proposal, WIDE)
    return proposal


def agreed(proposal: Proposal, **other: str) -> dict[str, Any]:
    levels = {f"{dimension.value}_score": str(score) for dimension, score in YOUNG.items()}
    return {**levels, "version": str(proposal.version), **other}


def post(browser: FlaskClient, where: str, data: dict[str, Any]) -> Any:
    return browser.post(where, data={"csrf_token": csrf_token(browser, "/privacy"), **data})


def chosen(page: Any, name: str) -> str:
    (option,) = page.xpath(f"//select[@name='{name}']/option[@selected]")
    return str(option.get("value"))


def test_the_page_shows_scores_reasons_and_proposes_the_lower_median(world: World, browser_of: BrowserOf) -> None:
    proposal = apart(world)
    page = lxml.html.fromstring(browser_of(world.people["SE"]).get(address(proposal)).data)
    rows = {row.xpath("./th")[0].text_content(): row for row in page.xpath("//tbody/tr")}
    assert len(rows) == 8
    evidence = " ".join(rows["Evidens"].text_content().split())
    assert "Medarbejder RA, Sociale Forhold og Beskæftigelse 1 Grund for evidence" in evidence
    assert "Medarbejder S2, Sekretariatet 4 Grund for evidence" in evidence
    assert "Uenige" in evidence
    assert "Forskel: 3" in evidence
    assert chosen(page, "need_score") == "2"
    assert [
        chosen(page, f"{dimension.value}_score") for dimension in Dimension if dimension is not Dimension.EVIDENCE
    ] == [str(score) for dimension, score in YOUNG.items() if dimension is not Dimension.EVIDENCE]
    assert chosen(page, "evidence_score") == ""


def test_a_consensus_is_recorded_and_shown(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = apart(world)
    browser = browser_of(world.people["SE"])
    data = agreed(proposal, evidence_score="2", evidence_note="Vi læste undersøgelsen sammen.")
    assert post(browser, address(proposal), data).status_code == 303
    page = browser.get(f"/proposals/{proposal.reference}/assessments").get_data(as_text=True)
    assert "Vi læste undersøgelsen sammen." in page
    anew = lxml.html.fromstring(browser.get(address(proposal)).get_data(as_text=True))
    assert anew.get_element_by_id("evidence_note").text.strip() == "Vi læste undersøgelsen sammen."
    assert chosen(anew, "evidence_score") == ""
    assert page.index(">Konsensus</h2>") < page.index("<h2>Vurdering af modenheden</h2>")


def test_what_was_disputed_needs_a_note(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = apart(world)
    data = agreed(proposal, evidence_score="2", need_note="Vi talte om tallene.")
    answer = post(browser_of(world.people["SE"]), address(proposal), data)
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert page.xpath("//*[@id='evidence_note-error']")
    assert page.get_element_by_id("need_note").text.strip() == "Vi talte om tallene."
    assert chosen(page, "evidence_score") == "2"
    assert session.exec(select(Consensus)).all() == []


def test_an_old_page_keeps_the_text(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = apart(world)
    data = agreed(proposal, evidence_score="2", evidence_note="Vi talte om det.", version=str(proposal.version - 1))
    answer = post(browser_of(world.people["SE"]), address(proposal), data)
    assert answer.status_code == 409
    assert "Vi talte om det." in answer.get_data(as_text=True)
    assert session.exec(select(Consensus)).all() == []


def test_the_page_says_who_is_missing(world: World, browser_of: BrowserOf) -> None:
    proposal = world.answered()
    world.score("RA", proposal)
    answer = browser_of(world.people["SE"]).get(address(proposal))
    assert answer.status_code == 200
    said = answer.get_data(as_text=True)
    assert "Der mangler: Medarbejder S2." in said
    assert "Grund for evidence" not in said


def test_an_assessor_records_no_consensus(world: World, browser_of: BrowserOf) -> None:
    proposal = world.assessed()
    assert browser_of(world.people["S2"]).get(address(proposal)).status_code == 403
    assert browser_of(world.people["RA"]).get(address(proposal)).status_code == 403


def test_the_sorting_page_says_that_the_consensus_is_missing(world: World, browser_of: BrowserOf) -> None:
    proposal = world.assessed()
    browser, page = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/sorting"
    assert "Der mangler konsensus" in browser.get(page).get_data(as_text=True)
    world.agree(proposal)
    assert "Der mangler konsensus" not in browser.get(page).get_data(as_text=True)


def test_case_facts_from_a_page_without_a_version_change_nothing(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.agreed()
    browser, where = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/case-facts"
    sent = {"stop": "no", "stop_source": "Notat", "small_group_reason": "Få i målgruppen."}
    before = fingerprint(session)
    assert post(browser, where, sent).status_code == 422
    old = post(browser, where, {**sent, "version": str(proposal.version - 1)})
    assert old.status_code == 409
    assert fingerprint(session) == before
    assert post(browser, where, {**sent, "version": str(proposal.version)}).status_code == 303

    page = lxml.html.fromstring(old.get_data(as_text=True))
    assert [area.text.strip() for area in page.xpath("//textarea[@readonly]")] == ["Notat", "Få i målgruppen."]


def test_the_pages_tell_which_sheet_does_not_count(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.assessed()
    session.exec(select(DepartmentRequest)).one().is_lead = False
    session.commit()
    browser = browser_of(world.people["SE"])
    for page in ("consensus", "assessments"):
        answer = browser.get(f"/proposals/{proposal.reference}/{page}")
        assert "ller ikke" in answer.get_data(as_text=True), page
