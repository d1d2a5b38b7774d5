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
