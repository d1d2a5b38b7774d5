"""What is stored of calls, proposals, their formal check, and who was asked about them?"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from foundation.file_types import FileType
from foundation.tables import Keyed, Versioned, enum_type, json_type
from intake.rules.agreement import Agreement
from intake.rules.assignment import DeclineReason
from intake.rules.call import ExtraKind, FocusArea
from intake.rules.formal_check import CheckOutcome
from intake.rules.letter import LetterKind
from intake.rules.lifecycle import State
from intake.rules.proposal import Wish
from intake.rules.track import Track


def _ore(**options: Any) -> Any:
    return Field(sa_type=sa.BigInteger, **options)


def _rank(column: str, members: type[StrEnum]) -> str:
    """An expression that sorts a column by the order of its enum's members, nothing last."""
    places = " ".join(f"WHEN '{member.value}' THEN {place}" for place, member in enumerate(members))
    return f"(CASE {column} {places} ELSE 99 END)"


DEPARTMENTS_WAITING = "departments_asked - departments_answered"
AGREEMENT_RANK = _rank("agreement", Agreement)
TRACK_RANK = _rank("track", Track)
STATE_RANK = _rank("state", State)
"""What lists are sorted by; an index serves a list that names the expression letter for letter."""


class Call(Keyed, Versioned, table=True):
    """An open call. `last_number` is the running number of the last proposal that got a reference.

    `number` is given when the call is published; until then everything but title and dates may be missing. A call of
    before Rådslag is `is_history`: it was entered afterwards, and nothing is done with it.
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
    is_history: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


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
    maturity number that the assessors agreed on times 10.000, so that it sorts as a whole number. `unsent_answers` are
    changes that the deadline overtook: what was sent counts, and nothing that was written is lost. `is_history` repeats
    the call's.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "number"),
        sa.CheckConstraint("(state = 'draft') OR (reference IS NOT NULL)", name="sent_has_reference"),
        sa.CheckConstraint("amount_sought_ore IS NULL OR amount_sought_ore > 0", name="amount_positive"),
        sa.CheckConstraint("participants IS NULL OR participants > 0", name="participants_positive"),
        sa.Index("ix_proposal_call_id_state_number", "call_id", "state", "number"),
        sa.Index("ix_proposal_call_id_state_sought", "call_id", "state", "amount_sought_ore", "id"),
        sa.Index("ix_proposal_call_id_title_key", "call_id", "title_key", "number"),
        sa.Index("ix_proposal_call_id_participants", "call_id", sa.text("coalesce(participants, -1) DESC"), "number"),
        sa.Index("ix_proposal_call_id_waiting", "call_id", sa.text(f"({DEPARTMENTS_WAITING}) DESC"), "number"),
        sa.Index("ix_proposal_call_id_agreement_rank", "call_id", sa.text(AGREEMENT_RANK), "number"),
        sa.Index("ix_proposal_call_id_track_rank", "call_id", sa.text(TRACK_RANK), "number"),
        sa.Index("ix_proposal_call_id_state_rank", "call_id", sa.text(STATE_RANK), "number"),
        sa.Index("ix_proposal_received_at_reference", "received_at", "reference"),
        sa.Index("ix_proposal_call_id_maturity", "call_id", sa.text("coalesce(maturity_e4, -1) DESC"), "number"),
        sa.Index("ix_proposal_call_id_amount", "call_id", sa.text("coalesce(amount_sought_ore, -1) DESC"), "number"),
        sa.Index("ix_proposal_organisation_id_created_at", "organisation_id", "created_at"),
        sa.Index("ix_proposal_state_received_at", "state", "received_at"),
        sa.Index("ix_proposal_case_worker_id_state", "case_worker_id", "state"),
    )

    call_id: UUID = Field(foreign_key="call.id")
    organisation_id: UUID = Field(foreign_key="organisation.id")
    created_by: UUID = Field(foreign_key="person.id")
    case_worker_id: UUID | None = Field(default=None, foreign_key="person.id")
    applicant_department: str | None = Field(default=None, max_length=8)
    state: State = Field(default=State.DRAFT, sa_type=enum_type(State))
    number: int | None = None
    reference: str | None = Field(default=None, max_length=24, unique=True)
    organisation_name: str = Field(max_length=200)
    organisation_cvr: str | None = Field(default=None, max_length=8, index=True)
    title: str = Field(default="", max_length=200)
    title_key: bytes = Field(default=b"", sa_column_kwargs={"server_default": ""})
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
    agreement: Agreement | None = Field(default=None, sa_type=enum_type(Agreement))
    track: Track | None = Field(default=None, sa_type=enum_type(Track))
    is_history: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class ProposalSearch(SQLModel, table=True):
    """The words that a proposal is found by (`intake.rules.search`).

    Each database has an index of its own over them, made by migration 0009: see `intake.queries.search`.
    """

    __tablename__ = "proposal_search"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    words: str


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

    A file that was part of something sent is only marked as removed, because the sent version still refers to it. One
    that staff put on the case is `is_internal`: it is none of the applicant's, and is read where it belongs alone.
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
    is_internal: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class ProposalVersion(Keyed, table=True):
    """What was sent, frozen at each submission; assessments and memos can be read against it."""

    __tablename__ = "proposal_version"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "number"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    number: int
    received_at: datetime
    sent_by: UUID = Field(foreign_key="person.id")
    content: dict[str, Any] = Field(sa_type=json_type)  # type: ignore[call-overload]


class ProposalPartner(SQLModel, table=True):
    """A partner's CVR number as the answers name it: whoever belongs to the partner has a conflict of interest."""

    __tablename__ = "proposal_partner"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    cvr: str = Field(max_length=8, primary_key=True, index=True)


