"""Do comparison and map of a call show what their reader may see, at a fixed price, and nothing of anything else?"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session

from foundation.identity.roles import Actor
from intake.models import ConflictDeclaration, Proposal
from intake.rules.agreement import Agreement
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring.models import BusinessCaseChoice, BusinessCaseRow, CaseFact
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import SomResult, som_to_json
from scoring.rules.discounting import RATES_2021
from tests.builders import World
from tests.rights.stage import statements
from tests.web.test_ranking_page import add, plain

BrowserOf = Callable[[Actor], FlaskClient]
COMPARE, MAP = "/calls/nye-veje/compare", "/calls/nye-veje/map"
SOM: dict[str, Any] = {
    "cost_ore": 100_000_00,
    "saving_ore": 200_000_00,
    "payback_year": 3,
    "model_version": "3.1",
    "calculated_on": date(2027, 2, 1),
}


def page_of(browser: FlaskClient, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return lxml.html.fromstring(answer.data)


def compared(page: Any) -> list[dict[str, str]]:
    return [
        {plain(row.xpath("dt")[0]): plain(row.xpath("dd")[0]) for row in case.xpath(".//dl/div")}
        for case in page.xpath("//section[contains(@class, 'compared-case')]")
    ]


def asked(*numbers: int) -> str:
    return f"{COMPARE}?" + "&".join(f"sag=2027-01-{number:03}" for number in numbers)


def choose_case(world: World, proposal: Proposal, npv_ore: int) -> None:
    """A result of SØM, chosen."""
    person, at = world.people["SE"].person_id, world.at
    row = BusinessCaseRow(
        proposal_id=proposal.id,
        origin=BusinessCaseOrigin.SOM,
        content=som_to_json(SomResult(npv_ore=npv_ore, **SOM)),
        rates_id=RATES_2021.id,
        proposal_version=1,
        saved_by=person,
        saved_at=at,
    )
    world.session.add(row)
    world.session.flush()
    world.session.add(
        BusinessCaseChoice(
            proposal_id=proposal.id,
            business_case_id=row.id,
            reason="Bedst belyst.",
            chosen_by=person,
            chosen_at=at + timedelta(minutes=1),
        )
    )
    world.session.commit()


def test_a_case_is_shown_in_all_its_parts(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = add(world, 1, Track.SOCIAL_INVESTMENT, title="Skolen", agreement=Agreement.DIVIDED, participants=60)
    session.add(
        CaseFact(
            proposal_id=proposal.id,
            key="risk_level",
            value="medium",
            reason="Få henvisninger.",
            recorded_by=world.people["SE"].person_id,
            recorded_at=world.at,
        )
    )
    session.commit()
    (found,) = compared(page_of(browser_of(world.people["SE"]), asked(1)))

    scores = found.pop("De otte dimensioner")
    assert "Behov og supplement 3 af 4" in scores
    assert "Målgruppe Ikke vurderet" in scores
    assert found == {
        "Beløb": "100.000 kr.",
        "Borgere": "60",
        "Pris pr. borger": "1.667 kr.",
        "Modenhed": "2,00",
        "Enighed": "Delte",
        "Spor": "Social investering",
        "Det afgørende": "Grund.",
        "Kan forvaltningen betale?": "Ingen forvaltning er spurgt",
        "Forventet gevinst i dagens værdi": "Ikke beregnet",
        "Hvor sikkert er sporet?": "Ikke prøvet",
        "Risiko": "Middel Få henvisninger.",
    }


def test_what_the_departments_said_stands_there(world: World, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    (found,) = compared(page_of(browser_of(world.people["SE"]), f"{COMPARE}?sag={proposal.reference}"))
    assert found["Kan forvaltningen betale?"].startswith("Sociale Forhold og Beskæftigelse (hovedansvar): ")


def test_an_unknown_a_foreign_and_a_closed_case_are_refused_in_the_same_words(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    seen = add(world, 1, Track.DONATION, title="Haven")
    world.free_of_conflict("IH", seen)
    closed = add(world, 2, Track.DONATION, title="LUKKETHEMMELIG", amount_sought_ore=12_345_00)
    add(world, 3, Track.DONATION, title="IKKESPURGT")
    add(world, 4, Track.DONATION, title="IKKESORTERET", state=State.MATURITY_ASSESSMENT)
    session.add(
        ConflictDeclaration(
            proposal_id=closed.id, person_id=world.people["IH"].person_id, has_conflict=True, declared_at=world.at
        )
    )
    session.commit()
    browser = browser_of(world.people["IH"])
    page = page_of(browser, asked(1, 2, 3, 4, 999))
    said = [plain(one) for one in page.xpath("//*[contains(@class, 'alert-text')]")]

    assert len(compared(page)) == 1
    assert said == [
        f"Vi kan ikke vise 2027-01-{number}. Det er ikke et sorteret forslag i dette call, som du har adgang til."
        for number in ("002", "003", "004", "999")
    ]
    for text in (plain(page), plain(page_of(browser, MAP))):
        for leak in ("LUKKETHEMMELIG", "IKKESPURGT", "IKKESORTERET", "12.345"):
            assert leak not in text
    assert "2027-01-002" not in plain(page_of(browser, MAP))
    assert "LUKKETHEMMELIG" in plain(page_of(browser_of(world.people["SE"]), asked(2)))


def test_whoever_scores_a_case_does_not_compare_it(world: World, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    address = f"{COMPARE}?sag={proposal.reference}"
    assert len(compared(page_of(browser_of(world.people["SE"]), address))) == 1
    assert compared(page_of(browser_of(world.people["S2"]), address)) == []
    assert proposal.title not in plain(page_of(browser_of(world.people["S2"]), MAP))


def test_five_are_shown_and_the_sixth_is_told_of(world: World, browser_of: BrowserOf) -> None:
    for number in range(1, 7):
        add(world, number, Track.DONATION, title=f"Forslag {number}")
    browser = browser_of(world.people["AU"])
    page = page_of(browser, asked(6, 5, 5, 4, 3, 2, 1))

    assert [plain(one) for one in page.xpath("//h2[contains(@id, 'case-')]")] == [
        f"Forslag {number}" for number in (6, 5, 4, 3, 2)
    ]
    assert "De første 5 er vist, og 1 er ikke med." in plain(page)
    assert "Vælg op til 5 forslag" in plain(page_of(browser, COMPARE))


def test_one_and_five_cost_the_same(world: World, browser_of: BrowserOf, connection: Connection) -> None:
    browser = browser_of(world.people["SE"])
    for number in range(1, 6):
        choose_case(world, add(world, number, Track.DONATION, title="Haven"), 10_000_00)
    for one, many in ((asked(1), asked(1, 2, 3, 4, 5)), (MAP, MAP)):
        page_of(browser, many)
        with statements(connection) as few:
            page_of(browser, one)
        with statements(connection) as all_of_them:
            page_of(browser, many)
        assert len(few.queries) == len(all_of_them.queries) <= 12


@pytest.mark.parametrize("measure", ["gain", "price"])
def test_the_map_draws_a_link_and_a_row_for_each_case(world: World, browser_of: BrowserOf, measure: str) -> None:
    choose_case(world, add(world, 1, Track.DONATION, title="Haven", participants=40), -1_500_000_00)
    choose_case(world, add(world, 2, Track.SOCIAL_INVESTMENT, title="Skolen", participants=20), 2_000_000_00)
    add(world, 3, Track.REFUSED, title="Planen", maturity_e4=None)
    page = page_of(browser_of(world.people["SE"]), f"{MAP}?y={measure}")
    titles = [plain(one) for one in page.xpath("//svg//a/title")]

    figures = {"gain": ("-1.500.000 kr.", "2.000.000 kr."), "price": ("2.500 kr.", "5.000 kr.")}[measure]
    words = {"gain": "forventet gevinst i dagens værdi", "price": "pris pr. borger"}[measure]
    assert titles == [
        f"2027-01-001 Haven: Donation, modenhed 2,00, 40 borgere, {words} {figures[0]}",
        f"2027-01-002 Skolen: Social investering, modenhed 2,00, 20 borgere, {words} {figures[1]}",
    ]
    assert page.xpath("//svg//a/@href") == ["/proposals/2027-01-001", "/proposals/2027-01-002"]
    rows = [[plain(cell) for cell in row.xpath("th|td")] for row in page.xpath("//table//tbody/tr")]
    assert [row[2:] for row in rows] == [
        ["2,00", "40", "100.000 kr.", "2.500 kr.", "-1.500.000 kr."],
        ["2,00", "20", "100.000 kr.", "5.000 kr.", "2.000.000 kr."],
        ["Ikke vurderet", "30", "100.000 kr.", "3.333 kr.", "Ikke beregnet"],
    ]
    (left_out,) = page.xpath("//p[starts-with(normalize-space(), 'Ikke på kortet')]")
    assert left_out.xpath("a/@href") == ["/proposals/2027-01-003"]


def test_reviewers_applicants_and_the_council_have_neither(world: World, browser_of: BrowserOf) -> None:
    add(world, 1, Track.DONATION, title="HEMMELIG")
    for key in ("AO", "RA", "CM", "MA", "AD"):
        for address in (asked(1), MAP):
            assert browser_of(world.people[key]).get(address).status_code == 403, key
    for address in (COMPARE, MAP):
        assert browser_of(world.people["SE"]).get(address.replace("nye-veje", "intet")).status_code == 404


def test_the_list_offers_boxes_when_asked_and_only_for_what_can_be_compared(
    world: World, browser_of: BrowserOf
) -> None:
    add(world, 1, Track.DONATION, title="Haven")
    add(world, 2, Track.DONATION, title="Køkkenet", state=State.MATURITY_ASSESSMENT).track = None
    world.session.commit()
    browser, address = browser_of(world.people["SE"]), "/calls/nye-veje/proposals"
    page = page_of(browser, address)
    assert page.xpath("//input[@name='sag']") == []
    (way,) = page.xpath("//a[normalize-space()='Vælg forslag at sammenligne']/@href")
    page = page_of(browser, way)
    assert page.xpath("//input[@name='sag']/@value") == ["2027-01-001"]
    assert page.xpath("//form[.//input[@name='sag']]/@action") == [COMPARE]
    assert all("pick=1" in href for href in page.xpath("//nav[contains(@class, 'sort-links')]//a/@href"))
    assert page.xpath(f"//a[@href='{MAP}']")
