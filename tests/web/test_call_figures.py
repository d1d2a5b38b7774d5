"""Do the figures above the list of a call say how far it has come, and lead to the rows they count?"""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from desk.call_figures import GROUPS, KeyFigures, key_figures
from foundation.identity.roles import Actor
from foundation.money import NO_BREAK_SPACE
from intake.models import ConflictDeclaration
from intake.queries.lists import StateSum
from intake.rules.lifecycle import State
from tests.builders import World

BrowserOf = Callable[[Actor], FlaskClient]
LIST = "/calls/nye-veje/proposals"


def figures(browser: FlaskClient) -> dict[str, tuple[str, str | None]]:
    """The first row of figures: label, value and where it leads."""
    page = lxml.html.fromstring(browser.get(LIST).data)
    boxes = page.xpath("(//dl[@class='figures'])[1]/div")
    return {box.xpath("string(dt)"): _value(box.xpath("dd/*[@class='figure-value']")[0]) for box in boxes}


def _value(node: Any) -> tuple[str, str | None]:
    return str(node.text_content()).replace(NO_BREAK_SPACE, " "), node.get("href")


def listed(browser: FlaskClient, address: str) -> list[str]:
    page = lxml.html.fromstring(browser.get(address).data)
    return [str(one.text) for one in page.xpath("//tbody//td[@data-title='Sag']")]


def test_figures_count_by_how_far_the_proposals_have_come(world: World, browser_of: BrowserOf) -> None:
    waiting, sorted_one = world.declared(amount_sought=60_000_00), world.sorted()
    world.submitted(title="Ny")
    gone = world.checked(amount_sought=50_000_00)
    gone.state = State.WITHDRAWN
    world.session.commit()
    browser = browser_of(world.people["SE"])
    found = figures(browser)

    assert {label: value for label, (value, _) in found.items()} == {
        "Modtaget": "4",
        "Formalia i orden": "2",
        "Venter på forvaltninger": "1",
        "Sorteret": "1",
        "Søgt i alt": "230.000 kr.",
    }
    assert listed(browser, found["Sorteret"][1] or "") == [sorted_one.reference]
    assert listed(browser, found["Venter på forvaltninger"][1] or "") == [waiting.reference]
    assert len(listed(browser, found["Modtaget"][1] or "")) == 4


def test_a_closed_case_is_not_counted_and_its_amount_not_summed(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    closed = world.submitted(amount_sought=40_000_00)
    world.submitted(amount_sought=70_000_00)
    session.add(
        ConflictDeclaration(
            proposal_id=closed.id, person_id=world.people["IH"].person_id, has_conflict=True, declared_at=world.at
        )
    )
    session.commit()
    found = figures(browser_of(world.people["IH"]))

    assert (found["Modtaget"][0], found["Søgt i alt"][0]) == ("1", "70.000 kr.")


@pytest.mark.parametrize("group", ["nonsense", "", "received&status=nonsense"])
def test_an_unknown_group_shows_the_whole_list(world: World, browser_of: BrowserOf, group: str) -> None:
    world.submitted()

    assert len(listed(browser_of(world.people["SE"]), f"{LIST}?group={group}")) == 1


def test_the_list_leads_to_the_ranking(world: World, browser_of: BrowserOf) -> None:
    said = browser_of(world.people["AU"]).get(LIST).get_data(as_text=True)

    assert 'href="/calls/nye-veje/ranking"' in said


def test_what_is_withdrawn_or_turned_away_seeks_nothing_any_more() -> None:
    sums = {state: StateSum(1, 100) for state in State}

    assert key_figures(sums) == KeyFigures(
        {"received": 18, "eligible": 13, "with-departments": 1, "sorted": 11}, sought_ore=1600
    )
    assert GROUPS["sorted"] < GROUPS["eligible"] < GROUPS["received"]
