"""What does a filled-in department answer or score sheet hold, before it is stored?"""

from dataclasses import dataclass

from scoring.rules.payer import CanPay


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What a department says of a proposal."""

    statement: str
    confirms_gap: bool | None
    can_pay: CanPay
    budget_line: str
    backed_by: str


@dataclass(frozen=True, slots=True)
class ScoreDraft:
    """One dimension as the assessor filled it in; `score` None is not assessed."""

    score: int | None
    reason: str
    evidence: str
