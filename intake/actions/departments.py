"""How are the departments' names, coordinators and default focus areas kept, as dated master data? Nothing commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.audit import Event, record
from foundation.clock import today
from foundation.errors import Refused
from foundation.formats import day
from foundation.identity.models import Department, Person, RoleGrant
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from intake.events import (
    CoordinatorAdded,
    CoordinatorEnded,
    CoordinatorWithdrawn,
    DepartmentAdded,
    DepartmentNameWithdrawn,
    DepartmentRenamed,
    FocusAreaRouted,
    FocusAreaWithdrawn,
)
from intake.models import DepartmentCoordinator, DepartmentFocus, DepartmentRequest
from intake.queries import focus_rows
from intake.rules.call import FocusArea
from intake.rules.master_data import day_before, fault_of_day


def add_department(
    session: Session, code: str, name: str, valid_from: date, *, actor: Actor, at: datetime
) -> Department:
    """Write down a department that is not known yet. Raises Refused for a code that is in use, and a day far away."""
    _need_near(valid_from, "valid_from", at=at)
    if session.exec(select(Department.id).where(Department.code == code).limit(1)).first() is not None:
        raise Refused("Forkortelsen er i brug. Skal forvaltningen have et nyt navn, så vælg det.", field="code")
    added = Department(code=code, name=name, valid_from=valid_from)
    session.add(added)
    record(
        session,
        DepartmentAdded(code, name, valid_from.isoformat()),
        subject_type="department",
        subject_id=added.id,
        actor=actor,
        at=at,
    )
    return added


def rename_department(
    session: Session, code: str, name: str, valid_from: date, *, actor: Actor, at: datetime
) -> Department:
    """Give a department a new name from a day on; the old one ends the day before, and old cases keep it.

    Raises Refused for a day that is far away, or not after the newest name's first.
    """
    _need_near(valid_from, "valid_from", at=at)
    newest = session.exec(
        select(Department)
        .where(Department.code == code)
        .order_by(col(Department.valid_from).desc())
        .limit(1)
        .with_for_update()
    ).first()
    if newest is None:
        raise Refused("Vælg en forvaltning.", field="department")
    _need_later(valid_from, newest.valid_from)
    if name == newest.name:
        raise Refused("Det hedder forvaltningen allerede. Skriv et andet navn.", field="name")
    newest.valid_to = day_before(valid_from)
    renamed = Department(code=code, name=name, valid_from=valid_from)
    session.add_all([newest, renamed])
    record(
        session,
        DepartmentRenamed(code, name, valid_from.isoformat()),
        subject_type="department",
        subject_id=renamed.id,
        actor=actor,
        at=at,
    )
    return renamed


def _need_near(on: date, field: str, *, at: datetime) -> None:
    fault = fault_of_day(on, today=today(at))
    if fault:
        raise Refused(fault, field=field)


def _need_later(valid_from: date, newest: date) -> None:
    if valid_from <= newest:
        raise Refused(f"Den nyeste ændring gælder fra {day(newest)}. Vælg en dag efter den.", field="valid_from")


def add_coordinator(
    session: Session, code: str, person_id: UUID, valid_from: date, *, actor: Actor, at: datetime
) -> DepartmentCoordinator:
    """Let a reviewer hand out the department's cases from a day on.

    Raises Refused for who does not work there, and for a day far away.
    """
    _need_near(valid_from, "valid_from", at=at)
    person = session.get(Person, person_id)
    if person is None or person.closed_at is not None or (Role.REVIEWER, code) not in held_roles(session, person_id):
        raise Refused("Vælg en vurderer fra forvaltningen.", field="person")
    if any(row.valid_to is None or row.valid_to >= valid_from for row in _terms(session, code, person_id)):
        raise Refused("Personen er allerede koordinator den dag.", field="person")
    row = DepartmentCoordinator(department_code=code, person_id=person_id, valid_from=valid_from)
    session.add(row)
    record(
        session,
        CoordinatorAdded(code, person.name, valid_from.isoformat()),
        subject_type="department_coordinator",
        subject_id=row.id,
        actor=actor,
        at=at,
    )
    return row


def _terms(session: Session, code: str, person_id: UUID) -> Sequence[DepartmentCoordinator]:
    return session.exec(
        select(DepartmentCoordinator).where(
            DepartmentCoordinator.department_code == code, DepartmentCoordinator.person_id == person_id
        )
    ).all()


def end_coordinator(
    session: Session, coordinator_id: UUID, valid_to: date, *, actor: Actor, at: datetime
) -> DepartmentCoordinator:
    """Let a coordinator's last day be that one.

    Raises Refused for a day far away, before the first, or after the last.
    """
    _need_near(valid_to, "valid_to", at=at)
    row = session.get(DepartmentCoordinator, coordinator_id)
    if row is None:
        raise Refused("Vælg en koordinator.", field="coordinator")
    if valid_to < row.valid_from:
        raise Refused(f"Personen blev koordinator {day(row.valid_from)}. Vælg en senere dag.", field="valid_to")
    if row.valid_to is not None and valid_to >= row.valid_to:
        raise Refused(f"Den sidste dag er allerede {day(row.valid_to)}. Vælg en tidligere dag.", field="valid_to")
    row.valid_to = valid_to
    session.add(row)
    name = session.get_one(Person, row.person_id).name
    record(
        session,
        CoordinatorEnded(row.department_code, name, valid_to.isoformat()),
        subject_type="department_coordinator",
        subject_id=row.id,
        actor=actor,
        at=at,
    )
    return row


@dataclass(frozen=True, slots=True)
class FocusDraft:
    """Whom a focus area is sent to by default from a day on, and why."""

    focus_area: FocusArea
    lead: str
    ground: str
    others: tuple[str, ...]
    others_ground: str
    valid_from: date


def set_default_departments(session: Session, draft: FocusDraft, *, actor: Actor, at: datetime) -> None:
    """Let other departments be asked about a focus area from a day on; what held before ends the day before.

    Raises Refused for a day that is far away, or not after the newest rows' first, and for others without a ground.
    """
    _need_near(draft.valid_from, "valid_from", at=at)
    others = tuple(code for code in dict.fromkeys(draft.others) if code != draft.lead)
    if others and not draft.others_ground:
        raise Refused("Skriv, hvorfor de andre skal spørges.", field="others_ground")
    rows = focus_rows(session, draft.focus_area)
    if rows:
        _need_later(draft.valid_from, rows[0].valid_from)
    for row in rows:
        if row.valid_to is None:
            row.valid_to = day_before(draft.valid_from)
            session.add(row)
    lead = _focus(draft, draft.lead, draft.ground, is_lead=True)
    session.add(lead)
    session.add_all(_focus(draft, code, draft.others_ground, is_lead=False) for code in others)
    record(
        session,
        FocusAreaRouted(draft.focus_area.value, draft.lead, others, draft.valid_from.isoformat()),
        subject_type="department_focus",
        subject_id=lead.id,
        actor=actor,
        at=at,
    )


def _focus(draft: FocusDraft, code: str, ground: str, *, is_lead: bool) -> DepartmentFocus:
    return DepartmentFocus(
        focus_area=draft.focus_area,
        department_code=code,
        is_lead=is_lead,
        ground=ground,
        valid_from=draft.valid_from,
    )


# ---- taking back what does not hold yet -----------------------------------------------------------------------------

Row = TypeVar("Row", Department, DepartmentCoordinator, DepartmentFocus)
_GONE = "Ændringen er der ikke længere. Åbn siden igen, og se, hvad der gælder."
_BEGUN = "Det gælder allerede og kan ikke fortrydes. Skriv en ny ændring i stedet."


def withdraw_department_name(session: Session, row_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take back a name that does not hold yet; the one before it holds on.

    Raises Refused for one that holds already, and for the first name of a department that is in use.
    """
    row = _need_coming(session, Department, row_id, at=at)
    before = session.exec(
        select(Department).where(Department.code == row.code, Department.valid_to == day_before(row.valid_from))
    ).first()
    if before is None and _is_in_use(session, row.code):
        raise Refused("Forvaltningen er i brug og kan ikke fortrydes. Skriv et nyt navn i stedet.")
    if before is not None:
        before.valid_to = row.valid_to
        session.add(before)
    session.delete(row)
    happened = DepartmentNameWithdrawn(row.code, row.name, row.valid_from.isoformat())
    _record(session, happened, "department", row_id, actor=actor, at=at)


