"""Can proposals be moved over the line of the ranking, and a list with its reasons be saved by whoever may see all?"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from foundation.audit import AuditEvent
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from intake.models import ConflictDeclaration, Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio.actions import save_shortlist
from portfolio.models import Shortlist, ShortlistItem
from portfolio.rules.shortlist_lines import ShortlistLine
from scoring.rules.ranking import Standing
from tests.builders import World
from tests.rights.stage import statements
from tests.web.test_ranking_page import ADDRESS, add, plain

BrowserOf = Callable[[Actor], FlaskClient]
SAVE = "/calls/nye-veje/shortlist"
YES, RESERVE, NO = Standing.RECOMMENDED, Standing.RESERVE, Standing.NOT_RECOMMENDED


@pytest.fixture
def three(world: World) -> list[Proposal]:
    """Three donations of 100.000 kroner, and room for two of them."""
    return [
        add(world, number, Track.DONATION, title=title, maturity_e4=20_000 - number)
        for number, title in enumerate(("Haven", "Køkkenet", "Værkstedet"), start=1)
    ]


def page_of(browser: FlaskClient, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return lxml.html.fromstring(answer.data)


def chosen(page: Any) -> dict[str, str]:
    return {str(one.name): str(one.value) for one in page.xpath("//select[@data-choice]")}


def limits(page: Any) -> dict[str, list[str]]:
    rows = [[plain(cell) for cell in row.xpath("th|td")] for row in page.xpath("//tr[.//*[@data-limit]]")]
    return {row[0]: row[1:] for row in rows}


def save(browser: FlaskClient, moved: str = "", **fields: str) -> TestResponse:
    address = f"{SAVE}{moved}"
    page: Any = lxml.html.fromstring(browser.get(address).data)
    hidden = {str(one.name): str(one.value) for one in page.xpath("//main//input")}
    return browser.post(address, data={**hidden, **fields})


def test_what_the_address_moves_is_recounted_and_nothing_is_written(
    world: World, browser_of: BrowserOf, three: list[Proposal], connection: Connection
) -> None:
    browser = browser_of(world.people["AU"])
    page = page_of(browser, ADDRESS)
    assert chosen(page) == {"v001": "i", "v002": "i", "v003": "r"}
    assert plain(page.xpath("//*[@data-verdict]")[0]) == "Alt er inden for rammerne."

    with statements(connection) as seen:
        page = page_of(browser, f"{ADDRESS}?v001=n&v002=r&v003=i&v004=i&v009=n&x=1")
    assert [one for one in seen.queries if re.match(r"(?i)insert|update|delete", one)] == []
    assert chosen(page) == {"v001": "n", "v002": "r", "v003": "i"}
    assert limits(page)["Årets donationspulje"] == ["100.000 kr.", "200.000 kr.", "100.000 kr.", "0 kr."]
    remarks = [plain(one) for one in page.xpath("//*[@data-remarks][not(@hidden)]")]
    assert remarks == ["Står foran placering 1 og 1 mere, som ikke indstilles."]

    page = page_of(browser, f"{ADDRESS}?v003=i")
    said = "Donationerne er 100.000 kr. over det, der er tilbage i årets donationspulje."
    assert plain(page.xpath("//*[@data-verdict]")[0]) == said
    assert limits(page)["Årets donationspulje"] == ["300.000 kr.", "200.000 kr.", "0 kr.", "100.000 kr."]
    assert limits(page)["Callets ramme"] == ["300.000 kr.", "9.000.000 kr.", "8.700.000 kr.", "0 kr."]
    assert page.xpath("//button[normalize-space()='Gem listen']") == []  # The audit reads.
    assert browser.get(SAVE).status_code == 403


def test_a_list_is_saved_with_a_reason_for_each_that_was_moved(
    world: World, session: Session, browser_of: BrowserOf, three: list[Proposal]
) -> None:
    browser = browser_of(world.people["SE"])
    answer = save(browser, "?v001=n&v003=i", reason_v001="Ansøgeren er syg.", reason_v003="  ")
    assert answer.status_code == 422
    text = plain(lxml.html.fromstring(answer.data))
    assert "Skriv, hvorfor forslaget ikke står, hvor reglen sætter det." in text
    assert "Ansøgeren er syg." in text
    assert session.exec(select(Shortlist)).all() == []

    answer = save(browser, "?v001=n&v003=i", reason_v001="Ansøgeren er syg.", reason_v003="Det haster.")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}?v001=n&v003=i")
    items = session.exec(select(ShortlistItem).order_by(col(ShortlistItem.place))).all()
    assert [(item.place, item.by_rule, item.chosen, item.reason) for item in items] == [
        (1, YES, NO, "Ansøgeren er syg."),
        (2, YES, YES, ""),
        (3, RESERVE, YES, "Det haster."),
    ]
    kinds = session.exec(select(AuditEvent.kind, AuditEvent.subject_id).where(col(AuditEvent.kind).like("shortlist%")))
    assert sorted(kinds) == sorted(
        [("shortlist_saved", world.call.id), ("shortlist_moved", three[0].id), ("shortlist_moved", three[2].id)]
    )
    assert [one.state for one in three] == [State.SORTED] * 3
    assert [one.track for one in three] == [Track.DONATION] * 3


def test_the_newest_list_stands_on_the_page_with_what_has_changed_since(
    world: World, session: Session, browser_of: BrowserOf, three: list[Proposal]
) -> None:
    browser = browser_of(world.people["SE"])
    save(browser)
    save(browser, "?v001=n", reason_v001="Ansøgeren er syg.")
    text = plain(page_of(browser, ADDRESS))
    assert "Liste nr. 2 er gemt" in text
    assert "I alt indstilles 100.000 kr. på den." in text
    assert "Indstilles ikke Reglen sagde: Indstilles Ansøgeren er syg." in text
    assert "Noget er ændret" not in text

    three[0].track = Track.SOCIAL_INVESTMENT
    three[1].amount_sought_ore = 90_000_00
    three[2].state = State.REFUSED
    session.commit()
    add(world, 4, Track.DONATION, title="Boden", amount_sought_ore=10_000_00)
    page = page_of(browser, ADDRESS)
    text = plain(page)
    for said in (
        "Ændret: Sporet er nu Social investering.",
        "Ændret: Beløbet er nu 90.000 kr.",
        "Ændret: Sagen er ikke længere blandt dem, der er penge til nu.",
        "Kommet til siden: 2027-01-004.",
    ):
        assert said in text, said
    (link,) = page.xpath("//a[normalize-space()='Vis rækkefølgen med listens valg']/@href")
    assert link == f"{ADDRESS}?v001=n"


def test_whoever_cannot_open_a_case_saves_no_list_and_sees_none_of_it(
    world: World, session: Session, browser_of: BrowserOf, three: list[Proposal]
) -> None:
    for one in three[1:]:
        world.free_of_conflict("IH", one)
    shut = ConflictDeclaration(
        proposal_id=three[0].id, person_id=world.people["IH"].person_id, has_conflict=True, declared_at=world.at
    )
    session.add(shut)
    session.commit()
    save(browser_of(world.people["SE"]), "?v001=n", reason_v001="LUKKETHEMMELIG")
    browser = browser_of(world.people["IH"])

    text = plain(page_of(browser, f"{ADDRESS}?v001=i"))
    for leak in ("LUKKETHEMMELIG", "2027-01-001", "Haven"):
        assert leak not in text
    assert "I alt indstilles 100.000 kr. på den." in text
    assert "Indstilles i alt 200.000 kr." in text
    refused = save(browser)
    assert refused.status_code == 409
    assert "Listen kan kun gemmes af en, der har adgang til alle" in plain(lxml.html.fromstring(refused.data))
    assert len(session.exec(select(Shortlist)).all()) == 1


def test_a_page_from_before_a_change_saves_nothing(
    world: World, session: Session, browser_of: BrowserOf, three: list[Proposal]
) -> None:
    browser = browser_of(world.people["SE"])
    assert save(browser, version="1").status_code == 409
    assert save(browser, seen="x").status_code == 409
    assert save(browser).status_code == 303
    assert save(browser, version="0").status_code == 409
    assert len(session.exec(select(Shortlist)).all()) == 1


def line(proposal: Proposal, **changes: Any) -> ShortlistLine:
    whole: dict[str, Any] = {"place": 1, "shares_place": False, "amount_ore": 100_000_00, "outcome_ore": 0}
    whole |= {"track": Track.DONATION, "by_rule": YES, "chosen": YES, "field": "reason_v001", **changes}
    return ShortlistLine(proposal_id=proposal.id, **whole)


def test_the_action_asks_for_itself(world: World, session: Session, three: list[Proposal]) -> None:
    whole = [line(one) for one in three]
    who: dict[str, Any] = {"actor": world.people["SE"], "at": world.at + timedelta(minutes=1)}
    for lines, field in ((whole[:2], None), ([], None), ([*whole[:2], line(three[2], chosen=NO)], "reason_v001")):
        with pytest.raises(Refused) as refused:
            save_shortlist(session, world.call, lines, version=0, **who)
        assert refused.value.field == field
    with pytest.raises(ChangedMeanwhile):
        save_shortlist(session, world.call, whole, version=1, **who)
    assert save_shortlist(session, world.call, whole, version=0, **who).number == 1
    world.call.is_history = True
    session.flush()
    with pytest.raises(Refused, match="historisk"):
        save_shortlist(session, world.call, whole, version=1, **who)


def test_an_assessor_and_the_applicant_do_not_read_of_the_move_in_the_history(
    world: World, browser_of: BrowserOf
) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people["SE"])
    number = proposal.reference.rpartition("-")[2] if proposal.reference else ""
    assert save(browser, f"?v{number}=n", **{f"reason_v{number}": "Kun til os."}).status_code == 303

    history = f"/proposals/{proposal.reference}/history"
    assert "Kun til os." in plain(page_of(browser, history))
    for key in ("RA", "AO"):
        assert "Kun til os." not in plain(page_of(browser_of(world.people[key]), history)), key
