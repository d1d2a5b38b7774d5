"""Do the browser's own sums of a shortlist agree with the server's, to the øre and to the word?"""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session, select

from foundation.identity.models import Person
from intake.models import Call, ConflictDeclaration, Proposal
from intake.rules.danish_order import danish_key
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring.models import SortingRun
from tests.journeys.conftest import Site, follow, picture, sign_in

OFFICER = "Sagsbehandler i sekretariatet"
ADDRESS = "/calls/nye-veje/ranking"
MILLION = 1_000_000_00
WITH_POOL = Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND
MORE = (
    (901, WITH_POOL, 2_999_999_00, 39_000),
    (902, Track.SOCIAL_INVESTMENT, 4 * MILLION, 38_000),
    (903, Track.SOCIAL_INVESTMENT, 2_500_001_00, 37_000),
    (904, WITH_POOL, 2_345_677_00, 5_000),
    (905, Track.DONATION, 99_999_00, 39_000),
)
"""Number, track, amount in øre and maturity of what is sorted beside the demo's own."""
MOVES: tuple[dict[str, str], ...] = (
    {},
    {"901": "n"},
    {"902": "i"},
    {"002": "i"},
    {"902": "i", "903": "r", "904": "i", "905": "n"},
    {"901": "r", "904": "i", "001": "i", "014": "i", "016": "i"},
)


@pytest.fixture
def larger(site: Site) -> Site:
    """The demo with more sorted cases, which the officer may see."""
    with Session(site.engine) as session:
        call = session.exec(select(Call).where(Call.slug == "nye-veje")).one()
        run = session.exec(select(SortingRun)).first()
        officer = session.exec(select(Person).where(Person.name == OFFICER)).one()
        pattern = session.exec(select(Proposal).where(Proposal.state == State.SORTED)).first()
        assert run is not None
        assert pattern is not None
        for number, track, amount, maturity in MORE:
            _add(session, call, pattern, run, officer, number, track, amount, maturity)
        session.commit()
    return site


def _add(session: Session, call: Call, pattern: Proposal, run: SortingRun, officer: Person, *what: Any) -> None:
    number, track, amount, maturity = what
    key, title = uuid4(), f"Indsats {number}"
    changes = {"id": key, "number": number, "reference": f"{call.year}-{call.number:02}-{number}", "title": title}
    changes |= {"title_key": danish_key(title), "track": track, "amount_sought_ore": amount, "maturity_e4": maturity}
    session.add(Proposal(**(pattern.model_dump() | changes)))
    session.flush()
    facts = {**run.inputs["facts"], "outcome_fund_share": "33.3"}
    inputs = {**run.inputs, "facts": facts}
    of_run = {"id": uuid4(), "proposal_id": key, "inputs": inputs, "track": track, "chosen_track": track, "reason": ""}
    session.add(SortingRun(**(run.model_dump() | of_run)))
    session.add(
        ConflictDeclaration(proposal_id=key, person_id=officer.id, has_conflict=False, declared_at=call.opens_at)
    )


def shown(page: Page) -> dict[str, list[str]]:
    """Every figure and word that follows from the choices."""
    parts = ("total", "used", "left", "over", "verdict", "recommended")
    read = {part: page.locator(f"[data-{part}]").all_inner_texts() for part in parts}
    read["remarks"] = page.locator("[data-remarks]").all_text_contents()
    read["moved"] = [str(one.is_visible()) for one in page.locator("[data-moved]").all()]
    read["chosen"] = [one.input_value() for one in page.locator("[data-choice]").all()]
    return read


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_sums_are_the_same_with_and_without_script(chromium: Browser, page: Page, larger: Site) -> None:
    without = chromium.new_context(java_script_enabled=False, locale="da-DK")
    plain = without.new_page()
    sign_in(page, larger, OFFICER)
    sign_in(plain, larger, OFFICER)
    seen = []
    for moves in MOVES:
        page.goto(f"{larger.address}{ADDRESS}")
        plain.goto(f"{larger.address}{ADDRESS}")
        for number, letter in moves.items():
            page.locator(f"#v{number}").select_option(letter)
            plain.locator(f"#v{number}").select_option(letter)
        follow(plain.get_by_role("button", name="Regn igen"))
        assert shown(page) == shown(plain), moves
        assert page.url.partition("?")[2] == "&".join(_moved(page))
        seen.append(page.locator("[data-verdict]").inner_text())
        plain.goto(page.url)  # The address of the script's page, shared with somebody.
        assert shown(plain) == shown(page), moves
    assert len(set(seen)) >= 3, seen
    without.close()


def _moved(page: Page) -> list[str]:
    """What an address says of each choice that is not the rule's."""
    choices = page.locator("[data-choice]").all()
    rows = [(one.get_attribute("name"), one.input_value(), one.get_attribute("data-rule")) for one in choices]
    return [f"{name}={letter}" for name, letter, rule in rows if letter != rule]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_secretariat_compares_reads_the_map_and_saves_a_list(page: Page, site: Site) -> None:
    sign_in(page, site, OFFICER)
    page.goto(f"{site.address}{ADDRESS}")
    for box in page.locator("input[name=sag]").all()[:2]:
        box.check(force=True)  # The design system draws the box over the control.
    follow(page.get_by_role("button", name="Sammenlign valgte"))
    expect(page.locator(".compared-case")).to_have_count(2)
    assert page.locator(".compared-case").first.locator("dl > div").count() == 12  # As many as the stylesheet spans.
    picture(page, site, "94-comparison")

    page.goto(f"{site.address}/calls/nye-veje/map?y=price")
    expect(page.locator("svg .map-mark").first).to_be_visible()
    picture(page, site, "95-call-map")

    page.goto(f"{site.address}{ADDRESS}")
    choice = page.locator("[data-choice]").first
    choice.select_option("n")
    picture(page, site, "96-ranking-moved")
    follow(page.get_by_role("button", name="Gem listen"))
    page.locator("textarea").first.fill("Ansøgeren er ikke klar endnu.")
    picture(page, site, "97-save-shortlist")
    follow(page.get_by_role("button", name="Gem listen"))
    expect(page.get_by_role("main")).to_contain_text("Listen er gemt.")
    expect(page.get_by_role("main")).to_contain_text("Liste nr. 1 er gemt")
    expect(page.locator("[data-choice]").first).to_have_value("n")
