"""Are business cases filled in, corrected and chosen in the browser, with every fault at its cell and nothing lost?"""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from foundation.identity.roles import Actor
from intake.models import Proposal
from scoring.business_case_queries import business_cases, chosen_business_case
from scoring.rules.business_case_origins import BusinessCaseOrigin
from tests.builders import World, csrf_token
from tests.conftest import NOON
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]

CASE = {
    "version": "0",
    "origin": "department",
    "first_year": "2027",
    "intakes-0-year": "0",
    "intakes-0-participants": "60",
    "costs-0-year": "0",
    "costs-0-kind": "delivery",
    "costs-0-amount": "1.500.000",
    "costs-1-year": "1",
    "costs-1-kind": "delivery",
    "costs-1-amount": "1500000",
    "goals-0-name": "Job i seks måneder",
    "goals-0-success": "35,0 %",
    "goals-0-deadweight": "15",
    "goals-0-deadweight_reason": "",
    "savings-0-goal": "",
    "savings-0-payer": "Beskæftigelse",
    "savings-0-sector": "municipality",
    "savings-0-per_success": "130.000",
    "savings-0-starts_after": "2",
    "savings-0-years": "5",
    "savings-0-drop_off": "20",
    "source": "Enhedspriser for 2026",
    "reason": "",
    "action": "save",
}
"""The worked example, whose answer is known."""


def path(proposal: Proposal, page: str = "") -> str:
    return f"/proposals/{proposal.reference}/business-case{page}"


def post(browser: FlaskClient, address: str, data: dict[str, Any]) -> Any:
    return browser.post(address, data={"csrf_token": csrf_token(browser, "/my-tasks"), **data})


def text_of(answer: Any) -> str:
    return " ".join(lxml.html.fromstring(answer.get_data(as_text=True)).text_content().split())


def stored(session: Session) -> list[str]:
    return fingerprint(session)["business_case"]


