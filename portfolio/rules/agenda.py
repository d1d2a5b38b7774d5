"""When may the council meet, and does it get a memo in time?"""

from datetime import date
from typing import Final

from foundation.workdays import is_workday

DAYS_TO_READ: Final = 7
"""The memo is published to the members seven calendar days before the meeting (domain.md DL1)."""


def meeting_fault(held_on: date, *, on: date) -> str:
    """What is wrong with the day of a new meeting, in Danish, or empty."""
    if held_on <= on:
        return "Vælg en dag efter i dag."
    if not is_workday(held_on):
        return "Dagen er en lørdag, en søndag eller en helligdag. Vælg en arbejdsdag."
    return ""


def gets_it_late(held_on: date, *, on: date) -> bool:
    """Do the members get fewer days to read than they should have, when the case is placed on that day?"""
    return (held_on - on).days < DAYS_TO_READ
