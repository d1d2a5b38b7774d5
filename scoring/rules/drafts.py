"""What does a filled-in department answer, score sheet, consensus or hearing hold, before it is stored?"""

from dataclasses import dataclass
from datetime import date

from scoring.rules.commitment import Promise
from scoring.rules.payer import CanPay


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What a department says of a proposal; `amount_ore` is what it can pay over all of `years`.

    With a `promise`, budget, amount and years follow from it and are not given twice.
    """

    statement: str
    confirms_gap: bool | None
    can_pay: CanPay
    budget_line: str
    backed_by: str
    amount_ore: int | None = None
    years: int | None = None
    has_adverse_facts: bool = False
    adverse_facts: str = ""
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class ScoreDraft:
    """One dimension as the assessor filled it in; `score` None is not assessed."""

    score: int | None
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class AgreedDraft:
    """One dimension of a consensus as it was filled in; `score` None is not agreed on yet."""

    score: int | None
    note: str


@dataclass(frozen=True, slots=True)
class HearingDraft:
    """What an applicant is to be told, until when it can be answered, and the letter that says so."""

    facts: str
    due_on: date
    subject: str
    letter: str
