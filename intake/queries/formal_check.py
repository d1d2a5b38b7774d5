"""What has the secretariat verified, asked for, written and noted on one case?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.identity.models import Person
from foundation.identity.queries import Colleague, colleagues
from foundation.identity.roles import Role
from intake.models import (
    Attachment,
    CaseNote,
    FormalCheck,
    FormalCheckItem,
    FormalReturn,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
)
from intake.queries.cases import newest_version
from intake.queries.visibility import has_conflict
from intake.rules.lifecycle import State


@dataclass(frozen=True, slots=True)
class VerifiedItem:
    """One demand as somebody verified it, with that person's name."""

    item: FormalCheckItem
    checker: str


def verified_items(session: Session, proposal_id: UUID) -> dict[str, VerifiedItem]:
    """By rule: what was verified of the version that was last sent; an earlier version's items do not count."""
    sent = newest_version(session, proposal_id)
    if sent is None:
        return {}
    rows = session.exec(
        select(FormalCheckItem, Person.name)
        .join(Person, col(Person.id) == FormalCheckItem.checked_by)
        .where(FormalCheckItem.proposal_id == proposal_id, FormalCheckItem.proposal_version == sent.number)
    )
    return {item.rule: VerifiedItem(item, name) for item, name in rows}


def formal_outcomes(session: Session, proposal_id: UUID) -> Sequence[tuple[FormalCheck, str]]:
    """Every outcome that was recorded, the newest first, with the name of who recorded it."""
    return session.exec(
        select(FormalCheck, Person.name)
        .join(Person, col(Person.id) == FormalCheck.checked_by)
        .where(FormalCheck.proposal_id == proposal_id)
        .order_by(col(FormalCheck.checked_at).desc())
    ).all()


def formal_return(session: Session, proposal_id: UUID) -> FormalReturn | None:
    """The one return of a proposal, answered or not."""
    return session.exec(select(FormalReturn).where(FormalReturn.proposal_id == proposal_id)).first()


def open_returns(session: Session, proposals: Collection[Proposal]) -> dict[UUID, FormalReturn]:
    """By proposal: what an applicant is asked for now."""
    keys = [one.id for one in proposals if one.state is State.RETURNED]
    if not keys:
        return {}
    rows = session.exec(select(FormalReturn).where(col(FormalReturn.proposal_id).in_(keys)))
    return {row.proposal_id: row for row in rows}


def opened_parts(session: Session, proposal: Proposal) -> frozenset[str] | None:
    """The parts that may be written in while a proposal is returned; None where the state alone decides."""
    if proposal.state is not State.RETURNED:
        return None
    found = formal_return(session, proposal.id)
    return frozenset(found.sections) if found else frozenset()


def sent_files(session: Session, sent: ProposalVersion) -> Sequence[Attachment]:
    """The files of a version that was sent, also those that were taken out since."""
    keys = [UUID(one["id"]) for one in sent.content.get("files", [])]
    if not keys:
        return []
    return session.exec(
        select(Attachment)
        .where(col(Attachment.id).in_(keys))
        .order_by(col(Attachment.uploaded_at), col(Attachment.file_name))
    ).all()


def notes_of(session: Session, proposal_id: UUID) -> Sequence[tuple[CaseNote, str]]:
    """Every internal note of a case, the newest first, with the name of who wrote it."""
    return session.exec(
        select(CaseNote, Person.name)
        .join(Person, col(Person.id) == CaseNote.written_by)
        .where(CaseNote.proposal_id == proposal_id)
        .order_by(col(CaseNote.written_at).desc(), col(CaseNote.id))
    ).all()


def case_worker_name(session: Session, proposal: Proposal) -> str:
    """Who of the secretariat has the case; empty where nobody has taken it."""
    if proposal.case_worker_id is None:
        return ""
    return session.get_one(Person, proposal.case_worker_id).name


def possible_case_workers(session: Session, proposal: Proposal) -> list[Colleague]:
    """The secretariat's people without a conflict of interest on the case, who do not assess it either."""
    assessors = set(
        session.exec(
            select(ReviewerAssignment.person_id).where(
                ReviewerAssignment.proposal_id == proposal.id, col(ReviewerAssignment.ended_at).is_(None)
            )
        )
    )
    return [
        one
        for one in colleagues(session, frozenset({Role.SECRETARIAT}))
        if one.person_id not in assessors and not has_conflict(session, one.person_id, proposal)
    ]
