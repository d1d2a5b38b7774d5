"""What is known of one proposal before it is scored?"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.clock import COPENHAGEN
from foundation.identity.models import Membership, Organisation, Person
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.roles import Actor
from intake.models import (
    Attachment,
    Call,
    DepartmentRequest,
    FormalCheck,
    Proposal,
    ProposalVersion,
    ReviewerAssignment,
    SavedSection,
)
from intake.queries.calls import focus_areas, questions_of
from intake.queries.visibility import visible_to
from intake.rules.formal_check import FormalFacts
from intake.rules.lifecycle import State
from intake.rules.proposal import ProposalDraft, gaps_of


def newest_version(session: Session, proposal_id: UUID) -> ProposalVersion | None:
    """What was last sent; None for a proposal that never was."""
    return session.exec(
        select(ProposalVersion)
        .where(ProposalVersion.proposal_id == proposal_id)
        .order_by(col(ProposalVersion.number).desc())
        .limit(1)
    ).first()


def versions_of(session: Session, proposal_id: UUID) -> Sequence[tuple[ProposalVersion, str]]:
    """Everything that was sent, the newest first, with the name of who sent it."""
    return session.exec(
        select(ProposalVersion, Person.name)
        .join(Person, col(Person.id) == ProposalVersion.sent_by)
        .where(ProposalVersion.proposal_id == proposal_id)
        .order_by(col(ProposalVersion.number).desc())
    ).all()


def saved_section(session: Session, proposal_id: UUID, key: str) -> tuple[SavedSection | None, str]:
    """How a section of a draft was last saved, and the name of who did it; (None, "") where nobody has."""
    row = session.exec(
        select(SavedSection, Person.name)
        .join(Person, col(Person.id) == SavedSection.saved_by)
        .where(SavedSection.proposal_id == proposal_id, SavedSection.key == key)
    ).first()
    return row or (None, "")


def organisation_of(session: Session, proposal: Proposal) -> Organisation:
    """The organisation that applies, as it is now; what was sent keeps its own snapshot."""
    return session.get_one(Organisation, proposal.organisation_id)


def attachments_of(session: Session, proposal_id: UUID) -> Sequence[Attachment]:
    """The files of a proposal as it stands, in the order they came."""
    return session.exec(
        select(Attachment)
        .where(
            Attachment.proposal_id == proposal_id,
            col(Attachment.removed_at).is_(None),
            col(Attachment.is_internal).is_(False),
        )
        .order_by(col(Attachment.uploaded_at), col(Attachment.file_name))
    ).all()


def find_attachment(session: Session, proposal_id: UUID, attachment_id: UUID) -> Attachment | None:
    """A file of this proposal and of no other, also one that was removed after it was sent; none of the staff's own."""
    return session.exec(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.proposal_id == proposal_id,
            col(Attachment.is_internal).is_(False),
        )
    ).first()


def find_internal_file(session: Session, proposal_id: UUID, attachment_id: UUID) -> Attachment | None:
    """A file that staff put on this proposal and on no other."""
    return session.exec(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.proposal_id == proposal_id,
            col(Attachment.is_internal).is_(True),
        )
    ).first()


def was_sent(session: Session, proposal_id: UUID, attachment_id: UUID) -> bool:
    """Is the file part of anything that was sent?"""
    contents = session.exec(select(ProposalVersion.content).where(ProposalVersion.proposal_id == proposal_id))
    return any(one["id"] == str(attachment_id) for content in contents for one in content.get("files", []))


def stored_names(session: Session) -> frozenset[str]:
    """The stored names of all files that a row knows of; every other file is an orphan."""
    return frozenset(session.exec(select(Attachment.stored_name)))


def reopened_past_deadline(session: Session, *, before: datetime) -> Sequence[Proposal]:
    """Proposals that were opened to be changed, and whose deadline came before they were sent again."""
    return session.exec(
        select(Proposal)
        .join(Call, col(Call.id) == col(Proposal.call_id))
        .where(
            Proposal.state == State.DRAFT,
            col(Proposal.reopened_at).is_not(None),
            sa.or_(col(Call.closes_at) < before, col(Call.cancelled_at) < before),
        )
        .order_by(col(Proposal.reopened_at))
    ).all()


