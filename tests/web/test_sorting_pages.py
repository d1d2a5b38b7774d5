"""Does the sorting page say why, what is missing and what would change the answer, and does it sort again?"""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from foundation.clock import FixedClock, today
from foundation.errors import Refused
from foundation.identity.roles import Actor
from foundation.money import NO_BREAK_SPACE
from intake.models import Proposal
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring.actions import renew_sorting
from scoring.models import CaseFact, FundFiguresRow, SortingRun
from tests.builders import DONATION_FACTS, MATURE, World, csrf_token

BrowserOf = Callable[[Actor], FlaskClient]


def path(proposal: Proposal, page: str = "sorting") -> str:
    return f"/proposals/{proposal.reference}/{page}"


def shown(browser: FlaskClient, where: str) -> str:
    return plain(browser.get(where).get_data(as_text=True))


def plain(html: str) -> str:
    text = " ".join(str(part) for part in lxml.html.fromstring(html).xpath("//main//text()"))
    return " ".join(text.replace(NO_BREAK_SPACE, " ").split()).replace(" .", ".")


def version_of(browser: FlaskClient, proposal: Proposal) -> str:
    page = lxml.html.fromstring(browser.get(path(proposal)).data)
    return str(page.xpath("//input[@name='version']/@value")[0])


def post(browser: FlaskClient, where: str, data: dict[str, Any]) -> Any:
    return browser.post(where, data={"csrf_token": csrf_token(browser, "/privacy"), **data})


def decide(browser: FlaskClient, proposal: Proposal, act: str, **data: str) -> Any:
    """Open the page and decide on what it shows."""
    return post(browser, path(proposal, f"sorting/{act}"), {"version": version_of(browser, proposal), **data})


def write_fact(world: World, proposal: Proposal, key: str, value: object, clock: FixedClock) -> None:
    """Somebody writes a fact in another window, an hour later."""
    clock.move(clock.now() + timedelta(hours=1))
    row = world.session.get(CaseFact, (proposal.id, key))
    row = row or CaseFact(
        proposal_id=proposal.id, key=key, recorded_by=world.people["S2"].person_id, recorded_at=clock.now()
    )
    row.value, row.recorded_at = value, clock.now()
    world.session.add(row)
    world.session.commit()


def new_figures(world: World, clock: FixedClock, *, pool_ore: int) -> None:
    clock.move(clock.now() + timedelta(hours=1))
    world.session.add(
        FundFiguresRow(
            as_of=today(clock.now()),
            free_capital_ore=21_000_000_00,
            outcome_fund_balance_ore=1_000_000_00,
            donation_pool_left_ore=pool_ore,
            source="Regnskabet",
            entered_at=clock.now(),
        )
    )
    world.session.commit()


def stored(session: Session, proposal: Proposal) -> Proposal:
    session.expire_all()
    return session.get_one(Proposal, proposal.id)


def runs(session: Session, proposal: Proposal) -> list[SortingRun]:
    session.expire_all()
    found = session.exec(select(SortingRun).where(SortingRun.proposal_id == proposal.id))
    return sorted(found, key=lambda run: run.run_at)


# ---- why, what is missing, what would change it --------------------------------------------------------------------


def test_every_ground_says_where_its_answer_comes_from(world: World, browser_of: BrowserOf) -> None:
    proposal = world.ready_to_sort()
    text = shown(browser_of(world.people["SE"]), path(proposal))

    assert "Forslaget opfylder callets formelle krav. Formalitjek, 1. marts 2027" in text
    assert "Vurdering, konsensus 1. marts 2027" in text
    assert "Sagsgrundlag, 1. marts 2027, Medarbejder SE" in text
    assert "Forslaget, udgave 1; Fondens tal pr. 1. marts 2027" in text


def test_the_page_lists_every_single_change_that_gives_another_track(world: World, browser_of: BrowserOf) -> None:
    proposal = world.ready_to_sort()
    page = lxml.html.fromstring(browser_of(world.people["SE"]).get(path(proposal)).data)
    (table,) = [one for one in page.xpath("//table") if "Enkelte ændringer" in one.xpath("string(caption)")]
    rows = {
        str(row.xpath("string(th)")).replace(NO_BREAK_SPACE, " "): " ".join(row.xpath("string(td[1])").split())
        for row in table.xpath(".//tbody/tr")
    }

    assert rows["Beløbet er over 100.000 kr."] == "Modningsdialog Regel SORT8"
    assert rows["Ansøgeren er ikke en mindre organisation"] == "Afslag Regel SORT10"
    assert [head.get("scope") for head in table.xpath(".//th")] == ["col"] * 3 + ["row"] * len(rows)


