"""What lies in the database that is measured: the demo's call with many proposals, full queues, drafts to send?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Membership, Organisation, Person, RoleGrant
from foundation.identity.roles import Actor, Role
from intake.models import (
    Call,
    ConflictDeclaration,
    DepartmentRequest,
    Proposal,
    ProposalSearch,
    ReviewerAssignment,
)
from intake.rules.call import reference
from intake.rules.lifecycle import State
from intake.rules.track import Track

RELEASED = 14
"""The number of the demo's case whose memo is released: assessed by two, sorted, with all its papers."""
SCORED = 5
"""The number of the demo's case that a reviewer still scores."""
QUEUE_ROWS = 50
AT_A_TIME = 5_000
SENT_BY_EACH = 20
"""How many proposals an association has sent: a database chooses its way by how many share a value."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Session tokens of those who ask, and what they ask for."""

    secretariat: str
    reviewer: str
    applicant: str
    released_case: str
    scored_case: str
    drafts: tuple[UUID, ...]


def fill(session: Session, proposals: int, drafts: int) -> Filled:
    """Load the demo into a migrated database, multiply its proposals, and give a reviewer a full queue."""
    from app.demo.year import load_demo

    at = datetime.now(UTC)
    load_demo(session, base_url="http://127.0.0.1", at=at)
    session.flush()
    of_today = (col(Call.published_at).is_not(None), col(Call.is_history).is_(False))
    call = session.exec(select(Call).where(*of_today)).one()
    _multiply(session, call, proposals)
    reviewer = _reviewer(session, call)
    _fill_queue(session, reviewer, at)
    applicant, keys = _drafts(session, call, drafts, at)
    secretariat = session.exec(select(RoleGrant).where(RoleGrant.role == Role.SECRETARIAT)).first()
    filled = Filled(
        *(_signed_in(session, one, at) for one in (secretariat, reviewer, applicant)),
        *(reference(call.year, call.number or 0, number) for number in (RELEASED, SCORED)),
        drafts=keys,
    )
    session.commit()
    return filled


def _signed_in(session: Session, grant: RoleGrant | None, at: datetime) -> str:
    from foundation.identity.actions import open_session

    if grant is None:
        raise LookupError("the demo lacks a role")
    person = session.get_one(Person, grant.person_id)
    return open_session(session, person, (grant.role, grant.department_code), at=at)


# ---- proposals ----------------------------------------------------------------------------------------------------


