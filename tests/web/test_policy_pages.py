"""Can the secretariat draft and try a policy, an administrator adopt it, and nobody read more than allowed?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from intake.queries import any_call
from scoring.policy_queries import policy_of, policy_row
from scoring.rules.dimensions import Dimension
from scoring.rules.policies.catalogue import PolicyState
from tests.builders import World, csrf_token
from tests.policy_forms import typed_policy
from tests.rights.stage import statements

BrowserOf = Callable[[Actor], FlaskClient]
NEW = "/policies/new?based_on=2026"


def text_of(page: str) -> str:
    return " ".join(" ".join(map(str, lxml.html.fromstring(page).itertext())).split())


def sent(browser: FlaskClient, path: str, data: dict[str, str]) -> tuple[int, str]:
    answer = browser.post(path, data={"csrf_token": csrf_token(browser, "/policies"), **data})
    return answer.status_code, text_of(answer.get_data(as_text=True))


def test_a_policy_is_drafted_tried_adopted_and_offered_to_coming_calls(
    world: World, browser_of: BrowserOf, session: Session, clock: FixedClock
) -> None:
    proposal = world.sorted()
    secretariat, administrator = browser_of(world.people["SE"]), browser_of(world.people["AD"])

    typed = typed_policy(donation_cap="1.000", weights_need="2", investment_maturity="2,8")
    assert sent(secretariat, NEW, typed)[0] == 303
    drafted = policy_of(session, "2028-1")
    assert (drafted.donation_cap, drafted.scale.of(Dimension.NEED).weight) == (1_000, 2)
    page = text_of(secretariat.get("/policies/2028-1").get_data(as_text=True))
    assert "3 af 32 tal er anderledes end i Politik 2026." in page
    assert "Kroner, som en donation højst kan være 1.000 kr. 100.000 kr. Ændret" in page

    tried = text_of(secretariat.get(f"/policies/2028-1/trial?call={world.call.slug}").get_data(as_text=True))
    counted = text_of(administrator.get(f"/policies/2028-1/trial?call={world.call.slug}").get_data(as_text=True))
    assert "1 af 1 forslag ville skifte spor." in tried
    assert proposal.reference
    assert proposal.reference in tried
    assert proposal.title in tried
    assert "loftet på 1.000 kr." in tried or "kan højst være 1.000 kr." in tried
    assert "1 af 1 forslag ville skifte spor." in counted
    assert proposal.reference not in counted
    assert proposal.title not in counted

    clock.move(clock.now() + timedelta(minutes=1))
    assert sent(administrator, "/policies/2028-1/adopt", {"version": "1", "reason": ""})[0] == 422
    assert sent(administrator, "/policies/2028-1/adopt", {"version": "1", "reason": "Rådet vil."})[0] == 303
    assert (row := policy_row(session, "2028-1"))
    assert row.state is PolicyState.ADOPTED
    assert sent(secretariat, "/policies/2028-1/edit", typed_policy())[0] == 409
    assert "Politik 2028 (for calls, der åbner fra 1. januar 2028)" in text_of(
        secretariat.get("/calls/new").get_data(as_text=True)
    )


def test_a_call_is_published_only_with_the_policy_that_holds_when_it_opens(
    world: World, browser_of: BrowserOf, session: Session
) -> None:
    browser = browser_of(world.people["SE"])
    assert sent(browser, NEW, typed_policy(donation_cap="90.000"))[0] == 303
    assert sent(browser_of(world.people["AD"]), "/policies/2028-1/adopt", {"version": "1", "reason": "Ja."})[0] == 303
    call = {
        **{"title": "Call 2028", "purpose": "Nyt", "who_can_apply": "Foreninger", "focus_areas": "homelessness"},
        **{"opens_on": "1.2.2028", "opens_time": "9.00", "closes_on": "1.3.2028", "closes_time": "12.00"},
        **{"frame": "9.000.000", "per_project_cap": "3.000.000", "max_projects": "3"},
        **{"contact_name": "Sekretariatet", "contact_email": "sekretariat@raadslag.example"},
    }
    assert sent(browser, "/calls/new", {**call, "policy": "2026"})[0] == 303
    status, page = sent(browser, "/calls/call-2028/publish", {"version": "1"})
    assert status == 409
    assert "Når callet åbner 1. februar 2028 kl. 09.00, gælder politikken »Politik 2028«. Vælg den." in page

    version = str(any_call(session, "call-2028").version)  # type: ignore[union-attr]
    assert sent(browser, "/calls/call-2028/edit", {**call, "policy": "2028-1", "version": version})[0] == 303
    session.expire_all()
    version = str(any_call(session, "call-2028").version)  # type: ignore[union-attr]
    assert sent(browser, "/calls/call-2028/publish", {"version": version})[0] == 303
    assert "En donation kan højst være 90.000 kr." in text_of(browser.get("/calls/call-2028").get_data(as_text=True))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": ""}, "Skriv, hvad politikken skal hedde."),
        ({"valid_from": "1.1.2027"}, "Dagen er gået."),
        ({"weights_need": "0"}, "1"),
        ({"weights_need": "1,5"}, "helt tal"),
        ({"investment_floors_need": "5"}, "Vælg"),
        ({"investment_maturity": "4,01"}, "4"),
        ({"investment_maturity": "NaN"}, "tal"),
        ({"dialogue_maturity": "3"}, "Modningsdialogen kan ikke kræve mere end en social investering."),
        ({"mature_from": "2"}, "Niveauet skal begynde højere end det før."),
        ({"donation_cap": "99999999999999"}, "højst"),
        ({"donation_cap": "-1"}, ""),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_kept(
    world: World, browser_of: BrowserOf, session: Session, changed: dict[str, str], says: str
) -> None:
    browser = browser_of(world.people["SE"])
    answer = browser.post(NEW, data={"csrf_token": csrf_token(browser, NEW), **typed_policy(**changed)})
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    (name, value) = next(iter(changed.items()))
    found: Any = page.xpath(f"//*[@id='{name}']")
    (control,) = found
    assert answer.status_code == 422
    assert says in text_of(answer.get_data(as_text=True))
    assert "error" in control.getparent().get("class", "") or control.get("aria-invalid") == "true"
    assert control.tag == "select" or control.get("value") == value
    assert policy_row(session, "2028-1") is None


def test_a_trial_asks_as_many_questions_for_three_cases_as_for_one(
    world: World, browser_of: BrowserOf, connection: Connection
) -> None:
    browser, path = browser_of(world.people["SE"]), f"/policies/2026/trial?call={world.call.slug}"
    world.sorted()
    with statements(connection) as one:
        browser.get(path)
    world.sorted()
    world.sorted()
    with statements(connection) as three:
        page = browser.get(path).get_data(as_text=True)
    assert "0 af 3 forslag ville skifte spor." in text_of(page)
    assert len(three.queries) == len(one.queries)
    assert not three.writes


def test_what_is_not_there_and_what_is_published_with_the_program_cannot_be_edited(
    world: World, browser_of: BrowserOf
) -> None:
    secretariat, administrator = browser_of(world.people["SE"]), browser_of(world.people["AD"])
    for browser, path in (
        (secretariat, "/policies/2031"),
        (secretariat, "/policies/new"),
        (secretariat, "/policies/new?based_on=2031"),
        (secretariat, "/policies/2026/edit"),
        (administrator, "/policies/2026/adopt"),
        (administrator, "/policies/2026/withdraw"),
        (secretariat, "/policies/2026/trial?call=findes-ikke"),
    ):
        assert browser.get(path).status_code == 404, path
