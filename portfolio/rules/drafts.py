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
    """What the case sets: the day the effort begins, the most that its track can give, and what there is left to give.

    `left_ore` is of the money that the track is paid from, None where it gives none. `outcome_fund_ore` is None on a
    track that does not use the outcome fund.
    """

    begins_on: date | None
    cap_ore: int | None
    left_ore: int | None = None
    outcome_fund_ore: int | None = None