def test_what_is_missing_leads_to_where_it_is_answered(world: World, browser_of: BrowserOf) -> None:
    proposal = world.ready_to_sort(facts={"stop": False})
    page = lxml.html.fromstring(browser_of(world.people["SE"]).get(path(proposal)).data)
    links = {
        str(link.text_content()): link.get("href") for link in page.xpath("//h2[.='Det mangler']/following::ul[1]//a")
    }

    assert links["Ny og uprøvet løsning"] == path(proposal, "case-facts#fact-innovative")
    facts = browser_of(world.people["SE"]).get(path(proposal, "case-facts")).get_data(as_text=True)
    for address in links.values():
        assert f'id="{address.partition("#")[2]}"' in facts


def test_a_reviewer_and_an_applicant_see_nothing_of_the_sorting(world: World, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    for key, status in (("RA", 409), ("S2", 409), ("RO", 403), ("AO", 403), ("AX", 404)):
        answer = browser_of(world.people[key]).get(path(proposal))
        told = answer.get_data(as_text=True)
        assert answer.status_code == status, key
        assert "SORT7" not in told
        assert "Hvad ville ændre svaret" not in told


# ---- deciding on what the page showed ------------------------------------------------------------------------------


def test_a_sorting_is_confirmed_on_what_the_page_showed(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.ready_to_sort()
    assert decide(browser_of(world.people["SE"]), proposal, "confirm").status_code == 303
    assert [(run.track, run.chosen_track) for run in runs(session, proposal)] == [(Track.DONATION, Track.DONATION)]


def test_of_two_officers_who_confirm_at_once_one_does(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.ready_to_sort()
    browser = browser_of(world.people["SE"])
    data = {"version": version_of(browser, proposal)}

    assert post(browser, path(proposal, "sorting/confirm"), data).status_code == 303
    assert post(browser, path(proposal, "sorting/confirm"), data).status_code == 409
    assert len(runs(session, proposal)) == 1


def test_a_fact_written_meanwhile_stops_the_confirmation_and_is_shown(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.ready_to_sort()
    browser = browser_of(world.people["SE"])
    version = version_of(browser, proposal)
    write_fact(world, proposal, "innovative", False, clock)

    answer = post(browser, path(proposal, "sorting/confirm"), {"version": version})
    text = plain(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Din beslutning er ikke gemt." in text
    assert "Ny og uprøvet løsning ja nej" in text
    assert "Bekræft: Afslag" in text
    assert runs(session, proposal) == []
    assert stored(session, proposal).state is State.MATURITY_ASSESSMENT


def test_new_figures_of_the_fund_stop_an_override_and_keep_its_reason(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.ready_to_sort()
    browser = browser_of(world.people["SE"])
    version = version_of(browser, proposal)
    new_figures(world, clock, pool_ore=50_000_00)

    data = {"version": version, "track": "maturing_dialogue", "reason": "Foreningen vil selv vente."}
    answer = post(browser, path(proposal, "sorting/override"), data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Rest i årets donationspulje 200.000 kr. 50.000 kr." in plain(page)
    assert "Foreningen vil selv vente." in unescape(page)
    assert runs(session, proposal) == []


def test_of_two_officers_who_overrule_at_once_the_second_is_told(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people["SE"])
    version = version_of(browser, proposal)
    clock.move(clock.now() + timedelta(hours=1))
    first = {"version": version, "track": "refused", "reason": "Den første."}
    assert post(browser, path(proposal, "sorting/override"), first).status_code == 303
    second = {"version": version, "track": "maturing_dialogue", "reason": "Den anden."}
    answer = post(browser, path(proposal, "sorting/override"), second)

    assert answer.status_code == 409
    assert "En anden har sorteret forslaget" in answer.get_data(as_text=True)
    assert [run.reason for run in runs(session, proposal)] == ["", "Den første."]


@pytest.mark.parametrize("version", ["", "{}", "[]", "null", '{"inputs": 1, "run": ""}', "x" * 3000])
def test_a_page_that_carries_nothing_of_ours_decides_nothing(
    world: World, session: Session, browser_of: BrowserOf, version: str
) -> None:
    proposal = world.ready_to_sort()
    answer = post(browser_of(world.people["SE"]), path(proposal, "sorting/confirm"), {"version": version})

    assert answer.status_code in (409, 422)
    assert runs(session, proposal) == []


# ---- sorting again -------------------------------------------------------------------------------------------------


def test_a_changed_fact_is_shown_and_sorted_again(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people["SE"])
    assert "Sorter igen" not in shown(browser, path(proposal))
    write_fact(world, proposal, "innovative", False, clock)

    text = shown(browser, path(proposal))
    assert "Ny og uprøvet løsning ja nej" in text
    assert "Reglerne ville i dag svare Afslag i stedet for Donation." in text
    assert "rettet efter sorteringen" in text
    assert decide(browser, proposal, "renew").status_code == 303

    first, second = runs(session, proposal)
    assert (first.chosen_track, second.track, second.chosen_track) == (Track.DONATION, Track.REFUSED, Track.REFUSED)
    assert (first.inputs["facts"]["innovative"], second.inputs["facts"]["innovative"]) == (True, False)
    assert second.run_by == world.people["SE"].person_id
    now_stored = stored(session, proposal)
    assert (now_stored.track, now_stored.state) == (Track.REFUSED, State.SORTED)
    history = shown(browser, path(proposal, "history"))
    assert "Sekretariatet sorterede forslaget igen: Afslag. Før var sporet Donation." in history
    assert "Ny og uprøvet løsning" in history
    assert "Sorterede igen: Afslag." in shown(browser, path(proposal))


def test_reviewer_and_applicant_read_nothing_of_it_in_the_history(
    world: World, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.sorted()
    write_fact(world, proposal, "innovative", False, clock)
    assert decide(browser_of(world.people["SE"]), proposal, "renew").status_code == 303

    for key in ("RA", "AO"):
        history = shown(browser_of(world.people[key]), path(proposal, "history"))
        for leak in ("sorterede", "Afslag", "Modenheden", "Ny og uprøvet"):
            assert leak not in history, key


def test_new_figures_are_a_reason_to_sort_again(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people["SE"])
    new_figures(world, clock, pool_ore=50_000_00)

    assert "Rest i årets donationspulje 200.000 kr. 50.000 kr." in shown(browser, path(proposal))
    assert decide(browser, proposal, "renew").status_code == 303
    first, second = runs(session, proposal)
    assert first.fund_figures_id != second.fund_figures_id
    assert (second.track, second.rule) == (Track.MATURING_DIALOGUE, "SORT8")


def test_nothing_new_is_nothing_to_sort_again(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.sorted()
    answer = decide(browser_of(world.people["SE"]), proposal, "renew")

    assert answer.status_code == 409
    assert "Der er ikke noget nyt" in answer.get_data(as_text=True)
    assert len(runs(session, proposal)) == 1


def test_sorting_again_drops_an_overruling_and_says_so(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.ready_to_sort()
    browser = browser_of(world.people["SE"])
    decide(browser, proposal, "override", track="refused", reason="Foreningen er lukket.")
    write_fact(world, proposal, "payback_months", "30", clock)

    assert "Det spor, I selv valgte, falder bort." in shown(browser, path(proposal))
    assert decide(browser, proposal, "renew").status_code == 303
    assert [run.chosen_track for run in runs(session, proposal)] == [Track.REFUSED, Track.DONATION]
    assert stored(session, proposal).track is Track.DONATION
    assert "Den tidligere anden sortering falder bort." in shown(browser, path(proposal, "history"))


def test_an_overruling_can_be_taken_back(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.ready_to_sort()
    browser = browser_of(world.people["SE"])
    decide(browser, proposal, "override", track="refused", reason="Foreningen er lukket.")
    clock.move(clock.now() + timedelta(hours=1))

    assert decide(browser, proposal, "renew").status_code == 303
    assert stored(session, proposal).track is Track.DONATION


def test_no_answer_is_no_new_sorting(world: World, session: Session, browser_of: BrowserOf, clock: FixedClock) -> None:
    proposal = world.sorted()
    browser = browser_of(world.people["SE"])
    write_fact(world, proposal, "stop", None, clock)

    text = shown(browser, path(proposal))
    assert "Reglerne kan ikke svare på det, der står nu." in text
    assert "Sorter igen" not in text
    with pytest.raises(Refused, match="kan ikke sorteres endnu"):
        renew_sorting(session, proposal, world.call, actor=world.people["SE"], at=clock.now())
    assert len(runs(session, proposal)) == 1
    assert stored(session, proposal).track is Track.DONATION


def test_only_the_secretariat_sorts_again_and_only_while_sorted(
    world: World, session: Session, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.sorted()
    version = version_of(browser_of(world.people["SE"]), proposal)
    for key in ("RA", "CM", "AU", "MA", "AD", "AO"):
        answer = post(browser_of(world.people[key]), path(proposal, "sorting/renew"), {"version": version})
        assert answer.status_code in (403, 404), key
    proposal = stored(session, proposal)
    proposal.state = State.MEMO_READY
    session.commit()
    answer = post(browser_of(world.people["SE"]), path(proposal, "sorting/renew"), {"version": version})
    assert answer.status_code == 409
    assert len(runs(session, proposal)) == 1


def test_a_reader_sees_the_stored_answer_whatever_has_changed_since(
    world: World, browser_of: BrowserOf, clock: FixedClock
) -> None:
    proposal = world.sorted(MATURE, {**DONATION_FACTS, "risk_assessed": True})
    write_fact(world, proposal, "innovative", False, clock)
    text = shown(browser_of(world.people["AU"]), path(proposal))

    assert "Nyt, siden forslaget blev sorteret" not in text
    assert "Sorter igen" not in text
    assert "Sorteringer til nu" in text