class FormalCheckItem(Keyed, table=True):
    """One formal demand as a person verified it, for one version of what was sent."""

    __tablename__ = "formal_check_item"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "proposal_version", "rule"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    proposal_version: int
    rule: str = Field(max_length=8)
    outcome: CheckOutcome = Field(sa_type=enum_type(CheckOutcome))
    note: str = ""
    checked_by: UUID = Field(foreign_key="person.id")
    checked_at: datetime


class FormalCheck(Keyed, table=True):
    """The outcome that a person recorded, with every demand as it was verified at that moment."""

    __tablename__ = "formal_check"

    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    outcome: CheckOutcome = Field(sa_type=enum_type(CheckOutcome))
    note: str = ""
    findings: list[dict[str, str]] = Field(sa_type=json_type)  # type: ignore[call-overload]
    checked_by: UUID = Field(foreign_key="person.id")
    checked_at: datetime


class FormalReturn(Keyed, table=True):
    """A proposal is returned once: what was asked for, which sections were opened, and until when."""

    __tablename__ = "formal_return"

    proposal_id: UUID = Field(foreign_key="proposal.id", unique=True)
    asked_for: list[dict[str, str]] = Field(sa_type=json_type)  # type: ignore[call-overload]
    sections: list[str] = Field(sa_type=json_type)  # type: ignore[call-overload]
    due_on: date
    returned_by: UUID = Field(foreign_key="person.id")
    returned_at: datetime
    answered_at: datetime | None = None


