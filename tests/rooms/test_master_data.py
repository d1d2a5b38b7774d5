"""Can a wrong day of the departments' master data be refused, seen and taken back?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from foundation.audit import history
from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.models import Department
from foundation.identity.queries import department_names
from foundation.identity.roles import Actor
from intake import actions
from intake.events import CoordinatorWithdrawn, DepartmentNameWithdrawn, FocusAreaWithdrawn
from intake.models import DepartmentCoordinator, DepartmentFocus
from intake.queries import default_departments
from intake.rules.call import FocusArea
from tests.builders import World, csrf_token
from tests.fingerprint import fingerprint

BrowserOf = Callable[[Actor], FlaskClient]
FIRST = date(2028, 1, 1)
AREA = FocusArea.HOMELESSNESS
DRAFT = actions.FocusDraft(AREA, "MSO", "Sundhed først.", ("MSB",), "Kender området.", FIRST)


def rename(world: World, name: str, on: date, code: str = "MKB") -> UUID:
    row = actions.rename_department(world.session, code, name, on, actor=world.people["AD"], at=world.at)
    world.session.commit()
    return row.id


def names(world: World, *, code: str = "MKB") -> list[tuple[str, date, date | None]]:
    rows = world.session.exec(select(Department).where(Department.code == code).order_by(col(Department.valid_from)))
    return [(row.name, row.valid_from, row.valid_to) for row in rows]


def take_back(world: World, act: Callable[..., None], row_id: UUID) -> None:
    act(world.session, row_id, actor=world.people["AD"], at=world.at)
    world.session.commit()


def happened(world: World, row_id: UUID) -> Any:
    return history(world.session, row_id)[0].event


@pytest.mark.parametrize("on", [date(1900, 1, 1), date(2025, 2, 28), date(2029, 3, 2), date(2037, 1, 1)])
def test_a_day_far_away_is_refused_at_its_field(world: World, session: Session, on: date) -> None:
    admin, at, person = world.people["AD"], world.at, world.people["RO"].person_id
    coordinator = session.exec(select(DepartmentCoordinator.id)).one()
    before = fingerprint(session)
    attempts: list[tuple[str, Callable[[], object]]] = [
        ("valid_from", lambda: actions.add_department(session, "MNY", "Ny", on, actor=admin, at=at)),
        ("valid_from", lambda: actions.rename_department(session, "MKB", "Ny", on, actor=admin, at=at)),
        ("valid_from", lambda: actions.add_coordinator(session, "MBU", person, on, actor=admin, at=at)),
        ("valid_to", lambda: actions.end_coordinator(session, coordinator, on, actor=admin, at=at)),
        (
            "valid_from",
            lambda: actions.set_default_departments(session, replace(DRAFT, valid_from=on), actor=admin, at=at),
        ),
    ]
    for field, attempt in attempts:
        with pytest.raises(Refused, match=r"fra 1\. marts 2025 til 1\. marts 2029") as refused:
            attempt()
        assert refused.value.field == field
    assert fingerprint(session) == before


def test_a_coming_name_is_taken_back_and_the_one_before_holds_on(world: World, session: Session) -> None:
    before = names(world)
    row_id = rename(world, "Kultur", FIRST)
    assert names(world)[0][2] == date(2027, 12, 31)

    take_back(world, actions.withdraw_department_name, row_id)

    assert names(world) == before
    assert department_names(session, on=FIRST)["MKB"] == "Kultur og Borgerservice"
    assert happened(world, row_id) == DepartmentNameWithdrawn("MKB", "Kultur", "2028-01-01")
    with pytest.raises(Refused, match="er der ikke længere"):
        take_back(world, actions.withdraw_department_name, row_id)
    rename(world, "Byliv", FIRST)


def test_a_name_between_two_is_taken_back_without_a_gap(world: World) -> None:
    later = date(2028, 6, 1)
    between = rename(world, "Kultur", FIRST)
    rename(world, "Byliv", later)
    take_back(world, actions.withdraw_department_name, between)
    assert [one[1:] for one in names(world)] == [(date(2018, 1, 1), date(2028, 5, 31)), (later, None)]


def test_what_holds_already_is_not_taken_back(world: World, session: Session) -> None:
    on = today(world.at)
    tomorrow = on + timedelta(days=1)
    begun, coming = rename(world, "Kultur", on), rename(world, "Byliv", tomorrow)
    focus = session.exec(select(DepartmentFocus.id).where(DepartmentFocus.focus_area == AREA).limit(1)).one()
    coordinator = session.exec(select(DepartmentCoordinator.id)).one()
    before = fingerprint(session)
    for act, row_id in (
        (actions.withdraw_department_name, begun),
        (actions.withdraw_coordinator, coordinator),
        (actions.withdraw_default_departments, focus),
    ):
        with pytest.raises(Refused, match="gælder allerede"):
            take_back(world, act, row_id)
    assert fingerprint(session) == before
    take_back(world, actions.withdraw_department_name, coming)


def test_a_department_in_use_keeps_its_first_name(world: World, session: Session) -> None:
    admin = world.people["AD"]
    for code in ("MNY", "MTO"):
        actions.add_department(session, code, "Ny forvaltning", FIRST, actor=admin, at=world.at)
    actions.set_default_departments(session, replace(DRAFT, lead="MNY"), actor=admin, at=world.at)
    session.commit()
    rows = {row.code: row.id for row in session.exec(select(Department).where(Department.valid_from == FIRST))}
    with pytest.raises(Refused, match="er i brug"):
        take_back(world, actions.withdraw_department_name, rows["MNY"])
    take_back(world, actions.withdraw_department_name, rows["MTO"])
    assert (len(names(world, code="MNY")), names(world, code="MTO")) == (1, [])


def test_a_coming_coordinator_is_taken_back(world: World, session: Session) -> None:
    admin, person = world.people["AD"], world.people["RO"].person_id
    row = actions.add_coordinator(session, "MBU", person, FIRST, actor=admin, at=world.at)
    session.commit()
    take_back(world, actions.withdraw_coordinator, row.id)
    assert session.exec(select(DepartmentCoordinator.department_code)).all() == ["MSB"]
    assert happened(world, row.id) == CoordinatorWithdrawn("MBU", "Medarbejder RO", "2028-01-01")


def test_coming_departments_of_a_focus_area_are_taken_back_together(world: World, session: Session) -> None:
    on = (date(2027, 12, 31), FIRST)
    before = [default_departments(session, AREA, on=one) for one in on]
    actions.set_default_departments(session, DRAFT, actor=world.people["AD"], at=world.at)
    session.commit()
    rows = session.exec(select(DepartmentFocus).where(DepartmentFocus.valid_from == FIRST)).all()
    assert len(rows) == 2
    row_id = rows[0].id

    take_back(world, actions.withdraw_default_departments, row_id)

    assert [default_departments(session, AREA, on=one) for one in on] == before
    assert {one.valid_to for one in session.exec(select(DepartmentFocus))} == {None}
    assert happened(world, row_id) == FocusAreaWithdrawn("homelessness", "MSO", ("MSB",), "2028-01-01")


def test_the_page_tells_what_is_coming_and_takes_it_back(world: World, session: Session, browser_of: BrowserOf) -> None:
    rename(world, "Kultur", FIRST)
    actions.add_coordinator(session, "MBU", world.people["RO"].person_id, FIRST, actor=world.people["AD"], at=world.at)
    actions.set_default_departments(session, DRAFT, actor=world.people["AD"], at=world.at)
    session.commit()

    def page(key: str) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(browser_of(world.people[key]).get("/departments").data)

    spans = [" ".join(cell.text_content().split()) for cell in page("SE").xpath("//tr/*[last()]")]
    assert "Fra 1. januar 2028" in spans
    assert "1. januar 2018 til og med 31. december 2027" in spans
    assert not [one for one in spans if one.startswith("1. januar 2028")]
    assert page("SE").xpath("//main//form") == []
    forms = page("AD").xpath("//main//form/@action")
    assert len(forms) == 3
    browser = browser_of(world.people["AD"])
    token = {"csrf_token": csrf_token(browser, "/privacy")}
    for action in forms:
        assert browser_of(world.people["SE"]).post(action).status_code in {400, 403}
        assert browser.post(action, data=token).status_code == 303
        assert browser.post(action, data=token).status_code == 409
    assert page("AD").xpath("//main//form") == []
    session.expire_all()
    assert session.exec(select(Department.id).where(Department.valid_from == FIRST)).all() == []
