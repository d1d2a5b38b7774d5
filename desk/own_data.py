"""What does the system hold on the person who is signed in (GDPR article 15)?

Cases of one's organisations belong to a session as applicant, since membership closes them to the same person's
session as staff. Of others there are only the names that a member sees anyway; of secrets nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.identity.models import Invitation, Membership, Organisation, Person, RoleGrant, SignInLink, WebSession
from foundation.identity.organisation_rules import organisation_snapshot
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from intake.models import (
    Attachment,
    CaseNote,
    ConflictDeclaration,
    DepartmentCoordinator,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
    SavedSection,
)
from intake.queries import visible_to
from scoring.commitment_queries import promise_of
from scoring.models import Assessment, AssessmentScore, DepartmentAnswer

Entry = dict[str, Any]

_NAMES_OF_OTHERS = frozenset({"assessor", "case_worker", "reviewer", "substitute"})
"""Fields of events that hold another person's name. It stays out, also of the acts of the one who wrote it."""


def own_data(session: Session, actor: Actor, *, at: datetime) -> Entry:
    """Everything on the actor, with English keys, ISO moments and stored values, ready to be written as JSON."""
    own = {
        "made_at": at,
        "person": _person(session, actor),
        "roles": _roles(session, actor),
        "memberships": _memberships(session, actor),
        **_as_applicant(session, actor),
        "sign_in_links": _sign_in_links(session, actor),
        "sessions": _sessions(session, actor),
        "mails": _mails(session, actor),
        "coordinator_of": _coordinator_of(session, actor),
        "assignments": _assignments(session, actor),
        "conflict_declarations": _conflict_declarations(session, actor),
        "case_notes": _case_notes(session, actor),
        "department_answers": _department_answers(session, actor),
        "assessments": _assessments(session, actor),
        "acts": _acts(session, actor),
        "acts_about_you": _acts_about(session, actor),
    }
    plain: Entry = _plain(own)
    return plain


def _plain(value: Any) -> Any:
    """The value as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _some(row: Any, *names: str) -> Entry:
    """The named columns of a row: what is not named here never leaves the system."""
    return {name: getattr(row, name) for name in names}


# ---- who one is -----------------------------------------------------------------------------------------------------


def _person(session: Session, actor: Actor) -> Entry:
    return _some(session.get_one(Person, actor.person_id), "id", "name", "email", "created_at", "closed_at")


def _roles(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(RoleGrant).where(RoleGrant.person_id == actor.person_id).order_by(col(RoleGrant.granted_at))
    )
    return [_some(row, "role", "department_code", "granted_at", "ends_on", "ended_at") for row in rows]


def _memberships(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(Membership, Organisation.name)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(Membership.person_id == actor.person_id)
        .order_by(col(Membership.joined_at))
    )
    return [{"organisation": name, **_some(row, "organisation_id", "joined_at", "ended_at")} for row, name in rows]


def _sessions(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(WebSession).where(WebSession.person_id == actor.person_id).order_by(col(WebSession.created_at))
    )
    return [_some(row, "role", "department_code", "device", "created_at", "expires_at", "ended_at") for row in rows]


def _sign_in_links(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(select(SignInLink).where(SignInLink.email == actor.email).order_by(col(SignInLink.created_at)))
    return [_some(row, "created_at", "expires_at", "used_at") for row in rows]


def _mails(session: Session, actor: Actor) -> list[Entry]:
    """Letters to the address. Where a secret link stood, its place stands."""
    rows = session.exec(
        select(OutgoingMail).where(OutgoingMail.to_address == actor.email).order_by(col(OutgoingMail.queued_at))
    )
    return [_some(row, "subject", "body", "attachment", "queued_at", "sent_at", "failed_at") for row in rows]


def _acts(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(AuditEvent).where(AuditEvent.person_id == actor.person_id).order_by(col(AuditEvent.sequence))
    )
    return [
        {
            **_some(row, "happened_at", "role", "kind", "subject_type", "subject_id"),
            "facts": {name: value for name, value in row.facts.items() if name not in _NAMES_OF_OTHERS},
        }
        for row in rows
    ]


def _acts_about(session: Session, actor: Actor) -> list[Entry]:
    """What others, or the system, did to the person's account: what and when, not who."""
    rows = session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.subject_id == actor.person_id,
            col(AuditEvent.person_id).is_distinct_from(actor.person_id),
        )
        .order_by(col(AuditEvent.sequence))
    )
    return [_some(row, "happened_at", "kind", "facts") for row in rows]


