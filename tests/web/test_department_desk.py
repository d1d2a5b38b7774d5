"""Do departments see what waits for them, and can everybody hand cases out, back and on in the browser?"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import Session, col, select

from desk.queries import reviewer_desk, secretariat_tasks
from foundation.clock import FixedClock
from foundation.identity.models import Department, RoleGrant
from foundation.identity.roles import Actor
from foundation.workdays import add_workdays
from intake import actions
from intake.models import (
    ConflictDeclaration,
    DepartmentCoordinator,
    DepartmentFocus,
    DepartmentRequest,
    Proposal,
    ReviewerAssignment,
)
from intake.queries import department_queue, find_assignment
from intake.rules.assignment import DeclineReason
from intake.rules.lifecycle import State
from scoring.models import DepartmentAnswer, Hearing
from tests.builders import BASE_URL, World, csrf_token

BrowserOf = Callable[[Actor], FlaskClient]


def post(browser: FlaskClient, path: str, **answers: object) -> tuple[int, str]:
    answer = browser.post(path, data={"csrf_token": csrf_token(browser, "/privacy"), **answers})
    return answer.status_code, answer.get_data(as_text=True)


def page(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def routed(world: World, *others: str, days: int = 20, title: str = "Byhaven på torvet") -> Proposal:
    """Sent to MSB and others, without anybody chosen to score."""
    proposal = world.checked(title=title)
    due_on = add_workdays(world.at.date(), days)
    routing = actions.Routing("MSB", others, None, due_on)
    actions.route_proposal(world.session, proposal, routing, actor=world.people["SE"], at=world.at, base_url=BASE_URL)
    world.session.commit()
    return proposal


def version(world: World, proposal: Proposal) -> int:
    world.session.refresh(proposal)
    return proposal.version


# ---- the desk -------------------------------------------------------------------------------------------------------


def test_queue_stands_by_deadline_and_says_so_in_words(world: World, browser_of: BrowserOf, clock: FixedClock) -> None:
    for title, days in (("Sidst", 20), ("Overskredet", 2), ("Snart", 5)):
        routed(world, days=days, title=title)
    clock.move(world.at + timedelta(days=4))  # Friday 5 March
    said = page(browser_of(world.people["RA"]), "/my-tasks")

    places = [said.index(title) for title in ("Overskredet", "Snart", "Sidst")]
    assert places == sorted(places)
    assert [words in said for words in ("2 arbejdsdage for sent", "om 1 arbejdsdag", "om 16 arbejdsdage")] == [True] * 3
    assert "Ingen endnu" in said
    assert "Vælg vurderer" not in said


def test_own_cases_stand_once_but_for_coordinators(world: World, browser_of: BrowserOf) -> None:
    world.declared(title="Min egen sag")
    routed(world, title="En andens sag")
    given_to_rc = world.declared(title="Koordinatorens sag")
    by_secretariat = {"actor": world.people["SE"], "at": world.at + timedelta(minutes=1), "base_url": BASE_URL}
    actions.assign_reviewer(world.session, given_to_rc, world.people["RC"].person_id, "MSB", **by_secretariat)
    world.session.commit()

    own, _, others = page(browser_of(world.people["RA"]), "/my-tasks").partition("Forvaltningens andre sager")
    assert ("Min egen sag" in own, "Min egen sag" in others) == (True, False)
    assert "En andens sag" in others
    coordinator = page(browser_of(world.people["RC"]), "/my-tasks")
    handed_out = coordinator.partition("Forvaltningens sager")[2]
    assert all(title in handed_out for title in ("Min egen sag", "En andens sag", "Koordinatorens sag"))


def test_own_cases_say_what_is_missing(world: World, browser_of: BrowserOf) -> None:
    world.declared()
    assert "Mangler: forvaltningens svar og din vurdering af modenheden." in page(
        browser_of(world.people["RA"]), "/my-tasks"
    )
    said = page(browser_of(world.people["S2"]), "/my-tasks")
    assert "Dine vurderinger" in said
    assert "Mangler: din vurdering af modenheden." in said
    assert "Dine vurderinger" not in page(browser_of(world.people["SE"]), "/my-tasks")


def _declined(world: World, key: str, proposal: Proposal) -> Proposal:
    actions.decline_assignment(
        world.session,
        proposal,
        DeclineReason.NO_CAPACITY,
        text="",
        actor=world.people[key],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()
    return proposal


def _exempt(world: World, proposal: Proposal, department: str) -> Proposal:
    actions.exempt_department(
        world.session, proposal, department, "Nej.", version=proposal.version, actor=world.people["SE"], at=world.at
    )
    world.session.commit()
    return proposal


def _never_chosen(world: World) -> Proposal:
    """MSB's coordinator chose nobody, and MSB was let off; S2 scores for the secretariat."""
    proposal = routed(world)
    world.assigned("S2", proposal)
    return _exempt(world, proposal, "MSB")