class Letter(Keyed, table=True):
    """A letter to the applicant as it was sent; its text is never changed afterwards."""

    __tablename__ = "letter"
    __table_args__ = (sa.Index("ix_letter_proposal_id_sent_at", "proposal_id", "sent_at"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    kind: LetterKind = Field(sa_type=enum_type(LetterKind))
    subject: str = Field(max_length=200)
    body: str
    to_address: str = Field(max_length=254)
    sent_by: UUID = Field(foreign_key="person.id")
    sent_at: datetime


class CaseNote(Keyed, table=True):
    """An internal note: when it happened and when it was written; never changed, never shown to the applicant."""

    __tablename__ = "case_note"
    __table_args__ = (sa.Index("ix_case_note_proposal_id_written_at", "proposal_id", "written_at"),)

    proposal_id: UUID = Field(foreign_key="proposal.id")
    happened_on: date
    text: str
    written_by: UUID = Field(foreign_key="person.id")
    written_at: datetime


class DepartmentFocus(Keyed, table=True):
    """A department that is asked by default about a focus area, as dated master data."""

    __tablename__ = "department_focus"
    __table_args__ = (sa.UniqueConstraint("focus_area", "department_code", "valid_from"),)

    focus_area: FocusArea = Field(sa_type=enum_type(FocusArea))
    department_code: str = Field(max_length=8)
    is_lead: bool
    ground: str = Field(default="", max_length=300)
    valid_from: date
    valid_to: date | None = None


class DepartmentCoordinator(Keyed, table=True):
    """A person who hands out a department's cases, as dated master data."""

    __tablename__ = "department_coordinator"
    __table_args__ = (
        sa.UniqueConstraint("department_code", "person_id", "valid_from"),
        sa.Index("ix_department_coordinator_person_id", "person_id"),
    )

    department_code: str = Field(max_length=8)
    person_id: UUID = Field(foreign_key="person.id")
    valid_from: date
    valid_to: date | None = None


class DepartmentRequest(Keyed, table=True):
    """A department that was asked about a proposal. At most one leads.

    It is done with when it has answered, is exempt with a reason, or the question was withdrawn.
    """

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
    exempt_at: datetime | None = None
    exempt_by: UUID | None = Field(default=None, foreign_key="person.id")
    exempt_reason: str = ""
    withdrawn_at: datetime | None = None
    reminded_at: datetime | None = None
    overdue_reminded_at: datetime | None = None


class ReviewerAssignment(Keyed, table=True):
    """A person who works on a proposal for a department, or for the secretariat where `department_code` is None.

    `scores` is false for whoever answers for a department that does not lead (contract 8.5). `finished_at` is when the
    person's score sheet was finished; null where it is open, or where it does not count.
    """

    __tablename__ = "reviewer_assignment"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "person_id"),
        sa.Index("ix_reviewer_assignment_person_id_ended_at", "person_id", "ended_at"),
    )

    proposal_id: UUID = Field(foreign_key="proposal.id")
    person_id: UUID = Field(foreign_key="person.id")
    department_code: str | None = Field(default=None, max_length=8)
    scores: bool = True
    due_on: date
    assigned_by: UUID = Field(foreign_key="person.id")
    assigned_at: datetime
    accepted_at: datetime | None = None
    finished_at: datetime | None = None
    declined: DeclineReason | None = Field(default=None, sa_type=enum_type(DeclineReason))
    end_reason: str = ""
    ended_at: datetime | None = None
    reminded_at: datetime | None = None
    overdue_reminded_at: datetime | None = None


class ConflictDeclaration(Keyed, table=True):
    """A person's answer to "Er du inhabil i denne sag?"; the newest counts, all are kept.

    The secretariat reviews a conflict: `upheld` false means that there is none after all (FVL § 6).
    """

    __tablename__ = "conflict_declaration"
    __table_args__ = (sa.Index("ix_conflict_declaration_person_proposal", "person_id", "proposal_id", "declared_at"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    has_conflict: bool
    ground: str = ""
    declared_at: datetime
    superseded_at: datetime | None = None
    upheld: bool | None = None
    review_note: str = ""
    reviewed_by: UUID | None = Field(default=None, foreign_key="person.id")
    reviewed_at: datetime | None = None
    substitute_id: UUID | None = Field(default=None, foreign_key="person.id")


class PastDecision(SQLModel, table=True):
    """How a case of before Rådslag ended, and where that is written.

    `example_scores` are levels by dimension that show what scores look like: nobody gave them at the time.
    """

    __tablename__ = "past_decision"
    __table_args__ = (sa.CheckConstraint("granted_ore IS NULL OR granted_ore > 0", name="granted_positive"),)

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    granted_ore: int | None = _ore(default=None, nullable=True)
    decided_on: date | None = None
    source: str = Field(default="", max_length=300)
    example_scores: dict[str, int] = Field(default_factory=dict, sa_type=json_type)  # type: ignore[call-overload]
