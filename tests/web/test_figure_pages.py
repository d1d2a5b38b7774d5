"""Are the figures of the fund and of the law written and read in the browser by those who may?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from scoring import queries
from tests.builders import World, csrf_token
from tests.conftest import NOON
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]
FUND = {
    "as_of": "28.2.2027",
    "capital": "24.000.000",
    "reserved": "3.150.000",
    "outcome_fund": "2.000.000",
    "donation_pool": "0",
    "source": "Økonomisystemet",
}
LAW = {
    "figure": "light_regime_kroner",
    "value": "5.700.000",
    "valid_from": "1.1.2026",
    "valid_to": "",
    "source": "Bekendtgørelsen",
}


def post(browser: FlaskClient, path: str, data: dict[str, str]) -> Any:
    return browser.post(path, data={"csrf_token": csrf_token(browser, path), **data})


def faults(answer: Any) -> list[str]:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return [link.get("href").removeprefix("#") for link in page.xpath("//*[@data-module='error-summary']//a")]


def rows(browser: FlaskClient, path: str) -> list[str]:
    page = lxml.html.fromstring(browser.get(path).data)
    return [" ".join(row.text_content().split()) for row in page.xpath("//main//tbody/tr")]


def test_the_funds_figures_are_written_and_the_free_capital_is_worked_out(world: World, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    assert "Drift i de år, der er tilbage" in browser.get("/fund-figures/new").get_data(as_text=True)
    answer = browser.get("/fund-figures/new").get_data(as_text=True)
    assert 'name="free_capital"' not in answer
    assert post(browser, "/fund-figures/new", FUND).status_code == 303
    newest, written = rows(browser, "/fund-figures")
    assert "Bruges nu" in newest
    assert "Bruges nu" not in written
    for shown in ("24.000.000", "3.150.000", "20.850.000", "2.000.000", "Økonomisystemet", "Medarbejder SE"):
        assert shown in written


def test_a_later_row_of_the_same_day_says_that_it_replaces(
    world: World, browser_of: BrowserOf, clock: FixedClock
) -> None:
    browser = browser_of(world.people["SE"])
    clock.move(NOON + timedelta(minutes=1))
    assert post(browser, "/fund-figures/new", {**FUND, "as_of": "1.3.2027"}).status_code == 303
    said = browser.get("/fund-figures").get_data(as_text=True)
    assert "træder i stedet for tallene fra samme dag" in said
    assert said.count("Erstattet af nyere tal fra samme dag") == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"as_of": "2.3.2027"}, "as_of"),
        ({"as_of": "31.2.2027"}, "as_of"),
        ({"as_of": ""}, "as_of"),
        ({"capital": ""}, "capital"),
        ({"capital": "24.000.00"}, "capital"),
        ({"capital": "9" * 40}, "capital"),
        ({"capital": "-5"}, "capital"),
        ({"capital": "=1+1"}, "capital"),
        ({"reserved": "24.000.001"}, "reserved"),
        ({"outcome_fund": "1e9"}, "outcome_fund"),
        ({"donation_pool": "600.000,50"}, "donation_pool"),
        ({"source": "   "}, "source"),
    ],
)
def test_figures_that_cannot_be_come_back_at_their_field(
    world: World, session: Session, browser_of: BrowserOf, change: dict[str, str], wrong: str
) -> None:
    browser = browser_of(world.people["SE"])
    browser.get("/fund-figures/new")
    before = fingerprint(session)
    answer = post(browser, "/fund-figures/new", {**FUND, **change})
    assert (answer.status_code, faults(answer)) == (422, [wrong])
    assert fingerprint(session) == before


def test_an_empty_form_asks_for_everything(world: World, browser_of: BrowserOf) -> None:
    answer = post(browser_of(world.people["SE"]), "/fund-figures/new", dict.fromkeys(FUND, ""))
    assert (answer.status_code, faults(answer)) == (422, list(FUND))


def test_who_may_read_and_write_the_figures(world: World, browser_of: BrowserOf) -> None:
    answers = {
        key: [
            browser_of(world.people[key]).get(path).status_code
            for path in ("/fund-figures", "/fund-figures/new", "/legal-figures", "/legal-figures/new")
        ]
        for key in ("SE", "AU", "AD", "RA", "CM", "MA", "AO")
    }
    assert answers == {
        "SE": [200, 200, 200, 403],
        "AU": [200, 403, 200, 403],
        "AD": [403, 403, 200, 200],
        "RA": [403] * 4,
        "CM": [403] * 4,
        "MA": [403] * 4,
        "AO": [403] * 4,
    }
    assert "Skriv nye tal" not in browser_of(world.people["AU"]).get("/fund-figures").get_data(as_text=True)
    assert "Skriv et nyt tal" not in browser_of(world.people["SE"]).get("/legal-figures").get_data(as_text=True)


def test_the_laws_figures_are_written_by_the_administrator(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    browser = browser_of(world.people["AD"])
    assert post(browser, "/legal-figures/new", LAW).status_code == 303
    newest, former, services, ceiling, rate = rows(browser, "/legal-figures")
    assert "Gælder nu" in newest
    assert "5.700.000 kr." in newest
    assert "Medarbejder AD" in newest
    assert "til og med 31. december 2025" in former
    assert "Gælder nu" not in services
    assert "300.000 euro" in ceiling
    assert "746,00 kr." in rate
    assert queries.legal_figures(session, on=world.at.date()).light_kroner == 5_700_000


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"figure": ""}, "figure"),
        ({"figure": "vat"}, "figure"),
        ({"value": "0"}, "value"),
        ({"value": "5.700.000,123"}, "value"),
        ({"value": "Infinity"}, "value"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "31.12.2023"}, "valid_from"),
        ({"valid_to": "31.12.2025"}, "valid_to"),
        ({"source": ""}, "source"),
    ],
)
def test_a_figure_that_cannot_be_comes_back_at_its_field(
    world: World, session: Session, browser_of: BrowserOf, change: dict[str, str], wrong: str
) -> None:
    browser = browser_of(world.people["AD"])
    browser.get("/legal-figures/new")
    before = fingerprint(session)
    answer = post(browser, "/legal-figures/new", {**LAW, **change})
    assert (answer.status_code, faults(answer)) == (422, [wrong])
    assert fingerprint(session) == before
