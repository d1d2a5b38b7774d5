"""Does the ranking of a call show the order and the money to those who may see it, and nothing to anybody else?"""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, select

from foundation.identity.roles import Actor, Role
from foundation.money import NO_BREAK_SPACE
from intake.models import ConflictDeclaration, Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio.models import DecisionMemo, ReleasedMemo
from scoring.models import FundFiguresRow, SortingRun
from tests.builders import World
from tests.rights.stage import statements

BrowserOf = Callable[[Actor], FlaskClient]
ADDRESS = "/calls/nye-veje/ranking"


def add(
    world: World, number: int, track: Track, *, title: str, state: State = State.SORTED, **changes: Any
) -> Proposal:
    """A sorted proposal straight into the tables: the ranking reads columns, how they came there is another matter."""
    whole = {"amount_sought_ore": 100_000_00, "participants": 30, "maturity_e4": 20_000, **changes}
    proposal = Proposal(
        call_id=world.call.id,
        organisation_id=world.organisations["AX"].id,
        created_by=world.people["AX"].person_id,
        state=state,
        number=number,
        reference=f"2027-01-{number:03}",
        organisation_name="Jobvejen",
        title=title,
        track=track,
        created_at=world.at,
        saved_at=world.at,
        received_at=world.at,
        **whole,
    )
    world.session.add(proposal)
    world.session.flush()
    add_run(world, proposal, track)
    world.free_of_conflict("SE", proposal)
    world.session.commit()
    return proposal


def add_run(world: World, proposal: Proposal, track: Track, *, need: int = 3, evidence: int = 2) -> None:
    figures = world.session.exec(select(FundFiguresRow)).one()
    world.session.add(
        SortingRun(
            proposal_id=proposal.id,
            policy_id="2026",
            fund_figures_id=figures.id,
            inputs={
                "facts": {"scores": {"need": need, "evidence": evidence}, "outcome_fund_share": "25"},
                "call": {},
                "fund": {},
            },
            track=track,
            final=True,
            deciding="Grund.",
            grounds=[],
            chosen_track=track,
            run_by=world.people["SE"].person_id,
            run_at=world.at,
        )
    )


def page_of(browser: FlaskClient) -> Any:
    answer = browser.get(ADDRESS)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.data)


def plain(node: Any) -> str:
    return " ".join(" ".join(str(part) for part in node.xpath(".//text()")).replace(NO_BREAK_SPACE, " ").split())


def rows(page: Any, caption: str) -> list[list[str]]:
    found = [one for one in page.xpath("//table") if plain(one.xpath("caption")[0]) == caption]
    return [[plain(cell) for cell in row.xpath("th|td")][:8] for one in found for row in one.xpath(".//tbody/tr")]


DONATIONS = "Donationer i rækkefølge"
INVESTMENTS = "Sociale investeringer i rækkefølge"


def test_the_order_the_sums_and_who_finds_room(world: World, browser_of: BrowserOf) -> None:
    add(world, 1, Track.DONATION, title="Haven", maturity_e4=15_000)
    add(world, 2, Track.DONATION, title="Køkkenet", maturity_e4=18_333)
    add(world, 3, Track.DONATION, title="Værkstedet", maturity_e4=12_500)
    add(world, 4, Track.REFUSED, title="Planen", maturity_e4=5_000)
    page = page_of(browser_of(world.people["SE"]))

    assert rows(page, DONATIONS) == [
        ["1", "Køkkenet 2027-01-002 · Jobvejen", "Indstilles", "100.000 kr.", "100.000 kr.", "1,83", "5", "30,0"],
        ["2", "Haven 2027-01-001 · Jobvejen", "Indstilles", "100.000 kr.", "200.000 kr.", "1,50", "5", "30,0"],
        [
            "3",
            "Værkstedet 2027-01-003 · Jobvejen",
            "Reserve Der er 0 kr. tilbage i årets donationspulje.",
            "100.000 kr.",
            "200.000 kr.",
            "1,25",
            "5",
            "30,0",
        ],
    ]
    assert rows(page, "Afslag, indstilles ikke til penge nu")[0][:2] == ["1", "Planen 2027-01-004 · Jobvejen"]
    assert "Ingen forslag er sorteret som social investering endnu." in plain(page)


