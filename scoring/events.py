"""What can happen while a proposal is assessed and sorted?"""

from dataclasses import dataclass, field

from foundation.audit import Event, event


@event("department_answered")
@dataclass(frozen=True, slots=True)
class DepartmentAnswered(Event):
    """`letter` is the name of the file that was sent along, or empty."""

    department: str
    can_pay: str
    budget_line: str
    letter: str = ""


@event("letter_downloaded")
@dataclass(frozen=True, slots=True)
class LetterDownloaded(Event):
    """Somebody fetched the letter that confirms a department's promise."""

    file_name: str


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
    """`before` and `after` hold the answers as slugs by the key of the fact; texts are left out."""

    changed: tuple[str, ...]
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)


@event("business_case_saved")
@dataclass(frozen=True, slots=True)
class BusinessCaseSaved(Event):
    """`origin` is the slug of whose figures they are."""

    origin: str


@event("business_case_chosen")
@dataclass(frozen=True, slots=True)
class BusinessCaseChosen(Event):
    """`origin` is the slug of whose figures were chosen."""

    origin: str
    reason: str


@event("business_case_file_downloaded")
@dataclass(frozen=True, slots=True)
class BusinessCaseFileDownloaded(Event):
    """The workbook that figures were read from."""

    file_name: str


@event("fund_figures_entered")
@dataclass(frozen=True, slots=True)
class FundFiguresEntered(Event):
    """`as_of` is the day as an ISO text; `replaces` says that there were figures of the same day."""

    as_of: str
    free_capital_ore: int
    outcome_fund_balance_ore: int
    donation_pool_left_ore: int
    replaces: bool


@event("legal_figure_entered")
@dataclass(frozen=True, slots=True)
class LegalFigureEntered(Event):
    """`figure` is the slug of what it is about, `value` the number as text, `valid_from` the day as an ISO text."""

    figure: str
    value: str
    valid_from: str
    source: str


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


@event("sorting_renewed")
@dataclass(frozen=True, slots=True)
class SortingRenewed(Event):
    """Sorted anew: `earlier` is the track it had, `was_overridden` that a person had chosen it against the rules.

    `changed` are the names of the facts, scores and figures that were otherwise.
    """

    earlier: str
    was_overridden: bool
    track: str
    rule: str
    maturity: str
    changed: tuple[str, ...]
