"""Which departments are asked about what, who hands out their cases, and who may be given one?"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Department, Membership, Organisation, Person, RoleGrant
from foundation.identity.roles import ROLE_WORDS, Role
from foundation.plain_rows import plain_rows
from intake.models import (
    ConflictDeclaration,
    DepartmentCoordinator,
    DepartmentFocus,
    DepartmentRequest,
    Proposal,
    ProposalPartner,
    ReviewerAssignment,
)
from intake.queries.visibility import shut_out_of, still_reviews_there, valid_on
from intake.rules.call import FocusArea
from intake.rules.rights import Relation, states_for
from intake.rules.routing import DefaultDepartment, furthest_reminded

# ---- master data ----------------------------------------------------------------------------------------------------


def default_departments(session: Session, area: FocusArea, *, on: date) -> list[DefaultDepartment]:
    """The departments that are asked by default about a focus area on that day, the lead first."""
    rows = session.exec(
        select(DepartmentFocus)
        .where(DepartmentFocus.focus_area == area, *valid_on(DepartmentFocus, on))
        .order_by(col(DepartmentFocus.is_lead).desc(), DepartmentFocus.department_code)
    )
    return [DefaultDepartment(row.department_code, row.is_lead, row.ground) for row in rows]


def focus_rows(session: Session, area: FocusArea) -> Sequence[DepartmentFocus]:
    """Every row of a focus area that was ever written, the newest first."""
    return session.exec(
        select(DepartmentFocus)
        .where(DepartmentFocus.focus_area == area)
        .order_by(col(DepartmentFocus.valid_from).desc(), col(DepartmentFocus.is_lead).desc())
    ).all()


def all_focus_rows(session: Session) -> Sequence[DepartmentFocus]:
    """The default departments of every focus area, those of the future and the past too, the newest first."""
    return session.exec(
        select(DepartmentFocus).order_by(
            DepartmentFocus.focus_area,
            col(DepartmentFocus.valid_from).desc(),
            col(DepartmentFocus.is_lead).desc(),
            DepartmentFocus.department_code,
        )
    ).all()


def all_departments(session: Session) -> Sequence[Department]:
    """Every name that a department has, had or will have: by code, the newest first."""
    return session.exec(select(Department).order_by(Department.code, col(Department.valid_from).desc())).all()


@dataclass(frozen=True, slots=True)
class Coordinator:
    """A person who hands out a department's cases in a span of days."""

    id: UUID
    department: str
    name: str
    valid_from: date
    valid_to: date | None


def all_coordinators(session: Session, *, on: date) -> list[Coordinator]:
    """The coordinators of that day and of the days after it, by department and name."""
    rows = session.exec(
        select(DepartmentCoordinator, Person.name)
        .join(Person, col(Person.id) == DepartmentCoordinator.person_id)
        .where(sa.or_(col(DepartmentCoordinator.valid_to).is_(None), col(DepartmentCoordinator.valid_to) >= on))
        .order_by(DepartmentCoordinator.department_code, Person.name)
    )
    return [Coordinator(row.id, row.department_code, name, row.valid_from, row.valid_to) for row, name in rows]


def coordinated_departments(session: Session, person_id: UUID, *, on: date) -> frozenset[str]:
    """The departments whose cases the person hands out on that day."""
    rows = plain_rows(session, _coordinated(), {"person": person_id, "on": on})
    return frozenset(department for (department,) in rows)


