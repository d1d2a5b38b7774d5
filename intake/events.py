"""What can happen to a proposal before it is scored?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("proposal_started")
@dataclass(frozen=True, slots=True)
class ProposalStarted(Event):
    organisation: str


@event("proposal_submitted")
@dataclass(frozen=True, slots=True)
class ProposalSubmitted(Event):
    reference: str
    version: int


@event("proposal_reopened")
@dataclass(frozen=True, slots=True)
class ProposalReopened(Event):
    """Nothing but that it happened: who and when stand on the row."""


@event("proposal_restored")
@dataclass(frozen=True, slots=True)
class ProposalRestored(Event):
    version: int


@event("proposal_withdrawn")
@dataclass(frozen=True, slots=True)
class ProposalWithdrawn(Event):
    reason: str


@event("draft_deleted")
@dataclass(frozen=True, slots=True)
class DraftDeleted(Event):
    """Nothing of what stood in it."""


@event("file_attached")
@dataclass(frozen=True, slots=True)
class FileAttached(Event):
    file_name: str


@event("file_removed")
@dataclass(frozen=True, slots=True)
class FileRemoved(Event):
    file_name: str


@event("file_downloaded")
@dataclass(frozen=True, slots=True)
class FileDownloaded(Event):
    file_name: str


@event("formal_check_recorded")
@dataclass(frozen=True, slots=True)
class FormalCheckRecorded(Event):
    outcome: str
    note: str


@event("proposal_formally_rejected")
@dataclass(frozen=True, slots=True)
class ProposalFormallyRejected(Event):
    reason: str


@event("proposal_routed")
@dataclass(frozen=True, slots=True)
class ProposalRouted(Event):
    lead: str
    others: tuple[str, ...]
    due_on: str
    reviewer: str


@event("conflict_declared")
@dataclass(frozen=True, slots=True)
class ConflictDeclared(Event):
    has_conflict: bool


@event("departments_all_answered")
@dataclass(frozen=True, slots=True)
class DepartmentsAllAnswered(Event):
    departments: int


# ---- calls --------------------------------------------------------------------------------------------------------


@event("call_created")
@dataclass(frozen=True, slots=True)
class CallCreated(Event):
    title: str


@event("call_edited")
@dataclass(frozen=True, slots=True)
class CallEdited(Event):
    """`changed` names the parts as `intake.call_words.CALL_FIELDS` does."""

    changed: tuple[str, ...]


@event("call_questions_changed")
@dataclass(frozen=True, slots=True)
class CallQuestionsChanged(Event):
    """`what` is added, changed, moved or removed."""

    what: str
    label: str


@event("call_published")
@dataclass(frozen=True, slots=True)
class CallPublished(Event):
    """The call got its number of the year; the moments are ISO texts in UTC."""

    year: int
    number: int
    opens_at: str
    closes_at: str


@event("deadline_extended")
@dataclass(frozen=True, slots=True)
class DeadlineExtended(Event):
    """`told` is how many people were written to; the moments are ISO texts in UTC."""

    old: str
    new: str
    reason: str
    told: int


@event("call_cancelled")
@dataclass(frozen=True, slots=True)
class CallCancelled(Event):
    reason: str
    told: int
