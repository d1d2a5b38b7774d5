"""Do the figures of a call count what the reader may see, step by step, and tell no track to whoever still scores?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from foundation.money import NO_BREAK_SPACE
from intake.models import ConflictDeclaration
from intake.rules.lifecycle import State
from tests.builders import COUNCIL_DAY, World
from tests.rights.stage import statements

BrowserOf = Callable[[Actor], FlaskClient]
ADDRESS = "/calls/nye-veje/figures"


def page_of(browser: FlaskClient) -> Any:
    answer = browser.get(ADDRESS)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.data)


def plain(node: Any) -> str:
    return " ".join(str(node.text_content()).replace(NO_BREAK_SPACE, " ").split())


def boxes(page: Any) -> dict[str, str]:
    return {plain(one.xpath("dt")[0]): plain(one.xpath("dd/*")[0]) for one in page.xpath("//dl/div")}


def rows(page: Any, caption: str) -> list[list[str]]:
    """The cells of one table in words, without the cell of the bar."""
    found = [one for one in page.xpath("//table") if plain(one.xpath("caption")[0]) == caption]
    return [[plain(cell) for cell in row.xpath("*[not(svg)]")] for table in found for row in table.xpath(".//tbody/tr")]


TRACKS, LEVELS = "Sorterede forslag efter spor", "Sorterede forslag efter modenhed"


def test_figures_count_every_way_that_a_proposal_went(world: World, browser_of: BrowserOf) -> None:
    world.on_agenda()
    world.returned(focus_area="homelessness")
    gone, rejected = world.checked(title="Væk"), world.checked(title="Afvist")
    gone.state, rejected.state = State.WITHDRAWN, State.FORMALLY_REJECTED
    world.session.commit()
    page = page_of(browser_of(world.people["AU"]))

    assert boxes(page) == {
        "Modtaget": "4",
        "Formalia i orden": "1",
        "Sendt retur": "1",
        "Afvist på formalia": "1",
        "Trukket tilbage": "1",
        "Søgt i alt": "170.000 kr.",
    }
    areas = {row[0]: row[1:] for row in rows(page, "Forslag i hvert hovedområde")}
    assert areas["Flere hjemløse i egen bolig"] == ["1", "0", "0", "0", "85.000 kr."]
    assert areas["Flere i udsatte boligområder skal i uddannelse, job og være aktive medborgere"] == [
        *("3", "1", "1", "1"),
        "85.000 kr.",
    ]
    assert rows(page, "Forvaltninger, der er spurgt") == [["Sociale Forhold og Beskæftigelse", "1", "1", "0", "0", "0"]]
    assert [row[:2] for row in rows(page, TRACKS) if row[1] != "0"] == [["Donation", "1"]]
    assert [row[:2] for row in rows(page, LEVELS) if row[1] != "0"] == [["Under modning", "1"]]


def test_the_list_and_the_figures_hold_the_same_sum_against_the_frame(world: World, browser_of: BrowserOf) -> None:
    world.submitted(amount_sought=40_000_00)
    for state in (State.WITHDRAWN, State.FORMALLY_REJECTED):
        world.checked().state = state
    world.session.commit()
    browser = browser_of(world.people["SE"])
    pages = (page_of(browser), lxml.html.fromstring(browser.get("/calls/nye-veje/proposals").data))
    assert [boxes(page)["Søgt i alt"] for page in pages] == ["40.000 kr.", "40.000 kr."]


def test_the_way_to_the_council_ends_on_the_day_of_the_meeting(
    world: World, browser_of: BrowserOf, clock: FixedClock
) -> None:
    world.on_agenda()
    steps = "Arbejdsdage fra det ene skridt til det næste"
    browser = browser_of(world.people["SE"])
    assert rows(page_of(browser), steps)[-2:] == [
        ["Til rådsmødet", "0", "Ingen endnu", "Ingen endnu"],
        ["Hele vejen, fra modtaget til rådsmødet", "0", "Ingen endnu", "Ingen endnu"],
    ]
    clock.move(clock.now() + timedelta(days=(COUNCIL_DAY - clock.now().date()).days))
    found = rows(page_of(browser_of(world.people["SE"])), steps)

    assert found[-1] == ["Hele vejen, fra modtaget til rådsmødet", "1", "29", "29"]
    assert found[:-2] == [[row[0], "1", "0", "0"] for row in found[:-2]]


def test_a_closed_case_is_in_no_figure(world: World, browser_of: BrowserOf) -> None:
    closed = world.sorted()
    world.session.add(
        ConflictDeclaration(
            proposal_id=closed.id, person_id=world.people["IH"].person_id, has_conflict=True, declared_at=world.at
        )
    )
    world.session.commit()
    page = page_of(browser_of(world.people["IH"]))

    assert boxes(page)["Modtaget"] == "0"
    assert [row for row in rows(page, TRACKS) if row[1] != "0"] == []
    assert rows(page, "Forvaltninger, der er spurgt") == []


def test_whoever_scores_reads_no_track(world: World, browser_of: BrowserOf) -> None:
    world.sorted()
    scored = page_of(browser_of(world.people["S2"]))
    assert [row for row in rows(scored, TRACKS) if row[1] != "0"] == []
    assert "1 sorteret forslag er ikke talt med" in plain(scored)

    world.declared(title="Endnu et")
    scoring = page_of(browser_of(world.people["S2"]))
    assert rows(scoring, TRACKS) == rows(scoring, LEVELS) == []
    assert "når du har afsluttet dine vurderinger" in plain(scoring)
    assert [row[1] for row in rows(page_of(browser_of(world.people["SE"])), TRACKS) if row[1] != "0"] == ["1"]


def test_the_council_reads_of_the_cases_whose_memo_is_ready(world: World, browser_of: BrowserOf) -> None:
    world.submitted()
    world.memo_released(title="Klar")

    assert boxes(page_of(browser_of(world.people["CM"]))) == {
        "Indstilling klar": "1",
        "På dagsorden eller afgjort": "0",
        "Søgt i alt": "85.000 kr.",
    }


@pytest.mark.parametrize("person", ["SE", "AU", "CM"])
def test_figures_take_as_many_reads_for_three_as_for_one(
    world: World, browser_of: BrowserOf, connection: Connection, person: str
) -> None:
    browser = browser_of(world.people[person])

    def reads() -> int:
        with statements(connection) as asked:
            page_of(browser)
        return len(asked.sent)

    world.on_agenda()
    page_of(browser)
    one = reads()
    world.on_agenda(title="To")
    world.on_agenda(title="Tre")
    assert reads() == one