@functools.cache
def _coordinated() -> Any:
    on: Any = sa.bindparam("on", type_=sa.Date())
    return select(DepartmentCoordinator.department_code).where(
        col(DepartmentCoordinator.person_id) == sa.bindparam("person", type_=sa.Uuid()),
        *valid_on(DepartmentCoordinator, on),
        still_reviews_there(),
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person who can be written to."""

    person_id: UUID
    name: str
    email: str


def coordinators_of(session: Session, proposal: Proposal, department: str, *, on: date) -> list[Addressee]:
    """Who is told that a department is asked: its coordinators who still work there and have no conflict."""
    rows = session.exec(
        select(Person.id, Person.name, Person.email)
        .join(DepartmentCoordinator, col(DepartmentCoordinator.person_id) == Person.id)
        .join(
            RoleGrant,
            sa.and_(
                col(RoleGrant.person_id) == Person.id,
                col(RoleGrant.role) == Role.REVIEWER,
                col(RoleGrant.department_code) == department,
                col(RoleGrant.ended_at).is_(None),
            ),
        )
        .where(
            DepartmentCoordinator.department_code == department,
            *valid_on(DepartmentCoordinator, on),
            col(Person.closed_at).is_(None),
        )
        .order_by(Person.name)
        .distinct()
    ).all()
    return _free(session, proposal, [Addressee(*row) for row in rows])


def addressee(session: Session, proposal: Proposal, person_id: UUID) -> Addressee | None:
    """The person, unless the account is closed or there is a conflict of interest: then nobody is written to."""
    person = session.get(Person, person_id)
    if person is None or person.closed_at is not None:
        return None
    return next(iter(_free(session, proposal, [Addressee(person.id, person.name, person.email)])), None)


def _free(session: Session, proposal: Proposal, people: list[Addressee]) -> list[Addressee]:
    shut = people_in_conflict(session, proposal) if people else frozenset()
    return [one for one in people if one.person_id not in shut]


# ---- who may be given a case ----------------------------------------------------------------------------------------


def people_in_conflict(session: Session, proposal: Proposal) -> frozenset[UUID]:
    """Everybody with a conflict of interest on the case: `conflicted`, asked from the side of the case."""
    declared = select(ConflictDeclaration.person_id).where(
        ConflictDeclaration.proposal_id == proposal.id,
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.has_conflict).is_(True),
        col(ConflictDeclaration.upheld).is_not(False),
    )
    members = select(Membership.person_id).join(Organisation).where(_belongs(session, proposal))
    return frozenset(session.execute(sa.union(declared, members)).scalars())


def _belongs(session: Session, proposal: Proposal) -> sa.ColumnElement[bool]:
    """The membership is one of the organisation that applies, or of one with its or a partner's CVR number."""
    numbers = set(session.exec(select(ProposalPartner.cvr).where(ProposalPartner.proposal_id == proposal.id)))
    numbers |= {proposal.organisation_cvr} if proposal.organisation_cvr else set()
    return sa.and_(
        col(Membership.ended_at).is_(None),
        sa.or_(col(Organisation.id) == proposal.organisation_id, col(Organisation.cvr).in_(numbers)),
    )


@dataclass(frozen=True, slots=True)
class FoundByNumber:
    """One of the staff whose membership shuts the case, without a word of the person's own."""

    name: str
    role_words: str
    organisation: str


def found_by_number(session: Session, proposal: Proposal) -> list[FoundByNumber]:
    """The staff who belong to the applicant or to a partner, by name."""
    rows = session.exec(
        select(Person.id, Person.name, Organisation.name, RoleGrant.role)
        .join(Membership, col(Membership.person_id) == Person.id)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .join(RoleGrant, col(RoleGrant.person_id) == Person.id)
        .where(
            _belongs(session, proposal),
            col(RoleGrant.role) != Role.APPLICANT,
            col(RoleGrant.ended_at).is_(None),
            col(Person.closed_at).is_(None),
        )
        .order_by(Person.name, Organisation.name, RoleGrant.role)
    )
    roles: dict[tuple[UUID, str, str], list[str]] = {}
    for person_id, name, organisation, role in rows:
        word = ROLE_WORDS[Role(role)]
        known = roles.setdefault((person_id, name, organisation), [])
        known += [] if word in known else [word]
    return [FoundByNumber(name, ", ".join(words), organisation) for (_id, name, organisation), words in roles.items()]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be given the case, for a department or, where it is None, for the secretariat."""

    person_id: UUID
    name: str
    department: str | None


def candidates(session: Session, proposal: Proposal, *, without: Iterable[UUID] = ()) -> list[Candidate]:
    """Reviewers and the secretariat with open accounts and no conflict, by name, less those that are left out."""
    shut = people_in_conflict(session, proposal) | frozenset(without)
    rows = session.exec(
        select(Person.id, Person.name, RoleGrant.department_code)
        .join(RoleGrant, col(RoleGrant.person_id) == Person.id)
        .where(
            col(RoleGrant.role).in_((Role.REVIEWER, Role.SECRETARIAT)),
            col(RoleGrant.ended_at).is_(None),
            col(Person.closed_at).is_(None),
        )
        .order_by(Person.name, RoleGrant.department_code)  # type: ignore[arg-type]
    )
    return [Candidate(*row) for row in rows if row[0] not in shut]


# ---- what is late ---------------------------------------------------------------------------------------------------


def late_requests(session: Session, on: date) -> Sequence[DepartmentRequest]:
    """The departments that owe an answer soon, or late, and that were not told of both yet."""
    return session.exec(
        select(DepartmentRequest)
        .join(Proposal, col(Proposal.id) == DepartmentRequest.proposal_id)
        .where(
            col(Proposal.state).in_(sorted(states_for("department.answer", Relation.ASSIGNED))),
            col(DepartmentRequest.due_on) <= furthest_reminded(on),
            col(DepartmentRequest.overdue_reminded_at).is_(None),
            col(DepartmentRequest.answered_at).is_(None),
            col(DepartmentRequest.exempt_at).is_(None),
            col(DepartmentRequest.withdrawn_at).is_(None),
        )
        .order_by(col(DepartmentRequest.due_on), DepartmentRequest.department_code)
    ).all()


# ---- what was asked of a case ---------------------------------------------------------------------------------------


def is_done(request: DepartmentRequest) -> bool:
    """Has the department answered, or been let off?"""
    return request.answered_at is not None or request.exempt_at is not None


def every_request(session: Session, proposal_id: UUID) -> Sequence[DepartmentRequest]:
    """The departments that were ever asked about a case, those that were withdrawn too; the lead first."""
    return session.exec(
        select(DepartmentRequest)
        .where(DepartmentRequest.proposal_id == proposal_id)
        .order_by(col(DepartmentRequest.is_lead).desc(), DepartmentRequest.department_code)
    ).all()


def assignments_of(session: Session, proposal_id: UUID) -> Sequence[tuple[ReviewerAssignment, str]]:
    """Everybody who was ever assigned to a case, with the names: those who still are come first."""
    return session.exec(
        select(ReviewerAssignment, Person.name)
        .join(Person, col(Person.id) == ReviewerAssignment.person_id)
        .where(ReviewerAssignment.proposal_id == proposal_id)
        .order_by(col(ReviewerAssignment.ended_at).is_not(None), Person.name)
    ).all()


def any_assignment(session: Session, person_id: UUID, proposal_id: UUID) -> ReviewerAssignment | None:
    """The person's assignment on the case, open or ended."""
    return session.exec(
        select(ReviewerAssignment).where(
            ReviewerAssignment.proposal_id == proposal_id, ReviewerAssignment.person_id == person_id
        )
    ).first()


@dataclass(frozen=True, slots=True)
class DeclaredConflict:
    """One answer about conflicts of interest as the secretariat reviews it.

    `has_counting_sheet`: the person's finished score sheet still counts.
    """

    declaration: ConflictDeclaration
    name: str
    role_words: str
    reviewer: str
    substitute: str
    has_counting_sheet: bool


def declarations_of(session: Session, proposal_id: UUID) -> list[DeclaredConflict]:
    """Every answer that was ever given about a case, the newest first."""
    rows = session.exec(
        select(ConflictDeclaration)
        .where(ConflictDeclaration.proposal_id == proposal_id)
        .order_by(col(ConflictDeclaration.declared_at).desc(), col(ConflictDeclaration.id))
    ).all()
    named = {key for row in rows for key in (row.person_id, row.reviewed_by, row.substitute_id) if key}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(named))).all())
    roles = _role_words(session, {row.person_id for row in rows})
    finished = {row.person_id for row, _name in assignments_of(session, proposal_id) if row.finished_at is not None}
    return [
        DeclaredConflict(
            row,
            names[row.person_id],
            roles.get(row.person_id, ""),
            names.get(row.reviewed_by, "") if row.reviewed_by else "",
            names.get(row.substitute_id, "") if row.substitute_id else "",
            row.person_id in finished,
        )
        for row in rows
    ]