def _conflict_after_finish(world: World) -> Proposal:
    proposal = world.assessed()
    actions.declare_conflict(
        world.session, proposal, has_conflict=True, ground="Nabo.", actor=world.people["RA"], at=world.at
    )
    world.session.flush()
    declared = select(ConflictDeclaration).where(col(ConflictDeclaration.has_conflict))
    key = world.session.exec(declared).one().id
    actions.review_conflict(
        world.session,
        proposal,
        key,
        upheld=True,
        note="Ja.",
        substitute_id=None,
        version=proposal.version,
        actor=world.people["SE"],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()
    return proposal


def _late(world: World) -> Proposal:
    proposal = world.answered()
    for row in world.session.exec(select(ReviewerAssignment)):
        row.due_on = world.at.date() - timedelta(days=1)
    world.session.commit()
    return proposal


def _third_in_time(world: World) -> Proposal:
    proposal = world.agreed()
    world.assigned("RU", proposal)
    return proposal


def _without_lead(world: World) -> Proposal:
    proposal = world.assessed()
    world.session.exec(select(DepartmentRequest)).one().is_lead = False
    world.session.commit()
    return proposal


@pytest.mark.parametrize(
    ("situation", "tasks", "others"),
    [
        (World.submitted, ["Tjek formalia"], set()),
        (World.checked, ["Send til forvaltning"], set()),
        (World.declared, [], {"RA", "RU", "S2"}),
        (lambda world: routed(world), ["Vælg sekretariatets vurderer"], {"RA", "RU"}),
        (World.answered, [], {"RA", "S2"}),
        (lambda world: _declined(world, "RA", world.answered()), ["Vælg en vurderer mere"], {"S2"}),
        (lambda world: _declined(world, "S2", world.answered()), ["Vælg sekretariatets vurderer"], {"RA"}),
        (_never_chosen, ["Vælg en vurderer mere"], {"S2"}),
        (_conflict_after_finish, ["Vælg en vurderer mere"], set()),
        (_late, ["En vurderer er forsinket"], {"RA", "S2"}),
        (_without_lead, ["Vælg en vurderer mere"], set()),
        (World.assessed, ["Afstem vurderingerne"], set()),
        (World.agreed, ["Sorter"], set()),
        (_third_in_time, [], {"RU"}),
    ],
    ids=[
        "sent",
        "checked",
        "asked",
        "no assessor of the secretariat",
        "all in time",
        "lead declines after the answer",
        "secretariat's assessor declines",
        "nobody chosen and let off",
        "conflict upheld after finish",
        "late",
        "the lead's sheet does not count",
        "assessed",
        "agreed",
        "a third scores",
    ],
)
def test_every_case_is_on_somebodys_desk(
    world: World, situation: Callable[[World], Proposal], tasks: list[str], others: set[str]
) -> None:
    situation(world)
    session, on = world.session, world.at.date()
    asked = {
        key
        for key in ("RA", "RU", "S2")
        if any(not case.is_done for case in reviewer_desk(session, world.people[key]))
        or department_queue(session, world.people[key])
    }
    assert [task.what for task in secretariat_tasks(session, world.people["SE"], on=on)] == tasks
    assert asked == others
    assert tasks or others


def test_who_must_be_heard_is_on_the_secretariats_desk_until_the_case_leaves_it(world: World) -> None:
    proposal, session = world.agreed(), world.session
    answer = session.exec(select(DepartmentAnswer)).one()
    answer.has_adverse_facts, answer.adverse_facts = True, "Lokalet er opsagt."
    session.commit()

    def tasks() -> list[str]:
        return [task.what for task in secretariat_tasks(session, world.people["SE"], on=world.at.date())]

    assert tasks() == ["Hør ansøgeren", "Sorter"]
    hearing = Hearing(
        proposal_id=proposal.id,
        facts="Lokalet er opsagt.",
        due_on=world.at.date() + timedelta(days=1),
        opened_by=world.people["SE"].person_id,
        opened_at=world.at + timedelta(minutes=1),
    )
    session.add(hearing)
    session.commit()
    assert tasks() == ["Sorter"]
    hearing.answered_at = world.at + timedelta(minutes=2)
    session.commit()
    assert tasks() == ["Afslut partshøringen", "Sorter"]
    proposal.state = State.WITHDRAWN
    session.commit()
    assert tasks() == []


def test_a_department_that_was_let_off_is_not_asked_to_answer(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    world.assigned("RO", proposal, scores=False)
    browser, address = browser_of(world.people["RO"]), f"/proposals/{proposal.reference}"
    assert "Svar for forvaltningen" in page(browser, address)
    assert "eller er fritaget.</strong>" not in page(browser, address)

    _exempt(world, proposal, "MBU")

    said = page(browser, address)
    assert "Svar for forvaltningen" not in said
    assert "har svaret eller er fritaget.</strong>" in said
    assert "Forvaltningen skal ikke svare." in page(browser, f"{address}/assessments")


def test_who_does_not_score_is_asked_for_the_answer_alone(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    world.assigned("RO", proposal, scores=False)
    browser = browser_of(world.people["RO"])
    assert "Mangler: forvaltningens svar." in page(browser, "/my-tasks")
    assert "Vurder modenheden" not in page(browser, f"/proposals/{proposal.reference}")


def test_coordinators_choose_and_others_do_not(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    address = f"/proposals/{proposal.reference}/assignments"
    assert address in page(browser_of(world.people["RC"]), "/my-tasks")
    for key in ("RA", "RO"):
        browser = browser_of(world.people[key])
        said = page(browser, "/my-tasks")
        assert proposal.title in said
        assert address not in said
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize("how", ["withdrawn_at", "answered_at", "exempt_at"])
def test_what_a_department_does_not_owe_is_not_in_its_queue(world: World, browser_of: BrowserOf, how: str) -> None:
    proposal = routed(world, "MBU")
    browser = browser_of(world.people["RO"])
    assert proposal.title in page(browser, "/my-tasks")
    row = world.session.exec(select(DepartmentRequest).where(DepartmentRequest.department_code == "MBU")).one()
    setattr(row, how, world.at)
    world.session.add(row)
    world.session.commit()
    assert proposal.title not in page(browser, "/my-tasks")


def test_a_conflict_takes_the_line_away(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world)
    browser = browser_of(world.people["RA"])
    assert proposal.title in page(browser, "/my-tasks")
    world.session.add(
        ConflictDeclaration(
            proposal_id=proposal.id,
            person_id=world.people["RA"].person_id,
            has_conflict=True,
            ground="Nabo.",
            declared_at=world.at,
        )
    )
    world.session.commit()
    assert proposal.title not in page(browser, "/my-tasks")


@pytest.mark.parametrize("key", ["RA", "S2"])
def test_the_desk_asks_as_much_for_one_case_as_for_three(
    world: World, session: Session, browser_of: BrowserOf, key: str
) -> None:
    browser, counts = browser_of(world.people[key]), []
    for _ in range(3):
        world.declared()
        seen: list[str] = []

        def note(_c: object, _cur: object, statement: str, *_rest: object, into: list[str] = seen) -> None:
            into.append(statement)

        engine = session.get_bind().engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            page(browser, "/my-tasks")
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len([one for one in seen if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[2] > 0


# ---- sending and asking anew ----------------------------------------------------------------------------------------


def test_routing_shows_the_grounds_and_sends(world: World, browser_of: BrowserOf) -> None:
    proposal = world.checked()
    browser, path = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/route"
    said = page(browser, path)
    assert "leder arbejdet i de udsatte boligområder" in said
    assert "Kultur og Borgerservice har fritid og foreninger" in said
    status, _ = post(browser, path, lead="MSB", others="MBU", reviewer="", assessor="", due_on="14.4.2027")
    assert status == 303
    world.session.refresh(proposal)
    assert (proposal.state, proposal.departments_asked) == (State.WITH_DEPARTMENTS, 2)


def test_routing_without_rows_suggests_nothing(world: World, browser_of: BrowserOf) -> None:
    for row in world.session.exec(select(DepartmentFocus)):
        row.valid_to = date(2026, 12, 31)
        world.session.add(row)
    proposal = world.checked()
    said = page(browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/route")
    assert "Der er ikke noget forslag" in said


def test_routing_on_a_holiday_keeps_what_was_typed(world: World, browser_of: BrowserOf) -> None:
    proposal = world.checked()
    browser = browser_of(world.people["SE"])
    status, said = post(
        browser, f"/proposals/{proposal.reference}/route", lead="MSB", reviewer="", assessor="", due_on="29.3.2027"
    )
    assert status == 422
    assert 'value="29.3.2027"' in said
    assert "arbejdsdag efter i dag" in said


def test_a_reviewer_who_left_while_the_page_was_open_is_refused(world: World, browser_of: BrowserOf) -> None:
    proposal = world.checked()
    browser, person = browser_of(world.people["SE"]), str(world.people["RA"].person_id)
    path = f"/proposals/{proposal.reference}/route"
    assert person in page(browser, path)
    grant = world.session.exec(select(RoleGrant).where(RoleGrant.person_id == world.people["RA"].person_id)).one()
    grant.ended_at = world.at
    world.session.add(grant)
    world.session.commit()
    status, _ = post(browser, path, lead="MSB", reviewer=person, assessor="", due_on="14.4.2027")
    assert status == 422
    world.session.refresh(proposal)
    assert proposal.state is State.FORMAL_CHECK


def test_asking_anew_in_the_browser(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    browser, path = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/route"
    assert "Spurgt nu" in page(browser, path)
    codes = ("BA", "MSB", "MTM", "MSO", "MKB", "MBU")
    sent = {
        "lead": "MKB",
        "asked": ["MSB", "MKB"],
        "reason": "Ny viden.",
        "version": version(world, proposal),
        **{f"due_{code}": "14.4.2027" for code in codes},
    }
    assert post(browser, path, **{**sent, "version": 1})[0] == 409
    assert post(browser, path, **{**sent, "reason": ""})[0] == 422
    assert post(browser, path, **sent)[0] == 303
    rows = session.exec(select(DepartmentRequest).execution_options(populate_existing=True)).all()
    assert {(one.department_code, one.is_lead, one.withdrawn_at is None) for one in rows} == {
        ("MSB", False, True),
        ("MBU", False, False),
        ("MKB", True, True),
    }


def test_exempting_in_the_browser(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    browser, path = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/exempt"
    page(browser, path)
    sent = {"department": "MBU", "reason": "Ikke deres område.", "version": version(world, proposal)}
    assert post(browser, path, **{**sent, "reason": ""})[0] == 422
    assert post(browser, path, **sent)[0] == 303
    assert post(browser, path, **sent)[0] in {409, 422}
    world.session.refresh(proposal)
    assert (proposal.departments_asked, proposal.departments_answered) == (2, 1)


# ---- assignments ----------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_a_few_facts_and_nothing_else(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    world.assigned("RO", proposal, scores=False)
    browser = browser_of(world.people["RC"])
    said = page(browser, f"/proposals/{proposal.reference}/assignments")
    for shown in (proposal.reference or "", proposal.title, proposal.organisation_name, "Boligforeningen"):
        assert shown in said
    for hidden in ("85.000", "Mange ældre", "Medarbejder RO", "Medarbejder S2", "99999926"):
        assert hidden not in said
    for path in ("", "/proposal", "/history", "/route", "/exempt", "/conflicts", "/conflict", "/decline", "/pass-on"):
        assert browser.get(f"/proposals/{proposal.reference}{path}").status_code == 403, path


def test_coordinator_gives_takes_and_exchanges(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = routed(world, "MBU")
    browser, path = browser_of(world.people["RC"]), f"/proposals/{proposal.reference}/assignments"
    ra, ru, ro = (world.people[key].person_id for key in ("RA", "RU", "RO"))
    assert post(browser, path, person=f"MBU:{ro}")[0] == 422
    assert post(browser, path, person=f"MSB:{ra}")[0] == 303
    assert "Venter på svar" in page(browser, path)
    assert "Medarbejder RA" in page(browser, f"{path}/end?person={ra}")
    assert post(browser, f"{path}/end", person=str(ra), substitute=f"MSB:{ru}", reason="")[0] == 422
    assert post(browser, f"{path}/end", person=str(ra), substitute=f"MSB:{ru}", reason="Orlov.")[0] == 303
    rows = session.exec(select(ReviewerAssignment.person_id).where(col(ReviewerAssignment.ended_at).is_(None))).all()
    assert rows == [ru]


def test_conflicted_people_are_not_offered(world: World, browser_of: BrowserOf) -> None:
    proposal = routed(world)
    browser, path = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/assignments"
    assert "Medarbejder RU" in page(browser, path)
    actions.declare_conflict(
        world.session, proposal, has_conflict=True, ground="Nabo.", actor=world.people["RU"], at=world.at
    )
    world.session.commit()
    assert "Medarbejder RU" not in page(browser, path)


def test_declining_before_and_after_the_question(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.routed()
    browser, path = browser_of(world.people["RA"]), f"/proposals/{proposal.reference}/decline"
    assert path in page(browser, f"/proposals/{proposal.reference}/conflict")
    page(browser, path)
    assert post(browser, path, reason="other", text="")[0] == 422
    assert post(browser, path, reason="no_capacity", text="")[0] == 303
    assert find_assignment(session, world.people["RA"].person_id, proposal.id) is None
    assert browser.get(f"/proposals/{proposal.reference}").status_code == 403


def test_declining_for_a_conflict_closes_the_case(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.declared()
    browser = browser_of(world.people["S2"])
    status, _ = post(
        browser, f"/proposals/{proposal.reference}/decline", reason=DeclineReason.CONFLICT.value, text="Min nabo."
    )
    assert status == 303
    assert browser.get(f"/proposals/{proposal.reference}").status_code == 403
    row = session.exec(
        select(ConflictDeclaration).where(
            ConflictDeclaration.person_id == world.people["S2"].person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
    ).one()
    assert (row.has_conflict, row.ground) == (True, "Min nabo.")


def test_passing_on_to_a_colleague(world: World, session: Session, browser_of: BrowserOf) -> None:
    proposal = world.routed()
    browser, path = browser_of(world.people["RA"]), f"/proposals/{proposal.reference}/pass-on"
    said = page(browser, path)
    assert "Medarbejder RU" in said
    assert "Medarbejder RO" not in said
    colleague = world.people["RU"].person_id
    assert post(browser, path, colleague=str(colleague), reason="Orlov.")[0] == 303
    assert find_assignment(session, colleague, proposal.id) is not None
    assert browser.get(path).status_code == 403


# ---- conflicts ------------------------------------------------------------------------------------------------------


def test_an_undeclared_assessor_is_led_to_the_question_from_every_page(world: World, browser_of: BrowserOf) -> None:
    proposal = world.routed()
    browser, address = browser_of(world.people["RA"]), f"/proposals/{proposal.reference}"
    for path in ("", "/assessment", "/answer", "/assessments", "/notes"):
        answer = browser.get(f"{address}{path}")
        assert (answer.status_code, answer.location) == (302, f"{address}/conflict"), path
    assert browser.get(f"{address}/formal-check").status_code == 403
    assert browser.post(f"{address}/notes", data={"csrf_token": csrf_token(browser, "/privacy")}).status_code == 403


def test_the_secretariat_reviews_a_conflict(world: World, browser_of: BrowserOf) -> None:
    proposal = world.routed()
    ra = browser_of(world.people["RA"])
    conflict = f"/proposals/{proposal.reference}/conflict"
    assert post(ra, conflict, has_conflict="yes", ground="Sidder i bestyrelsen.")[0] == 303
    assert ra.get(conflict).status_code == 403

    browser, path = browser_of(world.people["SE"]), f"/proposals/{proposal.reference}/conflicts"
    assert "Sidder i bestyrelsen." in page(browser, path)
    found = world.session.exec(
        select(ConflictDeclaration.id).where(ConflictDeclaration.person_id == world.people["RA"].person_id)
    ).one()
    sent = {"declaration": str(found), "outcome": "upheld", "substitute": str(world.people["RU"].person_id)}
    sent["version"] = str(proposal.version)
    assert post(browser, path, **{**sent, "version": "0"}, note="Klar sag.")[0] == 409
    assert post(browser, path, **sent, note="")[0] == 422
    assert post(browser, path, **sent, note="Klar sag.")[0] == 303
    said = page(browser, path)
    assert "Klar sag." in said
    assert "Medarbejder RU tager over." in said
    assert browser_of(world.people["RU"]).get(conflict).status_code == 200


# ---- master data ----------------------------------------------------------------------------------------------------


def test_departments_are_seen_by_staff_and_written_by_the_administrator(world: World, browser_of: BrowserOf) -> None:
    for key in ("SE", "RA", "AU", "AD"):
        said = page(browser_of(world.people[key]), "/departments")
        assert "Medarbejder RC" in said
        assert ("/departments/name" in said) is (key == "AD")
    for path in ("/name", "/coordinators", "/coordinators/end", "/focus-areas"):
        assert browser_of(world.people["SE"]).get(f"/departments{path}").status_code == 403
        page(browser_of(world.people["AD"]), f"/departments{path}")


def test_administrator_writes_master_data(world: World, session: Session, browser_of: BrowserOf) -> None:
    browser = browser_of(world.people["AD"])
    name = {"department": "MKB", "name": "Kultur", "valid_from": "1.1.2028"}
    assert post(browser, "/departments/name", **name)[0] == 303
    assert post(browser, "/departments/name", **{**name, "name": "Byliv"})[0] == 422
    assert session.exec(select(Department.name).where(Department.valid_from == date(2028, 1, 1))).all() == ["Kultur"]

    person = {"person": f"MBU:{world.people['RO'].person_id}", "valid_from": "1.3.2027"}
    assert post(browser, "/departments/coordinators", **person)[0] == 303
    assert post(browser, "/departments/coordinators", **person)[0] == 422
    row = session.exec(select(DepartmentCoordinator).where(DepartmentCoordinator.department_code == "MBU")).one()
    ended = {"coordinator": str(row.id), "valid_to": "31.12.2027"}
    assert post(browser, "/departments/coordinators/end", **ended)[0] == 303

    area = {
        "focus_area": "homelessness",
        "lead": "MSO",
        "ground": "Sundhed først.",
        "others": "MSB",
        "others_ground": "",
        "valid_from": "1.1.2028",
    }
    assert post(browser, "/departments/focus-areas", **area)[0] == 422
    assert post(browser, "/departments/focus-areas", **{**area, "others_ground": "Kender området."})[0] == 303
    assert "Kender området." in page(browser, "/departments")