def test_the_amount_of_the_memo_counts_and_the_outcome_fund_pays_its_part(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    track = Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND
    proposal = add(world, 1, track, title="Skolen", amount_sought_ore=3_000_000_00, maturity_e4=30_000)
    (row,) = rows(page_of(browser_of(world.people["SE"])), INVESTMENTS)
    assert "Social investering med resultatbetalingspulje: 750.000 kr." in row[1]
    assert row[3] == "3.000.000 kr."

    session.add(
        DecisionMemo(
            proposal_id=proposal.id,
            amount_ore=2_000_000_00,
            smaller_reason="Færre deltagere.",
            saved_by=world.people["SE"].person_id,
            saved_at=world.at,
        )
    )
    session.commit()
    (row,) = rows(page_of(browser_of(world.people["SE"])), INVESTMENTS)
    assert "Social investering med resultatbetalingspulje: 500.000 kr." in row[1]
    assert row[3:5] == ["2.000.000 kr. Søgt: 3.000.000 kr.", "2.000.000 kr."]


def test_what_the_council_has_given_is_taken_from_the_frame(world: World, browser_of: BrowserOf) -> None:
    given = {"state": State.AWAITING_MAYOR, "amount_sought_ore": 8_000_000_00}
    add(world, 1, Track.SOCIAL_INVESTMENT, title="Givet", **given)
    add(world, 2, Track.SOCIAL_INVESTMENT, title="Næste", amount_sought_ore=2_000_000_00)
    page = page_of(browser_of(world.people["SE"]))

    (row,) = rows(page, INVESTMENTS)
    assert row[2] == "Reserve Der er 1.000.000 kr. tilbage af callets ramme."
    assert "Pladser til sociale investeringer 2" in plain(page)
    assert "Givet" not in plain(page)


def test_what_is_left_is_the_same_for_whoever_has_a_conflict(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    given = add(world, 1, Track.SOCIAL_INVESTMENT, title="Givet", state=State.APPROVED, amount_sought_ore=8_000_000_00)
    session.add(
        ConflictDeclaration(
            proposal_id=given.id, person_id=world.people["IH"].person_id, has_conflict=True, declared_at=world.at
        )
    )
    session.commit()
    for key in ("SE", "IH"):
        text = plain(page_of(browser_of(world.people[key])))
        assert "Allerede bevilget 8.000.000 kr." in text, key
        assert "Tilbage af callets ramme 1.000.000 kr." in text, key


def test_a_case_waits_for_the_question_about_conflicts(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = add(world, 1, Track.DONATION, title="Haven")
    world.people["S3"] = world.add_staff("S3", Role.SECRETARIAT)
    session.commit()
    text = plain(page_of(browser_of(world.people["S3"])))
    assert "Haven" not in text
    assert "1 sag er ikke med, før du har svaret på, om du er inhabil." in text
    world.free_of_conflict("S3", proposal)
    session.commit()
    text = plain(page_of(browser_of(world.people["S3"])))
    assert "Haven" in text
    assert "ikke med, før du har svaret" not in text


def test_what_was_released_counts_and_not_the_draft_that_is_written_after_it(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.memo_released()
    memo = session.get_one(DecisionMemo, proposal.id)
    memo.amount_ore, memo.smaller_reason = 10_000_00, "Noget er betalt af andre."
    session.add(memo)
    session.commit()
    browser = browser_of(world.people["SE"])
    assert rows(page_of(browser), DONATIONS)[0][3] == "85.000 kr."
    proposal.state = State.SORTED
    session.commit()
    assert rows(page_of(browser), DONATIONS)[0][3] == "10.000 kr. Søgt: 85.000 kr."


def test_the_released_part_of_the_outcome_fund_counts(world: World, session: Session, browser_of: BrowserOf) -> None:
    track = Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND
    proposal = add(world, 1, track, title="Skolen", state=State.MEMO_READY, amount_sought_ore=3_000_000_00)
    author = world.people["SE"].person_id
    content = {"format": 1, "facts": {"outcome_fund_max_ore": 50_000_000_00}}
    session.add(
        ReleasedMemo(
            proposal_id=proposal.id,
            number=1,
            amount_ore=3_000_000_00,
            content=content,
            released_by=author,
            released_at=world.at,
        )
    )
    session.commit()
    (row,) = rows(page_of(browser_of(world.people["SE"])), INVESTMENTS)
    assert "Social investering med resultatbetalingspulje: 50.000.000 kr." in row[1]


def test_equal_ones_share_a_place_for_the_council(world: World, browser_of: BrowserOf) -> None:
    add(world, 1, Track.DONATION, title="Haven")
    add(world, 2, Track.DONATION, title="Køkkenet")

    found = rows(page_of(browser_of(world.people["SE"])), DONATIONS)
    assert [row[0] for row in found] == ["1 Samme placering. Rådet afgør"] * 2


def test_a_case_closed_to_somebody_is_neither_in_the_list_nor_in_the_sums(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    seen = add(world, 1, Track.DONATION, title="Haven", amount_sought_ore=70_000_00)
    world.free_of_conflict("IH", seen)
    closed = add(world, 2, Track.DONATION, title="LUKKETHEMMELIG", amount_sought_ore=12_345_00, maturity_e4=39_999)
    session.add(
        ConflictDeclaration(
            proposal_id=closed.id, person_id=world.people["IH"].person_id, has_conflict=True, declared_at=world.at
        )
    )
    session.commit()
    text = plain(page_of(browser_of(world.people["IH"])))

    assert "LUKKETHEMMELIG" in plain(page_of(browser_of(world.people["SE"])))
    for leak in ("LUKKETHEMMELIG", "12.345", "2027-01-002", "82.345"):
        assert leak not in text
    assert "Indstilles i alt 70.000 kr." in text


def test_whoever_scored_a_case_does_not_see_where_it_stands(world: World, browser_of: BrowserOf) -> None:
    proposal = world.sorted()

    assert proposal.reference in plain(page_of(browser_of(world.people["SE"])))
    assert proposal.reference not in plain(page_of(browser_of(world.people["S2"])))


@pytest.mark.parametrize("state", [State.MATURITY_ASSESSMENT, State.REFUSED, State.WITHDRAWN])
def test_only_what_is_sorted_and_not_decided_is_ranked(world: World, browser_of: BrowserOf, state: State) -> None:
    add(world, 1, Track.DONATION, title="HEMMELIG", state=state)

    assert "HEMMELIG" not in plain(page_of(browser_of(world.people["SE"])))


def test_applicants_reviewers_and_the_council_have_no_ranking(world: World, browser_of: BrowserOf) -> None:
    add(world, 1, Track.DONATION, title="HEMMELIG")
    for key in ("AO", "AX", "RA", "RO", "RC", "CM", "MA", "AD"):
        answer = browser_of(world.people[key]).get(ADDRESS)
        assert answer.status_code == 403, key
        assert "HEMMELIG" not in answer.get_data(as_text=True)
    assert "HEMMELIG" in plain(page_of(browser_of(world.people["AU"])))


def test_a_call_that_is_not_there_has_no_ranking(world: World, browser_of: BrowserOf) -> None:
    assert browser_of(world.people["SE"]).get("/calls/intet/ranking").status_code == 404


def test_one_and_three_cases_cost_the_same(world: World, browser_of: BrowserOf, connection: Connection) -> None:
    browser = browser_of(world.people["SE"])
    add(world, 1, Track.DONATION, title="Haven")
    page_of(browser)
    with statements(connection) as one:
        page_of(browser)
    add(world, 2, Track.DONATION, title="Køkkenet")
    add(world, 3, Track.SOCIAL_INVESTMENT, title="Skolen")
    with statements(connection) as three:
        page_of(browser)

    assert len(three.queries) == len(one.queries) <= 10


def test_the_tables_have_captions_and_heads_with_a_scope(world: World, browser_of: BrowserOf) -> None:
    add(world, 1, Track.DONATION, title="Haven")
    add(world, 2, Track.MATURING_DIALOGUE, title="Planen")
    page = page_of(browser_of(world.people["SE"]))

    assert all(plain(table.xpath("caption")[0]) for table in page.xpath("//table"))
    assert {head.get("scope") for head in page.xpath("//th")} == {"col", "row"}
    assert page.xpath("//table[caption[contains(., 'Donationer')]]//tbody/tr/th[@scope='row']")
    for row in page.xpath("//tbody/tr[td[@data-title]]"):
        assert all(cell.get("data-title") for cell in row.xpath("th|td"))