def _role_words(session: Session, people: set[UUID]) -> dict[UUID, str]:
    rows: Any = session.exec(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.department_code)
        .where(col(RoleGrant.person_id).in_(people), col(RoleGrant.ended_at).is_(None))
        .order_by(RoleGrant.role, RoleGrant.department_code)  # type: ignore[arg-type]
    )
    words: dict[UUID, list[str]] = {}
    for person_id, role, department in rows:
        word = ROLE_WORDS[Role(role)] + (f" ({department})" if department else "")
        words.setdefault(person_id, []).append(word)
    return {person_id: ", ".join(one) for person_id, one in words.items()}


@dataclass(frozen=True, slots=True)
class Assignee:
    """Somebody who has the case, and how far the person is; `is_shut`: a membership closes the case to the person."""

    person_id: UUID
    name: str
    scores: bool
    has_accepted: bool
    is_finished: bool
    is_shut: bool

    @property
    def keeps_case(self) -> bool:
        """The person's finished sheet counts."""
        return self.scores and self.is_finished and not self.is_shut


@dataclass(frozen=True, slots=True)
class Part:
    """What one department, or the secretariat (None), has to do on a case, and who has it."""

    department: str | None
    is_lead: bool
    due_on: date
    is_done: bool
    people: tuple[Assignee, ...]


def parts_of(session: Session, proposal: Proposal) -> list[Part]:
    """The parts of a case as they are handed out, the lead department first and the secretariat last."""
    people = [(row, name) for row, name in assignments_of(session, proposal.id) if row.ended_at is None]
    shut = shut_out_of(session, proposal.id)
    parts = []
    for request in every_request(session, proposal.id):
        if request.withdrawn_at is None:
            done = is_done(request)
            own = [one for one in people if one[0].department_code == request.department_code]
            who = _assignees(own, done, shut)
            parts.append(Part(request.department_code, request.is_lead, request.due_on, done, who))
    own = [one for one in people if one[0].department_code is None]
    if parts:
        parts.append(Part(None, False, parts[0].due_on, False, _assignees(own, False, shut)))
    return parts


def _assignees(
    people: list[tuple[ReviewerAssignment, str]], answered: bool, shut: frozenset[UUID]
) -> tuple[Assignee, ...]:
    return tuple(
        Assignee(
            person_id=row.person_id,
            name=name,
            scores=row.scores,
            has_accepted=row.accepted_at is not None,
            is_finished=row.finished_at is not None if row.scores else answered,
            is_shut=row.person_id in shut,
        )
        for row, name in people
    )
