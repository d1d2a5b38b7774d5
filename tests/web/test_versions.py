"""Can those who may read what was sent compare any two versions, and is nothing in them taken for markup?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient

from foundation.clock import FixedClock
from foundation.identity.roles import Actor
from foundation.money import NO_BREAK_SPACE
from intake import actions
from intake.models import Proposal
from intake.rules.proposal import ProposalDraft
from tests.builders import ANSWERS, BASE_URL, World, balanced

BrowserOf = Callable[[Actor], FlaskClient]


def sent_again(world: World, proposal: Proposal, clock: FixedClock, **answers: Any) -> None:
    """AO opens the proposal, changes some answers and sends it, a minute after the last time."""
    clock.move(clock.now() + timedelta(minutes=1))
    actor, at = world.people["AO"], clock.now()
    actions.reopen_proposal(world.session, proposal, world.call, actor=actor, at=at)
    full = ProposalDraft(answers=balanced({**ANSWERS, **answers}))
    actions.save_draft(world.session, proposal, full, at=at)
    actions.submit_proposal(world.session, proposal, world.call, actor=actor, at=at, base_url=BASE_URL)
    world.session.commit()


def page_of(browser: FlaskClient, proposal: Proposal, query: str) -> Any:
    answer = browser.get(f"/proposals/{proposal.reference}/versions{query}")
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.data)


def plain(node: Any) -> str:
    return " ".join(str(node.text_content()).replace(NO_BREAK_SPACE, " ").split())


def changes(page: Any) -> dict[str, str]:
    """By the label of an answer the text with what went and what came."""
    return {plain(one): plain(one.xpath("following-sibling::div[1]")[0]) for one in page.xpath("//section/h3")}


@pytest.fixture
def thrice(world: World, clock: FixedClock) -> Proposal:
    proposal = world.submitted()
    sent_again(world, proposal, clock, participants=45)
    sent_again(world, proposal, clock, participants=45, amount_sought=90_000_00, problem="Mange <b>ældre</b> er alene.")
    return proposal


@pytest.mark.parametrize(("person", "query"), [("AO", "?a=1&b=3"), ("SE", "?a=3&b=1"), ("AU", "?a=1"), ("AO", "?b=1")])
def test_any_two_versions_are_compared_the_earlier_first(
    thrice: Proposal, world: World, browser_of: BrowserOf, person: str, query: str
) -> None:
    page = page_of(browser_of(world.people[person]), thrice, query)
    found = changes(page)

    assert next(plain(one) for one in page.xpath("//h2")) == "Fra udgave 1 til udgave 3"
    assert found["Hvor mange borgere er indsatsen for?"] == (
        "Slettet: 30 (slut på slettet) Tilføjet: 45 (slut på tilføjet)"
    )
    assert [plain(one) for one in page.xpath("//*[@class='hint-text']")] == ["15 mere", "5.000 kr. mere"]
    assert len(found) == 4
    assert not page.xpath("//ins//b | //del//b")
    assert "<b>ældre</b>" in page.text_content()


def test_two_versions_next_to_each_other_differ_in_less(thrice: Proposal, world: World, browser_of: BrowserOf) -> None:
    assert list(changes(page_of(browser_of(world.people["AO"]), thrice, "?a=1&b=2"))) == [
        "Hvor mange borgere er indsatsen for?"
    ]


@pytest.mark.parametrize("query", ["?a=9&b=1", "?a=x&b=1", "?version=9"])
def test_a_version_that_is_not_there_is_not_found(
    thrice: Proposal, world: World, browser_of: BrowserOf, query: str
) -> None:
    answer = browser_of(world.people["SE"]).get(f"/proposals/{thrice.reference}/versions{query}")

    assert answer.status_code == 404


def test_one_version_is_read_in_full_and_the_same_twice_says_so(
    thrice: Proposal, world: World, browser_of: BrowserOf
) -> None:
    browser = browser_of(world.people["AU"])

    assert "Udgave 1" in [plain(one) for one in page_of(browser, thrice, "?version=1").xpath("//h2")]
    assert "Det er den samme udgave." in page_of(browser, thrice, "?a=2&b=2").text_content()
