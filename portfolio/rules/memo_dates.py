"""When does an applicant usually report, and when does the council usually follow up?"""

from dataclasses import dataclass
from datetime import date
from typing import Final

REPORT_MONTHS_AFTER_END: Final = 3
"""A declaration within three months after the period (domain.md DL4)."""
FIRST_FOLLOW_UP_MONTHS: Final = 12
MONTHS_BETWEEN: Final = 12
MOST_FOLLOW_UPS: Final = 12


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """A day on which somebody looks at how it goes, and what at."""

    on: date
    text: str


def proposed_report(ends_on: date | None) -> date | None:
    """The usual day of the report; None while nobody said when the effort ends."""
    return None if ends_on is None else months_later(ends_on, REPORT_MONTHS_AFTER_END)


def proposed_follow_ups(starts_on: date | None, ends_on: date | None) -> tuple[FollowUpDraft, ...]:
    """A look every year from the beginning to the end, the last one at the end or later; at most five."""
    if starts_on is None or ends_on is None or ends_on <= starts_on:
        return ()
    days = [months_later(starts_on, FIRST_FOLLOW_UP_MONTHS)]
    while days[-1] < ends_on and len(days) < 5:
        days.append(months_later(days[-1], MONTHS_BETWEEN))
    return tuple(FollowUpDraft(on, "Status på deltagere, mål og økonomi") for on in days)


def months_later(on: date, months: int) -> date:
    """The same day some months later; the last of the month where that month is shorter."""
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    for day in range(on.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, min(on.day, 28))
