"""When may the council meet, does it get a memo in time, and what keeps a released memo from its agenda?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.workdays import is_workday
from intake.rules.master_data import fault_of_day

DAYS_TO_READ: Final = 7
"""The memo is published to the members seven calendar days before the meeting (domain.md DL1)."""


def meeting_fault(held_on: date, *, on: date) -> str:
    """What is wrong with the day of a new meeting, in Danish, or empty."""
    if held_on <= on:
        return "Vælg en dag efter i dag."
    if fault := fault_of_day(held_on, today=on):
        return fault
    if not is_workday(held_on):
        return "Dagen er en lørdag, en søndag eller en helligdag. Vælg en arbejdsdag."
    return ""


def gets_it_late(held_on: date, *, on: date) -> bool:
    """Do the members get fewer days to read than they should have, when the case is placed on that day?"""
    return (held_on - on).days < DAYS_TO_READ


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a case cannot be placed on an agenda, in Danish; the hearing must end, or the memo be released anew."""

    text: str
    is_hearing: bool


def hindrance(*, hearing_pending: bool, heard_since: bool, touched_by: Sequence[str]) -> Hindrance | None:
    """What keeps a case with a released memo from the agenda (FVL § 19 and § 3; domain.md L7).

    `heard_since` says that a hearing ended after the release; `touched_by` names those who sorted the case or wrote or
    released its memo, and now have a conflict of interest.
    """
    if hearing_pending:
        return Hindrance(
            "Ansøgeren skal høres, eller en partshøring er ikke slut. Gør høringen færdig først.", is_hearing=True
        )
    if heard_since:
        return Hindrance(
            "Høringen er lukket, efter at indstillingen blev klarmeldt. Send indstillingen tilbage, "
            "og klarmeld den igen.",
            is_hearing=False,
        )
    if touched_by:
        return Hindrance(
            f"Inhabil nu, men har arbejdet på sagen: {', '.join(touched_by)}. Send indstillingen tilbage, "
            "og lad en anden gennemgå og klarmelde den.",
            is_hearing=False,
        )
    return None
