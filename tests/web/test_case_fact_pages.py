"""Can the secretariat write the facts of a case in the browser, see what is missing, and lose nothing?"""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from intake.models import Proposal
from scoring import queries
from scoring.queries import FactRecord
from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.goal_payers import GoalPayer, PayerKind
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]


def path(proposal: Proposal) -> str:
    return f"/proposals/{proposal.reference}/case-facts"


def fields(browser: FlaskClient, where: str) -> dict[str, str]:
    """What the page's form holds, as it would be sent."""
    page = lxml.html.fromstring(browser.get(where).data)
    form = page.xpath("//main//form[.//input[@name='version']]")[0]
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values() if name != "csrf_token"}


def post(browser: FlaskClient, proposal: Proposal, **answers: str) -> Any:
    sent = {**fields(browser, path(proposal)), **answers, "csrf_token": csrf_token(browser, "/privacy")}
    return browser.post(path(proposal), data=sent)


def faults(answer: Any) -> list[str]:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return [link.get("href").removeprefix("#") for link in page.xpath("//*[@data-module='error-summary']//a")]


def held(answer: Any) -> dict[str, str]:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    form = page.xpath("//main//form[.//input[@name='version']]")[0]
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}


def test_the_facts_are_written_and_stand_on_the_page_with_who_and_when(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    answer = post(
        browser,
        proposal,
        stop="no",
        stop_source="Samtale med ansøgeren",
        payback_months="24,5",
        payback_months_source="Regneark",
        contract_value="1.000.000",
        contract_value_source="Budgettet",
        risk_level="low",
        risk_level_source="Forslaget",
        risk_level_reason="Tørke. Så vander de selv.",
        goal_0_payer="department",
        goal_0_name="Sundhed og Omsorg",
        goal_0_confirmed="yes",
        goal_payers_source="Mail",
    )
    assert answer.status_code == 303
    known = {key: (one.value, one.source) for key, one in queries.fact_records(session, proposal.id).items()}
    goal = proposal.answers["result_goals"][0]["indicator"]
    assert known == {
        "stop": (False, "Samtale med ansøgeren"),
        "payback_months": ("24.5", "Regneark"),
        "contract_value": (1_000_000_00, "Budgettet"),
        "risk_level": ("low", "Forslaget"),
        "goal_payers": (
            [{"goal": goal, "payer": "department", "name": "Sundhed og Omsorg", "confirmed": True}],
            "Mail",
        ),
    }
    assert queries.goal_payers(session, proposal) == (GoalPayer(goal, PayerKind.DEPARTMENT, "Sundhed og Omsorg", True),)
    again = fields(browser, path(proposal))
    assert (again["payback_months"], again["contract_value"], again["goal_0_confirmed"]) == (
        "24,5",
        "1.000.000",
        "yes",
    )
    said = browser.get(path(proposal)).get_data(as_text=True)
    assert said.count("Skrevet af Medarbejder SE") == 5
    assert "1. marts 2027" in said


def test_saving_an_untouched_page_writes_nothing(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.ready_to_sort(), browser_of(world.people["SE"])
    browser.get(path(proposal))
    before = fingerprint(session)
    assert post(browser, proposal).status_code == 303
    assert fingerprint(session) == before


def test_every_fact_has_its_place_and_the_contents_link_to_what_is_missing(world: World, browser_of: BrowserOf) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    post(browser, proposal, stop="no", stop_source="Notat")
    page = lxml.html.fromstring(browser.get(path(proposal)).data)
    places = {f"fact-{question.key}" for question in FACT_QUESTIONS}
    assert places <= set(page.xpath("//@id"))
    links = {link.removeprefix("#") for link in page.xpath("//nav[@aria-labelledby='contents-heading']//@href")}
    assert links <= set(page.xpath("//@id"))
    idle = {f"fact-{one.key}" for one in FACT_QUESTIONS if one.kind == "reason"} | {"fact-lawyer_looked"}
    missing = places - {"fact-stop"} - idle
    assert {link for link in links if link.startswith("fact-")} == missing
    contents = page.xpath("//nav[@aria-labelledby='contents-heading']//li")
    assert " ".join(contents[0].text_content().split()) == "Stop: der mangler ikke noget."


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"stop": "no"}, ["stop_source"]),
        ({"stop": "yes", "stop_source": "Notat"}, ["stop_reason"]),
        ({"municipal": "yes", "municipal_source": "Notat"}, ["municipal_reason"]),
        ({"goal_0_confirmed": "yes", "goal_payers_source": "Mail"}, ["goal_0_payer"]),
        ({"goal_0_confirmed": "no"}, ["goal_payers_source"]),
        ({"contract_value": "1.000.00"}, ["contract_value"]),
        ({"contract_value": "9" * 5000}, ["contract_value"]),
        ({"contract_value": "-1"}, ["contract_value"]),
        ({"payback_months": "NaN"}, ["payback_months"]),
        ({"outcome_fund_share": "100,01"}, ["outcome_fund_share"]),
        ({"procurement_regime": "anything"}, ["procurement_regime"]),
        ({"stop": "maybe"}, ["stop-0"]),
        ({"stop": "no", "stop_source": "x" * 301}, ["stop_source"]),
        ({"stop": "no", "stop_source": "Notat om 010190-1234"}, ["stop_source"]),
    ],
)
def test_what_cannot_be_stored_comes_back_at_its_field_with_the_rest(
    world: World, session: Session, browser_of: BrowserOf, answers: dict[str, str], wrong: list[str]
) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    browser.get(path(proposal))
    before = fingerprint(session)
    answer = post(browser, proposal, small_group_reason="Gruppen er særlig.", **answers)
    assert (answer.status_code, faults(answer)) == (422, wrong)
    assert fingerprint(session) == before
    assert held(answer)["small_group_reason"] == "Gruppen er særlig."