def _multiply(session: Session, call: Call, proposals: int) -> None:
    """Copies of one of the demo's sorted proposals, spread over states, tracks, maturity and amounts."""
    is_sorted = (col(Proposal.track).is_not(None), col(Proposal.is_history).is_(False))
    sample = session.exec(select(Proposal).where(*is_sorted)).first()
    table: sa.Table = Proposal.__table__  # type: ignore[attr-defined]
    base = {column.name: getattr(sample, column.name) for column in table.columns}
    organisations = _organisations(session, proposals // SENT_BY_EACH + 1, base["received_at"])
    for first in range(0, proposals, AT_A_TIME):
        numbers = range(first, min(first + AT_A_TIME, proposals))
        rows = [
            base
            | _changed(call, n)
            | {"received_at": base["received_at"] + timedelta(seconds=n), **organisations[n % len(organisations)]}
            for n in numbers
        ]
        session.execute(sa.insert(table), rows)
        session.execute(sa.insert(ProposalSearch), [_words(row) for row in rows])
    call.last_number += proposals
    session.flush()


def _organisations(session: Session, number: int, at: datetime) -> list[dict[str, Any]]:
    """Associations without members, as what a proposal says of each."""
    made = [Organisation(cvr=f"{n:08}", name=f"Forening F{n}", created_at=at) for n in range(number)]
    session.add_all(made)
    session.flush()
    return [{"organisation_id": one.id, "organisation_name": one.name, "organisation_cvr": one.cvr} for one in made]


def _changed(call: Call, n: int) -> dict[str, Any]:
    from intake.rules.danish_order import danish_key

    number, title = call.last_number + 1 + n, f"Indsats {call.last_number + 1 + n:06} for borgere i Aarhus"
    states = [state for state in State if state is not State.DRAFT]
    tracks = [None, Track.DONATION, Track.SOCIAL_INVESTMENT, Track.MATURING_DIALOGUE]
    return {
        "id": uuid4(),
        "number": number,
        "reference": reference(call.year, call.number or 0, number),
        "title": title,
        "title_key": danish_key(title),
        "state": states[n % len(states)],
        "track": tracks[n % len(tracks)],
        "maturity_e4": None if n % 4 == 0 else (n * 7919) % 40_001,
        "amount_sought_ore": (20_000 + (n * 104_729) % 3_000_000) * 100,
        "participants": 5 + n % 300,
        "departments_asked": 2,
        "departments_answered": n % 3,
    }


def _words(row: dict[str, Any]) -> dict[str, Any]:
    from intake.rules.search import search_words

    words = search_words((row["reference"], row["organisation_name"], row["title"]))
    return {"proposal_id": row["id"], "words": words}


# ---- a reviewer with a full queue, an applicant with drafts ---------------------------------------------------------


def _reviewer(session: Session, call: Call) -> RoleGrant:
    """The reviewer who scores the demo's case SCORED."""
    return session.exec(
        select(RoleGrant)
        .join(ReviewerAssignment, col(ReviewerAssignment.person_id) == col(RoleGrant.person_id))
        .join(Proposal, col(Proposal.id) == col(ReviewerAssignment.proposal_id))
        .where(Proposal.call_id == call.id, Proposal.number == SCORED, RoleGrant.role == Role.REVIEWER)
    ).one()


def _fill_queue(session: Session, reviewer: RoleGrant, at: datetime) -> None:
    """Cases with departments, each asked of the reviewer's own, given to the reviewer and declared free."""
    asked = select(DepartmentRequest.proposal_id)
    keys = session.exec(
        select(Proposal.id)
        .where(Proposal.state == State.WITH_DEPARTMENTS, col(Proposal.id).not_in(asked))
        .order_by(col(Proposal.number))
        .limit(QUEUE_ROWS)
    ).all()
    for place, key in enumerate(keys):
        due = (at + timedelta(days=1 + place % 20)).date()
        given = {"proposal_id": key, "department_code": reviewer.department_code, "due_on": due}
        session.add(DepartmentRequest(**given, is_lead=True, asked_by=reviewer.person_id, asked_at=at))
        session.add(
            ReviewerAssignment(**given, person_id=reviewer.person_id, assigned_by=reviewer.person_id, assigned_at=at)
        )
        declared = ConflictDeclaration(
            proposal_id=key, person_id=reviewer.person_id, has_conflict=False, declared_at=at
        )
        session.add(declared)
    session.flush()


def _drafts(session: Session, call: Call, number: int, at: datetime) -> tuple[RoleGrant, tuple[UUID, ...]]:
    """Drafts that lack nothing, with the answers of a proposal that the same organisation has sent."""
    from intake.actions import save_draft, start_proposal
    from intake.rules.proposal import ProposalDraft

    sent = session.exec(select(Proposal).where(Proposal.call_id == call.id, Proposal.number == RELEASED)).one()
    organisation = session.get_one(Organisation, sent.organisation_id)
    grant = session.exec(
        select(RoleGrant)
        .join(Membership, col(Membership.person_id) == col(RoleGrant.person_id))
        .where(Membership.organisation_id == organisation.id, col(Membership.ended_at).is_(None))
    ).first()
    if grant is None:
        raise LookupError("the demo's organisation has no member")
    nobody = uuid4()
    actor = Actor(grant.person_id, "", "", Role.APPLICANT, None, frozenset({organisation.id}), nobody)

    def made() -> Iterator[UUID]:
        for _ in range(number):
            draft = start_proposal(session, call, organisation, actor=actor, at=at)
            save_draft(session, draft, ProposalDraft(answers=sent.answers), at=at)
            yield draft.id

    return grant, tuple(made())
