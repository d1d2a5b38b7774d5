"""Does a case go on when an assessor turns out to belong to the applicant or to a partner, and has said nothing?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from desk.queries import case_work, secretariat_tasks
from foundation.audit import history
from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.models import Membership
from foundation.identity.organisation_actions import add_member
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from foundation.workdays import add_workdays
from intake import actions
from intake.events import AssignmentEnded
from intake.models import Proposal
from intake.queries import department_queue, find_assignment, parts_of
from intake.queries.secretariat import counting_sheets
from intake.rules.track import Track
from scoring import actions as scoring_actions
from scoring import queries
from scoring.rules.dimensions import Dimension
from tests.builders import ANSWERS, BASE_URL, YOUNG, World, csrf_token
from tests.rooms.test_conflicts import joins

BrowserOf = Callable[[Actor], FlaskClient]
SHUT = "Kan ikke åbne sagen: er med i ansøgerens eller en partners organisation"
PARTNER = ANSWERS["partners"][0]["cvr"]


def belongs(world: World, key: str) -> None:
    """The person becomes a member of the organisation that applies."""
    add_member(world.session, world.people[key].person_id, world.organisations["AO"].id, at=world.at)
    world.session.commit()


def end(world: World, proposal: Proposal, key: str, by: str = "SE") -> None:
    actions.end_assignment(
        world.session,
        proposal,
        world.people[key].person_id,
        "Er med i foreningen.",
        actor=world.people[by],
        at=world.at,
    )
    world.session.commit()


def tasks(world: World) -> list[str]:
    return [task.what for task in secretariat_tasks(world.session, world.people["SE"], on=today(world.at))]


def final(world: World, proposal: Proposal) -> list[str]:
    return [one.assessor for one in queries.final_sheets(world.session, proposal.id)]


@pytest.mark.parametrize("partner", [False, True])
def test_somebody_who_is_shut_out_is_waited_for_no_more(world: World, session: Session, partner: bool) -> None:
    proposal, on = world.answered(), today(world.at)
    world.score("S2", proposal)
    assert queries.unfinished_assessors(session, proposal.id) == ["Medarbejder RA"]
    assert [one.name for one in case_work(session, proposal.id, on=on).assessors] == [
        "Medarbejder RA",
        "Medarbejder S2",
    ]
    assert tasks(world) == []

    if partner:
        joins(world, "RA", cvr=PARTNER)
    else:
        belongs(world, "RA")

    assert queries.unfinished_assessors(session, proposal.id) == []
    assert [one.name for one in case_work(session, proposal.id, on=on).assessors] == ["Medarbejder S2"]
    assert tasks(world) == ["En vurderer kan ikke åbne sagen"]
    assert "og der er 1" in queries.consensus_basis(session, proposal).lacks
    shut = {one.name: (one.is_shut, one.keeps_case) for part in parts_of(session, proposal) for one in part.people}
    assert shut == {"Medarbejder RA": (True, False), "Medarbejder S2": (False, True)}
    end(world, proposal, "RA")
    assert tasks(world) == ["Vælg en vurderer mere"]


def test_the_department_sees_that_nobody_has_the_case(world: World, session: Session) -> None:
    world.declared()
    assert [one.people for one in department_queue(session, world.people["RC"])] == [("Medarbejder RA",)]
    belongs(world, "RA")
    assert [one.people for one in department_queue(session, world.people["RC"])] == [()]


def test_no_reminder_is_sent_of_what_nobody_can_do(world: World, session: Session) -> None:
    proposal, on = world.answered(), today(world.at) + timedelta(days=60)
    people = {world.people[key].person_id for key in ("RA", "S2")}
    assert {one.person_id for one in queries.late_assessors(session, on)} == people
    belongs(world, "RA")
    assert [one.person_id for one in queries.late_assessors(session, on)] == [world.people["S2"].person_id]
    end(world, proposal, "RA")
    assert [one.person_id for one in queries.late_assessors(session, on)] == [world.people["S2"].person_id]


def test_a_finished_sheet_of_a_member_does_not_count_and_takes_the_consensus_with_it(
    world: World, session: Session
) -> None:
    proposal = world.ready_to_sort()
    assert (final(world, proposal), proposal.assessments_final) == (["Medarbejder RA", "Medarbejder S2"], 2)

    belongs(world, "RA")

    assert (final(world, proposal), counting_sheets(session, proposal.id)) == (["Medarbejder S2"], 1)
    assert [one.assessor for one in queries.finished_sheets(session, proposal.id)] == ["Medarbejder S2"]
    assert queries.consensus_basis(session, proposal).left_out == ""
    assert queries.counting_consensus(session, proposal.id) is None
    assert queries.counting_scores(session, proposal.id) == dict.fromkeys(Dimension)
    assert scoring_actions.run_sorting(session, proposal, world.call, at=world.at)[1].track is Track.UNDETERMINED
    with pytest.raises(Refused, match="mangler konsensus"):
        scoring_actions.confirm_sorting(session, proposal, world.call, actor=world.people["SE"], at=world.at)
    with pytest.raises(Refused, match=r"Medarbejder RA\. Tag sagen fra personen"):
        world.agree(proposal)


def test_taking_the_case_from_a_member_drops_the_sheet_for_good(world: World, session: Session) -> None:
    proposal = world.ready_to_sort()
    belongs(world, "RA")
    waiting = select(OutgoingMail.subject).where(OutgoingMail.to_address == "ra@x.example")
    before = session.exec(waiting).all()

    actions.substitute_reviewer(
        session,
        proposal,
        world.people["RA"].person_id,
        world.people["RU"].person_id,
        "Er med i foreningen.",
        actor=world.people["RC"],
        at=world.at,
        base_url=BASE_URL,
    )
    session.commit()

    assert (proposal.assessments_final, proposal.maturity_e4, proposal.agreement) == (1, None, None)
    told = [one.event for one in history(session, proposal.id) if isinstance(one.event, AssignmentEnded)]
    assert told == [AssignmentEnded("Medarbejder RA", "Er med i foreningen.", "dropped")]
    assert session.exec(waiting).all() == before
    assert queries.unfinished_assessors(session, proposal.id) == ["Medarbejder RU"]
    membership = session.exec(select(Membership).where(Membership.person_id == world.people["RA"].person_id)).one()
    membership.ended_at = world.at
    session.commit()
    assert final(world, proposal) == ["Medarbejder S2"]
    actions.declare_conflict(
        session, proposal, has_conflict=False, ground="", actor=world.people["RU"], at=world.at, base_url=BASE_URL
    )
    world.score("RU", proposal)
    world.agree(proposal)
    assert queries.counting_scores(session, proposal.id) == YOUNG


def test_a_finished_sheet_of_somebody_free_is_still_kept(world: World) -> None:
    proposal = world.assessed()
    belongs(world, "S2")
    with pytest.raises(Refused, match="Vurderingen er afsluttet"):
        end(world, proposal, "RA")
    end(world, proposal, "S2")
    assert (final(world, proposal), proposal.assessments_final) == (["Medarbejder RA"], 1)


def test_a_member_after_the_sorting_changes_nothing(world: World, session: Session) -> None:
    proposal = world.sorted()
    belongs(world, "RA")
    assert final(world, proposal) == ["Medarbejder RA", "Medarbejder S2"]
    assert queries.counting_scores(session, proposal.id) == YOUNG
    assert tasks(world) == ["Skriv indstillingen"]


def test_the_page_says_so_and_offers_another_at_once(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.ready_to_sort()
    belongs(world, "RA")
    for key in ("SE", "RC"):
        browser = browser_of(world.people[key])
        page = browser.get(f"/proposals/{proposal.reference}/assignments").get_data(as_text=True)
        assert page.count(SHUT) == 1, key
        assert page.count("Tag sagen fra Medarbejder RA") == 1, key
    address = f"/proposals/{proposal.reference}/assignments/end"
    person = str(world.people["RA"].person_id)
    asked = browser.get(f"{address}?person={person}").get_data(as_text=True)
    assert "Er med i ansøgerens eller en partners organisation." in asked
    sent = {
        "csrf_token": csrf_token(browser, "/privacy"),
        "person": person,
        "substitute": f"MSB:{world.people['RU'].person_id}",
        "reason": "Er med i foreningen.",
    }
    assert browser.post(address, data=sent).status_code == 303
    session.expire_all()
    assert find_assignment(session, world.people["RA"].person_id, proposal.id) is None
    page = browser_of(world.people["SE"]).get(f"/proposals/{proposal.reference}/history").get_data(as_text=True)
    assert "Vurderingen fra Medarbejder RA tæller ikke længere." in page


def test_the_count_on_the_list_follows_who_leads(world: World, session: Session) -> None:
    proposal = world.declared()
    world.score("RA", proposal)
    assert proposal.assessments_final == 1
    day = add_workdays(today(world.at), 20)
    rerouting = actions.Rerouting("MBU", (("MSB", day), ("MBU", day)), "Det hører til hos børnene.")
    actions.reroute_proposal(
        session,
        proposal,
        rerouting,
        version=proposal.version,
        actor=world.people["SE"],
        at=world.at,
        base_url=BASE_URL,
    )
    session.commit()
    assert proposal.assessments_final == 0