def test_a_suggestion_is_filled_in_when_asked_and_stored_only_when_saved(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    first = fields(browser, path(proposal))
    assert (first["small_organisation"], first["small_organisation_source"]) == ("unknown", "")
    before = fingerprint(session)
    answer = post(browser, proposal, action="take:small_organisation", stop_reason="Skrevet imens.")
    filled = held(answer)
    assert (answer.status_code, filled["small_organisation"], filled["stop_reason"]) == (200, "yes", "Skrevet imens.")
    assert filled["small_organisation_source"].startswith("Organisationens egne oplysninger: 0 årsværk")
    assert fingerprint(session) == before
    assert post(browser, proposal, action="take:stop").status_code == 400

    saved = browser.post(path(proposal), data={**filled, "csrf_token": csrf_token(browser, "/privacy")})
    assert saved.status_code == 303
    record = queries.fact_records(session, proposal.id)["small_organisation"]
    assert (record.value, record.source) == (True, filled["small_organisation_source"])


def test_the_payers_stand_beside_what_departments_and_applicant_say(world: World, browser_of: BrowserOf) -> None:
    proposal = world.answered()
    said = browser_of(world.people["SE"]).get(path(proposal)).get_data(as_text=True)
    assert "MSB:" in said
    assert "Ansøgeren skriver, at her spares penge: Sundhed og Omsorg" in said
    assert "Mål 1: Ældre, som har to at ringe til" in said


def test_the_legal_check_is_told_part_by_part(world: World, browser_of: BrowserOf) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    post(
        browser,
        proposal,
        procurement_regime="light",
        procurement_regime_source="Jurist",
        procurement_regime_reason="Det er en ydelse.",
        procurement_route="direct",
        procurement_route_source="Jurist",
        procurement_route_reason="Kun én kan.",
        economic_activity="no",
        economic_activity_source="Forslaget",
    )
    said = " ".join(browser.get(path(proposal)).get_data(as_text=True).split())
    assert "Udbud: Tærsklen for 2027 er ikke skrevet ind." in said
    assert "Statsstøtte: Indsatsen er ikke økonomisk aktivitet." in said
    assert "Varighed: Indsatsen varer højst tre år." in said
    assert "Databeskyttelse: Det er ikke oplyst" in said


def test_the_history_tells_which_answers_changed_and_how(world: World, browser_of: BrowserOf) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    post(browser, proposal, data_protection="unsettled", data_protection_source="Sagen", data_protection_reason="Nej.")
    post(browser, proposal, data_protection="processor", contract_value="5000", contract_value_source="Budget")
    post(browser, proposal, contract_value_source="Nyt budget")
    said = " ".join(browser.get(f"/proposals/{proposal.reference}/history").get_data(as_text=True).split())
    assert "Fra »Det er ikke afklaret« til »Der bliver lavet en databehandleraftale«" in said
    assert "Fra »ikke oplyst« til »5.000 kr.«" in said
    assert "Svaret er stadig »5.000 kr.«, men kilde eller begrundelse er ny" in said


def test_an_older_page_loses_no_text(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.answered(), browser_of(world.people["SE"])
    old = fields(browser, path(proposal))
    assert post(browser, proposal, stop="no", stop_source="Først").status_code == 303
    sent = {**old, "stop": "no", "stop_source": "Sidst", "csrf_token": csrf_token(browser, "/privacy")}
    answer = browser.post(path(proposal), data=sent)
    assert answer.status_code == 409
    assert "Sidst" in answer.get_data(as_text=True)
    record = queries.fact_records(session, proposal.id)["stop"]
    assert isinstance(record, FactRecord)
    assert record.source == "Først"
