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
    department: str
    maturity: str


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
