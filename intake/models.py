"""What is stored of calls, proposals, their formal check, and who was asked about them?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from foundation.file_types import FileType
from foundation.tables import Keyed, Versioned, enum_type, json_type
from intake.rules.call import ExtraKind, FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.lifecycle import State
from intake.rules.proposal import Wish
from intake.rules.track import Track


def _ore(**options: Any) -> Any:
    return Field(sa_type=sa.BigInteger, **options)


class Call(Keyed, Versioned, table=True):
    """An open call. `last_number` is the running number of the last proposal that got a reference.

    `number` is given when the call is published; until then everything but title and dates may be missing.
    """

    __tablename__ = "call"
    __table_args__ = (
        sa.UniqueConstraint("year", "number"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint("frame_ore >= 0 AND per_project_cap_ore >= 0", name="amounts_not_negative"),
        sa.CheckConstraint("last_number >= 0", name="last_number_not_negative"),
        sa.CheckConstraint("published_at IS NULL OR number IS NOT NULL", name="published_has_number"),
    )

    slug: str = Field(max_length=80, unique=True)
    year: int
    number: int | None = None
    title: str = Field(max_length=200)
    purpose: str = ""
    who_can_apply: str = ""
    opens_at: datetime
    closes_at: datetime
    frame_ore: int = _ore(default=0)
    per_project_cap_ore: int = _ore(default=0)
    max_projects: int = 0
    policy_id: str = Field(max_length=40)
    question_set_id: str = Field(max_length=40)
    contact_name: str = Field(default="", max_length=200)
    contact_email: str = Field(default="", max_length=254)
    last_number: int = 0
    published_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""


class CallFocusArea(SQLModel, table=True):
    """One of the focus areas that a call is about."""

    __tablename__ = "call_focus_area"

    call_id: UUID = Field(foreign_key="call.id", primary_key=True, ondelete="CASCADE")
    focus_area: FocusArea = Field(sa_type=enum_type(FocusArea), primary_key=True)


class CallQuestion(Keyed, table=True):
    """A question that one call asks on top of its question set; frozen when the call is published."""

    __tablename__ = "call_question"
    __table_args__ = (sa.UniqueConstraint("call_id", "position"),)

    call_id: UUID = Field(foreign_key="call.id", ondelete="CASCADE")
    position: int
    kind: ExtraKind = Field(sa_type=enum_type(ExtraKind))
    label: str = Field(max_length=200)
    hint: str = Field(default="", max_length=500)
    is_required: bool = True
    most_words: int | None = None
    options: list[str] = Field(default_factory=list, sa_type=json_type)  # type: ignore[call-overload]


class Proposal(Keyed, Versioned, table=True):
    """A proposal from draft to closed case.

    `answers` is the truth; the columns beside it repeat what lists show, sort and filter by. `maturity_e4` is the
    maturity number times 10.000, so that it sorts as a whole number. `unsent_answers` are changes that the deadline
    overtook: what was sent counts, and nothing that was written is lost.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "number"),
        sa.CheckConstraint("(state = 'draft') OR (reference IS NOT NULL)", name="sent_has_reference"),
        sa.CheckConstraint("amount_sought_ore IS NULL OR amount_sought_ore > 0", name="amount_positive"),
        sa.CheckConstraint("participants IS NULL OR participants > 0", name="participants_positive"),
        sa.Index("ix_proposal_call_id_state_number", "call_id", "state", "number"),
        sa.Index("ix_proposal_call_id_title", "call_id", "title", "number"),
        sa.Index("ix_proposal_call_id_maturity", "call_id", sa.text("coalesce(maturity_e4, -1) DESC"), "number"),
        sa.Index("ix_proposal_call_id_amount", "call_id", sa.text("coalesce(amount_sought_ore, -1) DESC"), "number"),
        sa.Index("ix_proposal_organisation_id_created_at", "organisation_id", "created_at"),
        sa.Index("ix_proposal_state_received_at", "state", "received_at"),
    )

    call_id: UUID = Field(foreign_key="call.id")
    organisation_id: UUID = Field(foreign_key="organisation.id")
    created_by: UUID = Field(foreign_key="person.id")
    state: State = Field(default=State.DRAFT, sa_type=enum_type(State))
    number: int | None = None
    reference: str | None = Field(default=None, max_length=24, unique=True)
    organisation_name: str = Field(max_length=200)
    organisation_cvr: str | None = Field(default=None, max_length=8, index=True)
    title: str = Field(default="", max_length=200)
    focus_area: FocusArea | None = Field(default=None, sa_type=enum_type(FocusArea))
    wish: Wish | None = Field(default=None, sa_type=enum_type(Wish))
    amount_sought_ore: int | None = _ore(default=None, nullable=True)
    participants: int | None = Field(default=None, sa_type=sa.BigInteger)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=json_type)  # type: ignore[call-overload]
    unsent_answers: dict[str, Any] | None = Field(default=None, sa_type=json_type)  # type: ignore[call-overload]
    created_at: datetime
    saved_at: datetime
    received_at: datetime | None = None
    reopened_at: datetime | None = None
    departments_asked: int = 0
    departments_answered: int = 0
    assessments_final: int = 0
    maturity_e4: int | None = None
    track: Track | None = Field(default=None, sa_type=enum_type(Track))