# ---- as applicant ---------------------------------------------------------------------------------------------------


def _as_applicant(session: Session, actor: Actor) -> Entry:
    if actor.role is not Role.APPLICANT:
        return {}
    return {
        "organisations": _organisations(session, actor),
        "invitations_to_you": _invitations_to(session, actor),
        "invitations_by_you": _invitations_by(session, actor),
        "proposals": _proposals(session, actor),
    }


def _organisations(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(Organisation).where(col(Organisation.id).in_(actor.organisation_ids)).order_by(Organisation.name)
    )
    return [{"id": row.id, **organisation_snapshot(row), "created_at": row.created_at} for row in rows]


def _invitations_to(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(Invitation, Organisation.name)
        .join(Organisation, col(Organisation.id) == Invitation.organisation_id)
        .where(Invitation.email == actor.email)
        .order_by(col(Invitation.invited_at))
    )
    return [
        {"organisation": name, **_some(row, "invited_at", "answered_at", "accepted", "withdrawn_at")}
        for row, name in rows
    ]


def _invitations_by(session: Session, actor: Actor) -> list[Entry]:
    """What one asked. Whether somebody said no is that person's own."""
    rows = session.exec(
        select(Invitation).where(Invitation.invited_by == actor.person_id).order_by(col(Invitation.invited_at))
    )
    return [_some(row, "organisation_id", "email", "invited_at", "withdrawn_at") for row in rows]


def _proposals(session: Session, actor: Actor) -> list[Entry]:
    """All proposals of one's organisations, with everything that was written, attached and sent."""
    rows = session.exec(select(Proposal).where(visible_to(actor)).order_by(col(Proposal.created_at))).all()
    keys = [row.id for row in rows]
    versions = _versions(session, keys)
    files = _files(session, keys)
    sections = _sections(session, keys, actor)
    return [
        {
            **_some(row, "id", "reference", "state", "title", "organisation_name", "organisation_cvr"),
            **_some(row, "created_at", "saved_at", "received_at", "reopened_at", "answers", "unsent_answers"),
            "begun_by_you": row.created_by == actor.person_id,
            "sections_saved_by_you": sections.get(row.id, []),
            "attachments": files.get(row.id, []),
            "sent": versions.get(row.id, []),
        }
        for row in rows
    ]