def _is_in_use(session: Session, code: str) -> bool:
    """Somebody works there, or the department hands out, is proposed for, or is asked about cases."""
    named = (
        RoleGrant.department_code,
        DepartmentCoordinator.department_code,
        DepartmentFocus.department_code,
        DepartmentRequest.department_code,
    )
    return any(session.exec(select(column).where(col(column) == code).limit(1)).first() for column in named)


def withdraw_coordinator(session: Session, row_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take back a coordinator who has not begun yet. Raises Refused for one who has."""
    row = _need_coming(session, DepartmentCoordinator, row_id, at=at)
    session.delete(row)
    name = session.get_one(Person, row.person_id).name
    happened = CoordinatorWithdrawn(row.department_code, name, row.valid_from.isoformat())
    _record(session, happened, "department_coordinator", row_id, actor=actor, at=at)


def withdraw_default_departments(session: Session, row_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take back whom a focus area would be sent to from a day on; what held before holds on.

    `row_id` is any row of that day: they were written together. Raises Refused when the day has come.
    """
    row = _need_coming(session, DepartmentFocus, row_id, at=at)
    rows = focus_rows(session, row.focus_area)
    for before in rows:
        if before.valid_to == day_before(row.valid_from):
            before.valid_to = row.valid_to
            session.add(before)
    taken = [one for one in rows if one.valid_from == row.valid_from]
    for one in taken:
        session.delete(one)
    happened = FocusAreaWithdrawn(
        row.focus_area.value,
        next(one.department_code for one in taken if one.is_lead),
        tuple(sorted(one.department_code for one in taken if not one.is_lead)),
        row.valid_from.isoformat(),
    )
    _record(session, happened, "department_focus", row_id, actor=actor, at=at)


def _need_coming(session: Session, table: type[Row], row_id: UUID, *, at: datetime) -> Row:
    """The row, locked; of two who take it back, one does."""
    row = session.get(table, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused(_GONE)
    if row.valid_from <= today(at):
        raise Refused(_BEGUN)
    return row


def _record(session: Session, happened: Event, subject_type: str, row_id: UUID, *, actor: Actor, at: datetime) -> None:
    record(session, happened, subject_type=subject_type, subject_id=row_id, actor=actor, at=at)