def sent_by(session: Session, proposal: Proposal) -> str:
    """Where letters to the applicant go: to the newest sender who is still a member and has an open account.

    Where nobody is left, to the address that the organisation is written to.
    """
    found = session.exec(
        select(Person.email)
        .join(ProposalVersion, col(ProposalVersion.sent_by) == col(Person.id))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            ProposalVersion.proposal_id == proposal.id,
            Membership.organisation_id == proposal.organisation_id,
            col(Membership.ended_at).is_(None),
            col(Person.closed_at).is_(None),
        )
        .order_by(col(ProposalVersion.number).desc())
        .limit(1)
    ).first()
    return found or organisation_of(session, proposal).contact_email


def receipt_sent_to(session: Session, proposal: Proposal) -> str:
    """The mail address that the newest receipt went to; empty for a proposal that was never sent."""
    found = session.exec(
        select(Person.email)
        .join(ProposalVersion, col(ProposalVersion.sent_by) == col(Person.id))
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(col(ProposalVersion.number).desc())
        .limit(1)
    ).first()
    return found or ""


def organisations_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations that the actor may act for."""
    return session.exec(
        select(Organisation).where(col(Organisation.id).in_(actor.organisation_ids)).order_by(Organisation.name)
    ).all()


def formal_facts(session: Session, actor: Actor, proposal: Proposal, call: Call) -> FormalFacts:
    """What the formal check looks at: the version that was last sent, of other cases only those the actor may see.

    Raises ValueError for a proposal that was never sent.
    """
    sent = newest_version(session, proposal.id)
    answers = ProposalDraft(sent.content["answers"]) if sent else ProposalDraft({})
    if sent is None or proposal.received_at is None or answers.focus_area is None or answers.wish is None:
        raise ValueError("an unsent proposal has no formal check")
    organisation = sent.content["organisation"]
    questions = questions_of(session, call)
    return FormalFacts(
        received_at=proposal.received_at.astimezone(COPENHAGEN),
        opens_at=call.opens_at.astimezone(COPENHAGEN),
        closes_at=call.closes_at.astimezone(COPENHAGEN),
        call_areas=frozenset(focus_areas(session, call.id)),
        focus_area=answers.focus_area,
        kind=OrganisationKind(organisation["kind"]) if organisation.get("kind") else None,
        cvr=organisation.get("cvr"),
        contact_name=organisation.get("contact_name", ""),
        contact_email=organisation.get("contact_email", ""),
        same_cvr_in_call=_same_cvr(session, actor, proposal),
        amount_ore=answers.amount_sought_ore or 0,
        wish=answers.wish,
        per_project_cap_ore=call.per_project_cap_ore,
        asked=frozenset(question.key for question in questions.questions),
        answers=answers.answers,
        gaps=gaps_of(questions, answers.answers),
        files=len(sent.content.get("files", [])),
    )


def _same_cvr(session: Session, actor: Actor, proposal: Proposal) -> tuple[str, ...]:
    if proposal.organisation_cvr is None:
        return ()
    rows = session.exec(
        select(Proposal.reference).where(
            Proposal.call_id == proposal.call_id,
            Proposal.organisation_cvr == proposal.organisation_cvr,
            Proposal.id != proposal.id,
            col(Proposal.reference).is_not(None),
            Proposal.state != State.WITHDRAWN,
            visible_to(actor),
        )
    )
    return tuple(sorted(reference for reference in rows if reference))


def latest_formal_check(session: Session, proposal_id: UUID) -> FormalCheck | None:
    """The outcome for what was last sent; one that was recorded before that does not count."""
    newer = sa.exists().where(
        col(ProposalVersion.proposal_id) == proposal_id,
        col(ProposalVersion.received_at) > col(FormalCheck.checked_at),
    )
    return session.exec(
        select(FormalCheck)
        .where(FormalCheck.proposal_id == proposal_id, ~newer)
        .order_by(col(FormalCheck.checked_at).desc())
        .limit(1)
    ).first()


def department_requests(session: Session, proposal_id: UUID) -> Sequence[DepartmentRequest]:
    """The departments asked, the lead first; those that were withdrawn are no longer."""
    return session.exec(
        select(DepartmentRequest)
        .where(DepartmentRequest.proposal_id == proposal_id, col(DepartmentRequest.withdrawn_at).is_(None))
        .order_by(col(DepartmentRequest.is_lead).desc(), DepartmentRequest.department_code)
    ).all()


def reviewers_of(session: Session, proposal_id: UUID) -> Sequence[tuple[ReviewerAssignment, str]]:
    """The people who are to score, with their names."""
    return session.exec(
        select(ReviewerAssignment, Person.name)
        .join(Person, col(Person.id) == ReviewerAssignment.person_id)
        .where(ReviewerAssignment.proposal_id == proposal_id, col(ReviewerAssignment.ended_at).is_(None))
        .order_by(Person.name)
    ).all()