def _versions(session: Session, keys: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    rows = session.exec(
        select(ProposalVersion, Person.name)
        .join(Person, col(Person.id) == ProposalVersion.sent_by)
        .where(col(ProposalVersion.proposal_id).in_(keys))
        .order_by(col(ProposalVersion.number))
    )
    found: dict[UUID, list[Entry]] = {}
    for row, name in rows:
        sent = {**_some(row, "number", "received_at", "content"), "sent_by": name}
        found.setdefault(row.proposal_id, []).append(sent)
    return found


def _files(session: Session, keys: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    rows = session.exec(
        select(Attachment)
        .where(col(Attachment.proposal_id).in_(keys), col(Attachment.is_internal).is_(False))
        .order_by(col(Attachment.uploaded_at), Attachment.file_name)
    )
    found: dict[UUID, list[Entry]] = {}
    for row in rows:
        file = _some(row, "file_name", "file_type", "size_bytes", "uploaded_at", "removed_at")
        found.setdefault(row.proposal_id, []).append(file)
    return found


def _sections(session: Session, keys: Sequence[UUID], actor: Actor) -> dict[UUID, list[Entry]]:
    rows = session.exec(
        select(SavedSection)
        .where(col(SavedSection.proposal_id).in_(keys), SavedSection.saved_by == actor.person_id)
        .order_by(SavedSection.key)
    )
    found: dict[UUID, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.proposal_id, []).append(_some(row, "key", "revision", "saved_at"))
    return found


# ---- as staff -------------------------------------------------------------------------------------------------------


def _assignments(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(ReviewerAssignment, Proposal.reference)
        .join(Proposal, col(Proposal.id) == ReviewerAssignment.proposal_id)
        .where(ReviewerAssignment.person_id == actor.person_id)
        .order_by(col(ReviewerAssignment.assigned_at))
    )
    return [
        {
            "reference": reference,
            **_some(row, "department_code", "scores", "due_on", "assigned_at", "accepted_at"),
            **_some(row, "finished_at", "declined", "end_reason", "ended_at"),
        }
        for row, reference in rows
    ]


def _coordinator_of(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(DepartmentCoordinator)
        .where(DepartmentCoordinator.person_id == actor.person_id)
        .order_by(col(DepartmentCoordinator.valid_from))
    )
    return [_some(row, "department_code", "valid_from", "valid_to") for row in rows]


def _conflict_declarations(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(ConflictDeclaration, Proposal.reference)
        .join(Proposal, col(Proposal.id) == ConflictDeclaration.proposal_id)
        .where(ConflictDeclaration.person_id == actor.person_id)
        .order_by(col(ConflictDeclaration.declared_at))
    )
    return [
        {"reference": reference, **_some(row, "has_conflict", "ground", "declared_at", "superseded_at", "upheld")}
        for row, reference in rows
    ]


def _case_notes(session: Session, actor: Actor) -> list[Entry]:
    """The internal notes that the person wrote; never in a session as applicant, who must not read them."""
    if actor.role is Role.APPLICANT:
        return []
    rows = session.exec(
        select(CaseNote, Proposal.reference)
        .join(Proposal, col(Proposal.id) == CaseNote.proposal_id)
        .where(CaseNote.written_by == actor.person_id)
        .order_by(col(CaseNote.written_at))
    )
    return [{"reference": reference, **_some(row, "happened_on", "text", "written_at")} for row, reference in rows]


def _department_answers(session: Session, actor: Actor) -> list[Entry]:
    rows = session.exec(
        select(DepartmentAnswer, Proposal.reference)
        .join(Proposal, col(Proposal.id) == DepartmentAnswer.proposal_id)
        .where(DepartmentAnswer.answered_by == actor.person_id)
        .order_by(col(DepartmentAnswer.answered_at))
    )
    return [
        {
            "reference": reference,
            **_some(row, "statement", "confirms_gap", "can_pay", "budget_line", "answered_at"),
            **_some(row, "amount_ore", "years", "backed_by", "has_adverse_facts", "adverse_facts"),
            **_promise(session, row),
        }
        for row, reference in rows
    ]


def _promise(session: Session, answer: DepartmentAnswer) -> Entry:
    """What the person promised for the department in full, and the letter that was sent along."""
    promise, letter = promise_of(session, answer.id)
    return {} if promise is None else {"promise": asdict(promise), "letter": letter.file_name if letter else None}


def _assessments(session: Session, actor: Actor) -> list[Entry]:
    """The person's own sheets, with scores and reasons; nobody else's."""
    rows = session.exec(
        select(Assessment, Proposal.reference)
        .join(Proposal, col(Proposal.id) == Assessment.proposal_id)
        .where(Assessment.assessor_id == actor.person_id)
        .order_by(col(Assessment.saved_at))
    ).all()
    scores: dict[UUID, list[Entry]] = {}
    for score in session.exec(
        select(AssessmentScore)
        .join(Assessment, col(Assessment.id) == AssessmentScore.assessment_id)
        .where(Assessment.assessor_id == actor.person_id)
        .order_by(AssessmentScore.dimension)
    ):
        scores.setdefault(score.assessment_id, []).append(_some(score, "dimension", "score", "reason", "evidence"))
    return [
        {
            "reference": reference,
            **_some(row, "department_code", "scale_id", "saved_at", "finalised_at"),
            "scores": scores.get(row.id, []),
        }
        for row, reference in rows
    ]
