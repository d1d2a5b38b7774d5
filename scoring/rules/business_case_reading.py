"""What was read from a workbook, and what is wrong with it?"""

from dataclasses import dataclass

from scoring.rules.business_case_drafts import BusinessCaseDraft
from scoring.rules.business_case_stored import SomResult


@dataclass(frozen=True, slots=True)
class SheetFault:
    """Something to mend: where, as Excel shows it ("Udgifter C4"), and what to do about it."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A business case from a workbook, with what is said of its figures."""

    draft: BusinessCaseDraft
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadSom:
    """SØM's result from a workbook."""

    result: SomResult
    source: str


@dataclass(frozen=True, slots=True)
class WorkbookReading:
    """What a workbook holds: a business case, SØM's result, or both; nothing of it counts while there are faults."""

    case: ReadCase | None = None
    som: ReadSom | None = None
    faults: tuple[SheetFault, ...] = ()