def test_lead_department_starts_from_the_applicants_figures_and_saves_its_own(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.declared(), browser_of(world.people["RA"])
    page = lxml.html.fromstring(browser.get(path(proposal, "/edit")).get_data(as_text=True))
    shown = {name: page.get_element_by_id(name).value for name in ("costs-0-amount", "goals-0-success", "first_year")}
    assert shown == {"costs-0-amount": "95.000", "goals-0-success": "65", "first_year": "2027"}
    assert page.xpath("//input[@name='origin']") == []

    assert post(browser, path(proposal, "/edit"), CASE).status_code == 303
    told = text_of(browser_of(world.people["AU"]).get(path(proposal)))
    for words in (
        "Forvaltningens tal",
        "1.694.982 kr.",
        "4 år efter start (2031)",
        "27,70 %",
        "-627.147 kr.",
        "766.130 kr.",
        "Finansministeriets samfundsøkonomiske diskonteringsrente fra 7. januar 2021",
        "Besparelse 1: sektor, beløbet, hvornår den begynder, hvor længe den varer, frafaldet",
    ):
        assert words in told


FAULTS: list[tuple[dict[str, str], str, str]] = [
    ({"goals-0-success": "101"}, "goals-0-success", "højst være 100"),
    ({"goals-0-success": "35.5"}, "goals-0-success", "Mente du 35,5"),
    ({"goals-0-success": "NaN"}, "goals-0-success", "kan ikke læses som et tal"),
    ({"goals-0-deadweight": "-5"}, "goals-0-deadweight", "ikke være negativt"),
    ({"goals-0-deadweight": "0"}, "goals-0-deadweight_reason", "sjældent helt nul"),
    ({"goals-0-name": "", "goals-0-success": "", "goals-0-deadweight": ""}, "goals-0-name", "Skriv mindst ét mål."),
    ({"intakes-0-participants": "1000000000"}, "intakes-0-participants", "højst være 1.000.000"),
    ({"intakes-0-participants": ""}, "intakes-0-participants", "hvor mange der begynder"),
    ({"costs-0-amount": "9" * 30}, "costs-0-amount", "for stort"),
    ({"costs-0-amount": "-1"}, "costs-0-amount", "ikke være negativt"),
    ({"costs-1-kind": ""}, "costs-1-kind", "slags udgift"),
    ({"savings-0-years": "61"}, "savings-0-years", "højst være 60"),
    ({"savings-0-starts_after": "101"}, "savings-0-starts_after", "højst være 100"),
    ({"savings-0-goal": "2"}, "savings-0-goal", "hvilket mål"),
    ({"savings-0-sector": "moon"}, "savings-0-sector", "på listen"),
    ({"savings-0-drop_off": ""}, "savings-0-drop_off", "skriv 0"),
    ({"first_year": "27"}, "first_year", "fire cifre"),
    ({"source": ""}, "source", "hvor tallene er fra"),
]


def test_each_fault_is_told_at_its_cell_and_nothing_is_saved_or_lost(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.declared(), browser_of(world.people["SE"])
    for changes, cell, words in FAULTS:
        answer = post(browser, path(proposal, "/edit"), CASE | changes)
        assert answer.status_code == 422, changes
        page = lxml.html.fromstring(answer.get_data(as_text=True))
        assert words in page.get_element_by_id(f"{cell}-error").text_content(), changes
        assert page.get_element_by_id("costs-0-amount").value == (CASE | changes)["costs-0-amount"]
        assert page.get_element_by_id("savings-0-payer").value == "Beskæftigelse"
    assert stored(session) == []


def test_rows_are_added_and_taken_away_without_saving(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.declared(), browser_of(world.people["SE"])
    two = CASE | {
        "goals-1-name": "Uddannelse",
        "goals-1-success": "10",
        "savings-0-goal": "2",
        "savings-1-goal": "1",
        "savings-1-payer": "Regionen",
    }
    page = lxml.html.fromstring(
        post(browser, path(proposal, "/edit"), two | {"action": "add:costs"}).get_data(as_text=True)
    )
    assert [
        one.get("value") for one in page.xpath("//input[starts-with(@name, 'costs-')][contains(@name, 'amount')]")
    ] == [
        "1.500.000",
        "1500000",
        "",
    ]
    assert page.xpath("//*[contains(@class, 'form-error-message')]") == []

    answer = post(browser, path(proposal, "/edit"), two | {"action": "remove:goals:0"})
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert page.xpath("//input[contains(@name, '-name')]/@value") == ["Uddannelse"]
    goals = [one.value for one in page.xpath("//select[contains(@name, '-goal')]")]
    assert goals == ["1", ""]
    assert stored(session) == []


def test_only_the_lead_department_corrects(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.declared()
    world.assigned("RO", proposal, scores=False)
    other = browser_of(world.people["RO"])
    assert other.get(path(proposal)).status_code == 200
    assert "Ret forvaltningens tal" not in text_of(other.get(path(proposal)))
    assert other.get(path(proposal, "/edit")).status_code == 403
    assert post(other, path(proposal, "/edit"), CASE).status_code == 403
    assert post(other, path(proposal, "/som"), SOM).status_code == 403
    assert stored(session) == []


def test_a_page_that_is_older_than_the_figures_saves_nothing(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.declared(), browser_of(world.people["SE"])
    assert post(browser, path(proposal, "/edit"), CASE).status_code == 303
    answer = post(browser, path(proposal, "/edit"), CASE | {"savings-0-payer": "En anden"})
    assert answer.status_code == 409
    assert "En anden" in text_of(answer)
    assert len(stored(session)) == 1


SOM = {
    "version": "0",
    "npv": "-120.000",
    "cost": "3.000.000",
    "saving": "2.900.000",
    "payback_year": "",
    "model_version": "SØM 3.1",
    "calculated_on": "1.3.2027",
    "source": "Forvaltningens beregning",
}


def test_result_of_som_is_typed_in_chosen_and_told_in_the_facts(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal, browser = world.declared(), browser_of(world.people["SE"])
    assert post(browser, path(proposal, "/som"), SOM | {"model_version": ""}).status_code == 422
    assert post(browser, path(proposal, "/som"), SOM).status_code == 303
    assert post(browser, path(proposal, "/edit"), CASE | {"version": "1"}).status_code == 303
    cases = business_cases(session, proposal, on=NOON.date()).by_origin
    som, own = cases[BusinessCaseOrigin.SOM], cases[BusinessCaseOrigin.DEPARTMENT]
    assert som.som is not None
    assert (som.som.npv_ore, som.payback_year, som.som.model_version) == (-120_000_00, None, "SØM 3.1")

    choose = path(proposal, "/choose")
    assert post(browser, choose, {"version": "2", "business_case": str(own.id)}).status_code == 422
    assert post(browser, choose, {"version": "1", "business_case": str(own.id), "reason": "Rettet"}).status_code == 409
    done = post(browser, choose, {"version": "2", "business_case": str(own.id), "reason": "Kommunens egne priser"})
    assert done.status_code == 303
    chosen = chosen_business_case(session, proposal.id)
    assert chosen is not None
    assert (chosen.saved.id, chosen.reason, chosen.payback_months) == (own.id, "Kommunens egne priser", 48)
    facts = text_of(browser.get(f"/proposals/{proposal.reference}/case-facts"))
    assert "Business case valgt af Medarbejder SE, 1. marts 2027" in facts
    assert "Kommunens egne priser" in text_of(browser.get(path(proposal)))
    assert "Kommunens egne priser" in text_of(browser.get(f"/proposals/{proposal.reference}/history"))


def test_much_administration_is_warned_of_and_defended(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.declared(), browser_of(world.people["SE"])
    costs = {"costs-1-kind": "administration", "costs-1-amount": "500.001"}
    assert post(browser, path(proposal, "/edit"), CASE | costs).status_code == 303
    assert "For meget går til administration" in text_of(browser.get(path(proposal)))
    saved = business_cases(session, proposal, on=NOON.date()).by_origin[BusinessCaseOrigin.DEPARTMENT]
    chosen = {"version": "1", "business_case": str(saved.id), "reason": "Rettet"}
    answer = post(browser, path(proposal, "/choose"), chosen)
    assert answer.status_code == 422
    assert "mere end 25 %" in text_of(answer)
    assert chosen_business_case(session, proposal.id) is None
    defended = chosen | {"transaction_reason": "Målingen er dyr det første år"}
    assert post(browser, path(proposal, "/choose"), defended).status_code == 303
    assert "Målingen er dyr det første år" in text_of(browser.get(path(proposal)))


@pytest.mark.parametrize("who", ["AO", "AX"])
def test_applicants_never_see_it(world: World, browser_of: BrowserOf, who: str) -> None:
    proposal = world.declared()
    browser = browser_of(world.people[who])
    assert browser.get(path(proposal)).status_code in {403, 404}
    assert "Business case" not in text_of(browser.get(f"/proposals/{proposal.reference}"))
