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
    """`answers_return`: what was asked for came back; `late`: after the deadline that was given for it."""

    reference: str
    version: int
    answers_return: bool = False
    late: bool = False


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


@event("case_worker_assigned")
@dataclass(frozen=True, slots=True)
class CaseWorkerAssigned(Event):
    case_worker: str


@event("formal_items_recorded")
@dataclass(frozen=True, slots=True)
class FormalItemsRecorded(Event):
    """The demands that were verified, or verified anew, by rule."""

    rules: tuple[str, ...]


@event("proposal_returned")
@dataclass(frozen=True, slots=True)
class ProposalReturned(Event):
    """`sections` are the parts that were opened; what was asked for stands in the letter."""

    due_on: str
    sections: tuple[str, ...]


@event("note_written")
@dataclass(frozen=True, slots=True)
class NoteWritten(Event):
    """Nothing of what stands in it."""

    happened_on: str


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
    """`reviewer` is empty where the coordinator chooses, `assessor` where nobody of the secretariat scores."""

    lead: str
    others: tuple[str, ...]
    due_on: str
    reviewer: str
    assessor: str = ""


@event("proposal_rerouted")
@dataclass(frozen=True, slots=True)
class ProposalRerouted(Event):
    """Codes of departments: `lead` is empty where it is the same as before, `moved` got another deadline."""

    lead: str
    added: tuple[str, ...]
    withdrawn: tuple[str, ...]
    moved: tuple[str, ...]
    reason: str


@event("department_exempted")
@dataclass(frozen=True, slots=True)
class DepartmentExempted(Event):
    department: str
    reason: str


@event("reviewer_assigned")
@dataclass(frozen=True, slots=True)
class ReviewerAssigned(Event):
    """`department` is empty for somebody of the secretariat."""

    reviewer: str
    department: str


@event("assignment_ended")
@dataclass(frozen=True, slots=True)
class AssignmentEnded(Event):
    """`finished_sheet` tells what became of the person's finished score sheet: dropped, or "" for none."""

    reviewer: str
    reason: str
    finished_sheet: str = ""


@event("assignment_accepted")
@dataclass(frozen=True, slots=True)
class AssignmentAccepted(Event):
    """Nothing but that it happened: who and when stand on the row."""


@event("assignment_declined")
@dataclass(frozen=True, slots=True)
class AssignmentDeclined(Event):
    reason: str
    text: str


@event("assignment_passed_on")
@dataclass(frozen=True, slots=True)
class AssignmentPassedOn(Event):
    reviewer: str
    reason: str


@event("conflict_declared")
@dataclass(frozen=True, slots=True)
class ConflictDeclared(Event):
    """`finished_sheet` tells what became of the person's finished score sheet: dropped, kept, or "" for none."""

    has_conflict: bool
    finished_sheet: str = ""


@event("conflict_reviewed")
@dataclass(frozen=True, slots=True)
class ConflictReviewed(Event):
    """`reviewer` is the person whose answer was reviewed, `substitute` who takes over, if anybody was named.

    `finished_sheet` tells what became of the person's finished score sheet: dropped, kept, or "" for none.
    """

    reviewer: str
    upheld: bool
    note: str
    substitute: str
    finished_sheet: str = ""


@event("departments_all_answered")
@dataclass(frozen=True, slots=True)
class DepartmentsAllAnswered(Event):
    departments: int


# ---- the departments' master data -----------------------------------------------------------------------------------


@event("department_added")
@dataclass(frozen=True, slots=True)
class DepartmentAdded(Event):
    department: str
    name: str
    valid_from: str


@event("department_renamed")
@dataclass(frozen=True, slots=True)
class DepartmentRenamed(Event):
    department: str
    name: str
    valid_from: str


@event("coordinator_added")
@dataclass(frozen=True, slots=True)
class CoordinatorAdded(Event):
    department: str
    reviewer: str
    valid_from: str


@event("coordinator_ended")
@dataclass(frozen=True, slots=True)
class CoordinatorEnded(Event):
    department: str
    reviewer: str
    valid_to: str


@event("focus_area_routed")
@dataclass(frozen=True, slots=True)
class FocusAreaRouted(Event):
    """Which departments are asked about a focus area by default from a day on; the others may be none."""

    focus_area: str
    lead: str
    others: tuple[str, ...]
    valid_from: str


@event("department_name_withdrawn")
@dataclass(frozen=True, slots=True)
class DepartmentNameWithdrawn(Event):
    """A name that would have held from a day on; before that day it was taken back."""

    department: str
    name: str
    valid_from: str


@event("coordinator_withdrawn")
@dataclass(frozen=True, slots=True)
class CoordinatorWithdrawn(Event):
    department: str
    reviewer: str
    valid_from: str


@event("focus_area_withdrawn")
@dataclass(frozen=True, slots=True)
class FocusAreaWithdrawn(Event):
    """The departments that would have been asked from a day on; what held before holds again."""

    focus_area: str
    lead: str
    others: tuple[str, ...]
    valid_from: str


# ---- import -------------------------------------------------------------------------------------------------------


@event("proposal_imported")
@dataclass(frozen=True, slots=True)
class ProposalImported(Event):
    """A proposal that came by mail, or a case of before Rådslag, was entered from row `place` of a file."""

    reference: str
    place: str
    is_history: bool


@event("proposals_imported")
@dataclass(frozen=True, slots=True)
class ProposalsImported(Event):
    """How many proposals one file gave a call, and the first and last reference that they got."""

    count: int
    first: str
    last: str
    is_history: bool


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
