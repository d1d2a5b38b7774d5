"""What can happen while a proposal is assessed and sorted?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("department_answered")
@dataclass(frozen=True, slots=True)
class DepartmentAnswered(Event):
    department: str
    can_pay: str
    budget_line: str


@event("assessment_finalised")
@dataclass(frozen=True, slots=True)
class AssessmentFinalised(Event):
    """Nothing of the scores: who has not finished the own sheet must not read them here. Secretariat: no department."""

    department: str


@event("assessment_reopened")
@dataclass(frozen=True, slots=True)
class AssessmentReopened(Event):
    """`assessor` is a name."""

    assessor: str
    reason: str


@event("consensus_recorded")
@dataclass(frozen=True, slots=True)
class ConsensusRecorded(Event):
    maturity: str
    agreement: str


@event("hearing_opened")
@dataclass(frozen=True, slots=True)
class HearingOpened(Event):
    """`due_on` is the day as an ISO text; what was said stands in the letter."""

    due_on: str


@event("hearing_waived")
@dataclass(frozen=True, slots=True)
class HearingWaived(Event):
    reason: str


@event("hearing_answered")
@dataclass(frozen=True, slots=True)
class HearingAnswered(Event):
    is_late: bool


@event("hearing_closed")
@dataclass(frozen=True, slots=True)
class HearingClosed(Event):
    """No note: the applicant reads that the hearing ended, and not what the secretariat made of it."""


@event("case_facts_recorded")
@dataclass(frozen=True, slots=True)
class CaseFactsRecorded(Event):
    changed: tuple[str, ...]


@event("sorting_confirmed")
@dataclass(frozen=True, slots=True)
class SortingConfirmed(Event):
    track: str
    rule: str
    maturity: str


@event("sorting_overridden")
@dataclass(frozen=True, slots=True)
class SortingOverridden(Event):
    machine_track: str
    rule: str
    track: str
    reason: str
