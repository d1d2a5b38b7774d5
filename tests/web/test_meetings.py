"""Does the secretariat plan meetings and order agendas in the browser, and does everybody see what they may?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlmodel import Session, select

from exports.decision_memo_facts import gather
from exports.memo_snapshot import to_content
from foundation.clock import today
from foundation.identity.roles import Actor
from intake.actions import declare_conflict, withdraw_proposal
from intake.models import Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from portfolio.actions import place_on_agenda, release_memo
from portfolio.models import AgendaItem, CouncilMeeting, ReleasedMemo
from scoring.actions import override_sorting
from scoring.models import Hearing
from tests.builders import COUNCIL_DAY, World, csrf_token
from tests.conftest import NOON
from tests.rights.stage import statements

BrowserOf = Callable[[Actor], FlaskClient]
AGENDA = f"/meetings/{COUNCIL_DAY.isoformat()}"
HOSTILE = "{{ 7*7 }} <b>fed</b> =SUM(A1)\n\nto linjer «æøå» 🧪"


def post(browser: FlaskClient, where: str, data: dict[str, Any]) -> Any:
    return browser.post(where, data={"csrf_token": csrf_token(browser, "/privacy"), **data})


def main_of(browser: FlaskClient, where: str) -> Any:
    answer = browser.get(where)
    assert answer.status_code == 200, where
    return lxml.html.fromstring(answer.data).xpath("//main")[0]


def text_of(browser: FlaskClient, where: str) -> str:
    return " ".join(main_of(browser, where).xpath("string(.)").split())


def rows_of(browser: FlaskClient, where: str = AGENDA) -> list[tuple[str, str]]:
    """Position and title (or what stands there) of each row."""
    found = []
    for row in main_of(browser, where).xpath(".//tbody/tr"):
        heading = row.xpath("./th")[0]
        title = heading.xpath("string(./a)") or heading.text_content()
        found.append((row.xpath("string(./td[1])").strip(), title.strip()))
    return found


def move(browser: FlaskClient, title: str, direction: str) -> Any:
    """Press the button of a row, with what its form holds."""
    for row in main_of(browser, AGENDA).xpath(".//tbody/tr"):
        if title in row.text_content():
            form = row.xpath(f".//form[input[@name='direction'][@value='{direction}']]")[0]
            return post(browser, form.get("action"), dict(form.form_values()))
    raise AssertionError(title)


def three(world: World) -> list[Proposal]:
    meeting = world.meeting()
    return [world.on_agenda(meeting, title=title) for title in ("Første", "Anden", "Tredje")]


# ---- meetings -----------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned(world: World, session: Session, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["SE"])
    assert "Der er ikke planlagt et møde." in text_of(browser, "/meetings")
    assert post(browser, "/meetings", {"held_on": "14.4.2027"}).status_code == 303
    assert session.exec(select(CouncilMeeting.held_on)).all() == [COUNCIL_DAY]
    assert "14. april 2027" in text_of(browser, "/meetings")
    assert "Der er ingen sager på dagsordenen endnu." in text_of(browser, AGENDA)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Skriv en dato"),
        ("i morgen", "Skriv datoen"),
        ("1.3.2027", "Vælg en dag efter i dag."),
        ("6.3.2027", "Vælg en arbejdsdag."),
        ("4.1.2072", "Årstallet kan være skrevet forkert."),
        ("14.4.2027", "Der er allerede et møde den dag."),
    ],
)
def test_a_day_at_fault_comes_back(world: World, browser_of: BrowserOf, typed: str, words: str) -> None:
    world.meeting()
    answer = post(browser_of(world.people["SE"]), "/meetings", {"held_on": typed})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert f'value="{typed}"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("held_on", ["2027-04-15", "2027-02-30", "14.4.2027", "20270414", "2027-W15-3", "x"])
def test_a_day_without_a_meeting_is_not_found(world: World, browser_of: BrowserOf, held_on: str) -> None:
    world.meeting()
    assert browser_of(world.people["SE"]).get(f"/meetings/{held_on}").status_code == 404


def test_others_neither_plan_nor_order(world: World, session: Session, browser_of: BrowserOf) -> None:
    three(world)
    item = session.exec(select(AgendaItem.id).where(AgendaItem.position == 1)).one()
    for key in ("CM", "AU"):
        browser = browser_of(world.people[key])
        assert "Planlæg mødet" not in text_of(browser, "/meetings")
        assert "Flyt ned" not in text_of(browser, AGENDA)
        assert post(browser, "/meetings", {"held_on": "21.4.2027"}).status_code == 403, key
        sent = {"version": "4", "item": str(item), "direction": "down"}
        assert post(browser, f"{AGENDA}/order", sent).status_code == 403, key
    for key in ("AO", "RA", "MA", "AD"):
        for page in ("/meetings", AGENDA):
            assert browser_of(world.people[key]).get(page).status_code == 403, (key, page)


# ---- placed, ordered and taken off --------------------------------------------------------------------------------


def test_a_case_is_placed_and_everybody_reads_it(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.memo_released(), browser_of(world.people["SE"])
    where = f"/proposals/{proposal.reference}/agenda"
    assert "Der er ikke planlagt et møde." in text_of(browser, where)
    world.meeting()
    assert "Sæt på dagsorden" in text_of(browser, "/my-tasks")
    assert post(browser, where, {"meeting": ""}).status_code == 422
    assert post(browser, where, {"meeting": "2027-04-15"}).status_code == 422
    placed = post(browser, where, {"meeting": COUNCIL_DAY.isoformat()})
    assert (placed.status_code, placed.headers["Location"]) == (303, AGENDA)

    session.expire_all()
    assert session.get_one(Proposal, proposal.id).state is State.AT_COUNCIL
    assert "Sæt på dagsorden" not in text_of(browser, "/my-tasks")
    for key in ("SE", "CM", "AU"):
        assert rows_of(browser_of(world.people[key])) == [("1", "Byhaven på torvet")], key
        assert "85.000 kr." in text_of(browser_of(world.people[key]), AGENDA).replace("\xa0", " ")
    assert "Næste rådsmøde: 14. april 2027" in text_of(browser_of(world.people["CM"]), "/my-tasks")
    own = text_of(browser_of(world.people["AO"]), f"/proposals/{proposal.reference}")
    assert "Rådet behandler jeres forslag den 14. april 2027." in own
    assert "/meetings" not in browser_of(world.people["AO"]).get(f"/proposals/{proposal.reference}").text


def test_the_applicant_reads_of_no_day_before_the_case_is_placed(world: World, browser_of: BrowserOf) -> None:
    world.meeting()
    proposal = world.memo_released()
    own = text_of(browser_of(world.people["AO"]), f"/proposals/{proposal.reference}")
    assert "14. april" not in own
    assert "Sagen venter på et rådsmøde." in own


def test_a_meeting_that_is_near_needs_a_reason(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.memo_released(), browser_of(world.people["SE"])
    soon = world.meeting(today(NOON) + timedelta(days=4)).held_on.isoformat()
    where = f"/proposals/{proposal.reference}/agenda"
    assert "5. marts 2027 (skal begrundes)" in text_of(browser, where)
    late = post(browser, where, {"meeting": soon})
    assert late.status_code == 422
    assert "under 7 dage" in late.get_data(as_text=True)
    assert post(browser, where, {"meeting": soon, "reason": HOSTILE}).status_code == 303
    assert "to linjer «æøå» 🧪" in text_of(browser, f"/proposals/{proposal.reference}/history")


def test_a_hearing_comes_before_the_agenda(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal, browser = world.memo_released(), browser_of(world.people["SE"])
    where, task = f"/proposals/{proposal.reference}/agenda", "Sæt på dagsorden"
    assert task in text_of(browser, "/my-tasks")
    due_on, opened = today(NOON) + timedelta(days=14), NOON + timedelta(hours=1)
    author = world.people["SE"].person_id
    hearing = Hearing(proposal_id=proposal.id, facts="Nyt.", due_on=due_on, opened_by=author, opened_at=opened)
    session.add(hearing)
    world.meeting()
    session.commit()

    assert task not in text_of(browser, "/my-tasks")
    assert "Gå til høringen" in text_of(browser, f"/proposals/{proposal.reference}")
    page = main_of(browser, where)
    assert "Gør høringen færdig først." in page.text_content()
    assert page.xpath(".//a[normalize-space()='Gå til høringen']")
    assert not page.xpath(".//select")
    assert post(browser, where, {"meeting": COUNCIL_DAY.isoformat(), "reason": ""}).status_code == 409

    hearing.closed_at, hearing.closing_note = opened + timedelta(hours=1), "Svaret ændrer ikke noget."
    session.commit()
    tasks = text_of(browser, "/my-tasks")
    assert task not in tasks
    assert "Klarmeld indstillingen igen efter høringen" in tasks
    assert "Send indstillingen tilbage" in text_of(browser, where)


def test_items_are_moved_without_a_script(world: World, browser_of: BrowserOf) -> None:
    three(world)
    browser = browser_of(world.people["SE"])
    assert move(browser, "Tredje", "up").status_code == 303
    assert rows_of(browser) == [("1", "Første"), ("2", "Tredje"), ("3", "Anden")]
    assert move(browser, "Første", "down").status_code == 303
    assert rows_of(browser) == [("1", "Tredje"), ("2", "Første"), ("3", "Anden")]
    assert "Punkt 1 på dagsordenen blev flyttet til plads 2." in text_of(browser, AGENDA)


def test_an_old_agenda_is_not_ordered(world: World, browser_of: BrowserOf) -> None:
    three(world)
    browser = browser_of(world.people["SE"])
    form = main_of(browser, AGENDA).xpath(".//form[input[@name='direction'][@value='up']]")[-1]
    sent = dict(form.form_values())
    assert post(browser, f"{AGENDA}/order", sent).status_code == 303
    assert post(browser, f"{AGENDA}/order", sent).status_code == 409
    for fault in ({"item": "x"}, {"version": ""}, {"direction": "sideways"}, {"item": ""}):
        assert post(browser, f"{AGENDA}/order", {**sent, **fault}).status_code in {404, 409}, fault
    assert rows_of(browser) == [("1", "Første"), ("2", "Tredje"), ("3", "Anden")]


def test_a_case_is_taken_off_with_a_reason(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposals, browser = three(world), browser_of(world.people["SE"])
    where = f"/proposals/{proposals[0].reference}/agenda/remove"
    assert "punkt 1 på dagsordenen" in text_of(browser, where)
    assert post(browser, where, {"reason": " "}).status_code == 422
    assert post(browser, where, {"reason": HOSTILE}).status_code == 303
    assert rows_of(browser) == [("1", "Anden"), ("2", "Tredje")]
    kept = session.exec(select(AgendaItem.removed_reason).where(AgendaItem.proposal_id == proposals[0].id)).one()
    assert kept == HOSTILE
    assert post(browser, where, {"reason": "Igen"}).status_code == 409


# ---- what may be seen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["CM", "IH"])
def test_a_conflict_hides_the_row_and_nothing_else(
    world: World, session: Session, browser_of: BrowserOf, key: str
) -> None:
    second = three(world)[1]
    declare_conflict(session, second, has_conflict=True, ground="Gift", actor=world.people[key], at=NOON)
    session.commit()
    browser = browser_of(world.people[key])
    assert rows_of(browser) == [("1", "Første"), ("3", "Tredje")]
    for page in (AGENDA, "/meetings", "/my-tasks"):
        said = browser.get(page).get_data(as_text=True)
        assert "Anden" not in said, page
        assert (second.reference or "") not in said, page
    if key == "IH":
        item = session.exec(select(AgendaItem.id).where(AgendaItem.proposal_id == second.id)).one()
        sent = {"version": "4", "item": str(item), "direction": "up"}
        assert post(browser, f"{AGENDA}/order", sent).status_code == 404


def test_a_withdrawn_case_is_said_to_be_withdrawn(world: World, session: Session, browser_of: BrowserOf) -> None:
    second = three(world)[1]
    withdraw_proposal(
        session, second, world.call, reason="", actor=world.people["AO"], at=NOON, base_url="http://localhost"
    )
    session.commit()
    assert rows_of(browser_of(world.people["CM"])) == [
        ("1", "Første"),
        ("2", "Punktet er trukket tilbage"),
        ("3", "Tredje"),
    ]
    assert rows_of(browser_of(world.people["SE"])) == [("1", "Første"), ("2", "Anden"), ("3", "Tredje")]
    for key in ("CM", "SE"):
        browser = browser_of(world.people[key])
        assert "2 sager til behandling" in text_of(browser, AGENDA), key
        links = [link for _, _, link, _ in main_of(browser, AGENDA).iterlinks() if link.startswith("/exports/")]
        assert len(links) == 2, key


def test_the_agenda_asks_as_much_for_three_cases_as_for_one(
    world: World, session: Session, browser_of: BrowserOf, connection: Connection
) -> None:
    meeting, browser, counts = world.meeting(), browser_of(world.people["CM"]), []
    for cases in (1, 2):
        for _ in range(cases):
            world.on_agenda(meeting)
        for page in (AGENDA, "/meetings", "/my-tasks"):
            browser.get(page)
            with statements(connection) as asked:
                assert browser.get(page).status_code == 200
            counts.append((page, len(asked.sent)))
    assert counts[:3] == counts[3:]


def test_whoever_scored_a_case_reads_neither_track_nor_amount(
    world: World, session: Session, browser_of: BrowserOf
) -> None:
    proposal = world.on_agenda()
    scorer, colleague = browser_of(world.people["S2"]), browser_of(world.people["SE"])
    lists = f"/calls/{world.call.slug}/proposals"
    for where, hidden in ((AGENDA, ["Donation", "85.000"]), (lists, ["Donation", "1,42", "Enige"])):
        mine, theirs = row_text(scorer, where), row_text(colleague, where)
        assert proposal.title in mine
        assert "Vises senere" in mine
        assert "Vises senere" not in theirs
        assert [word for word in hidden if word in mine] == [], where
        assert hidden[0] in theirs, where


def row_text(browser: FlaskClient, where: str) -> str:
    (row,) = main_of(browser, where).xpath(".//tbody/tr")
    return " ".join(row.text_content().split())


def test_a_refusal_has_no_amount(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    actor, at = world.people["SE"], NOON + timedelta(minutes=1)
    override_sorting(session, proposal, world.call, track=Track.REFUSED, reason="Fordi.", actor=actor, at=at)
    session.commit()
    page = main_of(browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/memo/sections/frame")
    assert not page.xpath(".//input[@name='amount'] | .//textarea[@name='smaller_reason']")
    facts = gather(session, proposal, on=today(NOON))
    assert (facts.amount_ore, facts.smaller_reason) == (None, "")
    content = to_content(facts)
    release_memo(session, proposal, content=content, actor=world.people["SE"], at=NOON)
    place_on_agenda(session, proposal, world.meeting(), reason="", actor=world.people["SE"], at=NOON)
    session.commit()
    assert session.exec(select(ReleasedMemo.amount_ore)).one() is None
    row = row_text(browser_of(world.people["CM"]), AGENDA)
    assert "85.000" not in row
    assert "Ikke oplyst" not in row
