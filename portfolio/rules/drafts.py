"""What does a filled-in form hand to an action?"""

from dataclasses import dataclass
from datetime import date

from portfolio.rules.memo_dates import FollowUpDraft


@dataclass(frozen=True, slots=True)
class TextDraft:
    """A text of the memo as it was written, and the one that the case gives by itself."""

    text: str
    prefilled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameDraft:
    """What the memo holds beside its texts. `amount_ore` is None for the amount that was sought."""

    case_number: str = ""
    amount_ore: int | None = None
    smaller_reason: str = ""
    outcome_fund_max_ore: int | None = None
    conditions: tuple[str, ...] = ()
    report_on: date | None = None
    follow_ups: tuple[FollowUpDraft, ...] = ()
    annexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLimits:
    """What the case sets: the day the effort begins, and the most that its track can give."""

    begins_on: date | None
    cap_ore: int | None