class SavedSection(SQLModel, table=True):
    """Who last saved a section of a draft, and as which revision: two people may write in two sections at once."""

    __tablename__ = "saved_section"
    __table_args__ = (sa.CheckConstraint("revision > 0", name="revision_positive"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    key: str = Field(max_length=40, primary_key=True)
    revision: int
    saved_by: UUID = Field(foreign_key="person.id")
    saved_at: datetime


class Attachment(Keyed, table=True):
    """A file of a proposal. The row is stored last: a file without a row is swept away, a row has its file.

    A file that was part of something sent is only marked as removed, because the sent version still refers to it.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        sa.CheckConstraint("size_bytes > 0", name="size_positive"),
        sa.Index("ix_attachment_proposal_id_removed_at", "proposal_id", "removed_at"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    file_name: str = Field(max_length=200)
    file_type: FileType = Field(sa_type=enum_type(FileType))
    stored_name: str = Field(max_length=64, unique=True)
    size_bytes: int
    sha256: str = Field(max_length=64)
    uploaded_by: UUID = Field(foreign_key="person.id")
    uploaded_at: datetime
    removed_at: datetime | None = None


class ProposalVersion(Keyed, table=True):
    """What was sent, frozen at each submission; assessments and memos can be read against it."""

    __tablename__ = "proposal_version"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "number"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    number: int
    received_at: datetime
    sent_by: UUID = Field(foreign_key="person.id")
    content: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]


class FormalCheck(Keyed, table=True):
    """The outcome that a person recorded, with what the machine found at that moment."""

    __tablename__ = "formal_check"

    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    outcome: CheckOutcome = Field(sa_type=enum_type(CheckOutcome))
    note: str = ""
    findings: list[dict[str, str]] = Field(sa_type=json_type)  # type: ignore[call-overload]
    checked_by: UUID = Field(foreign_key="person.id")
    checked_at: datetime


class DepartmentRequest(Keyed, table=True):
    """A department that was asked about a proposal. At most one leads."""

    __tablename__ = "department_request"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "department_code"),
        sa.Index(
            "uq_department_request_one_lead",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("is_lead"),
            postgresql_where=sa.text("is_lead"),
        ),
        sa.Index("ix_department_request_queue", "department_code", "answered_at", "due_on"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    department_code: str = Field(max_length=8)
    is_lead: bool
    due_on: date
    asked_by: UUID = Field(foreign_key="person.id")
    asked_at: datetime
    answered_at: datetime | None = None


class ReviewerAssignment(Keyed, table=True):
    """A person who is to score a proposal."""

    __tablename__ = "reviewer_assignment"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "person_id"),
        sa.Index("ix_reviewer_assignment_person_id_ended_at", "person_id", "ended_at"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    person_id: UUID = Field(foreign_key="person.id")
    department_code: str = Field(max_length=8)
    due_on: date
    assigned_by: UUID = Field(foreign_key="person.id")
    assigned_at: datetime
    ended_at: datetime | None = None


class ConflictDeclaration(Keyed, table=True):
    """A person's answer to "Er du inhabil i denne sag?"; the newest counts, all are kept."""

    __tablename__ = "conflict_declaration"
    __table_args__ = (sa.Index("ix_conflict_declaration_person_proposal", "person_id", "proposal_id", "declared_at"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    has_conflict: bool
    ground: str = ""
    declared_at: datetime
    superseded_at: datetime | None = None
